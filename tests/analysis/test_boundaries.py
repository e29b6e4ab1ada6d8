"""Places on lines and the ways along them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.analysis.boundaries import along, edges_near, lines_of, vertices_near

RING = shapely.Polygon([(0, 0), (100, 0), (100, 50), (40, 50), (40, 80), (0, 80)])


def star(radii: list[float], origin: tuple[float, float]) -> shapely.Polygon:
    """A ring around a place with one vertex for each radius."""
    turn = 2 * math.pi / len(radii)
    return shapely.Polygon(
        [
            (origin[0] + r * math.cos(n * turn), origin[1] + r * math.sin(n * turn))
            for n, r in enumerate(radii)
        ]
    )


def origin_of(xy: list[tuple[float, float]]) -> tuple[float, float]:
    """The centre of a star: its first vertex lies east of it, the second by one turn further round."""
    turn = 2 * math.pi / len(xy)
    (_, ay), (bx, by) = xy[0], xy[1]
    return (bx - (by - ay) / math.tan(turn) if abs(math.tan(turn)) > 1e-9 else bx, ay)


stars = st.builds(
    star,
    st.lists(st.floats(1.0, 900.0), min_size=5, max_size=40),
    st.tuples(st.floats(-60_000, 60_000), st.floats(-90_000, 90_000)),
)


def test_the_nearest_vertex_and_the_nearest_place_on_an_edge_are_found():
    lines = lines_of(RING)
    assert vertices_near(lines, (98, 3))[0].at == (100, 0)
    assert edges_near(lines, (50, 3))[0].at == (50, 0)
    assert vertices_near(lines, (50, 3), reach_m=10) == []


def test_the_shorter_way_is_followed_and_the_other_one_when_asked():
    lines = lines_of(RING)
    assert along(lines, (0, 0), (100, 50), 0.02) == [(100, 0), (100, 50)]
    assert along(lines, (0, 0), (100, 50), 0.02, other_side=True) == [(0, 80), (40, 80), (40, 50), (100, 50)]


def test_a_way_may_begin_and_end_between_vertices():
    assert along(lines_of(RING), (50, 0), (100, 25), 0.02) == [(100, 0), (100, 25)]
    assert along(lines_of(RING), (20, 0), (80, 0), 0.02) == [(80, 0)]
    other = along(lines_of(RING), (20, 0), (80, 0), 0.02, other_side=True)
    assert other == [(0, 0), (0, 80), (40, 80), (40, 50), (100, 50), (100, 0), (80, 0)]


def test_a_line_has_one_way_in_either_direction():
    lines = lines_of(shapely.LineString([(0, 0), (10, 5), (20, 0), (30, 5)]))
    assert along(lines, (0, 0), (30, 5), 0.02) == [(10, 5), (20, 0), (30, 5)]
    assert along(lines, (30, 5), (10, 5), 0.02) == [(20, 0), (10, 5)]


def test_no_way_leads_from_one_ring_to_another():
    holed = shapely.box(0, 0, 100, 100).difference(shapely.box(40, 40, 60, 60))
    assert along(lines_of(holed), (0, 0), (40, 40), 0.02) is None
    assert along(lines_of(holed), (3, 3), (100, 100), 0.02) is None


@settings(max_examples=80, deadline=None)
@given(ring=stars, first=st.integers(0, 100), second=st.integers(0, 100), other=st.booleans())
def test_the_two_ways_between_vertices_make_the_whole_ring_to_the_last_bit(
    ring: shapely.Polygon, first: int, second: int, other: bool
):
    xy = [tuple(p) for p in np.asarray(ring.exterior.coords).tolist()[:-1]]
    start, end = xy[first % len(xy)], xy[second % len(xy)]
    way = along(lines_of(ring), start, end, 0.02, other)
    assert way is not None
    assert way[-1] == end
    back = along(lines_of(ring), start, end, 0.02, not other)
    assert back is not None
    if start != end:
        assert {start, *way, *back} == set(xy)
        assert len(way) + len(back) == len(xy)


@settings(max_examples=80, deadline=None)
@given(ring=stars, first=st.integers(0, 100), second=st.integers(0, 100), other=st.booleans())
def test_an_area_drawn_along_a_border_leaves_neither_gap_nor_overlap(
    ring: shapely.Polygon, first: int, second: int, other: bool
):
    """The ring lies around its origin like a star, so that the fan over the way lies inside it."""
    xy = [tuple(p) for p in np.asarray(ring.exterior.coords).tolist()[:-1]]
    start, end = xy[first % len(xy)], xy[second % len(xy)]
    way = along(lines_of(ring), start, end, 0.02, other)
    assert way is not None
    fan = shapely.Polygon([start, *way, origin_of(xy)])
    if fan.is_valid and len(way) > 1:
        assert fan.difference(ring).area <= 1e-6
        assert ring.difference(fan).area + fan.area == pytest.approx(ring.area, abs=1e-6 + 1e-12 * ring.area)
