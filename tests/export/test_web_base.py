"""The picture below the residents' map lies where its ground is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from affine import Affine
from pictures import EPSG, built, imported, write_picture
from pyproj import Transformer
from PySide6.QtGui import QImage

from chiiki_gis.core.change import Change
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.web_base import LONGER_PX, base_image

pytestmark = pytest.mark.usefixtures("qgui")
WEST, NORTH, METRES = -33_000.0, 4_000.0, 20.0


@pytest.fixture
def photographed(bare: Any, tmp_path: Path) -> tuple[Any, Any, tuple[float, float]]:
    """A blue photo of 8 km with a red spot of 200 m, and the spot's place."""
    bands = np.zeros((3, 400, 400), "u1")
    bands[2] = 255
    bands[:, 100:110, 250:260] = np.array([255, 0, 0], "u1")[:, None, None]
    place = Affine(METRES, 0.0, WEST, 0.0, -METRES, NORTH)
    layer = imported(write_picture(tmp_path / "photo.tif", bands, transform=place))
    bare.document.apply(Change("写真", put_layers=(layer,)))
    bare.put(Role.PROMOTION_AREA, [shapely.box(-31_500, -1_000, -26_500, 3_000)], name=["区域"])
    spot = WEST + 255 * METRES, NORTH - 105 * METRES
    return bare, {layer.id: built(layer, tmp_path)}, spot


def test_a_spot_of_the_ground_is_where_the_page_shows_its_coordinates(photographed: Any) -> None:
    plan, pyramids, spot = photographed
    made = base_image(snapshot(plan.document), pyramids)
    assert made is not None
    image = QImage.fromData(made.jpeg)
    (south, west), (north, east) = made.bounds
    to_web = Transformer.from_crs(6668, 3857, always_xy=True)
    x0, y0, x1, y1 = *to_web.transform(west, south), *to_web.transform(east, north)
    x, y = to_web.transform(*Transformer.from_crs(EPSG, 6668, always_xy=True).transform(*spot))
    column, row = (x - x0) / (x1 - x0) * image.width(), (y1 - y) / (y1 - y0) * image.height()
    found = image.pixelColor(int(column), int(row))
    assert found.red() > 180
    assert found.blue() < 90
    reds = [
        (i, j)
        for i in range(image.width())
        for j in range(image.height())
        if image.pixelColor(i, j).red() > 180 and image.pixelColor(i, j).blue() < 90
    ]
    middle = np.mean(reds, axis=0)
    assert middle == pytest.approx((column, row), abs=2.0)


def test_the_picture_is_small_enough_for_a_page(photographed: Any) -> None:
    plan, pyramids, _ = photographed
    made = base_image(snapshot(plan.document), pyramids)
    assert made is not None
    assert max(QImage.fromData(made.jpeg).size().toTuple()) <= LONGER_PX * 1.1
    assert len(made.jpeg) < 300_000


def test_without_a_plan_or_a_picture_there_is_none(photographed: Any) -> None:
    plan, pyramids, _ = photographed
    assert base_image(snapshot(plan.document), {}) is None
    areas = plan.document.plan(Role.PROMOTION_AREA).index
    plan.document.apply(Change("消す", drop={plan_layer_id(Role.PROMOTION_AREA): tuple(areas)}))
    assert base_image(snapshot(plan.document), pyramids) is None
