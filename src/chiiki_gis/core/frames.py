"""Frames of plan layers: their schema, and how rows get into it."""

from __future__ import annotations

import json
from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.role import COLUMNS, Column, Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series


FIRST_SCENARIO = "A"
"""The 案 that every plan has."""


def empty_frame(role: Role, epsg: int) -> GeoDataFrame:
    """A plan layer's frame without rows, in the project CRS."""
    import geopandas

    bare = geopandas.GeoDataFrame({"geometry": []}, geometry="geometry", crs=epsg)
    return conform(bare, role)


def conform(frame: GeoDataFrame, role: Role) -> GeoDataFrame:
    """The frame with exactly the role's columns, in order, with fixed dtypes; geometry last.

    Missing columns are filled with None (scenario with "A"); columns the role does not know are left out,
    so the caller must have told the user. The index becomes int64. Text and json are object (None when
    missing), number is float64 (NaN), integer is Int64, flag is boolean. The input is not changed.
    """
    import geopandas
    import pandas

    columns: dict[Hashable, Any] = {}
    index = pandas.Index(frame.index, dtype="int64", name="fid")
    for column in COLUMNS[role]:
        if column.name in frame.columns:
            values = frame[column.name]
        else:
            values = pandas.Series([None] * len(frame), index=frame.index, dtype=object)
        values = _typed(values, column)
        if column.name == "scenario":
            values = values.map(lambda v: v or "A").astype(object)
        columns[column.name] = values.set_axis(index)
    geometry = frame.geometry.set_axis(index)
    return geopandas.GeoDataFrame(columns, geometry=geometry.rename("geometry"), crs=frame.crs, index=index)


def _typed(values: Series[Any], column: Column) -> Series[Any]:
    import pandas

    if column.type == "number":
        return pandas.to_numeric(values, errors="raise").astype("float64")
    if column.type == "integer":
        return pandas.to_numeric(values, errors="raise").astype("Int64")
    if column.type == "flag":
        return values.map(_as_flag).astype("boolean")
    return pandas.Series([_as_text(v) for v in values], index=values.index, dtype=object)


def _as_flag(value: Any) -> bool | None:
    import pandas

    if value is None or value is pandas.NA or value != value:
        return None
    return bool(value)


def _as_text(value: Any) -> str | None:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    import pandas

    if value is None or value is pandas.NA or value != value:
        return None
    return str(value)


def rows_of(frame: GeoDataFrame, scenario: str) -> GeoDataFrame:
    """The rows of one scenario (案), a frame of their own."""
    wanted = frame["scenario"] == scenario
    return frame.copy(deep=False) if wanted.all() else frame[wanted]
