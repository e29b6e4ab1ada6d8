"""What a file is taken for, and what its columns become."""

from __future__ import annotations

import zipfile
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import LineString, Point, Polygon, box

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.io.datasets import edition_of, recognise
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import prepare
from chiiki_gis.io.vector import Table


def frame(values: dict[str, list[object]], shape: object) -> geopandas.GeoDataFrame:
    count = len(next(iter(values.values())))
    return geopandas.GeoDataFrame(values, geometry=[shape] * count, crs=6668)


def normalised(
    values: dict[str, list[object]], shape: object, stem: str = "x"
) -> tuple[Role, geopandas.GeoDataFrame]:
    table = frame(values, shape)
    found = recognise(table, stem)
    return found.role, found.normaliser(table)[0]


def test_a29_and_city_planning_data_agree_on_the_zone_but_not_on_the_code() -> None:
    role, a29 = normalised({"A29_004": [8, 21], "A29_005": ["近隣商業地域", "田園住居地域"]}, box(0, 0, 1, 1))
    _, youto = normalised({"YoutoName": ["田園住居地域"], "YoutoCode": [8]}, box(0, 0, 1, 1))
    assert role == Role.ZONING
    assert list(a29["zone_id"]) == ["CN", "RA"]
    assert list(youto["zone_id"]) == ["RA"]


def test_a_zone_whose_name_and_code_disagree_is_refused() -> None:
    table = frame({"A29_004": [8], "A29_005": ["田園住居地域"]}, box(0, 0, 1, 1))
    with pytest.raises(BadInput, match="食い違う"):
        recognise(table, "x").normaliser(table)


def test_first_written_with_a_numeral_is_the_same_zone() -> None:
    role, zones = normalised({"youto": ["第1種低層住居専用地域", "第一種低層住居専用地域"]}, box(0, 0, 1, 1))
    assert role == Role.ZONING
    assert set(zones["name"]) == {"第一種低層住居専用地域"}
    assert list(zones["youto"]) == ["第1種低層住居専用地域", "第一種低層住居専用地域"]


def test_an_unknown_zone_is_unknown_and_said_so() -> None:
    table = frame({"A29_004": [99], "A29_005": ["不明"]}, box(0, 0, 1, 1))
    zones, notes = recognise(table, "x").normaliser(table)
    assert list(zones["zone_id"]) == ["UNK"]
    assert "不明" in notes[0]


def test_only_open_interchanges_are_open() -> None:
    role, joints = normalised(
        {"N06_014": [9999, 2010], "N06_018": ["架空", "旧架空"], "N06_019": [1, 2]}, Point(138, 36)
    )
    assert role == Role.INTERCHANGE
    assert list(joints["open"]) == [True, False]
    assert list(joints["name"]) == ["架空IC", "旧架空スマートIC"]


def test_a_footpath_and_a_road_being_built_are_not_open() -> None:
    role, roads = normalised(
        {
            "N13_002": [1, 3, 1],
            "N13_003": [1, 3, 4],
            "N13_004": [1, 1, 5],
            "N13_005": [0, 0, 1],
            "N13_006": [3, 1, 5],
        },
        LineString([(138, 36), (138.1, 36)]),
    )
    assert role == Role.ROAD
    assert list(roads["state"]) == ["open", "foot", "construction"]
    assert list(roads["class"]) == ["1", "3", "4"]


def test_a_road_file_that_says_nothing_is_known_by_its_name() -> None:
    line = LineString([(138, 36), (138.1, 36)])
    assert normalised({"object_id": [1]}, line, "f_road_center_line")[0] == Role.ROAD
    assert normalised({"object_id": [1]}, line, "f_something")[0] == Role.REFERENCE


def test_area_division_and_planning_area_are_told_apart() -> None:
    shape = box(0, 0, 1, 1)
    assert normalised({"AreaType": ["市街化区域"]}, shape)[0] == Role.AREA_DIVISION
    assert normalised({"youto": ["都市計画区域"]}, shape)[0] == Role.URBAN_PLANNING_AREA
    assert normalised({"TokeiName": ["架空"]}, shape, "20999_tokei")[0] == Role.URBAN_PLANNING_AREA


def test_the_ward_of_a_designated_city_is_named_with_its_city() -> None:
    old = {"N03_001": ["北海道"], "N03_003": ["札幌市"], "N03_004": ["中央区"], "N03_007": ["01101"]}
    new = {
        "N03_001": ["北海道"],
        "N03_003": [None],
        "N03_004": ["札幌市"],
        "N03_005": ["中央区"],
        "N03_007": ["01101"],
    }
    for values in (old, new):
        assert list(normalised(values, box(0, 0, 1, 1))[1]["name"]) == ["札幌市中央区"]
    county = {"N03_001": ["長野県"], "N03_003": ["諏訪郡"], "N03_004": ["原村"], "N03_007": ["20363"]}
    assert list(normalised(county, box(0, 0, 1, 1))[1]["name"]) == ["原村"]


def test_the_edition_is_read_from_published_file_names() -> None:
    assert edition_of("N03-20250101_20") == "2025年版"
    assert edition_of("A29-19_20") == "2019年版"
    assert edition_of("P23a-12_38") == "2012年版"
    assert edition_of("use_districts") == ""


