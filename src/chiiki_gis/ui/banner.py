"""Messages over the map: one sentence what, one why, one what to do, and the rest behind 「詳細」."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.theme import INK, LEVEL_COLORS

_DONE_STAYS_MS = 8_000
_MOST = 3
_GAP_PX = 6
_TOP_PX = 52


class BannerStack(QWidget):
    """The last few notices, newest on top. It never takes the keyboard from the map."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._map = parent
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(_GAP_PX)
        self.unfold_button = QPushButton(parent)
        self.unfold_button.setToolTip("たたんだお知らせを開きます")
        self.unfold_button.clicked.connect(self.unfold)
        self.unfold_button.hide()
        self.hide()

    @property
    def notices(self) -> list[Notice]:
        """What is shown now, newest first."""
        return [banner.notice for banner in self._banners()]

    def show_notice(self, notice: Notice) -> None:
        """Add a banner; when there are too many the oldest goes, what is merely told before errors."""
        for banner in [b for b in self._banners() if b.notice.what == notice.what]:
            self._remove(banner)
        banners = self._banners()
        passing = [banner for banner in banners if not banner.notice.other_button]
        passing.sort(key=lambda one: one.notice.level in ("done", "info"))
        for banner in passing[max(_MOST - 1 - (len(banners) - len(passing)), 0) :]:
            self._remove(banner)
        banner = _Banner(notice, self)
        banner.close_button.clicked.connect(lambda: self._remove(banner))
        self._column.insertWidget(0, banner)
        if notice.level == "done":
            QTimer.singleShot(_DONE_STAYS_MS, banner, lambda: self._let_go(banner))
        self.place()

    def fold(self) -> None:
        """Make room for drawing: what is only told goes behind a button; warnings and questions stay."""
        for banner in self._banners():
            told = banner.notice.level in ("info", "done") and not banner.notice.other_button
            if told and not banner.is_being_read:
                banner.is_folded = True
                banner.hide()
        self.place()

    def unfold(self) -> None:
        """Show what was folded."""
        for banner in self._banners():
            banner.is_folded = False
            banner.show()
        self.place()

    def clear(self) -> None:
        """Take all banners away."""
        for banner in self._banners():
            self._remove(banner)

    def place(self) -> None:
        """Lie at the top of the parent, in its middle."""
        width = max(min(720, self._map.width() - 32), 200)
        banners = [banner for banner in self._banners() if not banner.is_folded]
        self.setVisible(bool(banners))
        for banner in banners:
            banner.setFixedSize(width, banner.heightForWidth(width))
        height = sum(banner.height() + _GAP_PX for banner in banners)
        self.setFixedSize(width, height)
        self.move((self._map.width() - width) // 2, _TOP_PX)
        self.raise_()
        self._place_button(len(self._banners()) - len(banners), _TOP_PX + height)

    def _place_button(self, folded: int, top: int) -> None:
        """At the left edge, below the hint over the map and what is shown."""
        button = self.unfold_button
        button.setVisible(folded > 0)
        button.setText(f"お知らせ {folded} 件")
        button.adjustSize()
        button.move(10, top)
        button.raise_()

    def _banners(self) -> list[_Banner]:
        items = (self._column.itemAt(i) for i in range(self._column.count()))
        found = (item.widget() for item in items if item is not None)
        return [widget for widget in found if isinstance(widget, _Banner)]

    def _let_go(self, banner: _Banner) -> None:
        """Take a banner away that has been there long enough, unless it is being read."""
        if banner.is_being_read:
            QTimer.singleShot(_DONE_STAYS_MS, banner, lambda: self._let_go(banner))
        else:
            self._remove(banner)

    def _remove(self, banner: _Banner) -> None:
        self._column.removeWidget(banner)
        banner.hide()
        banner.deleteLater()
        self.place()


class _Banner(QFrame):
    """One notice."""

    def __init__(self, notice: Notice, stack: BannerStack) -> None:
        super().__init__(stack)
        self.notice = notice
        self.is_folded = False
        self._stack = stack
        edge, ground = LEVEL_COLORS[notice.level]
        self.setObjectName("banner")
        self.setStyleSheet(
            f"#banner {{ background: {ground}; border: 1px solid {edge}; border-left: 5px solid {edge};"
            f" border-radius: 6px; }} #banner QLabel {{ color: {INK}; }}"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(3)
        column.addLayout(self._first_row(edge))
        self._picture = QLabel()
        self._picture.hide()
        beside, row = QVBoxLayout(), QHBoxLayout()
        for sentence in (notice.why, notice.todo):
            if sentence:
                beside.addWidget(_sentence(sentence))
        row.addWidget(self._picture)
        row.addLayout(beside, 1)
        column.addLayout(row)
        if notice.picture is not None:
            notice.picture(self._show_picture)
        self._details = _sentence("\n".join(f"・{line}" for line in notice.details))
        self._details.setVisible(False)
        column.addWidget(self._details)

    def _first_row(self, edge: str) -> QHBoxLayout:
        row = QHBoxLayout()
        title = _sentence(self.notice.what)
        title.setStyleSheet(f"font-weight: bold; color: {edge};")
        row.addWidget(title, 1)
        if self.notice.details:
            more = QPushButton("詳細")
            more.setCheckable(True)
            more.toggled.connect(self._show_details)
            row.addWidget(more)
        for word, press in (
            (self.notice.button, self.notice.press),
            (self.notice.other_button, self.notice.press_other),
        ):
            if word and press is not None:
                button = QPushButton(word)
                button.clicked.connect(partial(self._press, press))
                row.addWidget(button)
        self.close_button = QToolButton()
        self.close_button.setText("×")
        self.close_button.setToolTip("閉じる")
        self.close_button.setAutoRaise(True)
        row.addWidget(self.close_button)
        return row

    @property
    def is_being_read(self) -> bool:
        """Whether its details are open or the mouse is on it."""
        return self._details.isVisible() or self.underMouse()

    def _show_picture(self, png: bytes) -> None:
        """The picture has come; the banner may have gone meanwhile."""
        pixmap = QPixmap()
        if isValid(self) and pixmap.loadFromData(png):
            self._picture.setPixmap(pixmap)
            self._picture.show()
            self._stack.place()

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self._stack.place()

    def _press(self, press: Callable[[], object], _checked: bool = False) -> None:
        self.close_button.click()
        press()


def _sentence(text: str) -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
