"""What the window shows before there is a plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from chiiki_gis.io.recent import RecentProject, recent_projects
from chiiki_gis.ui import words
from chiiki_gis.ui.forms import empty, heading, plate, wrapped
from chiiki_gis.ui.recent_menu import words_of
from chiiki_gis.ui.recovery import what_is_left
from chiiki_gis.ui.theme import FAINT, LINE

if TYPE_CHECKING:
    from chiiki_gis.io.journal import Orphan

_WIDTH_PX, _EDGE_PX = 420, 36
PICTURE_PX = (160, 104)
"""How large the helper paints what was left."""
_MOST = 5
_MOST_ORPHANS = 2


class StartPage(QFrame):
    """A card in the middle of the empty map: what was left unsaved, beginning, opening, the last plans."""

    def __init__(
        self,
        parent: QWidget,
        actions: Sequence[QAction],
        open_project: Callable[[Path], object],
        recover: Callable[[Orphan], object],
        picture: Callable[[Path, Callable[[bytes], None]], object],
    ) -> None:
        super().__init__(parent)
        self._map, self._open, self._recover = parent, open_project, recover
        self._picture = picture
        self.setObjectName("start")
        self.setStyleSheet(f"#start {{ background: white; border: 1px solid {LINE}; border-radius: 10px; }}")
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(_EDGE_PX, 28, _EDGE_PX, 28)
        column.setSpacing(10)
        title = QLabel("地域GIS")
        title.setStyleSheet("font-size: 22pt; font-weight: bold;")
        column.addWidget(title)
        column.addWidget(QLabel("特定居住促進計画の区域と施設を、地図の上でつくります。"))
        self.orphans = QVBoxLayout()
        column.addLayout(self.orphans)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setMinimumWidth(_WIDTH_PX)
            button.setStyleSheet(
                f"QToolButton {{ padding: 9px 14px; border: 1px solid {LINE}; border-radius: 6px; }}"
                "QToolButton:hover { background: #eef2f8; }"
            )
            column.addWidget(button)
        self.recent = QVBoxLayout()
        self.recent.setSpacing(0)
        column.addLayout(self.recent)
        drop = QLabel("プロジェクト（.gpkg）をここにドロップして開くこともできます。")
        drop.setStyleSheet(f"color: {FAINT};")
        column.addWidget(drop)

    def refresh(self) -> None:
        """Look for work that was left and for recent projects. Not before the first paint: it reads files."""
        from chiiki_gis.io.sketch_file import all_orphans

        empty(self.orphans)
        for orphan in all_orphans()[:_MOST_ORPHANS]:
            self._add_orphan(orphan)
        empty(self.recent)
        projects = recent_projects()[:_MOST]
        if projects:
            self.recent.addWidget(heading("最近使った計画"))
        for project in projects:
            self.recent.addWidget(self._recent_button(project))

    def event(self, event: QEvent) -> bool:
        """Take the place anew when something was added."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.place()
        return done

    def place(self) -> None:
        """Stand in the middle of the parent, as high as the texts need."""
        width = _WIDTH_PX + 2 * _EDGE_PX
        by_width = self._column.hasHeightForWidth()
        height = self._column.totalHeightForWidth(width) if by_width else self._column.sizeHint().height()
        self.resize(width, height)
        left, top = (self._map.width() - self.width()) // 2, (self._map.height() - self.height()) // 2
        self.move(left, max(top, 8))
        self.raise_()

    def _add_orphan(self, orphan: Orphan) -> None:
        frame, inside = plate("warning")
        inside.addWidget(wrapped(what_is_left(orphan.count, not orphan.count), bold=True))
        row, texts, picture = QHBoxLayout(), QVBoxLayout(), QLabel()
        picture.setFixedSize(*PICTURE_PX)  # its place from the start: buttons must not move under the mouse
        row.addWidget(picture)
        row.addLayout(texts, 1)
        inside.addLayout(row)
        self._picture(orphan.path, partial(_show_picture, picture))
        name = orphan.project.name if orphan.project else "まだ保存していない計画"
        ended = "に「保存しない」で閉じました。" if orphan.was_left else "の編集の後、途中で終わりました。"
        texts.addWidget(wrapped(f"{orphan.title}（{name}）　{words.moment(orphan.when)}{ended}"))
        button = QPushButton("開いて確かめる")
        button.clicked.connect(lambda: self._recover(orphan))
        texts.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.orphans.addWidget(frame)

    def _recent_button(self, project: RecentProject) -> QPushButton:
        text = self.fontMetrics().elidedText(words_of(project), Qt.TextElideMode.ElideMiddle, _WIDTH_PX - 90)
        button = QPushButton(f"{text}　{words.day(project.when)}")
        button.setToolTip(str(project.path))
        button.setStyleSheet("QPushButton { border: 0; text-align: left; padding: 5px 8px; }")
        button.setEnabled(project.is_there)
        button.clicked.connect(partial(self._press, project.path))
        return button

    def _press(self, path: Path, _checked: bool = False) -> None:
        self._open(path)


def _show_picture(label: QLabel, png: bytes) -> None:
    """The picture of what was left has come; the page may have been written anew meanwhile."""
    pixmap = QPixmap()
    if isValid(label) and pixmap.loadFromData(png):
        label.setPixmap(pixmap)
