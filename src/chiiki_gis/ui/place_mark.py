"""A cross at a place that was asked for by its coordinates; it goes with the next click or Esc."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen

from chiiki_gis.render.view import View
from chiiki_gis.ui import words
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.tool import Point

_INNER_PX, _OUTER_PX = 5.0, 16.0


class PlaceMark(QObject):
    """At most one mark."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.place: Point | None = None
        canvas.overlays.append(self.paint)
        canvas.installEventFilter(self)

    def show(self, place: Point | None) -> None:
        """Mark a place in project CRS; None takes the mark away."""
        self.place = place
        self._canvas.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click or Esc has seen it."""
        is_escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if self.place is not None and (event.type() == QEvent.Type.MouseButtonPress or is_escape):
            self.show(None)
        return False

    def paint(self, painter: QPainter, view: View) -> None:
        """Four strokes around the place, and its coordinates."""
        if self.place is None:
            return
        at = QPointF(*view.to_px(*self.place))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in (("#ffffff", 5.0), ("#c0161d", 2.2)):
            painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                way = QPointF(dx, dy)
                painter.drawLine(at + way * _INNER_PX, at + way * _OUTER_PX)
        x, y = self.place
        label = f"X {words.coordinate(y)}　Y {words.coordinate(x)}"
        draw_label(painter, at + QPointF(20, -34), [label], centered=False)
        painter.restore()
