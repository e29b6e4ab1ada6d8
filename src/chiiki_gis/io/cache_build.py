"""From a frame to drawing data and its cache file."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.classes import class_texts
from chiiki_gis.core.style import Style
from chiiki_gis.io.allocator import give_back
from chiiki_gis.io.array_file import Packed, packed, whole_file
from chiiki_gis.io.cache import FORM, PARTS, UNIT_M, Kind, Level, Shapes, empty_shapes
from chiiki_gis.io.levels import coarser, exact_level, joined, outward, with_tables
from chiiki_gis.io.places import astray

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

COARSEST_STEPS = 400
"""No level is coarser than this fraction of the layer's span."""
FARTHEST_M = 1e7
"""A 32-bit number of centimetres spans 21,474 km on either side."""
ROWS_AT_ONCE = 5_000
"""Shapes whose coordinates are copied at a time."""
MANY_VERTICES = 500_000
"""From so many on, a second thread pays."""
WORTH_KEEPING = 0.85
"""A level is kept only where it has fewer than this share of the finer level's vertices."""


def build_shapes(frame: GeoDataFrame, style: Style) -> Shapes:
    """Drawing data of a frame (index fid, CRS in metres), in memory.

    Points, lines, polygons and collections may be mixed; heights are left out. Rows without a shape, and
    rows with a coordinate that is not finite or farther than `FARTHEST_M` from the CRS's origin, are counted
    in `without_shape`.
    """
    import shapely

    if not len(frame):
        return empty_shapes(0, style)
    geometry = np.asarray(frame.geometry.values)
    exact = shapely.bounds(geometry)
    drawn = _drawable(geometry, exact)
    shapes, exact = geometry[drawn], exact[drawn]
    if not len(shapes):
        return empty_shapes(len(frame), style)
    origin = np.floor(exact[:, :2].min(axis=0) / 1000) * 1000
    order = np.argsort(_z_order(exact), kind="stable")
    shapes, exact = shapes[order], exact[order]
    some = _columns_told(frame, style).iloc[np.flatnonzero(drawn)[order]]
    classes, codes = _classes(some, style)
    meta: dict[str, Any] = {
        "origin": origin.tolist(),
        "extent": [*exact[:, :2].min(axis=0).tolist(), *exact[:, 2:].max(axis=0).tolist()],
        "classes": classes,
        "class_column": style.class_column,
        "label_column": style.label_column,
        "breaks": list(style.breaks),
        "without_shape": int((~drawn).sum()),
        "levels": {},
    }
    arrays: dict[str, NDArray[Any]] = {
        "fid": np.asarray(some.index, "i8"),
        "code": codes,
        "bounds": outward(exact),
        "anchor": _anchors(shapes),
        **_text_arrays("label", some, style.label_column),
        **_text_arrays("number", some, "number" if "number" in some.columns else None),
    }
    exact_levels = _exact_levels(shapes, origin)
    del frame, geometry, some, shapes  # of a country they would take a third of the memory
    if len(exact) > ROWS_AT_ONCE:
        give_back()
    for kind, level_0 in exact_levels.items():
        levels = _finished(kind, level_0, codes, exact)
        meta["levels"][kind] = [level.resolution_m for level in levels]
        for number, level in enumerate(levels):
            arrays |= {f"{kind}.{number}.{part}": getattr(level, part) for part in PARTS}
    return Shapes(meta, arrays)


def _columns_told(frame: GeoDataFrame, style: Style) -> DataFrame:
    """The columns that drawing data tell of; to sort all of them takes longer."""
    wanted = (style.class_column, style.label_column, "number")
    told: DataFrame = frame[[column for column in dict.fromkeys(wanted) if column in frame.columns]]
    return told


