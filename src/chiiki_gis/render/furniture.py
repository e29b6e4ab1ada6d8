"""What surrounds the map on a sheet: north arrow, scale bar, check line, coordinate ticks, index of a series.

All lengths are millimetres on paper; the painter's unit is 1 mm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from chiiki_gis.core.sheet import Extent
from chiiki_gis.render.flow import Box
from chiiki_gis.render.typeset import BLACK, GREY, draw_text

CHECK_LINE_MM = 50.0
BAND_MM = 4.0
"""Width of the strip around the map frame that carries the coordinates."""

CHECK_COLOR = "#010203"
BAR_COLOR = "#010204"
FRAME_COLOR = "#010205"
"""Colours of the three lines that are measured again in the finished PDF; nothing else is drawn in them."""


@dataclass(frozen=True)
class Mark:
    """A straight line that must be found at these places (mm from the upper left corner of the page)."""

    name: str
    color: str
    start: tuple[float, float]
    end: tuple[float, float]


@dataclass(frozen=True)
class SeriesIndex:
    """Where a page lies among the pages that together show a large area.

    rows, columns   of the whole grid
    numbers         page number by (row, column); places without a page are left out
    current         this page's place
    outline         what the series shows, as rings in columns and rows from the grid's upper left corner
    """

    rows: int
    columns: int
    numbers: tuple[tuple[int, int, int], ...]
    current: tuple[int, int]
    outline: tuple[tuple[tuple[float, float], ...], ...] = ()


def pen(color: str, width_mm: float) -> QPen:
    """A solid pen with flat caps and mitred corners, so that a line is exactly as long as it says."""
    return QPen(
        QColor(color), width_mm, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin
    )


def draw_rectangle(painter: QPainter, box: Box, color: str, width_mm: float, fill: str | None = None) -> None:
    """Draw a box's outline, filled or not."""
    painter.setPen(pen(color, width_mm))
    painter.setBrush(QBrush(QColor(fill)) if fill else QBrush(Qt.BrushStyle.NoBrush))
    painter.drawRect(QRectF(box.left, box.top, box.width, box.height))


def draw_line(
    painter: QPainter, x0: float, y0: float, x1: float, y1: float, color: str, width: float
) -> None:
    """Draw one straight line."""
    painter.setPen(pen(color, width))
    painter.drawLine(QLineF(x0, y0, x1, y1))


def draw_mark(painter: QPainter, mark: Mark, width_mm: float) -> None:
    """Draw a line that will be measured."""
    draw_line(painter, *mark.start, *mark.end, mark.color, width_mm)


def round_length(longest: float) -> float:
    """The greatest of 1, 2, 5 × 10ⁿ that is not longer."""
    power = 10.0 ** math.floor(math.log10(longest))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= longest * (1 + 1e-12))


def draw_north_arrow(painter: QPainter, center_x: float, top: float, height: float) -> None:
    """A two-sided arrow to the grid north of the sheet, with N above it."""
    letter = height * 0.24
    draw_text(painter, center_x, top + letter * 0.9, "N", letter, align="center", bold=True)
    tip, foot = top + letter * 1.1, top + height
    half, notch = (foot - tip) * 0.30, foot - (foot - tip) * 0.24
    painter.setPen(pen(BLACK, 0.2))
    for side, fill in ((-1, "#ffffff"), (1, BLACK)):
        painter.setBrush(QColor(fill))
        corners = [
            QPointF(center_x, tip),
            QPointF(center_x + side * half, foot),
            QPointF(center_x, notch),
        ]
        painter.drawPolygon(QPolygonF(corners))


def bar_metres(scale: int, room_mm: float) -> float:
    """Ground length of the scale bar that fits into a room."""
    return round_length(room_mm * scale / 1000)


def draw_scale_bar(painter: QPainter, mark: Mark, metres: float, text_mm: float) -> None:
    """A bar in four parts above the marked base line, labelled at its ends and middle."""
    (x0, y), (x1, _) = mark.start, mark.end
    height, part = 1.4, (x1 - x0) / 4
    for number in range(4):
        box = Box(x0 + number * part, y - height, part, height)
        draw_rectangle(painter, box, BLACK, 0.15, BLACK if number % 2 == 0 else "#ffffff")
    draw_mark(painter, mark, 0.15)
    unit, divisor = (" km", 1000.0) if metres >= 2000 else (" m", 1.0)
    for place, value, tail in ((x0, 0.0, ""), ((x0 + x1) / 2, metres / 2, ""), (x1, metres, unit)):
        label = f"{value / divisor:,.10g}"
        draw_text(painter, place, y + text_mm * 1.15, label + tail, text_mm, align="center")


