"""Where the map can go: bookmarks, coordinates, the overview."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from waiting import settle

from chiiki_gis.core.bookmarks import bookmarks_of
from chiiki_gis.core.coordinates import LatLon, PlaneXY
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.role import Role
from chiiki_gis.ui import recovery, work
from chiiki_gis.ui.coordinate_chip import CoordinateChip
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.overview import Overview
from chiiki_gis.ui.place_dialogs import BookmarksDialog, GoToDialog
from chiiki_gis.ui.view_actions import BOOKMARKS
from chiiki_gis.ui.work import FORMAT_WORDS


def names(window: MainWindow) -> list[str]:
    return [bookmark.name for bookmark in bookmarks_of(window.session.document.facts)]


def test_a_bookmark_brings_the_view_back(window: MainWindow) -> None:
    canvas = window.canvas
    window.looking.keep_bookmark("駅前")
    kept = canvas.view
    canvas.zoom(8)
    canvas.show_view(canvas.view.moved(500, 300))
    window.looking.go_to_bookmark(bookmarks_of(window.session.document.facts)[0])
    assert canvas.view.center == pytest.approx(kept.center)
    assert canvas.view.scale == pytest.approx(kept.scale)


def test_a_bookmark_is_one_undoable_step(window: MainWindow) -> None:
    window.looking.keep_bookmark("駅前")
    window.made["undo"].trigger()
    assert names(window) == []
    window.made["redo"].trigger()
    assert names(window) == ["駅前"]


def test_bookmarks_survive_saving_and_reopening_and_a_crash(window: MainWindow, saved: Path) -> None:
    window.looking.keep_bookmark("駅前")
    work.save(window.session, saved)
    window.looking.keep_bookmark("湖")
    work.open_project(window.session, saved)
    assert names(window) == ["駅前"]
    recovery.restore(window.session)
    assert names(window) == ["駅前", "湖"]


def test_the_menu_lists_the_bookmarks_and_goes_there(window: MainWindow) -> None:
    window.looking.keep_bookmark("駅前")
    center = window.canvas.view.center
    window.canvas.show_view(window.canvas.view.moved(500, 300))
    menu = window.made["bookmarks"].associatedObjects()
    found = next(m for m in menu if getattr(m, "title", lambda: "")() == BOOKMARKS.split("/")[1])
    found.aboutToShow.emit()  # type: ignore[attr-defined]  # a QMenu
    found.aboutToShow.emit()  # type: ignore[attr-defined]
    listed = [action for action in found.actions() if action.text() == "駅前"]
    assert len(listed) == 1
    listed[0].trigger()
    assert window.canvas.view.center == pytest.approx(center)


def test_the_dialog_renames_and_deletes_as_undoable_steps(window: MainWindow) -> None:
    for name in ("駅前", "湖"):
        window.looking.keep_bookmark(name)
    dialog = BookmarksDialog(window, window.session, window.looking.go_to_bookmark)
    dialog.list.item(0).setText("駅")
    assert names(window) == ["駅", "湖"]
    dialog.list.item(0).setText("  ")
    assert names(window) == ["駅", "湖"]
    assert dialog.list.item(0).text() == "駅"
    dialog.list.setCurrentRow(1)
    dialog.drop_button.click()
    assert names(window) == ["駅"]
    assert [dialog.list.item(row).text() for row in range(dialog.list.count())] == ["駅"]
    window.made["undo"].trigger()
    assert names(window) == ["駅", "湖"]
    dialog.deleteLater()


@pytest.mark.parametrize("fmt", FORMAT_WORDS)
def test_no_export_carries_a_bookmark(window: MainWindow, fmt: str, tmp_path: Path) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    window.looking.keep_bookmark("秘密の場所")
    work.export(session, fmt, tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for path in files:
        data = path.read_bytes()
        assert "秘密の場所".encode() not in data
        assert "秘密の場所".encode("cp932") not in data
        assert b"bookmarks" not in data


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("X=1204.5 Y=-25310.8", (-25310.8, 1204.5)),
        ("３６．０１０５２８，１３８．２１９２１４", (-25310.8, 1204.5)),
    ],
)
def test_one_goes_to_coordinates_and_a_cross_marks_them(
    window: MainWindow, typed: str, wanted: tuple[float, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(dialog: GoToDialog) -> int:
        dialog.edit.setText(typed)
        assert dialog.accept_button.isEnabled()
        return QDialog.DialogCode.Accepted

    monkeypatch.setattr(GoToDialog, "exec", fill)
    window.made["go_to"].trigger()
    assert window.canvas.view.center == pytest.approx(wanted, abs=0.06)
    assert window.looking.mark.place == pytest.approx(wanted, abs=0.06)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    assert window.looking.mark.place is None


def test_what_is_no_place_cannot_be_gone_to(window: MainWindow) -> None:
    dialog = GoToDialog(window, 6676)
    dialog.edit.setText("茅野市役所")
    assert not dialog.accept_button.isEnabled()
    assert "読めません" in dialog.says.text()
    dialog.deleteLater()


def test_a_place_in_degrees_and_in_metres_is_the_same(window: MainWindow) -> None:
    window.looking.go_to(PlaneXY(1204.5, -25310.8))
    first = window.canvas.view.center
    window.looking.go_to(LatLon(36.01052778, 138.21921440))
    assert window.canvas.view.center == pytest.approx(first, abs=0.01)


def test_the_chip_shows_either_coordinates_and_remembers_which(window: MainWindow) -> None:
    chip = window.status.coordinates
    chip.show_position(-25310.8, 1204.5)
    assert chip.text() == "X(北) 1,204.5　Y(東) −25,310.8"
    assert "北緯 36°00′37.90″" in chip.toolTip()
    chip.click()
    assert chip.text() == "緯度 36.010528　経度 138.219214"
    again = MainWindow(window.session)
    again.status.coordinates.show_crs(6676)
    again.status.coordinates.show_position(-25310.8, 1204.5)
    assert again.status.coordinates.text() == chip.text()
    again.canvas.stop()
    again.deleteLater()
    chip.click()
    assert chip.text().startswith("X(北)")


def test_what_the_chip_copies_can_be_pasted_as_a_place(window: MainWindow) -> None:
    from chiiki_gis.core.coordinates import parse_place

    chip = window.status.coordinates
    chip.show_position(-25310.8, 1204.5)
    menu = {action.text(): action for action in chip.menu().actions()}
    menu["座標をコピー"].trigger()
    assert parse_place(QApplication.clipboard().text()) == PlaneXY(1204.5, -25310.8)
    menu["度分秒でコピー"].trigger()
    place = parse_place(QApplication.clipboard().text())
    assert isinstance(place, LatLon)
    assert place.latitude == pytest.approx(36.010528, abs=3e-6)


def test_the_overview_shows_the_areas_and_moves_the_map(window: MainWindow) -> None:
    overview, session = window.looking.overview, window.session
    assert not overview.isVisible()
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 4000, 3000)))
    assert overview.isVisible()
    assert overview.view is not None
    scale = window.canvas.view.scale
    QTest.mouseClick(overview, Qt.MouseButton.LeftButton, pos=QPoint(60, 50))
    assert window.canvas.view.center == pytest.approx(overview.view.to_map(60, 50))
    assert window.canvas.view.scale == pytest.approx(scale)


def test_the_overview_is_drawn_again_only_when_its_layers_change(window: MainWindow) -> None:
    from chiiki_gis.core.edits import add_facility

    overview, session = window.looking.overview, window.session
    asked: list[object] = []
    ask = overview._loop.ask
    overview._loop.ask = lambda request: (asked.append(request), ask(request))  # type: ignore[assignment, func-returns-value]
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 4000, 3000)))
    window.canvas.zoom(2)
    session.apply(add_facility(session.document, "coworking", shapely.Point(10, 10)))
    assert len(asked) == 1
    session.undo()
    session.undo()
    assert not overview.isVisible()
    session.redo()
    assert len(asked) == 2


def test_the_overview_can_be_put_away_and_that_is_remembered(window: MainWindow) -> None:
    from chiiki_gis.settings import setting

    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 4000, 3000)))
    window.made["overview"].trigger()
    assert not window.looking.overview.isVisible()
    assert setting("overview", True) is False
    window.made["overview"].trigger()
    assert window.looking.overview.isVisible()
    assert setting("overview", True) is True


def test_the_north_arrow_says_where_true_north_is(window: MainWindow) -> None:
    window.looking.go_to(LatLon(36.0, 138.2))  # west of the zone's meridian 138°30′: 0.3° × sin 36° = 0°11′
    assert "真北は方眼北より 0°11′ 右（東）" in window.looking.north_words()
    window.looking.go_to(LatLon(36.0, 138.8))
    assert "真北は方眼北より 0°11′ 左（西）" in window.looking.north_words()


def test_the_overview_leaves_a_small_map_most_of_its_room(window: MainWindow) -> None:
    overview = window.findChild(Overview)
    assert overview is not None
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    window.resize(2400, 1000)
    settle()
    wide = overview.width()
    window.resize(1100, 700)
    settle()
    assert 110 <= overview.width() < wide == 190
    assert window.canvas.rect().contains(overview.geometry())


def test_the_chip_waits_for_the_crs_while_only_a_first_look_is_there(qgui: object) -> None:
    import pyproj

    chip = CoordinateChip()
    chip.show_position(10.0, 20.0)
    assert pyproj.__name__ in sys.modules
    assert chip.text() in ("X(北) 20.0　Y(東) 10.0", "緯度 —　経度 —")