def bare_shapes(kind: Kind, level: Level) -> Shapes:
    """Drawing data of one level about (0, 0), without classes and texts; its owners are its rows."""
    starts = level.rings[np.flatnonzero(np.diff(level.owner, prepend=-1))]
    low, high = np.minimum.reduceat(level.xy, starts), np.maximum.reduceat(level.xy, starts)
    bounds = np.hstack([low, high]) * level.resolution_m
    codes = np.zeros(len(starts), "u4")
    whole = with_tables(kind, level, codes, bounds)
    nothing = empty_shapes(0, Style())
    extent = [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
    arrays = {
        **nothing.arrays, "fid": np.arange(len(starts)), "code": codes, "bounds": outward(bounds),
        "anchor": (bounds[:, :2] + bounds[:, 2:]) / 2,
        **{f"{what}.end": np.zeros(len(starts), "i8") for what in ("label", "number")},
        **{f"{kind}.0.{part}": getattr(whole, part) for part in PARTS},
    }  # fmt: skip
    return Shapes({**nothing.meta, "extent": extent, "levels": {kind: [level.resolution_m]}}, arrays)


def packed_shapes(shapes: Shapes) -> Packed:
    """The bytes of drawing data, laid out as io.cache reads them."""
    return packed(FORM, shapes.meta, shapes.arrays)


def write_shapes(shapes: Shapes, path: Path) -> None:
    """Write a cache file whole. Raises OSError on a full disk."""
    content = packed_shapes(shapes)
    with whole_file(path, content.size, FORM) as file:
        content.write_to(file)


def _drawable(geometry: NDArray[Any], bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which geometries have a place on a map of whole centimetres."""
    far = astray(geometry, lambda places: np.abs(places) < FARTHEST_M)
    drawn: NDArray[np.bool_] = ~(np.isnan(bounds[:, 0]) | far)
    return drawn


def _z_order(bounds: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Morton keys of the centres: neighbours on the map become neighbours in the file."""
    center = (bounds[:, :2] + bounds[:, 2:]) / 2
    low = center.min(axis=0)
    span = max(float((center.max(axis=0) - low).max()), 1.0)
    cells = ((center - low) / span * 65535).astype("u8")
    return _spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint64(1))


def _spread(v: NDArray[np.uint64]) -> NDArray[np.uint64]:
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        v = (v | (v << np.uint64(shift))) & np.uint64(mask)
    return v


def _classes(frame: DataFrame, style: Style) -> tuple[list[str], NDArray[np.uint32]]:
    import pandas

    column = style.class_column
    if column is None or column not in frame.columns:
        return [""], np.zeros(len(frame), "u4")
    codes, names = pandas.factorize(np.array(class_texts(frame[column], style), dtype=object), sort=True)
    return [str(n) for n in names], codes.astype("u4")


def _texts(frame: DataFrame, column: str) -> list[str]:
    """A column's values as text, empty where they are missing."""
    return class_texts(frame[column], Style())


def _anchors(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """A point inside every polygon, at the middle of every line's longest part, on every point."""
    import shapely

    anchors = np.empty((len(shapes), 2))
    types = shapely.get_type_id(shapes)
    simple = types == shapely.GeometryType.LINESTRING
    plain = np.flatnonzero(simple)
    for first in range(0, len(plain), ROWS_AT_ONCE):
        some = plain[first : first + ROWS_AT_ONCE]
        anchors[some] = middles(shapes[some])
    other = np.flatnonzero(~simple)
    are_lines = shapely.get_dimensions(shapes[other]) == 1
    flat, lines = other[~are_lines], other[are_lines]
    inside = shapely.point_on_surface(shapes[flat])
    nowhere = shapely.is_empty(inside)  # in a collection that begins with an empty polygon
    inside[nowhere] = shapely.centroid(shapely.envelope(shapes[flat][nowhere]))
    anchors[flat] = shapely.get_coordinates(inside)
    if len(lines):
        anchors[lines] = middles(_longest(shapes[lines]))
    return anchors


def middles(lines: NDArray[Any]) -> NDArray[np.float64]:
    """The point half way along each of some simple lines that are not empty, (n, 2)."""
    import shapely

    xy, sizes = shapely.get_coordinates(lines), shapely.get_num_coordinates(lines)
    last = np.cumsum(sizes) - 1
    step = np.hypot(*np.diff(xy, axis=0).T)
    step[last[:-1]] = 0.0  # from one line to the next
    way = np.concatenate([[0.0], np.cumsum(step)])
    half = (way[last - sizes + 1] + way[last]) / 2
    before = np.clip(np.searchsorted(way, half, side="right") - 1, last - sizes + 1, last - 1)
    share = (half - way[before]) / np.maximum(way[before + 1] - way[before], np.finfo(float).tiny)
    middle: NDArray[np.float64] = xy[before] + np.clip(share, 0, 1)[:, None] * (xy[before + 1] - xy[before])
    return middle


def _longest(lines: NDArray[Any]) -> NDArray[Any]:
    """The longest simple part of every line or collection of lines and points."""
    import shapely

    parts, owner = simple_parts(lines)
    by_length = np.lexsort((shapely.length(parts), owner))
    last = np.concatenate([owner[by_length][1:] != owner[by_length][:-1], [True]])
    longest: NDArray[Any] = parts[by_length[last]]
    return longest


def _text_arrays(what: str, frame: DataFrame, column: str | None) -> dict[str, NDArray[Any]]:
    if column is None or column not in frame.columns:
        return {f"{what}.text": np.empty(0, "u1"), f"{what}.end": np.zeros(len(frame), "i8")}
    data = [text.encode() for text in _texts(frame, column)]
    ends = np.cumsum([len(d) for d in data]).astype("i8")
    return {f"{what}.text": np.frombuffer(b"".join(data), "u1"), f"{what}.end": ends}


def _exact_levels(shapes: NDArray[Any], origin: NDArray[np.float64]) -> dict[Kind, Level]:
    """Level 0 of every kind that occurs; some shapes after the other, for their parts are copies of them."""
    found: dict[Kind, list[Level]] = {"point": [], "line": [], "polygon": []}
    for first in range(0, len(shapes), ROWS_AT_ONCE):
        for kind, (parts, owner) in _by_kind(shapes[first : first + ROWS_AT_ONCE]).items():
            found[kind].append(exact_level(kind, parts, owner + np.int32(first), origin))
    return {kind: joined(levels) for kind, levels in found.items() if levels}


def _by_kind(shapes: NDArray[Any]) -> dict[Kind, tuple[NDArray[Any], NDArray[np.int32]]]:
    """Simple parts and their rows, per kind that occurs. A collection gives parts to several kinds."""
    import shapely

    parts, owner = simple_parts(shapes)
    dimension = shapely.get_dimensions(parts)
    wanted: tuple[tuple[Kind, int], ...] = (("point", 0), ("line", 1), ("polygon", 2))
    return {
        kind: (parts[dimension == d], owner[dimension == d]) for kind, d in wanted if (dimension == d).any()
    }


def simple_parts(shapes: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """The points, lines and polygons that shapes consist of, and the position of each one's shape, ascending.

    Outer rings come counter-clockwise, holes clockwise; empty parts are left out.
    """
    import shapely

    types = shapely.get_type_id(shapes)
    if ((types >= 0) & (types < shapely.GeometryType.MULTIPOINT)).all():
        parts, owner = shapes.copy(), np.arange(len(shapes), dtype="i4")  # their parts would be copies
    else:
        parts, owner = shapely.get_parts(shapes, return_index=True)
    while (nested := shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        inner, index = shapely.get_parts(parts[nested], return_index=True)
        owner = np.concatenate([owner[~nested], owner[nested][index]])
        parts = np.concatenate([parts[~nested], inner])
    some = np.flatnonzero(~shapely.is_empty(parts))
    order = some[np.argsort(owner[some], kind="stable")]
    parts, owner = parts[order], owner[order].astype("i4")
    flat = shapely.get_dimensions(parts) == 2
    parts[flat] = shapely.orient_polygons(parts[flat])
    return parts, owner


def _finished(
    kind: Kind, level_0: Level, codes: NDArray[np.uint32], bounds: NDArray[np.float64]
) -> list[Level]:
    """Every level with its tables; of many vertices, those of one are made while the next one is drawn up."""
    if len(level_0.xy) < MANY_VERTICES:
        return [with_tables(kind, level, codes, bounds) for level in _levels(kind, level_0)]
    finished: list[Level] = []
    begun: Future[Level] | None = None
    with ThreadPoolExecutor(1) as pool:
        for level in _levels(kind, level_0):
            finished += [begun.result()] if begun is not None else []  # one at a time, for its memory's sake
            begun = pool.submit(with_tables, kind, level, codes, bounds)
        return [*finished, begun.result()] if begun is not None else finished


def _levels(kind: Kind, exact: Level) -> Iterator[Level]:
    """Level 0 and the coarser ones that are worth keeping: ×4 up to 16 m, ×2 beyond."""
    yield exact
    if kind == "point":
        return
    finer, span = exact, float(np.ptp(exact.xy, axis=0).max()) * UNIT_M
    resolution = 1.0
    while resolution <= span / COARSEST_STEPS:
        level = coarser(kind, finer, resolution)
        if not len(level.xy):
            break
        if len(level.xy) < WORTH_KEEPING * len(finer.xy):
            finer = level
            yield level
        resolution *= 2 if resolution >= 16 else 4
