"""Levels of detail: vertices snapped to a grid, and borders found once.

Snapping moves equal vertices equally, so that shared borders stay shared. A feature that collapses keeps one
grid cell, so that a small island does not vanish from an overview.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.io.cache import UNIT_M, Kind, Level


def exact_level(
    kind: Kind, parts: NDArray[Any], owner: NDArray[np.int32], origin: NDArray[np.float64]
) -> Level:
    """Level 0 of simple parts of one kind, in whole centimetres.

    parts   simple points, lines or polygons; owner their rows, ascending; origin metres
    """
    import shapely

    _, xy, offsets = shapely.to_ragged_array(parts)
    whole = np.rint((xy - origin) / UNIT_M).astype("i4")
    if kind == "point":
        rings = np.arange(len(parts) + 1, dtype="i8")
        return _with_edges(kind, UNIT_M, whole, rings, owner)
    rings = offsets[0].astype("i8")
    if kind == "polygon":
        owner = np.repeat(owner, np.diff(offsets[1]))
    return _with_edges(kind, UNIT_M, whole, rings, owner)


def coarser(kind: Kind, fine: Level, resolution_m: float) -> Level:
    """A level on a coarser grid, made from the next finer one."""
    factor = round(resolution_m / fine.resolution_m)
    xy = np.floor_divide(fine.xy.astype("i8") + factor // 2, factor).astype("i4")
    starts = fine.rings[:-1]
    keep = np.empty(len(xy), bool)
    keep[0] = True
    keep[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    keep[starts] = True
    counts = np.add.reduceat(keep, starts, dtype="i8")
    least = 4 if kind == "polygon" else 2
    whole = counts >= least
    tiny = _lost(fine.owner, whole)
    xy_kept = xy[keep & np.repeat(whole, np.diff(fine.rings))]
    rings = np.concatenate([[0], np.cumsum(counts[whole])]).astype("i8")
    level = _with_edges(kind, resolution_m, xy_kept, rings, fine.owner[whole])
    return _with_specks(kind, level, xy[starts[tiny]], fine.owner[tiny]) if len(tiny) else level


def _lost(owner: NDArray[np.int32], whole: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first ring of every feature that lost all its rings."""
    gone = np.setdiff1d(owner, owner[whole])
    return np.searchsorted(owner, gone)


def _with_specks(kind: Kind, level: Level, at: NDArray[np.int32], owner: NDArray[np.int32]) -> Level:
    """Add one grid cell for each vanished feature, keeping the owners ascending."""
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 0]] if kind == "polygon" else [[0, 0], [1, 0]], "i4")
    specks = (at[:, None, :] + corners).reshape(-1, 2)
    count = len(corners)
    xy = np.concatenate([level.xy, specks])
    starts = np.concatenate([level.rings[:-1], len(level.xy) + count * np.arange(len(at))])
    sizes = np.concatenate([np.diff(level.rings), np.full(len(at), count)])
    owners = np.concatenate([level.owner, owner])
    order = np.argsort(owners, kind="stable")
    starts, sizes, owners = starts[order], sizes[order], owners[order].astype("i4")
    rings = np.concatenate([[0], np.cumsum(sizes)]).astype("i8")
    return _with_edges(kind, level.resolution_m, xy[_runs(starts, sizes)], rings, owners)


def _runs(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Indices of consecutive runs, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))


def _with_edges(
    kind: Kind, resolution_m: float, xy: NDArray[np.int32], rings: NDArray[np.int64], owner: NDArray[np.int32]
) -> Level:
    if kind != "polygon" or not len(xy):
        empty = np.empty((0, 2), "i4")
        return Level(resolution_m, xy, rings, owner, empty, np.empty(0, "i4"))
    edges, ring = _borders(xy, rings)
    return Level(resolution_m, xy, rings, owner, edges, owner[ring])


def _borders(xy: NDArray[np.int32], rings: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Vertex runs (start, count) that draw every segment once, and the ring of each run."""
    first, last = _cell_keys(xy[:-1]), _cell_keys(xy[1:])
    low, high = np.minimum(first, last), np.maximum(first, last)
    real = np.ones(len(xy) - 1, bool)
    real[rings[1:-1] - 1] = False
    real &= low != high
    at = np.flatnonzero(real)
    order = np.lexsort((high[at], low[at]))
    same = (np.diff(low[at][order]) == 0) & (np.diff(high[at][order]) == 0)
    own = np.zeros(len(xy), bool)
    own[at[order[np.concatenate([[True], ~same])]]] = True
    before = np.concatenate([[False], own[:-1]])
    before[rings[:-1]] = False
    after = np.concatenate([own[1:], [False]])
    after[rings[1:] - 2] = False
    starts = np.flatnonzero(own & ~before)
    ends = np.flatnonzero(own & ~after)
    ring = np.searchsorted(rings, starts, side="right") - 1
    return np.column_stack([starts, ends - starts + 2]).astype("i4"), ring


def _cell_keys(xy: NDArray[np.int32]) -> NDArray[np.int64]:
    keys: NDArray[np.int64] = (xy[:, 0].astype("i8") << 32) + xy[:, 1].astype("i8")
    return keys
