"""Heights of the ground from the files of elevation layers. Helper processes only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.core.layer import Layer
from chiiki_gis.io.raster import opened, require_crs
from chiiki_gis.io.raster_bands import Bands, bands_of
from chiiki_gis.io.raster_ref import raster_of, require_file
from chiiki_gis.io.store import Bounds

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from rasterio.io import DatasetReader

    Floats = NDArray[np.float64]


def heights_grid(layers: Sequence[Layer], epsg: int, bounds: Bounds, step_m: float) -> Floats:
    """Heights at the middles of square cells, first row in the north; NaN where no layer knows one.

    layers   elevation layers, bottom to top: where two know a height the upper one's is taken
    epsg     CRS of the bounds (west, south, east, north) and of the cells, in metres
    step_m   width of a cell; the grid covers the bounds
    Raises BadInput where a layer's file is missing or cannot be read.
    """
    import rasterio
    from rasterio.enums import Resampling
    from rasterio.transform import from_origin
    from rasterio.warp import reproject

    west, south, east, north = bounds
    shape = (max(1, int(np.ceil((north - south) / step_m))), max(1, int(np.ceil((east - west) / step_m))))
    found = np.full(shape, np.nan)
    for layer in layers:
        with _opened(layer) as (source, bands):
            out = np.full(shape, np.nan, "f4")
            undeclared = {} if bands.nodata is None else {"src_nodata": bands.nodata}
            reproject(
                rasterio.band(source, bands.numbers[0]),
                out,
                src_transform=source.transform,
                src_crs=require_crs(source, raster_of(layer).path, layer.source.epsg),
                dst_transform=from_origin(west, north, step_m, step_m),
                dst_crs=rasterio.CRS.from_epsg(epsg),
                dst_nodata=np.nan,
                resampling=Resampling.bilinear,
                **undeclared,
            )
            known = bands.metres(out)
            found = np.where(np.isnan(known), found, known)
    return found


def heights_at(layers: Sequence[Layer], epsg: int, xy: Floats) -> Floats:
    """The height of the cell in which each place lies; NaN where no layer knows one.

    xy   (places, 2) east and north in the CRS with that code
    Raises BadInput as heights_grid.
    """
    from pyproj import Transformer

    found = np.full(len(xy), np.nan)
    for layer in layers:
        with _opened(layer) as (source, bands):
            crs = require_crs(source, raster_of(layer).path, layer.source.epsg)
            there = Transformer.from_crs(epsg, crs.to_wkt(), always_xy=True).transform(xy[:, 0], xy[:, 1])
            west, south, east, north = source.bounds
            x, y = (np.asarray(part) for part in there)
            inside = np.flatnonzero((x >= west) & (x < east) & (y > south) & (y <= north))
            spots = list(zip(x[inside], y[inside], strict=True))
            values = np.array([cell[0] for cell in source.sample(spots, indexes=bands.numbers[0])], "f4")
            if bands.nodata is not None:
                values[values == np.float32(bands.nodata)] = np.nan
            known = bands.metres(values)
            at = inside[~np.isnan(known)]
            found[at] = known[~np.isnan(known)]
    return found


def cell_m(layers: Sequence[Layer]) -> float:
    """The width in metres of the finest cells of some elevation layers, roughly; infinite for none."""
    steps = [np.inf]
    for layer in layers:
        with _opened(layer) as (source, _):
            west, south, east, north = raster_of(layer).bounds
            steps.append(float(np.sqrt((east - west) * (north - south) / (source.width * source.height))))
    return min(steps)


@contextmanager
def _opened(layer: Layer) -> Iterator[tuple[DatasetReader, Bands]]:
    path: Any = require_file(layer)
    with opened(path) as source:
        yield source, bands_of(source, is_relief=True)
