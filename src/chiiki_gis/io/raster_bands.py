"""From the bands of a raster file to colours for the screen, or to heights in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

STRETCH_PERCENT = (2.0, 98.0)
SAMPLE_PX = 1000
"""Width and height of the rough picture from which brightness and heights are taken."""
NO_GROUND_M = -1000.0
"""Lower than any ground: a mark such as −9999 that the file does not declare."""


@dataclass(frozen=True)
class Bands:
    """How a file's bands become a picture.

    numbers    the bands to read: one of grey, indices or heights, or three of red, green and blue
    alpha      the file's band of opacity, 0 where it has none
    palette    colours (n, 4) by index, or None
    stretch    darkest and brightest value per band, or None for 8-bit values as they are
    scale      factor and offset of heights
    heights    lowest and highest ground, None for pictures
    """

    numbers: tuple[int, ...]
    alpha: int
    nodata: float | None
    palette: NDArray[np.uint8] | None
    stretch: tuple[tuple[float, float], ...] | None
    scale: tuple[float, float]
    heights: tuple[float, float] | None

    @property
    def is_relief(self) -> bool:
        """True for a height grid."""
        return self.heights is not None

    @property
    def dtype(self) -> Any:
        """Of colours or heights."""
        return np.dtype("f4" if self.is_relief else "u1")

    @property
    def nothing(self) -> float:
        """A pixel where nothing is known."""
        return np.nan if self.is_relief else 0

    def colors(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Premultiplied blue, green, red, alpha (rows, columns, 4), from the bands and their opacity."""
        opacity = _opacity(values[-1])
        if self.palette is not None:
            colors = self.palette[np.minimum(values[0], len(self.palette) - 1)]
            opacity = np.where(opacity > 0, colors[..., 3], 0).astype("u1")
            red, green, blue = colors[..., 0], colors[..., 1], colors[..., 2]
        else:
            shown = [self._bright(band, n) for n, band in enumerate(values[:-1])]
            red, green, blue = shown if len(shown) == 3 else shown * 3
        out = np.stack([blue, green, red, opacity], axis=-1)
        if not (opacity == 255).all():
            share = opacity.astype("u2")[..., None]
            out[..., :3] = (out[..., :3] * share + 127) // 255
        return out

    def metres(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Heights, NaN where there is no ground."""
        found = values * np.float32(self.scale[0]) + np.float32(self.scale[1])
        found[found < NO_GROUND_M] = np.nan
        return np.asarray(found, "f4")

    def _bright(self, band: NDArray[Any], number: int) -> NDArray[np.uint8]:
        if self.stretch is None:
            return np.asarray(band, "u1")
        low, high = self.stretch[number]
        share = (np.nan_to_num(band.astype("f4"), nan=low) - low) / max(high - low, 1e-12)
        return np.asarray(np.rint(np.clip(share, 0, 1) * 255), "u1")


def bands_of(source: DatasetReader, *, is_relief: bool) -> Bands:
    """What an open file's bands mean."""
    from rasterio.enums import ColorInterp

    kinds = list(source.colorinterp)
    alpha = kinds.index(ColorInterp.alpha) + 1 if ColorInterp.alpha in kinds else 0
    if is_relief:
        return _relief_bands(source)
    palette = _palette(source) if kinds[0] == ColorInterp.palette else None
    three = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
    others = [n for n in range(1, source.count + 1) if n != alpha]
    if all(kind in kinds for kind in three):
        numbers = tuple(kinds.index(kind) + 1 for kind in three)
    else:
        numbers = tuple(others[:3]) if len(others) >= 3 else (others[0],)
    stretch = None
    if palette is None and source.dtypes[0] != "uint8":
        stretch = tuple(_span(source, number) for number in numbers)
    elif palette is None and (bits := source.tags(1, ns="IMAGE_STRUCTURE").get("NBITS")) is not None:
        stretch = ((0.0, float(2 ** int(bits) - 1)),) * len(numbers)
    return Bands(numbers, alpha, source.nodata, palette, stretch, (1.0, 0.0), None)


def _relief_bands(source: DatasetReader) -> Bands:
    """One band of heights; a mark for "nothing" that the file does not declare is found by its value."""
    factor, offset = float(source.scales[0]), float(source.offsets[0])
    rough = _rough(source, 1)
    ground = rough[rough * factor + offset >= NO_GROUND_M]
    nodata = source.nodata
    if nodata is None and len(ground) < len(rough):
        nodata = float(rough.min())
    low, high = (float(ground.min()), float(ground.max())) if len(ground) else (0.0, 0.0)
    metres = sorted((low * factor + offset, high * factor + offset))
    return Bands((1,), 0, nodata, None, None, (factor, offset), (metres[0], metres[1]))


def _palette(source: DatasetReader) -> NDArray[np.uint8]:
    """Red, green, blue and alpha by index."""
    colors = source.colormap(1)
    table = np.zeros((max(colors) + 1, 4), "u1")
    for index, color in colors.items():
        table[index] = color
    return table


def _span(source: DatasetReader, number: int) -> tuple[float, float]:
    """The values between which a band's brightness is spread."""
    rough = _rough(source, number)
    if not rough.size:
        return 0.0, 1.0
    low, high = np.percentile(rough, STRETCH_PERCENT)
    return float(low), float(high)


def _rough(source: DatasetReader, number: int) -> NDArray[Any]:
    """The valid values of a band, from a picture of at most a megapixel."""
    shrink = max(source.width / SAMPLE_PX, source.height / SAMPLE_PX, 1.0)
    size = (max(1, round(source.height / shrink)), max(1, round(source.width / shrink)))
    values = source.read(number, out_shape=size, masked=True).compressed()
    return np.asarray(values[np.isfinite(values)])


def _opacity(band: NDArray[Any]) -> NDArray[np.uint8]:
    """0–255; bands wider than 8 bits are in or out."""
    if band.dtype == np.uint8:
        return band
    return np.where(band > 0, 255, 0).astype("u1")
