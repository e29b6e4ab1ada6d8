"""Labels with a white halo that avoid each other and stay inside the frame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from chiiki_gis.render.fonts import japanese_font

HALO_MM = 0.45
GAP_MM = 0.5
_HALO = tuple((cos(n * pi / 8), sin(n * pi / 8)) for n in range(16))
CELL_PX = 64
MOST = 400
"""Labels on one picture; more would be unreadable."""

_Box = tuple[float, float, float, float]
"""Left, top, right, bottom on the device."""


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
    taken = _Taken()
    for label in wanted:
        if label.keep_off_px:
            for x, y in label.places:
                reach = label.keep_off_px
                taken.add((x - reach, y - reach, x + reach, y + reach))
    drawn = 0
    for label in wanted:
        if drawn >= MOST or cancelled():
            break
        corner = _free_corner(label, taken, frame, px_per_mm)
        if corner is not None:
            if copied:
                _copy(painter, label, corner, px_per_mm)
            else:
                _draw(painter, label, QPointF(*corner), px_per_mm)
            drawn += 1
    return drawn


class _Taken:
    """Boxes on the device, found by the cells of a coarse grid that they touch."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[_Box]] = {}

    def add(self, box: _Box) -> None:
        """Take a place."""
        for cell in _cells_of(box):
            self._cells.setdefault(cell, []).append(box)

    def is_free(self, box: _Box) -> bool:
        """Whether a place overlaps none that is taken."""
        left, top, right, bottom = box
        return not any(
            other[0] < right and left < other[2] and other[1] < bottom and top < other[3]
            for cell in _cells_of(box)
            for other in self._cells.get(cell, ())
        )


def _cells_of(box: _Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(side // CELL_PX) for side in box)
    return product(range(left, right + 1), range(top, bottom + 1))


def _free_corner(label: Label, taken: _Taken, frame: QRectF, px_per_mm: float) -> tuple[float, float] | None:
    """The upper left corner where a label fits, which is then taken; None where it fits nowhere."""
    width, height = _size(label.text, label.size_mm * px_per_mm, label.bold)
    gap = GAP_MM * px_per_mm
    for place in label.places:
        for x, y in _corners(place, label.keep_off_px, gap, width, height):
            box = (x, y, x + width, y + height)
            inside = x >= frame.left() and y >= frame.top() and box[2] <= frame.right()
            if inside and box[3] <= frame.bottom() and taken.is_free(box):
                taken.add(box)
                return x, y
    return None


@lru_cache(maxsize=4000)
def _size(text: str, size_px: float, bold: bool) -> tuple[float, float]:
    """Width and height of a text."""
    metrics = QFontMetricsF(japanese_font(size_px, bold=bold))
    return metrics.horizontalAdvance(text), metrics.height()


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


def _copy(painter: QPainter, label: Label, corner: tuple[float, float], px_per_mm: float) -> None:
    picture, margin = _picture(label.text, label.size_mm, label.color, label.bold, px_per_mm)
    painter.drawImage(round(corner[0]) - margin, round(corner[1]) - margin, picture)


@lru_cache(maxsize=1000)
def _picture(text: str, size_mm: float, color: str, bold: bool, px_per_mm: float) -> tuple[QImage, int]:
    """A label on a transparent ground, and how far its halo reaches beyond its box."""
    margin = int(HALO_MM * px_per_mm) + 2
    wide, high = _size(text, size_mm * px_per_mm, bold)
    image = QImage(
        int(wide) + 2 * margin + 1, int(high) + 2 * margin + 1, QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    font = japanese_font(size_mm * px_per_mm, bold=bold)
    base = QPointF(margin, margin + QFontMetricsF(font).ascent())
    painter.setFont(font)
    painter.setPen(QColor("#ffffff"))
    for dx, dy in _HALO:  # ten times faster than a stroked outline, and the same to the eye
        painter.drawText(base + QPointF(dx, dy) * HALO_MM * px_per_mm, text)
    painter.setPen(QColor(color))
    painter.drawText(base, text)
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
