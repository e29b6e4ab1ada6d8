"""情報: a click lists every feature below it, of all layers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from chiiki_gis.ui.tools.tool import MenuEntry, Point, Pointer, Surface, Tool, left_by_escape

REACH_PX = 7.0


class IdentifyTool(Tool):
    """Changes nothing; what was found stands in the right dock."""

    id = "identify"
    cursor = Qt.CursorShape.WhatsThisCursor

    def __init__(self, surface: Surface, identify: Callable[[Point, float], None]) -> None:
        self._surface = surface
        self._identify = identify

    def hint(self) -> str:
        """Where the answer is shown."""
        return "クリックした所にある地物を、すべてのレイヤから右の欄に並べます　Esc で選択に戻ります"

    def press(self, pointer: Pointer) -> None:
        """Ask what is here."""
        if pointer.button == "left":
            self._identify(pointer.at, self._surface.metres(REACH_PX))

    def key(self, event: QKeyEvent) -> bool:
        """Esc leaves the tool."""
        return left_by_escape(event, self._surface)

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """The same by menu, and an end."""
        ask = lambda: self._identify(pointer.at, self._surface.metres(REACH_PX))  # noqa: E731
        return [("ここの地物を調べる", ask, True), ("終わる", self._surface.leave_tool, True)]
