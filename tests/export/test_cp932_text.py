"""What a CP932 file can hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.export.cp932 import (
    SUBSTITUTES,
    byte_length,
    code_points,
    fits,
    foreign_units,
    proposal,
    replaced,
    split_at,
)


@pytest.mark.parametrize("text", ["第一号①髙﨑", "Ⅲ㎡㈱℃濵德鄧桒邉", "か゛、改行\n", ""])
def test_what_office_computers_in_japan_write_fits(text):
    assert fits(text)


@pytest.mark.parametrize(
    "text", ["𠮷", "〜", "−", "‖", "¢", "é", "㏊", "\ue000", "\x00", "か\u3099", "葛\U000e0100"]
)
def test_what_would_come_back_changed_does_not_fit(text):
    assert not fits(text)
    assert foreign_units(f"甲{text}乙{text}") == [text]


@given(st.text())
def test_a_text_that_fits_comes_back_from_the_bytes(text):
    if fits(text):
        assert text.encode("cp932").decode("cp932") == text


@given(st.text(alphabet=st.sampled_from([*SUBSTITUTES, "あ", "漢"])))
def test_a_text_with_every_proposal_taken_fits(text):
    assert fits(replaced(text, {unit: proposal(unit) or "" for unit in foreign_units(text)}))


def test_proposals_compose_kana_and_drop_variant_selectors():
    assert proposal("か\u3099") == "が"
    assert proposal("葛\U000e0100") == "葛"
    assert proposal("う\u3099") == "う゛"
    assert proposal("😀") is None


def test_replacing_leaves_what_fits_alone():
    assert replaced("〜髙〜", {"〜": "～", "髙": "高"}) == "～髙～"


def test_characters_are_named_by_their_code():
    assert code_points("𠮷") == "U+20BB7"
    assert code_points("葛\U000e0100") == "U+845B U+E0100"


@given(st.lists(st.text(alphabet="aあ漢①", min_size=2, max_size=6)).map(" ".join), st.integers(8, 40))
def test_pieces_join_to_the_text_and_none_is_too_wide_or_loses_a_space(text, width):
    pieces = split_at(text, width)
    assert "".join(pieces) == text
    assert all(byte_length(piece) <= width and piece == piece.strip(" ") for piece in pieces)
