"""Building drawing data from a frame, and writing it to a cache file."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.style import Style
from chiiki_gis.io.cache import (
    ALIGN,
    MAGIC,
    PARTS,
    UNIT_M,
    VERSION,
    CacheDamaged,
    Kind,
    Level,
    Shapes,
    open_shapes,
)
from chiiki_gis.io.levels import coarser, exact_level

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

COARSEST_STEPS = 400
"""No level is coarser than this fraction of the layer's span."""
WORTH_KEEPING = 0.75
"""A level is kept only where it has fewer than this share of the finer level's vertices."""


def build_shapes(frame: GeoDataFrame, style: Style) -> Shapes:
    """Drawing data of a frame (index fid, CRS in metres). Rows without a shape are counted, not drawn."""
    import shapely

    geometry = frame.geometry.values
    drawn = ~(shapely.is_missing(geometry) | shapely.is_empty(geometry))
    some = frame[drawn]
    shapes = shapely.force_2d(np.asarray(some.geometry.values))
    if not len(some):
        return _empty(len(frame))
    exact = shapely.bounds(shapes)
    origin = np.floor(exact[:, :2].min(axis=0) / 1000) * 1000
    order = np.argsort(_z_order(exact), kind="stable")
    some, shapes, exact = some.iloc[order], shapes[order], exact[order]
    classes, codes = _classes(some, style.class_column)
    meta: dict[str, Any] = {
        "origin": origin.tolist(),
        "extent": [*exact[:, :2].min(axis=0).tolist(), *exact[:, 2:].max(axis=0).tolist()],
        "classes": classes,
        "class_column": style.class_column,
        "without_shape": int((~drawn).sum()),
        "levels": {},
    }
    arrays: dict[str, NDArray[Any]] = {
        "fid": np.asarray(some.index, "i8"),
        "code": codes,
        "bounds": _outward(exact),
        "anchor": _anchors(shapes),
        **_text_arrays("label", some, style.label_column),
        **_text_arrays("number", some, "number" if "number" in some.columns else None),
    }
    for kind, (parts, owner) in _by_kind(shapes).items():
        levels = _levels(kind, parts, owner, origin)
        meta["levels"][kind] = [level.resolution_m for level in levels]
        for number, level in enumerate(levels):
            arrays |= {f"{kind}.{number}.{part}": getattr(level, part) for part in PARTS}
    return Shapes(meta, arrays)


