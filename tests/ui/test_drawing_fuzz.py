"""A thousand random keys and mouse events while drawing: 元に戻す always gets the sketch back."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from reference_layers import add_references
from waiting import settle

from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.tools.sketch_tool import SketchTool

EVENTS = 1_000
KEYS = (
    Qt.Key.Key_Escape, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Delete, Qt.Key.Key_S, Qt.Key.Key_T,
    Qt.Key.Key_Tab, Qt.Key.Key_Z, Qt.Key.Key_Left, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_4,
    Qt.Key.Key_6, Qt.Key.Key_1, Qt.Key.Key_A,
)  # fmt: skip
HELD = (
    Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton)


def move_or_press(window: MainWindow, chance: random.Random) -> None:
    """One random event. Ctrl goes with Z and Y only: with other keys it opens dialogs."""
    canvas = window.canvas
    at = QPoint(chance.randrange(canvas.width()), chance.randrange(canvas.height()))
    what, held = chance.random(), chance.choice(HELD)
    if what < 0.35:
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(at), canvas.mapToGlobal(QPointF(at)),
            Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, held,
        )  # fmt: skip
        QApplication.sendEvent(canvas, move)
    elif what < 0.75:
        QTest.mouseClick(canvas, chance.choice(BUTTONS), held, at)
    elif what < 0.78:
        QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, held, at)
    else:
        QTest.keyClick(canvas, chance.choice(KEYS), chance.choice(HELD[:3]))


def in_hand(window: MainWindow) -> list[tuple[float, float]]:
    """The vertices that are being drawn."""
    working = window.toolbox.working
    return list(working.sketch.vertices) if isinstance(working, SketchTool) and working.is_drawing else []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_takes_a_sketch_away_one_undo_brings_it_back(window: MainWindow, seed: int) -> None:
    add_references(window.session)
    settle()
    chance = random.Random(seed)
    window.made["draw_promotion"].trigger()
    recovered = 0
    for number in range(EVENTS):
        before, edits = in_hand(window), window.session.edits
        move_or_press(window, chance)
        after = in_hand(window)
        was_finished = window.session.edits != edits or _is_kept(window)
        if before and after[: len(before)] != before and not was_finished:
            window.made["undo"].trigger()
            assert in_hand(window)[: len(before)] == before
            recovered += 1
        if window.toolbox.working.id == "select":
            window.made["draw_promotion"].trigger()
        if number % 100 == 99:
            settle()
    assert recovered > 20


def _is_kept(window: MainWindow) -> bool:
    """A measured figure that stays on the map until the next click."""
    working = window.toolbox.working
    return isinstance(working, SketchTool) and bool(working.sketch.vertices) and not working.is_drawing


def test_edits_made_after_a_sketch_was_left_are_undone_before_it_comes_back(window: MainWindow) -> None:
    window.made["draw_promotion"].trigger()
    for corner in ((200, 100), (320, 110), (310, 230)):
        QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(*corner))
    drawn = in_hand(window)
    window.made["place_coworking"].trigger()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    assert len(window.session.history.undo_notes) == 1
    window.made["undo"].trigger()
    assert len(window.session.history.undo_notes) == 0
    assert in_hand(window) == []
    window.made["undo"].trigger()
    assert in_hand(window) == drawn


def test_undo_after_backspace_puts_the_vertex_again(window: MainWindow) -> None:
    window.made["draw_promotion"].trigger()
    for corner in ((200, 100), (320, 110), (310, 230)):
        QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(*corner))
    drawn = in_hand(window)
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(window.canvas, Qt.Key.Key_Backspace)
    window.made["undo"].trigger()
    assert in_hand(window) == drawn
