"""Which labels a map asks for, in order of importance, and where each would like to stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.layer import Layer
from chiiki_gis.io.cache import Shapes
from chiiki_gis.render.clip import clipped_polygons
from chiiki_gis.render.features import Canvas, drawn_rows, symbols_by_class
from chiiki_gis.render.geometry import Rings, pick_level, rings_of
from chiiki_gis.render.labels import Label
from chiiki_gis.render.symbols import marker_reach_mm

MOST_TRIED = 2000
"""Labels of one layer that are tried; more could not be read."""
LEAST_SIZE = 1.0
"""A reference line or polygon gets a label from this many label heights of width or height on."""


def wanted_labels(canvas: Canvas, shown: Sequence[tuple[Layer, Shapes]]) -> list[Label]:
    """The labels of the shown layers (given bottom to top): plan layers first, big ones first."""
    plan = [pair for pair in shown if pair[0].is_plan]
    other = [pair for pair in shown if not pair[0].is_plan]
    from_top = [*reversed(plan), *reversed(other)]
    return [label for layer, shapes in from_top for label in _of_layer(canvas, layer, shapes)]


def _of_layer(canvas: Canvas, layer: Layer, shapes: Shapes) -> Iterator[Label]:
    style, view = layer.style, canvas.view
    if style.label_column is None or not style.label_size_mm:
        return
    symbols = symbols_by_class(style, shapes)
    rows = drawn_rows(shapes, symbols, shapes.touching(*view.extent))
    sizes = _sizes_px(shapes, rows, view.metres_per_px)
    has_marker = "point" in shapes.kinds or any(symbol.marker == "number" for symbol in symbols)
    if not layer.is_plan and not has_marker:
        big = sizes >= LEAST_SIZE * style.label_size_mm * view.px_per_mm
        rows, sizes = rows[big], sizes[big]
    rows = rows[_biggest_first(sizes, shapes.fids[rows])]
    for row, text in zip(rows.tolist(), shapes.texts("label", rows), strict=True):
        if not text:
            continue
        keep_off = marker_reach_mm(symbols[int(shapes.codes[row])]) * view.px_per_mm if has_marker else 0.0
        places = [view.to_px(*shapes.anchors[row].tolist())]
        if not has_marker and (layer.is_plan or not canvas.frame.contains(*places[0])):
            places += _places_in_view(canvas, shapes, row)
        yield Label(text, tuple(places), style.label_size_mm, style.label_color, keep_off, layer.is_plan)


def _biggest_first(sizes: NDArray[np.float64], fids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Which labels are tried, by whole pixels of size; of equals those that are so wherever one looks.

    The order of equals is that of their scattered ids: rows lie as the map does, the first in one corner.
    """
    pixels = np.minimum(np.rint(sizes), _LARGEST_PX).astype("u8")
    weights = (pixels << np.uint64(40)) | (_scattered(fids) >> np.uint64(24))
    tried = np.arange(len(weights))
    if len(weights) > MOST_TRIED:
        tried = np.argpartition(weights, -MOST_TRIED)[-MOST_TRIED:]
    return tried[np.argsort(weights[tried])[::-1]]


_LARGEST_PX = 2.0**24 - 1


def _scattered(fids: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The last steps of the generator splitmix64: neighbours get numbers far apart, always the same ones."""
    mixed = fids.astype("u8")
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    scattered: NDArray[np.uint64] = mixed ^ (mixed >> np.uint64(31))
    return scattered


def _sizes_px(shapes: Shapes, rows: NDArray[np.int64], metres_per_px: float) -> NDArray[np.float64]:
    bounds = shapes.bounds[rows].astype("f8")
    size: NDArray[np.float64] = (bounds[:, 2:] - bounds[:, :2]).max(axis=1, initial=0) / metres_per_px
    return size


def _places_in_view(canvas: Canvas, shapes: Shapes, row: int) -> list[tuple[float, float]]:
    """Other places inside the visible part of a polygon."""
    if "polygon" not in shapes.kinds:
        return []
    number = pick_level(shapes, "polygon", canvas.view, canvas.tolerance_px)
    rings = rings_of(shapes, shapes.level("polygon", number), np.array([row]), canvas.view)
    frame = canvas.frame
    return wide_places(clipped_polygons(rings, (frame.left(), frame.top(), frame.right(), frame.bottom())))


def wide_places(rings: Rings) -> list[tuple[float, float]]:
    """The middles of the widest stretches of eleven level lines through a polygon's rings, widest first."""
    if not len(rings.owner):
        return []
    low, high = float(rings.xy[:, 1].min()), float(rings.xy[:, 1].max())
    real = np.ones(len(rings.xy), bool)
    real[rings.starts + rings.sizes - 1] = False
    at = np.flatnonzero(real)
    a, b = rings.xy[at], rings.xy[at + 1]
    found = []
    for y in np.linspace(low, high, 13)[1:-1].tolist():
        spans = (a[:, 1] > y) != (b[:, 1] > y)
        p, q = a[spans], b[spans]
        x = np.sort(p[:, 0] + (y - p[:, 1]) / (q[:, 1] - p[:, 1]) * (q[:, 0] - p[:, 0]))
        found += [
            (end - begin, (begin + end) / 2, y)
            for begin, end in zip(x[0::2].tolist(), x[1::2].tolist(), strict=False)
        ]
    return [(x, y) for width, x, y in sorted(found, reverse=True) if width > 0]
