"""Areas reached in some minutes: made from the roads, neither more nor less."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from roads import profile, roads
from shapely.geometry import Point
from test_access import town_of

from chiiki_gis.analysis.holds import Snapper, hold_on
from chiiki_gis.analysis.network import Network, build_network
from chiiki_gis.analysis.reach import BESIDE_M, CELL_M, counts_by_band, minutes_from, reach_from

SPEEDS = profile()
KMH = SPEEDS.class_kmh["3"].value


def from_point(network: Network, x: float, y: float, bands: tuple[float, ...] = (1.0, 2.0)):  # type: ignore[no-untyped-def]
    return reach_from(network, hold_on(network, [Point(x, y)], open_only=False), SPEEDS, bands)


def test_a_street_is_reached_as_far_as_the_minutes_go_and_not_as_a_circle() -> None:
    network = build_network(roads([[(0, 0), (3000, 0)]]), SPEEDS)
    one, two = from_point(network, 0, 0).areas
    metres = KMH * 1000 / 60
    for area, far in ((one, metres), (two, 2 * metres)):
        west, south, east, north = area.bounds
        assert east == pytest.approx(far + BESIDE_M, abs=2 * CELL_M)
        assert west == pytest.approx(-BESIDE_M, abs=2 * CELL_M)
        assert north - south <= 2 * (BESIDE_M + CELL_M)
    assert two.contains(one)


def test_a_one_way_street_is_reached_only_ahead() -> None:
    network = build_network(roads([[(0, 0), (3000, 0)]], oneway=[True]), SPEEDS)
    west, _, _, _ = from_point(network, 1500, 0).areas[1].bounds
    assert west >= 1500 - BESIDE_M - 2 * CELL_M


def test_roads_of_another_island_are_not_reached() -> None:
    network = build_network(roads([[(0, 0), (1000, 0)], [(0, 400), (1000, 400)]]), SPEEDS)
    assert not from_point(network, 0, 0, (60.0,)).areas[0].intersects(shapely.box(0, 390, 1000, 410))


def test_the_way_to_the_road_counts() -> None:
    network = build_network(roads([[(0, 0), (3000, 0)]]), SPEEDS)
    assert from_point(network, 0, 400, (1.0,)).areas[0].is_empty


@given(st.integers(0, 10_000))
def test_an_area_holds_the_roads_that_are_reached_and_nothing_far_from_them(seed: int) -> None:
    layer, gate, _ = town_of(seed)
    network = build_network(layer, SPEEDS)
    hold = hold_on(network, [gate], open_only=False)
    reach = reach_from(network, hold, SPEEDS, (3.0,))
    draw = np.random.default_rng(seed)
    edge = draw.integers(0, len(network.lines), 40)
    spots = shapely.line_interpolate_point(network.lines[edge], draw.uniform(0, 1, 40), normalized=True)
    minutes = minutes_from(network, hold, shapely.get_coordinates(spots), SPEEDS, Snapper(network))
    slack = CELL_M / (5 * 1000 / 60)  # the last stretch is taken whole or not at all
    for spot, minute in zip(spots, minutes, strict=True):
        if minute < 3 - slack:
            assert reach.areas[0].buffer(1e-6).contains(spot)
    inside = [spot for spot in spots if reach.areas[0].contains(spot)]
    assert reach.areas[0].is_valid
    reached = network.lines.copy()
    for spot in inside:
        assert shapely.distance(reached, spot).min() < 1e-6
    outline = shapely.get_coordinates(reach.areas[0])
    if len(outline):
        away = shapely.distance(shapely.multilinestrings(list(network.lines)), shapely.points(outline))
        assert away.max() <= BESIDE_M + 2 * CELL_M


def test_bands_count_what_is_reached_within_them() -> None:
    assert counts_by_band(np.array([5, 15, 25, np.inf]), (10, 20, 30)) == (1, 2, 3)
