"""Drawing data: what a cache file keeps, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style
from chiiki_gis.io.array_file import packed
from chiiki_gis.io.cache import CHUNK, FORM, MAGIC, MANY_ROWS, CacheDamaged, Shapes, open_shapes, touching
from chiiki_gis.io.cache_build import build_shapes, write_shapes
from chiiki_gis.io.hits import hits

EPSG = 6676
SQUARE = shapely.box(0, 0, 100, 100)
RING = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))


def frame(shapes: list[object], **columns: list[object]) -> geopandas.GeoDataFrame:
    index = pandas.RangeIndex(1, len(shapes) + 1)
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=EPSG, index=index)


def kept(frame: geopandas.GeoDataFrame, folder: Path, style: Style | None = None) -> Shapes:
    """Built, written and opened again."""
    path = folder / "layer.rc"
    write_shapes(build_shapes(frame, style or Style()), path)
    return open_shapes(path)


def rings(shapes: Shapes, kind: str, fid: int) -> list[np.ndarray]:
    """The exact rings of one feature in metres."""
    level, row = shapes.level(kind, 0), int(np.flatnonzero(shapes.fids == fid)[0])
    return [
        level.xy[level.rings[n] : level.rings[n + 1]] * level.resolution_m + shapes.origin
        for n in np.flatnonzero(level.owner == row)
    ]


def area(ring: np.ndarray) -> float:
    (x, y), (nx, ny) = ring[:-1].T, ring[1:].T
    return float((x * ny - nx * y).sum() / 2)


metres = st.floats(-150_000, 150_000, allow_nan=False).map(lambda v: round(v, 4))
points = st.lists(st.tuples(metres, metres), min_size=2, max_size=12, unique=True)


@settings(max_examples=60, deadline=None)
@given(lines=st.lists(points, min_size=1, max_size=6))
def test_coordinates_come_back_within_five_millimetres(
    lines: list[list[tuple[float, float]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = frame([shapely.LineString(line) for line in lines])
    shapes = kept(source, tmp_path_factory.mktemp("cache"))
    for fid, line in enumerate(lines, start=1):
        (found,) = rings(shapes, "line", fid)
        assert np.abs(found - np.array(line)).max() <= 0.005 + 1e-9


@settings(max_examples=60, deadline=None)
@given(places=st.lists(st.tuples(metres, metres), min_size=1, max_size=20))
def test_bounds_in_single_precision_contain_the_exact_ones(places: list[tuple[float, float]]) -> None:
    shapes = build_shapes(frame([shapely.Point(p).buffer(7) for p in places]), Style())
    exact = np.array([shapely.Point(places[fid - 1]).buffer(7).bounds for fid in shapes.fids.tolist()])
    found = shapes.bounds.astype("f8")
    assert (found[:, :2] <= exact[:, :2]).all()
    assert (found[:, 2:] >= exact[:, 2:]).all()


def test_a_hole_stays_a_hole(tmp_path: Path) -> None:
    shapes = kept(frame([RING]), tmp_path)
    outer, hole = rings(shapes, "polygon", 1)
    assert (area(outer), area(hole)) == (10_000, -400)
    assert hits(shapes, 20, 20, 1) == [1]
    assert hits(shapes, 50, 50, 1) == []


def test_every_ring_winds_the_same_way_however_it_was_digitised() -> None:
    turned = shapely.Polygon(SQUARE.exterior.coords[::-1])
    shapes = build_shapes(frame([SQUARE, turned]), Style())
    assert [area(rings(shapes, "polygon", fid)[0]) for fid in (1, 2)] == [10_000, 10_000]


def test_a_feature_of_several_parts_and_kinds_keeps_them_all(tmp_path: Path) -> None:
    mixed = shapely.GeometryCollection(
        [shapely.Point(1, 1), shapely.LineString([(0, 0), (5, 5)]), shapely.MultiPolygon([SQUARE, RING])]
    )
    shapes = kept(frame([mixed, shapely.MultiPoint([(3, 3), (4, 4)])]), tmp_path)
    assert shapes.kinds == ("polygon", "line", "point")
    assert len(rings(shapes, "polygon", 1)) == 3
    assert [ring.tolist() for ring in rings(shapes, "point", 2)] == [[[3, 3]], [[4, 4]]]


def test_heights_are_left_out() -> None:
    flat = build_shapes(frame([shapely.LineString([(0, 0, 800), (5, 5, 900)])]), Style())
    assert rings(flat, "line", 1)[0].tolist() == [[0, 0], [5, 5]]


def test_rows_without_a_drawable_shape_are_counted(tmp_path: Path) -> None:
    nowhere = [None, shapely.Polygon(), shapely.Point(float("inf"), 0), shapely.Point(1e12, 0)]
    shapes = kept(frame([SQUARE, *nowhere]), tmp_path)
    assert (shapes.count, shapes.without_shape, shapes.fids.tolist()) == (1, 4, [1])


def test_an_empty_layer_has_a_file_too(tmp_path: Path) -> None:
    shapes = kept(frame([]), tmp_path, Style(class_column="name", label_column="name"))
    assert (shapes.count, shapes.kinds, shapes.extent) == (0, (), None)
    assert shapes.touching(0, 0, 1, 1).tolist() == []
    assert hits(shapes, 0, 0, 10) == []
    assert shapes.texts("label") == []


def test_classes_labels_and_numbers_follow_their_features(tmp_path: Path) -> None:
    rows = frame(
        [shapely.Point(5000, 9), shapely.Point(2, 2), shapely.Point(900, 3)],
        name=["諏訪IC", None, "𠮷野"],
        number=pandas.array([12, None, 3], dtype="Int64"),
    )
    shapes = kept(rows, tmp_path, Style(class_column="name", label_column="name"))
    by_fid = {
        fid: (shapes.classes[shapes.codes[n]], shapes.texts("label")[n], shapes.texts("number")[n])
        for n, fid in enumerate(shapes.fids.tolist())
    }
    assert by_fid == {1: ("諏訪IC", "諏訪IC", "12"), 2: ("", "", ""), 3: ("𠮷野", "𠮷野", "3")}
    assert shapes.class_counts() == {"": 1, "諏訪IC": 1, "𠮷野": 1}
    names = shapes.texts("label")
    assert shapes.texts("label", np.array([2, 0])) == [names[2], names[0]]
    assert shapes.texts("label", np.array([], "i8")) == []


def test_a_label_stands_inside_its_polygon_and_on_the_middle_of_the_longest_line() -> None:
    horseshoe = shapely.box(0, 0, 100, 100).difference(shapely.box(20, 20, 80, 100))
    lines = shapely.MultiLineString([[(0, 500), (1, 500)], [(0, 700), (40, 700)]])
    shapes = build_shapes(frame([horseshoe, lines]), Style())
    places = {fid: shapes.anchors[n] for n, fid in enumerate(shapes.fids.tolist())}
    assert horseshoe.contains(shapely.Point(places[1]))
    assert places[2].tolist() == [20, 700]


@pytest.mark.parametrize("count", [2, 3])
def test_a_collection_that_begins_with_an_empty_polygon_has_its_label_where_it_is(count: int) -> None:
    odd = shapely.from_wkt("GEOMETRYCOLLECTION (POLYGON EMPTY, POINT (700 800))")
    anchors = build_shapes(frame([odd, *[shapely.box(0, 0, 10, 10)] * (count - 1)]), Style()).anchors
    assert sorted(map(tuple, anchors.tolist())) == [*[(5, 5)] * (count - 1), (700, 800)]


def test_a_border_between_neighbours_is_drawn_once() -> None:
    shapes = build_shapes(frame([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]), Style())
    level = shapes.level("polygon", 0)
    runs = [level.xy[start : start + count] * level.resolution_m for start, count in level.edges.tolist()]
    assert sum(float(np.hypot(*np.diff(run, axis=0).T).sum()) for run in runs) == pytest.approx(70)


def test_an_island_smaller_than_the_grid_does_not_vanish_from_the_overview() -> None:
    coast = shapely.Point(0, 0).buffer(40_000, quad_segs=4000)
    shapes = build_shapes(frame([coast, shapely.box(60_000, 0, 60_003, 3)]), Style())
    assert len(shapes.levels("polygon")) > 1
    for level in shapes.levels("polygon"):
        assert set(level.owner.tolist()) == {0, 1}


def test_chunks_hold_every_ring_once_and_never_part_a_hole_from_its_polygon() -> None:
    rng = np.random.default_rng(7)
    wheels = [
        shapely.Point(x, y).buffer(40, quad_segs=60).difference(shapely.Point(x, y).buffer(20, quad_segs=60))
        for x, y in rng.uniform(0, 9000, (60, 2)).tolist()
    ]
    style = Style(class_column="kind")
    shapes = build_shapes(frame(wheels, kind=[f"{n % 3}" for n in range(60)]), style)
    level = shapes.level("polygon", 0)
    assert sorted(level.order.tolist()) == list(range(len(level.owner)))
    assert len(level.chunks) > 60 * 480 // CHUNK
    seen: set[int] = set()
    for first, last, code in level.chunks.tolist():
        rows = set(level.owner[level.order[first:last]].tolist())
        assert not rows & seen
        assert {int(shapes.codes[row]) for row in rows} == {code}
        seen |= rows


def test_a_file_cut_short_anywhere_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "layer.rc"
    write_shapes(build_shapes(frame([SQUARE]), Style()), path)
    whole = path.read_bytes()
    for length in (0, 1, 8, 11, 12, 40, 200, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(CacheDamaged):
            open_shapes(path)


def test_a_missing_foreign_or_newer_file_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "layer.rc"
    with pytest.raises(CacheDamaged):
        open_shapes(path)
    newer = json.dumps({"version": 10_000, "size": 0, "arrays": {}, "meta": {}}).encode()
    foreign = (
        b"SQLite format 3\0" * 9,
        MAGIC + len(newer).to_bytes(4, "little") + newer,
        MAGIC + b"\2\0\0\0[]",
    )
    for content in foreign:
        path.write_bytes(content)
        with pytest.raises(CacheDamaged):
            open_shapes(path)


@pytest.mark.parametrize(
    "key", ["origin", "extent", "classes", "class_column", "breaks", "without_shape", "levels"]
)
def test_a_header_that_lacks_something_is_damaged(key: str, tmp_path: Path) -> None:
    whole = build_shapes(frame([SQUARE]), Style())
    path = tmp_path / "layer.rc"
    meta = {name: value for name, value in whole.meta.items() if name != key}
    content = packed(FORM, meta, whole.arrays)
    with path.open("wb") as file:
        content.write_to(file)
        file.truncate(content.size)
    with pytest.raises(CacheDamaged):
        open_shapes(path)


@pytest.mark.parametrize(
    ("name", "at", "value"),
    [
        ("polygon.0.rings", 1, 10**12),
        ("polygon.0.rings", 0, -1),
        ("polygon.0.owner", 0, 7),
        ("polygon.0.order", 1, 2),
        ("polygon.0.chunks", 1, 99),
        ("polygon.0.chunks", 2, 5),
        ("polygon.0.edges", 1, 2**31 - 1),
        ("polygon.0.edge_owner", 0, -1),
        ("polygon.0.edge_chunks", 0, 1_000),
        ("code", 0, 3),
        ("label.end", 0, 2**40),
    ],
)
def test_a_place_that_points_beyond_its_array_is_damaged(
    name: str, at: int, value: int, tmp_path: Path
) -> None:
    whole = build_shapes(frame([RING]), Style())
    broken = whole.arrays[name].copy()
    broken.reshape(-1)[at] = value
    write_shapes(Shapes(whole.meta, {**whole.arrays, name: broken}), tmp_path / "layer.rc")
    with pytest.raises(CacheDamaged):
        open_shapes(tmp_path / "layer.rc")


def test_a_level_that_is_not_there_is_damaged(tmp_path: Path) -> None:
    whole = build_shapes(frame([RING]), Style())
    arrays = {name: array for name, array in whole.arrays.items() if name != "polygon.0.chunks"}
    write_shapes(Shapes(whole.meta, arrays), tmp_path / "layer.rc")
    with pytest.raises(CacheDamaged):
        open_shapes(tmp_path / "layer.rc")


def test_a_click_finds_the_nearest_line_before_the_smallest_area() -> None:
    rows = frame([shapely.box(-500, -500, 500, 500), SQUARE, shapely.LineString([(50, 50), (90, 50)])])
    shapes = build_shapes(rows, Style())
    at = ((60, 51), (20, 20), (-300, 0), (900, 900))
    assert [hits(shapes, *place, 2.0) for place in at] == [[3, 2, 1], [2, 1], [1], []]


def test_rows_of_a_big_layer_are_found_through_runs_of_neighbours() -> None:
    rng = np.random.default_rng(5)
    places = rng.uniform(0, 50_000, (MANY_ROWS + 321, 2))
    shapes = build_shapes(frame(list(shapely.points(places))), Style())
    for box in ((0, 0, 50_000, 50_000), (10_000, 20_000, 10_900, 21_000), (-9, -9, -1, -1)):
        assert shapes.touching(*box).tolist() == touching(shapes.bounds, box).tolist()


@pytest.mark.real_data
def test_real_layers_of_chino_are_built_at_once(real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "chino"
    for name, count, role in (
        ("judgement_layers/use_districts/use_districts.shp", 518, Role.ZONING),
        ("road_layers/f_split_line/f_split_line.shp", 9909, Role.ROAD),
    ):
        rows = geopandas.read_file(folder / name, encoding="CP932").to_crs(EPSG)
        shapes = kept(rows, tmp_path, reference_style(role))
        assert (shapes.count, shapes.without_shape) == (count, 0)
        found = shapes.level(shapes.kinds[0], 0)
        assert len(found.xy) == int(shapely.get_num_coordinates(rows.geometry.values).sum())
