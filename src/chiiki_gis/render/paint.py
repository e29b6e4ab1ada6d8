"""The one painter: canvas, preview, PDF, PNG and tests all call `paint_map`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.style import Symbol
from chiiki_gis.io.cache import Kind, Shapes
from chiiki_gis.render.geometry import Rings, borders_of, clipped, pick_level, rings_of
from chiiki_gis.render.labels import Label, draw_labels
from chiiki_gis.render.stamp import stamp_points
from chiiki_gis.render.symbols import Ink, draw_hatch, draw_marker, set_fill, set_stroke
from chiiki_gis.render.view import View

CLIP_MARGIN_MM = 4.0
SCREEN_TOLERANCE_PX, FAST_TOLERANCE_PX = 0.5, 1.0
PAPER_TOLERANCE_MM = 0.05
MANY_POLYGONS = 300
"""From here on a screen fills polygons without smoothing and draws each border once."""
MANY_POINTS = 4000
HIGHLIGHT = Symbol(fill=None, stroke="#ff8f00", stroke_mm=0.9)
HIGHLIGHT_HALO = Symbol(fill=None, stroke="#ffffff", stroke_mm=1.5)


@dataclass(frozen=True, eq=False)
class MapLayer:
    """A layer and its drawing data."""

    layer: Layer
    shapes: Shapes


@dataclass(frozen=True)
class _Canvas:
    """Everything the drawing of one layer needs."""

    painter: QPainter
    view: View
    ink: Ink
    is_paper: bool
    tolerance_px: float
    cancelled: Callable[[], bool]

    @property
    def frame(self) -> QRectF:
        return QRectF(self.view.left_px, self.view.top_px, self.view.width_px, self.view.height_px)


def never() -> bool:
    """A picture that nobody cancels."""
    return False


def paint_map(
    painter: QPainter,
    layers: Sequence[MapLayer],
    view: View,
    *,
    highlight: Mapping[LayerId, frozenset[int]] | None = None,
    opaque: bool = False,
    detail: Literal["full", "fast"] = "full",
    cancelled: Callable[[], bool] = never,
    labels: bool = True,
) -> None:
    """Draw layers, bottom to top, inside the view's rectangle and nowhere else.

    highlight   features to outline above everything
    opaque      blend with white instead of using alpha (PDF/A)
    detail      "fast" allows one pixel of error, for the first picture while the map moves
    cancelled   asked between chunks; once True the picture is left unfinished
    """
    canvas = _canvas(painter, view, opaque, detail, cancelled)
    painter.save()
    painter.setClipRect(canvas.frame)
    wanted: list[Label] = []
    for entry in layers:
        style = entry.layer.style
        if cancelled() or not style.visible or style.opacity <= 0 or not entry.shapes.count:
            continue
        layer_canvas = replace(canvas, ink=replace(canvas.ink, opacity=style.opacity))
        rows = entry.shapes.touching(*_grown(view))
        _draw_layer(layer_canvas, entry, rows)
        if labels:
            wanted = [*_labels(entry, rows, view), *wanted]
    for entry in layers:
        chosen = (highlight or {}).get(entry.layer.id)
        if chosen and not cancelled():
            _draw_highlight(canvas, entry, chosen)
    if labels and not cancelled():
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_labels(painter, wanted, canvas.frame, view.px_per_mm, cancelled)
    painter.restore()


def _canvas(
    painter: QPainter, view: View, opaque: bool, detail: str, cancelled: Callable[[], bool]
) -> _Canvas:
    is_paper = not isinstance(painter.device(), QImage)
    if is_paper:
        tolerance = PAPER_TOLERANCE_MM * view.px_per_mm
    else:
        tolerance = FAST_TOLERANCE_PX if detail == "fast" else SCREEN_TOLERANCE_PX
    ink = Ink(view.px_per_mm, 1.0, opaque, 0.0 if is_paper else 1.0)
    return _Canvas(painter, view, ink, is_paper, tolerance, cancelled)


def _grown(view: View) -> tuple[float, float, float, float]:
    west, south, east, north = view.extent
    margin = CLIP_MARGIN_MM * view.px_per_mm * view.metres_per_px
    return west - margin, south - margin, east + margin, north + margin


def _draw_layer(canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64]) -> None:
    for kind in entry.shapes.kinds:
        if kind == "polygon":
            _draw_polygons(canvas, entry, rows)
        elif kind == "line":
            _draw_lines(canvas, entry, rows)
        else:
            _draw_points(canvas, entry, rows)
        if canvas.cancelled():
            return


def _symbols(entry: MapLayer) -> list[Symbol]:
    """The symbol of every class code."""
    style = entry.layer.style
    if style.class_column is None:
        return [style.symbol] * len(entry.shapes.classes)
    return [style.symbol_of(value) for value in entry.shapes.classes]


def _rings(canvas: _Canvas, shapes: Shapes, kind: Kind, rows: NDArray[np.int64]) -> Rings:
    level = pick_level(shapes, kind, canvas.view, canvas.tolerance_px)
    return _cut(canvas, kind, rings_of(shapes, level, rows, canvas.view))


def _cut(canvas: _Canvas, kind: Kind, rings: Rings) -> Rings:
    margin = CLIP_MARGIN_MM * canvas.view.px_per_mm
    return clipped(kind, rings, canvas.view, margin) if canvas.is_paper else rings


def _by_class(entry: MapLayer, rings: Rings) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Rings in class order, and where the class changes."""
    codes = entry.shapes.codes[rings.owner]
    order = np.argsort(codes, kind="stable").astype("i8")
    return order, np.concatenate([[True], np.diff(codes[order].astype("i4")) != 0])


