"""Levels of detail: vertices snapped to a grid, borders found once, chunks to draw in one go.

Snapping moves equal vertices equally, so that shared borders stay shared. A feature that collapses keeps one
grid cell, so that a small island does not vanish from an overview.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.io.cache import CHUNK, UNIT_M, Kind, Level, runs
from chiiki_gis.io.edges import VERTICES_AT_ONCE, cells, first_of_each_edge

ROUGH_RUN = 500
"""Vertices in one row of rough outlines, about."""
MOST_STEPS = 2**30
"""A grid reaches so far from 0; numbers of four bytes hold it and its neighbours."""


def exact_level(
    kind: Kind, parts: NDArray[Any], owner: NDArray[np.int32], origin: NDArray[np.float64]
) -> Level:
    """Level 0 of simple parts of one kind, in whole centimetres.

    parts   simple points, lines or polygons; owner their rows, ascending; origin metres
    """
    import shapely

    if kind == "polygon" and (shapely.get_num_interior_rings(parts) > 0).any():
        parts, of_part = shapely.get_rings(parts, return_index=True)
        owner = owner[of_part]
    whole = np.rint((shapely.get_coordinates(parts) - origin) / UNIT_M).astype("i4")
    rings = ring_starts(shapely.get_num_coordinates(parts))
    return bare_level(UNIT_M, whole, rings, owner)


def ring_starts(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """Where rings of so many vertices begin, and where the last one ends."""
    starts: NDArray[np.int64] = np.concatenate([[0], np.cumsum(sizes)]).astype("i8")
    return starts


def joined(levels: list[Level]) -> Level:
    """Bare levels of one resolution as one; their owners ascend from each to the next."""
    if len(levels) == 1:
        return levels[0]
    sizes = np.concatenate([np.diff(level.rings) for level in levels])
    rings = ring_starts(sizes)
    owner = np.concatenate([level.owner for level in levels])
    return bare_level(levels[0].resolution_m, np.concatenate([level.xy for level in levels]), rings, owner)


def coarser(kind: Kind, fine: Level, resolution_m: float) -> Level:
    """A level on a coarser grid, made from the next finer one.

    Vertices that repeat, or lie straight between their neighbours, are dropped. A feature that collapses is
    kept as one cell; a line only where no other line shows in that cell.
    """
    factor = round(resolution_m / fine.resolution_m)
    return _simplified(kind, _snapped(fine.xy, factor), fine.rings, fine.owner, resolution_m)


def _snapped(xy: NDArray[np.int32], factor: int) -> NDArray[np.int32]:
    """Vertices on a grid that is coarser by a factor."""
    steps = xy + np.int32(factor // 2)  # 2e9 cm and half a cell stay below 2**31
    steps //= np.int32(factor)
    return steps


def _on_grid(places: NDArray[np.float64], step: float) -> NDArray[np.int32]:
    """Places on a grid; those that are none, or beyond its reach, at 0. The places are overwritten."""
    places /= step
    np.rint(places, out=places)
    if len(places) and not (places.min() > -MOST_STEPS and places.max() < MOST_STEPS):
        places[~(np.abs(places) < MOST_STEPS)] = 0.0
    return places.astype("i4")


def rough_points(parts: NDArray[Any], step: float) -> Level:
    """Simple points on a grid of `step`, in the units of the data; each occupied cell is a row."""
    import shapely

    xy = _on_grid(shapely.get_coordinates(parts), step)
    _, first = np.unique(_cell_keys(xy), return_index=True)
    rows = np.arange(len(first) + 1, dtype="i8")
    return bare_level(step, xy[first], rows, rows[:-1].astype("i4"))


def rough_outlines(parts: NDArray[Any], step: float) -> Level:
    """The outlines of simple lines and polygons on a grid of `step`, in the units of the data.

    Its rows are runs of lines of some hundred vertices, not features.
    """
    import shapely

    if (shapely.get_num_interior_rings(parts) > 0).any():
        parts = np.concatenate([shapely.get_rings(parts), parts[shapely.get_dimensions(parts) == 1]])
    sizes = shapely.get_num_coordinates(parts)
    starts = ring_starts(sizes)
    xy = _on_grid(shapely.get_coordinates(parts), step)
    level = _simplified("line", xy, starts, np.arange(len(sizes), dtype="i4"), step)
    runs = level.rings[:-1] // ROUGH_RUN
    return replace(level, owner=np.cumsum(np.diff(runs, prepend=runs[:1]) != 0).astype("i4"))


def _simplified(
    kind: Kind, xy: NDArray[np.int32], rings: NDArray[np.int64], owner: NDArray[np.int32], resolution_m: float
) -> Level:
    """Snapped vertices as a level: repeated and straight ones go, what collapses is kept as a cell."""
    xy, rings = _without(_repeated(xy, rings), xy, rings)
    whole = np.diff(rings) >= (4 if kind == "polygon" else 2)
    at, tiny = xy[rings[:-1]], _lost(owner, whole)
    xy = cells(xy)[np.repeat(whole, np.diff(rings))].view("i4").reshape(-1, 2)
    rings = ring_starts(np.diff(rings)[whole])
    if kind == "line":
        tiny = tiny[_alone(at[tiny], xy)]
    level = bare_level(resolution_m, *_without(_straight(xy, rings), xy, rings), owner[whole])
    return _with_specks(kind, level, at[tiny], owner[tiny]) if len(tiny) else level


def _repeated(xy: NDArray[np.int32], rings: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which vertices stand where the one before them in the ring stands."""
    same = np.zeros(len(xy), bool)
    places = cells(xy)
    same[1:] = places[1:] == places[:-1]
    same[rings[:-1]] = False
    return same


