"""What the index of a series shows below its cells: the outline of what the series is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from chiiki_gis.core.sheet import OVERLAP_MM, Sheet
from chiiki_gis.export.sheet_subjects import Subject
from chiiki_gis.render.sheet import frame_mm

if TYPE_CHECKING:
    from shapely import Polygon
    from shapely.geometry.base import BaseGeometry

Place: TypeAlias = tuple[int, int, tuple[float, float]]
"""Row, column and centre (m) of one map of a series."""

_MOST_RINGS = 30
_DETAIL = 0.05
"""In cells; the index is some millimetres wide."""


def index_outline(
    sheet: Sheet, place: Place, subject: Subject
) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The largest outer rings of a subject in columns and rows of the series' grid.

    place   one map of the series, which says where the grid lies
    """
    import shapely

    row, column, (x, y) = place
    wide, high = ((mm - OVERLAP_MM) * sheet.scale / 1000 for mm in frame_mm(sheet))
    west, north = x - (column + 0.5) * wide, y + (row + 0.5) * high
    parts = [part for part in _polygons(subject.shape) if part.area > 0]
    largest = sorted(parts, key=lambda part: -part.area)[:_MOST_RINGS]
    rings = [shapely.simplify(part.exterior, _DETAIL * wide) for part in largest]
    return tuple(tuple(((px - west) / wide, (north - py) / high) for px, py in ring.coords) for ring in rings)


def _polygons(shape: BaseGeometry) -> Iterator[Polygon]:
    """Every polygon of a geometry, in collections of collections too."""
    if shape.geom_type == "Polygon":
        yield shape
    for part in getattr(shape, "geoms", ()):
        yield from _polygons(part)
