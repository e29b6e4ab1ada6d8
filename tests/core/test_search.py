"""Which name a typed text means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.search import Candidate, candidate, ranked, search_key


def names(query: str, *texts: str) -> list[str]:
    return [found.text for found in ranked(query, [candidate(t, "町丁目", 1, None) for t in texts])]


def test_the_name_itself_then_beginnings_then_the_rest() -> None:
    found = names("宮川", "下宮川", "宮川", "湖東", "宮川茅野", "みやがわ")
    assert found == ["宮川", "宮川茅野", "下宮川"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("1丁目", "本町一丁目"),
        ("一丁目", "本町１丁目"),
        ("十二丁目", "本町12丁目"),
        ("本町 二十三丁目", "本町23丁目"),
        ("ＩＣ", "諏訪IC"),
        ("ic", "諏訪ＩＣ"),
        ("ｺﾜｰｷﾝｸﾞ", "コワーキング 夢科口"),
        ("本町一", "本町１丁目"),
        ("三ケ日", "三ヶ日町"),
        ("本町1丁目", "本町 一丁目"),
    ],
)
def test_width_case_and_kanji_numerals_make_no_difference(typed: str, name: str) -> None:
    assert names(typed, "無関係", name) == [name]


def test_every_word_must_be_found() -> None:
    assert names("茅野 コワーキング", "茅野コワーキング", "茅野交流施設") == ["茅野コワーキング"]
    assert names("コワーキング 茅野", "茅野コワーキング", "茅野交流施設") == ["茅野コワーキング"]


def test_among_equals_the_kind_decides_then_the_shorter_name() -> None:
    layer, facility = candidate("本町ホール跡", "レイヤ", 5, 1), candidate("本町ホール", "拠点施設", 1, 2)
    town = candidate("本町", "町丁目", 3, 3)
    assert [c.means for c in ranked("本町", [layer, facility, town])] == [3, 2, 1]


def test_further_words_come_last() -> None:
    command = candidate("図面...", "コマンド", 0, "print", also="PDF に出力します")
    assert [c.means for c in ranked("pdf", [command, candidate("PDF置き場", "レイヤ", 9, "x")])] == [
        "x",
        "print",
    ]


def test_an_empty_query_finds_nothing() -> None:
    assert names("", "本町") == names("　 ", "本町") == []


def test_no_more_than_asked_for() -> None:
    many: list[Candidate[int]] = [candidate(f"本町{n}", "町丁目", 1, n) for n in range(200)]
    assert len(ranked("本町", many, most=10)) == 10


@given(st.text(min_size=1, max_size=12))
def test_every_name_is_found_by_itself(name: str) -> None:
    if search_key(name):
        assert names(name, name) == [name]


@given(st.text(alphabet=[chr(code) for code in range(0x21, 0x7F)], max_size=20))
def test_full_width_letters_and_signs_have_the_key_of_half_width_ones(text: str) -> None:
    assert search_key("".join(chr(ord(sign) + 0xFEE0) for sign in text)) == search_key(text)
