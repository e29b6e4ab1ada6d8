"""Borders fit together after import, and every change is told with its count and size."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from shapely.geometry import Point, Polygon, box

from chiiki_gis.core.role import Role
from chiiki_gis.io.imports import Prepared, prepare
from chiiki_gis.io.vector import Table


def prepared(
    frame: geopandas.GeoDataFrame, role: Role | None = None, epsg: int = 6668, **more: object
) -> Prepared:
    return prepare(Table("a", Path("a.gpkg"), "gpkg", frame, None, "", epsg, ""), 6676, role, **more)  # type: ignore[arg-type]


def test_two_towns_that_differ_at_the_thirteenth_decimal_meet_after_import() -> None:
    left = Polygon([(138, 36), (138.1, 36.0000000000012), (138.1, 36.1), (138, 36.1)])
    right = Polygon([(138.1, 36.0000000000001), (138.2, 36), (138.2, 36.1), (138.1, 36.1000000000003)])
    frame = geopandas.GeoDataFrame(
        {"name": ["甲", "乙"], "code": ["1", "2"]}, geometry=[left, right], crs=6668
    )
    done = prepared(frame, Role.MUNICIPALITY)
    assert shapely.union_all(done.frame.geometry.to_numpy()).geom_type == "Polygon"
    note = next(n for n in done.notes if "1e-9度" in n)
    assert "頂点4個" in note
    assert "mm" in note


def test_a_copy_of_a_row_goes_and_a_row_with_another_attribute_stays() -> None:
    square = box(138, 36, 138.1, 36.1)
    frame = geopandas.GeoDataFrame({"n": [1, 1, 2]}, geometry=[square] * 3, crs=6668)
    done = prepared(frame)
    assert list(done.frame["n"]) == [1, 2]
    assert list(done.frame.index) == [1, 2]
    assert any("一つずつ残しました" in n and "1件" in n for n in done.notes)


def test_two_vacant_houses_that_look_the_same_are_two() -> None:
    frame = geopandas.GeoDataFrame({"n": [1, 1]}, geometry=[Point(138, 36)] * 2, crs=6668)
    assert len(prepared(frame, Role.VACANT_HOUSE).frame) == 2


def test_a_mended_bow_tie_says_how_far_it_moved() -> None:
    bow = Polygon([(138, 36), (138.1, 36.1), (138.1, 36), (138, 36.1)])
    done = prepared(geopandas.GeoDataFrame({"n": [1]}, geometry=[bow], crs=6668))
    assert any("1件を直しました（動きは最大" in n for n in done.notes)


def test_slivers_are_counted() -> None:
    frame = geopandas.GeoDataFrame(
        {"youto": ["商業地域"] * 2}, geometry=[box(0, 0, 50, 50), box(50, 0, 50.001, 50)], crs=6676
    )
    assert any("スリバー）が1か所" in n for n in prepared(frame, Role.ZONING, 6676).notes)


def test_what_lies_far_from_the_town_is_left_out_when_asked() -> None:
    town = geopandas.GeoDataFrame(geometry=[box(0, 0, 1000, 1000)], crs=6676)
    places = [Point(500, 500), Point(1500, 500), Point(9000, 500)]
    frame = geopandas.GeoDataFrame({"n": [1, 2, 3]}, geometry=places, crs=6676)
    done = prepared(frame, Role.REFERENCE, 6676, town=town, margin_m=1000.0)
    assert list(done.frame["n"]) == [1, 2]
    assert any("1,000mより遠い図形1件" in n for n in done.notes)
    assert len(prepared(frame, Role.REFERENCE, 6676, town=town).frame) == 3


def test_the_original_columns_are_kept() -> None:
    frame = geopandas.GeoDataFrame(
        {"A29_004": [9], "A29_005": ["商業地域"], "name": ["元"]},
        geometry=[box(138, 36, 138.1, 36.1)],
        crs=6668,
    )
    columns = prepared(frame).frame.columns
    assert {"A29_004", "A29_005", "元のname", "name", "zone_id"} <= set(columns)


@pytest.mark.real_data
def test_all_towns_of_nagano_come_in_valid(real_data: Path) -> None:
    from chiiki_gis.io.formats import read

    done = prepare(read(real_data / "nagano/N03-21_20_210101.json").tables[0], 6676)
    assert done.frame.geometry.is_valid.all()
    assert len(done.frame) == 77
