"""Where a place lies on lines and rings, and the way along them: what snapping and tracing ask."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
SAME_M = 0.02
"""Places this near to each other are one place of two features: drawing data have steps of 1 cm."""
_SAME_M = 1e-6
"""A place this near to a vertex is that vertex."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines, rings and single points, one after the other, in the project CRS (m).

    xy      float64 (n, 2); a ring repeats its first vertex
    starts  (r + 1,), where each begins in xy
    """

    xy: NDArray[np.float64]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Spot:
    """A place on lines, the vertex or segment start it belongs to, and its distance from where one asked."""

    at: Point
    index: int
    distance: float


def lines_of(geometry: Any) -> Lines:
    """The rings, lines and points of a shapely geometry, with exactly its coordinates."""
    import shapely

    parts: list[Any] = []
    for part in shapely.get_parts(geometry):
        parts.extend(shapely.get_rings(part) if part.geom_type == "Polygon" else [part])
    sizes = [len(part.coords) for part in parts]
    xy = shapely.get_coordinates(parts) if parts else np.empty((0, 2))
    return Lines(xy, np.concatenate([[0], np.cumsum(sizes)]).astype("i8"))


def vertices_near(lines: Lines, at: Point, reach_m: float = math.inf) -> list[Spot]:
    """The nearest vertex within reach, and all that lie at the same distance to 2 cm."""
    away = np.hypot(lines.xy[:, 0] - at[0], lines.xy[:, 1] - at[1])
    return _spots(lines.xy, away, reach_m)


def edges_near(lines: Lines, at: Point, reach_m: float = math.inf) -> list[Spot]:
    """The nearest place on a segment within reach, and all that lie at the same distance to 2 cm."""
    return _spots(*_feet(lines, at), reach_m)


def _spots(places: NDArray[np.float64], away: NDArray[np.float64], reach_m: float) -> list[Spot]:
    closest = float(away.min(initial=math.inf))
    if not math.isfinite(closest) or closest > reach_m:
        return []
    found = np.flatnonzero(away <= closest + SAME_M)
    found = found[np.argsort(away[found], kind="stable")]
    return [
        Spot((x, y), int(n), float(away[n])) for n, (x, y) in zip(found, places[found].tolist(), strict=True)
    ]


def along(
    lines: Lines, start: Point, end: Point, reach_m: float, other_side: bool = False
) -> list[Point] | None:
    """The way along one ring or line from a place on it to another: the vertices passed, then the end.

    reach_m     how far both may be from the line they are meant to lie on
    other_side  of a ring, the longer way round instead of the shorter
    None where no ring or line passes both places. Vertices are given as they are, to the last bit.
    """
    found: tuple[float, list[Point]] | None = None
    from_feet, from_away = _feet(lines, start)
    to_feet, to_away = _feet(lines, end)
    for first, stop in zip(lines.starts[:-1].tolist(), lines.starts[1:].tolist(), strict=True):
        if stop - first < 2:
            continue
        a, b = first + int(from_away[first:stop].argmin()), first + int(to_away[first:stop].argmin())
        off = max(float(from_away[a]), float(to_away[b]))
        if off > reach_m or (found is not None and found[0] <= off):
            continue
        ends = [(float(x), float(y)) for x, y in (from_feet[a], to_feet[b])]
        segments = (a - first, b - first)
        found = (off, _way(lines.xy[first:stop], ends[0], ends[1], segments, other_side))
    return found[1] if found else None


def length_along(start: Point, way: list[Point]) -> float:
    """The length of a way in m."""
    xy = np.array([start, *way])
    return float(np.hypot(*np.diff(xy, axis=0).T).sum())


def _feet(lines: Lines, at: Point) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The nearest place on the segment that starts at each vertex, and its distance; inf at the last ones."""
    xy = lines.xy - np.array(at)
    if not len(xy):
        return xy, np.empty(0)
    step = np.diff(xy, axis=0, append=xy[-1:])
    long = np.maximum((step * step).sum(axis=1), 1e-18)
    part = np.clip(-(xy * step).sum(axis=1) / long, 0.0, 1.0)
    feet = xy + part[:, None] * step
    away = np.hypot(feet[:, 0], feet[:, 1])
    away[lines.starts[1:] - 1] = np.inf
    return feet + np.array(at), away


def _position(xy: NDArray[np.float64], segment: int, foot: Point) -> float:
    """How many segments from the first vertex; whole numbers at vertices and nowhere else."""
    ends = [(float(x), float(y)) for x, y in xy[segment : segment + 2].tolist()]
    for index, end in enumerate(ends):
        if math.dist(end, foot) <= _SAME_M:
            return float(segment + index)
    part = math.dist(ends[0], foot) / math.dist(*ends)
    return segment + min(max(part, 1e-9), 1 - 1e-6)


def _way(
    xy: NDArray[np.float64], start: Point, end: Point, segments: tuple[int, int], other: bool
) -> list[Point]:
    """The vertices between two places of one ring or line, and the second place."""
    a, b = _position(xy, segments[0], start), _position(xy, segments[1], end)
    if b == int(b):
        end = (float(xy[int(b), 0]), float(xy[int(b), 1]))
    count = len(xy) - 1
    if not (xy[0] == xy[-1]).all():
        return [*_between(xy, a, b), end]
    a, b = a % count, b % count
    if a == b:
        return [end]
    ways = [_between(xy, a, b if b > a else b + count), _between(xy, a, b if b < a else b - count)]
    ways.sort(key=lambda way: length_along(start, [*way, end]))
    return [*ways[1 if other else 0], end]


def _between(xy: NDArray[np.float64], start: float, end: float) -> list[Point]:
    """The vertices strictly between two positions, in walking order; positions may run past a ring's ends."""
    if end >= start:
        numbers = np.arange(math.floor(start) + 1, math.ceil(end))
    else:
        numbers = np.arange(math.ceil(start) - 1, math.floor(end), -1)
    count = len(xy) - 1
    return [(x, y) for x, y in xy[numbers % count if count else numbers].tolist()]
