"""The views one can go back to: those that stood a moment, as in a browser."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from chiiki_gis.render.view import View

_VIEWS = 50
_SETTLED_MS = 350
"""A view that has stood this long can be gone back to."""


class ViewHistory(QObject):
    """前の領域へズーム and 次の表示領域にズーム; what is passed through on the way is not kept."""

    def __init__(self, parent: QObject, shown: Callable[[], View]) -> None:
        super().__init__(parent)
        self._shown = shown
        self._back: list[View] = []
        self._forth: list[View] = []
        self._settled: View | None = None
        self._timer = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._timer.timeout.connect(self.settle)

    def move(self) -> None:
        """Another view is shown now."""
        self._timer.start()

    def settle(self) -> None:
        """The view that is shown has stood long enough."""
        view = self._shown()
        if self._settled is not None and self._settled != view:
            self._back.append(self._settled)
            del self._back[:-_VIEWS]
            self._forth.clear()
        self._settled = view

    def previous(self) -> View | None:
        """The view before this one; None when there is none."""
        if self._settled is not None and self._settled != self._shown():
            self.settle()
        return self._step(self._back, self._forth)

    def next(self) -> View | None:
        """The view that was left by going back; None when there is none."""
        return self._step(self._forth, self._back)

    def _step(self, here: list[View], there: list[View]) -> View | None:
        if not here:
            return None
        there.append(self._shown())
        self._settled = here.pop()
        self._timer.stop()
        return self._settled
