"""Drawing data of one layer: arrays in memory or in a memory-mapped file. Read only.

The file is one of `array_file`. Coordinates are whole centimetres from a local origin: good for drawing,
never for areas or verdicts.

Features are in z-order (neighbours on the map are neighbours in the file). Every kind of shape (point, line,
polygon) that occurs has levels of detail; level 0 is exact to 1 cm, the others are snapped to a coarser grid.
Outer rings run counter-clockwise and holes clockwise, so that a path of several features fills by winding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.jobs import ShapesPlace
from chiiki_gis.core.style import Style
from chiiki_gis.io.array_file import CacheDamaged as CacheDamaged
from chiiki_gis.io.array_file import Form, open_arrays

Kind = Literal["point", "line", "polygon"]
KINDS: tuple[Kind, ...] = ("polygon", "line", "point")
"""In painting order."""
MAGIC = b"CHIIKIRC"
VERSION = 5
FORM = Form(MAGIC, VERSION)
UNIT_M = 0.01
CHUNK = 2000
"""Vertices in one chunk: the painter's cost grows faster than a path, and each call holds the GIL."""

META = frozenset(
    ("origin", "extent", "classes", "class_column", "label_column", "breaks", "without_shape", "levels")
)
"""What a file says of itself."""

MANY_ROWS, RUN = 50_000, 512
"""From so many rows on, whole runs of rows are looked at first."""


@dataclass(frozen=True)
class Level:
    """One level of detail of one kind.

    resolution_m   the grid the vertices were snapped to
    xy             int32 (n, 2), in grid steps from the origin
    rings          int64 (r + 1,), where each ring or line begins in xy
    owner          int32 (r,), the feature (row) of each ring, ascending
    edges          int32 (e, 2), start and count of vertex runs in xy that draw every border once
    edge_owner     int32 (e,), a feature on one side of each run
    order          int32 (r,), the rings by class, then as they lie
    chunks         int32 (c, 3), runs of `order`: start, end, class; about 2000 vertices, whole features
    chunk_bounds   float32 (c, 4), in metres, rounded outward
    edge_chunks    int32 (d, 2), runs of `edges`: start, end
    edge_bounds    float32 (d, 4)
    """

    resolution_m: float
    xy: NDArray[np.int32]
    rings: NDArray[np.int64]
    owner: NDArray[np.int32]
    edges: NDArray[np.int32]
    edge_owner: NDArray[np.int32]
    order: NDArray[np.int32]
    chunks: NDArray[np.int32]
    chunk_bounds: NDArray[np.float32]
    edge_chunks: NDArray[np.int32]
    edge_bounds: NDArray[np.float32]


