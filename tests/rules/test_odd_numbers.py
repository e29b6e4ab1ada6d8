"""Numbers of facilities that can be none."""

from __future__ import annotations

import geopandas
import pytest
import shapely

from chiiki_gis.core.errors import BadInput
from chiiki_gis.rules.buildings import buildings_of


def test_a_number_of_an_item_with_a_fraction_is_none_and_said() -> None:
    rows = geopandas.GeoDataFrame(
        {"item": [3.4, 3.0], "top_storey": [1.5, None]}, geometry=[shapely.Point(0, 0)] * 2, crs=6676
    )
    first, second = buildings_of(rows, None)
    assert (first.items, first.odd, first.uses[0].top_storey) == ((None,), ("22条2項の号",), 2)
    assert (second.items, second.odd) == ((3,), ())


@pytest.mark.parametrize("value", ["80㎡", [1], {"a": 1}, 10**400])
def test_what_is_no_number_is_refused(value: object) -> None:
    rows = geopandas.GeoDataFrame({"use_floor_m2": [value]}, geometry=[shapely.Point(0, 0)], crs=6676)
    with pytest.raises(BadInput):
        buildings_of(rows, None)
