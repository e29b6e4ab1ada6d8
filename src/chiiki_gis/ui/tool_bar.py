"""The toolbar: where the window is narrow, the best-known buttons show their pictures only."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMainWindow, QToolBar, QToolButton

from chiiki_gis.ui.icons import SIZE

_GIVE_WAY = ("open", "save", "select", "import", "print", "draw_site", "access")
"""Ids of the actions whose words go first; pictures of areas and facilities do not speak for themselves."""


class ToolBar(QToolBar):
    """A bar that keeps every button in sight as long as pictures can do without their words."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__("ツール", window)
        self.setObjectName("tools")
        self.setMovable(False)
        self.setIconSize(SIZE)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window has another size, or is shown first: its width says what there is room for."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Polish):
            self.fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar has another width."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Write words where there is room, and leave as many away as must be."""
        beside, alone = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
            Qt.ToolButtonStyle.ToolButtonIconOnly,
        )
        buttons = list(self._yielding())
        wide = {button: _width(button, beside) - _width(button, alone) for button in buttons}
        now = {button: button.toolButtonStyle() for button in buttons}
        missing = self.sizeHint().width() + sum(wide[b] for b in buttons if now[b] == alone) - self._room()
        for button in buttons:
            style = alone if missing > 0 else beside
            missing -= wide[button] if missing > 0 else 0
            if style != now[button]:
                button.setToolButtonStyle(style)

    def _room(self) -> int:
        window = self.parentWidget()
        return self.width() if window is None else window.width()

    def _yielding(self) -> Iterator[QToolButton]:
        by_id = {action.objectName(): self.widgetForAction(action) for action in self.actions()}
        for name in _GIVE_WAY:
            button = by_id.get(name)
            if isinstance(button, QToolButton):
                yield button


def _width(button: QToolButton, style: Qt.ToolButtonStyle) -> int:
    """What a button takes in a style, without changing what is on the screen."""
    was = button.toolButtonStyle()
    blocked = button.blockSignals(True)
    try:
        button.setToolButtonStyle(style)
        return button.sizeHint().width()
    finally:
        button.setToolButtonStyle(was)
        button.blockSignals(blocked)