def test_personal_columns_are_locked_and_consent_is_kept() -> None:
    role, houses = normalised(
        {
            "物件番号": ["1", "2"],
            "所有者氏名": ["甲", "乙"],
            "同意": ["あり", None],
            "所有者同意": ["x", "y"],
        },
        Point(138, 36),
    )
    assert role == Role.VACANT_HOUSE
    assert list(houses["consent"]) == ["あり", "未確認"]
    assert list(houses["personal"]) == ['["所有者氏名"]'] * 2


def test_a_bow_tie_is_mended_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    bow = Polygon([(138, 36), (138.1, 36.1), (138.1, 36), (138, 36.1)])
    geopandas.GeoDataFrame({"n": ["あ"]}, geometry=[bow], crs=6668).to_file(path)
    prepared = prepare(read(path).tables[0], 6676)
    assert prepared.frame.geometry.is_valid.all()
    assert any("1件を直しました" in note for note in prepared.notes)
    assert list(prepared.frame.index) == [1]


def test_a_zip_with_twin_folders_is_read_once(tmp_path: Path) -> None:
    source = tmp_path / "s"
    for folder, encoding in (("UTF-8", "UTF-8"), ("Shift_JIS", "CP932")):
        (source / folder).mkdir(parents=True)
        shape = geopandas.GeoDataFrame({"名": ["髙﨑①"]}, geometry=[Point(138, 36)], crs=6668)
        shape.to_file(source / folder / "p.shp", encoding=encoding)
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in source.rglob("*.*"):
            archive.write(file, file.relative_to(source))
    result = read(path)
    assert [list(t.frame["名"]) for t in result.tables] == [["髙﨑①"]]
    assert "UTF-8の方" in result.notes[0]


def test_zip_names_in_shift_jis_come_out_right(tmp_path: Path) -> None:
    point = geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(138, 36)], crs=6668)
    plain = tmp_path / "点.geojson"
    point.to_file(plain)
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("XX.geojson")
        archive.writestr(entry, plain.read_bytes())
    data = path.read_bytes().replace(b"XX.geojson", "点".encode("cp932") + b".geojson")
    path.write_bytes(data)
    assert read(path).tables[0].name == "点"


def test_a_cpg_that_says_shift_jis_does_not_garble_dependent_characters(tmp_path: Path) -> None:
    path = tmp_path / "p.shp"
    shape = geopandas.GeoDataFrame({"名": ["第一号①髙﨑"]}, geometry=[Point(138, 36)], crs=6668)
    shape.to_file(path, encoding="CP932")
    path.with_suffix(".cpg").write_text("Shift_JIS")
    table = read(path).tables[0]
    assert list(table.frame["名"]) == ["第一号①髙﨑"]
    assert table.encoding == "CP932"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig", "utf-8"])
def test_a_csv_is_read_in_either_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "空き家.csv"
    path.write_text(
        '物件番号,緯度,経度,備考\n1,36.0,138.2,"二行\nの備考"\n2,３６．０,138.3,\n3,,,なし\n',
        encoding=encoding,
    )
    table = read(path).tables[0]
    assert table.frame["備考"].iloc[0] == "二行\nの備考"
    assert [g is not None for g in table.frame.geometry] == [True, True, False]
    assert "座標のない行が1件" in table.notes[0]


OWNERS = {
    "管理番号": ["1", "2"],
    "同意": ["あり", "なし"],
    "所有者氏名": ["甲", "乙"],
    "電話番号": ["1", "2"],
}


def test_points_with_owners_enter_as_vacant_houses_whatever_the_file_is_called() -> None:
    found = recognise(frame(OWNERS, Point(138, 36)), "物件一覧")
    rows, notes = found.normaliser(frame(OWNERS, Point(138, 36)))
    assert found.role == Role.VACANT_HOUSE
    assert list(rows["consent"]) == ["あり", "なし"]
    assert "役割を選んで" in notes[0]


def test_points_with_owners_cannot_be_called_a_reference_layer(tmp_path: Path) -> None:
    path = tmp_path / "物件一覧.csv"
    path.write_text("緯度,経度,所有者氏名\n36.1,138.3,甲\n", "utf-8")
    with pytest.raises(BadInput, match="空き家として"):
        prepare(read(path).tables[0], 6676, Role.REFERENCE)


def test_a_public_list_with_telephones_may_be_called_a_reference_layer(tmp_path: Path) -> None:
    path = tmp_path / "公共施設.csv"
    path.write_text("緯度,経度,名称,電話番号\n36.1,138.3,公民館,0266\n", "utf-8")
    table = read(path).tables[0]
    assert prepare(table, 6676).recognition.role == Role.VACANT_HOUSE
    assert prepare(table, 6676, Role.REFERENCE).recognition.role == Role.REFERENCE


def test_owners_of_lots_are_locked_and_a_column_called_like_the_mark_is_no_mark() -> None:
    table = frame({"chiban": ["1"], "所有者氏名": ["甲"], "personal": ["{"]}, box(138, 36, 138.1, 36.1))
    prepared = prepare(Table("筆", Path("筆.gpkg"), "gpkg", table, None, "", 6668, ""), 6676)
    assert prepared.recognition.role == Role.LOT
    assert list(prepared.frame["personal"]) == ['["所有者氏名"]']
    assert list(prepared.frame["元のpersonal"]) == ["{"]
    assert any("「所有者氏名」は、書き出しや印刷に出ません" in note for note in prepared.notes)
