"""Areas of different towns against each other: what overlaps, and the narrow gaps between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from chiiki_gis.analysis.overlay import polygons_of, valid_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

GAP_M = 20.0
"""Gaps up to this wide count as meant to be none (a choice, no norm)."""
LEAST_M2 = 10.0
"""Smaller pieces are digitising slivers (the same choice as rules.plan)."""
_TOUCH_M = 0.01


class Piece(NamedTuple):
    """A piece of ground between two rows, and its area in the frame's CRS."""

    first: int
    second: int
    shape: Any
    area_m2: float


def overlaps(areas: GeoDataFrame, towns: Sequence[str | None]) -> list[Piece]:
    """What rows of different towns share, LEAST_M2 and more, in the order of the rows.

    areas   polygons in a plane CRS, index fid
    towns   of each row; a row without a town is compared with all others
    """
    import shapely

    shapes = list(valid_shapes(areas.geometry))
    found = []
    for one, two in _pairs(shapes, towns, 0.0):
        shape = polygons_of(shapely.intersection(shapes[one], shapes[two]))
        if shape.area > LEAST_M2:
            found.append(Piece(int(areas.index[one]), int(areas.index[two]), shape, float(shape.area)))
    return found


def gaps(areas: GeoDataFrame, towns: Sequence[str | None], width_m: float = GAP_M) -> list[Piece]:
    """The narrow ground between rows of different towns that belongs to no row.

    A gap is what closing both shapes by half of `width_m` adds to them, where it lies along both for longer
    than it may be wide; the rounded corners that closing fills do not. LEAST_M2 and more, in the rows' order.
    """
    import shapely

    shapes = list(valid_shapes(areas.geometry))
    half = width_m / 2
    tree = shapely.STRtree([shape for shape in shapes if shape is not None])
    found = []
    for one, two in _pairs(shapes, towns, width_m):
        first, second = _near(shapes[one], shapes[two], width_m), _near(shapes[two], shapes[one], width_m)
        both = shapely.union(first, second)
        closed = both.buffer(half, quad_segs=4).buffer(-half, quad_segs=4)
        taken = tree.geometries[tree.query(closed, predicate="intersects")]
        between = polygons_of(shapely.difference(closed, shapely.union_all(taken)))
        for piece in shapely.get_parts(between):
            if piece.area > LEAST_M2 and all(_along(piece, side) > width_m for side in (first, second)):
                found.append(Piece(int(areas.index[one]), int(areas.index[two]), piece, float(piece.area)))
    return found


def _pairs(shapes: Sequence[Any], towns: Sequence[str | None], reach_m: float) -> list[tuple[int, int]]:
    """Rows of different towns that come within a distance of each other; the lower row first."""
    import numpy
    import shapely

    there = [n for n, shape in enumerate(shapes) if shape is not None and not shape.is_empty]
    if not there:
        return []
    some = numpy.asarray([shapes[n] for n in there], dtype=object)
    tree = shapely.STRtree(some)
    if reach_m:
        left, right = tree.query(some, predicate="dwithin", distance=reach_m)
    else:
        left, right = tree.query(some, predicate="intersects")
    pairs = sorted((there[a], there[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True) if a < b)
    return [(a, b) for a, b in pairs if towns[a] != towns[b] or towns[a] is None]


def _near(shape: Any, other: Any, width_m: float) -> Any:
    """The part of a shape that can have to do with a gap to another."""
    import shapely

    west, south, east, north = shapely.box(*other.bounds).buffer(4 * width_m).bounds
    kept = shapely.clip_by_rect(shape, west, south, east, north)
    return shapely.make_valid(kept)


def _along(piece: Any, side: Any) -> float:
    """How long the piece lies along a shape, m."""
    import shapely

    return float(shapely.intersection(piece.boundary, side.buffer(_TOUCH_M)).length)
