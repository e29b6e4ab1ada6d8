"""What every file of ../shared/data is opened as, or why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.tasks.reports import inspection

pytestmark = pytest.mark.real_data


@dataclass(frozen=True)
class Layer:
    """role, features, EPSG code of the file and how it reads as to text."""

    role: str
    features: int
    epsg: int | None


OPENED: dict[str, list[Layer]] = {
    "awkward/cp932_field_names/src_blank.shp": [Layer("reference", 6400, 6668)],
    "awkward/multi_layers.gpkg": [Layer("reference", 2, 4326), Layer("reference", 2, 4326)],
    "awkward/no_prj_no_cpg/jpn.shp": [Layer("reference", 47, None)],
    "awkward/tokyo_datum/tokyo23ku-cvs/tokyo23ku-cvs_jgd2000.shp": [Layer("reference", 3853, 4612)],
    "awkward/tokyo_datum/tokyo23ku-cvs/tokyo23ku-cvs_tokyo.shp": [Layer("reference", 3853, 4301)],
    "chino/boundary_20214.geojson": [Layer("municipality", 1, 4326)],
    "chino/f_district/f_district.shp": [Layer("town", 10, 2450)],
    "chino/f_lot_number/f_lot_number.shp": [Layer("lot", 217, 2450)],
    "chino/judgement_layers/agricultural_land/agricultural_land.shp": [Layer("farmland", 1, 2450)],
    "chino/judgement_layers/buried_cultural_property/buried_cultural_property.shp": [
        Layer("reference", 876, 2450)
    ],
    "chino/judgement_layers/city_planning/city_planning.shp": [Layer("urban_planning_area", 1, 2450)],
    "chino/judgement_layers/flood_assumption/flood_assumption.shp": [Layer("hazard", 195, 2450)],
    "chino/judgement_layers/use_districts/use_districts.shp": [Layer("zoning", 518, 2450)],
    "chino/landmark/landmark.shp": [Layer("reference", 45, 4326)],
    "chino/road_layers/f_road_center_line/f_road_center_line.shp": [Layer("road", 980, 2450)],
    "chino/road_layers/f_split_line/f_split_line.shp": [Layer("reference", 9909, 2450)],
    "dem/fuji_5.tif": [Layer("dem", 0, 6668)],
    "dem/fuji_6.tif": [Layer("dem", 0, 6668)],
    "expressway/n06_2025_joint_from_pmtiles.geojson": [Layer("interchange", 2384, 6668)],
    "expressway/n06_2025_section_from_pmtiles.geojson": [Layer("reference", 399, 6668)],
    "grids/TKY2JGD.tif": [Layer("raster", 0, 4301)],
    "grids/touhokutaiheiyouoki2011.tif": [Layer("raster", 0, 4612)],
    "ksj_zip/A30a5-11_4939-jgd_GML.zip": [Layer("reference", 1, 4612)],
    "ksj_zip/P23-12_38_GML.zip": [Layer("reference", 805, 4612), Layer("reference", 1018, 4612)],
    "nagano/N03-21_20_210101.json": [Layer("municipality", 77, 4326)],
    "sabae/boundary_18207.geojson": [Layer("municipality", 1, 4326)],
    "sabae/sabae_way.shp": [Layer("road", 2034, 4326)],
    "stations/N02-20_Station.geojson": [Layer("station", 10267, 6668)],
    "towns/chochomokukai/chochomokukai_erimane.shp": [Layer("town", 13, 6668)],
    "towns/walk_network/link.shp": [Layer("reference", 1233, 6677)],
    "towns/walk_network/node.shp": [Layer("reference", 1113, 6677)],
    "vacant_houses/01_tourokubukken.csv": [Layer("vacant_house", 7746, 6668)],
}

REFUSED = {
    "README.md": "この形式のファイルには対応していません",
    "awkward/dbf_without_shp/cp932.dbf": "「cp932.shp」がありません",
    "awkward/dbf_without_shp/cp932.shx": "「cp932.shp」がありません",
    "chino/create_master_data_sheet.xlsx": "緯度・経度、X・Y座標、住所、市区町村名のどの列も見つかりません",
    "chino/road_layers/f_road_lod2/f_road_lod2.cpg": "「f_road_lod2.shp」と「f_road_lod2.dbf」がありません",
    "chino/road_layers/f_road_lod2/f_road_lod2.prj": "「f_road_lod2.shp」と「f_road_lod2.dbf」がありません",
    "chino/road_layers/f_road_lod2/f_road_lod2.shx": "「f_road_lod2.shp」と「f_road_lod2.dbf」がありません",
}

ENCODINGS = {
    "awkward/cp932_field_names/src_blank.shp": ("CP932", "内容"),
    "awkward/no_prj_no_cpg/jpn.shp": ("CP932", "半角の文字だけ"),
    "chino/f_district/f_district.shp": ("CP932", ".cpgの「Shift_JIS」"),
    "ksj_zip/P23-12_38_GML.zip": ("CP932", "DBFの言語番号（0x13）"),
    "sabae/sabae_way.shp": ("UTF-8", ".cpgの「UTF-8」"),
    "vacant_houses/01_tourokubukken.csv": ("UTF-8", "内容"),
}


ONE_WITHOUT_PLACE = "座標のない行が1件あります。表には入りますが、地図には表示されません。"


@pytest.mark.parametrize("name", sorted(OPENED))
def test_a_real_file_opens_as_what_it_is(real_data: Path, name: str) -> None:
    found = inspection(real_data / name)
    assert [Layer(x["role"], x["features"], x["epsg"]) for x in found["layers"]] == OPENED[name]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_real_file_that_is_no_map_is_refused_in_three_sentences(real_data: Path, name: str) -> None:
    with pytest.raises(BadInput) as caught:
        inspection(real_data / name)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3
    assert REFUSED[name] in lines[1]


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_the_text_of_a_real_file_is_read_for_a_reason(real_data: Path, name: str) -> None:
    found = inspection(real_data / name)
    assert (found["encoding"], found["encoding_evidence"]) == ENCODINGS[name]


def test_every_list_of_addresses_opens_as_points(real_data: Path) -> None:
    for path in sorted((real_data / "addresses").rglob("*.json")):
        layer = inspection(path)["layers"][0]
        assert (layer["role"], layer["epsg"]) == ("reference", 6668)
        assert "geolonia" in layer["source"]
        assert layer["notes"] == ([] if path.stem != "長野市" else [ONE_WITHOUT_PLACE])


def test_no_real_file_is_left_out_of_this_table(real_data: Path) -> None:
    parts = (".shp", ".shx", ".dbf", ".prj", ".cpg", ".qpj")
    known = {(real_data / name).with_suffix("") for name in (*OPENED, *REFUSED)}
    files = [p for p in real_data.rglob("*") if p.is_file() and p.parent.name != "長野県"]
    left = [p for p in files if p.relative_to(real_data).as_posix() not in {*OPENED, *REFUSED}]
    assert [p for p in left if not (p.suffix in parts and p.with_suffix("") in known)] == []


def test_the_list_of_links_says_what_it_lacks(real_data: Path) -> None:
    notes = inspection(real_data / "vacant_houses/01_tourokubukken.csv")["layers"][0]["notes"]
    assert "「CITY」" in notes[0]
    assert "7746件" in notes[1]
