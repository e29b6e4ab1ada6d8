"""Picking several roads of a reference layer, to improve them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QPainter

from chiiki_gis.core.layer import Fid, NoRows
from chiiki_gis.core.role import Role
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.tools.boxing import Boxing
from chiiki_gis.ui.tools.tool import MenuEntry, Pointer, Surface, Tool, left_by_escape
from chiiki_gis.ui.under_cursor import drawn_only, features_at

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer

MOST_AT_ONCE = 1_000
"""So many roads are picked with one rectangle."""
_REACH_PX = 7.0


class RoadPickTool(Tool):
    """A click picks a road, with Shift one more, with Ctrl one less; a drag picks all that it touches."""

    id = "pick_roads"
    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(
        self,
        surface: Surface,
        selection: Selection,
        shown: Callable[[], Sequence[MapLayer]],
        done: Callable[[], object],
    ) -> None:
        self._surface, self._selection, self._shown, self._done = surface, selection, shown, done
        self._boxing = Boxing(surface)

    def hint(self) -> str:
        """Which gestures count now."""
        end = f"{len(self._selection.fids):,} 本　Enter で改良を決める　" if self._has_roads else ""
        return f"道路をクリック　Shift で追加　Ctrl で外す　ドラッグで囲む　{end}Esc で選択に戻ります"

    def stop(self) -> None:
        """The roads stay picked."""
        self._boxing.drop()

    def press(self, pointer: Pointer) -> None:
        """Remember where the button went down."""
        self._boxing.press(pointer)

    def move(self, pointer: Pointer) -> None:
        """With the button down, a rectangle."""
        self._boxing.move(pointer)

    def release(self, pointer: Pointer) -> None:
        """Pick what is under the mouse, or what the rectangle touches."""
        start, is_box = self._boxing.release()
        if start is not None and is_box:
            self._pick_box(start, pointer)
        elif start is not None:
            self._pick_one(pointer)
        self._surface.refresh()

    def key(self, event: QKeyEvent) -> bool:
        """Enter goes on with what is picked; Esc leaves."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._done()
            return True
        return left_by_escape(event, self._surface)

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """改良を決める first, as the likeliest."""
        return [
            ("改良を決める", self._done, self._has_roads),
            ("選択解除", self._selection.clear, self._has_roads),
            ("中止", self._surface.leave_tool, True),
        ]

    def paint_overlay(self, painter: QPainter) -> None:
        """The rectangle."""
        self._boxing.paint(painter)

    @property
    def _has_roads(self) -> bool:
        return any(entry.layer.id == self._selection.layer for entry in self._roads())

    def _roads(self) -> list[MapLayer]:
        return [
            entry
            for entry in self._shown()
            if entry.layer.role == Role.ROAD and not isinstance(entry.layer.frame, NoRows)
        ]

    def _pick_one(self, pointer: Pointer) -> None:
        found = features_at(self._roads(), pointer.at, self._surface.metres(_REACH_PX))
        if not found:
            self._surface.say(
                "ここに道路がありません。道路のレイヤを表示して、線の上をクリックしてください。"
            )
            return
        layer, fid = found[0]
        if pointer.ctrl:
            self._selection.remove(layer.id, fid)
        elif pointer.shift:
            self._selection.add(layer.id, fid)
        else:
            self._selection.pick(layer.id, (fid,))

    def _pick_box(self, start: Pointer, end: Pointer) -> None:
        from chiiki_gis.io.near import fids_in

        (x0, y0), (x1, y1) = start.at, end.at
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        roads = self._roads()
        # The topmost layer that has roads there; with Shift or Ctrl the one that roads are picked of.
        more = (start.shift or start.ctrl) and self._has_roads
        layers = [one for one in reversed(roads) if not more or one.layer.id == self._selection.layer]
        for entry in layers:
            boxed = drawn_only(entry, fids_in(entry.shapes, box))
            if len(boxed) > MOST_AT_ONCE:
                self._surface.say(
                    f"{len(boxed):,} 本を囲みました。一度に選べるのは {MOST_AT_ONCE:,} 本までです。"
                )
                return
            if boxed:
                self._take([Fid(fid) for fid in boxed], entry, start)
                return
        self._surface.say("囲んだ範囲に道路がありません。")

    def _take(self, boxed: Sequence[Fid], entry: MapLayer, start: Pointer) -> None:
        before = self._selection.fids if self._selection.layer == entry.layer.id else ()
        if start.ctrl:
            gone = set(boxed)
            kept = [fid for fid in before if fid not in gone]
        else:
            kept = [*(before if start.shift else ()), *boxed]
        self._selection.pick(entry.layer.id, tuple(dict.fromkeys(kept)))
