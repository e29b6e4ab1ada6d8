"""Picking features with a click; a picked facility point can be dragged."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from chiiki_gis.core.edits import set_geometry
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import words
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.deleting import delete_and_tell, tell_deleted
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.snapper import Snapper
from chiiki_gis.ui.tools.tool import MenuEntry, Point, Pointer, Surface, Tool
from chiiki_gis.ui.tools.trial import Trial, Tried
from chiiki_gis.ui.tools.vertex_hand import VertexHand
from chiiki_gis.ui.tools.zoom_box import Rubber

_FACILITY = LayerId(Role.FACILITY.value)
_SAME_PLACE_PX = 4.0
_REACH_PX = 7.0


class Picker(Protocol):
    """Finds features under the mouse."""

    def plan_hits(self, at: Point, reach_m: float) -> list[tuple[LayerId, Fid]]:
        """Plan features at a place, the one most likely meant first."""

    def show_reference(self, at: Point, reach_m: float) -> None:
        """Show what reference layers say at a place."""

    def identify(self, at: Point, reach_m: float) -> None:
        """List the features of all layers at a place."""

    def zoom_to_selection(self) -> None:
        """Fill the map with what is selected."""


class SelectTool(Tool):
    """Click picks, Shift adds, Ctrl removes; a second click at the same place picks what lies below."""

    id = "select"

    def __init__(
        self,
        surface: Surface,
        session: Session,
        selection: Selection,
        picker: Picker,
        snapper: Snapper,
        more: Callable[[], list[MenuEntry]],
        tried: Tried,
    ) -> None:
        self._more, self._tried = more, tried
        self.hand = VertexHand(surface, session, selection, snapper, tried)
        self._surface, self._session, self._selection, self._picker = surface, session, selection, picker
        self._pressed: Pointer | None = None
        self._last_click: Point | None = None
        self._dragged_to: Point | None = None
        self._rubber: Rubber | None = None
        self._turn = 0
        """Told where the picked facility is held, and None when it is let go."""

    def hint(self) -> str:
        """How to pick."""
        if self._selection.layer == _FACILITY and self._selection.single is not None:
            return "クリックで選択　選んだ施設はドラッグで動かせます　Delete で削除"
        if hint := self.hand.hint():
            return hint
        again = "同じ所をもう一度クリックで下の地物"
        return f"クリックで選択　Shift で追加　Ctrl で解除　{again}　Shift＋ドラッグで拡大"

    @property
    def wants_alt(self) -> bool:
        """Alt suspends snapping while a vertex is dragged."""
        return self.hand.is_holding

    def stop(self) -> None:
        """Let go of what was dragged."""
        self._let_go()
        self._pressed = self._dragged_to = self._rubber = None
        self.hand.cancel()

    def press(self, pointer: Pointer) -> None:
        """Remember where the button went down."""
        self._pressed = pointer if pointer.button == "left" else None
        self._dragged_to = None
        if self._pressed is not None:
            self.hand.press(pointer)

    def move(self, pointer: Pointer) -> None:
        """Drag the picked facility point; with Shift, a rectangle to zoom to."""
        start = self._pressed
        if start is None:
            self.hand.hover(pointer)
            return
        if self.hand.is_holding:
            self.hand.drag(pointer)
            return
        if start.shift:
            self._rubber = Rubber(start.pixel, pointer.pixel, start.alt)
            self._surface.refresh()
            return
        if not self._session.is_open or not self._grabs(start):
            return
        if self._dragged_to is not None or math.dist(pointer.pixel, start.pixel) > _SAME_PLACE_PX:
            self._dragged_to = pointer.at
            self._try(pointer.at)
            self._surface.refresh()

    def release(self, pointer: Pointer) -> None:
        """Put the dragged point down, or pick."""
        start, dragged, rubber = self._pressed, self._dragged_to, self._rubber
        self._pressed = self._dragged_to = self._rubber = None
        if start is None or not self._session.is_open or self.hand.drop():
            return
        if rubber is not None and rubber.is_drag:
            rubber.apply(self._surface)
        elif dragged is not None:
            self._put_down(dragged)
        elif math.dist(start.pixel, pointer.pixel) <= _SAME_PLACE_PX:
            self._pick(pointer)

    def double_click(self, pointer: Pointer) -> None:
        """Zoom to what was picked."""
        if self._selection.fids:
            self._picker.zoom_to_selection()

    def key(self, event: QKeyEvent) -> bool:
        """Esc stops dragging, then lets the selection go."""
        if event.key() != Qt.Key.Key_Escape:
            return False
        if self._dragged_to is not None or self._rubber is not None:
            self.stop()
        elif not self.hand.cancel():
            self._selection.clear()
        self._surface.refresh()
        return True

    def delete(self) -> bool:
        """Delete the picked vertex, else the picked plan features unless their layer is locked; one step."""
        if self.hand.active is not None:
            if self.hand.delete():
                tell_deleted(self._session)
            return True
        layer_id = self._selection.layer
        if layer_id is None or not self._session.document.layer(layer_id).is_plan:
            return False
        if self._session.document.layer(layer_id).is_locked:
            self._surface.say("レイヤに鍵がかかっているので、削除できません。")
            return False
        delete_and_tell(self._session, layer_id, self._selection.fids)
        return True

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """What can be done with the selection."""
        layer_id = self._selection.layer
        layer = None if layer_id is None else self._session.document.layer(layer_id)
        can_delete = layer is not None and layer.is_plan and not layer.is_locked
        return [
            *self.hand.menu(pointer),
            ("選択部分にズーム", self._picker.zoom_to_selection, layer_id is not None),
            ("削除", self.delete, can_delete),
            ("選択解除", self._selection.clear, layer_id is not None),
            *self._more(),
        ]

    def paint_overlay(self, painter: QPainter) -> None:
        """The rectangle to zoom to, or the point being dragged and how far it has come."""
        if self._rubber is not None and self._rubber.is_drag:
            self._rubber.paint(painter)
        if self._dragged_to is None or self._pressed is None:
            self.hand.paint(painter)
            return
        start = QPointF(*self._surface.to_pixel(self._pressed.at))
        end = QPointF(*self._surface.to_pixel(self._dragged_to))
        painter.setPen(QPen(QColor("#0b7a75"), 1.4, Qt.PenStyle.DashLine))
        painter.drawLine(start, end)
        painter.setBrush(QColor(11, 122, 117, 160))
        painter.drawEllipse(QRectF(end.x() - 9, end.y() - 9, 18, 18))
        moved = math.dist(self._pressed.at, self._dragged_to)
        draw_label(painter, end + QPointF(16, -10), [f"移動 {words.length(moved)}"], centered=False)

    def _pick(self, pointer: Pointer) -> None:
        reach = self._surface.metres(_REACH_PX)
        hits = self._picker.plan_hits(pointer.at, reach)
        same = self._last_click is not None and math.dist(self._last_click, pointer.pixel) <= _SAME_PLACE_PX
        self._turn = self._turn + 1 if same else 0
        self._last_click = pointer.pixel
        if not hits:
            if not (pointer.shift or pointer.ctrl):
                self._selection.clear()
        else:
            layer_id, fid = hits[self._turn % len(hits)]
            if pointer.shift:
                self._selection.add(layer_id, fid)
            elif pointer.ctrl:
                self._selection.remove(layer_id, fid)
            else:
                self._selection.pick(layer_id, (fid,))
        self._picker.show_reference(pointer.at, reach)

    def _let_go(self) -> None:
        if self._dragged_to is not None:
            self._tried(None)

    def _grabs(self, start: Pointer) -> bool:
        fid = self._selection.single
        if self._selection.layer != _FACILITY or fid is None:
            return False
        if self._session.document.layer(_FACILITY).is_locked:
            return False
        shape = self._session.document.plan(Role.FACILITY).geometry.loc[fid]
        if shape is None or shape.geom_type != "Point":
            return False
        return math.dist((shape.x, shape.y), start.at) <= self._surface.metres(12)

    def _try(self, at: Point) -> None:
        import shapely

        fid = self._selection.single
        if fid is not None:
            self._tried(Trial(_FACILITY, fid, shapely.Point(at)))

    def _put_down(self, at: Point) -> None:
        import shapely

        fid = self._selection.single
        if fid is not None:
            change = set_geometry(self._session.document, _FACILITY, fid, shapely.Point(at), "施設を動かす")
            self._session.apply(change)
        self._tried(None)
