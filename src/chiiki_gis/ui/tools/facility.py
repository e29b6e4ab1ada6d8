"""Placing a facility of a preset kind with one click."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from chiiki_gis.core.role import KINDS
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.tool import MenuEntry, Point, Pointer, Surface, Tool, left_by_escape

if TYPE_CHECKING:
    from chiiki_gis.ui.under_cursor import Hit


class FacilityTool(Tool):
    """One click puts one facility; the tool stays, so that several can be placed."""

    id = "facility"
    cursor = Qt.CursorShape.CrossCursor

    def __init__(
        self,
        surface: Surface,
        place: Callable[[str, Point, Hit | None], None],
        house_at: Callable[[Point], Hit | None],
    ) -> None:
        self._surface = surface
        self._place, self._house_at = place, house_at
        self._at: Point | None = None
        self._is_on_house = False
        self.kind = "coworking"

    def hint(self) -> str:
        """Which kind is placed."""
        house = "空き家の上では空き家に合わせます（Alt で休みます）"
        return f"{KINDS[self.kind]}を置く：クリックで置きます　{house}　Esc で選択に戻ります"

    def stop(self) -> None:
        """Forget where the mouse was."""
        self._at = None

    def press(self, pointer: Pointer) -> None:
        """Place the facility."""
        if pointer.button == "left":
            self._place(self.kind, pointer.at, self._under(pointer))

    def put(self, at: Point) -> None:
        """Place the facility at coordinates given as numbers."""
        self._place(self.kind, at, None)

    def move(self, pointer: Pointer) -> None:
        """Let the ghost follow the mouse."""
        self._at = pointer.at
        self._is_on_house = self._under(pointer) is not None
        self._surface.refresh()

    def key(self, event: QKeyEvent) -> bool:
        """Esc leaves the tool."""
        return left_by_escape(event, self._surface)

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """Another kind, or an end."""
        kinds: list[MenuEntry] = [
            (f"{word}を置く", partial(self._switch, kind), kind != self.kind) for kind, word in KINDS.items()
        ]
        return [*kinds, ("終わる", self._surface.leave_tool, True)]

    def paint_overlay(self, painter: QPainter) -> None:
        """A pale mark under the mouse with the kind's name."""
        if self._at is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = QPointF(*self._surface.to_pixel(self._at))
        painter.setPen(QPen(QColor("#ffffff"), 2))
        painter.setBrush(QColor(11, 122, 117, 150))
        painter.drawEllipse(QRectF(at.x() - 9, at.y() - 9, 18, 18))
        lines = [KINDS[self.kind], *(["空き家に合わせます"] if self._is_on_house else [])]
        draw_label(painter, at + QPointF(16, -10), lines, centered=False)

    def _under(self, pointer: Pointer) -> Hit | None:
        return None if pointer.alt else self._house_at(pointer.at)

    def _switch(self, kind: str) -> None:
        self.kind = kind
        self._surface.refresh()
