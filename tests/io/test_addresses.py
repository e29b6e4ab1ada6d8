"""Lists of houses placed by their address, from files that the user supplies, each row with its level."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from chiiki_gis.core.document import Document, Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.role import Role
from chiiki_gis.io import project
from chiiki_gis.io.address import address_key, block_of
from chiiki_gis.io.formats import read
from chiiki_gis.io.gazetteer import load_gazetteer
from chiiki_gis.io.geocode import SETTING
from chiiki_gis.io.imports import import_file
from chiiki_gis.io.profiles import SETTING as PROFILES
from chiiki_gis.io.store import memory_ref
from chiiki_gis.settings import keep_setting

ISJ = """都道府県名,市区町村名,大字・町丁目名,小字・通称名,街区符号・地番,座標系番号,緯度,経度,代表フラグ
長野県,架空市,宮川,,1234,8,36.0010,138.1010,1
長野県,架空市,宮川,,1234-5,8,36.0011,138.1011,1
長野県,架空市,本町二丁目,,3,8,36.0020,138.1020,1
長野県,架空市,本町二丁目,,4,8,36.0022,138.1022,1
長野県,架空市,米沢,塩之目,77,8,36.0030,138.1030,1
長野県,架空市,駒ヶ原,,9,8,36.0040,138.1040,1
"""


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    keep_setting(SETTING, [])
    keep_setting(PROFILES, {})


@pytest.fixture
def isj(tmp_path: Path) -> Path:
    path = tmp_path / "20999_2024.csv"
    path.write_text(ISJ, "cp932")
    return path


def plan() -> Document:
    return new_document(project.new_header((Municipality("20999", "架空市"),), 6676))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("本町２丁目３番４号", "本町二丁目3番4号"),
        ("大字宮川１２３４番地の５", "宮川1234番地ノ5"),
        ("駒ヶ原９", "駒ケ原9"),
        ("宮川 1234－5", "宮川1234-5"),
        ("米沢字塩之目77", "米沢塩の目77"),
        ("本町二十三丁目", "本町23丁目"),
    ],
)
def test_two_ways_of_writing_an_address_are_one(one: str, other: str) -> None:
    assert address_key(one) == address_key(other)


def test_numbers_of_a_block_are_tried_from_the_most_exact() -> None:
    assert block_of(address_key("1234番地5")) == ["1234-5", "1234"]
    assert block_of("以下不明") == []


@pytest.mark.parametrize(
    ("address", "level", "latitude"),
    [
        ("長野県架空市宮川1234番地5", "街区", 36.0011),
        ("架空市大字宮川１２３４", "街区", 36.0010),
        ("架空市宮川1234-99", "街区", 36.0010),
        ("宮川9999", "町丁目", 36.0010),
        ("架空市本町2丁目3番1号", "街区", 36.0020),
        ("架空市本町2-4-1", "街区", 36.0022),
        ("架空市米沢塩ノ目77", "街区", 36.0030),
        ("架空市駒ケ原9", "街区", 36.0040),
        ("長野県架空市どこか1", "市区町村", None),
        ("別の市宮川1234", "なし", None),
        ("東京都架空市宮川1234", "なし", None),
        ("", "なし", None),
    ],
)
def test_an_address_is_found_at_its_level(
    isj: Path, address: str, level: str, latitude: float | None
) -> None:
    found, place = load_gazetteer([isj]).find(address)
    assert found == level
    if latitude is not None:
        assert place is not None
        assert place[1] == latitude


HOUSES = """物件番号,所在地,所有者住所,所有者氏名,建築年月日,備考
1,架空市宮川1234番地5,東京都港区1,甲,昭和53年4月1日,"二行
の備考"
2,架空市本町2丁目99,東京都港区1,乙,S60,
3,どこにもない町1,東京都港区1,丙,不明,
"""


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932", "utf-8"])
def test_a_list_of_houses_is_placed_row_by_row(tmp_path: Path, isj: Path, encoding: str) -> None:
    path = tmp_path / "空き家.csv"
    path.write_text(HOUSES, encoding)
    change, notes = import_file(plan(), path, ImportOptions(addresses=(isj,)), memory_ref, {})
    rows = change.put_layers[0].get_frame()
    assert list(rows["match_level"]) == ["街区", "町丁目", "なし"]
    assert [g is None for g in rows.geometry] == [False, False, True]
    assert list(rows["建築年月日（西暦）"].fillna("")) == ["1978-04-01", "1985", ""]
    assert set(json.loads(rows["personal"].iloc[0])) == {"所有者住所", "所有者氏名"}
    assert any("街区1件、町丁目1件、なし1件" in note for note in notes)
    assert any("位置の見つからない行が1件あります（上から3行目）" in note for note in notes)
    assert rows["備考"].iloc[0] == "二行\nの備考"


def test_files_of_addresses_are_remembered_for_the_next_list(tmp_path: Path, isj: Path) -> None:
    path = tmp_path / "空き家.csv"
    path.write_text(HOUSES, "utf-8")
    import_file(plan(), isj, ImportOptions(), memory_ref, {})
    change, _ = import_file(plan(), path, ImportOptions(), memory_ref, {})
    assert list(change.put_layers[0].get_frame()["match_level"]) == ["街区", "町丁目", "なし"]


def test_without_any_file_of_addresses_nothing_is_placed(tmp_path: Path) -> None:
    path = tmp_path / "空き家.csv"
    path.write_text(HOUSES, "utf-8")
    change, _ = import_file(plan(), path, ImportOptions(), memory_ref, {})
    assert set(change.put_layers[0].get_frame()["match_level"]) == {"なし"}


def test_a_file_of_addresses_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "空き家.csv"
    path.write_text(HOUSES, "utf-8")
    with pytest.raises(BadInput, match="見つかりません"):
        import_file(plan(), path, ImportOptions(addresses=(tmp_path / "ない.csv",)), memory_ref, {})


def test_what_was_said_of_the_columns_holds_for_the_next_file_with_the_same_headings(tmp_path: Path) -> None:
    columns = {"lat": "たて", "lon": "よこ"}
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("番号,たて,よこ\n1,36.1,138.2\n", "utf-8")
    import_file(plan(), tmp_path / "a.csv", ImportOptions(columns=columns), memory_ref, {})
    table = read(tmp_path / "b.csv").tables[0]
    assert table.frame.geometry.iloc[0].x == 138.2
    assert "前に指定された列" in table.notes[0]


def test_the_registry_is_joined_from_its_two_files(tmp_path: Path) -> None:
    names, places = tmp_path / "mt_town.csv", tmp_path / "mt_town_pos.csv"
    names.write_text(
        "lg_code,machiaza_id,pref,city,oaza_cho,chome\n209996,0001001,長野県,架空市,本町,二丁目\n"
    )
    places.write_text("lg_code,machiaza_id,rep_lon,rep_lat,rep_srid\n209996,0001001,138.1,36.0,EPSG:6668\n")
    assert load_gazetteer([places, names]).find("架空市本町2丁目3")[0] == "町丁目"


@pytest.mark.real_data
def test_towns_of_chino_are_found_in_the_list_of_geolonia(real_data: Path) -> None:
    towns = load_gazetteer([real_data / "addresses/長野県/茅野市.json"])
    level, place = towns.find("長野県茅野市北山奥蓼科4035")
    assert (level, place) == ("町丁目", (138.340626, 36.047809))
    assert towns.find("茅野市宮川1番地")[0] == "町丁目"
    assert towns.find("諏訪市中洲1")[0] == "なし"


@pytest.mark.real_data
def test_a_town_of_a_county_is_found_with_and_without_its_county(real_data: Path) -> None:
    towns = load_gazetteer([real_data / "addresses/長野県/諏訪郡富士見町.json"])
    name = next(iter(towns.towns[address_key("諏訪郡富士見町")]))
    assert towns.find(f"長野県諏訪郡富士見町{name}1")[0] == "町丁目"
    assert towns.find(f"富士見町{name}1")[0] == "町丁目"


def test_the_user_may_say_which_column_is_the_consent_and_it_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "空き家.csv"
    path.write_text("緯度,経度,連絡してよいか\n36,138,あり\n36,138.1,なし\n", "utf-8")
    said = ImportOptions(role=Role.VACANT_HOUSE, columns={"consent": "連絡してよいか"})
    for options in (said, ImportOptions(role=Role.VACANT_HOUSE)):
        change, _ = import_file(plan(), path, options, memory_ref, {})
        assert list(change.put_layers[0].get_frame()["consent"]) == ["あり", "なし"]
