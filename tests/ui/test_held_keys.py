"""Shift and Alt, pressed or let go while the mouse rests."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from reference_layers import add_references
from test_drawing import SQUARE, draw
from test_snapping import hover
from waiting import settle

from chiiki_gis.ui.main_window import MainWindow


def rest(window: MainWindow, at: tuple[float, float], off: tuple[int, int] = (0, 0)) -> None:
    """Let the mouse come to rest over a place of the map."""
    window.canvas.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    hover(window, at, off)


def hold(window: MainWindow, key: Qt.Key) -> None:
    """Press a key; what is held is told as it was before."""
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window.canvas, event)


def let_go(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier) -> None:
    QApplication.sendEvent(window.canvas, QKeyEvent(QEvent.Type.KeyRelease, key, held))


def last_segment(window: MainWindow) -> tuple[float, float]:
    """How far the open segment reaches to the east and to the north."""
    tool = window.toolbox.sketches["draw_promotion"]
    assert tool._aim is not None
    (x0, y0), (x1, y1) = tool.sketch.vertices[-1], tool._aim.way[-1]
    return x1 - x0, y1 - y0


def test_shift_squares_the_open_segment_at_once_and_lets_it_go_again(window: MainWindow) -> None:
    draw(window, "draw_promotion", SQUARE[:2])
    rest(window, window.canvas.to_map((520, 350)))
    assert last_segment(window)[0] == pytest.approx(20)
    hold(window, Qt.Key.Key_Shift)
    assert last_segment(window)[0] == pytest.approx(0)
    let_go(window, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
    assert last_segment(window)[0] == pytest.approx(20)


def test_alt_suspends_snapping_at_once(window: MainWindow) -> None:
    add_references(window.session)
    settle()
    window.made["draw_promotion"].trigger()
    rest(window, (-150, 50), (4, 4))
    assert "スナップ" in window.toolbox.current.note()
    hold(window, Qt.Key.Key_Alt)
    assert window.toolbox.current.note() == ""
    let_go(window, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    assert "スナップ" in window.toolbox.current.note()


@pytest.mark.parametrize(
    ("tool", "is_kept"), [("draw_promotion", True), ("draw_box", True), ("select", False)]
)
def test_alt_alone_stays_with_a_tool_that_draws_and_else_goes_to_the_menus(
    window: MainWindow, tool: str, is_kept: bool
) -> None:
    window.made[tool].trigger()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier)
    override.ignore()
    QApplication.sendEvent(window.canvas, override)
    assert override.isAccepted() is is_kept
