"""A table that leaves as rows of words, for spreadsheets: Japanese titles, and where each feature lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chiiki_gis.core.crs import JGD2011
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.dictionary import words_of
from chiiki_gis.export.geojson import plain_value
from chiiki_gis.export.outgoing import Outgoing, in_words

PLACE = ("経度", "緯度")
"""Of the point itself, else of a point inside; JGD2011, eight decimals (about 1 mm)."""
_DECIMALS = 8


@dataclass(frozen=True)
class PlainRows:
    """One table of words."""

    layer: Outgoing
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def plain_rows(layer: Outgoing) -> PlainRows:
    """The rows of a layer; flags are 1 and 0, a missing value is None."""
    frame = in_words(layer.frame, {field.name: words_of(field) for field in layer.fields})
    columns = [[plain_value(v) for v in frame.index]]
    columns += [[_cell(plain_value(v)) for v in frame[field.name]] for field in layer.fields[1:]]
    columns += _places(layer)
    head = (*(field.japanese for field in layer.fields), *PLACE)
    return PlainRows(layer, head, tuple(zip(*columns, strict=True)))


def _cell(value: Any) -> Cell:
    return int(value) if isinstance(value, bool) else value


def _places(layer: Outgoing) -> Sequence[list[Any]]:
    import numpy
    import shapely

    inside = shapely.point_on_surface(layer.frame.to_crs(JGD2011).geometry.to_numpy())
    ends: list[list[Any]] = []
    for values in (shapely.get_x(inside), shapely.get_y(inside)):
        ends.append([None if numpy.isnan(v) else round(float(v), _DECIMALS) for v in values])
    return ends
