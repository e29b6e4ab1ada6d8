"""Areas cut, united, reshaped and simplified."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.analysis.area_edits import (
    cut_away,
    cut_to,
    reshaped,
    simplified,
    split,
    united,
    with_hole,
    with_part,
)
from chiiki_gis.analysis.vertices import has_vertex, moved_vertex, with_vertices, without_vertex

SQUARE = shapely.box(0, 0, 100, 100)
coordinates = st.tuples(st.floats(-50, 150), st.floats(-50, 150))


def blob(radii: list[float]) -> shapely.Polygon:
    turn = 2 * math.pi / len(radii)
    return shapely.Polygon(
        [(50 + r * math.cos(n * turn), 50 + r * math.sin(n * turn)) for n, r in enumerate(radii)]
    )


blobs = st.builds(blob, st.lists(st.floats(5.0, 60.0), min_size=4, max_size=30))


@settings(max_examples=120, deadline=None)
@given(area=blobs, line=st.lists(coordinates, min_size=2, max_size=6, unique=True))
def test_splitting_leaves_the_total_area_unchanged(area: shapely.Polygon, line: list[tuple[float, float]]):
    parts = split(area, line)
    assert sum(part.area for part in parts) == pytest.approx(area.area, abs=1e-6)
    for n, part in enumerate(parts):
        assert all(part.intersection(other).area <= 1e-6 for other in parts[n + 1 :])


@settings(max_examples=120, deadline=None)
@given(area=blobs, line=st.lists(coordinates, min_size=2, max_size=6, unique=True))
def test_uniting_what_was_split_gives_the_area_back(area: shapely.Polygon, line: list[tuple[float, float]]):
    assert united(split(area, line)).symmetric_difference(area).area <= 1e-6


@settings(max_examples=120, deadline=None)
@given(area=blobs, other=blobs, shift=st.tuples(st.floats(-80, 80), st.floats(-80, 80)))
def test_what_is_cut_away_and_what_is_cut_to_make_the_area(
    area: shapely.Polygon, other: shapely.Polygon, shift: tuple[float, float]
):
    frame = shapely.transform(other, lambda xy: xy + shift)
    inner, outer = cut_to(area, frame), cut_away(area, [frame])
    assert inner.area + outer.area == pytest.approx(area.area, abs=1e-6)
    assert outer.intersection(frame).area <= 1e-6


@settings(max_examples=120, deadline=None)
@given(area=blobs, tolerance=st.floats(0.0, 20.0))
def test_a_simplified_outline_stays_within_the_tolerance(area: shapely.Polygon, tolerance: float):
    found = simplified(area, tolerance)
    assert found.is_valid
    assert shapely.get_num_coordinates(found) <= shapely.get_num_coordinates(area)
    assert all(found.exterior.distance(shapely.Point(p)) <= tolerance + 1e-9 for p in area.exterior.coords)


def test_simplifying_keeps_the_vertices_that_neighbours_share():
    wavy = shapely.Polygon([(0, 0), (50, 1), (100, 0), (100, 100), (50, 101), (0, 100)])
    assert has_vertex(simplified(wavy, 5, kept=[(50, 1)]), (50, 1))
    assert not has_vertex(simplified(wavy, 5, kept=[(50, 1)]), (50, 101))


@settings(max_examples=100, deadline=None)
@given(first=st.floats(0.01, 99.99), second=st.floats(0.01, 99.99))
def test_a_line_from_edge_to_edge_splits_and_its_ends_are_vertices_of_both(first: float, second: float):
    slanted = shapely.Polygon([(0.1, 0.2), (100.3, 7.7), (93.1, 104.9), (-3.3, 96.6)])
    ends = [slanted.exterior.interpolate(d) for d in (first, 200 + second)]
    line = [(p.x, p.y) for p in ends]
    parts = split(slanted, line)
    assert len(parts) == 2
    assert all(has_vertex(part, end) for part in parts for end in line)
    assert sum(part.area for part in parts) == pytest.approx(slanted.area, abs=1e-6)


def test_a_line_that_does_not_cross_splits_nothing():
    assert split(SQUARE, [(10, 10), (50, 50)]) == [SQUARE]


def test_reshaping_inside_cuts_the_smaller_side_off():
    found = reshaped(SQUARE, [(70, -10), (70, 110)])
    assert found is not None
    assert found.equals(shapely.box(0, 0, 70, 100))


def test_reshaping_outside_adds_what_the_line_encloses():
    found = reshaped(SQUARE, [(20, 90), (20, 130), (80, 130), (80, 90)])
    assert found is not None
    assert found.area == pytest.approx(10_000 + 60 * 30)


def test_reshaping_needs_two_crossings():
    assert reshaped(SQUARE, [(50, 50), (150, 50)]) is None


def test_holes_outlive_reshaping():
    holed = SQUARE.difference(shapely.box(10, 10, 20, 20))
    found = reshaped(holed, [(70, -10), (70, 110)])
    assert found is not None
    assert found.area == pytest.approx(7_000 - 100)


def test_a_hole_lies_inside_or_is_refused():
    found = with_hole(SQUARE, [(10, 10), (20, 10), (20, 20)])
    assert found is not None
    assert found.area == pytest.approx(10_000 - 50)
    assert with_hole(SQUARE, [(90, 10), (120, 10), (120, 20)]) is None


def test_a_part_apart_makes_a_multipolygon_and_one_that_touches_does_not():
    assert with_part(SQUARE, [(200, 0), (210, 0), (210, 10)]).geom_type == "MultiPolygon"
    assert with_part(SQUARE, [(100, 0), (110, 0), (110, 10), (100, 10)]).geom_type == "Polygon"


@settings(max_examples=100, deadline=None)
@given(area=blobs, number=st.integers(0, 40), part=st.floats(0.1, 0.9))
def test_a_vertex_put_on_an_edge_and_taken_away_again_changes_nothing(
    area: shapely.Polygon, number: int, part: float
):
    xy = shapely.get_coordinates(area)
    a, b = xy[number % (len(xy) - 1)], xy[number % (len(xy) - 1) + 1]
    x, y = (a + (b - a) * part).tolist()
    put = with_vertices(area, [(x, y)])
    if put is area:  # so near to a vertex that it is that vertex
        return
    assert put.area == pytest.approx(area.area, abs=1e-6)
    assert without_vertex(put, (x, y)).equals_exact(area, 0)


@settings(max_examples=100, deadline=None)
@given(area=blobs, number=st.integers(0, 40), to=coordinates)
def test_a_vertex_moved_there_and_back_is_where_it_was(
    area: shapely.Polygon, number: int, to: tuple[float, float]
):
    xy = shapely.get_coordinates(area)[:-1]
    x, y = xy[number % len(xy)].tolist()
    if has_vertex(area, to):
        return
    moved = moved_vertex(area, (x, y), to)
    assert moved_vertex(moved, to, (x, y)).equals_exact(area, 0)
