"""The list beside the residents' map: areas and facilities with the numbers that comment sheets name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas

from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.export.geojson import to_degrees
from chiiki_gis.export.outgoing import Outgoing

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

DECIMALS = 6
"""Decimals of a degree: about 10 cm."""

COMMENT_NUMBER = "意見書に書く番号"
AREA_WORD, FACILITY_WORD = "区域", "施設"


def comment_number(word: str, number: object) -> str | None:
    """What a resident writes on the comment sheet: 区域1, 施設3; None for what has no number."""
    return None if number is None or pandas.isna(number) else f"{word}{number:.0f}"  # type: ignore[call-overload]  # a number of a table


def listed(layers: Sequence[Outgoing]) -> list[dict[str, Any]]:
    """Promotion areas by number, then buildings by number, each with its place on the map."""
    found = []
    for layer in layers:
        if layer.role == Role.PROMOTION_AREA:
            rows = [_area(row, shape) for row, shape in _rows(layer.frame)]
            found.append({"title": layer.title, "items": rows})
    for layer in layers:
        if layer.role == Role.FACILITY:
            frame = layer.frame
            first = frame[frame["building_id"].isna() | ~frame["building_id"].duplicated()]
            rows = [_facility(row, shape) for row, shape in _rows(first)]
            found.append({"title": layer.title, "items": rows})
    return [one for one in found if one["items"]]


def _rows(frame: GeoDataFrame) -> list[tuple[Any, BaseGeometry]]:
    moved = to_degrees(frame.sort_values("number", kind="stable", na_position="last"), DECIMALS)
    return [
        (row, row[moved.geometry.name])
        for _, row in moved.iterrows()
        if row[moved.geometry.name] is not None and not row[moved.geometry.name].is_empty
    ]


def _area(row: Any, shape: BaseGeometry) -> dict[str, Any]:
    size = "" if pandas.isna(row["area_ha"]) else f"{row['area_ha']:,.2f} ha"
    return _item(comment_number(AREA_WORD, row["number"]), row["name"], size, shape)


def _facility(row: Any, shape: BaseGeometry) -> dict[str, Any]:
    kind = KINDS.get(row["kind"], "") if isinstance(row["kind"], str) else ""
    return _item(comment_number(FACILITY_WORD, row["number"]), row["name"], kind, shape)


def _item(mark: str | None, name: object, text: str, shape: BaseGeometry) -> dict[str, Any]:
    west, south, east, north = (round(float(edge), DECIMALS) for edge in shape.bounds)
    return {
        "mark": mark or "",
        "name": name if isinstance(name, str) and name else "（名称なし）",
        "text": text,
        "bounds": [[south, west], [north, east]],
    }
