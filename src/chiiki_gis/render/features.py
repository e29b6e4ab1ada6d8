"""Drawing one layer's polygons, lines or points.

A screen that shows a great part of a big layer draws whole chunks by class: fills without smoothing, every
border once with smoothing. Everything else is gathered feature by feature, cut to the frame, and drawn with
true pens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPen, QTransform

from chiiki_gis.core.style import NOTHING, Style, Symbol
from chiiki_gis.io.cache import CHUNK, Kind, Level, Shapes, touching
from chiiki_gis.render.clip import clipped_lines, clipped_polygons
from chiiki_gis.render.dots import are_dots, draw_dots, in_paper_steps
from chiiki_gis.render.geometry import (
    Box,
    Rings,
    borders_of,
    device_from_grid,
    pick_level,
    rings_of,
    to_device,
)
from chiiki_gis.render.paths import Part, PathCache, paths_of, shrink
from chiiki_gis.render.stamp import stamp_points
from chiiki_gis.render.symbols import (
    HAIRLINE_PX,
    Ink,
    draw_hatch,
    draw_marker,
    marker_reach_mm,
    set_fill,
    set_stroke,
)
from chiiki_gis.render.view import View

CLIP_MARGIN_MM = 4.0
"""Wider than half of any pen and than any marker, so that cut edges stay outside the frame."""
MANY_FEATURES = 300
"""From here on a screen fills polygons without smoothing."""
GREAT_PART = 0.05
"""The share of a layer's features from which on drawing whole chunks is cheaper than gathering features."""
MANY_VERTICES = 100_000
"""From here on lines are hairlines, wide ones several side by side: other pens cost twentyfold."""
PAPER_CHUNK = 20_000
"""Vertices in one path on paper: fewer seams between neighbours of a class."""
MANY_POINTS = 4000
"""From here on a screen shows points as little squares."""
POINT_BLOCK = 50_000
SEVERAL_POINTS = 100
"""From here on a screen copies a marker's picture instead of drawing it each time."""


@dataclass(frozen=True)
class Canvas:
    """What the drawing of one layer needs to know.

    ranks          of every class of the layer, when it is drawn: 0 first, each number once
    is_raster      True for pixels, False for PDF and printers
    tolerance_px   by how much a vertex may be off
    smooths_lines  False for what will soon be seen better: without smoothing, lines cost a fifth
    """

    painter: QPainter
    view: View
    ink: Ink
    is_raster: bool
    tolerance_px: float
    cancelled: Callable[[], bool]
    paths: PathCache
    ranks: NDArray[np.int64]
    smooths_lines: bool = True

    @property
    def copies_pixels(self) -> bool:
        """True where a pixel of ours is a pixel of the device, so that small pictures can be copied."""
        moved = self.painter.transform()
        return self.is_raster and not moved.isScaling() and not moved.isRotating()

    @property
    def frame(self) -> QRectF:
        """The view's rectangle on the device."""
        return QRectF(self.view.left_px, self.view.top_px, self.view.width_px, self.view.height_px)

    @property
    def clip_box(self) -> Box:
        """What vertices are cut to: a screen keeps a frame's breadth around, so that dashes do not crawl."""
        view = self.view
        margin = CLIP_MARGIN_MM * view.px_per_mm
        if self.is_raster:
            margin = max(view.width_px, view.height_px, margin)
        right, bottom = view.left_px + view.width_px + margin, view.top_px + view.height_px + margin
        return view.left_px - margin, view.top_px - margin, right, bottom

    @property
    def map_box(self) -> Box:
        """West, south, east, north of everything that may leave a mark inside the frame."""
        west, south, east, north = self.view.extent
        margin = CLIP_MARGIN_MM * self.view.px_per_mm * self.view.metres_per_px
        return west - margin, south - margin, east + margin, north + margin


def symbols_by_class(style: Style, shapes: Shapes) -> list[Symbol]:
    """The symbol of every class code."""
    if style.class_column is None:
        return [style.symbol] * len(shapes.classes)
    return style.symbols_of(shapes.classes)


def ranks_of(style: Style, shapes: Shapes) -> NDArray[np.int64]:
    """When each class is drawn: the first category of a legend lies on top, what has none lowest."""
    place = {category.value: n for n, category in enumerate(reversed(style.categories))}
    wanted = np.array([place.get(value, -1) for value in shapes.classes])
    ranks = np.empty(len(wanted), "i8")
    ranks[np.argsort(wanted, kind="stable")] = np.arange(len(wanted))
    return ranks


