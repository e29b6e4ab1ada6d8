"""From drawing data to vertices on the device: choosing a level, gathering rings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.io.cache import Kind, Level, Shapes, runs
from chiiki_gis.render.view import View

Box = tuple[float, float, float, float]
"""Left, top, right, bottom on the device."""


@dataclass(frozen=True)
class Rings:
    """Rings or lines of several features in device pixels. `owner` is the row of each, ascending."""

    xy: NDArray[np.float64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    owner: NDArray[np.int32]


def pick_level(shapes: Shapes, kind: Kind, view: View, tolerance_px: float) -> int:
    """The number of the coarsest level whose grid is finer than the tolerance; 0 where none is."""
    limit = view.metres_per_px * tolerance_px
    return max((n for n, step in enumerate(shapes.resolutions(kind)) if step <= limit), default=0)


def rings_of(shapes: Shapes, level: Level, rows: NDArray[np.int64], view: View) -> Rings:
    """The rings of some rows (ascending) in device pixels."""
    first = np.searchsorted(level.owner, rows)
    last = np.searchsorted(level.owner, rows, side="right")
    ring = runs(first, last - first)
    starts = level.rings[ring]
    sizes = level.rings[ring + 1] - starts
    xy, offsets = gather(level.xy, starts, sizes)
    return Rings(to_device(xy, shapes, level, view), offsets, sizes, level.owner[ring])


def borders_of(shapes: Shapes, level: Level, rows: NDArray[np.int64], view: View) -> Rings:
    """The borders of some rows, each once, in device pixels."""
    wanted = np.zeros(shapes.count, bool)
    wanted[rows] = True
    at = np.flatnonzero(wanted[level.edge_owner])
    starts, sizes = level.edges[at, 0].astype("i8"), level.edges[at, 1].astype("i8")
    xy, offsets = gather(level.xy, starts, sizes)
    return Rings(to_device(xy, shapes, level, view), offsets, sizes, level.edge_owner[at])


def to_device(xy: NDArray[Any], shapes: Shapes, level: Level, view: View) -> NDArray[np.float64]:
    """Grid steps to device pixels, in double precision from the local origin."""
    step, left, top = device_from_grid(shapes, level, view)
    placed: NDArray[np.float64] = xy * np.array([step, -step]) + np.array([left, top])
    return placed


def device_from_grid(shapes: Shapes, level: Level, view: View) -> tuple[float, float, float]:
    """Pixels per grid step, and where the local origin lies on the device (x, y)."""
    left = view.left_px + (shapes.origin[0] - view.west) / view.metres_per_px
    top = view.top_px + (view.north - shapes.origin[1]) / view.metres_per_px
    return level.resolution_m / view.metres_per_px, left, top


def gather(
    xy: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The vertices of some runs, and where each begins among them."""
    return xy[runs(starts, sizes)], np.cumsum(sizes) - sizes
