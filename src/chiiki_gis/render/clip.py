"""Cutting rings and lines to a rectangle: fast, never failing on bad shapes, and true to the winding fill.

A dash far outside still costs time on a screen, and a number above 32,767 breaks PDF/A, so that what lies
outside must not reach the painter.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.io.cache import runs
from chiiki_gis.render.geometry import Box, Rings, gather

_Parts = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int32]]
"""Vertices, vertices per ring, owner of each ring."""


def clipped_polygons(rings: Rings, box: Box) -> Rings:
    """Closed rings cut to a box. Parts of the box's own edge become part of the rings.

    Every ring is cut by itself (Sutherland and Hodgman, 1974), which leaves winding numbers inside the box as
    they were.
    """
    inside, crossing = _sort_out(rings, box)
    if len(inside) == len(rings.owner):
        return rings
    cut = _of(rings, crossing)
    open_sizes = cut[1] - 1
    xy = cut[0][runs(np.cumsum(cut[1]) - cut[1], open_sizes)]
    parts: _Parts = (xy, open_sizes, cut[2])
    for axis, limit, sign in ((0, box[0], 1.0), (1, box[1], 1.0), (0, box[2], -1.0), (1, box[3], -1.0)):
        parts = _half_plane(parts, axis, limit, sign)
    return _merged(_of(rings, inside), _closed(parts))


def clipped_lines(rings: Rings, box: Box) -> Rings:
    """Lines cut to a box; a line that leaves and comes back becomes several.

    Source: Liang and Barsky (1984), on all segments at once.
    """
    inside, crossing = _sort_out(rings, box)
    if len(inside) == len(rings.owner):
        return rings
    xy, sizes, owner = _of(rings, crossing)
    if len(xy) < 2:
        return _merged(_of(rings, inside), (xy[:0], sizes[:0], owner[:0]))
    start, step = xy[:-1], xy[1:] - xy[:-1]
    enter, leave = _shares_inside(start, step, box)
    seen = enter <= leave
    seen[np.cumsum(sizes)[:-1] - 1] = False  # from the end of a line to the beginning of the next
    at = np.flatnonzero(seen)
    goes_on = np.zeros(len(at), bool)
    goes_on[1:] = (np.diff(at) == 1) & (leave[at[:-1]] == 1) & (enter[at[1:]] == 0)
    piece = np.cumsum(~goes_on) - 1
    made = np.empty((len(at) + int((~goes_on).sum()), 2))
    ends = np.arange(len(at)) + piece + 1
    made[ends] = start[at] + leave[at, None] * step[at]
    first = ~goes_on
    made[ends[first] - 1] = start[at[first]] + enter[at[first], None] * step[at[first]]
    line = np.repeat(np.arange(len(sizes)), sizes)[at[first]]
    return _merged(_of(rings, inside), (made, np.bincount(piece) + 1, owner[line]))


def _sort_out(rings: Rings, box: Box) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rings wholly inside a box, and those that cross its edge (by their bounds)."""
    if not len(rings.owner):
        return np.empty(0, "i8"), np.empty(0, "i8")
    low = np.minimum.reduceat(rings.xy, rings.starts)
    high = np.maximum.reduceat(rings.xy, rings.starts)
    inside = (low >= box[:2]).all(axis=1) & (high <= box[2:]).all(axis=1)
    apart = (low > box[2:]).any(axis=1) | (high < box[:2]).any(axis=1)
    return np.flatnonzero(inside), np.flatnonzero(~inside & ~apart)


def _of(rings: Rings, some: NDArray[np.int64]) -> _Parts:
    xy, _ = gather(rings.xy, rings.starts[some], rings.sizes[some])
    return xy, rings.sizes[some], rings.owner[some]


def _half_plane(parts: _Parts, axis: int, limit: float, sign: float) -> _Parts:
    """Open rings cut by one edge: kept where sign · coordinate ≥ sign · limit."""
    xy, sizes, owner = parts
    if not len(xy):
        return parts
    starts = np.cumsum(sizes) - sizes
    following = np.arange(1, len(xy) + 1)
    following[starts + sizes - 1] = starts
    depth = (xy[:, axis] - limit) * sign
    kept = depth >= 0
    crossing = kept != kept[following]
    given = kept.astype("i8") + crossing
    places = np.cumsum(given) - given
    made = np.empty((int(given.sum()), 2))
    made[places[kept]] = xy[kept]
    a, b = np.flatnonzero(crossing), following[crossing]
    share = depth[a] / (depth[a] - depth[b])
    cuts = xy[a] + share[:, None] * (xy[b] - xy[a])
    cuts[:, axis] = limit
    made[places[a] + kept[a]] = cuts
    counts = np.add.reduceat(given, starts)
    some = counts > 0
    return made, counts[some], owner[some]


def _closed(parts: _Parts) -> _Parts:
    """Each ring with its first vertex again at its end; rings of less than three vertices are left out."""
    xy, sizes, owner = parts
    starts = np.cumsum(sizes) - sizes
    whole = sizes >= 3
    starts, sizes, owner = starts[whole], sizes[whole], owner[whole]
    index = runs(starts, sizes + 1)
    index[np.cumsum(sizes + 1) - 1] = starts
    return xy[index], sizes + 1, owner


def _shares_inside(
    start: NDArray[np.float64], step: NDArray[np.float64], box: Box
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where along each segment (0–1) the box is entered and left; entered after it is left where missed."""
    enter, leave = np.zeros(len(start)), np.ones(len(start))
    for axis in (0, 1):
        d, low, high = step[:, axis], box[axis] - start[:, axis], box[axis + 2] - start[:, axis]
        level = d == 0
        safe = np.where(level, 1.0, d)
        first, last = np.minimum(low / safe, high / safe), np.maximum(low / safe, high / safe)
        outside = level & ((low > 0) | (high < 0))
        enter = np.maximum(enter, np.where(level, np.where(outside, 2.0, 0.0), first))
        leave = np.minimum(leave, np.where(level, 1.0, last))
    return enter, leave


def _merged(left: _Parts, right: _Parts) -> Rings:
    """Two sets of rings as one, owners ascending."""
    xy = np.concatenate([left[0], right[0]])
    sizes = np.concatenate([left[1], right[1]]).astype("i8")
    owner: NDArray[Any] = np.concatenate([left[2], right[2]]).astype("i4")
    starts = np.cumsum(sizes) - sizes
    order = np.argsort(owner, kind="stable")
    made, offsets = gather(xy, starts[order], sizes[order])
    return Rings(made, offsets, sizes[order], owner[order])