class Shapes:
    """One layer's drawing data. `rows` are positions 0…count−1 in z-order; `fids` maps them to features."""

    def __init__(self, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        self.meta = meta
        self.arrays = arrays
        self.origin: tuple[float, float] = (meta["origin"][0], meta["origin"][1])
        self.classes: tuple[str, ...] = tuple(meta["classes"])
        self._levels: dict[tuple[Kind, int], Level] = {}

    def fits(self, style: Style) -> bool:
        """Whether classes and labels are those of a style; colours and widths may be any."""
        meta = self.meta
        return (meta["class_column"], meta["label_column"], tuple(meta["breaks"])) == style.drawing_key

    @property
    def count(self) -> int:
        """Features with a shape."""
        return len(self.fids)

    @property
    def without_shape(self) -> int:
        """Features that have none and are not drawn."""
        return int(self.meta["without_shape"])

    @property
    def extent(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of everything; None for an empty layer."""
        found = self.meta["extent"]
        return None if found is None else (found[0], found[1], found[2], found[3])

    @property
    def fids(self) -> NDArray[np.int64]:
        """The feature id of every row."""
        return self.arrays["fid"]

    @property
    def codes(self) -> NDArray[np.uint32]:
        """The class of every row, an index into `classes`."""
        return self.arrays["code"]

    @property
    def bounds(self) -> NDArray[np.float32]:
        """West, south, east, north of every row, rounded outward."""
        return self.arrays["bounds"]

    @property
    def anchors(self) -> NDArray[np.float64]:
        """A point in every shape, (n, 2) in metres: where a label or a number goes."""
        return self.arrays["anchor"]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that occur, in painting order."""
        return tuple(kind for kind in KINDS if kind in self.meta["levels"])

    def resolutions(self, kind: Kind) -> tuple[float, ...]:
        """The grids of a kind's levels in metres, finest first."""
        return tuple(self.meta["levels"][kind])

    def level(self, kind: Kind, number: int) -> Level:
        """One level of a kind; 0 is the finest."""
        known = self._levels.get((kind, number))
        if known is None:
            arrays = (self.arrays[f"{kind}.{number}.{part}"] for part in PARTS)
            known = self._levels[kind, number] = Level(self.meta["levels"][kind][number], *arrays)
        return known

    def levels(self, kind: Kind) -> tuple[Level, ...]:
        """The levels of a kind, finest first."""
        return tuple(self.level(kind, number) for number in range(len(self.meta["levels"][kind])))

    def texts(self, what: Literal["label", "number"], rows: NDArray[np.int64] | None = None) -> list[str]:
        """The label or number of some rows, of all where none are named; empty where there is none."""
        ends, data = self.arrays[f"{what}.end"], self.arrays[f"{what}.text"].data
        some = np.arange(len(ends)) if rows is None else rows
        starts = np.where(some > 0, ends[some - 1], 0)
        return [str(data[a:b], "utf-8") for a, b in zip(starts.tolist(), ends[some].tolist(), strict=True)]

    def touching(self, west: float, south: float, east: float, north: float) -> NDArray[np.int64]:
        """Rows whose bounds touch a rectangle."""
        box, all_of_it = (west, south, east, north), self.extent
        if all_of_it is not None and _contains(box, all_of_it):
            return np.arange(self.count)
        if self.count < MANY_ROWS:
            return touching(self.bounds, box)
        starts = touching(self._run_bounds, box) * RUN
        rows = runs(starts, np.minimum(starts + RUN, self.count) - starts)
        return rows[touching(self.bounds[rows], box)]

    @cached_property
    def _run_bounds(self) -> NDArray[np.float32]:
        """The bounds of runs of rows, which are neighbours on the map."""
        starts = np.arange(0, self.count, RUN)
        low = np.minimum.reduceat(self.bounds[:, :2], starts)
        return np.hstack([low, np.maximum.reduceat(self.bounds[:, 2:], starts)])

    def rows_of(self, fids: Iterable[int]) -> NDArray[np.int64]:
        """The rows of some features."""
        return np.flatnonzero(np.isin(self.fids, np.fromiter(fids, "i8")))

    def bounds_of(self, fids: Iterable[int]) -> tuple[float, float, float, float] | None:
        """The bounds of some features; None where none has a shape."""
        rows = self.rows_of(fids)
        if not len(rows):
            return None
        b = self.bounds[rows].astype("f8")
        return float(b[:, 0].min()), float(b[:, 1].min()), float(b[:, 2].max()), float(b[:, 3].max())

    def class_counts(self) -> dict[str, int]:
        """How many features each class has; empty without a class column."""
        if not self.meta["class_column"]:
            return {}
        counts = np.bincount(self.codes, minlength=len(self.classes))
        return {name: int(n) for name, n in zip(self.classes, counts, strict=True)}


PARTS = (
    "xy", "rings", "owner", "edges", "edge_owner",
    "order", "chunks", "chunk_bounds", "edge_chunks", "edge_bounds",
)  # fmt: skip


def empty_shapes(without_shape: int, style: Style) -> Shapes:
    """Drawing data of a layer without a feature that could be drawn."""
    meta: Mapping[str, Any] = {
        "origin": [0.0, 0.0], "extent": None, "classes": [""], "class_column": style.class_column,
        "label_column": style.label_column, "breaks": list(style.breaks),
        "without_shape": without_shape, "levels": {},
    }  # fmt: skip
    arrays: dict[str, NDArray[Any]] = {
        "fid": np.empty(0, "i8"), "code": np.empty(0, "u4"), "bounds": np.empty((0, 4), "f4"),
        "anchor": np.empty((0, 2), "f8"),
    }  # fmt: skip
    for what in ("label", "number"):
        arrays |= {f"{what}.text": np.empty(0, "u1"), f"{what}.end": np.empty(0, "i8")}
    return Shapes(meta, arrays)


def _contains(outer: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    low, high = zip(outer[:2], inner[:2], strict=True), zip(outer[2:], inner[2:], strict=True)
    return all(a <= b for a, b in low) and all(a >= b for a, b in high)


def touching(bounds: NDArray[np.float32], box: tuple[float, float, float, float]) -> NDArray[np.int64]:
    """Which of some bounds touch a rectangle."""
    west, south, east, north = box
    inside = (bounds[:, 0] <= east) & (bounds[:, 2] >= west)
    return np.flatnonzero(inside & (bounds[:, 1] <= north) & (bounds[:, 3] >= south))


def runs(starts: NDArray[Any], sizes: NDArray[Any]) -> NDArray[np.int64]:
    """Indices of consecutive runs, one after the other."""
    before = np.cumsum(sizes) - sizes
    return np.repeat(starts - before, sizes) + np.arange(int(sizes.sum()))


def open_shapes(place: ShapesPlace) -> Shapes:
    """Map a cache file or a block of shared memory. Raises CacheDamaged where it is not whole.

    Counts and places are checked, so that painting finds all that they point at; coordinates are not read.
    """
    try:
        shapes = Shapes(*open_arrays(place, FORM))
        is_sound = _has_sound_rows(shapes) and all(
            _is_sound(level, shapes.count, len(shapes.classes))
            for kind in shapes.kinds
            for level in shapes.levels(kind)
        )
    except (LookupError, TypeError, ValueError) as error:
        raise CacheDamaged(str(place)) from error
    if not is_sound:
        raise CacheDamaged(str(place))
    return shapes


def _has_sound_rows(shapes: Shapes) -> bool:
    count, meta = shapes.count, shapes.meta
    ends = [(shapes.arrays[f"{what}.end"], shapes.arrays[f"{what}.text"]) for what in ("label", "number")]
    return (
        meta.keys() >= META
        and (meta["extent"] is None or len(meta["extent"]) == 4)
        and shapes.codes.shape == (count,)
        and shapes.bounds.shape == (count, 4)
        and shapes.anchors.shape == (count, 2)
        and _are_within(shapes.codes, len(shapes.classes))
        and all(end.shape == (count,) and _are_ascending(end, len(text)) for end, text in ends)
    )


def _is_sound(level: Level, count: int, classes: int) -> bool:
    """Whether a level's offsets ascend and stay within its arrays."""
    vertices, lines, runs_of_borders = len(level.xy), len(level.owner), len(level.edges)
    is_shaped = (
        level.xy.shape == (vertices, 2)
        and level.rings.shape == (lines + 1,)
        and level.edges.shape == (runs_of_borders, 2)
        and level.edge_owner.shape == (runs_of_borders,)
        and level.chunk_bounds.shape == (len(level.chunks), 4)
        and level.edge_bounds.shape == (len(level.edge_chunks), 4)
    )
    return (
        is_shaped
        and _are_ascending(level.rings, vertices)
        and _are_ascending(level.owner, count - 1)
        and _are_within(level.order, lines)
        and _are_runs(level.chunks, len(level.order))
        and _are_within(level.chunks[:, 2], classes)
        and _are_within(level.edge_owner, count)
        and _are_runs(level.edge_chunks, runs_of_borders)
        and _are_within(level.edges, vertices + 1)
        and not (level.edges[:, 0] > vertices - level.edges[:, 1]).any()
    )


def _are_runs(table: NDArray[Any], most: int) -> bool:
    """Whether starts and ends follow each other."""
    return _are_ascending(table[:, :2].ravel(), most)


def _are_ascending(places: NDArray[Any], most: int) -> bool:
    if not len(places):
        return True
    return bool(places[0] >= 0 and places[-1] <= most and (places[1:] >= places[:-1]).all())


def _are_within(places: NDArray[Any], size: int) -> bool:
    return not places.size or bool(places.min() >= 0 and places.max() < size)
