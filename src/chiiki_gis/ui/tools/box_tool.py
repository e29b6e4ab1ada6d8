"""A rectangle from two corners, by two clicks or one drag."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter

from chiiki_gis.ui.tools.guide import Aim, Guide
from chiiki_gis.ui.tools.sketch import Sketch
from chiiki_gis.ui.tools.sketch_paint import paint_lines, paint_measures
from chiiki_gis.ui.tools.strokes import MapLine
from chiiki_gis.ui.tools.tool import MenuEntry, Point, Pointer, Surface, Tool

_DRAG_PX = 6.0


class BoxTool(Tool):
    """Sides run along the axes of the project CRS; with Shift it is a square."""

    id = "draw_box"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        surface: Surface,
        guide: Guide,
        finish: Callable[[list[Point]], str | None],
        remember: Callable[[BoxTool, Point], object] = lambda _tool, _corner: None,
    ) -> None:
        self._surface, self._guide, self._finish = surface, guide, finish
        self._remember = remember
        self._first: Point | None = None
        self._pressed_at: Point | None = None
        self._aim: Aim | None = None
        self.color, self.what = "#c0161d", "促進区域"

    def hint(self) -> str:
        """Which corner is next."""
        if self._first is None:
            return f"四角形で{self.what}を描く：一つ目の角をクリック（またはドラッグ）　Esc で選択に戻ります"
        return "向かいの角をクリックで完了　Shift で正方形　Alt でスナップ休止　Esc で一つ戻る"

    def note(self) -> str:
        """What the mouse has snapped to."""
        snapped = self._aim.snapped if self._aim is not None else None
        return f"スナップ：{snapped.words}" if snapped is not None else ""

    @property
    def wants_alt(self) -> bool:
        """Alt suspends snapping."""
        return True

    def stop(self) -> None:
        """Leaving keeps the corner, so that 元に戻す can bring it back."""
        self._give_up()
        self._aim = None

    def restore(self, corner: Point) -> None:
        """Bring a first corner back that was given up."""
        self._first = corner
        self._surface.refresh()

    def _give_up(self) -> None:
        if self._first is not None:
            self._remember(self, self._first)
        self._first = self._pressed_at = None

    def press(self, pointer: Pointer) -> None:
        """Put the first corner, or finish with the second."""
        if pointer.button != "left":
            return
        if self._first is None:
            self._first = self._guide.take_place(pointer).way[-1]
            self._pressed_at = pointer.pixel
            self._surface.refresh()
        else:
            self._close(pointer)

    def move(self, pointer: Pointer) -> None:
        """Let the rectangle follow the mouse."""
        self._aim = self._guide.aim_place(pointer)
        if self._first is not None and pointer.shift:
            self._aim = Aim((_squared(self._first, pointer.at),))
        self._surface.refresh()

    def release(self, pointer: Pointer) -> None:
        """The end of a drag finishes too."""
        start, self._pressed_at = self._pressed_at, None
        if start is not None and self._first is not None and math.dist(start, pointer.pixel) > _DRAG_PX:
            self._close(pointer)

    def key(self, event: QKeyEvent) -> bool:
        """Esc and Backspace take the corner back; Esc then leaves."""
        if event.key() not in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
            return False
        if self._first is not None:
            self._give_up()
            self._surface.refresh()
        elif event.key() == Qt.Key.Key_Escape:
            self._surface.leave_tool()
        return True

    def undo(self) -> bool:
        """Take the corner back."""
        had, self._first = self._first is not None, None
        self._surface.refresh()
        return had

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """Only an end."""
        return [("終わる", self._surface.leave_tool, True)]

    def paint_overlay(self, painter: QPainter) -> None:
        """The rectangle and its measures, or the snap mark alone."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        aim = self._aim
        if self._first is not None and aim is not None:
            corners = corners_of(self._first, aim.way[-1])
            paint_lines(painter, MapLine(corners).on(self._surface.view), self.color, True)
            shown = Aim(tuple(corners[1:]), aim.snapped)
            paint_measures(painter, self._surface, Sketch([self._first]), shown, True)
        if aim is not None and aim.snapped is not None:
            self._guide.snapper.paint(painter, aim.snapped)

    def _close(self, pointer: Pointer) -> None:
        first = self._first
        if first is None:
            return
        end = _squared(first, pointer.at) if pointer.shift else self._guide.take_place(pointer).way[-1]
        refusal = "角が一直線に並んでいます。離れた所をクリックしてください。"
        if first[0] != end[0] and first[1] != end[1]:
            self._first = None
            answer = self._finish(corners_of(first, end))
            if answer is None:
                self._surface.refresh()
                return
            self._first, refusal = first, answer
        self._surface.say(refusal)


def corners_of(first: Point, end: Point) -> list[Point]:
    """The four corners of a rectangle along the axes."""
    return [first, (end[0], first[1]), end, (first[0], end[1])]


def _squared(first: Point, at: Point) -> Point:
    """The corner of a square, as far away as the farther side."""
    dx, dy = at[0] - first[0], at[1] - first[1]
    side = max(abs(dx), abs(dy))
    return (first[0] + math.copysign(side, dx), first[1] + math.copysign(side, dy))
