"""Small charts, painted as the map is: bars by band for several series, and the profile of a route."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

SERIES_COLORS = ("#1f4aa0", "#e07b39", "#1a7f37", "#7b3294", "#9a6700", "#0b7a75", "#c0161d", "#6b7280")
INK, FAINT, RULE, GROUND = "#24292f", "#6b7280", "#d9d9d6", "#c9b79c"
_GAP = 6.0


@dataclass(frozen=True)
class Series:
    """One colour of a bar chart: its name and a value per group."""

    title: str
    values: tuple[float, ...]


def nice_step(highest: float, steps: int = 4) -> float:
    """A round distance between the lines of an axis from 0 to `highest`: 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0
    rough = highest / steps
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * (1 - 1e-9))


def paint_bars(
    painter: QPainter, area: QRectF, title: str, groups: Sequence[str], series: Sequence[Series]
) -> None:
    """Bars side by side: a group a band, a colour a series; every bar has its number above it.

    area   in the painter's units
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetricsF(painter.font())
    line = metrics.height()
    top = area.top() + line + _GAP
    if len(series) > 1:
        top = _legend(painter, area, top, [one.title for one in series])
    _text(painter, QRectF(area.left(), area.top(), area.width(), line), title, INK, left=True)
    highest = max((value for one in series for value in one.values), default=0.0)
    step = nice_step(highest)
    if all(value == round(value) for one in series for value in one.values):
        step = max(step, 1.0)  # of counts there are no halves
    most = max(step, math.ceil(highest / step - 1e-9) * step)
    margin = max(metrics.horizontalAdvance(_number(value)) for value in (most, step)) + _GAP
    plot = QRectF(
        area.left() + margin, top + line, area.width() - margin, area.bottom() - line - _GAP - top - line
    )
    _rules(painter, plot, most, step, margin)
    each = plot.width() / max(len(groups), 1)
    wide = each * 0.8 / max(len(series), 1)
    for place, group in enumerate(groups):
        left = plot.left() + place * each
        _text(painter, QRectF(left, plot.bottom() + _GAP / 2, each, line), group, INK)
        for number, one in enumerate(series):
            value = one.values[place]
            high = plot.height() * value / most
            bar = QRectF(left + each * 0.1 + number * wide, plot.bottom() - high, wide * 0.92, high)
            painter.fillRect(bar, QColor(SERIES_COLORS[number % len(SERIES_COLORS)]))
            if metrics.horizontalAdvance(_number(value)) <= max(wide, each / max(len(series), 1)):
                spot = QRectF(bar.left() - wide, bar.top() - line, bar.width() + 2 * wide, line)
                _text(painter, spot, _number(value), INK)
    painter.restore()


def paint_profile(
    painter: QPainter, area: QRectF, km: Sequence[float], heights: Sequence[float | None]
) -> None:
    """Heights in metres over kilometres; where they are not known the ground is hatched and says 不明.

    km   ascending, at least two
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetricsF(painter.font())
    line = metrics.height()
    known = [height for height in heights if height is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    step = nice_step(max(high - low, 10.0))
    base, top = math.floor(low / step) * step, math.ceil(high / step) * step
    top = max(top, base + step)
    margin = max(metrics.horizontalAdvance(_number(value)) for value in (base, base + step, top)) + _GAP
    plot = QRectF(
        area.left() + margin, area.top() + 1.6 * line, area.width() - margin - _GAP * 2,
        area.height() - 3.6 * line - _GAP,
    )  # fmt: skip

    def spot(at: float, height: float) -> QPointF:
        share = (at - km[0]) / max(km[-1] - km[0], 1e-12)
        up = (height - base) / (top - base)
        return QPointF(plot.left() + share * plot.width(), plot.bottom() - up * plot.height())

    for begin, end in _runs(heights, is_known=False):
        left, right = spot(km[max(begin - 1, 0)], base).x(), spot(km[min(end, len(km) - 1)], base).x()
        hole = QRectF(left, plot.top(), max(right - left, 1.0), plot.height())
        painter.fillRect(hole, QColor("#f0f0ee"))
        painter.fillRect(hole, Qt.BrushStyle.BDiagPattern)
        if hole.width() > metrics.horizontalAdvance("不明"):
            _text(painter, hole, "不明", FAINT, boxed=True)
    if known:
        _rules(painter, plot, top - base, step, margin, base)
    for begin, end in _runs(heights, is_known=True):
        points = [spot(km[n], h) for n in range(begin, end) if (h := heights[n]) is not None]
        floor = [QPointF(points[-1].x(), plot.bottom()), QPointF(points[0].x(), plot.bottom())]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(GROUND))
        painter.drawPolygon(QPolygonF([*points, *floor]))
        painter.setPen(QPen(QColor(SERIES_COLORS[0]), 1.6))
        painter.drawPolyline(QPolygonF(points))
    _distances(painter, plot, km, line)
    _text(painter, QRectF(area.left(), area.top(), area.width(), line), "標高 m", INK, left=True)
    below = QRectF(area.left(), area.bottom() - line, area.width() - _GAP, line)
    _text(painter, below, "距離 km（ICから）", INK)
    painter.restore()


