"""What lies under the mouse: features of all layers, and what is known of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.layer import Fid, Layer, NoRows
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import NOTHING
from chiiki_gis.core.table import cell_text, is_missing
from chiiki_gis.export.privacy import locked_columns
from chiiki_gis.io.personal import names_a_person
from chiiki_gis.ui.table_words import plan_columns, reference_columns
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer

Hit = tuple[Layer, Fid]
_INNER = frozenset({"zone_id"})
"""Columns for the program, not for reading; the tables' hidden ones beside."""
_TITLES = ("name", "interchange", "type")
_MARKER_REACH = 2.0
"""Facility markers are that much bigger than the reach of a click."""


def features_at(layers: Sequence[MapLayer], at: Point, reach_m: float) -> list[Hit]:
    """Every shown feature at a place, topmost layer first; within a layer the one most likely meant.

    Glimpses of files that are being imported have no features yet; features of a class that is switched off
    are not shown.
    """
    from chiiki_gis.io.hits import hits  # numpy comes with it: not before the first paint

    found: list[Hit] = []
    for entry in reversed(layers):
        if isinstance(entry.layer.frame, NoRows):
            continue
        reach = reach_m * (_MARKER_REACH if entry.layer.role == Role.FACILITY else 1.0)
        there = drawn_only(entry, hits(entry.shapes, at[0], at[1], reach))
        found.extend((entry.layer, Fid(fid)) for fid in there)
    return found


def ground_at(layers: Sequence[MapLayer], at: Point) -> float | None:
    """The height of the ground at a place in metres, from the topmost height grid that knows it."""
    found = (entry.pyramid.height_at(*at) for entry in reversed(layers) if entry.pyramid is not None)
    return next((height for height in found if height is not None), None)


def drawn_only(entry: MapLayer, fids: Sequence[int]) -> Sequence[int]:
    """Those of some features whose class is not switched off."""
    style, shapes = entry.layer.style, entry.shapes
    if not fids or not style.is_classed:
        return fids
    symbols = style.symbols_of(shapes.classes)
    rows = {int(shapes.fids[row]): row for row in shapes.rows_of(fids).tolist()}
    return [fid for fid in fids if symbols[int(shapes.codes[rows[fid]])] is not NOTHING]


def values_of(layer: Layer, fid: Fid) -> Mapping[str, Any]:
    """The stored attributes of a feature.

    Raises KeyError for a feature that is gone, and BadInput for a reference layer whose table is.
    """
    from chiiki_gis.io.tables import read_row

    if not layer.is_plan:
        return read_row(layer.reference, fid)
    row = layer.rows.loc[fid]
    return {name: row[name] for name in layer.columns}


def personal_columns(layer: Layer, values: Mapping[str, Any]) -> frozenset[str]:
    """The columns of a feature that could name a person: those marked so, and those whose name says so."""
    if layer.is_plan:
        return frozenset()
    of_house = layer.role == Role.VACANT_HOUSE
    said = (column for column in layer.columns if names_a_person(column, of_house))
    return locked_columns((values.get("personal"),)).union(said)


def title_of(layer: Layer, values: Mapping[str, Any], fid: Fid) -> str:
    """The name of a feature, else what else says which it is, else its number. Never a personal column."""
    personal = personal_columns(layer, values)
    for name in _TITLES:
        value = values.get(name)
        if name not in personal and not is_missing(value) and str(value).strip():
            return str(value)
    return f"番号 {fid}"


def shown_values(layer: Layer, values: Mapping[str, Any]) -> Iterable[tuple[str, str, bool]]:
    """(words for the column, words for the value, whether it is personal) of everything filled in."""
    personal = personal_columns(layer, values)
    for column in plan_columns(layer.role) if layer.is_plan else reference_columns(layer, {}):
        text = cell_text(column, values[column.name])
        if column.name not in _INNER and text:
            yield column.title, text, column.name in personal
