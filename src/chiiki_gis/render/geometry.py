"""From drawing data to painter paths: choosing a level, gathering rings, clipping to the frame."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPainterPath

from chiiki_gis.io.cache import Kind, Level, Shapes
from chiiki_gis.render.view import View

CHUNK = 2000
"""Vertices in one path: the painter's cost grows faster than a path, and each call holds the GIL."""
_STEP = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])


@dataclass(frozen=True)
class Rings:
    """Rings of several features in device pixels. `owner` is the row of each ring, ascending."""

    xy: NDArray[np.float64]
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]
    owner: NDArray[np.int32]

    def chunks(
        self, order: NDArray[np.int64], breaks: NDArray[np.bool_]
    ) -> Iterator[tuple[int, QPainterPath]]:
        """Paths of about CHUNK vertices: (row of the first ring, path).

        order    rings in drawing order
        breaks   True where a new path must begin (another class), one per entry of `order`
        """
        sizes = self.sizes[order]
        block = np.cumsum(sizes) // CHUNK
        fresh = np.concatenate([[True], (np.diff(block) != 0)]) | breaks
        owners = self.owner[order]
        same = np.concatenate([[False], owners[1:] == owners[:-1]])
        cuts = np.flatnonzero(fresh & ~same)  # holes stay with their polygon
        cuts = cuts if len(cuts) and cuts[0] == 0 else np.concatenate([[0], cuts])
        for first, last in zip(cuts, [*cuts[1:], len(order)], strict=True):
            some = order[first:last]
            yield int(owners[first]), path_of(*gather(self.xy, self.starts[some], self.sizes[some]))


def pick_level(shapes: Shapes, kind: Kind, view: View, tolerance_px: float) -> Level:
    """The coarsest level whose grid is finer than the tolerance."""
    levels = shapes.levels(kind)
    fine = [level for level in levels if level.resolution_m <= view.metres_per_px * tolerance_px]
    return fine[-1] if fine else levels[0]


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
    at = np.flatnonzero(np.isin(level.edge_owner, rows))
    starts, sizes = level.edges[at, 0].astype("i8"), level.edges[at, 1].astype("i8")
    xy, offsets = gather(level.xy, starts, sizes)
    owner = np.arange(len(at), dtype="i4")  # any run may be cut from the next
    return Rings(to_device(xy, shapes, level, view), offsets, sizes, owner)


def to_device(xy: NDArray[Any], shapes: Shapes, level: Level, view: View) -> NDArray[np.float64]:
    """Grid steps to device pixels, in double precision from the local origin."""
    step = level.resolution_m / view.metres_per_px
    left = view.left_px + (shapes.origin[0] - view.west) / view.metres_per_px
    top = view.top_px + (view.north - shapes.origin[1]) / view.metres_per_px
    placed: NDArray[np.float64] = xy * np.array([step, -step]) + np.array([left, top])
    return placed


def runs(starts: NDArray[Any], sizes: NDArray[Any]) -> NDArray[np.int64]:
    """Indices of consecutive runs, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))


def gather(
    xy: NDArray[Any], starts: NDArray[np.int64], sizes: NDArray[np.int64]
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The vertices of some runs, and where each begins among them."""
    return xy[runs(starts, sizes)], np.cumsum(sizes) - sizes


def path_of(xy: NDArray[np.float64], starts: NDArray[np.int64]) -> QPainterPath:
    """A path through vertices, with a new subpath at every start; filled by the odd-even rule."""
    path = QPainterPath()
    count = len(xy)
    if not count:
        return path
    steps = np.empty(count, _STEP)
    steps["x"], steps["y"], steps["kind"] = xy[:, 0], xy[:, 1], 1
    steps["kind"][starts] = 0
    data = struct.pack(">i", count) + steps.tobytes() + struct.pack(">ii", 0, 0)
    stream = QDataStream(QByteArray(data))
    stream >> path
    return path


def clipped(kind: Kind, rings: Rings, view: View, margin_px: float) -> Rings:
    """The rings cut to the frame and a margin, for paper: what lies outside must not be in the file."""
    import shapely

    if not len(rings.owner):
        return rings
    offsets = np.concatenate([rings.starts, [len(rings.xy)]])
    box = (
        view.left_px - margin_px, view.top_px - margin_px,
        view.left_px + view.width_px + margin_px, view.top_px + view.height_px + margin_px,
    )  # fmt: skip
    low = np.minimum.reduceat(rings.xy, rings.starts)
    high = np.maximum.reduceat(rings.xy, rings.starts)
    if (low >= box[:2]).all() and (high <= box[2:]).all():
        return rings
    if kind == "polygon":
        rows, first = np.unique(rings.owner, return_index=True)
        bounds = np.concatenate([first, [len(rings.owner)]])
        made = shapely.from_ragged_array(shapely.GeometryType.POLYGON, rings.xy, (offsets, bounds))
        made = shapely.make_valid(_even_odd(made, rings, bounds))
    else:
        rows = rings.owner
        made = shapely.from_ragged_array(shapely.GeometryType.LINESTRING, rings.xy, (offsets,))
    cut = shapely.clip_by_rect(made, *box)
    wanted = 2 if kind == "polygon" else 1
    parts, index = _simple_parts(cut, wanted)
    if not len(parts):
        return Rings(np.empty((0, 2)), np.empty(0, "i8"), np.empty(0, "i8"), np.empty(0, "i4"))
    _, xy, found = shapely.to_ragged_array(parts)
    owner = np.asarray(rows)[index]
    if kind == "polygon":
        owner = np.repeat(owner, np.diff(found[1]))
    starts = np.asarray(found[0][:-1], "i8")
    return Rings(np.asarray(xy)[:, :2], starts, np.diff(found[0]).astype("i8"), owner.astype("i4"))


def _even_odd(made: NDArray[Any], rings: Rings, bounds: NDArray[Any]) -> NDArray[Any]:
    """Polygons of several outer rings: the symmetric difference of their rings, as the painter fills them."""
    import shapely

    several = np.flatnonzero(np.diff(bounds) > 1)
    for number in several:
        simple = [
            shapely.Polygon(rings.xy[s : s + n])
            for s, n in zip(
                rings.starts[bounds[number] : bounds[number + 1]],
                rings.sizes[bounds[number] : bounds[number + 1]],
                strict=True,
            )
        ]
        made[number] = shapely.symmetric_difference_all(shapely.make_valid(np.array(simple)))
    return made


def _simple_parts(shapes: NDArray[Any], dimension: int) -> tuple[NDArray[Any], NDArray[np.int64]]:
    import shapely

    parts, index = shapely.get_parts(shapes, return_index=True)
    while (nested := shapely.get_type_id(parts) >= 4).any():
        inner, back = shapely.get_parts(parts[nested], return_index=True)
        index = np.concatenate([index[~nested], index[nested][back]])
        parts = np.concatenate([parts[~nested], inner])
    fits = (shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)
    order = np.argsort(index[fits], kind="stable")
    return parts[fits][order], index[fits][order]
