"""Rectangles, and vertices given as numbers."""

from __future__ import annotations

import pyproj
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from test_drawing import click, draw, press
from waiting import settle

from chiiki_gis.core.coordinates import PlaneXY, parse_places
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.typed_vertices import VerticesDialog, put_places

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def shapes(window: MainWindow, role: Role) -> list[object]:
    return list(window.session.document.plan(role).geometry)


def test_two_clicks_draw_a_rectangle(window: MainWindow) -> None:
    QTest.keyClick(window.canvas, Qt.Key.Key_5)
    assert window.toolbox.current.id == "draw_box"
    QTest.mouseClick(window.canvas, LEFT, NONE, QPoint(200, 100))
    QTest.mouseClick(window.canvas, LEFT, NONE, QPoint(320, 180))
    (area,) = shapes(window, Role.PROMOTION_AREA)
    assert area.area == pytest.approx(120 * 80)  # type: ignore[attr-defined]
    window.made["undo"].trigger()
    assert shapes(window, Role.PROMOTION_AREA) == []


def test_a_drag_draws_a_rectangle_of_the_kind_that_was_drawn_last(window: MainWindow) -> None:
    window.made["draw_priority"].trigger()
    window.made["draw_box"].trigger()
    assert "重点地区" in window.toolbox.current.hint()
    QTest.mousePress(window.canvas, LEFT, NONE, QPoint(200, 100))
    QTest.mouseMove(window.canvas, QPoint(280, 150))
    settle()
    QTest.mouseRelease(window.canvas, LEFT, NONE, QPoint(320, 180))
    (area,) = shapes(window, Role.PRIORITY_DISTRICT)
    assert area.area == pytest.approx(120 * 80)  # type: ignore[attr-defined]


def test_escape_takes_the_corner_back_and_then_leaves(window: MainWindow) -> None:
    window.made["draw_box"].trigger()
    QTest.mouseClick(window.canvas, LEFT, NONE, QPoint(200, 100))
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "draw_box"
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "select"


def test_shift_makes_a_square(window: MainWindow) -> None:
    window.made["draw_box"].trigger()
    QTest.mouseClick(window.canvas, LEFT, NONE, QPoint(200, 100))
    QTest.mouseClick(window.canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, QPoint(320, 130))
    (area,) = shapes(window, Role.PROMOTION_AREA)
    assert area.area == pytest.approx(120 * 120)  # type: ignore[attr-defined]


def test_a_pasted_table_of_coordinates_puts_vertices_as_one_step(window: MainWindow) -> None:
    dialog = VerticesDialog(window)
    dialog.edit.setPlainText("K1\t100.125\t-50.5\nK2\t100.125\t80\nX -20 Y 80")
    assert dialog.accept_button.isEnabled()
    assert dialog.says.text() == "3 点"
    window.made["draw_promotion"].trigger()
    put_places(window.session, window.toolbox, dialog.places)
    sketch = window.toolbox.sketches["draw_promotion"].sketch
    assert sketch.vertices == [(-50.5, 100.125), (80, 100.125), (80, -20)]
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace)
    assert sketch.vertices == []
    window.made["undo"].trigger()
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    (area,) = shapes(window, Role.PROMOTION_AREA)
    assert area.area == pytest.approx(130.5 * 120.125 / 2)  # type: ignore[attr-defined]


def test_degrees_with_minutes_and_seconds_are_put_where_they_lie(window: MainWindow) -> None:
    dialog = VerticesDialog(window)
    dialog.edit.setPlainText("北緯36°00′10.5″ 東経138°30′20.25″")
    window.made["draw_promotion"].trigger()
    put_places(window.session, window.toolbox, dialog.places)
    to_plane = pyproj.Transformer.from_crs(6668, 6676, always_xy=True)
    expected = to_plane.transform(138 + 30 / 60 + 20.25 / 3600, 36 + 10.5 / 3600)
    ((x, y),) = window.toolbox.sketches["draw_promotion"].sketch.vertices
    assert (x, y) == pytest.approx(expected, abs=1e-3)


def test_a_line_that_is_no_place_is_named(window: MainWindow) -> None:
    dialog = VerticesDialog(window)
    dialog.edit.setPlainText("100 200\nここ")
    assert not dialog.accept_button.isEnabled()
    assert dialog.says.text() == "2 点目を座標として読めません。"


def test_a_facility_is_placed_by_its_coordinates(window: MainWindow) -> None:
    window.made["place_coworking"].trigger()
    put_places(window.session, window.toolbox, [PlaneXY(12.5, -7.25)])
    (place,) = shapes(window, Role.FACILITY)
    assert (place.x, place.y) == (-7.25, 12.5)  # type: ignore[attr-defined]


def test_numbers_are_not_taken_while_nothing_is_drawn(window: MainWindow) -> None:
    told = []
    window.session.noticed.connect(told.append)
    window.made["type_vertices"].trigger()
    assert [notice.what for notice in told] == ["座標を入力できません。"]


def test_empty_lines_do_not_count() -> None:
    assert parse_places("\n 1 2 \n\n") == [PlaneXY(1, 2)]


def test_undo_brings_the_first_corner_of_a_rectangle_back(window: MainWindow) -> None:
    draw(window, "draw_box", ((300, 200),))
    press(window, Qt.Key.Key_Escape)
    press(window, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "select"
    window.made["undo"].trigger()
    assert window.toolbox.current.id == "draw_box"
    click(window, (500, 350))
    assert window.session.document.plan(Role.PROMOTION_AREA).geometry.iloc[0].area == pytest.approx(200 * 150)
