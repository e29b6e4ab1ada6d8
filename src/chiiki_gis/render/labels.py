"""Labels with a white halo that avoid each other and stay inside the frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from chiiki_gis.render.fonts import japanese_font

HALO_MM = 0.45
GAP_MM = 0.5
MOST = 400
"""Labels on one picture; more would be unreadable."""


@dataclass(frozen=True)
class Label:
    """A text that wants to stand at one of some places (device pixels, best first).

    keep_off_px   the half size of the marker beside which it stands; 0 to stand on the place itself
    """

    text: str
    places: tuple[tuple[float, float], ...]
    size_mm: float
    color: str
    keep_off_px: float = 0.0
    bold: bool = False


def draw_labels(
    painter: QPainter,
    wanted: Sequence[Label],
    frame: QRectF,
    px_per_mm: float,
    cancelled: Callable[[], bool],
    *,
    copied: bool = False,
) -> int:
    """Draw what fits inside the frame, in the order given, and return how many. Earlier labels win.

    copied   copy pictures of labels, on whole pixels: a halo costs more than the whole rest of a label
    No label covers another one, or a marker that has a label.
    """
    taken = [
        _around(place, label.keep_off_px) for label in wanted if label.keep_off_px for place in label.places
    ]
    drawn = 0
    for label in wanted:
        if drawn >= MOST or cancelled():
            break
        box = _free_box(label, taken, frame, px_per_mm)
        if box is not None:
            taken.append(box)
            if copied:
                _copy(painter, label, box, px_per_mm)
            else:
                _draw(painter, label, box.topLeft(), px_per_mm)
            drawn += 1
    return drawn


def _around(place: tuple[float, float], reach: float) -> QRectF:
    return QRectF(place[0] - reach, place[1] - reach, 2 * reach, 2 * reach)


def _free_box(label: Label, taken: list[QRectF], frame: QRectF, px_per_mm: float) -> QRectF | None:
    metrics = QFontMetricsF(japanese_font(label.size_mm * px_per_mm, bold=label.bold))
    width, height = metrics.horizontalAdvance(label.text), metrics.height()
    gap = GAP_MM * px_per_mm
    for place in label.places:
        for x, y in _corners(place, label.keep_off_px, gap, width, height):
            box = QRectF(x, y, width, height)
            if frame.contains(box) and not any(box.intersects(other) for other in taken):
                return box
    return None


def _corners(
    place: tuple[float, float], keep_off: float, gap: float, width: float, height: float
) -> tuple[tuple[float, float], ...]:
    """Upper left corners of the box: beside a marker right, left, above, below; else on the place."""
    x, y = place
    if not keep_off:
        return ((x - width / 2, y - height / 2),)
    away = keep_off + gap
    return (
        (x + away, y - height / 2),
        (x - away - width, y - height / 2),
        (x - width / 2, y - away - height),
        (x - width / 2, y + away),
    )


def _copy(painter: QPainter, label: Label, box: QRectF, px_per_mm: float) -> None:
    picture, margin = _picture(label.text, label.size_mm, label.color, label.bold, px_per_mm)
    painter.drawImage(QPointF(round(box.left()) - margin, round(box.top()) - margin), picture)


@lru_cache(maxsize=1000)
def _picture(text: str, size_mm: float, color: str, bold: bool, px_per_mm: float) -> tuple[QImage, int]:
    """A label on a transparent ground, and how far its halo reaches beyond its box."""
    label = Label(text, (), size_mm, color, bold=bold)
    metrics = QFontMetricsF(japanese_font(size_mm * px_per_mm, bold=bold))
    margin = int(HALO_MM * px_per_mm) + 2
    wide, high = metrics.horizontalAdvance(text), metrics.height()
    image = QImage(
        int(wide) + 2 * margin + 1, int(high) + 2 * margin + 1, QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, label, QPointF(margin, margin), px_per_mm)
    painter.end()
    return image, margin


def _draw(painter: QPainter, label: Label, corner: QPointF, px_per_mm: float) -> None:
    """The halo as an outline below, the text as text, so that a PDF can be searched."""
    font = japanese_font(label.size_mm * px_per_mm, bold=label.bold)
    base = QPointF(corner.x(), corner.y() + QFontMetricsF(font).ascent())
    halo = QPainterPath()
    halo.addText(base, font, label.text)
    pen = QPen(QColor("#ffffff"), 2 * HALO_MM * px_per_mm)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.strokePath(halo, pen)
    painter.setFont(font)
    painter.setPen(QColor(label.color))
    painter.drawText(base, label.text)
