"""The scanned plan beside the map: panned, zoomed, clicked for control points."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from chiiki_gis.ui.theme import BLUE, FAINT, RED, SHADE
from chiiki_gis.ui.tools.marks import draw_label
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    from chiiki_gis.core.control_points import ScanLook

_NOTCH, _ZOOM = 120.0, 1.35
_CLOSEST = 16.0
"""Screen pixels for one of the picture's."""
_DETAIL_AFTER_MS = 150
_MARK_PX = 9.0
_DRAG_PX = 4.0

AskCloser = Callable[[tuple[float, float, float, float], tuple[int, int]], object]


class ScanView(QWidget):
    """Shows the whole picture made smaller, and the part in sight as sharp as it is once it has been read.

    clicked      a place on the picture (column, row)
    ask_closer   called with a part of the picture and its wanted size; the answer goes to `show_closer`
    """

    clicked = Signal(float, float)

    def __init__(self, ask_closer: AskCloser) -> None:
        super().__init__()
        self.setMinimumSize(260, 200)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._ask_closer = ask_closer
        self._image: QImage | None = None
        self._closer: tuple[QRectF, QImage] | None = None
        self._size = (1, 1)
        self._scale, self._left, self._top = 1.0, 0.0, 0.0
        self._pressed: QPointF | None = None
        self._dragged = False
        self.marks: list[tuple[Point, str, bool, bool]] = []
        self.waiting: Point | None = None
        self._timer = QTimer(self, singleShot=True, interval=_DETAIL_AFTER_MS)
        self._timer.timeout.connect(self._ask)

    def show_look(self, look: ScanLook) -> None:
        """Show a picture as a whole."""
        self._image, self._size = _image(look.image, look.size), (look.width, look.height)
        self._closer = None
        self.fit()

    def show_closer(
        self, window: tuple[float, float, float, float], image: bytes, size: tuple[int, int]
    ) -> None:
        """A part of the picture as it was asked for."""
        self._closer = (QRectF(*window), _image(image, size))
        self.update()

    def show_marks(self, marks: list[tuple[Point, str, bool, bool]], waiting: Point | None) -> None:
        """Points to mark: place on the picture, its number, whether it is used, whether it is suspect.

        waiting   a place whose other half is still to be given
        """
        self.marks, self.waiting = marks, waiting
        self.update()

    def fit(self) -> None:
        """Show all of the picture."""
        width, height = self._size
        self._scale = min(self.width() / width, self.height() / height)
        self._left = (width - self.width() / self._scale) / 2
        self._top = (height - self.height() / self._scale) / 2
        self._look_again()

    def centre(self, at: Point) -> None:
        """Move a place of the picture into the middle."""
        self._left = at[0] - self.width() / self._scale / 2
        self._top = at[1] - self.height() / self._scale / 2
        self._look_again()

    def to_picture(self, at: QPointF) -> Point:
        """The place on the picture below a place of the widget."""
        return self._left + at.x() / self._scale, self._top + at.y() / self._scale

    def to_widget(self, at: Point) -> QPointF:
        """The reverse."""
        return QPointF((at[0] - self._left) * self._scale, (at[1] - self._top) * self._scale)

    def _look_again(self) -> None:
        self._timer.start()
        self.update()

    def _ask(self) -> None:
        """Ask for the part in sight where the whole picture is too coarse for it."""
        if self._image is None or self._scale * self._size[0] <= self._image.width():
            return
        left, top = max(self._left, 0.0), max(self._top, 0.0)
        right = min(self._left + self.width() / self._scale, float(self._size[0]))
        below = min(self._top + self.height() / self._scale, float(self._size[1]))
        if right - left >= 1 and below - top >= 1:
            window = (float(int(left)), float(int(top)), float(int(right - left)), float(int(below - top)))
            ratio = self.devicePixelRatioF()
            self._ask_closer(window, (int(self.width() * ratio), int(self.height() * ratio)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture, then the marks."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(SHADE))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < 2)
        if self._image is not None:
            self._draw(painter, QRectF(0, 0, *self._size), self._image)
        if self._closer is not None:
            self._draw(painter, *self._closer)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for at, number, is_used, is_suspect in self.marks:
            self._mark(painter, at, number, RED if is_suspect else BLUE if is_used else FAINT)
        if self.waiting is not None:
            self._mark(painter, self.waiting, "？", RED)
        painter.end()

    def _draw(self, painter: QPainter, part: QRectF, image: QImage) -> None:
        corner = self.to_widget((part.x(), part.y()))
        painter.drawImage(
            QRectF(corner.x(), corner.y(), part.width() * self._scale, part.height() * self._scale), image
        )

    def _mark(self, painter: QPainter, at: Point, number: str, color: str) -> None:
        middle = self.to_widget(at)
        for shade, width in (("#ffffff", 4.0), (color, 1.8)):
            painter.setPen(QPen(QColor(shade), width))
            painter.drawLine(middle - QPointF(_MARK_PX, 0), middle + QPointF(_MARK_PX, 0))
            painter.drawLine(middle - QPointF(0, _MARK_PX), middle + QPointF(0, _MARK_PX))
        draw_label(painter, middle + QPointF(12, -24), [number], centered=False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show all of it anew: the window is being laid out."""
        super().resizeEvent(event)
        if self._image is not None and event.oldSize().isEmpty():
            self.fit()
        self._look_again()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the cursor."""
        at = event.position()
        column, row = self.to_picture(at)
        widest = min(self.width() / self._size[0], self.height() / self._size[1]) / 2
        factor = _ZOOM ** (event.angleDelta().y() / _NOTCH)
        self._scale = min(max(self._scale * factor, widest), _CLOSEST)
        self._left, self._top = column - at.x() / self._scale, row - at.y() / self._scale
        self._look_again()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A drag moves the picture; a click is a point."""
        self._pressed, self._dragged = event.position(), event.button() != Qt.MouseButton.LeftButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Move the picture."""
        if self._pressed is None:
            return
        moved = event.position() - self._pressed
        if self._dragged or moved.manhattanLength() > _DRAG_PX:
            self._dragged = True
            self._left -= moved.x() / self._scale
            self._top -= moved.y() / self._scale
            self._pressed = event.position()
            self._look_again()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a click on the picture is a point."""
        was_click = self._pressed is not None and not self._dragged
        self._pressed = None
        column, row = self.to_picture(event.position())
        if (
            was_click
            and self._image is not None
            and 0 <= column <= self._size[0]
            and 0 <= row <= self._size[1]
        ):
            self.clicked.emit(column, row)


def _image(content: bytes, size: tuple[int, int]) -> QImage:
    image = QImage(content, size[0], size[1], size[0] * 4, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()  # the bytes belong to the message
