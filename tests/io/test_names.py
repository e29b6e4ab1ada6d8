"""Names read from a reference table for searching."""

from __future__ import annotations

import geopandas
import shapely

from chiiki_gis.core.search import search_key
from chiiki_gis.io.store import keep_blob
from chiiki_gis.io.tables import read_names


def test_features_of_one_name_come_together_and_empty_names_not_at_all() -> None:
    names = ["本町一丁目", None, "緑ヶ丘", "", "本町一丁目"]
    points = [shapely.Point(n, 0) for n in range(5)]
    frame = geopandas.GeoDataFrame({"町の'名\"": names}, geometry=points, crs=6676)
    frame.index = frame.index.astype("int64") + 10
    assert read_names(keep_blob(frame), "町の'名\"") == [
        ("本町一丁目", search_key("本町一丁目"), (10, 14)),
        ("緑ヶ丘", search_key("緑ヶ丘"), (12,)),
    ]


def test_numbers_are_names_too() -> None:
    frame = geopandas.GeoDataFrame({"name": [20, 152]}, geometry=[shapely.Point(0, 0)] * 2, crs=6676)
    assert [text for text, _, _ in read_names(keep_blob(frame), "name")] == ["20", "152"]
