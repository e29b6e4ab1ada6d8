"""A map as a picture for a document: exact in millimetres, with its scale, a check line and its legend."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize
from PySide6.QtGui import QImage, QPainter

from chiiki_gis.core.sheet import Extent
from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Box, Placed, Row, flow, paint_placed
from chiiki_gis.render.furniture import (
    BAR_COLOR,
    CHECK_COLOR,
    CHECK_LINE_MM,
    Mark,
    bar_metres,
    draw_check_line,
    draw_north_arrow,
    draw_rectangle,
    draw_scale_bar,
)
from chiiki_gis.render.legend import legend_entries, legend_rows
from chiiki_gis.render.paint import paint_map
from chiiki_gis.render.sheet import SheetContent
from chiiki_gis.render.tables import paragraph
from chiiki_gis.render.typeset import BLACK, GREY, draw_text
from chiiki_gis.render.view import View

SIZES = TypeSizes(4.0, 2.6, 2.3, 1.9, 1.7)
STRIP_MM = 15.0
"""Height of the strip below the map: north, scale bar and check line."""
_COLUMNS, _GAP, _EDGE = 3, 3.0, 0.4
_MOST_LEGEND_MM = 62.0
LEGEND_GOES_ON = "ほかの凡例は図面（PDF）にあります。"


@dataclass(frozen=True)
class MapPicture:
    """A picture and its size on paper.

    png     knows its resolution
    extent  ground shown
    """

    png: bytes
    width_mm: float
    height_mm: float
    scale: int
    extent: Extent


def picture_extent(center: tuple[float, float], scale: int, map_mm: tuple[float, float]) -> Extent:
    """Ground of a map of that size (m)."""
    half_x, half_y = (mm * scale / 2000 for mm in map_mm)
    return center[0] - half_x, center[1] - half_y, center[0] + half_x, center[1] + half_y


def draw_map_picture(
    content: SheetContent,
    center: tuple[float, float],
    scale: int,
    map_mm: tuple[float, float],
    dpi: int = 200,
) -> MapPicture:
    """Draw the layers of a sheet around a centre at an exact scale, with strip and legend below the map.

    map_mm   width and height of the map alone; the picture is as wide, and as high as the legend needs
    """
    extent = picture_extent(center, scale, map_mm)
    width, height = map_mm
    placed, legend_mm = _legend(content, extent, Box(0, height + STRIP_MM, width, _MOST_LEGEND_MM))
    whole = height + STRIP_MM + legend_mm
    px = dpi / 25.4
    image = QImage(QSize(round(width * px), round(whole * px)), QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    image.setDotsPerMeterX(round(px * 1000))
    image.setDotsPerMeterY(round(px * 1000))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        painter.setClipRect(QRectF(0, 0, width * px, height * px))
        paint_map(painter, content.layers, View.at_scale(center, scale, width * px, height * px, px, 0, 0))
        painter.restore()
        painter.scale(px, px)
        draw_rectangle(painter, Box(_EDGE / 2, _EDGE / 2, width - _EDGE, height - _EDGE / 2), BLACK, _EDGE)
        _draw_strip(painter, Box(0, height, width, STRIP_MM), scale)
        paint_placed(painter, placed)
    finally:
        painter.end()  # before the image goes
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, the binding wants str
    return MapPicture(bytes(buffer.data().data()), width, whole, scale, extent)


def _draw_strip(painter: QPainter, strip: Box, scale: int) -> None:
    """North, the scale in figures and as a bar, and the line to lay a ruler on."""
    top, small = strip.top + 1.5, SIZES.small
    draw_north_arrow(painter, strip.left + 4, top, 11.0)
    left = strip.left + 12
    draw_text(painter, left, top + 3.4, f"縮尺 1:{scale:,}", SIZES.body * 1.15, bold=True)
    metres = bar_metres(scale, 50.0)
    y = top + 7.2
    bar = Mark("縮尺バー", BAR_COLOR, (left, y), (left + metres * 1000 / scale, y))
    draw_scale_bar(painter, bar, metres, small)
    x = strip.right - CHECK_LINE_MM - 18
    check = Mark("縮尺確認線", CHECK_COLOR, (x, y), (x + CHECK_LINE_MM, y))
    draw_check_line(painter, check, small)
    draw_text(painter, x, top + 3.4, "貼り付けた後に拡大・縮小しないでください", small, color=GREY)


def _legend(content: SheetContent, extent: Extent, box: Box) -> tuple[list[Placed], float]:
    """The legend of what the picture shows in columns of about equal height, and the height it takes."""
    share = (box.width - (_COLUMNS - 1) * _GAP) / _COLUMNS
    entries = tuple(replace(e, is_wide=True) for e in legend_entries(content.layers, extent))
    rows = legend_rows(entries, share, SIZES)
    if not rows:
        return [], 0.0
    height = sum(row.height for row in rows) / _COLUMNS + 6
    while True:
        height = min(height, box.height)
        placed, rest = flow(rows, _columns(box, share, height))
        if not rest or height == box.height:
            break
        height += 3
    if rest:
        placed += _goes_on(box, share, height)
        height += SIZES.small * 2
    return placed, height


def _columns(box: Box, share: float, height: float) -> list[Box]:
    return [Box(box.left + n * (share + _GAP), box.top, share, height) for n in range(_COLUMNS)]


def _goes_on(box: Box, share: float, height: float) -> list[Placed]:
    lines: list[Row] = paragraph(LEGEND_GOES_ON, share * _COLUMNS, SIZES.small, GREY)
    return [Placed(line, box.left, box.top + height) for line in lines[:1]]
