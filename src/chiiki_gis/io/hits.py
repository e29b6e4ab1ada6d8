"""Which features lie at a place, from drawing data: all of a layer's candidates are measured at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.io.cache import Kind, Shapes, runs

_AREA = 1
"""Polygons come after what is hit by its line or point."""


def hits(shapes: Shapes, x: float, y: float, reach_m: float) -> list[int]:
    """All features at a place: points and lines within reach, nearest first, then polygons by size."""
    near = shapes.touching(x - reach_m, y - reach_m, x + reach_m, y + reach_m)
    ranks: dict[int, tuple[int, float]] = {}
    for kind in shapes.kinds:
        for row, rank in _ranked(shapes, kind, near, x, y, reach_m):
            ranks[row] = min(rank, ranks.get(row, rank))
    return [int(shapes.fids[row]) for row in sorted(ranks, key=lambda row: (*ranks[row], row))]


def _ranked(
    shapes: Shapes, kind: Kind, near: NDArray[np.int64], x: float, y: float, reach_m: float
) -> list[tuple[int, tuple[int, float]]]:
    """(row, (0, distance)) of points and lines within reach, (row, (1, size)) of polygons around."""
    level = shapes.level(kind, 0)
    first, last = np.searchsorted(level.owner, near), np.searchsorted(level.owner, near, side="right")
    ring = runs(first, last - first)
    if not len(ring):
        return []
    starts, sizes = level.rings[ring], level.rings[ring + 1] - level.rings[ring]
    xy = level.xy[runs(starts, sizes)] * level.resolution_m + (np.array(shapes.origin) - np.array([x, y]))
    offsets = np.cumsum(sizes) - sizes
    owner = level.owner[ring]
    heads = np.flatnonzero(np.diff(owner, prepend=-1))
    rows = owner[heads].tolist()
    if kind == "polygon":
        odd = np.add.reduceat(_crossings(xy, offsets, sizes), heads) % 2 == 1
        size = np.add.reduceat(np.abs(_doubled_areas(xy, offsets, sizes)), heads)
        return [(r, (_AREA, s)) for r, s, o in zip(rows, size.tolist(), odd.tolist(), strict=True) if o]
    each = np.hypot(xy[:, 0], xy[:, 1]) if kind == "point" else _distances(xy)
    if kind == "line":
        each[offsets + sizes - 1] = np.inf  # from one line's end to the next one's start
    nearest = np.minimum.reduceat(np.minimum.reduceat(each, offsets), heads)
    return [(r, (0, d)) for r, d in zip(rows, nearest.tolist(), strict=True) if d <= reach_m]


def _distances(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far (0, 0) is from each segment, named by the vertex it starts at."""
    step = np.diff(xy, axis=0, append=xy[-1:])
    long = np.maximum((step * step).sum(axis=1), 1e-12)
    part = np.clip(-(xy * step).sum(axis=1) / long, 0, 1)
    foot = xy + part[:, None] * step
    found: NDArray[np.float64] = np.hypot(foot[:, 0], foot[:, 1])
    return found


def _crossings(xy: NDArray[np.float64], offsets: NDArray[Any], sizes: NDArray[Any]) -> NDArray[np.int64]:
    """How often each closed ring crosses the ray from (0, 0) to the right."""
    (ax, ay), (bx, by) = xy.T, np.roll(xy, -1, axis=0).T
    spans = (ay > 0) != (by > 0)
    spans[offsets + sizes - 1] = False
    crosses = np.zeros(len(xy), "i8")
    at = np.flatnonzero(spans)
    crosses[at] = ax[at] - ay[at] * (bx[at] - ax[at]) / (by[at] - ay[at]) > 0
    return np.add.reduceat(crosses, offsets)


def _doubled_areas(
    xy: NDArray[np.float64], offsets: NDArray[Any], sizes: NDArray[Any]
) -> NDArray[np.float64]:
    (ax, ay), (bx, by) = xy.T, np.roll(xy, -1, axis=0).T
    cross = ax * by - bx * ay
    cross[offsets + sizes - 1] = 0.0
    return np.add.reduceat(cross, offsets)
