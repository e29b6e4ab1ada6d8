"""The map widget: shows the last picture at once, asks for a better one, and hands the mouse to the tool."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QEnterEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from chiiki_gis.core.layer import LayerId
from chiiki_gis.render.view import Extent, View
from chiiki_gis.ui.import_map import ImportScene
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.overlays import Highlight, paint_corner, paint_highlight, paint_hint
from chiiki_gis.ui.render_loop import GROUND, Picture, RenderLoop, Request
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.tools.tool import Point, Pointer, Tool, pointer_of, pointer_with
from chiiki_gis.ui.view_history import ViewHistory
from chiiki_gis.ui.zooming import fitted, within_limits, zoomed

_KEY_STEP_PX = 80.0
_WHEEL_NOTCH = 120.0
_ZOOM_PER_NOTCH = 1.35
_MOST_STRETCH = 32.0
"""A picture that is stretched further shows nothing but its darkest line."""
_HELD_KEYS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt)
_ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Canvas(QWidget):
    """Panning and zooming work in every tool; everything else belongs to the tool in the hand."""

    view_changed = Signal()
    pointed = Signal(float, float)
    painted = Signal()
    leave_tool_asked = Signal()
    hint_changed = Signal(str)
    stopped = Signal()

    def __init__(self, scene: Scene | ImportScene) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 160)
        self.view = View(0.0, 0.0, 10.0, 1.0, 1.0)
        self.highlight = Highlight()
        self._scene = scene
        self._tool: Tool | None = None
        self._picture: Picture | None = None
        self._reference_highlight: dict[LayerId, frozenset[int]] = {}
        self._said = ""
        self._panning: QPointF | None = None
        self._pointer: Pointer | None = None
        self._space_held = False
        self._was_fitted: Extent | None = None
        self._render_later = Later(self, self._ask_for_picture)
        self.views = ViewHistory(self, lambda: self.view)
        self.overlays: list[Callable[[QPainter, View], None]] = []
        self.loop = RenderLoop()
        self.loop.rendered.connect(self._take)
        scene.changed.connect(self._follow_scene)

    # What tools may ask (tools.tool.Surface)

    def to_map(self, pixel: Point) -> Point:
        """Project coordinates under a logical pixel."""
        return self.view.to_map(*pixel)

    def to_pixel(self, at: Point) -> Point:
        """The logical pixel of project coordinates."""
        return self.view.to_px(*at)

    def metres(self, pixels: float) -> float:
        """What a distance on screen is on the ground."""
        return pixels * self.view.metres_per_px

    def refresh(self) -> None:
        """Draw the overlay again."""
        self._tell_hint()
        self.update()

    def say(self, text: str) -> None:
        """Show a sentence on the map until the next click or key."""
        self._said = text
        self.refresh()

    def leave_tool(self) -> None:
        """Go back to 選択."""
        self.leave_tool_asked.emit()

    @property
    def tool_id(self) -> str:
        """The tool in the hand, empty when there is none."""
        return self._tool.id if self._tool is not None else ""

    @property
    def said(self) -> str:
        """The sentence on the map, empty for the tool's own hint."""
        return self._said

    def take_tool(self, tool: Tool) -> None:
        """Hand the mouse to a tool."""
        self._tool = tool
        self._said = ""
        self._show_cursor()
        self.setFocus()
        self.refresh()

    # The view

    def show_view(self, view: View) -> None:
        """Show another piece of ground: the last picture moves at once, a new one is asked for."""
        if view == self.view:
            return
        self.view = view
        self.views.move()
        self.render_again()
        self.view_changed.emit()

    def fit(self, bounds: Extent, closest: float = 0.25) -> None:
        """Show all of some bounds."""
        self._was_fitted = bounds if self.width() < 300 else None
        self.show_view(fitted(self.view, bounds, closest))

    def zoom(self, factor: float) -> None:
        """Zoom around the middle."""
        self.show_view(zoomed(self.view, factor, (self.width() / 2, self.height() / 2)))

    @property
    def is_settled(self) -> bool:
        """True when the picture on screen is the final one of what should be seen."""
        picture = self._picture
        if picture is None or picture.rough or picture.view != self.view:
            return False
        return picture.request.layers is self._scene.layers

    @property
    def scale(self) -> float:
        """The denominator of the scale on this screen, by its logical resolution."""
        return self.view.scale

    def set_scale(self, scale: float) -> None:
        """Show the middle at a scale."""
        self.show_view(within_limits(self.view.with_scale(scale)))

    def previous_view(self) -> None:
        """Go back to where the map was."""
        self._jump(self.views.previous())

    def next_view(self) -> None:
        """Go forth again."""
        self._jump(self.views.next())

    def render_again(self) -> None:
        """Ask for a picture of what is shown when the present event has been dealt with."""
        self._render_later.ask()
        self.update()

    def _follow_scene(self) -> None:
        """Over a picture an edit is painted at once, while the journal is written and the panels follow."""
        if self._picture is not None and self._picture.view == self.view:
            self._ask_for_picture()
        else:
            self.render_again()

    def _ask_for_picture(self) -> None:
        if self.width() > 1 and self._scene.layers:
            ratio = self.devicePixelRatioF()
            self.loop.ask(Request(self.view, self._scene.layers, ratio, self._reference_highlight))
        elif not self._scene.layers:
            self._picture = None
            self.update()

    def show_selected(self, highlight: Highlight, references: dict[LayerId, frozenset[int]]) -> None:
        """Mark what is selected: plan features over the map, reference features in its picture."""
        self.highlight = highlight
        if references != self._reference_highlight:
            self._reference_highlight = references
            self.render_again()
        self.refresh()

    def stop(self) -> None:
        """End the render thread."""
        self.loop.stop()
        self.stopped.emit()

    def _jump(self, view: View | None) -> None:
        if view is not None:
            size = (self.width(), self.height())
            self.view = view if size == (view.width_px, view.height_px) else view.resized(*size)
            self.render_again()
            self.view_changed.emit()

    def _take(self, picture: Picture) -> None:
        if not self._scene.layers:  # all were hidden while it was painted
            return
        self._picture = picture
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """The last picture moved to where it belongs now, then what the tool draws over it."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        if self._picture is not None:
            self._paint_picture(painter, self._picture)
        if self._scene.layers:
            paint_highlight(painter, self.view, self.highlight)
            if self._tool is not None:
                painter.save()
                self._tool.paint_overlay(painter)
                painter.restore()
            for overlay in self.overlays:
                overlay(painter, self.view)
            paint_corner(painter, self.view)
            paint_hint(painter, self.width(), self._said or self._hint(), bool(self._said))
        painter.end()
        self.painted.emit()

    def _paint_picture(self, painter: QPainter, picture: Picture) -> None:
        left, top = self.view.to_px(picture.view.west, picture.view.north)
        grown = picture.view.metres_per_px / self.view.metres_per_px
        if grown == 1.0:
            painter.drawImage(QPointF(left, top), picture.image)
            return
        if not 1 / _MOST_STRETCH < grown < _MOST_STRETCH:
            return
        size = (picture.view.width_px * grown, picture.view.height_px * grown)
        painter.drawImage(QRectF(left, top, *size), picture.image)

    def _hint(self) -> str:
        return self._tool.hint() if self._tool is not None and self._tool.id != "select" else ""

    def _tell_hint(self) -> None:
        self.hint_changed.emit((self._tool.note() or self._tool.hint()) if self._tool is not None else "")

    # Events

    def event(self, event: QEvent) -> bool:
        """Paint as finely as the screen is to which the window was moved."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.render_again()
        is_alt = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt
        if is_alt and event.type() == QEvent.Type.ShortcutOverride and self._wants_alt:
            event.accept()  # else the menu bar takes the keyboard when Alt is let go
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the centre."""
        px_per_mm = self.logicalDpiX() / 25.4
        if self.view.px_per_mm != px_per_mm:
            self.view = replace(self.view, px_per_mm=px_per_mm)
        self.view = self.view.resized(self.width(), self.height())
        if self._was_fitted is not None:
            bounds, self._was_fitted = self._was_fitted, None
            self.fit(bounds)
        self.render_again()
        self.view_changed.emit()
        super().resizeEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor; sideways wheels pan."""
        notches = event.angleDelta().y() / _WHEEL_NOTCH
        if notches:
            at = event.position()
            self.show_view(zoomed(self.view, _ZOOM_PER_NOTCH**notches, (at.x(), at.y())))
        elif event.angleDelta().x():
            self.show_view(self.view.moved(event.angleDelta().x() / 2, 0))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start panning, or hand the press to the tool."""
        self._said = ""
        left_pans = self._space_held or (self._tool is not None and self._tool.id == "pan")
        left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (left and left_pans):
            self._panning = event.position()
            self._show_cursor()
        elif self._tool is not None:
            self._tool.press(pointer_of(event, self.to_map))
        self._tell_hint()
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or hand the move to the tool."""
        at = event.position()
        if self._panning is not None:
            moved = at - self._panning
            self._panning = at
            self.show_view(self.view.moved(moved.x(), moved.y()))
        elif self._tool is not None:
            self._pointer = pointer_of(event, self.to_map)
            self._tool.move(self._pointer)
        self.pointed.emit(*self.to_map((at.x(), at.y())))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Stop panning, or hand the release to the tool."""
        if self._panning is not None:
            self._panning = None
            self._show_cursor()
        elif self._tool is not None:
            self._tool.release(pointer_of(event, self.to_map))
        self._tell_hint()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hand the double click to the tool."""
        if event.button() == Qt.MouseButton.LeftButton and self._tool is not None and not self._space_held:
            self._tool.double_click(pointer_of(event, self.to_map))
        else:
            self.mousePressEvent(event)
        self._tell_hint()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The tool's menu; a right click does nothing else."""
        if self._tool is None or not self._scene.layers:
            return
        at = (float(event.pos().x()), float(event.pos().y()))
        menu = self.context_menu(at)
        if not menu.isEmpty():
            menu.exec(event.globalPos())

    def context_menu(self, pixel: Point) -> QMenu:
        """The tool's menu at a pixel."""
        menu = QMenu(self)
        entries = self._tool.menu(Pointer(self.to_map(pixel), pixel)) if self._tool is not None else []
        for text, call, possible in entries:
            menu.addAction(text, call).setEnabled(possible)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The tool first, then Space to pan, arrows to move, + and − to zoom."""
        self._said = ""
        self._hold(event)
        key = Qt.Key(event.key())
        if self._tool is not None and self._tool.key(event):
            self._tell_hint()
        elif key == Qt.Key.Key_Space:
            self._space_held = True
            self._show_cursor()
        elif key in _ARROWS:
            dx, dy = _ARROWS[key]
            self.show_view(self.view.moved(dx * _KEY_STEP_PX, dy * _KEY_STEP_PX))
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Semicolon):
            self.zoom(math.sqrt(2))
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / math.sqrt(2))
        else:
            super().keyPressEvent(event)
        self.update()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go, or a key that the tool looks at."""
        self._hold(event)
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._show_cursor()
        super().keyReleaseEvent(event)

    @property
    def _wants_alt(self) -> bool:
        return self._tool is not None and self._tool.wants_alt

    def _hold(self, event: QKeyEvent) -> None:
        """Shift, Ctrl or Alt went down or up: the tool sees it without the mouse moving."""
        is_held = event.key() in _HELD_KEYS and not event.isAutoRepeat()
        if is_held and self._tool is not None and self._pointer is not None and self.underMouse():
            there = replace(self._pointer, at=self.to_map(self._pointer.pixel))
            self._tool.move(pointer_with(there, event.modifiers()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes to the next field, unless the tool has a use for it."""
        return not (self._tool is not None and self._tool.wants_tab) and super().focusNextPrevChild(forward)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The cursor may have changed while the mouse was away."""
        self._show_cursor()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """A held Space may be released elsewhere."""
        self._space_held = False
        super().leaveEvent(event)

    def _show_cursor(self) -> None:
        shapes = Qt.CursorShape
        if self._panning is not None:
            self.setCursor(QCursor(shapes.ClosedHandCursor))
        elif self._space_held:
            self.setCursor(QCursor(shapes.OpenHandCursor))
        elif self._tool is not None:
            self.setCursor(QCursor(self._tool.cursor))
