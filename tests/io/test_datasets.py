"""The table of published data sets: every entry is known by its columns or its file name."""

from __future__ import annotations

import geopandas
import pytest
from shapely.geometry import LineString, Point, box

from chiiki_gis.core.role import Role
from chiiki_gis.io.datasets import Dataset, datasets, japanese_column, recognise

SHAPES = {"point": Point(138, 36), "line": LineString([(138, 36), (138.1, 36)]), "polygon": box(0, 0, 1, 1)}
STEMS = {
    "tokei": "20214_tokei",
    "jyuntoshi": "20214_jyuntoshi",
    "tkbt": "20214_tkbt",
    "tokuteiyouto": "20214_tokuteiyouto",
    "chikukei": "20214_chikukei",
    "fuuchichiku": "20214_fuuchichiku",
    "bouka": "20214_bouka",
    "koudo": "20214_koudoti",
    "toshikeikaku_douro": "20214_douro",
    "toshikeikaku_other": "20214_kouen",
    "A31_other": "A31b-20-23_10_0000",
    "ksj_points": "P04-20_20",
    "ksj_other": "A45-19_20",
    "boundary": "boundary_20214",
    "roads": "道路中心線",
    "flood": "浸水想定",
    "farmland": "農用地区域",
    "heritage": "埋蔵文化財",
    "houses": "空き家一覧",
}


def example(dataset: Dataset) -> geopandas.GeoDataFrame:
    values: dict[str, list[object]] = {column: ["1"] for column in dataset.columns} or {"x": ["1"]}
    if dataset.column is not None:
        values[dataset.column] = ["商業地域" if dataset.zone else sorted(dataset.words)[0]]
    shape = SHAPES[dataset.geometry or "point"]
    return geopandas.GeoDataFrame(values, geometry=[shape], crs=6668)


@pytest.mark.parametrize("dataset", datasets(), ids=lambda d: d.id)
def test_each_data_set_is_known_by_its_own_columns_or_name(dataset: Dataset) -> None:
    found = recognise(example(dataset), STEMS.get(dataset.id, "x"))
    assert (found.role, found.licence) == (dataset.role, dataset.licence)
    assert found.title in (dataset.title, STEMS.get(dataset.id))
    assert found.evidence == ("列名" if dataset.columns else "ファイル名")


WANTED = """N03 A29 N06_joint N06_section N13 N01 N10 N02 A09 A10 A12 A13 A16 A31 A33 A40 P11 P12 P14 P27 P29
    P33 P35 youto senbiki tokei ritteki estat OSM ISJ_block ISJ_town ABR geolonia plateau_use plateau_flood
    plateau_landslide LINKS"""


@pytest.mark.parametrize(
    "wanted",
    WANTED.split(),
)
def test_the_data_a_town_hall_has_are_in_the_table(wanted: str) -> None:
    assert wanted in {dataset.id for dataset in datasets()}


def test_columns_that_are_numbers_get_japanese_names() -> None:
    assert japanese_column("N03_004") == "市区町村名"
    assert japanese_column("n13_006") == "幅員区分"
    assert japanese_column("知らない列") is None


def test_farm_land_and_agricultural_area_are_told_apart() -> None:
    table = geopandas.GeoDataFrame(
        {"LAYER_NO": [5.0, 6.0], "OBJ_NAME": ["甲", "乙"]}, geometry=[box(0, 0, 1, 1)] * 2, crs=4612
    )
    found = recognise(table, "a001200020160206")
    rows, notes = found.normaliser(table)
    assert found.role == Role.FARMLAND
    assert list(rows["name"]) == ["農業地域", "農用地区域"]
    assert "農業地域の図形が1件" in notes[0]


def test_depth_of_a_flood_is_written_in_words() -> None:
    table = geopandas.GeoDataFrame({"A31_101": ["2"]}, geometry=[box(0, 0, 1, 1)], crs=4612)
    assert list(recognise(table, "A31-12_20").normaliser(table)[0]["name"]) == ["0.5m以上3m未満"]
