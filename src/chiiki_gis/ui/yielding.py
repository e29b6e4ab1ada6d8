"""A label that gives way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel


class YieldingLabel(QLabel):
    """A text that is cut with 「…」 where there is no room: a long one must not widen the window."""

    _LEAST_PX = 48

    def minimumSizeHint(self) -> QSize:
        """Room for a word."""
        whole = super().minimumSizeHint()
        return QSize(min(self._LEAST_PX, whole.width()), whole.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """As much of the text as there is room for."""
        painter = QPainter(self)
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        style = self.style()
        style.drawItemText(
            painter, self.rect(), int(Qt.AlignmentFlag.AlignVCenter), self.palette(), True, text,
            self.foregroundRole(),
        )  # fmt: skip
        painter.end()
