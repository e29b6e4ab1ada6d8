"""A first look at files while they are imported."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

import geopandas
import numpy as np
import pyproj
import pytest
import shapely

from chiiki_gis.core.errors import BadInput, Cancelled
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io.cache import Shapes
from chiiki_gis.io.formats import read
from chiiki_gis.io.glimpse import glimpsing, near_enough

RING = shapely.box(0, 0, 900, 900).difference(shapely.box(300, 300, 600, 600))


def kept(path: Path, *shapes: object, epsg: int | None = 6676) -> Path:
    geopandas.GeoDataFrame(geometry=list(shapes), crs=epsg).to_file(path)
    return path


def glimpses(
    path: Path, epsg: int, metres: float, asked: int | None = None, layers: tuple[str, ...] = ()
) -> list[Shapes]:
    """What is shown of a file while it is read."""
    shown: list[Shapes] = []
    with glimpsing(epsg, metres, shown.append, asked, layers) as seen:
        read(path, ImportOptions(epsg=asked), seen=seen)
    return shown


def vertices(shapes: Shapes) -> np.ndarray:
    kind = shapes.kinds[0]
    level = shapes.level(kind, 0)
    return level.xy * level.resolution_m


def test_polygons_are_seen_by_their_outlines_holes_included(tmp_path: Path) -> None:
    (seen,) = glimpses(kept(tmp_path / "a.gpkg", RING), 6676, 1.0)
    assert seen.kinds == ("line",)
    assert len(seen.level("line", 0).rings) - 1 == 2
    assert seen.extent == (0, 0, 900, 900)


def test_points_and_lines_of_one_file_are_both_seen(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.gpkg", shapely.Point(5, 5), shapely.LineString([(0, 0), (50, 80)]))
    assert [s.kinds for s in glimpses(path, 6676, 1.0)] == [("line",), ("point",)]


def test_degrees_are_moved_to_the_plan_before_anything_is_repaired(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.geojson", shapely.Point(138.5, 36.0), epsg=6668)
    (seen,) = glimpses(path, 6676, 1.0)
    assert np.abs(vertices(seen)).max() < 1.0  # the origin of zone VIII


def test_points_nearer_than_a_pixel_are_seen_once(tmp_path: Path) -> None:
    crowd = [shapely.Point(x, 0) for x in np.linspace(0, 30, 500)]
    (seen,) = glimpses(kept(tmp_path / "a.gpkg", *crowd), 6676, 10.0)
    assert seen.count == 4


def test_every_feature_is_seen_however_small(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.gpkg", shapely.box(0, 0, 1, 1), shapely.box(5_000, 0, 5_001, 1))
    (seen,) = glimpses(path, 6676, 100.0)
    assert {round(x, -3) for x in vertices(seen)[:, 0].tolist()} == {0, 5_000}


@pytest.mark.parametrize("name", ["none.gpkg", "a.csv", "broken.shp", "empty.geojson"])
def test_a_file_that_is_no_map_gives_no_glimpse(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.csv").write_text("名称,緯度\n甲,36\n", "utf-8")
    (tmp_path / "broken.shp").write_bytes(b"\0" * 40)
    (tmp_path / "empty.geojson").write_text("", "utf-8")
    shown: list[Shapes] = []
    with suppress(BadInput), glimpsing(6676, 1.0, shown.append) as seen:
        read(tmp_path / name, seen=seen)
    assert shown == []
    assert drawers() == []


def test_an_empty_part_of_a_shape_is_passed_over(tmp_path: Path) -> None:
    odd = shapely.from_wkt("MULTIPOLYGON(((0 0, 40 0, 40 40, 0 0)), EMPTY)")
    (seen,) = glimpses(
        kept(tmp_path / "a.gpkg", odd, shapely.from_wkt("MULTILINESTRING((0 0, 9 9), EMPTY)")), 6676, 1.0
    )
    assert len(seen.level("line", 0).rings) - 1 == 2


def drawers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "glimpse"]


def test_nothing_more_is_seen_of_a_file_whose_import_is_stopped(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.gpkg", *(shapely.Point(n, n) for n in range(60_000)))
    shown: list[Shapes] = []

    def stop(shapes: Shapes) -> None:
        shown.append(shapes)
        raise Cancelled

    with glimpsing(6676, 0.5, stop) as seen:
        seen("甲", pyproj.CRS(6676), np.array([shapely.Point(1, 1)], object))
        (drawer,) = drawers()
        drawer.join()
        with pytest.raises(Cancelled):
            read(path, seen=seen)
    assert len(shown) == 1
    assert drawers() == []


def test_a_shapefile_is_seen_whatever_its_letters_are(tmp_path: Path) -> None:
    path = tmp_path / "甲.shp"
    rows = geopandas.GeoDataFrame({"名前": ["茅野"]}, geometry=[shapely.Point(5, 5)], crs=6676)
    rows.to_file(path, encoding="CP932")
    assert len(glimpses(path, 6676, 1.0)) == 1


def test_vertices_placed_in_one_go_are_within_a_quarter_of_a_pixel() -> None:
    steps = np.random.default_rng(1).integers((1300, 340), (1460, 450), (40_000, 2), "i4")
    exact = pyproj.Transformer.from_crs(6668, 6676, always_xy=True).transform
    moved = near_enough(exact, steps, 0.1, 2_000.0)
    assert moved is not exact
    x, y = (steps * 0.1).T
    assert np.abs(np.subtract(moved(x, y), exact(x, y))).max() < 500.0


def test_where_one_go_is_too_rough_every_vertex_is_placed_exactly() -> None:
    steps = np.random.default_rng(1).integers((1300, 340), (1460, 450), (40_000, 2), "i4")
    exact = pyproj.Transformer.from_crs(6668, 6676, always_xy=True).transform
    assert near_enough(exact, steps, 0.1, 0.01) is exact


def test_every_layer_of_a_container_is_seen_in_its_own_place(tmp_path: Path) -> None:
    path = tmp_path / "多.gpkg"
    plane = geopandas.GeoDataFrame(geometry=[shapely.Point(50, 80)], crs=6676)
    degrees = geopandas.GeoDataFrame(geometry=[shapely.Point(138.5, 36.0)], crs=6668)
    plane.to_file(path, layer="甲")
    degrees.to_file(path, layer="乙")
    first, second = glimpses(path, 6676, 1.0)
    assert vertices(first).tolist() == [[50, 80]]
    assert np.abs(vertices(second)).max() < 1.0
    assert len(glimpses(path, 6676, 1.0, layers=("乙",))) == 1


def test_a_crs_that_the_user_names_places_the_glimpse(tmp_path: Path) -> None:
    path = kept(tmp_path / "a.shp", shapely.Point(0, 0))
    path.with_suffix(".prj").unlink()
    assert glimpses(path, 6676, 1.0) == []
    (seen,) = glimpses(path, 6676, 1.0, 6676)
    assert vertices(seen).tolist() == [[0, 0]]
