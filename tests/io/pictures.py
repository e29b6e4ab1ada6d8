"""Small raster files for tests."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.errors import NotGeoreferencedWarning

from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.progress import Quiet
from chiiki_gis.io.pyramid import Pyramid, open_pyramid
from chiiki_gis.io.pyramid_build import ensure_pyramid
from chiiki_gis.io.raster_import import raster_layer

EPSG = 6676
CORNER = Affine(2.0, 0.0, 1000.0, 0.0, -2.0, 5000.0)
"""Pixels of 2 m from 1000 m east, 5000 m north."""


def write_picture(path: Path, bands: Any, *, mask: Any = None, **profile: Any) -> Path:
    """A GeoTIFF of bands (n, rows, columns), in plane VIII unless said otherwise."""
    values = np.atleast_3d(np.asarray(bands))
    known = {
        "driver": "GTiff", "crs": f"EPSG:{EPSG}", "transform": CORNER, "dtype": values.dtype,
        "count": values.shape[0], "height": values.shape[1], "width": values.shape[2],
    }  # fmt: skip
    colors, scale = profile.pop("colormap", None), profile.pop("scale", None)
    with warnings.catch_warnings(), rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **(known | profile)) as sink:
            sink.write(values)
            if colors is not None:
                sink.write_colormap(1, colors)
            if scale is not None:
                sink.scales = (scale,)
            if mask is not None:
                sink.write_mask(mask)
    return path


def imported(path: Path, **options: Any) -> Layer:
    """The file as a layer of a project in plane VIII."""
    return raster_layer(path, ImportOptions(**options), EPSG, Quiet())[0]


def built(layer: Layer, folder: Path) -> Pyramid:
    """The layer's pyramid."""
    return open_pyramid(ensure_pyramid(layer, folder))


def pixels(pyramid: Pyramid, level: int = 0) -> Any:
    """A whole level: red, green, blue, alpha."""
    width, height = pyramid.sizes[level]
    return pyramid.window("color", level, (0, 0, width, height))[..., [2, 1, 0, 3]]


def heights(pyramid: Pyramid, level: int = 0) -> Any:
    """A whole level of heights."""
    width, height = pyramid.sizes[level]
    return pyramid.window("height", level, (0, 0, width, height))
