"""全体図: the municipality and the plan's areas in a corner of the map, and where one is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from chiiki_gis.core.role import Role
from chiiki_gis.render.view import SCREEN_PX_PER_MM, View
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.extents import union
from chiiki_gis.ui.render_loop import GROUND, Picture, RenderLoop, Request
from chiiki_gis.ui.scene import Scene

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer

_SIZE = QSize(190, 150)
_LEAST_WIDTH, _SHARE = 110, 6
"""On a small screen it is as wide as one part in so many of the map."""
_EDGE_PX = 10
_SMALLEST_PX = 9.0
_PX_PER_MM = SCREEN_PX_PER_MM * 0.45
"""Thinner lines than on the map."""
_ROLES = (Role.PREFECTURE_BORDER, Role.MUNICIPALITY, Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)


class Overview(QWidget):
    """Drawn by the map's painter in a thread of its own, and only when one of its layers has changed."""

    def __init__(self, canvas: Canvas, scene: Scene) -> None:
        super().__init__(canvas)
        self._canvas, self._scene = canvas, scene
        self._drawn: tuple[MapLayer, ...] = ()
        self._view: View | None = None
        self._picture: Picture | None = None
        self._loop = RenderLoop(most_vertices=200_000)
        self._loop.rendered.connect(self._take)
        self._is_wanted = True
        self.setFixedSize(_SIZE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("全体図：クリックまたはドラッグで地図を動かします")
        scene.changed.connect(self.refresh)
        canvas.view_changed.connect(self.update)
        canvas.stopped.connect(self._loop.stop)
        canvas.installEventFilter(self)
        self.hide()

    @property
    def view(self) -> View | None:
        """What ground it shows; None while there is nothing to show."""
        return self._view

    def want(self, wanted: bool) -> None:
        """Show or hide it."""
        self._is_wanted = wanted
        self.refresh()

    def refresh(self) -> None:
        """Ask for a picture if a layer has changed."""
        layers = self._layers() if self._is_wanted else ()
        bounds = [entry.shapes.extent for entry in layers if entry.shapes.extent is not None]
        self.setVisible(bool(bounds))
        if not bounds:
            self._drawn = ()
            return
        self._place()
        if self._drawn and [(e.layer.style, e.shapes) for e in layers] == [
            (e.layer.style, e.shapes) for e in self._drawn
        ]:
            return
        self._drawn = layers
        self._view = View.fit(union(bounds), self.width(), self.height(), _PX_PER_MM)
        self._loop.ask(Request(self._view, layers, self.devicePixelRatioF(), labels=False))

    def event(self, event: QEvent) -> bool:
        """Paint as finely as the screen is to which the window was moved."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._drawn = ()
            self.refresh()
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the corner, and small beside the map."""
        if event.type() == QEvent.Type.Resize:
            self.refresh()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, a frame, and the ground that the map shows now."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), GROUND)
        if self._picture is not None:
            painter.drawImage(QPointF(0, 0), self._picture.image)
        if self._view is not None:
            self._paint_extent(painter, self._view)
        painter.setPen(QPen(QColor("#8a8f96"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Move the map there."""
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the map along."""
        self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The click ends here, not on the map below."""
        event.accept()

    def _go(self, event: QMouseEvent) -> None:
        event.accept()
        if self._view is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        x, y = self._view.to_map(event.position().x(), event.position().y())
        view = self._canvas.view
        self._canvas.show_view(
            View.at_scale((x, y), view.scale, view.width_px, view.height_px, view.px_per_mm)
        )

    def _paint_extent(self, painter: QPainter, overview: View) -> None:
        west, south, east, north = self._canvas.view.extent
        box = QRectF(QPointF(*overview.to_px(west, north)), QPointF(*overview.to_px(east, south)))
        if box.width() < _SMALLEST_PX or box.height() < _SMALLEST_PX:
            middle = box.center()
            box = QRectF(0, 0, _SMALLEST_PX, _SMALLEST_PX)
            box.moveCenter(middle)
        painter.setPen(QPen(QColor(255, 255, 255, 230), 3.5))
        if not box.contains(QRectF(self.rect())):
            painter.setBrush(QColor(36, 41, 47, 30))
        painter.drawRect(box)
        painter.setPen(QPen(QColor("#24292f"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)

    def _layers(self) -> tuple[MapLayer, ...]:
        return tuple(
            entry for entry in self._scene.layers if entry.layer.role in _ROLES and entry.shapes.count
        )

    def _place(self) -> None:
        width = min(_SIZE.width(), max(_LEAST_WIDTH, self._canvas.width() // _SHARE))
        if width != self.width():
            self.setFixedSize(width, width * _SIZE.height() // _SIZE.width())
            self._drawn = ()
        edge = self._canvas.rect().bottomRight()
        self.move(edge.x() - self.width() - _EDGE_PX, edge.y() - self.height() - _EDGE_PX)
        self.raise_()

    def _take(self, picture: Picture) -> None:
        self._picture = picture
        self.update()
