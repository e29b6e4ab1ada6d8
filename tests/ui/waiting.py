"""Waiting for Qt without sleeping."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

_ROUNDS = 8
"""Docks find their sizes in several rounds, and one thing done later asks for another."""


def settle() -> None:
    """Let all happen that is due, and what that asks for in turn.

    One call of processEvents is not enough: while other events wait, it leaves a timer of 0 ms for the next.
    """
    for _ in range(_ROUNDS):
        last = QTimer(singleShot=True, interval=0)
        last.start()
        while last.isActive():
            QApplication.processEvents()


def until(holds: Callable[[], object]) -> None:
    """Run the event loop until something holds."""
    loop, look, limit = QEventLoop(), QTimer(), QTimer()
    held: list[bool] = []

    def see() -> None:
        if holds():
            held.append(True)  # what the same round of events does afterwards is for the test to wait for
            loop.quit()

    look.timeout.connect(see)
    look.start(5)
    limit.setSingleShot(True)
    limit.timeout.connect(loop.quit)
    limit.start(30_000)
    loop.exec()
    assert held or holds()
