"""The index of labelled polygons against the plain way of asking each pair."""

from __future__ import annotations

import math
from typing import Any

import numpy
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.analysis.areas import AreaIndex

TOWN = AreaIndex(
    numpy.array([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100), shapely.box(200, 0, 300, 100)]),
    ["a", "a", "b"],
)


def array(*shapes: Any) -> Any:
    found = numpy.empty(len(shapes), dtype=object)
    found[:] = shapes
    return found


def shares_of(index: AreaIndex, site: Any) -> dict[str, float]:
    found = index.shares(array(site))
    return {index.names[label]: share for label, share in zip(found.labels, found.shares, strict=True)}


def distance_of(index: AreaIndex, site: Any) -> float:
    sites = array(site)
    return float(index.edge_distances(sites, index.shares(sites))[0])


def test_a_large_site_over_many_polygons_counts_each_spot_once() -> None:
    cells = [shapely.box(x, y, x + 12, y + 12) for x in range(0, 100, 10) for y in range(0, 100, 10)]
    overlapping = AreaIndex(array(*cells), ["a"] * len(cells))
    assert shares_of(overlapping, shapely.box(-50, -50, 162, 162)) == pytest.approx({"a": 102**2 / 212**2})
    neat = AreaIndex(array(*(shapely.box(x, 0, x + 10, 10) for x in range(0, 100, 10))), ["a"] * 10)
    assert shares_of(neat, shapely.box(-50, 0, 150, 10)) == pytest.approx({"a": 0.5})


def test_a_zone_inside_a_site_and_a_site_inside_a_zone() -> None:
    assert shares_of(TOWN, shapely.box(-100, -100, 400, 200)) == pytest.approx(
        {"a": 20_000 / 150_000, "b": 10_000 / 150_000}
    )
    assert shares_of(TOWN, shapely.box(90, 40, 110, 60)) == {"a": 1.0}


@pytest.mark.parametrize(
    ("site", "expected"),
    [
        (shapely.Point(100, 50), 50.0),  # the border of two polygons of one label is no edge
        (shapely.Point(190, 50), 10.0),
        (shapely.box(90, 40, 110, 60), 40.0),
        (shapely.Point(200, 50), 0.0),
        (shapely.box(195, 40, 205, 60), 0.0),
        (shapely.box(-5, 40, 5, 60), 0.0),
    ],
)
def test_edges_are_where_another_label_begins(site: Any, expected: float) -> None:
    assert distance_of(TOWN, site) == pytest.approx(expected, abs=1e-6)


def test_a_site_under_no_label_has_no_edge() -> None:
    assert math.isnan(distance_of(TOWN, shapely.Point(-10, 50)))
    assert TOWN.nearest(shapely.Point(-10, 50)) == 10
    assert TOWN.within(array(shapely.Point(-10, 50), shapely.Point(-11, 50)), 10).tolist() == [True, False]


def test_missing_and_empty_shapes_touch_nothing() -> None:
    sites = array(None, shapely.Point(), shapely.Point(5, 5))
    assert TOWN.shares(sites).rows.tolist() == [2]
    holed = AreaIndex(array(None, shapely.Polygon(), shapely.box(0, 0, 9, 9)), ["a", "b", "c"])
    assert shares_of(holed, shapely.Point(5, 5)) == {"c": 1.0}


def test_asking_again_or_in_company_changes_no_answer() -> None:
    sites = array(*(shapely.Point(x, 50).buffer(7) for x in range(-20, 320, 9)))
    together = TOWN.edge_distances(sites, TOWN.shares(sites))
    alone = [distance_of(TOWN, site) for site in sites]
    assert together.tolist() == pytest.approx(alone, nan_ok=True)


@given(st.floats(-30, 330), st.floats(-30, 130), st.floats(1, 120), st.floats(1, 80))
def test_shares_are_those_of_the_plain_intersection(x: float, y: float, width: float, height: float) -> None:
    site = shapely.box(x, y, x + width, y + height)
    plain = {"a": site.intersection(shapely.box(0, 0, 200, 100)), "b": site.intersection(TOWN.shapes[2])}
    wanted = {name: part.area / site.area for name, part in plain.items() if part.area / site.area > 1e-6}
    assert shares_of(TOWN, site) == pytest.approx(wanted, abs=2e-6)
