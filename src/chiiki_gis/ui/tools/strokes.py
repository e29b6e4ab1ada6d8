"""Long lines in map coordinates, painted at any view without touching a vertex in Python."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QDataStream, QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

from chiiki_gis.render.view import View
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEW = 200
"""So many points are made one by one: numpy would not be quicker."""
MOST_SMOOTH = 1_000
"""A line of more vertices is drawn without smoothing, which takes Qt ten times longer for wide lines."""


class MapLine:
    """Vertices kept as Qt keeps them, from a local origin so that no digit is lost."""

    def __init__(self, points: Sequence[Point] | NDArray[np.float64]) -> None:
        self._points = points
        self._xy: NDArray[np.float64] | None = None
        x0, y0 = points[0] if len(points) else (0.0, 0.0)
        self._origin = (float(x0), float(y0))
        if len(points) < _FEW and isinstance(points, list | tuple):
            self._line = QPolygonF([QPointF(x - x0, y - y0) for x, y in points])
        else:
            self._line = _polygon(points, self._origin)

    def on(self, view: View) -> QPolygonF:
        """The line in logical pixels of a view."""
        dx, dy = view.to_px(*self._origin)
        scale = 1 / view.metres_per_px
        return QTransform(scale, 0, 0, -scale, dx, dy).map(self._line)

    def seen(self, view: View, most: int, margin_px: float = 10.0) -> list[tuple[int, QPointF]]:
        """The vertices in view with their numbers; where they are more than `most`, the two ends."""
        import numpy as np

        if self._xy is None:
            self._xy = np.array(self._points).reshape(-1, 2)
        margin = margin_px * view.metres_per_px
        x, y = self._xy.T
        west, south, east, north = view.extent
        inside = (x >= west - margin) & (x <= east + margin)
        found = np.flatnonzero(inside & (y >= south - margin) & (y <= north + margin))
        if len(found) > most:
            found = np.array([0, len(self._xy) - 1])
        return [(int(n), QPointF(*view.to_px(*self._xy[n].tolist()))) for n in found]


def _polygon(points: Sequence[Point] | NDArray[np.float64], origin: Point) -> QPolygonF:
    """Many points at once, in the form that Qt reads."""
    import numpy as np

    xy = np.asarray(points, "f8").reshape(-1, 2) - np.array(origin)
    stream = QDataStream(QByteArray(struct.pack(">I", len(xy)) + xy.astype(">f8").tobytes()))
    polygon = QPolygonF()
    stream >> polygon
    return polygon


def paint_line(painter: QPainter, points: QPolygonF, color: QColor, width_px: float) -> None:
    """An open line; a long one without smoothing."""
    painter.setPen(QPen(color, width_px))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, points.size() <= MOST_SMOOTH)
    painter.drawPolyline(points)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
