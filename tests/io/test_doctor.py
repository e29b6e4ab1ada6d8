"""The doctor proposes a coordinate system or another order of axes, and never decides by itself."""

from __future__ import annotations

import pickle
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point, box

from chiiki_gis.core.crs import crs_label, plane_epsg
from chiiki_gis.core.errors import AxesSwapped, CrsMissing
from chiiki_gis.core.role import Role
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import prepare

ORIGINS = {8: (138.2, 36.0), 12: (142.0, 43.5), 15: (127.7, 26.3), 1: (129.5, 28.4), 14: (142.2, 27.1)}
"""A place in the area of each zone."""


def town(zone: int) -> geopandas.GeoDataFrame:
    x, y = ORIGINS[zone]
    border = geopandas.GeoDataFrame(geometry=[box(x - 0.1, y - 0.1, x + 0.1, y + 0.1)], crs=6668)
    return border.to_crs(plane_epsg(zone))


def points(epsg: int, zone: int, *, swapped: bool = False) -> geopandas.GeoDataFrame:
    x, y = ORIGINS[zone]
    places = geopandas.GeoSeries([Point(x + d, y - d) for d in (0.01, 0.02, 0.03)], crs=6668).to_crs(epsg)
    shapes = [Point(p.y, p.x) if swapped else p for p in places]
    return geopandas.GeoDataFrame({"n": range(3)}, geometry=shapes, crs=None)


def missing(frame: geopandas.GeoDataFrame, folder: Path, zone: int) -> CrsMissing:
    path = folder / "図面.shp"
    with pytest.warns(UserWarning, match="crs"):
        frame.to_file(path)
    with pytest.raises(CrsMissing) as caught:
        prepare(read(path).tables[0], plane_epsg(zone), town=town(zone))
    return caught.value


@pytest.mark.parametrize("zone", ORIGINS)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_file_without_crs_is_proposed_the_zone_in_which_it_lies_on_the_town(
    tmp_path: Path, zone: int, swapped: bool
) -> None:
    error = missing(points(plane_epsg(zone), zone, swapped=swapped), tmp_path, zone)
    best = error.proposals[0]
    assert (best.epsg, best.swap_axes) == (plane_epsg(zone), swapped)
    assert crs_label(plane_epsg(zone)) in error.why
    assert "100%" in best.why
    lines = str(error).split("\n")
    assert [line.count("。") for line in lines] == [1, 1, 1]
    assert str(best.epsg) in error.todo
    assert pickle.loads(pickle.dumps(error)).proposals == error.proposals


def test_a_neighbouring_zone_is_proposed_where_the_file_lies_so(tmp_path: Path) -> None:
    error = missing(points(plane_epsg(9), 8), tmp_path, 8)
    assert error.proposals[0].epsg == plane_epsg(9)


def test_nothing_is_proposed_for_what_lies_nowhere_near(tmp_path: Path) -> None:
    far = geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(5e6, 5e6)])
    error = missing(far, tmp_path, 8)
    assert error.proposals == ()


def test_the_chosen_repair_puts_the_file_where_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "図面.shp"
    with pytest.warns(UserWarning, match="crs"):
        points(plane_epsg(8), 8, swapped=True).to_file(path)
    from dataclasses import replace

    table = replace(read(path).tables[0], epsg=plane_epsg(8))
    prepared = prepare(table, plane_epsg(8), town=town(8), turned=True)
    wanted = points(plane_epsg(8), 8).geometry
    assert all(a.distance(b) < 0.001 for a, b in zip(prepared.frame.geometry, wanted, strict=True))
    assert any("入れ替えました" in note for note in prepared.notes)


@pytest.mark.parametrize("role", [None, Role.FACILITY])
def test_degrees_in_the_wrong_order_are_not_taken_but_offered_to_be_turned(
    tmp_path: Path, role: Role | None
) -> None:
    path = tmp_path / "a.gpkg"
    geopandas.GeoDataFrame({"name": ["x"]}, geometry=[Point(36.1, 138.3)], crs=6668).to_file(path)
    table = read(path).tables[0]
    with pytest.raises(AxesSwapped, match="入れ替") as caught:
        prepare(table, 6676, role)
    assert caught.value.proposals[0].swap_axes
    assert prepare(table, 6676, turned=True).frame.geometry.iloc[0].is_valid


