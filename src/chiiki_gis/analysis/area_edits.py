"""Areas cut, united and simplified, with their vertices left to the last bit where nothing changes.

All shapes are polygons or multipolygons in the project CRS (m). No function changes its input.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.vertices import with_vertices

Point = tuple[float, float]
_Ring = NDArray[np.float64]


def split(area: Any, line: Sequence[Point]) -> list[Any]:
    """The parts into which a line cuts an area, the largest first; one part where it does not cut.

    The parts have the crossing points in common and cover the area; parts of a multipolygon that the line
    does not meet stay with the largest.
    """
    import shapely
    from shapely.ops import split as cut

    knife = shapely.LineString(line)
    pieces: list[Any] = []
    apart: list[Any] = []
    for part in shapely.get_parts(area):
        meeting = with_vertices(part, [line[0], line[-1]])
        found = [piece for piece in cut(meeting, knife).geoms if piece.area > 0]
        if len(found) > 1:
            pieces.extend(found)
        else:
            apart.append(part)
    if not pieces:
        return [area]
    pieces.sort(key=lambda piece: -piece.area)
    if apart:
        pieces[0] = _whole([pieces[0], *apart])
    return pieces


def united(shapes: Sequence[Any]) -> Any:
    """Areas as one; parts that do not touch make a multipolygon."""
    import shapely

    return polygonal(shapely.union_all(list(shapes)))


def cut_away(area: Any, others: Sequence[Any]) -> Any:
    """An area without what it shares with others; empty where nothing is left."""
    import shapely

    return polygonal(shapely.difference(area, shapely.union_all(list(others))))


def cut_to(area: Any, frame: Any) -> Any:
    """The part of an area inside a frame; empty where they have none in common."""
    import shapely

    return polygonal(shapely.intersection(area, frame))


def reshaped(area: Any, line: Sequence[Point]) -> Any | None:
    """The area with the part of its outline between two crossings replaced by the line.

    Where the line runs inside, the smaller side is cut off; where it runs outside, what it encloses is added.
    None where the line does not meet the outline of one part at least twice.
    """
    import shapely

    knife = shapely.LineString(line)
    parts = list(shapely.get_parts(area))
    for index, part in enumerate(parts):
        filled = with_vertices(shapely.Polygon(part.exterior), [line[0], line[-1]])
        faces = _faces(filled, knife)
        inside = [face for face in faces if filled.contains(face.representative_point())]
        outside = [face for face in faces if face not in inside]
        if len(inside) < 2 and not outside:
            continue
        kept = max(inside, key=lambda face: face.area)
        new = shapely.union_all([kept, *outside])
        holes = [shapely.Polygon(ring) for ring in part.interiors]
        parts[index] = shapely.difference(new, shapely.union_all(holes)) if holes else new
        return _whole(parts)
    return None


def with_hole(area: Any, ring: Sequence[Point]) -> Any | None:
    """The area with a hole; None where the ring does not lie inside it."""
    import shapely

    hole = shapely.Polygon(ring)
    return polygonal(shapely.difference(area, hole)) if area.contains(hole) else None


def with_part(area: Any, ring: Sequence[Point]) -> Any:
    """The area with a further part; one that touches it is united with it."""
    import shapely

    return united([area, shapely.Polygon(ring)])


def simplified(area: Any, tolerance_m: float, kept: Collection[Point] = ()) -> Any:
    """The area with fewer vertices, none farther from the old outline than the tolerance (Douglas–Peucker).

    kept   vertices that stay: those that neighbours share
    The shape itself where it would become invalid or vanish.
    """
    import shapely

    fixed = set(kept)
    parts = []
    for part in shapely.get_parts(area):
        rings = [
            _simple_ring(shapely.get_coordinates(r), tolerance_m, fixed) for r in shapely.get_rings(part)
        ]
        if rings[0] is None:
            return area
        parts.append(shapely.Polygon(rings[0], [ring for ring in rings[1:] if ring is not None]))
    found = _whole(parts)
    return found if found.is_valid and not found.is_empty else area


def polygonal(shape: Any) -> Any:
    """The polygons of a shape, without the points and lines that an intersection may leave."""
    import shapely

    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    return _whole([p for p in shapely.get_parts(shape) if p.geom_type == "Polygon" and p.area > 0])


def _faces(filled: Any, knife: Any) -> list[Any]:
    """The faces between an outline and a line; one face where the line does not close any."""
    import shapely

    noded = shapely.union_all([filled.exterior, knife])
    return [face for face in shapely.get_parts(shapely.polygonize([noded])) if face.area > 0]


def _simple_ring(
    xy: NDArray[np.float64], tolerance_m: float, fixed: set[Point]
) -> NDArray[np.float64] | None:
    """A ring simplified between its fixed vertices; None where fewer than three are left."""
    import shapely

    bare = xy[:-1]
    held = [n for n, (x, y) in enumerate(bare.tolist()) if (x, y) in fixed]
    if len(held) < 2:
        start = held[0] if held else 0
        far = int(np.hypot(*(bare - bare[start]).T).argmax())
        held = sorted({start, far})
    pieces = []
    for first, last in zip(held, [*held[1:], held[0] + len(bare)], strict=True):
        run = bare[np.arange(first, last + 1) % len(bare)]
        short = shapely.get_coordinates(shapely.simplify(shapely.LineString(run), tolerance_m))
        pieces.append(short[:-1])
    ring = np.vstack(pieces)
    return np.vstack([ring, ring[:1]]) if len(ring) >= 3 else None


def _whole(parts: Sequence[Any]) -> Any:
    import shapely

    flat = [p for part in parts for p in shapely.get_parts(part)]
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)
