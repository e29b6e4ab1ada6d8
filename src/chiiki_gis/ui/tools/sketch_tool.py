"""Drawing a line or a ring by clicks: areas, sites and measuring share these gestures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from chiiki_gis.ui.tools.guide import Aim, Guide
from chiiki_gis.ui.tools.sketch import Point, Sketch, crossing
from chiiki_gis.ui.tools.sketch_paint import paint_fault, paint_lines, paint_measures, paint_vertices
from chiiki_gis.ui.tools.snapper import SNAP_PX
from chiiki_gis.ui.tools.strokes import MapLine
from chiiki_gis.ui.tools.tool import MenuEntry, Pointer, Surface, Tool

_CLOSE_PX = 10.0
"""A click this near to the first vertex closes the ring."""


@dataclass(frozen=True)
class Purpose:
    """What a sketch is for.

    finish   given the vertices; returns None when done, else a sentence why not
    keeps    True when the finished figure stays on the map until the next click (measuring)
    length_word   what the length of a line is called: that of a road is its 延長
    """

    id: str
    verb: str
    color: str
    closed: bool
    finish: Callable[[list[Point]], str | None]
    keeps: bool = False
    length_word: str = "長さ"

    @property
    def fewest(self) -> int:
        """How many vertices make a figure."""
        return 3 if self.closed else 2


class SketchTool(Tool):
    """Click adds, Enter / double-click / the first vertex finishes, Backspace and Esc step back."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        surface: Surface,
        purpose: Purpose,
        guide: Guide,
        remember: Callable[[SketchTool, Sketch], object] = lambda _tool, _sketch: None,
    ) -> None:
        self.id = purpose.id
        self._surface = surface
        self._purpose = purpose
        self._guide = guide
        self._aim: Aim | None = None
        self._pointer: Pointer | None = None
        self._line: tuple[Sketch, int, MapLine] | None = None
        self._remember_sketch = remember
        self.is_stepping_back = False
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
        if self._guide.is_tracing:
            return f"境界に沿って描く：沿う境界をクリック　Tab で反対回り　T で終わる　{end}"
        return f"クリックで頂点を追加　{end}　Backspace で一つ戻る　Shift で直角　Alt でスナップ休止"

    def note(self) -> str:
        """What the mouse has snapped to."""
        aim = self._aim
        if aim is None or aim.snapped is None or self._kept:
            return ""
        return f"スナップ：{aim.snapped.words}（{SNAP_PX:.0f} px）"

    @property
    def wants_tab(self) -> bool:
        """Tab flips the side while a border is followed."""
        return self._guide.is_tracing and self.is_drawing

    @property
    def is_drawing(self) -> bool:
        """True while there are vertices that are not yet a feature."""
        return bool(self.sketch.vertices) and not self._kept

    def stop(self) -> None:
        """Leaving keeps an unfinished sketch, so that 元に戻す can bring it back."""
        self._remember()
        self._clear()

    def restore(self, sketch: Sketch) -> None:
        """Bring a sketch back that was given up."""
        self.sketch = sketch
        self.is_stepping_back = self._kept = False
        self._fault = None
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
        self.is_stepping_back = False
        self._pointer = pointer
        self._aim = self._guide.take(self.sketch.vertices, pointer)
        self.sketch.add(*self._aim.way)
        self._aim = Aim(self._aim.way[-1:], self._aim.snapped)
        self._surface.refresh()

    def put(self, points: list[Point]) -> None:
        """Put vertices given as numbers, as one step."""
        if self._kept:
            self._clear()
        self._fault, self.is_stepping_back = None, False
        self.sketch.add(*points)
        self._surface.refresh()

    def move(self, pointer: Pointer) -> None:
        """Let the open segment follow the mouse, snapped where something is near."""
        self._pointer, before = pointer, self._aim
        self._aim = self._guide.aim([] if self._kept else self.sketch.vertices, pointer)
        if self.is_drawing or self._aim.snapped is not None or (before is not None and before.snapped):
            self._surface.refresh()

    def double_click(self, pointer: Pointer) -> None:
        """Finish; the first click of the two has already put the last vertex."""
        self.finish()

    def key(self, event: QKeyEvent) -> bool:
        """Enter finishes, Backspace takes back, Esc steps back and then leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and self.wants_tab:
            self._guide.flip()
            self.look_again()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
            return True
        if key == Qt.Key.Key_Backspace:
            return self.delete()
        if key == Qt.Key.Key_Escape:
            self.escape()
            return True
        return False

    def look_again(self) -> None:
        """Snapping or tracing was switched: aim anew from where the mouse is."""
        if self._pointer is not None:
            self.move(self._pointer)
        self._surface.refresh()

    def delete(self) -> bool:
        """Delete takes the last vertex back; 元に戻す puts it again."""
        if not self.is_drawing:
            return False
        self._remember()
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
        self._fault = crossing(vertices) if self._purpose.closed else None
        if self._fault is not None:
            self._surface.say(
                "線が交差しているため完了できません。赤い印の所を Backspace で戻して描き直してください。"
            )
            self._surface.refresh()
            return
        sketch, self.sketch = self.sketch, Sketch()  # finishing may choose another tool: nothing is given up
        refusal = self._purpose.finish(list(vertices))
        if refusal is not None:
            self.sketch = sketch
            self._surface.say(refusal)
            return
        if self._purpose.keeps:
            self.sketch, self._kept = sketch, True
        else:
            self._clear()
        self._surface.refresh()

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """完了 first, as the likeliest."""
        drawing = self.is_drawing
        enough = drawing and len(self.sketch.vertices) >= self._purpose.fewest
        return [
            ("完了", self.finish, enough),
            ("最後の頂点を戻す", self.delete, drawing),
            ("中止", self.cancel, True),
        ]

    def paint_overlay(self, painter: QPainter) -> None:
        """The figure, its vertices, the live measures and the snap mark."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        aim = None if self._kept else self._aim
        if self.sketch.vertices:
            closed, color = self._purpose.closed, self._purpose.color
            line, view = self._drawn_line(), self._surface.view
            points = line.on(view)
            if aim is not None:
                points.append(MapLine(aim.way).on(view).toList())
            paint_lines(painter, points, color, closed)
            enough = len(self.sketch.vertices) >= self._purpose.fewest
            paint_vertices(painter, line, view, color, closed and enough)
        if self._fault is not None:
            paint_fault(painter, QPointF(*self._surface.to_pixel(self._fault)))
        if self.sketch.vertices or (aim is not None and aim.snapped is not None):
            what = self._purpose
            paint_measures(painter, self._surface, self.sketch, aim, what.closed, what.length_word)
        if aim is not None and aim.snapped is not None:
            self._guide.snapper.paint(painter, aim.snapped)

    def _drawn_line(self) -> MapLine:
        """The vertices as Qt keeps them; made anew only when they have changed."""
        known, sketch = self._line, self.sketch
        if known is None or known[0] is not sketch or known[1] != sketch.version:
            known = self._line = (sketch, sketch.version, MapLine(sketch.vertices))
        return known[2]

    def _closes(self, pointer: Pointer) -> bool:
        vertices = self.sketch.vertices
        if not self._purpose.closed or len(vertices) < self._purpose.fewest:
            return False
        x, y = self._surface.to_pixel(vertices[0])
        return abs(x - pointer.pixel[0]) <= _CLOSE_PX and abs(y - pointer.pixel[1]) <= _CLOSE_PX

    def _remember(self) -> None:
        """Keep the sketch as it was before the first step back."""
        if self.is_drawing and not self.is_stepping_back:
            self._remember_sketch(self, self.sketch.copy())
        self.is_stepping_back = self.is_drawing

    def _clear(self) -> None:
        self.sketch = Sketch()
        self.is_stepping_back = False
        self._kept = False
        self._fault = None
