"""範囲を拡大: a rectangle drawn over the map fills it, or the map shrinks into the rectangle."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from chiiki_gis.ui.tools.tool import Point, Pointer, Surface, Tool
from chiiki_gis.ui.zooming import shrunk_into, zoomed, zoomed_to

DRAG_PX = 4.0
"""A button that moved no farther was clicked."""
_CLICK_ZOOM = 2.0


@dataclass(frozen=True)
class Rubber:
    """A rectangle between two logical pixels; `outward` shrinks the map into it."""

    start: Point
    end: Point
    outward: bool = False

    @property
    def is_drag(self) -> bool:
        """True when it was meant as a rectangle."""
        return math.dist(self.start, self.end) > DRAG_PX

    def apply(self, surface: Surface) -> None:
        """Zoom the map by it; a click zooms by two at its place."""
        view = surface.view
        if not self.is_drag:
            factor = 1 / _CLICK_ZOOM if self.outward else _CLICK_ZOOM
            surface.show_view(zoomed(view, factor, self.end))
        elif self.outward:
            surface.show_view(shrunk_into(view, self.start, self.end))
        else:
            surface.show_view(zoomed_to(view, self.start, self.end))

    def paint(self, painter: QPainter) -> None:
        """The rectangle with a white edge inside a dark one, so that it is seen on every ground."""
        box = QRectF(QPointF(*self.start), QPointF(*self.end)).normalized()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(QColor(31, 74, 160, 28))
        painter.setPen(QPen(QColor(255, 255, 255, 230), 3))
        painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.DashLine if self.outward else Qt.PenStyle.SolidLine
        painter.setPen(QPen(QColor("#1f4aa0"), 1.4, style))
        painter.drawRect(box)


class ZoomBoxTool(Tool):
    """One rectangle or click, then the tool that was in the hand goes on where it was."""

    id = "zoom_box"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, surface: Surface, give_back: Callable[[], None]) -> None:
        self._surface = surface
        self._give_back = give_back
        self._rubber: Rubber | None = None
        self.interrupted: Tool | None = None

    def hint(self) -> str:
        """Both directions."""
        return "ドラッグで囲んだ範囲を拡大　Alt または右ボタンのドラッグで縮小　Esc でやめます"

    def stop(self) -> None:
        """Forget the rectangle."""
        self._rubber = None

    def press(self, pointer: Pointer) -> None:
        """Begin a rectangle."""
        if pointer.button != "none":
            outward = pointer.alt or pointer.button == "right"
            self._rubber = Rubber(pointer.pixel, pointer.pixel, outward)

    def move(self, pointer: Pointer) -> None:
        """Let it follow the mouse."""
        if self._rubber is not None:
            self._rubber = Rubber(self._rubber.start, pointer.pixel, self._rubber.outward)
            self._surface.refresh()

    def release(self, pointer: Pointer) -> None:
        """Zoom, and give the hand back after the context menu that Windows sends now."""
        rubber, self._rubber = self._rubber, None
        if rubber is None:
            return
        drawn = Rubber(rubber.start, pointer.pixel, rubber.outward)
        if drawn.is_drag or pointer.button != "right":  # a right click does nothing in any tool
            drawn.apply(self._surface)
            QTimer.singleShot(0, self._give_back)

    def key(self, event: QKeyEvent) -> bool:
        """Esc lets the rectangle go, then the tool."""
        if event.key() != Qt.Key.Key_Escape:
            return False
        if self._rubber is None:
            self._give_back()
        self.stop()
        self._surface.refresh()
        return True

    def paint_overlay(self, painter: QPainter) -> None:
        """The rectangle over what the interrupted tool has drawn."""
        if self.interrupted is not None:
            painter.save()
            self.interrupted.paint_overlay(painter)
            painter.restore()
        if self._rubber is not None and self._rubber.is_drag:
            self._rubber.paint(painter)
