"""The vertex or edge of drawing data that is nearest to a place: what the mouse snaps to.

Drawing data have steps of 1 cm: whoever keeps a place reads it again from the feature itself.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.boundaries import SAME_M, Lines, Point, Spot, edges_near, vertices_near
from chiiki_gis.io.cache import Kind, Shapes, runs

MOST_VERTICES = 150_000
"""So many vertices of a layer are looked at in one mouse move; where more are near, nothing is near."""

_ALL = sys.maxsize
_Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Near:
    """A place on a feature, and how far it is from where one asked, in m."""

    fid: int
    at: Point
    distance: float
    is_vertex: bool


def nearest(
    shapes: Shapes, at: Point, reach_m: float, without: Collection[int] = (), hidden: Collection[int] = ()
) -> list[Near]:
    """The nearest vertex within reach, else the nearest place on an edge, of every feature that has it.

    without   features that do not count
    hidden    class codes that do not count
    Empty where nothing is within reach.
    """
    x, y = at
    rows = shapes.touching(x - reach_m, y - reach_m, x + reach_m, y + reach_m)
    if len(hidden):
        rows = rows[~np.isin(shapes.codes[rows], list(hidden))]
    if len(without):
        rows = rows[~np.isin(shapes.fids[rows], list(without))]
    vertices: list[Near] = []
    edges: list[Near] = []
    for kind in shapes.kinds:
        gathered = _lines(shapes, kind, rows, MOST_VERTICES) if len(rows) else None
        if gathered is None:
            continue
        lines, owner = gathered
        found = [_near(shapes, lines, owner, spot, True) for spot in vertices_near(lines, at, reach_m)]
        vertices.extend(found)
        if not found and kind != "point":
            edges.extend(_near(shapes, lines, owner, s, False) for s in edges_near(lines, at, reach_m))
    there = vertices or edges
    closest = min((near.distance for near in there), default=0.0)
    kept = {near.fid: near for near in reversed(there) if near.distance <= closest + SAME_M}
    return sorted(kept.values(), key=lambda near: near.distance)


def lines_in(
    shapes: Shapes, box: tuple[float, float, float, float], most: int
) -> tuple[Lines, NDArray[np.int64], NDArray[np.uint32]] | None:
    """The lines and rings of all features that touch a box, and the feature and the class code of each.

    None where there are none, or more than `most` vertices.
    """
    rows = shapes.touching(*box)
    kinds = [kind for kind in shapes.kinds if kind != "point"]
    if not 0 < sum(int(_rings(shapes, kind, rows)[1].sum()) for kind in kinds) <= most:
        return None
    found = [got for kind in kinds if (got := _lines(shapes, kind, rows, most)) is not None]
    rows = np.concatenate([owner for _, owner in found]).astype("i8")
    return _joined([lines for lines, _ in found]), shapes.fids[rows], shapes.codes[rows]


def fids_in(shapes: Shapes, box: tuple[float, float, float, float]) -> list[int]:
    """The features whose lines or polygons touch a box, in steps of 1 cm; ascending."""
    import shapely

    from chiiki_gis.io.hits import hits

    west, south, east, north = box
    around = hits(shapes, (west + east) / 2, (south + north) / 2, 0.0)  # one that holds all of the box
    found = lines_in(shapes, box, _ALL)
    if found is None:
        return sorted(around)
    lines, fids, _ = found
    each = np.repeat(np.arange(len(fids)), np.diff(lines.starts))
    touched = shapely.intersects(shapely.linestrings(lines.xy, indices=each), shapely.box(*box))
    return sorted({*around, *fids[touched].tolist()})


def lines_near(shapes: Shapes, fid: int) -> Lines:
    """The rings and lines of one feature, in metres, in steps of 1 cm."""
    rows = shapes.rows_of((fid,))
    found = [got[0] for kind in shapes.kinds if (got := _lines(shapes, kind, rows, _ALL)) is not None]
    return _joined(found)


def _joined(found: list[Lines]) -> Lines:
    if not found:
        return Lines(np.empty((0, 2)), np.zeros(1, "i8"))
    before = np.cumsum([0, *(len(lines.xy) for lines in found)])
    starts = [lines.starts[:-1] + offset for lines, offset in zip(found, before, strict=False)]
    return Lines(np.vstack([lines.xy for lines in found]), np.concatenate([*starts, before[-1:]]))


def _near(shapes: Shapes, lines: Lines, owner: NDArray[np.int32], spot: Spot, is_vertex: bool) -> Near:
    ring = int(np.searchsorted(lines.starts, spot.index, side="right")) - 1
    return Near(int(shapes.fids[owner[ring]]), spot.at, spot.distance, is_vertex)


def _rings(
    shapes: Shapes, kind: Kind, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The rings of some rows at level 0, and how many vertices each has."""
    level = shapes.level(kind, 0)
    first, last = np.searchsorted(level.owner, rows), np.searchsorted(level.owner, rows, side="right")
    ring = runs(first, last - first)
    return ring, level.rings[ring + 1] - level.rings[ring]


def _lines(
    shapes: Shapes, kind: Kind, rows: NDArray[np.int64], most: int
) -> tuple[Lines, NDArray[np.int32]] | None:
    """The lines of some rows at level 0, and the row of each; None where there are none or too many."""
    level = shapes.level(kind, 0)
    ring, sizes = _rings(shapes, kind, rows)
    if not 0 < int(sizes.sum()) <= most:
        return None
    xy = level.xy[runs(level.rings[ring], sizes)] * level.resolution_m + np.array(shapes.origin)
    return Lines(xy, np.concatenate([[0], np.cumsum(sizes)]).astype("i8")), level.owner[ring]
