"""Drawing a line or a ring by clicks: areas, sites and measuring share these gestures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPen, QPolygonF

from chiiki_gis.ui import words
from chiiki_gis.ui.tools.marks import draw_label, draw_vertex
from chiiki_gis.ui.tools.sketch import Point, Sketch, crossing, right_angled
from chiiki_gis.ui.tools.tool import MenuEntry, Pointer, Surface, Tool

_CLOSE_PX = 10.0
"""A click this near to the first vertex closes the ring."""
_SHORT_PX = 3.0
"""A segment shorter than this carries no label."""
_REMEMBERED = 20
"""How many cancelled sketches can be brought back."""


@dataclass(frozen=True)
class Purpose:
    """What a sketch is for.

    finish   given the vertices; returns None when done, else a sentence why not
    keeps    True when the finished figure stays on the map until the next click (measuring)
    """

    id: str
    verb: str
    color: str
    closed: bool
    finish: Callable[[list[Point]], str | None]
    keeps: bool = False

    @property
    def fewest(self) -> int:
        """How many vertices make a figure."""
        return 3 if self.closed else 2


class SketchTool(Tool):
    """Click adds, Enter / double-click / the first vertex finishes, Backspace and Esc step back."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, surface: Surface, purpose: Purpose) -> None:
        self.id = purpose.id
        self._surface = surface
        self._purpose = purpose
        self._cursor_at: Point | None = None
        self._cancelled: list[Sketch] = []
        self._stepping_back = False
        self._kept = False
        self._fault: Point | None = None
        self.sketch = Sketch()

    def hint(self) -> str:
        """Which gestures count now."""
        verb = self._purpose.verb
        count = len(self.sketch.vertices)
        if self._kept or count == 0:
            return f"{verb}：クリックで最初の点を置きます　Esc で選択に戻ります"
        if count < self._purpose.fewest:
            return f"{verb}：クリックで頂点を追加　Backspace で一つ戻る　Shift で直角"
        end = (
            "Enter・ダブルクリック・最初の点で完了" if self._purpose.closed else "Enter・ダブルクリックで完了"
        )
        return f"クリックで頂点を追加　{end}　Backspace で一つ戻る　Shift で直角"

    @property
    def is_drawing(self) -> bool:
        """True while there are vertices that are not yet a feature."""
        return bool(self.sketch.vertices) and not self._kept

    def stop(self) -> None:
        """Leaving keeps an unfinished sketch, so that 元に戻す can bring it back."""
        self._remember()
        self._clear()

    def forget_cancelled(self) -> None:
        """Another edit came after the cancelled sketch: 元に戻す belongs to that edit now."""
        self._cancelled.clear()

    @property
    def can_restore(self) -> bool:
        """True when 元に戻す would bring a cancelled sketch back."""
        return bool(self._cancelled)

    def restore(self) -> None:
        """Bring the sketch back that was cancelled last."""
        if self._cancelled:
            self.sketch = self._cancelled.pop()
            self._kept = False
            self._surface.refresh()

    def press(self, pointer: Pointer) -> None:
        """Put a vertex, or finish on the first one."""
        if pointer.button != "left":
            return
        if self._kept:
            self._clear()
        self._fault = None
        if self._closes(pointer):
            self.finish()
            return
        self._stepping_back = False
        self.sketch.add(self._placed(pointer))
        self._surface.refresh()

    def move(self, pointer: Pointer) -> None:
        """Let the open segment follow the mouse."""
        self._cursor_at = self._placed(pointer)
        if self.is_drawing:
            self._surface.refresh()

    def double_click(self, pointer: Pointer) -> None:
        """Finish; the first click of the two has already put the last vertex."""
        self.finish()

    def key(self, event: QKeyEvent) -> bool:
        """Enter finishes, Backspace takes back, Esc steps back and then leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
            return True
        if key == Qt.Key.Key_Backspace:
            return self.back()
        if key == Qt.Key.Key_Escape:
            self.escape()
            return True
        return False

    def delete(self) -> bool:
        """Delete takes the last vertex back."""
        return self.back()

    def undo(self) -> bool:
        """Take the last vertex back."""
        return self.back()

    def redo(self) -> bool:
        """Put the vertex again that was taken back last."""
        done = not self._kept and self.sketch.again()
        self._surface.refresh()
        return done

    def back(self) -> bool:
        """Take the last vertex back; False when nothing is being drawn."""
        if not self.is_drawing:
            return False
        self._fault = None
        self.sketch.back()
        self._surface.refresh()
        return True

    def escape(self) -> None:
        """One step back; with nothing drawn, leave the tool. The sketch can be brought back with 元に戻す."""
        if self._kept:
            self._clear()
            self._surface.refresh()
            return
        if not self.sketch.vertices:
            self._surface.leave_tool()
            return
        self._remember()
        self.back()

    def cancel(self) -> None:
        """Give the whole sketch up; 元に戻す brings it back."""
        self._surface.leave_tool()

    def finish(self) -> None:
        """Make the feature, or say on the map why it cannot be made."""
        if not self.is_drawing:
            return
        vertices = self.sketch.vertices
        if len(vertices) < self._purpose.fewest:
            missing = self._purpose.fewest - len(vertices)
            self._surface.say(f"あと {missing} 点が必要です。クリックで頂点を追加してください。")
            return
        self._fault = crossing(vertices, True) if self._purpose.closed else None
        if self._fault is not None:
            self._surface.say(
                "線が交差しているため完了できません。赤い印の所を Backspace で戻して描き直してください。"
            )
            self._surface.refresh()
            return
        refusal = self._purpose.finish(list(vertices))
        if refusal is not None:
            self._surface.say(refusal)
            return
        self._cancelled.clear()
        self._kept = self._purpose.keeps
        if not self._kept:
            self._clear()
        self._surface.refresh()

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """完了 first, as the likeliest."""
        drawing = self.is_drawing
        enough = drawing and len(self.sketch.vertices) >= self._purpose.fewest
        return [
            ("完了", self.finish, enough),
            ("最後の頂点を戻す", self.back, drawing),
            ("中止", self.cancel, True),
        ]

    def paint_overlay(self, painter: QPainter) -> None:
        """The figure, its vertices, and the live measures."""
        vertices = self.sketch.vertices
        if not vertices:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cursor = None if self._kept else self._cursor_at
        points = [QPointF(*self._surface.to_pixel(p)) for p in vertices]
        if cursor is not None:
            points.append(QPointF(*self._surface.to_pixel(cursor)))
        self._paint_lines(painter, points)
        for index, point in enumerate(points[: len(vertices)]):
            near = index == 0 and len(vertices) >= self._purpose.fewest
            draw_vertex(painter, point, self._purpose.color, 9.0 if near and self._purpose.closed else 7.0)
        if self._fault is not None:
            at = QPointF(*self._surface.to_pixel(self._fault))
            painter.setPen(QPen(QColor("#d00000"), 3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(at.x() - 9, at.y() - 9, 18, 18))
        self._paint_measures(painter, points, cursor)

    def _paint_lines(self, painter: QPainter, points: list[QPointF]) -> None:
        color = QColor(self._purpose.color)
        if self._purpose.closed and len(points) > 2:
            tint = QColor(color)
            tint.setAlpha(38)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QBrush(tint))
            painter.drawPolygon(QPolygonF(points))
            painter.setPen(QPen(color, 1.4, Qt.PenStyle.DashLine))
            painter.drawLine(points[-1], points[0])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(255, 255, 255, 200), 5.0))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(QPen(color, 2.4))
        painter.drawPolyline(QPolygonF(points))

    def _paint_measures(self, painter: QPainter, points: list[QPointF], cursor: Point | None) -> None:
        segment = self.sketch.last_segment(cursor)
        if segment is not None and len(points) > 1 and segment > self._surface.metres(_SHORT_PX):
            middle = (points[-1] + points[-2]) / 2
            draw_label(painter, middle + QPointF(0, -12), [words.length(segment)])
        lines = []
        if self._purpose.closed and len(points) > 2:
            lines.append("面積 " + words.area_both(self.sketch.area(cursor)))
            lines.append("周長 " + words.length(self.sketch.length(True, cursor)))
        elif not self._purpose.closed and len(points) > 1:
            lines.append("長さ " + words.length(self.sketch.length(False, cursor)))
        if lines:
            anchor = points[-1] + QPointF(18, 22)
            draw_label(painter, anchor, lines, centered=False)

    def _placed(self, pointer: Pointer) -> Point:
        if pointer.shift and self.sketch.vertices and not self._kept:
            return right_angled(self.sketch.vertices, pointer.at)
        return pointer.at

    def _closes(self, pointer: Pointer) -> bool:
        vertices = self.sketch.vertices
        if not self._purpose.closed or len(vertices) < self._purpose.fewest:
            return False
        x, y = self._surface.to_pixel(vertices[0])
        return abs(x - pointer.pixel[0]) <= _CLOSE_PX and abs(y - pointer.pixel[1]) <= _CLOSE_PX

    def _remember(self) -> None:
        """Keep the sketch as it was before the first step back."""
        if self.is_drawing and not self._stepping_back:
            self._cancelled.append(Sketch(list(self.sketch.vertices)))
            del self._cancelled[:-_REMEMBERED]
        self._stepping_back = self.is_drawing

    def _clear(self) -> None:
        self.sketch = Sketch()
        self._stepping_back = False
        self._kept = False
        self._fault = None
