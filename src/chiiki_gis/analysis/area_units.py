"""Polygons united without slivers, and how much of each is in an area. All shapes in the project CRS (m)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chiiki_gis.analysis.area_edits import polygonal
from chiiki_gis.analysis.vertices import with_vertices

SNAP_M = 0.02
"""Vertices of different polygons this near to each other are one: files keep coordinates to 1 cm."""
LEAST_M2 = 0.5
"""Less than this is rounding of coordinates."""


def united_cleanly(shapes: Sequence[Any]) -> tuple[Any, float]:
    """Polygons as one without the slivers between them, and how many m² of gaps were closed.

    Where the outlines of two polygons nearly meet, within 2 cm, one takes the vertices of the other; all
    other vertices stay to the last bit. Gaps of such width that are closed all around are filled.
    """
    import shapely

    meeting = _meeting(list(shapes))
    whole = polygonal(shapely.union_all(meeting))
    parts, filled = [], 0.0
    for part in shapely.get_parts(whole):
        kept = []
        for ring in part.interiors:
            gap = shapely.Polygon(ring)
            if _is_wide(gap):
                kept.append(ring)
            else:
                filled += gap.area
        parts.append(shapely.Polygon(part.exterior, kept) if len(kept) < len(part.interiors) else part)
    return (parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)), filled


def without(area: Any, taken: Any) -> Any:
    """An area without what is taken out; splinters narrower than 2 cm go too. Empty where nothing is left."""
    import shapely

    return _wide(shapely.difference(area, taken)) if not taken.is_empty else area


def in_common(area: Any, ground: Any) -> Any:
    """What two areas have in common but for splinters narrower than 2 cm; empty where nothing is."""
    import shapely

    return _wide(shapely.intersection(area, ground))


def is_seen(shape: Any) -> bool:
    """Whether a shape is more than what rounding of coordinates leaves."""
    return float(shape.area) > LEAST_M2


def _wide(shape: Any) -> Any:
    """The polygons of a shape that are 2 cm wide or more on the average."""
    import shapely

    parts = [p for p in shapely.get_parts(polygonal(shape)) if _is_wide(p)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _is_wide(polygon: Any) -> bool:
    return bool(2 * polygon.area > SNAP_M * polygon.length)


def _meeting(shapes: list[Any]) -> list[Any]:
    """The polygons with common vertices where their outlines nearly meet."""
    import shapely

    if len(shapes) < 2:
        return shapes
    tree = shapely.STRtree(shapes)
    ones, others = tree.query(shapes, predicate="dwithin", distance=SNAP_M)
    near: dict[int, list[int]] = {}
    for one, other in zip(ones.tolist(), others.tolist(), strict=True):
        if other < one:
            near.setdefault(one, []).append(other)
    for one in range(len(shapes)):
        for other in near.get(one, ()):
            shapes[one], shapes[other] = _fitted(shapes[one], shapes[other])
    return shapes


def _fitted(mine: Any, theirs: Any) -> tuple[Any, Any]:
    """The first with its near vertices on those of the second, and each with the other's on its outline."""
    import shapely
    from scipy.spatial import cKDTree

    own, fixed = shapely.get_coordinates(mine), shapely.get_coordinates(theirs)
    away, nearest = cKDTree(fixed).query(own, distance_upper_bound=SNAP_M)
    moved = np.isfinite(away) & (away > 0)
    if moved.any():
        xy = own.copy()
        xy[moved] = fixed[np.asarray(nearest)[moved]]
        snapped = shapely.set_coordinates(shapely.from_wkb(shapely.to_wkb(mine)), xy)
        mine = snapped if snapped.is_valid else mine
    return _meeting_on_edges(mine, theirs), _meeting_on_edges(theirs, mine)


def _meeting_on_edges(mine: Any, theirs: Any) -> Any:
    """A polygon with the vertices of another that lie beside its edges."""
    import shapely

    edge = shapely.boundary(mine)
    shapely.prepare(edge)
    xy = shapely.get_coordinates(theirs)
    beside = xy[shapely.dwithin(edge, shapely.points(xy), SNAP_M)]
    if not len(beside):
        return mine
    bent = with_vertices(mine, [(x, y) for x, y in beside.tolist()], SNAP_M)
    return bent if bent.is_valid else mine
