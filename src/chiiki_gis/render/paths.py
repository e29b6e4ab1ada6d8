"""Painter paths of about 2000 vertices, made from vertices, and kept for the next picture."""

from __future__ import annotations

import struct
import time
import weakref
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream, Qt
from PySide6.QtGui import QPainterPath

from chiiki_gis.io.cache import CHUNK, Kind, Level, Shapes
from chiiki_gis.render.geometry import Rings, gather

_STEP = np.dtype([("kind", ">i4"), ("x", ">f8"), ("y", ">f8")])
_MOVE, _LINE = 0, 1
_WINDING_FILL = 1

Part = Literal["fill", "edge"]
_Key = tuple["weakref.ref[Shapes]", Kind, int, Part, int]


class PathCache:
    """The paths last used, up to a number of vertices (a path takes about 24 bytes a vertex).

    Belongs to one thread. It keeps no layer's file open, and lets the paths of layers go that are gone.
    A picture bigger than the cache keeps what fits of it, instead of pushing out its own beginning.
    """

    def __init__(self, most_vertices: int = 3_000_000) -> None:
        self._most = most_vertices
        self._vertices = 0
        self._picture = 0
        self._seconds = 0.0
        self._paths: OrderedDict[_Key, tuple[QPainterPath, int]] = OrderedDict()

    @property
    def vertices(self) -> int:
        """What is kept."""
        return self._vertices

    @property
    def making_seconds(self) -> float:
        """What this picture has spent on paths that the next one will find made."""
        return self._seconds

    def begin_picture(self) -> None:
        """A new picture begins; what the last two have not used may go."""
        self._picture += 1
        self._seconds = 0.0
        for key in [key for key in self._paths if key[0]() is None]:
            self._vertices -= self._paths.pop(key)[0].elementCount()

    def path(self, shapes: Shapes, kind: Kind, number: int, part: Part, chunk: int) -> QPainterPath:
        """One chunk of one level in grid steps, made where it is not known."""
        key: _Key = (weakref.ref(shapes), kind, number, part, chunk)
        known = self._paths.get(key)
        path = known[0] if known else self._made(shapes.level(kind, number), part, chunk)
        if known or self._make_room(path.elementCount()):
            self._paths[key] = (path, self._picture)
            self._paths.move_to_end(key)
            self._vertices += 0 if known else path.elementCount()
        return path

    def _made(self, level: Level, part: Part, chunk: int) -> QPainterPath:
        began = time.perf_counter()
        path = chunk_path(level, part, chunk)
        self._seconds += time.perf_counter() - began
        return path

    def _make_room(self, vertices: int) -> bool:
        while self._vertices + vertices > self._most and self._paths:
            oldest = next(iter(self._paths))
            path, picture = self._paths[oldest]
            if picture >= self._picture - 1:
                return False
            del self._paths[oldest]
            self._vertices -= path.elementCount()
        return self._vertices + vertices <= self._most


def chunk_path(level: Level, part: Part, chunk: int) -> QPainterPath:
    """The rings of one chunk, or its borders, in grid steps."""
    if part == "fill":
        first, last, _ = level.chunks[chunk].tolist()
        rings = level.order[first:last]
        starts = level.rings[rings]
        return path_of(*gather(level.xy, starts, level.rings[rings + 1] - starts))
    first, last = level.edge_chunks[chunk].tolist()
    edges = level.edges[first:last].astype("i8")
    return path_of(*gather(level.xy, edges[:, 0], edges[:, 1]))


def path_of(xy: NDArray[Any], starts: NDArray[np.int64]) -> QPainterPath:
    """A path through vertices, with a new subpath at every start; filled by winding."""
    path = QPainterPath()
    if not len(xy):
        return path
    path.reserve(len(xy))  # growing by doubling would leave half of it empty
    steps = np.empty(len(xy), _STEP)
    steps["x"], steps["y"], steps["kind"] = xy[:, 0], xy[:, 1], _LINE
    steps["kind"][starts] = _MOVE
    data = struct.pack(">i", len(xy)) + steps.tobytes() + struct.pack(">ii", 0, _WINDING_FILL)
    stream = QDataStream(QByteArray(data))
    stream >> path
    return path


def shrink(path: QPainterPath) -> None:
    """Let go of the second copy of the vertices (20 bytes each) that Qt keeps with a path once it is drawn.

    Any change does; drawing again costs 5 ns a vertex more.
    """
    path.setFillRule(Qt.FillRule.OddEvenFill)
    path.setFillRule(Qt.FillRule.WindingFill)


def paths_of(
    rings: Rings,
    classes: NDArray[np.int64],
    ranks: NDArray[np.int64] | None,
    size: int = CHUNK,
    *,
    whole_features: bool,
) -> Iterator[tuple[int, QPainterPath]]:
    """Paths in the order of their classes' ranks: (class, path).

    classes          of every ring
    ranks            of every class; None for the classes as they are
    size             vertices in one path, about
    whole_features   True for polygons: a hole stays in the path of its polygon
    """
    if not len(rings.owner):
        return
    order = np.argsort(classes if ranks is None else ranks[classes], kind="stable")
    classes, owners, sizes = classes[order], rings.owner[order], rings.sizes[order]
    block = np.cumsum(sizes) // size
    if whole_features:
        first = np.flatnonzero(np.concatenate([[True], np.diff(owners) != 0]))
        block = np.repeat(block[first], np.diff(np.concatenate([first, [len(owners)]])))
    fresh = np.diff(block) != 0
    cuts = np.concatenate([[0], np.flatnonzero(fresh | (np.diff(classes) != 0)) + 1, [len(order)]])
    for begin, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        some = order[begin:end]
        yield int(classes[begin]), path_of(*gather(rings.xy, rings.starts[some], rings.sizes[some]))
