"""The distance to the prefecture's border or coast, and the circle of 規則17条."""

from __future__ import annotations

import math

import geopandas
import pytest
import shapely

from chiiki_gis.analysis.border import distance_to_border
from chiiki_gis.core.grant import GrantArea, grant_limit

EPSG = 6676


def frame(*shapes: shapely.Geometry | None) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(geometry=list(shapes), crs=EPSG)


def test_the_outline_counts_and_borders_between_municipalities_do_not() -> None:
    towns = frame(shapely.box(0, 0, 20_000, 40_000), shapely.box(20_000.5, 0, 40_000, 40_000))
    spot = frame(shapely.Point(19_900, 15_000), shapely.box(1_000, 9_000, 1_100, 9_100), None)
    near, site, nothing = distance_to_border(spot, towns)
    assert near == pytest.approx(15_000, abs=2)
    assert site == pytest.approx(1_000, abs=2)
    assert math.isnan(nothing)


def test_a_border_of_lines_is_taken_as_it_is() -> None:
    line = frame(shapely.LineString([(0, 0), (0, 100)]))
    assert list(distance_to_border(frame(shapely.Point(30, 50)), line)) == [30]


def test_the_radius_is_the_largest_distance_and_never_less_than_10_km() -> None:
    assert GrantArea((("甲", 3_000.0),), True).radius_m == 10_000
    found = GrantArea((("甲", 3_000.0), ("乙", 12_000.0)), True)
    assert found.area_km2 == pytest.approx(math.pi * 144)
    assert not GrantArea((), False).is_sure


def test_the_limit_is_unknown_without_c_or_t() -> None:
    assert grant_limit(100, None, 5) is None
    assert grant_limit(100, 2_000, None) is None
    assert grant_limit(100, 2_000, 5) == 500_000
