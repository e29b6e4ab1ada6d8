"""A chart in the window: whatever render.charts paints, as large as the widget is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from chiiki_gis.ui.theme import PAPER

Paint = Callable[[QPainter, QRectF], None]
_EDGE_PX = 10


class ChartView(QWidget):
    """Shows one chart; `words` is what it says, for the tool tip and for those who cannot see it."""

    def __init__(self, paint: Paint, words: str, height_px: int = 220) -> None:
        super().__init__()
        self._paint = paint
        self.setMinimumHeight(height_px)
        self.setAccessibleName(words)
        self.setToolTip(words)

    def show_chart(self, paint: Paint) -> None:
        """Show another chart."""
        self._paint = paint
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chart inside a small margin."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(PAPER))
        self._paint(painter, QRectF(self.rect()).adjusted(_EDGE_PX, _EDGE_PX, -_EDGE_PX, -_EDGE_PX))
        painter.end()
