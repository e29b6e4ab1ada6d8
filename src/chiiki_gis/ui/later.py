"""Doing something once, after Qt has finished with the event in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer


class Later(QObject):
    """Calls a function once after the present event, however often it was asked to.

    A panel must not rebuild its rows while Qt is still telling it that one of them was edited: the row would
    be deleted under Qt's feet.
    """

    def __init__(self, parent: QObject, call: Callable[[], object]) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(call)

    def ask(self) -> None:
        """Call it soon."""
        self._timer.start()
