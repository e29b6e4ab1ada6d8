"""Taking a lot (筆) as the site of a facility, with one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QPolygonF

from chiiki_gis.core.edits import set_geometry
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.tables import read_shape
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.tool import MenuEntry, Point, Pointer, Surface, Tool, left_by_escape
from chiiki_gis.ui.words import area_both

if TYPE_CHECKING:
    from chiiki_gis.ui.under_cursor import Hit

_FACILITY = LayerId(Role.FACILITY.value)


class LotTool(Tool):
    """One click makes a lot the site; with Shift, further lots are added to it."""

    id = "pick_lot"
    cursor = Qt.CursorShape.PointingHandCursor

    def __init__(
        self,
        surface: Surface,
        session: Session,
        selection: Selection,
        lot_at: Callable[[Point], Hit | None],
    ) -> None:
        self._surface, self._session, self._selection = surface, session, selection
        self._lot_at = lot_at
        self._under: tuple[object, Any] = (None, None)
        self.target: Fid | None = None

    def hint(self) -> str:
        """How to pick lots."""
        return "敷地にする筆をクリックします　Shift＋クリックで筆を加えます　Esc で選択に戻ります"

    def stop(self) -> None:
        """Forget what was under the mouse."""
        self._under = (None, None)

    def move(self, pointer: Pointer) -> None:
        """Show the lot under the mouse."""
        self._look(pointer.at)
        self._surface.refresh()

    def press(self, pointer: Pointer) -> None:
        """Take the lot."""
        if pointer.button != "left":
            return
        self._look(pointer.at)
        if self._under[1] is None:
            self._surface.say("ここには、表示している筆がありません。")
            return
        if self._take(self._under[1], adds=pointer.shift) and not pointer.shift:
            self._surface.leave_tool()

    def key(self, event: QKeyEvent) -> bool:
        """Esc leaves the tool."""
        return left_by_escape(event, self._surface)

    def menu(self, pointer: Pointer) -> list[MenuEntry]:
        """An end."""
        return [("終わる", self._surface.leave_tool, True)]

    def paint_overlay(self, painter: QPainter) -> None:
        """The outline of the lot under the mouse, and how big it is."""
        shape = self._under[1]
        if shape is None:
            return
        painter.setPen(QPen(QColor("#8a6d1d"), 2))
        painter.setBrush(QColor(214, 170, 60, 70))
        for part in getattr(shape, "geoms", (shape,)):
            ring = [QPointF(*self._surface.to_pixel((x, y))) for x, y, *_ in part.exterior.coords]
            painter.drawPolygon(QPolygonF(ring))
        middle = shape.representative_point()
        at = QPointF(*self._surface.to_pixel((middle.x, middle.y)))
        draw_label(painter, at, [area_both(shape.area)])

    def _look(self, at: Point) -> None:
        import shapely

        hit = self._lot_at(at)
        key = None if hit is None else (hit[0].id, hit[1])
        if key == self._under[0]:
            return
        shape = None
        if hit is not None:
            try:
                shape = shapely.force_2d(read_shape(hit[0].reference, hit[1]))
            except KeyError:
                shape = None
            except ChiikiError as error:
                self._session.tell_error(error)
        if shape is not None and shape.geom_type not in ("Polygon", "MultiPolygon"):
            shape = None
        self._under = (key, shape)

    def _take(self, lot: Any, *, adds: bool) -> bool:
        """Make a lot the site, or add it; the vertices are those of the lot to the last bit."""
        import shapely

        document, picked = self._session.document, self._selection.single
        fid = picked if picked is not None and self._selection.layer == _FACILITY else self.target
        if fid is None or fid not in document.plan(Role.FACILITY).index:
            self._session.tell(NO_FACILITY)
            return False
        now = document.plan(Role.FACILITY).geometry.loc[fid]
        has_site = now is not None and now.geom_type in ("Polygon", "MultiPolygon")
        shape = shapely.union_all([now, lot]) if adds and has_site else lot
        if shape.geom_type not in ("Polygon", "MultiPolygon") or not shape.is_valid:
            self._surface.say("この筆の形は面として使えません。「敷地を描く」で描いてください。")
            return False
        note = "筆を敷地に加える" if adds and has_site else "筆を敷地にする"
        self._session.apply(set_geometry(document, _FACILITY, fid, shape, note))
        self._selection.pick(_FACILITY, (fid,))
        return True


NO_FACILITY = Notice(
    "筆を選べませんでした。",
    "敷地をもつ施設が選ばれていません。",
    "先に施設を一つクリックして選んでください。",
    "warning",
)
NO_LOTS = Notice(
    "筆を選べませんでした。",
    "筆のレイヤがないか、表示していません。",
    "「データを追加」で登記所備付地図などを加えるか、「筆・敷地」を表示してください。敷地は描くこともできます。",
    "warning",
)
