"""What the planner adds to a sheet and what binds a series: logo, remarks, neighbouring pages, true north."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPolygonF

from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Box, Row
from chiiki_gis.render.furniture import SeriesIndex, draw_rectangle, pen
from chiiki_gis.render.tables import paragraph, section_title
from chiiki_gis.render.typeset import BLACK, draw_text, text_width

LOGO_MM = 14.0
"""Greatest height of a logo."""

_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))
"""Rows and columns from a page to its neighbours: above, below, left, right."""


def logo_rows(logo: bytes, width: float) -> list[Row]:
    """A picture in its own proportions, no higher than LOGO_MM and no wider than the column (mm).

    None for no picture, and for bytes that are none.
    """
    picture = QImage.fromData(logo) if logo else QImage()
    if picture.isNull():
        return []
    share = min(LOGO_MM / picture.height(), width / picture.width())
    size = (picture.width() * share, picture.height() * share)

    def paint(painter: QPainter, left: float, top: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(left, top, *size), picture)

    return [Row(size[1] + 1.0, paint)]


def remark_rows(text: str, width: float, sizes: TypeSizes) -> list[Row]:
    """The planner's own words under 備考; none for no words."""
    if not text.strip():
        return []
    return [section_title("備考", width, sizes), *paragraph(text.strip(), width, sizes.body)]


def neighbours(index: SeriesIndex) -> tuple[tuple[int, int, int], ...]:
    """The pages that touch this one: step in rows, step in columns, page number."""
    numbers = {(row, column): number for row, column, number in index.numbers}
    row, column = index.current
    return tuple(
        (down, right, numbers[row + down, column + right])
        for down, right in _SIDES
        if (row + down, column + right) in numbers
    )


def draw_neighbours(painter: QPainter, frame: Box, index: SeriesIndex, size_mm: float) -> None:
    """At each side of the map where the series goes on: an arrow and the number of that page."""
    for down, right, number in neighbours(index):
        words = f"図 {number}"
        width, height = text_width(words, size_mm, bold=True) + size_mm * 2.6, size_mm * 1.7
        x = {-1: frame.left + 1, 0: frame.left + (frame.width - width) / 2, 1: frame.right - width - 1}[right]
        y = {-1: frame.top + 1, 0: frame.top + (frame.height - height) / 2, 1: frame.bottom - height - 1}[
            down
        ]
        draw_rectangle(painter, Box(x, y, width, height), BLACK, 0.15, "#ffffff")
        _draw_arrow(painter, x + size_mm * 1.0, y + height / 2, size_mm * 0.55, math.atan2(down, right))
        draw_text(painter, x + size_mm * 2.0, y + size_mm * 1.2, words, size_mm, bold=True)


def north_words(north_deg: float | None) -> str:
    """真北方向角 in degrees and minutes, with its sign (clockwise from grid north); empty where unknown."""
    if north_deg is None:
        return ""
    minutes = round(north_deg * 60)
    return f"{'+' if minutes >= 0 else '−'}{abs(minutes) // 60}°{abs(minutes) % 60:02d}′"


def draw_true_north(painter: QPainter, x: float, tip: float, foot: float, north_deg: float) -> None:
    """A thin line to true north through the foot of the grid's arrow."""
    length, angle = foot - tip, math.radians(north_deg)
    painter.setPen(pen("#c00000", 0.2))
    painter.drawLine(QPointF(x, foot), QPointF(x + length * math.sin(angle), foot - length * math.cos(angle)))


def _draw_arrow(painter: QPainter, x: float, y: float, reach: float, angle: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(Qt.GlobalColor.black)
    corners = [
        QPointF(x + reach * math.cos(angle + turn), y + reach * math.sin(angle + turn))
        for turn in (0.0, 2.4, -2.4)
    ]
    painter.drawPolygon(QPolygonF(corners))
