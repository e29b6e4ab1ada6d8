"""Picking polygons of reference layers, from which an area is then made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QKeyEvent, QPainter, QPainterPath, QPen

from chiiki_gis.core.area_parts import Pick
from chiiki_gis.core.layer import LayerId, NoRows
from chiiki_gis.core.role import Role
from chiiki_gis.ui.tools.boxing import Boxing
from chiiki_gis.ui.tools.strokes import MapLine
from chiiki_gis.ui.tools.tool import MenuEntry, Pointer, Surface, Tool
from chiiki_gis.ui.under_cursor import drawn_only, features_at

if TYPE_CHECKING:
    from chiiki_gis.core.layer import Layer
    from chiiki_gis.render.paint import MapLayer

Picks = tuple[Pick, ...]
MOST_AT_ONCE = 500
"""So many polygons are picked with one rectangle."""
_FIRST = (
    Role.TOWN, Role.LOT, Role.AREA_DIVISION, Role.ZONING, Role.URBAN_PLANNING_AREA,
    Role.QUASI_URBAN_PLANNING_AREA, Role.ORDINANCE_OVERLAY, Role.MUNICIPALITY, Role.FARMLAND,
    Role.PROTECTED_AREA, Role.HAZARD, Role.REFERENCE,
)  # fmt: skip
"""The layers areas are built from, the likeliest first."""
_ADDED, _TAKEN = QColor(31, 74, 160), QColor(192, 22, 29)


class PickTool(Tool):
    """A click picks the polygon of `layer` there or lets it go; a drag picks all that it touches.

    picks      what is picked, in order
    layer      the layer that counts now; takes_out: further picks are subtracted
    says.changed   the picks, or the layer, are others than before; says.done: make the area
    """

    id = "build_area"
    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(
        self,
        surface: Surface,
        shown: Callable[[], Sequence[MapLayer]],
        remember: Callable[[PickTool, Picks], object],
    ) -> None:
        self._surface, self._shown, self._remember = surface, shown, remember
        self.says = _Says()
        self.layer: LayerId | None = None
        self.takes_out = False
        self.picks: Picks = ()
        self._before: list[Picks] = []
        self._after: list[Picks] = []
        self._boxing = Boxing(surface)
        self._outlines: dict[tuple[object, LayerId, int], QPainterPath] = {}

    def layers(self) -> list[Layer]:
        """The shown layers with polygons that can be picked, the likeliest first."""
        found = [
            entry.layer
            for entry in reversed(self._shown())
            if entry.layer.role in _FIRST
            and not isinstance(entry.layer.frame, NoRows)
            and "polygon" in entry.shapes.kinds
        ]
        return sorted(found, key=lambda layer: _FIRST.index(layer.role))

    def hint(self) -> str:
        """Which gestures count now."""
        layer = next((one.name for one in self.layers() if one.id == self.layer), None)
        if layer is None:
            return "ポリゴンから区域を作る：町丁目や用途地域など、面のレイヤを表示してください"
        verb = "除く" if self.takes_out else "加える"
        end = "Enter で区域を作る　" if self.picks else ""
        return f"「{layer}」の{verb}区画をクリック　もう一度クリックで外す　ドラッグで囲む　{end}Esc で戻る"

    def look_for(self, layer: LayerId | None, takes_out: bool) -> None:
        """From now on clicks pick of this layer, to add or to take out."""
        self.layer, self.takes_out = layer, takes_out
        self._surface.refresh()

    def start(self) -> None:
        """Take the likeliest layer where none that is shown is chosen."""
        shown = [layer.id for layer in self.layers()]
        if self.layer not in shown:
            self.layer = shown[0] if shown else None
        self.says.changed.emit()

    def stop(self) -> None:
        """Leaving keeps the picks, so that 元に戻す can bring them back."""
        if self.picks:
            self._remember(self, self.picks)
        self.forget()

    def forget(self) -> None:
        """Begin anew: nothing is picked, nothing can be taken back."""
        self.picks, self._before, self._after = (), [], []
        self.takes_out = False
        self._boxing.drop()
        self._outlines.clear()
        self.says.changed.emit()

    def restore(self, picks: Picks) -> None:
        """Bring picks back that were left."""
        self._before, self._after = [], []
        self._show(picks)

    def press(self, pointer: Pointer) -> None:
        """Remember where the button went down."""
        self._boxing.press(pointer)

    def move(self, pointer: Pointer) -> None:
        """With the button down, a rectangle."""
        self._boxing.move(pointer)

    def release(self, pointer: Pointer) -> None:
        """Pick what is under the mouse, or what the rectangle touches."""
        start, is_box = self._boxing.release()
        entry = next((e for e in self._shown() if e.layer.id == self.layer), None)
        if start is None or entry is None:
            self._surface.refresh()
            return
        if is_box:
            self._pick_box(entry, start, pointer)
        else:
            self._pick_one(entry, pointer)
        self._surface.refresh()

    def key(self, event: QKeyEvent) -> bool:
        """Enter makes the area, Backspace takes the last step back, Esc lets all go and then leaves."""
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.says.done.emit()
        elif key == Qt.Key.Key_Backspace:
            self.undo()
        elif key == Qt.Key.Key_Escape:
            self._escape()
        else:
            return False
        return True

    def delete(self) -> bool:
        """Delete takes the last step back."""
        return self.undo()

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether a step can be done again."""
        return bool(self._after)

    def undo(self) -> bool:
        """Take the last step back."""
        if not self._before:
            return False
        self._after.append(self.picks)
        self._show(self._before.pop())
        return True

    def redo(self) -> bool:
        """Do the step again that was taken back last."""
        if not self._after:
            return False
        self._before.append(self.picks)
        self._show(self._after.pop())
        return True

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """区域を作る first, as the likeliest."""
        picked = bool(self.picks)
        return [
            ("区域を作る", self.says.done.emit, picked),
            ("最後の選択を戻す", self.undo, self.can_undo),
            ("選択をすべて外す", lambda: self._step(()), picked),
            ("中止", self._surface.leave_tool, True),
        ]

    def paint_overlay(self, painter: QPainter) -> None:
        """What is picked: blue where it is added, hatched red where it is taken out."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pick in self.picks:
            color = _TAKEN if pick.takes_out else _ADDED
            path = self._outline(pick)
            painter.setPen(QPen(color, 2.2))
            tint = QColor(color)
            tint.setAlpha(150 if pick.takes_out else 70)
            style = Qt.BrushStyle.BDiagPattern if pick.takes_out else Qt.BrushStyle.SolidPattern
            painter.setBrush(QBrush(tint, style))
            painter.drawPath(path)
        self._boxing.paint(painter)

    def _pick_one(self, entry: MapLayer, pointer: Pointer) -> None:
        found = features_at([entry], pointer.at, 0.0)
        if not found:
            self._surface.say(f"「{entry.layer.name}」の区画がここにありません。")
            return
        fid = int(found[0][1])
        known = next((p for p in self.picks if (p.layer, p.fid) == (entry.layer.id, fid)), None)
        others = tuple(p for p in self.picks if p is not known)
        if known is not None and known.takes_out == self.takes_out and not pointer.shift:
            self._step(others)
        elif not pointer.ctrl:
            self._step((*others, Pick(entry.layer.id, fid, self.takes_out)))
        elif known is not None:
            self._step(others)

    def _pick_box(self, entry: MapLayer, start: Pointer, end: Pointer) -> None:
        from chiiki_gis.io.near import fids_in

        (x0, y0), (x1, y1) = start.at, end.at
        box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        fids = drawn_only(entry, fids_in(entry.shapes, box))
        if len(fids) > MOST_AT_ONCE:
            self._surface.say(
                f"{len(fids):,} 区画を囲みました。一度に選べるのは {MOST_AT_ONCE} 区画までです。"
            )
            return
        boxed = {(entry.layer.id, fid) for fid in fids}
        others = tuple(p for p in self.picks if (p.layer, p.fid) not in boxed)
        if start.ctrl:
            self._step(others)
        else:
            self._step((*others, *(Pick(entry.layer.id, fid, self.takes_out) for fid in fids)))

    def _escape(self) -> None:
        if self._boxing.is_drawing:
            self._boxing.drop()
            self._surface.refresh()
        elif self.picks:
            self._step(())
        else:
            self._surface.leave_tool()

    def _step(self, picks: Picks) -> None:
        if picks != self.picks:
            self._before.append(self.picks)
            self._after.clear()
            self._show(picks)

    def _show(self, picks: Picks) -> None:
        self.picks = picks
        self.says.changed.emit()
        self._surface.refresh()

    def _outline(self, pick: Pick) -> QPainterPath:
        """The rings of a picked polygon in logical pixels of the map now."""
        from chiiki_gis.io.near import lines_near

        view = self._surface.view
        key = (view, pick.layer, pick.fid)
        known = self._outlines.get(key)
        if known is not None:
            return known
        path = QPainterPath()
        entry = next((e for e in self._shown() if e.layer.id == pick.layer), None)
        if entry is not None:
            lines = lines_near(entry.shapes, pick.fid)
            for first, last in zip(lines.starts[:-1].tolist(), lines.starts[1:].tolist(), strict=True):
                path.addPolygon(MapLine(lines.xy[first:last]).on(view))
        if len(self._outlines) > 4 * MOST_AT_ONCE:
            self._outlines.clear()
        self._outlines[key] = path
        return path


class _Says(QObject):
    """What a tool tells of itself."""

    changed = Signal()
    done = Signal()
