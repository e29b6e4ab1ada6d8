"""The cards while a hand drags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from reference_layers import add_references
from waiting import settle

from chiiki_gis.core.edits import add_area, add_facility
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

AREA, FACILITY = LayerId(Role.PROMOTION_AREA.value), LayerId(Role.FACILITY.value)


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    """An area half in 商業地域 and half in 第一種低層住居専用地域, selected; a facility beside."""
    session = window.session
    add_references(session)
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-100, -50, 0, 50)))
    session.apply(add_facility(session.document, "coworking", shapely.Point(100, 0)))
    settle()
    window.toolbox.guide.snapper.is_on = False
    window.selection.pick(AREA, (Fid(1),))
    settle()
    return window


def point(window: MainWindow, at: tuple[float, float]) -> QPoint:
    x, y = window.canvas.to_pixel(at)
    return QPoint(round(x), round(y))


def drag(window: MainWindow, start: tuple[float, float], *way: tuple[float, float]) -> None:
    """Press, move along a way, and hold."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(window.canvas, left, none, point(window, start))
    for at in way:
        place = QPointF(point(window, at))
        move = QMouseEvent(
            QEvent.Type.MouseMove,
            place,
            window.canvas.mapToGlobal(place),
            Qt.MouseButton.NoButton,
            left,
            none,
        )
        QApplication.sendEvent(window.canvas, move)


def drop(window: MainWindow, at: tuple[float, float]) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mouseRelease(window.canvas, left, none, point(window, at))
    settle()


def shares(window: MainWindow) -> str:
    return " ".join(label.text() for label in window.properties.area.numbers.findChildren(QLabel))


def test_the_size_and_the_zones_follow_a_dragged_area_and_nothing_is_edited(town: MainWindow) -> None:
    before = len(town.session.history.undo_notes)
    drag(town, (-50, 0), (-40, 0), (0, 0))
    assert "第一種低層住居専用地域 100 %" in shares(town)
    assert town.properties.area.numbers.isEnabled()
    assert len(town.session.history.undo_notes) == before
    drop(town, (0, 0))
    assert "第一種低層住居専用地域 100 %" in shares(town)
    assert town.session.history.undo_notes[before:] == ("「特定居住促進区域1」を移動",)


def test_the_size_follows_a_dragged_vertex(town: MainWindow) -> None:
    drag(town, (0, 50), (0, 60), (0, 150))
    assert town.properties.area.area.text().startswith("1.50 ha")
    drop(town, (0, 150))
    assert town.properties.area.area.text().startswith("1.50 ha")


def test_escape_while_dragging_shows_the_plan_again(town: MainWindow) -> None:
    drag(town, (-50, 0), (-40, 0), (0, 0))
    QTest.keyClick(town.canvas, Qt.Key.Key_Escape)
    settle()
    assert "第一種低層住居専用地域 50 %" in shares(town)
    assert town.properties.area.area.text().startswith("1.00 ha")


def test_the_verdict_follows_a_dragged_facility(town: MainWindow) -> None:
    town.selection.pick(FACILITY, (Fid(1),))
    settle()
    drag(town, (100, 0), (90, 0), (0, 0))
    verdict = town.properties.facility.verdict
    assert verdict.verdict is not None
    assert verdict.verdict.zone == "第一種低層住居専用地域"
    assert not verdict.is_stale
    drop(town, (0, 0))
    assert verdict.verdict.zone == "第一種低層住居専用地域"


class Held:
    """Workers that keep questions until they are told to answer."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self.answer, self.waiting = answer, []  # type: ignore[var-annotated]

    def submit(self, job: str, *args: Any, **more: Any) -> None:
        if job == "live_area":
            self.waiting.append((job, args, more))
        else:
            self.answer(job, *args, **more)


def test_one_question_is_asked_at_a_time_and_an_answer_to_an_older_place_is_pale(town: MainWindow) -> None:
    direct = town.session.workers
    held = Held(direct.submit)
    town.session.workers = held  # type: ignore[assignment]
    drag(town, (-50, 0), (-40, 0), (-20, 0), (0, 0))
    assert len(held.waiting) == 1
    job, args, more = held.waiting.pop()
    direct.submit(job, *args, **more)
    assert not town.properties.area.numbers.isEnabled()
    job, args, more = held.waiting.pop()
    direct.submit(job, *args, **more)
    assert town.properties.area.numbers.isEnabled()
    assert "第一種低層住居専用地域 100 %" in shares(town)
    assert held.waiting == []
    drop(town, (0, 0))


def test_an_answer_after_the_drag_is_dropped(town: MainWindow) -> None:
    direct = town.session.workers
    held = Held(direct.submit)
    town.session.workers = held  # type: ignore[assignment]
    drag(town, (-50, 0), (-40, 0), (0, 0))
    QTest.keyClick(town.canvas, Qt.Key.Key_Escape)
    settle()
    job, args, more = held.waiting.pop()
    direct.submit(job, *args, **more)
    assert "第一種低層住居専用地域 50 %" in shares(town)
    assert town.properties.area.numbers.isEnabled()
