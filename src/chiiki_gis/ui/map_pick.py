"""The next click on the map is a place that somebody has asked for; the tool in the hand waits."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent

from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.tools.tool import Point


class MapPick(QObject):
    """Panning and zooming go on; Esc ends it without a place."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._take: Callable[[Point], object] | None = None
        self._cursor = canvas.cursor()
        self._swallows_release = False
        canvas.installEventFilter(self)

    @property
    def is_waiting(self) -> bool:
        """Whether a click is waited for."""
        return self._take is not None

    def ask(self, words: str, take: Callable[[Point], object]) -> None:
        """Wait for a click.

        words   said on the map meanwhile
        take    called with the place (east, north, project CRS)
        """
        if self._take is None:
            self._cursor = self._canvas.cursor()
        self._take = take
        self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        self._canvas.say(words)
        self._canvas.window().activateWindow()
        self._canvas.setFocus()

    def stop(self) -> None:
        """Wait no longer."""
        self._take = None
        self._canvas.setCursor(self._cursor)
        self._canvas.say("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the left click or Esc, and nothing else."""
        if event.type() == QEvent.Type.MouseButtonRelease and self._swallows_release:
            self._swallows_release = False
            return True
        if self._take is None:
            return False
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # before a shortcut takes it
            if event.type() == QEvent.Type.KeyPress:
                self.stop()
            return True
        is_press = event.type() == QEvent.Type.MouseButtonPress
        if not (is_press and isinstance(event, QMouseEvent) and event.button() == Qt.MouseButton.LeftButton):
            return False
        take, at = self._take, event.position()
        self.stop()
        self._swallows_release = True
        take(self._canvas.to_map((at.x(), at.y())))
        return True
