"""Mouse and keys over the map."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from waiting import settle

from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

SQUARE = ((300, 200), (500, 200), (500, 350), (300, 350))
BOW_TIE = ((300, 200), (500, 350), (500, 200), (300, 350))


def click(window: MainWindow, pixel: tuple[int, int], held: Qt.KeyboardModifier | None = None) -> None:
    at = QPoint(*pixel)
    QTest.mouseMove(window.canvas, at)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, held or Qt.KeyboardModifier.NoModifier, at)


def press(window: MainWindow, key: Qt.Key) -> None:
    QTest.keyClick(window.canvas, key)


def draw(window: MainWindow, tool: str, pixels: tuple[tuple[int, int], ...]) -> None:
    window.made[tool].trigger()
    for pixel in pixels:
        click(window, pixel)


def count(window: MainWindow, role: Role) -> int:
    return len(window.session.document.plan(role))


def sketch_length(window: MainWindow, tool: str = "draw_promotion") -> int:
    return len(window.toolbox.sketches[tool].sketch.vertices)


@pytest.mark.parametrize(
    ("tool", "role"), [("draw_priority", Role.PRIORITY_DISTRICT), ("draw_promotion", Role.PROMOTION_AREA)]
)
def test_clicks_and_enter_draw_one_area_and_undo_takes_it_back(
    window: MainWindow, tool: str, role: Role
) -> None:
    draw(window, tool, SQUARE)
    press(window, Qt.Key.Key_Return)
    assert count(window, role) == 1
    assert window.session.document.plan(role).geometry.iloc[0].area == pytest.approx(200 * 150)
    assert window.toolbox.current.id == "select"
    window.made["undo"].trigger()
    assert count(window, role) == 0


def test_a_double_click_finishes(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:3])
    click(window, SQUARE[3])
    QTest.mouseDClick(
        window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*SQUARE[3])
    )
    assert count(window, Role.PROMOTION_AREA) == 1


def test_a_click_on_the_first_vertex_finishes(window: MainWindow) -> None:
    draw(window, "draw_promotion", (*SQUARE, (303, 202)))
    assert count(window, Role.PROMOTION_AREA) == 1


def test_backspace_and_delete_take_the_last_vertex_back(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE)
    press(window, Qt.Key.Key_Backspace)
    assert sketch_length(window) == 3
    window.made["delete"].trigger()
    assert sketch_length(window) == 2


def test_escape_steps_back_and_then_leaves_the_tool(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:2])
    press(window, Qt.Key.Key_Escape)
    assert sketch_length(window) == 1
    press(window, Qt.Key.Key_Escape)
    assert sketch_length(window) == 0
    press(window, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "select"


def test_undo_brings_a_cancelled_sketch_back_whole(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE)
    for _ in range(5):
        press(window, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "select"
    window.made["undo"].trigger()
    assert window.toolbox.current.id == "draw_promotion"
    assert sketch_length(window) == 4


def test_another_tool_does_not_lose_the_sketch(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:3])
    window.made["measure_distance"].trigger()
    window.made["undo"].trigger()
    assert sketch_length(window) == 3


def test_undo_while_drawing_takes_a_vertex_and_redo_puts_it_again(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE)
    window.made["undo"].trigger()
    assert sketch_length(window) == 3
    window.made["redo"].trigger()
    assert sketch_length(window) == 4


def test_a_crossing_line_is_refused_on_the_map_and_nothing_is_lost(window: MainWindow) -> None:
    draw(window, "draw_promotion", BOW_TIE)
    press(window, Qt.Key.Key_Return)
    assert count(window, Role.PROMOTION_AREA) == 0
    assert "交差" in window.canvas.said
    assert sketch_length(window) == 4


def test_two_vertices_are_too_few_for_an_area(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:2])
    press(window, Qt.Key.Key_Return)
    assert count(window, Role.PROMOTION_AREA) == 0
    assert "あと 1 点" in window.canvas.said


def test_shift_makes_right_angles(window: MainWindow) -> None:
    draw(window, "draw_promotion", ((300, 200), (500, 200)))
    click(window, (508, 350), Qt.KeyboardModifier.ShiftModifier)
    first, corner, last = window.toolbox.sketches["draw_promotion"].sketch.vertices
    assert (last[0] - corner[0]) * (corner[0] - first[0]) + (last[1] - corner[1]) * (
        corner[1] - first[1]
    ) == pytest.approx(0)


def test_the_context_menu_offers_finish_back_and_cancel(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE)
    actions = window.canvas.context_menu((400, 250)).actions()
    assert [action.text() for action in actions] == ["完了", "最後の頂点を戻す", "中止"]
    actions[0].trigger()
    assert count(window, Role.PROMOTION_AREA) == 1


def test_a_right_click_adds_no_vertex(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:2])
    QTest.mouseClick(window.canvas, Qt.MouseButton.RightButton, pos=QPoint(420, 300))
    assert sketch_length(window) == 2


def test_a_click_places_a_facility_of_the_preset_kind(window: MainWindow) -> None:
    draw(window, "place_trial_house", ((400, 300),))
    rows = window.session.document.plan(Role.FACILITY)
    assert list(rows["kind"]) == ["trial_house"]
    assert window.selection.fids == (int(rows.index[0]),)
    assert window.properties.shown is window.properties.facility


def test_a_site_replaces_the_point_of_the_selected_facility(window: MainWindow) -> None:
    draw(window, "place_coworking", ((400, 300),))
    draw(window, "draw_site", ((380, 280), (420, 280), (420, 320), (380, 320)))
    press(window, Qt.Key.Key_Return)
    rows = window.session.document.plan(Role.FACILITY)
    assert [shape.geom_type for shape in rows.geometry] == ["Polygon"]
    window.made["undo"].trigger()
    rows = window.session.document.plan(Role.FACILITY)
    assert [shape.geom_type for shape in rows.geometry] == ["Point"]


def test_dragging_the_picked_facility_is_one_change(window: MainWindow) -> None:
    draw(window, "place_coworking", ((400, 300),))
    window.toolbox.choose("select")
    before = len(window.session.history.undo_notes)
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    for x in (410, 430, 460):
        QTest.mouseMove(window.canvas, QPoint(x, 300))
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(460, 300))
    assert window.session.history.undo_notes[before:] == ("施設を動かす",)
    moved = window.session.document.plan(Role.FACILITY).geometry.iloc[0]
    assert window.canvas.to_pixel((moved.x, moved.y)) == pytest.approx((460, 300))


def test_a_click_selects_the_facility_before_the_area_below_it(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE)
    press(window, Qt.Key.Key_Return)
    draw(window, "place_coworking", ((400, 300),))
    window.toolbox.choose("select")
    window.selection.clear()
    click(window, (400, 300))
    assert window.selection.layer == "facility"
    click(window, (400, 300))
    assert window.selection.layer == "promotion_area"


def test_measuring_changes_nothing_in_the_plan(window: MainWindow) -> None:
    draw(window, "measure_area", SQUARE)
    press(window, Qt.Key.Key_Return)
    sketch = window.toolbox.sketches["measure_area"]
    assert sketch.sketch.area() == pytest.approx(200 * 150)
    assert not window.session.has_unsaved


def test_the_wheel_keeps_the_ground_under_the_cursor(window: MainWindow) -> None:
    canvas, at = window.canvas, QPointF(137, 411)
    before = canvas.to_map((at.x(), at.y()))
    wheel = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, wheel)
    assert canvas.view.metres_per_px < 1.0
    assert math.dist(canvas.to_map((at.x(), at.y())), before) < 1e-6


def test_the_middle_button_pans_while_drawing(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:2])
    center = window.canvas.view.center
    QTest.mousePress(window.canvas, Qt.MouseButton.MiddleButton, pos=QPoint(400, 300))
    QTest.mouseMove(window.canvas, QPoint(450, 330))
    QTest.mouseRelease(window.canvas, Qt.MouseButton.MiddleButton, pos=QPoint(450, 330))
    assert window.canvas.view.center == pytest.approx((center[0] - 50, center[1] + 30))
    assert window.toolbox.current.id == "draw_promotion"
    assert sketch_length(window) == 2


def test_the_previous_view_comes_back(window: MainWindow) -> None:
    canvas = window.canvas
    first = canvas.view
    canvas.views.settle()
    canvas.zoom(4)
    canvas.views.settle()
    canvas.previous_view()
    assert canvas.view == first
    canvas.next_view()
    assert canvas.view.metres_per_px == pytest.approx(first.metres_per_px / 4)


@pytest.mark.parametrize(
    "tool", ["select", "pan", "identify", "zoom_box", "draw_promotion", "place_coworking", "measure_area"]
)
def test_space_and_drag_pans_in_every_tool_without_leaving_it(window: MainWindow, tool: str) -> None:
    window.made[tool].trigger()
    before, in_hand = window.canvas.view.center, window.toolbox.current.id
    QTest.keyPress(window.canvas, Qt.Key.Key_Space)
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    QTest.mouseMove(window.canvas, QPoint(450, 330))
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(450, 330))
    QTest.keyRelease(window.canvas, Qt.Key.Key_Space)
    settle()
    assert window.canvas.view.center == pytest.approx((before[0] - 50, before[1] + 30))
    assert window.toolbox.current.id == in_hand
    assert count(window, Role.FACILITY) == 0


def test_a_scale_typed_in_full_width_is_shown(window: MainWindow) -> None:
    combo = window.status.scale
    combo.setEditText("１：７，５００")
    combo.lineEdit().returnPressed.emit()
    assert window.canvas.scale == pytest.approx(7500)


def test_the_key_6_measures_on_the_map_and_is_a_digit_elsewhere(window: MainWindow) -> None:
    press(window, Qt.Key.Key_6)
    assert window.toolbox.current.id == "measure_distance"
    window.made["select"].trigger()
    window.made["find"].trigger()
    QTest.keyClick(window.looking.search.edit, Qt.Key.Key_6)
    assert window.looking.search.edit.text() == "6"
    assert window.toolbox.current.id == "select"