def drawn_rows(shapes: Shapes, symbols: list[Symbol], rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """The rows whose class is not switched off."""
    is_drawn = np.array([symbol is not NOTHING for symbol in symbols])
    return rows if is_drawn.all() else rows[is_drawn[shapes.codes[rows]]]


def draw_polygons(canvas: Canvas, shapes: Shapes, symbols: list[Symbol], rows: NDArray[np.int64]) -> None:
    """Fills, hatches and outlines, then the number of polygons that carry one."""
    many = canvas.is_raster and len(rows) > MANY_FEATURES
    number = pick_level(shapes, "polygon", canvas.view, canvas.tolerance_px)
    in_chunks = many and _is_great_part(shapes, rows)
    apart = canvas.copies_pixels and canvas.ink.opacity < 1 and not canvas.ink.opaque
    with _apart(canvas) if apart else nullcontext(canvas) as own:
        _draw_areas(own, _Pieces(own, shapes, "polygon", number, rows, in_chunks=in_chunks), symbols, many)
    if any(symbol.marker == "number" for symbol in symbols):
        marked = rows[np.isin(rows, shapes.level("polygon", 0).owner)]
        _draw_markers(canvas, shapes, symbols, _anchors_px(canvas.view, shapes, marked), marked)


@contextmanager
def _apart(canvas: Canvas) -> Iterator[Canvas]:
    """A picture of its own, laid over the map with the layer's opacity; opaque paths cost half as much."""
    frame = canvas.frame.toAlignedRect()
    image = QImage(frame.size(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.translate(-frame.left(), -frame.top())
    try:
        yield replace(canvas, painter=painter, ink=replace(canvas.ink, opacity=1.0))
    finally:
        painter.end()
    canvas.painter.setOpacity(canvas.ink.opacity)
    canvas.painter.drawImage(frame.topLeft(), image)
    canvas.painter.setOpacity(1.0)


def _draw_areas(canvas: Canvas, pieces: _Pieces, symbols: list[Symbol], many: bool) -> None:
    canvas.painter.setPen(Qt.PenStyle.NoPen)
    for code, path in pieces.of("fill"):
        symbol = symbols[code]
        smooth = not many and symbol.stroke is not None  # without an outline, smooth neighbours show a seam
        canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
        set_fill(canvas.painter, symbol, canvas.ink)
        if canvas.painter.brush().style() != Qt.BrushStyle.NoBrush:
            pieces.draw(path)
        if symbol.hatch != "none":
            origin = QPointF(*canvas.view.to_px(0.0, 0.0))
            draw_hatch(canvas.painter, pieces.on_device(path), symbol, canvas.ink, canvas.frame, origin)
    canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
    if len({(s.stroke, s.stroke_mm, s.dash) for s in symbols}) == 1:
        pieces.stroke("edge", symbols[:1])
    else:
        pieces.stroke("fill", symbols)


def draw_lines(canvas: Canvas, shapes: Shapes, symbols: list[Symbol], rows: NDArray[np.int64]) -> None:
    """Lines with the pen of their class."""
    number = pick_level(shapes, "line", canvas.view, canvas.tolerance_px)
    in_chunks = canvas.is_raster and len(rows) > MANY_FEATURES and _is_great_part(shapes, rows)
    canvas.painter.setBrush(Qt.BrushStyle.NoBrush)
    _Pieces(canvas, shapes, "line", number, rows, in_chunks=in_chunks).stroke("fill", symbols)


def draw_points(canvas: Canvas, shapes: Shapes, symbols: list[Symbol], rows: NDArray[np.int64]) -> None:
    """A marker on every point, multipoints included; very many as little squares on a screen."""
    device, moved = canvas.painter.device(), canvas.painter.transform()
    many = len(rows) > MANY_POINTS
    if many and canvas.copies_pixels and isinstance(device, QImage) and device.depth() == 32:
        by_rank = [symbols[code] for code in np.argsort(canvas.ranks)]
        colors = [canvas.ink.color(s.fill or s.stroke or "#000000") for s in by_rank]
        sizes = [s.size_mm for s in symbols if s is not NOTHING]
        size = max(1, round(min(sizes) * canvas.view.px_per_mm / 2))
        shift = moved.dx(), moved.dy()
        blocks = _point_blocks(canvas, shapes, rows)
        stamp_points(device, blocks, shift, colors, size, canvas.frame.translated(*shift))
        return
    _draw_markers(canvas, shapes, symbols, *_points_px(canvas.view, shapes, rows))


def _point_blocks(
    canvas: Canvas, shapes: Shapes, rows: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.int64]]]:
    """Places and ranks of points, some at a time: one great step would hold up the window."""
    for start in range(0, len(rows), POINT_BLOCK):
        if canvas.cancelled():
            return
        xy, owner = _points_px(canvas.view, shapes, rows[start : start + POINT_BLOCK])
        yield xy, canvas.ranks[shapes.codes[owner]]


def outlines(canvas: Canvas, shapes: Shapes, rows: NDArray[np.int64]) -> Iterator[QPainterPath]:
    """The outlines and lines of some features, to draw a highlight."""
    for kind in shapes.kinds:
        if kind == "point":
            continue
        number = pick_level(shapes, kind, canvas.view, canvas.tolerance_px)
        seen = np.isin(rows, shapes.level(kind, number).owner)  # coarse levels leave hidden short lines out
        for level, some in ((number, rows[seen]), (0, rows[~seen])):
            pieces = _Pieces(canvas, shapes, kind, level, some, in_chunks=False)
            yield from (path for _, path in pieces.of("fill"))


def markers_px(canvas: Canvas, shapes: Shapes, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where the points of some features lie on the device."""
    if "point" not in shapes.kinds:
        return np.empty((0, 2))
    return _points_px(canvas.view, shapes, rows)[0]


def _points_px(
    view: View, shapes: Shapes, rows: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Where the points of some rows lie on the device, and the row of each."""
    level = shapes.level("point", 0)
    if len(level.owner) != shapes.count or len(level.xy) != shapes.count:
        rings = rings_of(shapes, level, rows, view)
        return rings.xy, rings.owner.astype("i8")
    xy = level.xy if len(rows) == shapes.count else level.xy[rows]  # one point each: no need to gather
    return to_device(xy, shapes, level, view), rows


def _is_great_part(shapes: Shapes, rows: NDArray[np.int64]) -> bool:
    return len(rows) > GREAT_PART * shapes.count


@dataclass(frozen=True)
class _Pieces:
    """The paths of some rows at one level: whole chunks in grid steps, or gathered rows in pixels."""

    canvas: Canvas
    shapes: Shapes
    kind: Kind
    number: int
    rows: NDArray[np.int64]
    in_chunks: bool

    def of(self, part: Part) -> Iterator[tuple[int, QPainterPath]]:
        """(class, path) until the picture is cancelled; borders belong to no class and come as 0."""
        for code, path in self._chunks(part) if self.in_chunks else self._gathered(part):
            if self.canvas.cancelled():
                return
            yield code, path

    def draw(self, path: QPainterPath) -> None:
        """Draw one of the paths with the painter's pen and brush."""
        painter = self.canvas.painter
        if not self.in_chunks:
            painter.drawPath(path)
            return
        before = painter.transform()
        painter.setTransform(self._transform, True)
        painter.drawPath(path)
        shrink(path)
        painter.setTransform(before)

    def on_device(self, path: QPainterPath) -> QPainterPath:
        """One of the paths in device pixels."""
        return self._transform.map(path) if self.in_chunks else path

    def stroke(self, part: Part, symbols: list[Symbol]) -> None:
        """Draw lines or borders, each with the pen of its class."""
        painter = self.canvas.painter
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, self.canvas.smooths_lines)
        before = painter.transform()
        for code, paths in groupby(self.of(part), lambda piece: piece[0]):
            if symbols[code].stroke is None:
                continue
            set_stroke(painter, symbols[code], self._ink)
            placed = [before]
            if self.in_chunks:
                pen, shifts = self._chunk_pen(painter.pen())
                painter.setPen(pen)
                placed = [self._transform * QTransform.fromTranslate(*shift) * before for shift in shifts]
            for _, path in paths:
                for transform in placed:
                    painter.setTransform(transform)
                    painter.drawPath(path)
                shrink(path)
        painter.setTransform(before)

    @property
    def _ink(self) -> Ink:
        """Colours of pens; for many lines on paper without alpha, which Qt's PDF would write as outlines."""
        return replace(self.canvas.ink, opaque=self.canvas.ink.opaque or self._is_much_on_paper)

    @property
    def _is_much_on_paper(self) -> bool:
        vertices = len(self._level.xy) * len(self.rows) / max(1, self.shapes.count)
        return not self.canvas.is_raster and vertices > MANY_VERTICES

    def _in_steps(self, rings: Rings) -> Rings:
        """Rings whose places on paper are short numbers, where there are many of them."""
        return replace(rings, xy=in_paper_steps(rings.xy)) if self._is_much_on_paper else rings

    def _chunk_pen(self, pen: QPen) -> tuple[QPen, tuple[tuple[int, int], ...]]:
        """The pen for paths in grid steps, and by how many pixels they are drawn again beside themselves."""
        shifts: tuple[tuple[int, int], ...] = ((0, 0),)
        if len(self._level.xy) > MANY_VERTICES:
            shifts = ((0, 0), (1, 0), (0, 1)) if pen.widthF() > HAIRLINE_PX else shifts
            pen = _hairline(pen)
        pen.setCosmetic(True)
        return pen, shifts

    def _chunks(self, part: Part) -> Iterator[tuple[int, QPainterPath]]:
        level, paths = self._level, self.canvas.paths
        bounds = level.chunk_bounds if part == "fill" else level.edge_bounds
        near = touching(bounds, self.canvas.map_box)
        if part == "fill":
            near = near[np.argsort(self.canvas.ranks[level.chunks[near, 2]], kind="stable")]
        for chunk in near.tolist():
            code = int(level.chunks[chunk, 2]) if part == "fill" else 0
            yield code, paths.path(self.shapes, self.kind, self.number, part, chunk)

    def _gathered(self, part: Part) -> Iterator[tuple[int, QPainterPath]]:
        level, view, box = self._level, self.canvas.view, self.canvas.clip_box
        size = CHUNK if self.canvas.is_raster else PAPER_CHUNK
        if part == "edge":
            borders = self._in_steps(clipped_lines(borders_of(self.shapes, level, self.rows, view), box))
            return paths_of(borders, np.zeros(len(borders.owner), "i8"), None, size, whole_features=False)
        rings: Rings = rings_of(self.shapes, level, self.rows, view)
        rings = clipped_lines(rings, box) if self.kind == "line" else clipped_polygons(rings, box)
        rings = self._in_steps(rings)
        classes = self.shapes.codes[rings.owner].astype("i8")
        return paths_of(rings, classes, self.canvas.ranks, size, whole_features=self.kind == "polygon")

    @cached_property
    def _level(self) -> Level:
        return self.shapes.level(self.kind, self.number)

    @cached_property
    def _transform(self) -> QTransform:
        step, left, top = device_from_grid(self.shapes, self._level, self.canvas.view)
        return QTransform(step, 0, 0, -step, left, top)


def _hairline(pen: QPen) -> QPen:
    fine = QPen(pen)
    fine.setWidthF(1.0)
    if pen.style() == Qt.PenStyle.CustomDashLine:
        fine.setDashPattern([part * pen.widthF() for part in pen.dashPattern()])
    return fine


def _anchors_px(view: View, shapes: Shapes, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    xy = shapes.anchors[rows]
    left = view.left_px + (xy[:, 0] - view.west) / view.metres_per_px
    return np.column_stack([left, view.top_px + (view.north - xy[:, 1]) / view.metres_per_px])


def _draw_markers(
    canvas: Canvas, shapes: Shapes, symbols: list[Symbol], xy: NDArray[np.float64], rows: NDArray[np.int64]
) -> None:
    """A marker at each place; `rows` are the features to which the places belong."""
    box = canvas.clip_box
    seen = np.flatnonzero(((xy >= box[:2]) & (xy <= box[2:])).all(axis=1))
    seen = seen[np.argsort(canvas.ranks[shapes.codes[rows[seen]]], kind="stable")]
    canvas.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    numbered = any(symbol.marker == "number" for symbol in symbols)
    if canvas.copies_pixels and len(seen) > SEVERAL_POINTS and not numbered:
        _copy_markers(canvas, symbols, xy[seen], shapes.codes[rows[seen]])
        return
    if not canvas.is_raster and len(seen) > MANY_POINTS and are_dots(symbols):
        draw_dots(canvas.painter, symbols, canvas.ink, xy[seen], shapes.codes[rows[seen]])
        return
    numbers = shapes.texts("number", rows[seen]) if numbered else [""] * len(seen)
    for (x, y), row, number in zip(xy[seen].tolist(), rows[seen].tolist(), numbers, strict=True):
        if canvas.cancelled():
            return
        symbol = symbols[int(shapes.codes[row])]
        draw_marker(canvas.painter, symbol, canvas.ink, QPointF(x, y), number)


def _copy_markers(
    canvas: Canvas, symbols: list[Symbol], xy: NDArray[np.float64], codes: NDArray[np.uint32]
) -> None:
    """Pictures of markers on whole pixels, a class at a time as the places are given."""
    corners = np.rint(xy).astype("i4")
    cuts = np.flatnonzero(np.diff(codes, prepend=-1, append=-1))
    for begin, end in pairwise(cuts.tolist()):
        if canvas.cancelled():
            return
        picture = _picture(symbols[int(codes[begin])], canvas.ink)
        half = picture.width() // 2
        for x, y in (corners[begin:end] - half).tolist():
            canvas.painter.drawImage(x, y, picture)


def _picture(symbol: Symbol, ink: Ink) -> QImage:
    """A marker on a transparent ground, its place in the middle."""
    half = int(marker_reach_mm(symbol) * ink.px_per_mm * 1.2) + 2  # a diamond and a triangle reach 1.2 × 0.5
    image = QImage(2 * half, 2 * half, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_marker(painter, symbol, ink, QPointF(half, half))
    painter.end()
    return image
