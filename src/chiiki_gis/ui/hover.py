"""The feature under a resting mouse: a light outline and a small label over the map."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPen

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.role import Role
from chiiki_gis.render.view import View
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.identify import REACH_PX
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.under_cursor import features_at, title_of, values_of

REST_MS = 150
_STILL_PX = 3.0
_TOOLS = ("select", "identify")
_BACKDROP = (Role.MUNICIPALITY, Role.PREFECTURE_BORDER)
"""Nobody needs to be told everywhere in which town he is."""
_COLOR = "#2f6fd0"
_POINT_PX = 13.0
_ENDS = (QEvent.Type.MouseButtonPress, QEvent.Type.Leave, QEvent.Type.Wheel, QEvent.Type.FocusOut)


@dataclass(frozen=True)
class Hovered:
    """What is marked: its outline and points in pixels of `view`, and the lines of its label."""

    layer: Layer
    fid: Fid
    view: View
    path: QPainterPath
    points: tuple[tuple[float, float], ...]
    label: tuple[str, ...]
    at: QPointF


class Hover(QObject):
    """Looks only when the mouse has rested; a move costs a timer, and the map is never drawn anew."""

    def __init__(self, canvas: Canvas, scene: Scene, session: Session) -> None:
        super().__init__(canvas)
        self._canvas, self._scene, self._session = canvas, scene, session
        self._at: QPointF | None = None
        self.hovered: Hovered | None = None
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.look)
        canvas.overlays.append(self.paint)
        canvas.view_changed.connect(self.forget)
        scene.changed.connect(self.forget)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the mouse; a button or the edge of the map ends it."""
        kind = event.type()
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._move(event)
        elif kind in _ENDS:
            self.forget()
        return False

    @property
    def is_waiting(self) -> bool:
        """True while the mouse has to rest a little longer."""
        return self._timer.isActive()

    def look(self) -> None:
        """Mark what lies under the resting mouse."""
        if self._at is None or self._canvas.tool_id not in _TOOLS or not self._session.is_open:
            return
        place = self._canvas.to_map((self._at.x(), self._at.y()))
        hits = features_at(self._scene.layers, place, self._canvas.metres(REACH_PX))
        told = [(layer, fid) for layer, fid in hits if layer.role not in _BACKDROP]
        if told:
            self._mark(*told[0], self._at)

    def forget(self) -> None:
        """Mark nothing, and wait for the next move."""
        self._timer.stop()
        if self.hovered is not None:
            self.hovered = None
            self._canvas.update()

    def paint(self, painter: QPainter, view: View) -> None:
        """A line in blue on white, and the label below the mouse."""
        if self.hovered is None or self.hovered.view != view or self._canvas.tool_id not in _TOOLS:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(255, 255, 255, 190), 4.5), (QColor(_COLOR), 1.8)):
            painter.setPen(QPen(color, width))
            painter.drawPath(self.hovered.path)
            for x, y in self.hovered.points:
                painter.drawEllipse(QRectF(x - _POINT_PX, y - _POINT_PX, 2 * _POINT_PX, 2 * _POINT_PX))
        corner = self.hovered.at + QPointF(14, 18)
        draw_label(painter, corner, list(self.hovered.label), centered=False)
        painter.restore()

    def _move(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.buttons() != Qt.MouseButton.NoButton:
            self.forget()
            return
        if self.hovered is not None and math.dist(at.toTuple(), self.hovered.at.toTuple()) > _STILL_PX:
            self.forget()
        self._at = at
        if self.hovered is None:
            self._timer.start()

    def _mark(self, layer: Layer, fid: Fid, at: QPointF) -> None:
        from chiiki_gis.render.outline import feature_outline

        shapes = next(entry.shapes for entry in self._scene.layers if entry.layer is layer)
        try:
            title = title_of(layer, values_of(layer, fid), fid)
        except (ChiikiError, KeyError):  # the table is gone: identifying it says so
            title = f"番号 {fid}"
        path, points = feature_outline(shapes, fid, self._canvas.view)
        label = (title, layer.name) if title != layer.name else (title,)
        self.hovered = Hovered(layer, fid, self._canvas.view, path, points, label, at)
        self._canvas.update()
