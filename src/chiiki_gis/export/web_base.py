"""A picture below the residents' map: the plan's raster layers, warped to the page's projection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage, QPainter

from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import PLAN_ROLES
from chiiki_gis.core.sheet import Extent
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.sheet_subjects import drawable
from chiiki_gis.render.paint import paint_map, raster_layer, with_common_heights
from chiiki_gis.render.rasters import touches
from chiiki_gis.render.view import View

if TYPE_CHECKING:
    from chiiki_gis.io.pyramid import Pyramid

WEB_EPSG = 3857
"""The projection of the page's map; nothing is measured in it."""
LONGER_PX = 1100
QUALITY = 60
"""Of the JPEG: with LONGER_PX about 150–250 kB."""
_MARGIN = 0.15


@dataclass(frozen=True)
class BaseImage:
    """A picture and where it lies.

    bounds    [[south, west], [north, east]] in degrees
    citation  出典 of the layers
    """

    jpeg: bytes
    bounds: tuple[tuple[float, float], tuple[float, float]]
    citation: str


def base_image(values: Snapshot, pyramids: Mapping[LayerId, Pyramid]) -> BaseImage | None:
    """The raster layers that are switched on, around the plan; None where there is nothing to draw."""
    extent = _extent(values)
    if extent is None:
        return None
    drawn = [
        raster_layer(layer, pyramids[layer.id])
        for layer in values.layers
        if layer.id in pyramids and touches(pyramids[layer.id], extent)
    ]
    if not drawn:
        return None
    west, south, east, north = extent
    metres = max(east - west, north - south) / LONGER_PX
    image = QImage(
        round((east - west) / metres), round((north - south) / metres), QImage.Format.Format_RGB888
    )
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    try:
        paint_map(
            painter,
            with_common_heights(drawn),
            View(west, north, metres, image.width(), image.height()),
            labels=False,
        )
    finally:
        painter.end()  # before the image goes
    citations = dict.fromkeys(entry.layer.source.citation for entry in drawn)
    warped, bounds = _warped(image, extent, values.epsg)
    return BaseImage(_jpeg(warped), bounds, "、".join(filter(None, citations)))


def _extent(values: Snapshot) -> Extent | None:
    """The plan with a margin (m)."""
    frames = [drawable(values.rows(role)) for role in PLAN_ROLES]
    boxes = [frame.total_bounds for frame in frames if len(frame)]
    if not boxes:
        return None
    west, south = min(b[0] for b in boxes), min(b[1] for b in boxes)
    east, north = max(b[2] for b in boxes), max(b[3] for b in boxes)
    margin = max(_MARGIN * max(east - west, north - south), 200.0)
    return float(west - margin), float(south - margin), float(east + margin), float(north + margin)


def _warped(
    image: QImage, extent: Extent, epsg: int
) -> tuple[QImage, tuple[tuple[float, float], tuple[float, float]]]:
    """The picture in the page's projection, and its corners in degrees; white where it shows nothing."""
    import numpy as np
    from affine import Affine
    from pyproj import Transformer
    from rasterio.warp import Resampling, reproject

    height, width, line = image.height(), image.width(), image.bytesPerLine()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(height, line)[:, : 3 * width]
    bands = 255 - pixels.reshape(height, width, 3).transpose(2, 0, 1)  # 0 becomes the white around it
    source, target = f"EPSG:{epsg}", f"EPSG:{WEB_EPSG}"
    wide, high = (extent[2] - extent[0]) / width, (extent[3] - extent[1]) / height
    origin = Affine(wide, 0.0, extent[0], 0.0, -high, extent[3])
    moved = Transformer.from_crs(epsg, WEB_EPSG, always_xy=True).transform_bounds(*extent)
    step = max((moved[2] - moved[0]) / width, (moved[3] - moved[1]) / height)
    columns, rows = round((moved[2] - moved[0]) / step), round((moved[3] - moved[1]) / step)
    place = Affine(step, 0.0, moved[0], 0.0, -step, moved[3])
    out = np.zeros((3, rows, columns), np.uint8)
    reproject(
        np.ascontiguousarray(bands), out, src_transform=origin, src_crs=source,
        dst_transform=place, dst_crs=target, resampling=Resampling.bilinear,
    )  # fmt: skip
    plain = np.ascontiguousarray((255 - out).transpose(1, 2, 0))
    made = QImage(plain.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
    west, north = moved[0], moved[3]
    east, south = west + step * columns, north - step * rows
    to_degrees = Transformer.from_crs(WEB_EPSG, 6668, always_xy=True)
    (x0, y0), (x1, y1) = to_degrees.transform(west, south), to_degrees.transform(east, north)
    return made, ((y0, x0), (y1, x1))


def _jpeg(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", QUALITY)  # type: ignore[call-overload]  # the stub wants bytes, the binding wants str
    return bytes(buffer.data().data())
