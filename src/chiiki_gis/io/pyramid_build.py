"""From a raster file to its pyramid: moved to the project CRS block by block, halved again and again.

Never more than a few megabytes of the picture are in memory. Helper processes only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.io.array_file import Layout, Sink, placed, whole_file
from chiiki_gis.io.cache_files import CACHE_BYTES, sweep
from chiiki_gis.io.pyramid import FORM, TILE, Plane, assembled, key_of, known_pyramid, pyramid_path
from chiiki_gis.io.raster import opened, require_crs
from chiiki_gis.io.raster_bands import Bands, bands_of
from chiiki_gis.io.raster_import import Grid, grid_of
from chiiki_gis.io.raster_ref import RELOCATE, file_hash, file_stamp, raster_of, require_file
from chiiki_gis.io.relief import hillshade

if TYPE_CHECKING:
    from rasterio.crs import CRS
    from rasterio.io import DatasetReader

QUIET = Quiet()
WIDE_TILES = 16
"""Tiles that are read in one go, side by side: strips of a file are decoded once."""

Size = tuple[int, int]


def ensure_pyramid(layer: Layer, folder: Path, progress: Progress = QUIET) -> Path:
    """The pyramid of a raster layer, built where it is missing or damaged.

    Raises BadInput where the layer's file is missing, was changed or cannot be read, and on a full disk.
    """
    source = require_file(layer)
    known = known_pyramid(layer, folder)
    if known is not None:
        return known
    reference = raster_of(layer)
    if file_stamp(source) != reference.stamp and file_hash(source, progress) != reference.content_hash:
        raise BadInput(
            f"「{layer.name}」の画像ファイル「{source.name}」は、取り込んだときと内容が違います。",
            "ファイルが置き換えられたか、書き換えられています。",
            f"レイヤを右クリックして「{RELOCATE}」で、このファイルを選び直してください。",
        )
    path = pyramid_path(layer, folder)
    try:
        _build(layer, path, progress)
    except OSError as error:
        raise BadInput(
            f"「{layer.name}」を地図に表示できません。",
            "表示用のデータを置くディスクの空きが足りません。",
            "空きを増やしてから、計画を開き直してください。",
        ) from error
    sweep(folder, CACHE_BYTES, path)
    return path


def _build(layer: Layer, path: Path, progress: Progress) -> None:
    file, target = raster_of(layer).path, raster_of(layer).epsg
    with opened(file) as source:
        crs = require_crs(source, file, layer.source.epsg)
        grid = grid_of(source, crs, target, file)
        bands = bands_of(source, is_relief=layer.role == Role.DEM)
        work = _Work(sizes_of(grid.width, grid.height), bands, grid, layer.name, progress)
        meta = {
            "key": key_of(layer),
            "corner": [grid.transform.c, grid.transform.f],
            "step": [grid.transform.a, -grid.transform.e],
            "sizes": work.sizes,
            "is_relief": bands.is_relief,
            "heights": bands.heights,
        }
        smaller = _overview(source, grid)
    places = placed(FORM, meta, work.layout())
    with opened(file, smaller) as source, whole_file(path, places.size, FORM) as out:
        work.fill(Sink(out, places), _Moved(source, crs, target, grid, bands))


def _overview(source: DatasetReader, grid: Grid) -> int | None:
    """The smallest picture that the file keeps of itself and that is fine enough for a thinned grid."""
    if not grid.is_thinned:
        return None
    thinner = (source.width * source.height / (grid.width * grid.height)) ** 0.5
    return max((n for n, factor in enumerate(source.overviews(1)) if factor <= thinner), default=None)


def sizes_of(width: int, height: int) -> list[Size]:
    """Width and height of every level, each half of the one before, down to a single tile."""
    sizes = [(width, height)]
    while max(sizes[-1]) > TILE:
        sizes.append(((sizes[-1][0] + 1) // 2, (sizes[-1][1] + 1) // 2))
    return sizes


@dataclass(frozen=True)
class _Moved:
    """A raster file in the project CRS, worked out where it is read."""

    source: DatasetReader
    crs: CRS
    target: int
    grid: Grid
    bands: Bands

    def read(self, left: int, top: int, width: int, height: int) -> NDArray[Any]:
        """Some pixels of the grid: colours or heights, as `Bands` makes them."""
        import rasterio
        from affine import Affine
        from rasterio.enums import Resampling
        from rasterio.warp import reproject

        bands = self.bands
        options: dict[str, Any] = {"UNIFIED_SRC_NODATA": "YES"}  # a pixel is empty where all of its bands are
        if bands.is_relief:
            out = np.full((1, height, width), np.nan, "f4")
            options["dst_nodata"] = np.nan
        else:
            out = np.zeros((len(bands.numbers) + 1, height, width), self.source.dtypes[0])
            options |= {"dst_alpha": len(out)} | ({"src_alpha": bands.alpha} if bands.alpha else {})
        if bands.nodata is not None:
            options["src_nodata"] = bands.nodata
        mean = Resampling.average if self.grid.is_thinned else Resampling.bilinear
        reproject(
            rasterio.band(self.source, list(bands.numbers)),
            out,
            src_transform=self.source.transform,
            src_crs=self.crs,
            dst_transform=self.grid.transform @ Affine.translation(left, top),
            dst_crs=rasterio.CRS.from_epsg(self.target),
            resampling=Resampling.nearest if self.grid.is_source or bands.palette is not None else mean,
            **options,
        )
        return bands.metres(out[0]) if bands.is_relief else bands.colors(out)


@dataclass(frozen=True)
class _Work:
    """One pyramid under construction."""

    sizes: list[Size]
    bands: Bands
    grid: Grid
    name: str
    progress: Progress

    def layout(self) -> Layout:
        """The arrays of the file."""
        table: dict[str, tuple[str, tuple[int, ...]]] = {}
        for level, size in enumerate(self.sizes):
            rows, columns = _tiles(size)
            if self.bands.is_relief:
                table[f"shade.{level}"] = ("u1", (rows, columns, TILE, TILE))
                table[f"height.{level}"] = ("<f4", (rows, columns, TILE, TILE))
            else:
                table[f"color.{level}"] = ("u1", (rows, columns, TILE, TILE, 4))
        return table

    def fill(self, sink: Sink, picture: _Moved) -> None:
        """Level 0 from the picture, the others from the one before, then the shades."""
        plane: Plane = "height" if self.bands.is_relief else "color"
        steps = self._steps()
        self._read(sink, picture, plane, steps)
        for level in range(1, len(self.sizes)):
            self._halve(sink, plane, level, steps)
        if self.bands.is_relief:
            for level in range(len(self.sizes)):
                self._shade(sink, level, steps)

    def _steps(self) -> Callable[[], None]:
        """Reports one row of tiles at a time."""
        rows = [_tiles(size)[0] for size in self.sizes]
        total = sum(rows) * (2 if self.bands.is_relief else 1)
        done = iter(range(total))
        return lambda: self.progress.step(next(done), total, f"「{self.name}」の表示を用意しています")

    def _read(self, sink: Sink, picture: _Moved, plane: Plane, step: Callable[[], None]) -> None:
        width, height = self.sizes[0]
        rows, columns = _tiles(self.sizes[0])
        for row in range(rows):
            step()
            top, high = row * TILE, min(TILE, height - row * TILE)
            for first in range(0, columns, WIDE_TILES):
                left, wide = first * TILE, min(WIDE_TILES * TILE, width - first * TILE)
                block = picture.read(left, top, wide, high)
                for column in range(first, first + -(-wide // TILE)):
                    part = block[:, column * TILE - left : (column + 1) * TILE - left]
                    sink.put(f"{plane}.0", self._padded(part), (row, column))

    def _halve(self, sink: Sink, plane: Plane, level: int, step: Callable[[], None]) -> None:
        for row in range(_tiles(self.sizes[level])[0]):
            step()
            for column in range(_tiles(self.sizes[level])[1]):
                fine = self._window(sink, plane, level - 1, (row, column), 2 * TILE, 0)
                sink.put(f"{plane}.{level}", _half(fine), (row, column))

    def _shade(self, sink: Sink, level: int, step: Callable[[], None]) -> None:
        x, y = self.grid.transform.a * 2**level, -self.grid.transform.e * 2**level
        for row in range(_tiles(self.sizes[level])[0]):
            step()
            for column in range(_tiles(self.sizes[level])[1]):
                around = self._window(sink, "height", level, (row, column), TILE, 1)
                sink.put(f"shade.{level}", hillshade(around, x, y), (row, column))

    def _window(
        self, sink: Sink, plane: Plane, level: int, tile: tuple[int, int], side: int, margin: int
    ) -> NDArray[Any]:
        """A square of a level with a margin; nothing is known beyond the level's edge."""
        rows, columns = _tiles(self.sizes[level])
        top, left = tile[0] * side - margin, tile[1] * side - margin
        bottom, right = top + side + 2 * margin, left + side + 2 * margin
        box = (max(left, 0), max(top, 0), min(right, columns * TILE), min(bottom, rows * TILE))
        read = lambda row, column: sink.get(f"{plane}.{level}", (row, column))  # noqa: E731
        channels = () if self.bands.is_relief else (4,)
        known = assembled(read, self.bands.dtype, channels, box)
        out = np.full((bottom - top, right - left, *channels), self.bands.nothing, self.bands.dtype)
        out[box[1] - top : box[3] - top, box[0] - left : box[2] - left] = known
        return out

    def _padded(self, part: NDArray[Any]) -> NDArray[Any]:
        """A part of a picture as a whole tile."""
        tile = np.full((TILE, TILE, *part.shape[2:]), self.bands.nothing, self.bands.dtype)
        tile[: part.shape[0], : part.shape[1]] = part
        return tile


def _tiles(size: Size) -> tuple[int, int]:
    """Rows and columns of tiles that cover a level."""
    width, height = size
    return -(-height // TILE), -(-width // TILE)


def _half(fine: NDArray[Any]) -> NDArray[Any]:
    """The mean of every four pixels; of heights, of those that are known."""
    fours = [fine[y::2, x::2] for y in (0, 1) for x in (0, 1)]
    if fine.dtype == np.uint8:
        a, b, c, d = (four.astype("u2") for four in fours)
        return np.asarray((a + b + c + d + 2) // 4, "u1")
    stack = np.stack(fours)
    known = (~np.isnan(stack)).sum(axis=0)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.nansum(stack, axis=0) / known, "f4")
