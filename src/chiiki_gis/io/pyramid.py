"""Drawing data of a raster layer: its picture in the project CRS at every scale, in tiles. Read only.

The file is one of `array_file`. Level 0 is the finest; every further level has half as many pixels each way.
A picture has premultiplied colours (blue, green, red, alpha: Qt's order); a height grid has shades (0 where
nothing is known, see `relief`) and heights in metres.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.jobs import ShapesPlace
from chiiki_gis.core.layer import Layer
from chiiki_gis.io.array_file import CacheDamaged, Form, open_arrays
from chiiki_gis.io.raster_ref import raster_of

FORM = Form(b"CHIIKIRP", 1)
TILE = 256
META = frozenset(("key", "corner", "step", "sizes", "is_relief", "heights"))
"""What a file says of itself."""
Plane = Literal["color", "shade", "height"]


class Pyramid:
    """One raster layer's pictures."""

    def __init__(self, meta: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> None:
        self.meta = meta
        self.arrays = arrays
        self.corner: tuple[float, float] = (meta["corner"][0], meta["corner"][1])
        """West and north in metres."""
        self.sizes: tuple[tuple[int, int], ...] = tuple((w, h) for w, h in meta["sizes"])
        """Width and height of every level in pixels, finest first."""

    def fits(self, layer: Layer) -> bool:
        """Whether this is the picture of a layer's file as the layer reads it."""
        return bool(self.meta["key"] == key_of(layer))

    @property
    def is_relief(self) -> bool:
        """True for a height grid."""
        return bool(self.meta["is_relief"])

    @property
    def heights(self) -> tuple[float, float]:
        """The lowest and the highest ground of a height grid."""
        low, high = self.meta["heights"]
        return low, high

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        (west, north), (width, height), (x, y) = self.corner, self.sizes[0], self.step(0)
        return west, north - height * y, west + width * x, north

    def step(self, level: int) -> tuple[float, float]:
        """Width and height of a pixel of a level in metres."""
        x, y = self.meta["step"]
        return x * 2**level, y * 2**level

    def level_for(self, metres_per_px: float) -> int:
        """The coarsest level whose pixels are not wider than that; 0 where none is."""
        return max((n for n in range(len(self.sizes)) if max(self.step(n)) <= metres_per_px), default=0)

    def height_at(self, x: float, y: float) -> float | None:
        """The height of the finest cell at a place; None for pictures and where nothing is known."""
        (west, north), (step_x, step_y), (width, height) = self.corner, self.step(0), self.sizes[0]
        column, row = math.floor((x - west) / step_x), math.floor((north - y) / step_y)
        if not self.is_relief or not (0 <= column < width and 0 <= row < height):
            return None
        found = float(self.window("height", 0, (column, row, column + 1, row + 1))[0, 0])
        return None if math.isnan(found) else found

    def window(self, plane: Plane, level: int, box: tuple[int, int, int, int]) -> NDArray[Any]:
        """A rectangle of a level, in pixels: left, top, right, bottom, inside the level."""
        tiles = self.arrays[f"{plane}.{level}"]
        return assembled(lambda row, column: tiles[row, column], tiles.dtype, tiles.shape[4:], box)


def assembled(
    tile: Any, dtype: Any, channels: tuple[int, ...], box: tuple[int, int, int, int]
) -> NDArray[Any]:
    """A rectangle (left, top, right, bottom) put together from the tiles it touches.

    tile   gives the tile of a row and a column
    """
    left, top, right, bottom = box
    out = np.empty((bottom - top, right - left, *channels), dtype)
    for row in range(top // TILE, (bottom - 1) // TILE + 1):
        for column in range(left // TILE, (right - 1) // TILE + 1):
            y, x = row * TILE, column * TILE
            ya, yb, xa, xb = max(top, y), min(bottom, y + TILE), max(left, x), min(right, x + TILE)
            out[ya - top : yb - top, xa - left : xb - left] = tile(row, column)[
                ya - y : yb - y, xa - x : xb - x
            ]
    return out


def open_pyramid(place: ShapesPlace) -> Pyramid:
    """Map a pyramid's file. Raises CacheDamaged where it is not whole."""
    try:
        found = Pyramid(*open_arrays(place, FORM))
        planes: tuple[Plane, ...] = ("shade", "height") if found.is_relief else ("color",)
        is_sound = found.meta.keys() >= META and all(
            found.arrays[f"{plane}.{level}"].shape[:4] == (-(-height // TILE), -(-width // TILE), TILE, TILE)
            for plane in planes
            for level, (width, height) in enumerate(found.sizes)
        )
    except (LookupError, TypeError, ValueError) as error:
        raise CacheDamaged(str(place)) from error
    if not is_sound:
        raise CacheDamaged(str(place))
    return found


def key_of(layer: Layer) -> str:
    """What a raster layer's pyramid depends on, in short: content, role, both CRSs and this version."""
    reference = raster_of(layer)
    facts = [FORM.version, reference.content_hash, layer.role.value, layer.source.epsg, reference.epsg]
    return blake2b(json.dumps(facts).encode(), digest_size=16).hexdigest()


def pyramid_path(layer: Layer, folder: Path) -> Path:
    """The cache file of a raster layer."""
    return folder / f"{key_of(layer)}.rc"


def known_pyramid(layer: Layer, folder: Path) -> Path | None:
    """The pyramid of a raster layer where its file and its pyramid are both there."""
    path = pyramid_path(layer, folder)
    if not raster_of(layer).path.is_file():
        return None
    try:
        open_pyramid(path)
    except CacheDamaged:
        return None
    with suppress(OSError):  # a read-only folder keeps its dates
        os.utime(path)
    return path
