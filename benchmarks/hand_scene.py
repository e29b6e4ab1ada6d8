"""The hand in a real window over a prefecture: what a mouse move costs, and how soon an edit is seen."""

from __future__ import annotations

import math
import random
import statistics
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from chiiki_gis.ui.main_window import MainWindow

VERTICES = 5_000
MOVES, RUNS, EDITS = 100, 3, 11
TOWN_M_PER_PX = 8.0
Steps = Generator[bool, None, None]


def hand_scene(window: MainWindow, figures: dict[str, float], words: list[str]) -> Steps:
    """Draw, trace and move with 5,000 vertices; then edits and undo, until they are in the finished picture.

    words   the project and how many layers it shows
    """
    from chiiki_gis.core.edits import add_area
    from chiiki_gis.core.layer import Fid, LayerId
    from chiiki_gis.core.role import Role

    canvas, session = window.canvas, window.session
    while session.path != Path(words[0]) or not canvas.is_settled or len(window.scene.layers) < int(words[1]):
        yield False
    yield from _quiet(window)
    ring = _ring(window)
    session.apply(add_area(session.document, Role.PROMOTION_AREA, ring))
    yield from _quiet(window)
    _draw(window, figures)
    area = LayerId(Role.PROMOTION_AREA.value)
    window.selection.pick(area, (Fid(int(session.document.plan(Role.PROMOTION_AREA).index[-1])),))
    yield from _quiet(window)
    _move_area(window, figures)
    for name in ("full", "town"):
        if name == "town":
            canvas.zoom(canvas.view.metres_per_px / TOWN_M_PER_PX)
        yield from _quiet(window)
        _edit_and_undo(window, figures, name)
    for what in ("edit", "undo"):
        figures[what] = max(figures.pop(f"{what}_{name}") for name in ("full", "town"))


def _draw(window: MainWindow, figures: dict[str, float]) -> None:
    """A sketch of many vertices, free and along the borders around."""
    import shapely

    toolbox = window.toolbox
    toolbox.choose("draw_promotion")
    tool = toolbox.sketches["draw_promotion"]
    tool.put([(x, y) for x, y in shapely.get_coordinates(_ring(window)).tolist()[:-1]])
    figures["draw_move"] = _slowest(window)
    toolbox.set_tracing(True)
    middle = (window.canvas.width() / 2, window.canvas.height() / 2)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        _send(window, kind, middle, Qt.MouseButton.LeftButton)
    figures["trace_move"] = _slowest(window)
    toolbox.set_tracing(False)
    toolbox.choose("select")


def _move_area(window: MainWindow, figures: dict[str, float]) -> None:
    """The area held by its middle, with the live card; then put back."""
    middle = (window.canvas.width() / 2, window.canvas.height() / 2)
    _send(window, QEvent.Type.MouseButtonPress, middle, Qt.MouseButton.LeftButton)
    figures["move_area"] = _slowest(window, Qt.MouseButton.LeftButton)
    window.toolbox.current.stop()
    _send(window, QEvent.Type.MouseButtonRelease, middle, Qt.MouseButton.LeftButton)


def _edit_and_undo(window: MainWindow, figures: dict[str, float], name: str) -> None:
    """From the edit of the area, and from 元に戻す, to the finished picture that shows it."""
    import shapely

    from chiiki_gis.core.edits import set_geometry
    from chiiki_gis.core.layer import Fid, LayerId
    from chiiki_gis.core.role import Role

    session = window.session
    rows = session.document.plan(Role.PROMOTION_AREA).geometry
    fid, shape = Fid(int(rows.index[-1])), rows.iloc[-1]
    edits, undos = [], []
    for number in range(EDITS):
        step = (number + 1) * window.canvas.view.metres_per_px
        moved = shapely.transform(shape, lambda xy, step=step: xy + step)
        area = LayerId(Role.PROMOTION_AREA.value)
        change = set_geometry(session.document, area, fid, moved, "測る")
        edits.append(_until_seen(window, lambda change=change: session.apply(change)))
        undos.append(_until_seen(window, session.undo))
    figures[f"edit_{name}"], figures[f"undo_{name}"] = (statistics.median(x[1:]) for x in (edits, undos))


def _until_seen(window: MainWindow, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    while not window.canvas.is_settled:
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 2)
    window.canvas.repaint()
    return (time.perf_counter() - began) * 1000


def _slowest(window: MainWindow, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> float:
    """The slowest mouse move with its painting in ms, each at the quickest of some runs."""
    chance = random.Random(5)
    places = [
        (chance.uniform(0, window.canvas.width()), chance.uniform(0, window.canvas.height()))
        for _ in range(MOVES)
    ]
    runs = [[_move_ms(window, place, held) for place in places] for _ in range(RUNS + 1)][1:]
    return max(min(times) for times in zip(*runs, strict=True))


def _move_ms(window: MainWindow, place: tuple[float, float], held: Qt.MouseButton) -> float:
    QApplication.processEvents()
    began = time.perf_counter()
    _send(window, QEvent.Type.MouseMove, place, held)
    window.canvas.repaint()
    return (time.perf_counter() - began) * 1000


def _send(window: MainWindow, kind: QEvent.Type, place: tuple[float, float], button: Qt.MouseButton) -> None:
    at = QPointF(*place)
    pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else button
    none = Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(kind, at, window.canvas.mapToGlobal(at), pressed, button, none)
    QApplication.sendEvent(window.canvas, event)


def _ring(window: MainWindow) -> Any:
    """An ellipse of many vertices around the middle of the map."""
    import shapely

    view, turn = window.canvas.view, 2 * math.pi / VERTICES
    width, height = window.canvas.width(), window.canvas.height()
    return shapely.Polygon(
        [
            view.to_map(
                width / 2 + 0.4 * width * math.cos(n * turn), height / 2 + 0.4 * height * math.sin(n * turn)
            )
            for n in range(VERTICES)
        ]
    )


def _quiet(window: MainWindow) -> Steps:
    """Until the helpers have nothing left to do, and half a second more."""
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until or not window.session.is_checked or not window.canvas.is_settled:
        yield False
