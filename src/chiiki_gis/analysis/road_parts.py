"""Stretches of roads: a part of a line, and roads taken apart where works begin and end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from chiiki_gis.analysis.road_lines import places_of
from chiiki_gis.core.access_plan import RoadOverride
from chiiki_gis.core.improvements import RoadImprovement, RoadPart

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

_SAME_LENGTH_M = 1.0
_LEAST_M = 0.001


def between(line: BaseGeometry, start_m: float, end_m: float) -> BaseGeometry:
    """The part of a line or multi-line between two distances from its start; empty where there is none."""
    import shapely
    from shapely.ops import substring

    pieces, begin = [], 0.0
    for one in shapely.get_parts(shapely.force_2d(line)):
        first, last = max(start_m - begin, 0.0), min(end_m - begin, one.length)
        if last > first:
            pieces.append(substring(one, first, last))
        begin += one.length
    return pieces[0] if len(pieces) == 1 else shapely.MultiLineString(pieces)


def fits(part: RoadPart, line: BaseGeometry) -> bool:
    """Whether a stretch still means what it meant: its road is as long as it was when it was chosen."""
    return abs(float(line.length) - part.road_m) <= _SAME_LENGTH_M


def with_parts_apart(
    roads: GeoDataFrame, overrides: Sequence[RoadOverride], works: Sequence[RoadImprovement]
) -> tuple[GeoDataFrame, tuple[RoadOverride, ...], tuple[RoadImprovement, ...]]:
    """Roads cut where works on stretches begin and end; what is said of the whole road holds for each piece.

    roads   columns layer_id, layer_fid
    Each stretch becomes a road of its own below the others, with a negative layer_fid; the rest keeps its
    row. Stretches of roads that are gone, or have another length now, are left out.
    """
    import geopandas
    import pandas

    wanted: dict[tuple[str, int], list[tuple[int, RoadPart]]] = {}
    for number, work in enumerate(works):
        for part in work.parts:
            wanted.setdefault((part.layer_id, part.fid), []).append((number, part))
    shapes = roads.geometry.to_numpy().copy() if wanted else None
    if shapes is None:
        return roads, tuple(overrides), tuple(works)
    origins: list[int] = []
    lines: list[BaseGeometry] = []
    of_piece: list[tuple[tuple[str, int], frozenset[int]]] = []
    for key, row in places_of(roads, set(wanted)).items():
        held = [(number, part) for number, part in wanted[key] if fits(part, shapes[row])]
        for line, improving in _apart(shapes[row], held):
            if improving:
                origins.append(row)
                lines.append(line)
                of_piece.append((key, improving))
            else:
                shapes[row] = line
    pieces = roads.iloc[origins].reset_index(drop=True)
    pieces = pieces.assign(layer_fid=[-1 - n for n in range(len(origins))]).set_geometry(lines, crs=roads.crs)
    cut = pandas.concat([roads.set_geometry(shapes, crs=roads.crs), pieces], ignore_index=True)
    frame = geopandas.GeoDataFrame(cut, geometry="geometry", crs=roads.crs)
    return frame, *_spread(overrides, works, of_piece)


def _apart(
    line: BaseGeometry, held: Sequence[tuple[int, RoadPart]]
) -> list[tuple[BaseGeometry, frozenset[int]]]:
    """The rest of a road without any works, which may be empty, and its pieces with the works on each."""
    import shapely

    if not held:
        return []
    whole = float(line.length)
    cuts = sorted({0.0, whole, *(min(end, whole) for _, part in held for end in (part.start_m, part.end_m))})
    rest: list[BaseGeometry] = []
    pieces: list[tuple[BaseGeometry, frozenset[int]]] = []
    for first, last in pairwise(cuts):
        if last - first < _LEAST_M:
            continue
        improving = frozenset(
            n for n, part in held if part.start_m <= first and part.end_m >= last - _LEAST_M
        )
        piece = between(line, first, last)
        if improving:
            pieces.append((piece, improving))
        else:
            rest.extend(shapely.get_parts(piece))
    # One line stays a line: layers of nothing but single lines are read faster.
    left = rest[0] if len(rest) == 1 else shapely.MultiLineString(rest)
    return [(left, frozenset()), *pieces]


def _spread(
    overrides: Sequence[RoadOverride],
    works: Sequence[RoadImprovement],
    of_piece: Sequence[tuple[tuple[str, int], frozenset[int]]],
) -> tuple[tuple[RoadOverride, ...], tuple[RoadImprovement, ...]]:
    """What is said of roads, also of their pieces."""
    said = list(overrides)
    more: list[list[tuple[str, int]]] = [[] for _ in works]
    whole = [set(work.roads) for work in works]
    for number, (key, improving) in enumerate(of_piece):
        fid = -1 - number
        said += [replace(one, fid=fid) for one in overrides if (one.layer_id, one.fid) == key]
        for index in range(len(works)):
            if index in improving or key in whole[index]:
                more[index].append((key[0], fid))
    spread = [
        replace(work, roads=(*work.roads, *extra), parts=()) for work, extra in zip(works, more, strict=True)
    ]
    return tuple(said), tuple(spread)