def _distances(painter: QPainter, plot: QRectF, km: Sequence[float], line: float) -> None:
    """Numbers below the plot."""
    length = km[-1] - km[0]
    step = nice_step(max(length, 1e-6), 6)
    for number in range(int(length / step + 1e-9) + 1):
        x = plot.left() + plot.width() * number * step / max(length, 1e-12)
        painter.setPen(QPen(QColor(RULE), 1))
        painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 3))
        _text(painter, QRectF(x - 40, plot.bottom() + 3, 80, line), _number(number * step), FAINT)


def _runs(heights: Sequence[float | None], *, is_known: bool) -> list[tuple[int, int]]:
    """First and one past the last number of every stretch that is known, or not."""
    found, begin = [], None
    for number, height in enumerate([*heights, None if is_known else 0.0]):
        here = (height is not None) == is_known
        if here and begin is None:
            begin = number
        elif not here and begin is not None:
            found.append((begin, number))
            begin = None
    return found


def _rules(
    painter: QPainter, plot: QRectF, most: float, step: float, margin: float, base: float = 0.0
) -> None:
    """Lines across the plot with their numbers at the left."""
    for number in range(round(most / step) + 1):
        y = plot.bottom() - plot.height() * number * step / most
        painter.setPen(QPen(QColor(RULE), 1))
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        high = QFontMetricsF(painter.font()).height()
        room = QRectF(plot.left() - margin, y - high / 2, margin - _GAP / 2, high)
        painter.setPen(QColor(FAINT))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight, _number(base + number * step))


def _legend(painter: QPainter, area: QRectF, top: float, titles: Sequence[str]) -> float:
    """Colours and names, in as many lines as they need; where the next thing may begin."""
    metrics = QFontMetricsF(painter.font())
    line, x = metrics.height(), area.left()
    for number, title in enumerate(titles):
        wide = line + metrics.horizontalAdvance(title) + 2 * _GAP
        if x > area.left() and x + wide > area.right():
            x, top = area.left(), top + line
        color = QColor(SERIES_COLORS[number % len(SERIES_COLORS)])
        painter.fillRect(QRectF(x, top + line * 0.2, line * 0.6, line * 0.6), color)
        _text(painter, QRectF(x + line * 0.8, top, wide, line), title, INK, left=True)
        x += wide
    return top + line


def _text(
    painter: QPainter, room: QRectF, text: str, color: str, *, left: bool = False, boxed: bool = False
) -> None:
    if boxed:
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 8
        high = QFontMetricsF(painter.font()).height()
        plate = QRectF(room.center().x() - wide / 2, room.center().y() - high / 2, wide, high)
        painter.fillRect(plate, QColor("#ffffff"))
    painter.setPen(QColor(color))
    side = Qt.AlignmentFlag.AlignLeft if left else Qt.AlignmentFlag.AlignHCenter
    painter.drawText(room, side | Qt.AlignmentFlag.AlignVCenter, text)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"
