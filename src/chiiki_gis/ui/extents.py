"""Where things lie: the bounds of rows and layers in project CRS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.render.view import Extent


def home_of(layers: Sequence[Layer], bounds: Callable[[Layer], Extent | None]) -> Extent | None:
    """What of some layers to show first: the plan, else the municipality, else everything."""
    for wanted in (
        [x for x in layers if x.is_plan],
        [x for x in layers if x.role == Role.MUNICIPALITY],
        layers,
    ):
        found = [b for b in map(bounds, wanted) if b is not None]
        if found:
            return union(found)
    return None


def bounds_of_rows(rows: Any) -> Extent | None:
    """West, south, east, north of a frame; None when nothing has a place."""
    if not len(rows):
        return None
    west, south, east, north = (float(v) for v in rows.total_bounds)
    return None if west != west else (west, south, east, north)


def union(bounds: list[Extent]) -> Extent:
    """The bounds of several bounds."""
    wests, souths, easts, norths = zip(*bounds, strict=True)
    return (min(wests), min(souths), max(easts), max(norths))
