"""Drawing raster layers: pictures as they are, height grids as hillshade and colours by height.

On a screen each layer is drawn by itself. On paper neighbouring raster layers become one picture of at least
200 dpi, cut to the frame: printers and PDF readers draw a single picture without seams.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from chiiki_gis.core.heights import HeightClass, height_classes
from chiiki_gis.core.style import RasterLook
from chiiki_gis.io.pyramid import Pyramid
from chiiki_gis.io.relief import FLAT
from chiiki_gis.render.view import Extent, View

if TYPE_CHECKING:
    from chiiki_gis.core.layer import Layer

PAPER_DPI = 220
FULL_SHARE, FAST_SHARE = 1.25, 2.5
"""How much wider than a device pixel a picture's pixel may be; more while the map moves."""
WHITE_FROM, BLACK_TO = 248, 7
"""A scan's white paper and black collar are not quite white and black."""
SHADE_STRENGTH, LIGHT_STRENGTH = 0.52, 0.42
"""How dark the darkest slope and how bright the brightest one is."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A raster layer to draw.

    heights   the lowest and the highest ground that colours by height cover; None for pictures
    """

    layer: Layer
    pyramid: Pyramid
    heights: tuple[float, float] | None


def draw_rasters(
    painter: QPainter,
    view: View,
    pictures: Sequence[Picture],
    *,
    fast: bool,
    cancelled: Callable[[], bool],
) -> None:
    """Draw raster layers on a screen, bottom to top.

    fast   take coarser pictures while the map moves
    """
    for picture in pictures:
        if not cancelled():
            _draw(painter, view, picture, FAST_SHARE if fast else FULL_SHARE)


def print_rasters(
    painter: QPainter, view: View, pictures: Sequence[Picture], cancelled: Callable[[], bool], *, solid: bool
) -> None:
    """Draw raster layers that lie one on the other, bottom to top, as one picture.

    solid   stand on white instead of using alpha
    """
    fine = _at_dpi(view, PAPER_DPI)
    formats = QImage.Format
    sheet = QImage(
        math.ceil(fine.width_px),
        math.ceil(fine.height_px),
        formats.Format_RGB32 if solid else formats.Format_ARGB32_Premultiplied,
    )
    sheet.fill(QColor("#ffffff") if solid else Qt.GlobalColor.transparent)
    inner = QPainter(sheet)
    for picture in pictures:
        if not cancelled():
            _draw(inner, fine, picture, 1.0)
    inner.end()
    frame = QRectF(view.left_px, view.top_px, view.width_px, view.height_px)
    painter.drawImage(frame, sheet, QRectF(0, 0, fine.width_px, fine.height_px))


def touches(pyramid: Pyramid, extent: Extent) -> bool:
    """Whether a picture has ground inside an extent."""
    west, south, east, north = pyramid.extent
    return west < extent[2] and east > extent[0] and south < extent[3] and north > extent[1]


def tints(layer: Layer, heights: tuple[float, float] | None) -> tuple[HeightClass, ...]:
    """The colours by height that a layer shows; none for pictures and where they are switched off."""
    return height_classes(*heights) if heights is not None and layer.style.raster.tints else ()


def _at_dpi(view: View, dpi: float) -> View:
    """The same ground with so many pixels an inch, beginning at the origin."""
    fewer = dpi / 25.4 / view.px_per_mm
    return View(
        view.west,
        view.north,
        view.metres_per_px / fewer,
        view.width_px * fewer,
        view.height_px * fewer,
        view.px_per_mm * fewer,
    )


def _draw(painter: QPainter, view: View, picture: Picture, share: float) -> None:
    """The part of one raster layer that the view shows, scaled smoothly."""
    pyramid = picture.pyramid
    level = pyramid.level_for(view.metres_per_px * share)
    box = _box(pyramid, level, view.extent)
    if box is None:
        return
    pixels = _colors(picture, level, box)
    image = QImage(
        pixels.data,
        pixels.shape[1],
        pixels.shape[0],
        pixels.shape[1] * 4,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    (west, north), (x, y) = pyramid.corner, pyramid.step(level)
    left, top = view.to_px(west + box[0] * x, north - box[1] * y)
    right, bottom = view.to_px(west + box[2] * x, north - box[3] * y)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setOpacity(picture.layer.style.opacity)
    painter.drawImage(QRectF(left, top, right - left, bottom - top), image)
    painter.restore()


def _box(pyramid: Pyramid, level: int, extent: Extent) -> tuple[int, int, int, int] | None:
    """The pixels of a level that an extent touches, with a margin for smooth scaling; None without any."""
    (west, north), (x, y), (width, height) = pyramid.corner, pyramid.step(level), pyramid.sizes[level]
    left = max(math.floor((extent[0] - west) / x) - 1, 0)
    right = min(math.ceil((extent[2] - west) / x) + 1, width)
    top = max(math.floor((north - extent[3]) / y) - 1, 0)
    bottom = min(math.ceil((north - extent[1]) / y) + 1, height)
    return (left, top, right, bottom) if left < right and top < bottom else None


def _colors(picture: Picture, level: int, box: tuple[int, int, int, int]) -> NDArray[Any]:
    """Premultiplied colours of a part of a level."""
    pyramid, look = picture.pyramid, picture.layer.style.raster
    if not pyramid.is_relief:
        return _cleared(pyramid.window("color", level, box), look)
    shade = pyramid.window("shade", level, box)
    classes = tints(picture.layer, picture.heights)
    if not classes:
        return np.asarray(_relief_table((), look)[0][shade])
    edges = np.array([one.low for one in classes[1:]], "f4")
    number = np.searchsorted(edges, pyramid.window("height", level, box), side="right")
    number = np.minimum(number, len(classes) - 1)  # NaN sorts last; its shade is 0 and stays clear
    return np.asarray(_relief_table(tuple(one.color for one in classes), look)[number, shade])


def _cleared(pixels: NDArray[np.uint8], look: RasterLook) -> NDArray[np.uint8]:
    """A picture without its white or its black."""
    if look.clear == "none":
        return pixels
    colors = pixels[..., :3]
    gone = (colors >= WHITE_FROM).all(axis=2) if look.clear == "white" else (colors <= BLACK_TO).all(axis=2)
    pixels[gone] = 0
    return pixels


def _relief_table(colors: tuple[str, ...], look: RasterLook) -> NDArray[np.uint32]:
    """The colour of every class (or of none) and shade: black on dark slopes, white on bright ones."""
    table = np.zeros((max(len(colors), 1), 256, 4))
    shade = np.arange(256.0)
    dark = np.clip((FLAT - shade) / FLAT, 0, 1) * SHADE_STRENGTH
    light = np.clip((shade - FLAT) / (255 - FLAT), 0, 1) * LIGHT_STRENGTH
    if not look.hillshade:
        dark, light = np.zeros(256), np.zeros(256)
    for number, name in enumerate(colors or ("",)):
        ground = QColor(name) if name else QColor("#000000")
        base = np.array([ground.blueF(), ground.greenF(), ground.redF()])
        alpha = np.ones(256) if name else dark + light
        lit = base * (1 - dark - light)[:, None] + light[:, None]
        table[number] = np.column_stack([lit, alpha])
    table[:, 0] = 0
    packed = np.rint(np.clip(table, 0, 1) * 255).astype("<u4")
    return np.asarray(
        packed[..., 0] | packed[..., 1] << 8 | packed[..., 2] << 16 | packed[..., 3] << 24, "<u4"
    )
