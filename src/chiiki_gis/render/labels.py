"""Labels with a white halo that avoid each other and stay inside the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from chiiki_gis.render.fonts import japanese_font

HALO_MM = 0.45
GAP_MM = 0.5
MOST = 400
"""Labels on one picture; more would be unreadable."""


@dataclass(frozen=True)
class Label:
    """A text that wants to stand at a place.

    keep_off_px   the half size of the marker beside which it stands; 0 to stand on the place itself
    """

    text: str
    x: float
    y: float
    size_mm: float
    color: str
    keep_off_px: float = 0.0
    bold: bool = False


def draw_labels(
    painter: QPainter, wanted: Sequence[Label], frame: QRectF, px_per_mm: float, cancelled: Callable[[], bool]
) -> int:
    """Draw what fits, in the order given, and return how many. Earlier labels win."""
    taken: list[QRectF] = [
        QRectF(w.x - w.keep_off_px, w.y - w.keep_off_px, 2 * w.keep_off_px, 2 * w.keep_off_px)
        for w in wanted
        if w.keep_off_px
    ]
    drawn = 0
    for label in wanted:
        if drawn >= MOST or cancelled():
            break
        box = _place(label, taken, frame, px_per_mm)
        if box is not None:
            taken.append(box)
            _draw(painter, label, box, px_per_mm)
            drawn += 1
    return drawn


def _place(label: Label, taken: list[QRectF], frame: QRectF, px_per_mm: float) -> QRectF | None:
    metrics = QFontMetricsF(japanese_font(label.size_mm * px_per_mm, bold=label.bold))
    width, height = metrics.horizontalAdvance(label.text), metrics.height()
    gap = label.keep_off_px + GAP_MM * px_per_mm
    spots = (
        [
            (label.x + gap, label.y - height / 2),
            (label.x - gap - width, label.y - height / 2),
            (label.x - width / 2, label.y - gap - height),
            (label.x - width / 2, label.y + gap),
        ]
        if label.keep_off_px
        else [(label.x - width / 2, label.y - height / 2)]
    )
    for x, y in spots:
        box = QRectF(x, y, width, height)
        own = QRectF(label.x - 1, label.y - 1, 2, 2)
        if frame.contains(box) and not any(
            box.intersects(t) and not (label.keep_off_px and t.contains(own)) for t in taken
        ):
            return box
    return None


def _draw(painter: QPainter, label: Label, box: QRectF, px_per_mm: float) -> None:
    """The halo as an outline below, the text as text, so that a PDF can be searched."""
    font = japanese_font(label.size_mm * px_per_mm, bold=label.bold)
    base = QPointF(box.left(), box.top() + QFontMetricsF(font).ascent())
    halo = QPainterPath()
    halo.addText(base, font, label.text)
    pen = QPen(QColor("#ffffff"), 2 * HALO_MM * px_per_mm)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(halo, pen)
    painter.setFont(font)
    painter.setPen(QColor(label.color))
    painter.drawText(base, label.text)
