"""What the window draws over the map picture: the selection, north arrow and scale bar, the hint."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from chiiki_gis.render.view import SCREEN_PX_PER_MM, View
from chiiki_gis.ui.tools.strokes import MapLine, paint_line
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_BAR_LONGEST_PX = 140.0
_CORNER_PX = 320, 60
_MANY = 1_000
"""An outline of so many vertices is painted once for each view."""


@dataclass(frozen=True, eq=False)
class Highlight:
    """Lines (rings repeat their first point; arrays (n, 2)) and points in project CRS."""

    lines: tuple[NDArray[np.float64], ...] = ()
    points: tuple[Point, ...] = ()
    color: str = field(default="#ffb000")

    @cached_property
    def drawn(self) -> tuple[MapLine, ...]:
        """The lines as Qt keeps them."""
        return tuple(MapLine(line) for line in self.lines)


def paint_highlight(painter: QPainter, view: View, highlight: Highlight) -> None:
    """A bright double line around what is selected."""
    if not highlight.lines and not highlight.points:
        return
    if sum(map(len, highlight.lines)) < _MANY:
        _draw_highlight(painter, view, highlight)
    else:
        painter.drawImage(QPointF(0, 0), _highlight(view, painter.device().devicePixelRatioF(), highlight))


@lru_cache(maxsize=1)
def _highlight(view: View, ratio: float, highlight: Highlight) -> QImage:
    """The picture of a long outline: it takes milliseconds, and the map is painted several times an edit."""
    image = _clear_image((view.width_px, view.height_px), ratio)
    painter = QPainter(image)
    _draw_highlight(painter, view, highlight)
    painter.end()
    return image


def _clear_image(size: tuple[float, float], ratio: float) -> QImage:
    """An image of logical pixels in which nothing is painted yet."""
    wide, high = (round(side * ratio) for side in size)
    image = QImage(wide, high, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    return image


def _draw_highlight(painter: QPainter, view: View, highlight: Highlight) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawn = [line.on(view) for line in highlight.drawn]
    for color, width in ((QColor(255, 255, 255, 210), 6.0), (QColor(highlight.color), 3.0)):
        for polygon in drawn:
            paint_line(painter, polygon, color, width)
        for point in highlight.points:
            painter.setPen(QPen(color, width))
            at = QPointF(*view.to_px(*point))
            painter.drawEllipse(QRectF(at.x() - 12, at.y() - 12, 24, 24))
    painter.restore()


def north_arrow_box(view: View) -> QRectF:
    """Where the north arrow stands, in logical pixels."""
    return QRectF(10, view.height_px - 48, 30, 38)


def paint_corner(painter: QPainter, view: View) -> None:
    """The north arrow and a bar of a round length at the lower left."""
    ratio = painter.device().devicePixelRatioF()
    picture = _corner(view.metres_per_px, ratio, painter.font().toString())
    painter.drawImage(QPointF(0, view.height_px - _CORNER_PX[1]), picture)


@lru_cache(maxsize=2)
def _corner(metres_per_px: float, ratio: float, font: str) -> QImage:
    """The picture of the corner; it changes with the scale only, and is painted whenever the map moves."""
    from chiiki_gis.render.furniture import draw_north_arrow  # with numpy: not before the first paint

    view = View(0, 0, metres_per_px, *_CORNER_PX)
    length_m = round_length(_BAR_LONGEST_PX * metres_per_px)
    width = length_m / metres_per_px
    arrow = north_arrow_box(view)
    left, base = arrow.right() + 10, view.height_px - 20.0
    words = f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"
    image = _clear_image(_CORNER_PX, ratio)
    painter = QPainter(image)
    lettering = QFont()
    lettering.fromString(font)
    painter.setFont(lettering)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetricsF(lettering)
    right = left + width + metrics.horizontalAdvance(words) / 2 + 10
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(255, 255, 255, 215))
    painter.drawRoundedRect(QRectF(arrow.left(), arrow.top(), right - arrow.left(), arrow.height()), 4, 4)
    painter.setPen(QPen(QColor("#222222"), 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ends = ((left, base - 6), (left, base), (left + width, base), (left + width, base - 6))
    painter.drawPolyline(QPolygonF([QPointF(*end) for end in ends]))
    painter.drawText(QPointF(left - 2, base - 10), "0")
    painter.drawText(QPointF(left + width - metrics.horizontalAdvance(words) / 2, base - 10), words)
    painter.translate(arrow.center().x(), arrow.top() + 4)
    painter.scale(SCREEN_PX_PER_MM, SCREEN_PX_PER_MM)  # the arrow of the sheets, drawn in millimetres
    draw_north_arrow(painter, 0, 0, (arrow.height() - 8) / SCREEN_PX_PER_MM)
    painter.end()
    return image


def paint_hint(painter: QPainter, width_px: float, text: str, is_warning: bool) -> None:
    """One line at the top of the map: what the mouse does now, or why it did not do it."""
    if not text:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetricsF(painter.font())
    width = min(metrics.horizontalAdvance(text) + 36, width_px - 24)
    plate = QRectF((width_px - width) / 2, 12, width, 30)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(150, 20, 25, 235) if is_warning else QColor(40, 44, 50, 215))
    painter.drawRoundedRect(plate, 6, 6)
    painter.setPen(QColor("#ffffff"))
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width - 16)
    painter.drawText(plate, int(Qt.AlignmentFlag.AlignCenter), shown)
    painter.restore()


def round_length(longest: float) -> float:
    """The longest length of the form 1, 2 or 5 × 10ⁿ that is not above `longest`."""
    power = 1.0
    while power * 10 <= longest:
        power *= 10
    while power > longest:
        power /= 10
    return next(step * power for step in (5, 2, 1) if step * power <= longest)
