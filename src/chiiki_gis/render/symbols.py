"""Pens, brushes, hatches and markers in paper millimetres, the same on screen, page and legend."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen, QPolygonF

from chiiki_gis.core.style import Hatch, Symbol
from chiiki_gis.render.fonts import japanese_font

if TYPE_CHECKING:
    from chiiki_gis.render.flow import Box
    from chiiki_gis.render.legend import LegendEntry

HATCH_STEP_MM = 2.6
HATCH_LINE_MM = 0.15
HATCH_SHARE = 0.65
"""How strong hatch lines are beside the outline, so that the map below stays readable."""
HAIRLINE_PX = 1.5
SIGN_SHARE = 0.75
"""Half the width of an interchange's sign, as a share of its height."""
_FONT_PX = 100
_DASHES = {
    "dash": (3.0, 1.6),
    "dot": (0.6, 1.4),
    "dash_dot": (3.4, 1.0, 0.6, 1.0),
}
"""Lengths in mm of strokes and gaps."""


@dataclass(frozen=True)
class Ink:
    """How a layer's colours reach the paper: its opacity, blended with white where alpha is not allowed.

    least_px   no pen is thinner: one pixel on a screen, nothing on paper. On a screen a pen of up to
               HAIRLINE_PX has just that width too: Qt draws it many times faster than a slightly wider one
    """

    px_per_mm: float
    opacity: float = 1.0
    opaque: bool = False
    least_px: float = 0.0

    def color(self, name: str) -> QColor:
        """A colour of a symbol as it is drawn."""
        color = QColor(name)
        if self.opacity >= 1:
            return color
        if not self.opaque:
            color.setAlphaF(self.opacity)
            return color
        share = self.opacity
        parts = (color.red(), color.green(), color.blue())
        return QColor(*(round(255 + (part - 255) * share) for part in parts))

    def pen(self, name: str, width_mm: float, dash: str = "solid") -> QPen:
        """A pen of a paper width."""
        width = max(width_mm * self.px_per_mm, self.least_px)
        if self.least_px and width <= HAIRLINE_PX:
            width = self.least_px
        pen = QPen(self.color(name), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        if width > HAIRLINE_PX and dash not in _DASHES:  # neighbouring pieces of a line meet without a notch
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if dash in _DASHES:
            pen.setDashPattern([part * self.px_per_mm / width for part in _DASHES[dash]])
        return pen


def set_fill(painter: QPainter, symbol: Symbol, ink: Ink) -> None:
    """The plain fill of a symbol; a hatched or empty one has none."""
    if symbol.fill is None or symbol.hatch != "none":
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setBrush(QBrush(ink.color(symbol.fill)))


def set_stroke(painter: QPainter, symbol: Symbol, ink: Ink) -> None:
    """The outline of a symbol."""
    if symbol.stroke is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        painter.setPen(ink.pen(symbol.stroke, symbol.stroke_mm, symbol.dash))


def draw_hatch(
    painter: QPainter, path: QPainterPath, symbol: Symbol, ink: Ink, frame: QRectF, origin: QPointF
) -> None:
    """Hatch lines inside a path, as vectors.

    origin   where a fixed point lies; lines hang on it, so that neighbours and neighbouring sheets run on
    """
    if symbol.hatch == "none" or symbol.fill is None:
        return
    area = path.boundingRect().intersected(frame)
    if area.isEmpty():
        return
    painter.save()
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.setPen(replace(ink, opacity=ink.opacity * HATCH_SHARE).pen(symbol.fill, HATCH_LINE_MM))
    painter.drawLines(_hatch_lines(symbol.hatch, area, origin, HATCH_STEP_MM * ink.px_per_mm))
    painter.restore()


def _hatch_lines(hatch: Hatch, area: QRectF, origin: QPointF, step: float) -> list[QLineF]:
    lines = []
    across = step * math.sqrt(2)
    if hatch in ("diagonal", "cross"):  # rising to the right: x + y is constant
        low = area.left() + area.top() - origin.x() - origin.y()
        high = area.right() + area.bottom() - origin.x() - origin.y()
        for number in range(math.floor(low / across), math.ceil(high / across) + 1):
            total = number * across + origin.x() + origin.y()
            lines.append(QLineF(total - area.bottom(), area.bottom(), total - area.top(), area.top()))
    if hatch in ("back_diagonal", "cross"):  # falling to the right: x − y is constant
        low = area.left() - area.bottom() - origin.x() + origin.y()
        high = area.right() - area.top() - origin.x() + origin.y()
        for number in range(math.floor(low / across), math.ceil(high / across) + 1):
            rest = number * across + origin.x() - origin.y()
            lines.append(QLineF(rest + area.top(), area.top(), rest + area.bottom(), area.bottom()))
    return lines


def marker_reach_mm(symbol: Symbol) -> float:
    """Half of a marker's width, its outline included."""
    share = SIGN_SHARE if symbol.marker == "interchange" else 0.5
    return symbol.size_mm * share + (symbol.stroke_mm / 2 if symbol.stroke else 0.0)


def draw_marker(painter: QPainter, symbol: Symbol, ink: Ink, at: QPointF, number: str = "") -> None:
    """One point symbol; `number` stands in a marker of kind number."""
    size = symbol.size_mm * ink.px_per_mm
    set_fill(painter, symbol, ink)
    set_stroke(painter, symbol, ink)
    if symbol.marker == "interchange":
        _draw_sign(painter, at, size, ink)
    elif symbol.marker == "number":
        painter.drawEllipse(at, size / 2, size / 2)
        if number:
            _draw_text(painter, at, number, size * (0.62 if len(number) < 2 else 0.5), "#ffffff")
    elif symbol.marker == "circle":
        painter.drawEllipse(at, size / 2, size / 2)
    else:
        painter.drawPolygon(_outline(symbol.marker, at, size))


def _outline(marker: str, at: QPointF, size: float) -> QPolygonF:
    corners = {
        "square": ((-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)),
        "diamond": ((0, -0.6), (0.6, 0), (0, 0.6), (-0.6, 0)),
        "triangle": ((0, -0.58), (0.55, 0.42), (-0.55, 0.42)),
    }[marker]
    return QPolygonF([QPointF(at.x() + x * size, at.y() + y * size) for x, y in corners])


def _draw_sign(painter: QPainter, at: QPointF, size: float, ink: Ink) -> None:
    """The green sign of an expressway interchange."""
    box = QRectF(at.x() - size * SIGN_SHARE, at.y() - size * 0.5, 2 * size * SIGN_SHARE, size)
    painter.drawRoundedRect(box, size * 0.2, size * 0.2)
    _draw_text(painter, at, "IC", size * 0.66, ink.color("#ffffff").name())


def _draw_text(painter: QPainter, at: QPointF, text: str, height: float, color: str) -> None:
    """Centred text of any height; drawn from a large font, for painters whose unit is a millimetre."""
    painter.save()
    painter.translate(at)
    painter.scale(height / _FONT_PX, height / _FONT_PX)
    painter.setFont(japanese_font(_FONT_PX, bold=True))
    painter.setPen(QColor(color))
    reach = _FONT_PX * 4
    painter.drawText(QRectF(-reach, -reach, 2 * reach, 2 * reach), Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def draw_swatch(painter: QPainter, entry: LegendEntry, box: Box) -> None:
    """A legend sample in a box of paper millimetres (the painter is scaled to them)."""
    ink = Ink(1.0, entry.opacity, opaque=True)
    frame = QRectF(box.left, box.top, box.width, box.height)
    painter.save()
    if entry.kind == "point":
        draw_marker(painter, entry.symbol, ink, frame.center())
    elif entry.kind == "line":
        set_stroke(painter, entry.symbol, ink)
        painter.drawLine(
            QPointF(frame.left(), frame.center().y()), QPointF(frame.right(), frame.center().y())
        )
    else:
        path = QPainterPath()
        path.addRect(frame)
        set_fill(painter, entry.symbol, ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPath(path)
        draw_hatch(painter, path, entry.symbol, ink, frame, frame.topLeft())
        painter.setBrush(Qt.BrushStyle.NoBrush)
        set_stroke(painter, entry.symbol, ink)
        painter.drawPath(path)
    painter.restore()
