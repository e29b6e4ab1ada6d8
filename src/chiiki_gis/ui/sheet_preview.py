"""The page as it will be printed, beside the fields that describe it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from chiiki_gis.core.jobs import Preview
from chiiki_gis.ui.theme import FAINT, LINE, SHADE

SHARPNESS = 2
"""Pixels of the picture for one of the screen, so that the small type stays readable when enlarged."""


class SheetPreview(QWidget):
    """A picture of one page that fits its room, and the buttons to the other pages."""

    page_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._pixmap, self._page, self._pages = QPixmap(), 0, 0
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(QSize(420, 320))
        self.picture.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.picture.setStyleSheet(f"background: {SHADE}; border: 1px solid {LINE}; color: {FAINT};")
        self.picture.setAccessibleName("印刷する図面")
        self.before, self.after = QPushButton("前のページ"), QPushButton("次のページ")
        self.count = QLabel()
        for button, step in ((self.before, -1), (self.after, 1)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, by=step: self.page_asked.emit(self._page + by))
        row = QHBoxLayout()
        row.addWidget(self.before)
        row.addStretch(1)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.after)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addLayout(row)
        self.clear("")

    @property
    def wanted_width(self) -> int:
        """How wide a picture is worth asking for, in pixels."""
        return SHARPNESS * max(self.picture.width(), self.picture.minimumWidth())

    def show_page(self, preview: Preview) -> None:
        """Show a page."""
        self._pixmap = QPixmap()
        self._pixmap.loadFromData(preview.picture)
        self._page, self._pages = preview.page, preview.pages
        self._update()
        self._fit()

    def clear(self, why: str) -> None:
        """Show no page, and say why."""
        self._pixmap, self._page, self._pages = QPixmap(), 0, 0
        self._update()
        self.picture.setText(why)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the picture into its room."""
        super().resizeEvent(event)
        self._fit()

    def _update(self) -> None:
        self.count.setText(f"{self._page + 1} / {self._pages} ページ" if self._pages else "")
        self.before.setEnabled(self._page > 0)
        self.after.setEnabled(self._page + 1 < self._pages)

    def _fit(self) -> None:
        if not self._pixmap.isNull():
            room = self.picture.size() - QSize(8, 8)
            self.picture.setPixmap(
                self._pixmap.scaled(
                    room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
                )
            )
