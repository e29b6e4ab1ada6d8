"""図面の位置合わせ: points on the scan and on the map, until the plan lies right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from dropping import asking, drop
from pictures import write_picture
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from waiting import settle

from chiiki_gis.core.role import Role
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.scan_window import ScanWindow


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    values = np.full((3, 200, 300), 180, "u1")
    return write_picture(tmp_path / "図面.png", values, driver="PNG", crs=None, transform=None)


@pytest.fixture
def placing(window: MainWindow, scan: Path) -> ScanWindow:
    window.commands.place_scan(scan)
    settle()
    (found,) = window.findChildren(ScanWindow)
    return found


def put(placing: ScanWindow, column: float, row: float, text: str) -> None:
    """A point whose ground is typed."""
    placing.picture.clicked.emit(column, row)
    placing.typed.setText(text)
    placing.typed.returnPressed.emit()
    settle()


def put_corners(placing: ScanWindow) -> None:
    """Half a metre a pixel, from 100 m east, 900 m north; X is north."""
    for column, row in ((0, 0), (300, 0), (300, 200), (0, 200)):
        put(placing, column, row, f"X {900 - row / 2} Y {100 + column / 2}")


def test_a_click_on_the_scan_and_one_on_the_map_make_a_point(window: MainWindow, placing: ScanWindow) -> None:
    middle = placing.picture.to_widget((150.0, 100.0))
    QTest.mouseClick(placing.picture, Qt.MouseButton.LeftButton, pos=middle.toPoint())
    assert placing.picture.waiting == pytest.approx((150, 100), abs=1)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    settle()
    (point,) = placing.points
    assert (point.east, point.north) == pytest.approx(window.canvas.to_map((200.0, 150.0)))
    assert placing.picture.waiting is None
    assert not placing.done.isEnabled()


def test_a_drag_moves_the_scan_and_makes_no_point(placing: ScanWindow) -> None:
    view = placing.picture
    before = view.to_picture(QPointF(50, 50))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(view, QPoint(130, 100))
    QTest.mouseMove(view, QPoint(140, 100))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(140, 100))
    assert view.waiting is None
    assert view.to_picture(QPointF(50, 50))[0] < before[0]


def test_residuals_and_their_root_mean_square_stand_in_metres(placing: ScanWindow) -> None:
    put_corners(placing)
    assert placing.fit is not None
    assert [placing.table.item(n, 5).text() for n in range(4)] == ["0.00"] * 4
    assert "RMSE 0.00 m（4点）" in placing.says.text()
    assert placing.fit.to_ground(150, 100) == pytest.approx((175, 850))


def test_exactly_as_many_points_as_needed_are_said_to_prove_nothing(placing: ScanWindow) -> None:
    for column, row in ((0, 0), (300, 0), (300, 200)):
        put(placing, column, row, f"X {900 - row / 2} Y {100 + column / 2}")
    assert "必ず0" in placing.says.text()
    placing.method.setCurrentIndex(placing.method.findData("similarity"))
    placing.method.activated.emit(0)
    assert "RMSE" in placing.says.text()


def test_a_wrong_point_is_named_and_can_be_left_out(placing: ScanWindow) -> None:
    put_corners(placing)
    put(placing, 150, 100, "X 950 Y 175")
    assert "5番の点が合っていない" in placing.says.text()
    assert placing.table.item(4, 5).foreground().color().name() == "#c0161d"
    placing.table.item(4, 0).setCheckState(Qt.CheckState.Unchecked)
    settle()
    assert "RMSE 0.00 m（4点）" in placing.says.text()
    assert placing.table.item(4, 5).text() == "100.00"


def test_steps_with_points_are_taken_back_one_by_one(placing: ScanWindow) -> None:
    put_corners(placing)
    placing.table.item(0, 3).setText("950")
    settle()
    assert placing.points[0].north == 950
    placing.undo()
    assert placing.points[0].north == 900
    placing.table.selectRow(1)
    placing.drop_point()
    assert len(placing.points) == 3
    placing.undo()
    assert len(placing.points) == 4
    placing.table.item(0, 3).setText("北")
    settle()
    assert placing.points[0].north == 900


def test_the_copy_comes_onto_the_map_in_one_step_and_the_scan_is_untouched(
    window: MainWindow, placing: ScanWindow, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, steps = scan.read_bytes(), len(window.session.history.undo_notes)
    put_corners(placing)
    out = tmp_path / "写し.tif"
    monkeypatch.setattr(Files, "save", lambda *_args: out)
    placing.done.click()
    settle()
    (layer,) = window.session.document.references(Role.RASTER)
    assert layer.reference.bounds == pytest.approx((100, 800, 250, 900))
    assert len(window.session.history.undo_notes) == steps + 1
    assert scan.read_bytes() == before
    assert placing._paint not in window.canvas.overlays
    window.session.undo()
    assert not window.session.document.references(Role.RASTER)


def test_a_copy_is_opened_again_with_its_points(
    window: MainWindow, placing: ScanWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_corners(placing)
    out = tmp_path / "写し.tif"
    monkeypatch.setattr(Files, "save", lambda *_args: out)
    points = placing.points
    placing.done.click()
    settle()
    window.commands.place_scan(out)
    settle()
    again = [w for w in window.findChildren(ScanWindow) if w.isVisible()][-1]
    assert again.points == points
    again.close()


def test_a_dropped_scan_without_a_place_leads_to_placing_it(window: MainWindow, scan: Path) -> None:
    dialog = drop(window, scan)
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text() == "位置を合わせる..."]
    button.click()
    assert asking(window) == []
    assert [w.isVisible() for w in window.findChildren(ScanWindow)] == [True]


def test_zooming_in_asks_for_the_part_in_sight(window: MainWindow, tmp_path: Path) -> None:
    asked: list[tuple[float, float, float, float]] = []
    scan = write_picture(tmp_path / "大.tif", np.full((1, 2_500, 4_000), 90, "u1"), crs=None)
    window.commands.place_scan(scan)
    settle()
    (placing,) = window.findChildren(ScanWindow)
    view = placing.picture
    view._ask_closer = lambda window, _size: asked.append(window)
    view._ask()
    assert asked == []
    view._scale = 2.0
    view.centre((3_000.0, 1_000.0))
    view._ask()
    ((left, top, width, height),) = asked
    assert left < 3_000 < left + width
    assert top < 1_000 < top + height
    placing.close()


def test_an_answer_that_comes_when_the_window_is_closed_is_dropped(
    window: MainWindow, placing: ScanWindow, scan: Path
) -> None:
    from chiiki_gis.io.scans import look_at_scan

    placing.close()
    settle()
    placing._take_look(look_at_scan(scan))
    assert placing._paint not in window.canvas.overlays


def test_files_that_were_dropped_with_a_scan_are_asked_about_too(
    window: MainWindow, scan: Path, tmp_path: Path
) -> None:
    other = tmp_path / "航空写真.tif"
    write_picture(other, np.full((3, 60, 60), 120, "u1"))
    dialog = drop(window, scan, other)
    next(b for b in dialog.findChildren(QPushButton) if b.text() == "位置を合わせる...").click()
    (dialog,) = asking(window)
    assert "航空写真.tif" in dialog.windowTitle()
    dialog.reject()
