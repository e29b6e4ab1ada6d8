"""Small marks that tools draw over the map: vertices and labels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen


def draw_vertex(painter: QPainter, at: QPointF, color: str, size_px: float = 7.0) -> None:
    """A white square with a coloured edge."""
    half = size_px / 2
    painter.setPen(QPen(QColor(color), 1.6))
    painter.setBrush(QColor("#ffffff"))
    painter.drawRect(QRectF(at.x() - half, at.y() - half, size_px, size_px))


def draw_label(painter: QPainter, at: QPointF, lines: list[str], centered: bool = True) -> None:
    """Dark text on a light plate; `at` is its centre, or its upper left corner. It stays inside the map."""
    metrics = QFontMetricsF(painter.font())
    width = max(metrics.horizontalAdvance(line) for line in lines) + 12
    height = metrics.height() * len(lines) + 6
    corner = at - QPointF(width / 2, height / 2) if centered else at
    plate = QRectF(corner.x(), corner.y(), width, height)
    room = QRectF(painter.window()).adjusted(3, 3, -3, -3)
    plate.moveLeft(max(min(plate.left(), room.right() - width), room.left()))
    plate.moveTop(max(min(plate.top(), room.bottom() - height), room.top()))
    painter.setPen(QPen(QColor(0, 0, 0, 50), 1))
    painter.setBrush(QColor(255, 255, 255, 232))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(QColor("#222222"))
    painter.drawText(
        plate.adjusted(6, 3, -6, -3),
        int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
        "\n".join(lines),
    )