def test_a_plane_file_with_its_axes_the_wrong_way_is_offered_to_be_turned() -> None:
    frame = points(6676, 8, swapped=True).set_crs(6676)
    from chiiki_gis.io.vector import Table

    table = Table("a", Path("a.gpkg"), "gpkg", frame, None, "", 6676, "")
    with pytest.raises(AxesSwapped, match="XとY"):
        prepare(table, 6676, town=town(8))


@pytest.mark.real_data
def test_a_file_of_chino_that_lost_its_prj_is_proposed_zone_eight(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "chino/judgement_layers/use_districts"
    for ending in (".shp", ".shx", ".dbf", ".cpg"):
        (tmp_path / f"a{ending}").write_bytes((folder / f"use_districts{ending}").read_bytes())
    border = geopandas.read_file(real_data / "chino/boundary_20214.geojson").to_crs(6676)
    with pytest.raises(CrsMissing) as caught:
        prepare(read(tmp_path / "a.shp").tables[0], 6676, town=border)
    assert [(p.epsg, p.swap_axes) for p in caught.value.proposals][:1] == [(6676, False)]


def test_decimals_in_a_field_for_integers_are_not_cut(tmp_path: Path) -> None:
    geopandas.GeoDataFrame({"量": [1, 22222]}, geometry=[Point(138, 36)] * 2, crs=6668).to_file(
        tmp_path / "a.shp", encoding="cp932"
    )
    data = (tmp_path / "a.dbf").read_bytes()
    (tmp_path / "a.dbf").write_bytes(data.replace(b"22222", b"3.600"))
    table = read(tmp_path / "a.shp").tables[0]
    assert list(table.frame["量"]) == [1.0, 3.6]
    assert "小数が1件" in table.notes[0]


@pytest.mark.real_data
def test_the_decimals_of_a_published_file_are_read(real_data: Path) -> None:
    tables = read(real_data / "ksj_zip/P23-12_38_GML.zip").tables
    told = [note for table in tables for note in table.notes if "小数" in note]
    assert told
    assert any(
        (table.frame.select_dtypes("float").stack() == 3.6).any()
        for table in tables
        if len(table.frame.select_dtypes("float").columns)
    )


def test_a_number_that_means_no_value_is_emptied_and_a_likely_one_is_told() -> None:
    from chiiki_gis.io.vector import Table

    frame = geopandas.GeoDataFrame(
        {"深さ": [-89999999, 3], "高さ": [-9999.0, 2.5]}, geometry=[Point(138, 36)] * 2, crs=6668
    )
    prepared = prepare(Table("a", Path("a.gpkg"), "gpkg", frame, None, "", 6668, ""), 6676)
    assert prepared.frame["深さ"].isna().tolist() == [True, False]
    assert list(prepared.frame["高さ"]) == [-9999.0, 2.5]
    assert any("1件を空にしました" in note for note in prepared.notes)
    assert any("-9999が1件" in note for note in prepared.notes)


def tokyo() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(139.75, 35.68)], crs=4301)


def test_without_a_grid_the_operation_and_its_accuracy_are_told() -> None:
    from chiiki_gis.io.datum import move

    _, notes = move(tokyo(), 4301, 6677)
    assert "10m程度" in notes[1]
    assert "変換の方法は「" in notes[1]
    assert "TKY2JGD" in notes[1]


@pytest.mark.real_data
def test_with_the_official_grids_a_place_in_the_tokyo_datum_is_exact(real_data: Path) -> None:
    from chiiki_gis.io.datum import GRID_SETTING, move
    from chiiki_gis.settings import keep_setting

    rough, _ = move(tokyo(), 4301, 6677)
    keep_setting(GRID_SETTING, str(real_data / "grids"))
    try:
        exact, notes = move(tokyo(), 4301, 6677)
        north = geopandas.GeoDataFrame({"n": [1]}, geometry=[Point(141.5, 38.4)], crs=4612)
        moved, told = move(north, 4612, 6678)
    finally:
        keep_setting(GRID_SETTING, "")
    assert "TKY2JGD.tif" in notes[1]
    assert 0.01 < exact.geometry.iloc[0].distance(rough.geometry.iloc[0]) < 10
    assert 3 < moved.geometry.iloc[0].distance(north.to_crs(6678).geometry.iloc[0]) < 6
    assert "touhokutaiheiyouoki2011.tif" in told[1]
