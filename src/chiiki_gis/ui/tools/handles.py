"""The handles of the selected shape: its vertices, and a ghost in the middle of each segment."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.render.view import View
from chiiki_gis.ui.tools.strokes import MapLine
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.analysis.boundaries import Lines

REACH_PX = 8.0
MOST_HANDLES = 400
"""Where more are in view, none are shown until one comes nearer."""
_LEAST_SEGMENT_PX = 26.0
"""A shorter segment has no ghost: its own vertices would be hard to grasp."""
_COLOR = "#8a5a00"


@dataclass(frozen=True)
class Handle:
    """One handle; a ghost becomes a vertex when it is dragged.

    before, after   the vertices it hangs between
    """

    kind: Literal["vertex", "ghost"]
    at: Point
    before: Point | None
    after: Point | None


class Handles:
    """The handles of one feature, worked out once for its shape."""

    def __init__(self, layer: LayerId, fid: Fid, shape: BaseGeometry) -> None:
        import numpy as np

        from chiiki_gis.analysis.boundaries import lines_of

        self.layer, self.fid, self.shape = layer, fid, shape
        self._lines: Lines = lines_of(shape)
        xy, starts = self._lines.xy, self._lines.starts
        self._is_last = np.zeros(len(xy), bool)
        self._is_last[starts[1:] - 1] = True
        first, last = xy[starts[:-1]], xy[starts[1:] - 1]
        closed = (first == last).all(axis=1) & (np.diff(starts) > 2)
        self._is_repeat = np.zeros(len(xy), bool)
        self._is_repeat[starts[1:][closed] - 1] = True

    def at(self, view: View, pixel: Point) -> Handle | None:
        """The handle under the mouse, a vertex before a ghost."""
        import numpy as np

        xy = self._lines.xy
        if not len(xy):
            return None
        here, reach = np.array(view.to_map(*pixel)), REACH_PX * view.metres_per_px
        away = np.hypot(*(xy - here).T)
        away[self._is_repeat] = np.inf
        index = int(away.argmin())
        if away[index] <= reach:
            return self._vertex(index)
        middles, segments = self._ghosts(view)
        if not len(middles):
            return None
        away = np.hypot(*(middles - here).T)
        nearest = int(away.argmin())
        if away[nearest] > reach:
            return None
        segment = int(segments[nearest])
        x, y = middles[nearest].tolist()
        return Handle("ghost", (x, y), self._point(segment), self._point(segment + 1))

    def vertex_at(self, at: Point) -> Handle:
        """The vertex nearest to a place, with its neighbours."""
        import numpy as np

        away = np.hypot(*(self._lines.xy - np.array(at)).T)
        away[self._is_repeat] = np.inf
        return self._vertex(int(away.argmin()))

    def outline(self) -> tuple[MapLine, ...]:
        """The rings and lines, to be painted."""
        xy, starts = self._lines.xy, self._lines.starts.tolist()
        return tuple(MapLine(xy[a:b]) for a, b in pairwise(starts))

    def paint(self, painter: QPainter, view: View, hovered: Handle | None, active: Point | None) -> None:
        """Squares on vertices, small rings on ghosts; the hovered one grows, the active one is filled."""
        import numpy as np

        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        seen = self._seen(view, self._lines.xy) & ~self._is_repeat
        if np.count_nonzero(seen) <= MOST_HANDLES:
            middles, _ = self._ghosts(view)
            painter.setPen(QPen(QColor(_COLOR), 1.0))
            painter.setBrush(QColor(255, 255, 255, 170))
            for x, y in middles.tolist():
                at = QPointF(*view.to_px(x, y))
                painter.drawEllipse(QRectF(at.x() - 3, at.y() - 3, 6, 6))
            for x, y in self._lines.xy[seen].tolist():
                _square(painter, QPointF(*view.to_px(x, y)), 6.0, (x, y) == active)
        elif active is not None:
            _square(painter, QPointF(*view.to_px(*active)), 6.0, True)
        if hovered is not None:
            at = QPointF(*view.to_px(*hovered.at))
            if hovered.kind == "vertex":
                _square(painter, at, 11.0, hovered.at == active)
            else:
                painter.setPen(QPen(QColor(_COLOR), 1.8))
                painter.setBrush(QColor("#ffffff"))
                painter.drawEllipse(QRectF(at.x() - 5, at.y() - 5, 10, 10))

    def _vertex(self, index: int) -> Handle:
        """A vertex and its neighbours; of a ring, the first one's lie on both sides of its end."""
        ring = int(self._lines.starts.searchsorted(index, side="right")) - 1
        first, stop = int(self._lines.starts[ring]), int(self._lines.starts[ring + 1])
        closed = bool(self._is_repeat[stop - 1])
        before = index - 1 if index > first else stop - 2 if closed else None
        after = index + 1 if index + 1 < stop else None
        return Handle(
            "vertex",
            self._point(index),
            None if before is None else self._point(before),
            None if after is None else self._point(after),
        )

    def _ghosts(self, view: View) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """The middles of segments in view that are long enough, and the numbers of their first vertices."""
        import numpy as np

        xy = self._lines.xy
        middles = (xy[:-1] + xy[1:]) / 2
        long = np.hypot(*(xy[1:] - xy[:-1]).T) >= _LEAST_SEGMENT_PX * view.metres_per_px
        found = np.flatnonzero(long & ~self._is_last[:-1] & self._seen(view, middles))
        return middles[found], found

    def _seen(self, view: View, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
        west, south, east, north = view.extent
        x, y = xy.T
        inside: NDArray[np.bool_] = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        return inside

    def _point(self, index: int) -> Point:
        x, y = self._lines.xy[index].tolist()
        return (x, y)


def _square(painter: QPainter, at: QPointF, size: float, filled: bool) -> None:
    painter.setPen(QPen(QColor(_COLOR), 1.4))
    painter.setBrush(QColor("#ffb000" if filled else "#ffffff"))
    painter.drawRect(QRectF(at.x() - size / 2, at.y() - size / 2, size, size))