def _draw_polygons(canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64]) -> None:
    painter, symbols = canvas.painter, _symbols(entry)
    rings = _rings(canvas, entry.shapes, "polygon", rows)
    if not len(rings.owner):
        return
    borders_once = not canvas.is_paper and len(rows) > MANY_POLYGONS
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, not borders_once)
    for row, path in rings.chunks(*_by_class(entry, rings)):
        symbol = symbols[entry.shapes.codes[row]]
        painter.setPen(Qt.PenStyle.NoPen)
        set_fill(painter, symbol, canvas.ink)
        if painter.brush().style() != Qt.BrushStyle.NoBrush:
            painter.drawPath(path)
        draw_hatch(painter, path, symbol, canvas.ink, canvas.frame)
        if not borders_once:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            set_stroke(painter, symbol, canvas.ink)
            painter.drawPath(path)
        if canvas.cancelled():
            return
    if borders_once:
        _draw_borders(canvas, entry, rows)
    if any(symbol.marker == "number" for symbol in symbols):
        _draw_markers(canvas, entry, rows[np.isin(rows, rings.owner)], entry.shapes.anchors)


def _draw_borders(canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64]) -> None:
    symbol = entry.layer.style.symbol
    if symbol.stroke is None:
        return
    painter = canvas.painter
    level = pick_level(entry.shapes, "polygon", canvas.view, canvas.tolerance_px)
    rings = borders_of(entry.shapes, level, rows, canvas.view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    set_stroke(painter, symbol, canvas.ink)
    order = np.arange(len(rings.owner), dtype="i8")
    for _, path in rings.chunks(order, order == 0):
        painter.drawPath(path)
        if canvas.cancelled():
            return


def _draw_lines(canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64]) -> None:
    painter, symbols = canvas.painter, _symbols(entry)
    rings = _rings(canvas, entry.shapes, "line", rows)
    if not len(rings.owner):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for row, path in rings.chunks(*_by_class(entry, rings)):
        set_stroke(painter, symbols[entry.shapes.codes[row]], canvas.ink)
        painter.drawPath(path)
        if canvas.cancelled():
            return


def _draw_points(canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64]) -> None:
    level = entry.shapes.levels("point")[0]
    rings = rings_of(entry.shapes, level, rows, canvas.view)
    device = canvas.painter.device()
    if len(rings.owner) > MANY_POINTS and isinstance(device, QImage):
        colors = [canvas.ink.color(s.fill or s.stroke or "#000000") for s in _symbols(entry)]
        size = max(1, round(entry.layer.style.symbol.size_mm * canvas.view.px_per_mm / 2))
        stamp_points(device, rings.xy, entry.shapes.codes[rings.owner], colors, size, canvas.frame)
        return
    places = np.zeros((entry.shapes.count, 2))
    places[rings.owner] = rings.xy
    _draw_markers_at(canvas, entry, np.unique(rings.owner).astype("i8"), places)


def _draw_markers(
    canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64], anchors: NDArray[np.float64]
) -> None:
    places = np.zeros((entry.shapes.count, 2))
    for row in rows.tolist():
        places[row] = canvas.view.to_px(*anchors[row].tolist())
    _draw_markers_at(canvas, entry, rows, places)


def _draw_markers_at(
    canvas: _Canvas, entry: MapLayer, rows: NDArray[np.int64], places: NDArray[np.float64]
) -> None:
    symbols, numbers = _symbols(entry), entry.shapes.texts("number")
    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in rows.tolist():
        symbol = symbols[entry.shapes.codes[row]]
        at = QPointF(*places[row].tolist())
        if canvas.frame.adjusted(-30, -30, 30, 30).contains(at):
            draw_marker(canvas.painter, symbol, canvas.ink, at, numbers[row])
        if canvas.cancelled():
            return


def _draw_highlight(canvas: _Canvas, entry: MapLayer, chosen: frozenset[int]) -> None:
    painter, shapes = canvas.painter, entry.shapes
    rows = np.intersect1d(shapes.rows_of(chosen), shapes.touching(*_grown(canvas.view)))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for symbol in (HIGHLIGHT_HALO, HIGHLIGHT):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        set_stroke(painter, symbol, canvas.ink)
        for kind in shapes.kinds:
            rings = _rings(canvas, shapes, kind, rows) if kind != "point" else None
            if rings is not None and len(rings.owner):
                order = np.arange(len(rings.owner), dtype="i8")
                for _, path in rings.chunks(order, order == 0):
                    painter.drawPath(path)
        if "point" in shapes.kinds:
            reach = (entry.layer.style.symbol.size_mm / 2 + 0.6) * canvas.view.px_per_mm
            for row in rows.tolist():
                painter.drawEllipse(QPointF(*canvas.view.to_px(*shapes.anchors[row].tolist())), reach, reach)


def _labels(entry: MapLayer, rows: NDArray[np.int64], view: View) -> list[Label]:
    style = entry.layer.style
    if style.label_column is None or not len(rows):
        return []
    texts = entry.shapes.texts("label")
    has_marker = "point" in entry.shapes.kinds or style.symbol.marker == "number"
    keep_off = style.symbol.size_mm / 2 * view.px_per_mm if has_marker else 0.0
    found = []
    for row in rows.tolist():
        if texts[row]:
            x, y = view.to_px(*entry.shapes.anchors[row].tolist())
            color, size = style.label_color, style.label_size_mm
            found.append(Label(texts[row], x, y, size, color, keep_off, entry.layer.is_plan))
    return found