def write_shapes(shapes: Shapes, path: Path) -> None:
    """Write a cache file whole: a temporary file, flushed, then renamed."""
    table: dict[str, tuple[str, list[int], int]] = {}
    blocks: list[tuple[int, bytes]] = []
    plain = {name: np.ascontiguousarray(a, a.dtype.newbyteorder("<")) for name, a in shapes.arrays.items()}
    at = 0
    for name, array in plain.items():
        table[name] = (array.dtype.str, list(array.shape), at)
        blocks.append((at, array.tobytes()))
        at = _aligned(at + array.nbytes)
    head = b""
    for _ in range(3):  # the header holds offsets that depend on its own length
        base = _aligned(12 + len(head) + 64)
        moved = {name: (dtype, shape, start + base) for name, (dtype, shape, start) in table.items()}
        header = {"version": VERSION, "total": base + at, "meta": shapes.meta, "arrays": moved}
        head = json.dumps(header, ensure_ascii=False).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.stem}-{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(MAGIC + len(head).to_bytes(4, "little") + head)
        for start, block in blocks:
            file.seek(base + start)
            file.write(block)
        file.truncate(base + at)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def cache_path(content_hash: str, style: Style, folder: Path) -> Path:
    """The file of a content drawn by certain columns with this version of the builder."""
    key = f"{VERSION}|{content_hash}|{style.class_column}|{style.label_column}"
    return folder / f"{blake2b(key.encode(), digest_size=16).hexdigest()}.rc"


def ensure_shapes(frame: Callable[[], GeoDataFrame], content_hash: str, style: Style, folder: Path) -> Path:
    """The cache file of a content, built where it is missing or damaged."""
    path = cache_path(content_hash, style, folder)
    try:
        open_shapes(path)
    except CacheDamaged:
        write_shapes(build_shapes(frame(), style), path)
    return path


def _empty(without_shape: int) -> Shapes:
    meta: Mapping[str, Any] = {
        "origin": [0.0, 0.0], "extent": None, "classes": [""], "class_column": None,
        "without_shape": without_shape, "levels": {},
    }  # fmt: skip
    arrays: dict[str, NDArray[Any]] = {
        "fid": np.empty(0, "i8"), "code": np.empty(0, "u2"), "bounds": np.empty((0, 4), "f4"),
        "anchor": np.empty((0, 2), "f8"),
    }  # fmt: skip
    for what in ("label", "number"):
        arrays |= {f"{what}.text": np.empty(0, "u1"), f"{what}.end": np.empty(0, "i8")}
    return Shapes(meta, arrays)


def _aligned(at: int) -> int:
    return (at + ALIGN - 1) // ALIGN * ALIGN


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


def _outward(bounds: NDArray[np.float64]) -> NDArray[np.float32]:
    low = np.nextafter(bounds[:, :2].astype("f4"), np.float32(-np.inf))
    high = np.nextafter(bounds[:, 2:].astype("f4"), np.float32(np.inf))
    return np.hstack([low, high])


def _classes(frame: GeoDataFrame, column: str | None) -> tuple[list[str], NDArray[np.uint16]]:
    if column is None or column not in frame.columns:
        return [""], np.zeros(len(frame), "u2")
    texts = np.array(["" if v is None or v != v else str(v) for v in frame[column]], dtype=object)
    names, codes = np.unique(texts.astype(str), return_inverse=True)
    return [str(n) for n in names], codes.astype("u2")


def _anchors(shapes: NDArray[Any]) -> NDArray[np.float64]:
    import shapely

    flat = shapely.get_dimensions(shapes)
    points = shapely.point_on_surface(shapes)
    lines = flat == 1
    if lines.any():
        points[lines] = shapely.line_interpolate_point(_longest(shapes[lines]), 0.5, normalized=True)
    return np.column_stack([shapely.get_x(points), shapely.get_y(points)])


def _longest(lines: NDArray[Any]) -> NDArray[Any]:
    import shapely

    return np.array([max(shapely.get_parts(line), key=shapely.length) for line in lines], dtype=object)


def _text_arrays(what: str, frame: GeoDataFrame, column: str | None) -> dict[str, NDArray[Any]]:
    values = [None] * len(frame) if column is None or column not in frame.columns else list(frame[column])
    import pandas

    data = [b"" if pandas.isna(v) else str(v).encode() for v in values]
    ends = np.cumsum([len(d) for d in data]).astype("i8")
    return {f"{what}.text": np.frombuffer(b"".join(data), "u1"), f"{what}.end": ends}


def _by_kind(shapes: NDArray[Any]) -> dict[Kind, tuple[NDArray[Any], NDArray[np.int32]]]:
    """Simple parts and their rows, per kind that occurs. A collection gives parts to several kinds."""
    import shapely

    parts, owner = shapely.get_parts(shapes, return_index=True)
    while (nested := shapely.get_type_id(parts) >= 4).any():
        inner, index = shapely.get_parts(parts[nested], return_index=True)
        owner = np.concatenate([owner[~nested], owner[nested][index]])
        parts = np.concatenate([parts[~nested], inner])
    order = np.argsort(owner, kind="stable")
    parts, owner = parts[order], owner[order].astype("i4")
    dimension = shapely.get_dimensions(parts)
    wanted: tuple[tuple[Kind, int], ...] = (("point", 0), ("line", 1), ("polygon", 2))
    return {
        kind: (parts[dimension == d], owner[dimension == d]) for kind, d in wanted if (dimension == d).any()
    }


def _levels(
    kind: Kind,
    parts: NDArray[Any],
    owner: NDArray[np.int32],
    origin: NDArray[np.float64],
) -> list[Level]:
    """Level 0 and the coarser ones that are worth keeping: ×4 up to 16 m, ×2 beyond."""
    levels = [exact_level(kind, parts, owner, origin)]
    if kind == "point":
        return levels
    span = float(np.ptp(levels[0].xy, axis=0).max()) * UNIT_M
    resolution = 1.0
    while resolution <= span / COARSEST_STEPS:
        level = coarser(kind, levels[-1], resolution)
        if not len(level.xy):
            break
        if len(level.xy) < WORTH_KEEPING * len(levels[-1].xy):
            levels.append(level)
        resolution *= 2 if resolution >= 16 else 4
    return levels
