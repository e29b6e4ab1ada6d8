"""Icons drawn in code, so that they are sharp at every scale and need no files."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from chiiki_gis.ui.theme import AMBER, BLUE, INK, RED, TEAL

SIZE = QSize(20, 20)
_Draw = Callable[[QPainter], None]


def icon_named(name: str) -> QIcon:
    """The icon of that name. Raises KeyError."""
    icon = QIcon()
    for mode, opacity in ((QIcon.Mode.Normal, 1.0), (QIcon.Mode.Disabled, 0.35)):
        picture = QPixmap(SIZE * 2)
        picture.setDevicePixelRatio(2)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(opacity)
        _pen(painter, INK)
        _DRAWINGS[name](painter)
        painter.end()
        icon.addPixmap(picture, mode)
    return icon


def _pen(painter: QPainter, color: str, width: float = 1.6) -> None:
    cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    painter.setPen(QPen(QColor(color), width, Qt.PenStyle.SolidLine, cap, join))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _polygon(*points: tuple[float, float]) -> QPolygonF:
    return QPolygonF([QPointF(x, y) for x, y in points])


def _tint(color: str, alpha: int) -> QColor:
    tinted = QColor(color)
    tinted.setAlpha(alpha)
    return tinted


def _open(p: QPainter) -> None:
    p.setBrush(_tint(AMBER, 60))
    p.drawPolygon(_polygon((2.5, 16), (2.5, 4.5), (7.5, 4.5), (9.5, 7), (16.5, 7), (16.5, 16)))
    p.drawLine(QPointF(2.5, 10), QPointF(16.5, 10))


def _save(p: QPainter) -> None:
    p.drawPolygon(_polygon((3, 3), (14, 3), (17, 6), (17, 17), (3, 17)))
    p.drawRect(QRectF(6.5, 11, 7, 6))
    p.drawLine(QPointF(7, 3), QPointF(7, 7))
    p.drawLine(QPointF(7, 7), QPointF(12, 7))


def _import(p: QPainter) -> None:
    p.drawPolyline(_polygon((3, 12), (3, 17), (17, 17), (17, 12)))
    _pen(p, BLUE, 2)
    p.drawLine(QPointF(10, 3), QPointF(10, 12))
    p.drawPolyline(_polygon((6.5, 8.8), (10, 12.5), (13.5, 8.8)))


def _export(p: QPainter) -> None:
    p.drawPolyline(_polygon((3, 12), (3, 17), (17, 17), (17, 12)))
    _pen(p, TEAL, 2)
    p.drawLine(QPointF(10, 12.5), QPointF(10, 3.5))
    p.drawPolyline(_polygon((6.5, 6.7), (10, 3), (13.5, 6.7)))


def _turn(p: QPainter, mirrored: bool) -> None:
    if mirrored:
        p.translate(20, 0)
        p.scale(-1, 1)
    path = QPainterPath(QPointF(4, 8))
    path.lineTo(12, 8)
    path.arcTo(QRectF(7.5, 8, 8.5, 8), 90, -180)
    path.lineTo(7, 16)
    p.drawPath(path)
    p.drawPolyline(_polygon((7.5, 4.5), (4, 8), (7.5, 11.5)))


def _select(p: QPainter) -> None:
    p.setBrush(QColor("#ffffff"))
    p.drawPolygon(
        _polygon((5, 2.5), (5, 15.5), (8.3, 12.4), (10.6, 17.4), (12.8, 16.4), (10.5, 11.6), (15, 11.4))
    )


def _pan(p: QPainter) -> None:
    for angle in range(0, 360, 90):
        p.save()
        p.translate(10, 10)
        p.rotate(angle)
        p.drawLine(QPointF(0, 0), QPointF(7.5, 0))
        p.drawPolyline(_polygon((5, -2.5), (7.5, 0), (5, 2.5)))
        p.restore()


def _area(p: QPainter, color: str, dashed: bool) -> None:
    corners = _polygon((3, 8), (9, 3), (17, 6.5), (15, 16), (5, 16.5))
    pen = QPen(QColor(color), 1.8, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine)
    p.setPen(pen)
    p.setBrush(_tint(color, 40))
    p.drawPolygon(corners)
    p.setPen(QPen(QColor(color), 1.2))
    p.setBrush(QColor("#ffffff"))
    for corner in corners.toList():
        p.drawRect(QRectF(corner.x() - 1.6, corner.y() - 1.6, 3.2, 3.2))


def _facility(p: QPainter) -> None:
    path = QPainterPath(QPointF(10, 18))
    path.cubicTo(QPointF(3, 10.5), QPointF(3.2, 2.2), QPointF(10, 2.2))
    path.cubicTo(QPointF(16.8, 2.2), QPointF(17, 10.5), QPointF(10, 18))
    _pen(p, TEAL, 1.4)
    p.setBrush(_tint(TEAL, 220))
    p.drawPath(path)
    p.setBrush(QColor("#ffffff"))
    p.drawEllipse(QRectF(7.3, 5.3, 5.4, 5.4))


def _site(p: QPainter) -> None:
    _pen(p, "#8a6d1d", 1.6)
    p.setBrush(QColor("#fbe3a6"))
    p.drawPolygon(_polygon((3, 6), (16, 3.5), (17, 15), (4.5, 17)))
    _pen(p, TEAL, 1)
    p.setBrush(QColor(TEAL))
    p.drawEllipse(QRectF(8, 8, 4.4, 4.4))


def _distance(p: QPainter) -> None:
    p.save()
    p.translate(10, 10)
    p.rotate(-35)
    p.setBrush(QColor("#fff4c9"))
    p.drawRect(QRectF(-8.5, -3.2, 17, 6.4))
    for x in (-5.5, -2.2, 1.1, 4.4):
        p.drawLine(QPointF(x, -3.2), QPointF(x, -0.4))
    p.restore()


def _measure_area(p: QPainter) -> None:
    p.setBrush(QColor("#fff4c9"))
    p.drawPolygon(_polygon((3, 16.5), (3, 5), (16.5, 16.5)))
    p.drawLine(QPointF(6, 16.5), QPointF(6, 14.4))
    p.drawLine(QPointF(9.5, 16.5), QPointF(9.5, 14.4))


def _access(p: QPainter) -> None:
    _pen(p, "#e8590c", 2.2)
    path = QPainterPath(QPointF(4.5, 15.5))
    path.cubicTo(QPointF(4.5, 7), QPointF(15.5, 13), QPointF(15.5, 5))
    p.drawPath(path)
    _pen(p, INK, 1.2)
    p.setBrush(QColor("#2b6b3a"))
    p.drawRect(QRectF(12.5, 2, 6, 4.4))
    p.setBrush(QColor(TEAL))
    p.drawEllipse(QRectF(2.2, 13.2, 4.6, 4.6))


def _print(p: QPainter) -> None:
    p.setBrush(QColor("#ffffff"))
    p.drawRect(QRectF(2.5, 4, 15, 12))
    _pen(p, RED, 1.3)
    p.drawPolygon(_polygon((5, 12.5), (6.5, 7), (11, 6.5), (12, 12)))
    _pen(p, INK, 1.2)
    p.drawLine(QPointF(14, 7), QPointF(15.8, 7))
    p.drawLine(QPointF(14, 9.5), QPointF(15.8, 9.5))
    p.drawLine(QPointF(14, 12), QPointF(15.8, 12))


def _facts(p: QPainter) -> None:
    p.drawRect(QRectF(3.5, 2.5, 13, 15))
    _pen(p, "#1a7f37", 1.6)
    for y in (6.5, 11.5):
        p.drawPolyline(_polygon((5.5, y), (7, y + 1.6), (9.2, y - 1.4)))
    _pen(p, INK, 1.3)
    p.drawLine(QPointF(11, 6.5), QPointF(14.5, 6.5))
    p.drawLine(QPointF(11, 11.5), QPointF(14.5, 11.5))


def _full(p: QPainter) -> None:
    for angle in range(0, 360, 90):
        p.save()
        p.translate(10, 10)
        p.rotate(angle)
        p.drawPolyline(_polygon((3, -7), (7, -7), (7, -3)))
        p.restore()
    p.drawRect(QRectF(7, 7, 6, 6))


def _check(p: QPainter) -> None:
    p.drawEllipse(QRectF(3, 3, 11, 11))
    p.drawLine(QPointF(12.6, 12.6), QPointF(17, 17))
    _pen(p, "#1a7f37", 1.8)
    p.drawPolyline(_polygon((5.8, 8.6), (7.8, 10.8), (11.4, 6.4)))


def _identify(p: QPainter) -> None:
    _pen(p, BLUE, 1.5)
    p.drawEllipse(QRectF(2.5, 2.5, 15, 15))
    _pen(p, BLUE, 2)
    p.drawLine(QPointF(10, 9), QPointF(10, 14))
    p.drawPoint(QPointF(10, 5.8))


def _glass(p: QPainter) -> None:
    p.drawEllipse(QRectF(3, 3, 10.5, 10.5))
    _pen(p, INK, 2.2)
    p.drawLine(QPointF(12.4, 12.4), QPointF(17, 17))


def _snap(p: QPainter) -> None:
    _pen(p, RED, 3.4)
    path = QPainterPath(QPointF(5, 3.5))
    path.lineTo(5, 10)
    path.arcTo(QRectF(5, 5, 10, 10), 180, 180)
    path.lineTo(15, 3.5)
    p.drawPath(path)
    _pen(p, "#ffffff", 3.4)
    for x in (5, 15):
        p.drawLine(QPointF(x, 3.5), QPointF(x, 4.2))


def _box(p: QPainter) -> None:
    corners = _polygon((3, 5), (17, 5), (17, 15.5), (3, 15.5))
    _pen(p, RED, 1.8)
    p.setBrush(_tint(RED, 40))
    p.drawPolygon(corners)
    _pen(p, RED, 1.2)
    p.setBrush(QColor("#ffffff"))
    for corner in (corners.at(0), corners.at(2)):
        p.drawRect(QRectF(corner.x() - 1.6, corner.y() - 1.6, 3.2, 3.2))


def _trace(p: QPainter) -> None:
    _pen(p, "#b5bac0", 4)
    line = _polygon((3, 16), (6, 9), (11, 11), (16.5, 3.5))
    p.drawPolyline(line)
    _pen(p, "#d6007f", 1.6)
    p.drawPolyline(line)


def _zoom_box(p: QPainter) -> None:
    p.setPen(QPen(QColor(BLUE), 1.2, Qt.PenStyle.DashLine))
    p.setBrush(_tint(BLUE, 30))
    p.drawRect(QRectF(2, 3, 12, 9))
    _pen(p, INK, 1.4)
    p.setBrush(QColor("#ffffff"))
    p.drawEllipse(QRectF(8, 7.5, 7, 7))
    _pen(p, INK, 2)
    p.drawLine(QPointF(14.2, 13.7), QPointF(17.5, 17))


def _new(p: QPainter) -> None:
    p.drawPolygon(_polygon((4, 2.5), (12, 2.5), (16, 6.5), (16, 17.5), (4, 17.5)))
    p.drawPolyline(_polygon((12, 2.5), (12, 6.5), (16, 6.5)))


def _sample(p: QPainter) -> None:
    _pen(p, RED, 1.5)
    star = QPolygonF(
        [
            QPointF(10 + r * math.sin(math.radians(36 * i)), 10 - r * math.cos(math.radians(36 * i)))
            for i, r in enumerate([8.0, 3.6] * 5)
        ]
    )
    p.setBrush(_tint(RED, 40))
    p.drawPolygon(star)


def _lock(p: QPainter, closed: bool) -> None:
    _pen(p, AMBER if closed else "#b5bac0", 1.6)
    shackle = QPainterPath(QPointF(6.5, 9))
    shackle.lineTo(6.5, 7)
    shackle.arcTo(QRectF(6.5, 3, 7, 7), 180, -180 if closed else -130)
    if closed:
        shackle.lineTo(13.5, 9)
    p.drawPath(shackle)
    p.setBrush(_tint(AMBER, 70) if closed else Qt.BrushStyle.NoBrush)
    p.drawRoundedRect(QRectF(4.5, 9, 11, 7.5), 1.5, 1.5)


def _info(p: QPainter) -> None:
    _pen(p, BLUE, 1.3)
    p.drawEllipse(QRectF(4, 4, 12, 12))
    p.drawLine(QPointF(10, 9.4), QPointF(10, 13.2))
    p.setBrush(QColor(BLUE))
    p.drawEllipse(QRectF(9.5, 6.4, 1, 1))


def _eye(p: QPainter, crossed: bool) -> None:
    _pen(p, INK, 1.4)
    outline = QPainterPath(QPointF(2.5, 10))
    outline.quadTo(QPointF(10, 2.5), QPointF(17.5, 10))
    outline.quadTo(QPointF(10, 17.5), QPointF(2.5, 10))
    p.drawPath(outline)
    p.setBrush(QColor(INK))
    p.drawEllipse(QRectF(7.7, 7.7, 4.6, 4.6))
    if crossed:
        _pen(p, RED, 1.8)
        p.drawLine(QPointF(4, 16.5), QPointF(16, 3.5))


def _sets(p: QPainter) -> None:
    for x, y in ((3, 3), (5.2, 5.2), (7.4, 7.4)):
        p.setBrush(QColor("#ffffff"))
        p.drawRoundedRect(QRectF(x, y, 9.6, 9.6), 1.5, 1.5)
    _pen(p, TEAL, 1.5)
    p.drawPolyline(_polygon((9.6, 14.2), (11.6, 11), (13.4, 13), (14.6, 11.4)))


def _compare(p: QPainter) -> None:
    p.drawRect(QRectF(2.5, 4, 15, 12))
    p.drawLine(QPointF(10, 4), QPointF(10, 16))
    _pen(p, TEAL, 1.4)
    for x in (3.6, 11.1):
        p.drawPolyline(_polygon((x, 13), (x + 2, 8.5), (x + 3.6, 11), (x + 5, 9)))


_DRAWINGS: dict[str, _Draw] = {
    "new": _new,
    "open": _open,
    "save": _save,
    "sample": _sample,
    "import": _import,
    "export": _export,
    "undo": lambda p: _turn(p, False),
    "redo": lambda p: _turn(p, True),
    "select": _select,
    "pan": _pan,
    "priority": lambda p: _area(p, BLUE, True),
    "promotion": lambda p: _area(p, RED, False),
    "facility": _facility,
    "site": _site,
    "distance": _distance,
    "area": _measure_area,
    "access": _access,
    "print": _print,
    "facts": _facts,
    "full": _full,
    "check": _check,
    "lock": lambda p: _lock(p, True),
    "unlock": lambda p: _lock(p, False),
    "info": _info,
    "show_all": lambda p: _eye(p, False),
    "hide_all": lambda p: _eye(p, True),
    "sets": _sets,
    "compare": _compare,
    "identify": _identify,
    "find": _glass,
    "zoom_box": _zoom_box,
    "draw_box": _box,
    "snap": _snap,
    "trace": _trace,
}
