"""Rows read in batches are those that the library reads at once, and all of them."""

from __future__ import annotations

import sqlite3
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import geopandas
import numpy
import pandas
import pyogrio
import pytest
import shapely
from pandas.testing import assert_frame_equal
from pyogrio.raw import write

from chiiki_gis.core.errors import BadInput, Cancelled
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io import rows
from chiiki_gis.io.formats import read
from chiiki_gis.io.rows import read_rows

POINTS = [shapely.Point(n, 2 * n) for n in range(4)]
LINES = [shapely.LineString([(0, 0), (n + 1, 5)]) for n in range(4)]


def kept(path: Path, values: dict[str, Any], shapes: Any, **words: Any) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a Shapefile cuts names and numbers
        geopandas.GeoDataFrame(values, geometry=shapes, crs=6676).to_file(path, **words)
    return path


def at_once(path: Path, encoding: str | None = None) -> geopandas.GeoDataFrame:
    return pyogrio.read_dataframe(path, encoding=encoding, datetime_as_string=True)


def plain(frame: geopandas.GeoDataFrame) -> pandas.DataFrame:
    """Values, None where there is none: a column of nothing else has another type in a batch."""
    bare = pandas.DataFrame(frame).astype(object)
    return bare.where(bare.notna(), None)


def read_all(path: Path, encoding: str | None = None) -> tuple[geopandas.GeoDataFrame, int]:
    """The rows, and how many shapes were seen on the way."""
    count = 0

    def seen(_title: str, _crs: object, shapes: Any) -> None:
        nonlocal count
        count += len(shapes)

    layer = str(pyogrio.list_layers(path)[0][0])
    frame, _ = read_rows(path, layer, encoding, "甲", seen)
    return frame, count


COLUMNS: dict[str, dict[str, Any]] = {
    "texts": {"名称": ["茅野", "", None, "諏\n訪"]},
    "numbers": {"n": [1, 2, 3, -4], "x": [0.5, numpy.nan, 1e300, -0.0]},
    "numbers with gaps": {"n": pandas.array([1, None, 3, 2**53 + 1], "Int64")},
    "yes and no": {"b": [True, False, True, True]},
    "days": {"d": pandas.to_datetime(["2025-04-01", None, "1999-12-31", "2000-02-29"])},
    "hardly any": {"n": [None, None, None, None], "t": ["a", "b", "c", "d"]},
    "a column of the library's own name": {"wkb_geometry": ["a", "b", "c", "d"]},
    "none": {},
}  # fmt: skip


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp", "fgb"])
@pytest.mark.parametrize("values", COLUMNS.values(), ids=COLUMNS.keys())
def test_columns_are_the_same_by_batches_and_at_once(tmp_path: Path, ending: str, values: Any):
    path = kept(tmp_path / f"a.{ending}", values, POINTS)
    frame, seen = read_all(path)
    assert_frame_equal(plain(frame), plain(at_once(path)))
    assert frame.crs == at_once(path).crs
    assert seen == len(POINTS)


SHAPES: dict[str, list[Any]] = {
    "none where there is none": [POINTS[0], None, POINTS[1]],
    "empty": [LINES[0], shapely.from_wkt("LINESTRING EMPTY")],
    "heights": [shapely.Point(1, 2, 3), shapely.Point(4, 5, 6)],
    "several parts": [shapely.MultiLineString([LINES[0], LINES[1]]), LINES[2]],
    "no rows": [],
}


@pytest.mark.parametrize("shapes", SHAPES.values(), ids=SHAPES.keys())
def test_shapes_are_the_same_by_batches_and_at_once(tmp_path: Path, shapes: list[Any]):
    path = kept(tmp_path / "a.gpkg", {"n": list(range(len(shapes)))}, shapes)
    frame, _ = read_all(path)
    assert frame.geometry.to_wkt().tolist() == at_once(path).geometry.to_wkt().tolist()


def test_several_batches_come_in_the_order_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "BATCH", 3)
    monkeypatch.setattr(rows, "COPIED_AT_ONCE", 2)
    shapes = [shapely.Point(n, 0) for n in range(20)]
    frame, seen = read_all(kept(tmp_path / "a.gpkg", {"n": list(range(20))}, shapes))
    assert frame["n"].tolist() == list(range(20))
    assert frame.geometry.x.tolist() == list(range(20))
    assert seen == 20


def raw(path: Path, shapes: list[bytes]) -> Path:
    """A GeoPackage of shapes that the library of shapes cannot make."""
    write(
        path, geometry=numpy.array(shapes, object), field_data=[], fields=[], geometry_type="Unknown",
        crs="EPSG:6676", driver="GPKG",
    )  # fmt: skip
    return path


def test_curves_are_read_as_lines_and_what_was_seen_before_them_is_not_seen_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(rows, "BATCH", 2)
    curve = bytes.fromhex("010800000003000000") + numpy.array([0, 0, 1, 1, 2, 0], "<f8").tobytes()
    frame, seen = read_all(raw(tmp_path / "a.gpkg", [*shapely.to_wkb(POINTS), curve]))
    assert frame.geom_type.tolist() == ["Point"] * 4 + ["LineString"]
    assert seen == 5


@pytest.mark.parametrize("declared", [True, False])
def test_measures_are_taken_out_and_said(tmp_path: Path, declared: bool):
    measured = shapely.to_wkb(shapely.from_wkt(["POINT M (1 2 9)", "POINT M (3 4 8)"]), flavor="iso")
    path = raw(tmp_path / "a.gpkg", list(measured))
    if declared:
        with closing(sqlite3.connect(path)) as database, database:
            database.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT', m = 1")
    (table,) = read(path).tables
    assert table.frame.geometry.to_wkt().tolist() == ["POINT (1 2)", "POINT (3 4)"]
    assert "測定値（M）は使わないため取り除きました。" in table.notes


def test_a_file_that_ends_early_within_is_refused_and_not_taken_in_part(tmp_path: Path):
    shapes = [shapely.Point(n, n) for n in range(30_000)]
    path = kept(tmp_path / "a.gpkg", {"t": [f"{n:050}" for n in range(30_000)]}, shapes)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 40_000] = b"\0" * 40_000
    path.write_bytes(bytes(data))
    with pytest.raises(BadInput, match=r"a\.gpkg"):
        read(path)


def test_who_looks_on_can_stop_the_reading(tmp_path: Path):
    path = kept(tmp_path / "a.gpkg", {}, POINTS)

    def seen(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read(path, ImportOptions(), seen=seen)
