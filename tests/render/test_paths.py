"""Painter paths that are kept for the next picture."""

from __future__ import annotations

import geopandas
import numpy as np
import shapely
from PySide6.QtGui import QColor, QImage, QPainter

from chiiki_gis.core.style import Style
from chiiki_gis.io.cache import Shapes
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.render.paths import PathCache, path_of, shrink


def squares() -> Shapes:
    boxes = [shapely.box(x, 0, x + 8, 8) for x in range(0, 100, 10)]
    return build_shapes(geopandas.GeoDataFrame(geometry=boxes, crs=6676), Style())


def test_a_path_is_made_once_and_the_time_for_it_told_for_the_picture_that_made_it() -> None:
    paths, shapes = PathCache(), squares()
    paths.begin_picture()
    made = paths.path(shapes, "polygon", 0, "fill", 0)
    assert paths.making_seconds > 0
    paths.begin_picture()
    assert paths.path(shapes, "polygon", 0, "fill", 0) is made
    assert paths.making_seconds == 0


def test_the_paths_of_a_layer_that_is_gone_leave_with_the_next_picture() -> None:
    paths, shapes, other = PathCache(), squares(), squares()
    paths.begin_picture()
    paths.path(shapes, "polygon", 0, "fill", 0)
    kept = paths.path(other, "polygon", 0, "fill", 0)
    del shapes
    paths.begin_picture()
    assert paths.vertices == kept.elementCount()
    assert paths.path(other, "polygon", 0, "fill", 0) is kept


def test_a_shrunken_path_draws_the_same_and_still_fills_by_winding() -> None:
    ring = np.array([[2, 2], [60, 2], [60, 60], [2, 60], [2, 2]])
    inner = np.array([[20, 20], [40, 20], [40, 40], [20, 40], [20, 20]])
    path = path_of(np.vstack([ring, inner]), np.array([0, len(ring)]))

    def picture() -> QImage:
        image = QImage(64, 64, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFFFF)
        painter = QPainter(image)
        painter.fillPath(path, QColor("black"))
        painter.end()
        return image

    before = picture()
    shrink(path)
    assert picture() == before
    assert before.pixel(30, 30) == 0xFF000000
