"""The program's own picture: an area with its boundary, and the place within it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
"""Pixels of each side, as Windows asks for them at its scales."""

_GROUND, _AREA, _EDGE, _PLACE = (QColor(c) for c in ("#f4efe4", "#f7c9c4", "#c8102e", "#0f7d78"))
_CORNERS = ((14, 36), (42, 12), (84, 22), (88, 62), (58, 88), (18, 74))
"""The area, on a square of 100."""


def picture(size: int) -> QImage:
    """The picture at a size in pixels."""
    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 100, size / 100)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(QRectF(2, 2, 96, 96), 18, 18)
    painter.setBrush(_AREA)
    painter.setPen(QPen(_EDGE, 7, j=Qt.PenJoinStyle.RoundJoin))
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in _CORNERS]))
    painter.setPen(QPen(Qt.GlobalColor.white, 3))
    painter.setBrush(_PLACE)
    painter.drawPath(_pin())
    painter.setBrush(Qt.GlobalColor.white)
    painter.drawEllipse(QPointF(52, 40), 7, 7)
    painter.end()
    return image


def icon() -> QIcon:
    """The picture at every size."""
    made = QIcon()
    for size in SIZES:
        made.addPixmap(QPixmap.fromImage(picture(size)))
    return made


def _pin() -> QPainterPath:
    """The mark of a place: its tip at (52, 76)."""
    path = QPainterPath(QPointF(52, 76))
    path.cubicTo(QPointF(44, 62), QPointF(34, 54), QPointF(34, 40))
    path.arcTo(QRectF(34, 22, 36, 36), 180, -180)
    path.cubicTo(QPointF(70, 54), QPointF(60, 62), QPointF(52, 76))
    path.closeSubpath()
    return path
