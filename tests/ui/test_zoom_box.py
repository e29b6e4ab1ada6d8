"""範囲を拡大: it interrupts the tool in the hand and never takes it away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from waiting import settle

from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def drag(
    window: MainWindow,
    start: tuple[int, int],
    end: tuple[int, int],
    button: Qt.MouseButton = LEFT,
    held: Qt.KeyboardModifier = PLAIN,
) -> None:
    canvas = window.canvas
    QTest.mousePress(canvas, button, held, QPoint(*start))
    at = QPointF(*end)
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), Qt.MouseButton.NoButton, button, held
    )
    QApplication.sendEvent(canvas, move)
    QTest.mouseRelease(canvas, button, held, QPoint(*end))
    settle()


def click(window: MainWindow, at: tuple[int, int]) -> None:
    QTest.mouseClick(window.canvas, LEFT, PLAIN, QPoint(*at))


def test_a_rectangle_fills_the_map(window: MainWindow) -> None:
    canvas = window.canvas
    wanted = canvas.to_map((300, 250))
    before = canvas.view.metres_per_px
    window.made["zoom_box"].trigger()
    drag(window, (200, 200), (400, 300))
    assert canvas.view.center == pytest.approx(wanted)
    assert canvas.view.metres_per_px == pytest.approx(
        before * max(200 / canvas.width(), 100 / canvas.height())
    )


@pytest.mark.parametrize(("button", "held"), [(RIGHT, PLAIN), (LEFT, ALT)])
def test_right_or_alt_shrinks_the_map_into_the_rectangle(
    window: MainWindow, button: Qt.MouseButton, held: Qt.KeyboardModifier
) -> None:
    canvas = window.canvas
    before = canvas.view
    window.made["zoom_box"].trigger()
    drag(window, (100, 100), (300, 200), button, held)
    west, south, east, north = before.extent
    left, top = canvas.to_pixel((west, north))
    right, bottom = canvas.to_pixel((east, south))
    assert (left + right) / 2 == pytest.approx(200)
    assert (top + bottom) / 2 == pytest.approx(150)
    assert max((right - left) / 200, (bottom - top) / 100) == pytest.approx(1)
    assert window.toolbox.current.id == "select"


def test_a_sketch_goes_on_where_it_was(window: MainWindow) -> None:
    window.made["draw_promotion"].trigger()
    click(window, (300, 200))
    click(window, (500, 200))
    window.made["zoom_box"].trigger()
    assert window.toolbox.working.id == "draw_promotion"
    drag(window, (250, 150), (550, 400))
    sketch = window.toolbox.sketches["draw_promotion"]
    assert window.toolbox.current is sketch
    assert window.made["draw_promotion"].isChecked()
    assert len(sketch.sketch.vertices) == 2
    click(window, (300, 400))
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    assert len(window.session.document.plan(Role.PROMOTION_AREA)) == 1


def test_undo_while_it_is_in_the_hand_takes_a_vertex_of_the_sketch(window: MainWindow) -> None:
    window.made["draw_promotion"].trigger()
    click(window, (300, 200))
    click(window, (500, 200))
    window.made["zoom_box"].trigger()
    window.made["undo"].trigger()
    assert len(window.toolbox.sketches["draw_promotion"].sketch.vertices) == 1


def test_escape_gives_the_tool_back(window: MainWindow) -> None:
    window.made["measure_distance"].trigger()
    view = window.canvas.view
    window.made["zoom_box"].trigger()
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "measure_distance"
    assert window.canvas.view == view


def test_another_tool_ends_it_and_the_sketch_can_be_brought_back(window: MainWindow) -> None:
    window.made["draw_promotion"].trigger()
    click(window, (300, 200))
    click(window, (500, 200))
    window.made["zoom_box"].trigger()
    window.made["measure_area"].trigger()
    assert window.toolbox.current.id == window.toolbox.working.id == "measure_area"
    window.made["undo"].trigger()
    assert len(window.toolbox.sketches["draw_promotion"].sketch.vertices) == 2


def test_a_click_zooms_by_two_at_its_place(window: MainWindow) -> None:
    canvas = window.canvas
    before, place = canvas.view.metres_per_px, canvas.to_map((300, 200))
    window.made["zoom_box"].trigger()
    click(window, (300, 200))
    assert canvas.view.metres_per_px == pytest.approx(before / 2)
    assert canvas.to_map((300, 200)) == pytest.approx(place)


def test_shift_and_drag_in_select_zooms_and_keeps_the_selection(window: MainWindow) -> None:
    import shapely

    session, canvas = window.session, window.canvas
    session.apply(add_facility(session.document, "coworking", shapely.Point(canvas.to_map((300, 200)))))
    click(window, (300, 200))
    picked = window.selection.fids
    before = canvas.view.metres_per_px
    drag(window, (300, 200), (500, 300), held=SHIFT)
    assert canvas.view.metres_per_px < before
    assert window.selection.fids == picked == (1,)
    assert len(session.history.undo_notes) == 1  # the facility under the mouse was not dragged
    assert window.toolbox.current.id == "select"


def test_however_small_the_rectangle_the_map_does_not_vanish(window: MainWindow) -> None:
    before = window.canvas.view.metres_per_px
    window.made["zoom_box"].trigger()
    drag(window, (100, 100), (106, 106), RIGHT)
    assert window.canvas.view.metres_per_px <= before * 32.001
