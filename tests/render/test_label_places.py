"""Which of very many labels a map tries."""

from __future__ import annotations

import geopandas
import numpy as np
import pytest
import shapely
from PySide6.QtGui import QImage, QPainter

from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style, Symbol
from chiiki_gis.io.cache import Shapes
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.features import Canvas
from chiiki_gis.render.label_places import MOST_TRIED, wanted_labels
from chiiki_gis.render.labels import Label
from chiiki_gis.render.paths import PathCache
from chiiki_gis.render.symbols import Ink
from chiiki_gis.render.view import View

SIDE = 100
STYLE = Style(Symbol(size_mm=1.0), label_column="name")


@pytest.fixture
def points(qgui: object) -> tuple[Layer, Shapes]:
    """10 000 points, 10 m apart, far from the origin, where metres are coarse."""
    at = [(-40_000.0 + 10 * (n % SIDE), 7_000.0 + 10 * (n // SIDE)) for n in range(SIDE * SIDE)]
    frame = geopandas.GeoDataFrame(
        {"name": [f"点{n}" for n in range(len(at))]}, geometry=[shapely.Point(p) for p in at], crs=6676
    )
    frame.index = frame.index.astype("int64").rename("fid") + 1
    return Layer(LayerId("l"), Role.REFERENCE, "l", memory_ref(frame), STYLE), build_shapes(frame, STYLE)


def labels(pair: tuple[Layer, Shapes], west: float, width_px: int) -> list[Label]:
    view = View(west, 8_000.0, 1.0, width_px, width_px)
    image = QImage(width_px, width_px, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    canvas = Canvas(
        painter, view, Ink(view.px_per_mm), True, 0.5, lambda: False, PathCache(), np.empty(0, "i8")
    )
    found = wanted_labels(canvas, [pair])
    painter.end()
    return found


def test_labels_of_equals_are_tried_all_over_the_map(points: tuple[Layer, Shapes]) -> None:
    tried = labels(points, -40_000, 1000)
    assert len(tried) == MOST_TRIED
    places = np.array([label.places[0] for label in tried])
    quarters = (places // 500).astype(int)
    counts = [int((quarters == corner).all(axis=1).sum()) for corner in ((0, 0), (0, 1), (1, 0), (1, 1))]
    assert min(counts) > MOST_TRIED / 5


def test_the_same_ones_are_tried_first_when_the_map_moves(points: tuple[Layer, Shapes]) -> None:
    before = [label.text for label in labels(points, -40_000, 1000)]
    after = [label.text for label in labels(points, -39_900, 1000)]
    both = set(before) & set(after)
    assert len(both) > MOST_TRIED * 0.8
    assert [text for text in before if text in both] == [text for text in after if text in both]
