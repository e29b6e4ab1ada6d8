"""Which areas hold a shape, and how much of it."""

from __future__ import annotations

import geopandas
import pytest
import shapely

from chiiki_gis.analysis.containment import shares_within


def areas(*shapes: object) -> geopandas.GeoDataFrame:
    frame = geopandas.GeoDataFrame(geometry=list(shapes), crs=6676)
    return frame.set_axis(range(1, len(frame) + 1), axis=0)


def test_the_greatest_share_comes_first_and_what_holds_nothing_is_left_out() -> None:
    found = shares_within(
        shapely.box(0, 0, 10, 10),
        areas(shapely.box(0, 0, 3, 10), shapely.box(3, 0, 10, 10), shapely.box(10, 0, 20, 10)),
    )
    assert list(found) == [2, 1]
    assert found[2] == pytest.approx(0.7)
    assert found[1] == pytest.approx(0.3)


def test_a_point_is_in_whole_or_not_at_all_and_the_edge_counts() -> None:
    both = areas(shapely.box(0, 0, 5, 5), shapely.box(5, 0, 9, 5))
    assert shares_within(shapely.Point(5, 1), both) == {1: 1.0, 2: 1.0}
    assert shares_within(shapely.Point(50, 1), both) == {}


def test_a_crossed_ring_is_measured_as_what_it_makes() -> None:
    bow = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    assert shares_within(bow, areas(shapely.box(0, 0, 5, 10)))[1] == pytest.approx(0.5)


def test_empty_in_empty_out() -> None:
    assert shares_within(shapely.Polygon(), areas(shapely.box(0, 0, 1, 1))) == {}
    assert shares_within(shapely.Point(0, 0), areas()) == {}
