"""The one painter: canvas, preview, PDF, PNG and tests all call `paint_map`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPaintEngine, QPainter

from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.style import Symbol
from chiiki_gis.io.cache import Shapes, empty_shapes
from chiiki_gis.io.pyramid import Pyramid
from chiiki_gis.render.features import (
    Canvas,
    draw_lines,
    draw_points,
    draw_polygons,
    drawn_rows,
    markers_px,
    outlines,
    ranks_of,
    symbols_by_class,
)
from chiiki_gis.render.label_places import wanted_labels
from chiiki_gis.render.labels import draw_labels
from chiiki_gis.render.paths import PathCache
from chiiki_gis.render.rasters import Picture, draw_rasters, print_rasters, touches
from chiiki_gis.render.symbols import Ink, set_stroke
from chiiki_gis.render.view import Extent, View

SCREEN_TOLERANCE_PX, FAST_TOLERANCE_PX = 0.75, 1.5
PAPER_TOLERANCE_MM = 0.07
"""The widest grid of vertices on paper: one moves by at most half the diagonal of a step, 0.05 mm."""
HIGHLIGHT = Symbol(fill=None, stroke="#ff8f00", stroke_mm=0.9)
HIGHLIGHT_HALO = Symbol(fill=None, stroke="#ffffff", stroke_mm=1.5)

_DRAW = {"polygon": draw_polygons, "line": draw_lines, "point": draw_points}


@dataclass(frozen=True, eq=False)
class MapLayer:
    """A layer and its drawing data: shapes, or the pyramid of a raster layer (then the shapes are empty).

    heights   of a height grid, what its colours by height cover
    is_rough  True for a glimpse of a file: drawn quickly, not finely
    """

    layer: Layer
    shapes: Shapes
    pyramid: Pyramid | None = None
    heights: tuple[float, float] | None = None
    is_rough: bool = False

    @property
    def extent(self) -> Extent | None:
        """West, south, east, north of everything; None for an empty layer."""
        return self.shapes.extent if self.pyramid is None else self.pyramid.extent


def raster_layer(layer: Layer, pyramid: Pyramid) -> MapLayer:
    """A raster layer to draw."""
    heights = pyramid.heights if pyramid.is_relief else None
    return MapLayer(layer, empty_shapes(0, layer.style), pyramid, heights)


def with_common_heights(layers: Sequence[MapLayer]) -> tuple[MapLayer, ...]:
    """The layers with the same colour for the same height, so that neighbouring grids fit together."""
    spans = [x.heights for x in layers if x.heights and x.layer.style.visible and x.layer.style.raster.tints]
    if len(spans) < 2:
        return tuple(layers)
    common = min(low for low, _ in spans), max(high for _, high in spans)
    return tuple(replace(entry, heights=common) if entry.heights else entry for entry in layers)


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
    features: bool = True,
    labels: bool = True,
    paths: PathCache | None = None,
    painted: int = 0,
) -> None:
    """Draw layers, bottom to top, inside the view's rectangle and nowhere else.

    highlight   features to outline above everything
    opaque      blend with white instead of using alpha (PDF/A)
    detail      "fast" allows one pixel of error, for the first picture while the map moves
    cancelled   asked between chunks; once True the picture is left unfinished
    features    False: labels alone
    paths       what earlier pictures of the same thread have left; makes the next ones of big layers faster
    painted     so many of the layers, from the bottom, are on the picture already, without labels
    """
    paths = PathCache() if paths is None else paths
    if not painted:
        paths.begin_picture()
    canvas = _canvas(painter, view, opaque, detail, cancelled, paths)
    painter.save()
    painter.setClipRect(canvas.frame, Qt.ClipOperation.IntersectClip)
    if features:
        _draw_layers(canvas, layers[painted:], opaque, detail)
    for entry in layers:
        chosen = (highlight or {}).get(entry.layer.id)
        if chosen:
            _draw_highlight(canvas, entry, chosen)
    if labels:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = [(entry.layer, entry.shapes) for entry in layers if _is_shown(entry)]
        wanted = wanted_labels(canvas, shown)
        draw_labels(painter, wanted, canvas.frame, view.px_per_mm, cancelled, copied=canvas.copies_pixels)
    painter.restore()


def _canvas(
    painter: QPainter,
    view: View,
    opaque: bool,
    detail: str,
    cancelled: Callable[[], bool],
    paths: PathCache,
) -> Canvas:
    is_raster = painter.paintEngine().type() == QPaintEngine.Type.Raster
    tolerance = FAST_TOLERANCE_PX if detail == "fast" else SCREEN_TOLERANCE_PX
    if not is_raster:
        tolerance = PAPER_TOLERANCE_MM * view.px_per_mm
    ink = Ink(view.px_per_mm, 1.0, opaque, 1.0 if is_raster else 0.0)
    return Canvas(painter, view, ink, is_raster, tolerance, cancelled, paths, np.empty(0, "i8"))


def _draw_layers(canvas: Canvas, layers: Sequence[MapLayer], opaque: bool, detail: str) -> None:
    """Bottom to top; on paper raster layers that lie one on the other become one picture."""
    is_ground = True
    shown = [entry for entry in layers if entry.layer.style.visible and entry.layer.style.opacity > 0]
    for are_rasters, group in groupby(shown, key=lambda entry: entry.pyramid is not None):
        if are_rasters:
            _draw_rasters(canvas, list(group), opaque or is_ground, detail)
        else:
            for entry in group:
                _draw_layer(canvas, entry)
        is_ground = False


def _draw_rasters(canvas: Canvas, entries: Sequence[MapLayer], solid: bool, detail: str) -> None:
    extent = canvas.view.extent
    found = [
        Picture(e.layer, e.pyramid, e.heights) for e in entries if e.pyramid and touches(e.pyramid, extent)
    ]
    if found and canvas.is_raster:
        draw_rasters(canvas.painter, canvas.view, found, fast=detail == "fast", cancelled=canvas.cancelled)
    elif found:
        print_rasters(canvas.painter, canvas.view, found, canvas.cancelled, solid=solid)


def _is_shown(entry: MapLayer) -> bool:
    style = entry.layer.style
    return style.visible and style.opacity > 0 and entry.shapes.count > 0


def _draw_layer(canvas: Canvas, entry: MapLayer) -> None:
    rows = entry.shapes.touching(*canvas.map_box)
    if not _is_shown(entry) or not len(rows):
        return
    style = entry.layer.style
    ranks = ranks_of(style, entry.shapes)
    ink = replace(canvas.ink, opacity=style.opacity)
    canvas = replace(canvas, ink=ink, ranks=ranks, smooths_lines=not entry.is_rough)
    symbols = symbols_by_class(style, entry.shapes)
    rows = drawn_rows(entry.shapes, symbols, rows)
    for kind in entry.shapes.kinds if len(rows) else ():
        if canvas.cancelled():
            return
        _DRAW[kind](canvas, entry.shapes, symbols, rows)


def _draw_highlight(canvas: Canvas, entry: MapLayer, chosen: frozenset[int]) -> None:
    """An orange outline with a white halo; a ring around points and numbers."""
    painter, shapes = canvas.painter, entry.shapes
    canvas = replace(canvas, ranks=ranks_of(entry.layer.style, shapes))
    rows = np.intersect1d(shapes.rows_of(chosen), shapes.touching(*canvas.map_box))
    paths = list(outlines(canvas, shapes, rows))
    symbols = symbols_by_class(entry.layer.style, shapes)
    reach = (max(symbol.size_mm for symbol in symbols) / 2 + 0.6) * canvas.view.px_per_mm
    places = [QPointF(x, y) for x, y in markers_px(canvas, shapes, rows).tolist()]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for symbol in (HIGHLIGHT_HALO, HIGHLIGHT):
        set_stroke(painter, symbol, canvas.ink)
        for path in paths:
            painter.drawPath(path)
        for place in places:
            painter.drawEllipse(place, reach, reach)
        if canvas.cancelled():
            return