def draw_check_line(painter: QPainter, mark: Mark, text_mm: float) -> None:
    """The line to lay a ruler on, with end strokes and its length."""
    (x0, y), (x1, _) = mark.start, mark.end
    for x in (x0, x1):
        draw_line(painter, x, y - 1.2, x, y + 1.2, BLACK, 0.15)
    draw_mark(painter, mark, 0.2)
    label = f"縮尺確認線 {CHECK_LINE_MM:.0f} mm（定規で確かめてください）"
    draw_text(painter, x0, y + 1.4 + text_mm, label, text_mm, color=GREY)


def tick_step(scale: int) -> float:
    """Ground distance of coordinate ticks, about 5 cm on paper."""
    return round_length(70 * scale / 1000)


def draw_coordinates(painter: QPainter, frame: Box, extent: Extent, scale: int, text_mm: float) -> None:
    """Ticks and plane coordinates on all four sides; X grows northwards, Y eastwards (測量の座標軸)."""
    west, south, east, north = extent
    step = tick_step(scale)
    for n in range(math.ceil(west / step), math.floor(east / step) + 1):
        x = frame.left + (n * step - west) * 1000 / scale
        _tick_pair(painter, [(x, frame.top, 0.0, -1.0), (x, frame.bottom, 0.0, 1.0)])
        label = f"Y={n * step:,.0f} m"
        if _has_room(x, frame.left, frame.right, label, text_mm):
            draw_text(painter, x + 0.8, frame.top - 1.0, label, text_mm, color=GREY)
            draw_text(painter, x + 0.8, frame.bottom + 0.9 + text_mm, label, text_mm, color=GREY)
    for n in range(math.ceil(south / step), math.floor(north / step) + 1):
        y = frame.top + (north - n * step) * 1000 / scale
        _tick_pair(painter, [(frame.left, y, -1.0, 0.0), (frame.right, y, 1.0, 0.0)])
        label = f"X={n * step:,.0f} m"
        if _has_room(frame.bottom - y, 0.0, frame.height, label, text_mm):
            draw_text(painter, frame.left - 1.0, y - 0.8, label, text_mm, color=GREY, angle_deg=-90)
            right = frame.right + 0.9 + text_mm
            draw_text(painter, right, y - 0.8, label, text_mm, color=GREY, angle_deg=-90)


def draw_index(painter: QPainter, index: SeriesIndex, box: Box, text_mm: float) -> None:
    """A small key of the series: one cell a page, this page filled."""
    cell = min(box.width / index.columns, box.height / index.rows * 1.2)
    height = min(box.height / index.rows, cell)
    for row, column, number in index.numbers:
        is_current = (row, column) == index.current
        place = Box(box.left + column * cell, box.top + row * height, cell, height)
        draw_rectangle(painter, place, BLACK, 0.15, "#333333" if is_current else "#ffffff")
        size = min(text_mm, height * 0.8)
        color = "#ffffff" if is_current else BLACK
        baseline = place.top + height / 2 + size * 0.37
        draw_text(painter, place.left + cell / 2, baseline, str(number), size, align="center", color=color)
    painter.setPen(pen("#c00000", 0.2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for ring in index.outline:
        places = [QPointF(box.left + column * cell, box.top + row * height) for column, row in ring]
        painter.drawPolygon(QPolygonF(places))


def draw_stamp(painter: QPainter, right: float, top: float, text: str, size_mm: float, width: float) -> None:
    """A red mark such as 内部利用, its upper right corner at (right, top)."""
    box = Box(right - width, top, width, size_mm * 1.7)
    draw_rectangle(painter, box, "#c00000", 0.4, "#ffffff")
    center = box.left + width / 2
    draw_text(
        painter, center, top + size_mm * 1.22, text, size_mm, align="center", bold=True, color="#c00000"
    )


def _tick_pair(painter: QPainter, ticks: list[tuple[float, float, float, float]]) -> None:
    """Strokes across the frame line: 2 mm into the map, through the band outwards."""
    for x, y, dx, dy in ticks:
        draw_line(painter, x - 2 * dx, y - 2 * dy, x + BAND_MM * dx, y + BAND_MM * dy, BLACK, 0.15)


def _has_room(position: float, low: float, high: float, label: str, text_mm: float) -> bool:
    """Whether a label that starts at a tick ends before the frame does; the tick itself is always drawn."""
    return low <= position and position + 1 + len(label) * text_mm * 0.55 <= high
