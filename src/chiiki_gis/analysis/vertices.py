"""Vertices of shapes: put, moved, taken away, with everything else left to the last bit as it was."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
SHARED_M = 0.001
"""Vertices of neighbours this near to each other are one."""
ON_LINE_M = 1e-6
"""A place this near to a line lies on it: what a double keeps of plane coordinates."""
_Ring = NDArray[np.float64]


def with_vertices(geometry: Any, points: Sequence[Point], reach_m: float = ON_LINE_M) -> Any:
    """The geometry with a vertex at each of the points that lie on its lines; the same where none does.

    geometry   polygons or lines, project CRS (m)
    A point that is a vertex already puts none. The shape does not change by more than reach_m.
    """
    import shapely

    places = shapely.points(np.array(points).reshape(-1, 2))
    lines = shapely.boundary(geometry) if geometry.geom_type.endswith("Polygon") else geometry
    shapely.prepare(lines)
    on_it = shapely.dwithin(lines, places, reach_m)
    known = set(map(tuple, shapely.get_coordinates(geometry).tolist()))
    fresh = [point for point, on in zip(points, on_it, strict=True) if on and point not in known]

    def put(xy: _Ring) -> _Ring:
        for point in fresh:
            xy = _with_vertex(xy, point, reach_m)
        return xy

    return _mapped(geometry, put) if fresh else geometry


def moved_vertex(geometry: Any, old: Point, new: Point) -> Any:
    """The geometry with the vertices at one place moved to another; the same where it has none there."""

    def move(xy: _Ring) -> _Ring:
        there = np.hypot(*(xy - np.array(old)).T) <= SHARED_M
        return np.where(there[:, None], np.array(new), xy) if there.any() else xy

    return _mapped(geometry, move)


def without_vertex(geometry: Any, at: Point) -> Any:
    """The geometry without the vertices at a place; the same where it has none there.

    None where a ring would keep fewer than three, or a line fewer than two.
    """
    short: list[bool] = []

    def take(xy: _Ring) -> _Ring:
        closed = _is_closed(xy)
        bare = xy[:-1] if closed else xy
        kept = bare[np.hypot(*(bare - np.array(at)).T) > SHARED_M]
        if len(kept) == len(bare):
            return xy
        if len(kept) < (3 if closed else 2):
            short.append(True)
            return xy
        return np.vstack([kept, kept[:1]]) if closed else kept

    changed = _mapped(geometry, take)
    return None if short else changed


def has_vertex(geometry: Any, at: Point) -> bool:
    """Whether a vertex lies at a place, to a millimetre."""
    import shapely

    xy = shapely.get_coordinates(geometry)
    return bool(len(xy)) and bool((np.hypot(*(xy - np.array(at)).T) <= SHARED_M).any())


def _with_vertex(xy: _Ring, point: Point, reach_m: float) -> _Ring:
    away = xy - np.array(point)
    if (np.hypot(*away.T) <= SHARED_M).any():
        return xy
    step = np.diff(xy, axis=0)
    long = np.maximum((step * step).sum(axis=1), 1e-18)
    part = np.clip(-(away[:-1] * step).sum(axis=1) / long, 0.0, 1.0)
    off = np.hypot(*(away[:-1] + part[:, None] * step).T)
    at = int(off.argmin()) if len(off) else 0
    if not len(off) or off[at] > reach_m:
        return xy
    return np.insert(xy, at + 1, point, axis=0)


def _mapped(geometry: Any, change: Callable[[_Ring], _Ring]) -> Any:
    """A geometry with each ring and line changed; the same object where none was."""
    import shapely

    kind = geometry.geom_type
    if kind == "Polygon":
        old = [geometry.exterior, *geometry.interiors]
        new = [_changed(ring, change) for ring in old]
        if all(a is b for a, b in zip(old, new, strict=True)):
            return geometry
        return shapely.Polygon(new[0], new[1:])
    if kind in ("LineString", "LinearRing", "Point"):
        return _changed(geometry, change)
    parts = [_mapped(part, change) for part in geometry.geoms]
    if all(a is b for a, b in zip(geometry.geoms, parts, strict=True)):
        return geometry
    return type(geometry)(parts)


def _changed(line: Any, change: Callable[[_Ring], _Ring]) -> Any:
    import shapely

    xy = shapely.get_coordinates(line)
    new = change(xy)
    return line if new is xy else type(line)(new)


def _is_closed(xy: _Ring) -> bool:
    return len(xy) > 2 and math.dist(xy[0].tolist(), xy[-1].tolist()) == 0
