"""Sketching a line for whoever needs one."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from test_drawing import click, press

from chiiki_gis.core.coordinates import parse_places
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.tools.sketch import Sketch
from chiiki_gis.ui.tools.sketch_paint import measures
from chiiki_gis.ui.typed_vertices import put_places

PATH = ((300, 200), (500, 200), (500, 350))


@pytest.fixture
def taken(window: MainWindow) -> list[shapely.LineString]:
    """The lines that a tool 「道を描く」 has given, which is in the hand."""
    lines: list[shapely.LineString] = []
    window.toolbox.add_line("draw_path", "道を描く", "#8a6d1d", lines.append)
    window.toolbox.choose("draw_path")
    return lines


def test_enter_gives_the_line_and_puts_the_tool_down(
    window: MainWindow, taken: list[shapely.LineString]
) -> None:
    for pixel in PATH:
        click(window, pixel)
    press(window, Qt.Key.Key_Return)
    assert [line.length for line in taken] == [pytest.approx(350)]
    assert window.toolbox.current.id == "select"


def test_a_double_click_gives_the_line_with_its_last_vertex_once(
    window: MainWindow, taken: list[shapely.LineString]
) -> None:
    for pixel in PATH:
        click(window, pixel)
    QTest.mouseDClick(
        window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(*PATH[-1])
    )
    assert [len(line.coords) for line in taken] == [3]


def test_a_line_may_come_back_to_its_first_vertex_without_ending_there(
    window: MainWindow, taken: list[shapely.LineString]
) -> None:
    for pixel in (*PATH, PATH[0]):
        click(window, pixel)
    assert taken == []
    press(window, Qt.Key.Key_Return)
    assert taken[0].is_ring


def test_one_vertex_is_no_line(window: MainWindow, taken: list[shapely.LineString]) -> None:
    click(window, PATH[0])
    press(window, Qt.Key.Key_Return)
    assert taken == []
    assert "あと 1 点" in window.canvas.said


def test_backspace_steps_back_and_undo_brings_a_line_back_that_was_left(
    window: MainWindow, taken: list[shapely.LineString]
) -> None:
    for pixel in PATH:
        click(window, pixel)
    press(window, Qt.Key.Key_Backspace)
    for _ in range(3):
        press(window, Qt.Key.Key_Escape)
    assert window.toolbox.current.id == "select"
    window.made["undo"].trigger()
    assert len(window.toolbox.sketches["draw_path"].sketch.vertices) == 3
    press(window, Qt.Key.Key_Return)
    assert len(taken) == 1


def test_a_refused_line_stays_in_the_hand(window: MainWindow) -> None:
    window.toolbox.add_line("draw_path", "道を描く", "#8a6d1d", lambda _line: "道路が短すぎます。")
    window.toolbox.choose("draw_path")
    for pixel in PATH:
        click(window, pixel)
    press(window, Qt.Key.Key_Return)
    assert window.canvas.said == "道路が短すぎます。"
    assert len(window.toolbox.sketches["draw_path"].sketch.vertices) == 3


def test_coordinates_given_as_numbers_are_vertices_of_the_line(
    window: MainWindow, taken: list[shapely.LineString]
) -> None:
    places = [place for place in parse_places("X 100 Y 0\nX 100 Y 250") if place is not None]
    put_places(window.session, window.toolbox, places)
    press(window, Qt.Key.Key_Return)
    assert taken[0].coords[:] == [(0.0, 100.0), (250.0, 100.0)]


def test_the_length_of_a_road_is_called_by_its_own_word() -> None:
    assert measures(Sketch([(0.0, 0.0)]), ((30.0, 40.0),), False, "延長") == ["延長 50.0 m"]
