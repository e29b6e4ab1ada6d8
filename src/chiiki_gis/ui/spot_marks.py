"""Rings at places that a report speaks of; they stay while the report is open."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, QPointF
from PySide6.QtGui import QColor, QPainter, QPen

from chiiki_gis.render.view import View
from chiiki_gis.ui.canvas import Canvas

_RADIUS_PX = 6.0
_MOST = 1_000
"""Of more places in sight only so many get a ring: more would hide the map, and slow it."""


class SpotMarks(QObject):
    """Any number of places in project CRS (x east, y north)."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self.spots: tuple[tuple[float, float], ...] = ()
        canvas.overlays.append(self.paint)

    def show(self, spots: Sequence[tuple[float, float]]) -> None:
        """Mark these places and no others."""
        self.spots = tuple(spots)
        self._canvas.update()

    def in_sight(self, view: View) -> list[QPointF]:
        """Where the places stand on the screen, of those that a view shows."""
        found = []
        for x, y in self.spots:
            across, down = view.to_px(x, y)
            if 0 <= across <= view.width_px and 0 <= down <= view.height_px:
                found.append(QPointF(across, down))
                if len(found) == _MOST:
                    break
        return found

    def paint(self, painter: QPainter, view: View) -> None:
        """A ring around each place in sight."""
        if not self.spots:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, width in (("#ffffff", 4.0), ("#c0161d", 2.0)):
            painter.setPen(QPen(QColor(color), width))
            for at in self.in_sight(view):
                painter.drawEllipse(at, _RADIUS_PX, _RADIUS_PX)
        painter.restore()
