"""What the window shows before there is a plan."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from chiiki_gis.ui.theme import FAINT, LINE


class StartPage(QFrame):
    """A card in the middle of the empty map: begin, open, or look at the sample."""

    def __init__(self, parent: QWidget, actions: Sequence[QAction]) -> None:
        super().__init__(parent)
        self._map = parent
        self.setObjectName("start")
        self.setStyleSheet(f"#start {{ background: white; border: 1px solid {LINE}; border-radius: 10px; }}")
        column = QVBoxLayout(self)
        column.setContentsMargins(36, 28, 36, 28)
        column.setSpacing(10)
        title = QLabel("地域GIS")
        title.setStyleSheet("font-size: 22pt; font-weight: bold;")
        column.addWidget(title)
        column.addWidget(QLabel("特定居住促進計画の区域と施設を、地図の上でつくります。"))
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setMinimumWidth(360)
            button.setStyleSheet(
                f"QToolButton {{ padding: 9px 14px; border: 1px solid {LINE}; border-radius: 6px; }}"
                "QToolButton:hover { background: #eef2f8; }"
            )
            column.addWidget(button)
        drop = QLabel("プロジェクト（.gpkg）をここにドロップして開くこともできます。")
        drop.setStyleSheet(f"color: {FAINT};")
        column.addWidget(drop)
        self.adjustSize()

    def place(self) -> None:
        """Stand in the middle of the parent."""
        self.adjustSize()
        left, top = (self._map.width() - self.width()) // 2, (self._map.height() - self.height()) // 2
        self.move(left, max(top, 8))
        self.raise_()
