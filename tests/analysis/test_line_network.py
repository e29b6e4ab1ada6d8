"""The shortest way along the lines of many features."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from chiiki_gis.analysis.boundaries import length_along, lines_of
from chiiki_gis.analysis.line_network import LineNetwork

ROADS = lines_of(
    shapely.MultiLineString(
        [
            [(0, 0), (50, 0), (100, 0)],
            [(100, 0), (100, 40), (100, 80)],
            [(0, 0), (0, 80)],
            [(0, 80), (100, 80)],
        ]
    )
)


def places(network: LineNetwork, end: tuple[float, float]) -> list[tuple[float, float]]:
    way = network.way(end)
    assert way is not None
    return [at for at, _ in way]


def test_the_way_goes_over_several_lines_and_says_which() -> None:
    way = LineNetwork(ROADS, (0, 0)).way((100, 40))
    assert way == [((50, 0), 0), ((100, 0), 0), ((100, 40), 1)]


def test_a_way_may_begin_and_end_between_vertices() -> None:
    network = LineNetwork(ROADS, (20, 0))
    found = places(network, (100, 60))
    assert found[-1] == (100, 60)
    assert length_along((20, 0), found) <= 20 + 100 + 80 + 40


def test_a_way_leads_back_to_the_segment_it_begins_on() -> None:
    assert places(LineNetwork(ROADS, (50, 0)), (75, 0)) == [(75, 0)]


def test_no_way_leads_off_the_lines_or_between_lines_that_do_not_meet() -> None:
    apart = lines_of(shapely.MultiLineString([[(0, 0), (10, 0)], [(20, 0), (30, 0)]]))
    assert LineNetwork(apart, (0, 0)).way((25, 0)) is None
    assert LineNetwork(apart, (0, 0)).way((15, 5)) is None
    assert LineNetwork(apart, (0, 5)).way((10, 0)) is None


def test_rings_that_share_a_border_are_followed_where_it_is_shortest() -> None:
    rings = lines_of(shapely.MultiPolygon([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]))
    found = places(LineNetwork(rings, (0, 0)), (20, 0))
    assert found == [(10, 0), (20, 0)]
    assert length_along((0, 0), found) == pytest.approx(20)


def test_borders_inside_a_class_are_no_ways() -> None:
    """Two squares of one class side by side, and a third of another class beside them."""
    squares = lines_of(shapely.MultiPolygon([shapely.box(n * 10, 0, n * 10 + 10, 10) for n in range(3)]))
    seam = LineNetwork(squares, (10, 0), np.array([4, 4, 7]))
    assert places(seam, (10, 10)) != [(10, 10)]
    assert places(LineNetwork(squares, (20, 0), np.array([4, 4, 7])), (20, 10)) == [(20, 10)]


def test_the_other_side_goes_round_without_a_segment_of_the_first_way() -> None:
    block = lines_of(shapely.MultiLineString([[(0, 0), (100, 0), (100, 50)], [(100, 50), (0, 50), (0, 0)]]))
    network = LineNetwork(block, (0.0, 0.0))
    first, other = network.way((100.0, 0.0)), network.way((100.0, 0.0), other_side=True)
    assert first is not None
    assert other is not None
    assert [at for at, _ in first] == [(100.0, 0.0)]
    assert [at for at, _ in other] == [(0.0, 50.0), (100.0, 50.0), (100.0, 0.0)]


def test_the_other_side_between_places_on_edges_passes_neither_twice() -> None:
    block = lines_of(shapely.MultiLineString([[(0, 0), (100, 0), (100, 50)], [(100, 50), (0, 50), (0, 0)]]))
    other = LineNetwork(block, (30.0, 0.0)).way((70.0, 0.0), other_side=True)
    assert other is not None
    assert [at for at, _ in other] == [(0.0, 0.0), (0.0, 50.0), (100.0, 50.0), (100.0, 0.0), (70.0, 0.0)]


def test_where_there_is_one_way_only_the_other_side_is_the_same() -> None:
    street = lines_of(shapely.LineString([(0, 0), (50, 0), (100, 0)]))
    network = LineNetwork(street, (0.0, 0.0))
    assert network.way((100.0, 0.0), other_side=True) == network.way((100.0, 0.0))
