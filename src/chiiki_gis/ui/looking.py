"""Looking at the map: where to go, what is there, and the small map in its corner."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QHelpEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from chiiki_gis.core.bookmarks import Bookmark, add_bookmark, bookmarks_of, free_name
from chiiki_gis.core.coordinates import LatLon, Place, parse_place
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.search import candidate
from chiiki_gis.render.view import View
from chiiki_gis.settings import keep_setting, setting
from chiiki_gis.ui.actions import Action
from chiiki_gis.ui.commands import Commands
from chiiki_gis.ui.find_sources import (
    Found,
    PlaceNames,
    bookmark_candidates,
    command_candidates,
    layer_candidates,
    plan_candidates,
)
from chiiki_gis.ui.geodetic import convergence_deg, to_plane
from chiiki_gis.ui.hover import Hover
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.overlays import north_arrow_box
from chiiki_gis.ui.overview import Overview
from chiiki_gis.ui.place_dialogs import BookmarksDialog, GoToDialog, LineDialog, place_words
from chiiki_gis.ui.place_mark import PlaceMark
from chiiki_gis.ui.search_box import SearchBox
from chiiki_gis.ui.tools.tool import Point
from chiiki_gis.ui.words import unmarked

_OVERVIEW = "overview"
_NEAR_M_PER_PX = 2.0
"""So near one comes when going to a point, unless one is nearer already."""


class Looking(QObject):
    """What the actions of 表示 do beyond the map itself."""

    def __init__(self, window: QWidget, commands: Commands) -> None:
        super().__init__(window)
        self._window, self._commands = window, commands
        self._session, self._canvas = commands.session, commands.canvas
        self._table: Sequence[Action] = ()
        self._made: dict[str, QAction] = {}
        self.hover = Hover(self._canvas, commands.scene, self._session)
        self.mark = PlaceMark(self._canvas)
        self.overview = Overview(self._canvas, commands.scene)
        self.names = PlaceNames(self._session, commands.scene)
        self.search = SearchBox(window, self._canvas, self._candidates, self._places)
        self.names.arrived.connect(self.search.renew)
        self._session.opened.connect(lambda: self.mark.show(None))
        self._canvas.installEventFilter(self)

    def take_actions(self, table: Sequence[Action], made: dict[str, QAction], bookmarks: QMenu) -> None:
        """The window's actions are there: search them, and list the bookmarks in their menu."""
        self._table, self._made = table, made
        made["overview"].setChecked(setting(_OVERVIEW, True))
        self.overview.want(made["overview"].isChecked())
        fixed = len(bookmarks.actions())
        bookmarks.aboutToShow.connect(lambda: self._list_bookmarks(bookmarks, fixed))

    def find(self) -> None:
        """どこでも検索."""
        self.search.open()

    def toggle_overview(self) -> None:
        """全体図, remembered."""
        wanted = self._made["overview"].isChecked()
        keep_setting(_OVERVIEW, wanted)
        self.overview.want(wanted)

    # Bookmarks

    def add_bookmark(self) -> None:
        """Ask for a name and keep what is shown now."""
        facts = self._session.document.facts
        suggested = free_name(bookmarks_of(facts), "ブックマーク")
        dialog = LineDialog(
            self._window,
            "空間ブックマークに追加",
            "追加する",
            "いまの表示範囲を、計画と一緒に覚えておきます。名前を付けてください。",
            suggested,
        )
        if dialog.exec() and dialog.text:
            self.keep_bookmark(dialog.text)

    def keep_bookmark(self, name: str) -> None:
        """Keep what is shown now under a name; one undoable step."""
        view = self._canvas.view
        bookmark = Bookmark(name, view.center, view.scale)
        self._session.apply(add_bookmark(self._session.document.facts, bookmark))

    def go_to_bookmark(self, bookmark: Bookmark) -> None:
        """Show what a bookmark has kept."""
        view = self._canvas.view
        self._canvas.show_view(
            View.at_scale(bookmark.center, bookmark.scale, view.width_px, view.height_px, view.px_per_mm)
        )

    def manage_bookmarks(self) -> None:
        """空間ブックマークの整理."""
        BookmarksDialog(self._window, self._session, self.go_to_bookmark).exec()

    def _list_bookmarks(self, menu: QMenu, fixed: int) -> None:
        for action in menu.actions()[fixed:]:
            menu.removeAction(action)
            action.deleteLater()
        found = bookmarks_of(self._session.document.facts) if self._session.is_open else ()
        if found:
            menu.addSeparator()
        for bookmark in found:
            menu.addAction(unmarked(bookmark.name), partial(self.go_to_bookmark, bookmark))

    # Coordinates

    def go_to_coordinates(self) -> None:
        """座標へ移動."""
        dialog = GoToDialog(self._window, self._session.document.header.epsg)
        if dialog.exec():
            place = parse_place(dialog.text)
            if place is not None:
                self.go_to(place)

    def go_to(self, place: Place) -> None:
        """Show a place in the middle, with a cross on it."""
        at = self._on_plane(place)
        if at is None:
            self._session.tell(
                Notice(
                    "まだ緯度経度では移動できません。",
                    "座標を変換する部品を読み込んでいるところです。",
                    "数秒待ってから、もう一度お試しください。",
                )
            )
            return
        view = self._canvas.view
        near = min(view.scale, _NEAR_M_PER_PX * view.px_per_mm * 1000)
        self._canvas.show_view(View.at_scale(at, near, view.width_px, view.height_px, view.px_per_mm))
        self.mark.show(at)

    def _on_plane(self, place: Place) -> Point | None:
        if isinstance(place, LatLon):
            return to_plane(self._session.document.header.epsg, place)
        return (place.y, place.x)

    # Searching

    def _candidates(self) -> Sequence[Found]:
        found: list[Found] = []
        if self._session.is_open:
            found.extend(plan_candidates(self._session, self._show))
            found.extend(bookmark_candidates(self._session, self.go_to_bookmark))
            found.extend(self.names.candidates(self._show))
            found.extend(layer_candidates(self._session.document.layers, self._commands.zoom_to_layer))
        found.extend(command_candidates(self._table, self._made))
        return found

    def _places(self, text: str) -> Sequence[Found]:
        place = parse_place(text) if self._session.is_open else None
        if place is None:
            return ()
        return (candidate(place_words(place), "座標へ移動", 0, lambda: self.go_to(place)),)

    def _show(self, layer: LayerId, fids: tuple[Fid, ...]) -> None:
        self._commands.selection.pick(layer, fids)
        self._commands.zoom_to_selection()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The north arrow says which north it means."""
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        if not self._session.is_open or not north_arrow_box(self._canvas.view).contains(event.pos()):
            return False
        QToolTip.showText(event.globalPos(), self.north_words(), self._canvas)
        return True

    def north_words(self) -> str:
        """What the arrow points at, and how far true north is from it here."""
        turn = convergence_deg(self._session.document.header.epsg, self._canvas.view.center)
        words = "地図の上は、平面直角座標系の北（方眼北）です。"
        if turn is None:
            return words
        minutes = round(abs(turn) * 60)
        if minutes == 0:
            return f"{words}\nここでは真北と同じです。"
        side = "右（東）" if turn > 0 else "左（西）"
        angle = f"{minutes // 60}°{minutes % 60:02d}′"
        return f"{words}\nここでは、真北は方眼北より {angle} {side}に寄っています。"
