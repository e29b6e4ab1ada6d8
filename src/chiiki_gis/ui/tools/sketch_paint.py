"""How a sketch looks while it is drawn: its lines, its vertices, and the live measures."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from chiiki_gis.render.view import View
from chiiki_gis.ui import words
from chiiki_gis.ui.tools.guide import Aim
from chiiki_gis.ui.tools.marks import draw_label, draw_vertex
from chiiki_gis.ui.tools.sketch import Point, Sketch
from chiiki_gis.ui.tools.strokes import MOST_SMOOTH, MapLine, paint_line
from chiiki_gis.ui.tools.tool import Surface

_SHORT_PX = 3.0
"""A segment shorter than this carries no label."""
_MOST_VERTICES = 400
"""Where more vertices are in view, only the ends are marked."""
_LABEL_OFFSET = QPointF(18, 22)


def paint_lines(painter: QPainter, points: QPolygonF, color: str, closed: bool) -> None:
    """The line, and for a ring its tint and the dashed line back to its first vertex."""
    if closed and points.size() > 2:
        tint = QColor(color)
        tint.setAlpha(38)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(tint))
        painter.drawPolygon(points)
        painter.setPen(QPen(QColor(color), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(points.last(), points.first())
    if points.size() <= MOST_SMOOTH:
        paint_line(painter, points, QColor(255, 255, 255, 200), 5.0)
    paint_line(painter, points, QColor(color), 2.4)


def paint_vertices(painter: QPainter, line: MapLine, view: View, color: str, first_is_big: bool) -> None:
    """A square on each vertex in view while they are few, else on the first and the last."""
    for index, at in line.seen(view, _MOST_VERTICES):
        draw_vertex(painter, at, color, 9.0 if index == 0 and first_is_big else 7.0)


def paint_fault(painter: QPainter, at: QPointF) -> None:
    """A red ring where a line crosses itself."""
    painter.setPen(QPen(QColor("#d00000"), 3))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(at.x() - 9, at.y() - 9, 18, 18))


def paint_measures(
    painter: QPainter,
    surface: Surface,
    sketch: Sketch,
    aim: Aim | None,
    closed: bool,
    length_word: str = "長さ",
) -> None:
    """Length of the last segment, area and perimeter, and what the mouse has snapped to."""
    ahead = aim.way if aim is not None else ()
    lines = measures(sketch, ahead, closed, length_word)
    if aim is not None and aim.snapped is not None:
        follows = "に沿って" if aim.follows else ""
        lines.append(f"スナップ：{aim.snapped.words}{follows}")
    end = _end(sketch, ahead)
    if end is None:
        return
    pixel = QPointF(*surface.to_pixel(end))
    segment = sketch.last_segment(ahead)
    if segment is not None and segment > surface.metres(_SHORT_PX):
        before = ahead[-2] if len(ahead) > 1 else sketch.vertices[-1]
        middle = (pixel + QPointF(*surface.to_pixel(before))) / 2
        draw_label(painter, middle + QPointF(0, -12), [words.length(segment)])
    if lines:
        draw_label(painter, pixel + _LABEL_OFFSET, lines, centered=False)


def measures(sketch: Sketch, ahead: tuple[Point, ...], closed: bool, length_word: str = "長さ") -> list[str]:
    """What is measured while drawing: area and perimeter of a ring, length of a line."""
    count = len(sketch.vertices) + len(ahead)
    if closed and count > 2:
        return [
            "面積 " + words.area_both(sketch.area(ahead)),
            "周長 " + words.length(sketch.length(True, ahead)),
        ]
    if not closed and count > 1 and sketch.vertices:
        return [f"{length_word} " + words.length(sketch.length(False, ahead))]
    return []


def _end(sketch: Sketch, ahead: tuple[Point, ...]) -> Point | None:
    if ahead:
        return ahead[-1]
    return sketch.vertices[-1] if sketch.vertices else None
