"""茅野市 in 長野県: the distance to the prefecture's border against another way of finding it."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely

from chiiki_gis.analysis.border import distance_to_border

pytestmark = pytest.mark.real_data


def test_borders_between_municipalities_are_no_border_of_the_prefecture(real_data: Path) -> None:
    towns = geopandas.read_file(real_data / "nagano" / "N03-21_20_210101.json").to_crs(6676)
    chino = towns[towns["N03_007"] == "20214"].union_all().centroid
    spots = geopandas.GeoDataFrame(geometry=[chino, shapely.Point(chino.x - 9_000, chino.y)], crs=6676)
    whole = shapely.union_all(towns.geometry.to_numpy(), grid_size=1.0)
    largest = max(shapely.get_parts(whole), key=lambda part: part.area)
    expected = [spot.distance(largest.exterior) for spot in spots.geometry]
    assert list(distance_to_border(spots, towns)) == pytest.approx(expected, abs=5)
    nearest_town = min(spots.geometry[1].distance(town.boundary) for town in towns.geometry)
    assert expected[1] > 3 * nearest_town