def _straight(xy: NDArray[np.int32], rings: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which vertices lie exactly between their neighbours; ends of rings and tips of spikes do not."""
    straight = np.zeros(len(xy), bool)
    for first in range(0, len(xy) - 2, VERTICES_AT_ONCE):
        step = np.diff(xy[first : first + VERTICES_AT_ONCE + 2].astype("i8"), axis=0)
        x, y = np.ascontiguousarray(step[:, 0]), np.ascontiguousarray(step[:, 1])
        on_line = x[:-1] * y[1:] == y[:-1] * x[1:]
        onward = x[:-1] * x[1:] + y[:-1] * y[1:] > 0
        straight[first + 1 : first + 1 + len(onward)] = on_line & onward
    straight[rings[:-1]] = False
    straight[rings[1:] - 1] = False
    return straight


def _without(
    left_out: NDArray[np.bool_], xy: NDArray[np.int32], rings: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Vertices and ring starts after some vertices are gone; every ring keeps its first."""
    kept = ~left_out
    before = np.zeros(len(kept) + 1, "i4")
    np.cumsum(kept, out=before[1:])
    starts = before[rings].astype("i8")
    del before
    return cells(xy)[kept].view("i4").reshape(-1, 2), starts


def _alone(at: NDArray[np.int32], xy: NDArray[np.int32]) -> NDArray[np.int64]:
    """Of some cells, the first in each that no vertex has."""
    keys, first = np.unique(_cell_keys(at), return_index=True)
    if not len(keys):
        return first
    taken = np.zeros(len(keys), bool)
    vertices = _cell_keys(xy)
    near = np.minimum(np.searchsorted(keys, vertices), len(keys) - 1)
    taken[near[keys[near] == vertices]] = True
    return np.sort(first[~taken])


def _lost(owner: NDArray[np.int32], whole: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The first ring of every feature that lost all its rings."""
    first = np.flatnonzero(np.concatenate([[True], np.diff(owner) != 0]))
    return first[~np.logical_or.reduceat(whole, first)]


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
    rings = ring_starts(sizes)
    return bare_level(level.resolution_m, xy[runs(starts, sizes)], rings, owners)


def bare_level(
    resolution_m: float, xy: NDArray[np.int32], rings: NDArray[np.int64], owner: NDArray[np.int32]
) -> Level:
    """A level without its tables."""
    runs, boundless = np.empty((0, 3), "i4"), np.empty((0, 4), "f4")
    none = np.empty(0, "i4")
    return Level(
        resolution_m, xy, rings, owner, runs[:, :2], none, none, runs, boundless, runs[:, :2], boundless
    )


def with_tables(kind: Kind, level: Level, codes: NDArray[np.uint32], bounds: NDArray[np.float64]) -> Level:
    """The level with its borders and its chunks: rings by class, borders as they lie.

    codes, bounds   class and exact bounds of every row
    """
    if kind == "polygon":
        edges, ring = _borders(level.xy, level.rings)
        level = replace(level, edges=edges, edge_owner=level.owner[ring])
    elif kind == "point":
        return level
    ring_class = codes[level.owner].astype("i4")
    order = np.argsort(ring_class, kind="stable").astype("i4")
    owners = level.owner[order]
    starts, ends = _cuts(np.diff(level.rings)[order], ring_class[order], owners)
    chunks = np.column_stack([starts, ends, ring_class[order][starts]]).astype("i4")
    edge_starts, edge_ends = _cuts(level.edges[:, 1], np.zeros(len(level.edges), "i4"))
    return replace(
        level,
        order=order,
        chunks=chunks,
        chunk_bounds=_bounds_of_runs(bounds[owners], starts),
        edge_chunks=np.column_stack([edge_starts, edge_ends]).astype("i4"),
        edge_bounds=_bounds_of_runs(bounds[level.edge_owner], edge_starts),
    )


def _cuts(
    sizes: NDArray[Any], classes: NDArray[Any], owners: NDArray[Any] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where chunks start and end: at a new class, or when full and at the end of a feature (holes stay)."""
    if not len(sizes):
        return np.empty(0, "i8"), np.empty(0, "i8")
    block = np.cumsum(sizes) // CHUNK
    if owners is not None:
        first = np.flatnonzero(np.concatenate([[True], np.diff(owners) != 0]))
        block = np.repeat(block[first], np.diff(np.concatenate([first, [len(sizes)]])))
    starts = np.concatenate([[0], np.flatnonzero((np.diff(block) != 0) | (np.diff(classes) != 0)) + 1])
    return starts, np.concatenate([starts[1:], [len(sizes)]])


def _bounds_of_runs(bounds: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float32]:
    if not len(starts):
        return np.empty((0, 4), "f4")
    return outward(
        np.hstack([np.minimum.reduceat(bounds[:, :2], starts), np.maximum.reduceat(bounds[:, 2:], starts)])
    )


def outward(bounds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Bounds in single precision that contain the exact ones."""
    low = np.nextafter(bounds[:, :2].astype("f4"), np.float32(-np.inf))
    high = np.nextafter(bounds[:, 2:].astype("f4"), np.float32(np.inf))
    return np.hstack([low, high])


def _borders(xy: NDArray[np.int32], rings: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Vertex runs (start, count) that draw every segment once, and the ring of each run."""
    own = first_of_each_edge(xy, rings)
    if not own.any():
        return np.empty((0, 2), "i4"), np.empty(0, "i8")
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
