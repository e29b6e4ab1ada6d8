"""Raster layers on screen and paper: in their place, in their order, and sharp enough."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pikepdf
import pytest
import shapely
from affine import Affine
from pictures import EPSG, built, imported, write_picture
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.style import RasterLook, Style, Symbol
from chiiki_gis.export.sheets import sheet_contents
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.legend import legend_entries
from chiiki_gis.render.paint import MapLayer, paint_map, raster_layer, with_common_heights
from chiiki_gis.render.view import View

pytestmark = pytest.mark.usefixtures("qgui")

VIEW = View(1000, 5000, 2.0, 200, 150)
"""The pixels of the test pictures are the pixels of the screen."""


def photo(folder: Path, color: tuple[int, int, int] = (200, 30, 30), size: int = 100) -> MapLayer:
    bands = np.zeros((3, size, size), "u1")
    bands[:] = np.array(color, "u1")[:, None, None]
    layer = imported(write_picture(folder / f"{'-'.join(map(str, color))}.tif", bands))
    return raster_layer(layer, built(layer, folder))


def hill(folder: Path, low: float = 100, west: float = 1000) -> MapLayer:
    """Ground that rises by 198 m from the west to the east."""
    bands = np.tile(low + 2 * np.arange(100, dtype="f4"), (1, 100, 1))
    place = Affine(2.0, 0.0, west, 0.0, -2.0, 5000.0)
    layer = imported(write_picture(folder / f"dem{low}.tif", bands, transform=place))
    return raster_layer(layer, built(layer, folder))


def styled(entry: MapLayer, **values: Any) -> MapLayer:
    style = replace(entry.layer.style, **values)
    return replace(entry, layer=replace(entry.layer, style=style))


def square(color: str) -> MapLayer:
    """A plain area over the whole view."""
    import geopandas

    frame = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 9000, 9000)], crs=EPSG, index=[1])
    style = Style(Symbol(fill=color, stroke=None))
    layer = Layer(LayerId("area"), Role.REFERENCE, "面", memory_ref(frame), style)
    return MapLayer(layer, build_shapes(frame, style))


def painted(*layers: MapLayer, view: View = VIEW, **options: Any) -> QImage:
    image = QImage(int(view.width_px), int(view.height_px), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    paint_map(painter, layers, view, **options)
    painter.end()
    return image


def color(image: QImage, x: int, y: int) -> tuple[int, int, int]:
    found = image.pixelColor(x, y)
    return found.red(), found.green(), found.blue()


def test_a_picture_is_drawn_where_it_lies_and_nowhere_else(tmp_path: Path) -> None:
    image = painted(photo(tmp_path))
    assert [color(image, x, y) for x, y in ((0, 0), (99, 99), (50, 50))] == [(200, 30, 30)] * 3
    assert [color(image, x, y) for x, y in ((101, 50), (50, 101), (199, 149))] == [(255, 255, 255)] * 3


@pytest.mark.parametrize("metres", [0.013, 0.7, 3.1, 40.0])
def test_a_picture_covers_its_ground_at_every_scale(metres: float, tmp_path: Path) -> None:
    view = View(1100 - 100 * metres, 4900 + 75 * metres, metres, 200, 150)
    image = painted(photo(tmp_path), view=view)
    assert color(image, 100, 75) == (200, 30, 30)
    left, _ = view.to_px(1000, 4900)
    if left > 3:
        assert color(image, int(left) - 2, 75) == (255, 255, 255)
        assert color(image, int(left) + 2, 75) != (255, 255, 255)


def test_opacity_lets_the_ground_through(tmp_path: Path) -> None:
    found = color(painted(styled(photo(tmp_path, (0, 0, 0)), opacity=0.5)), 50, 50)
    assert found == pytest.approx((128, 128, 128), abs=2)


def test_a_picture_hides_what_lies_below_it_and_not_what_lies_above(tmp_path: Path) -> None:
    under, over = square("#00ff00"), photo(tmp_path)
    assert color(painted(under, over), 50, 50) == (200, 30, 30)
    assert color(painted(over, under), 50, 50) == (0, 255, 0)


def test_a_hidden_picture_is_not_drawn(tmp_path: Path) -> None:
    assert color(painted(styled(photo(tmp_path), visible=False)), 50, 50) == (255, 255, 255)


def test_white_paper_or_a_black_collar_can_be_cleared(tmp_path: Path) -> None:
    ground = square("#00ff00")
    paper, collar = photo(tmp_path, (252, 253, 250)), photo(tmp_path, (3, 2, 4))
    white, black = RasterLook(clear="white"), RasterLook(clear="black")
    assert color(painted(ground, styled(paper, raster=white)), 50, 50) == (0, 255, 0)
    assert color(painted(ground, styled(paper, raster=black)), 50, 50) == (252, 253, 250)
    assert color(painted(ground, styled(collar, raster=black)), 50, 50) == (0, 255, 0)


def test_hillshade_darkens_slopes_away_from_the_sun_and_leaves_level_ground(tmp_path: Path) -> None:
    flat = imported(write_picture(tmp_path / "flat.tif", np.full((1, 100, 100), 80, "f4")))
    level = painted(square("#00ff00"), raster_layer(flat, built(flat, tmp_path)))
    assert color(level, 50, 50) == (0, 255, 0)
    slope = color(painted(square("#00ff00"), hill(tmp_path)), 50, 50)
    assert slope != (0, 255, 0)


def test_colours_by_height_are_those_of_the_legend(tmp_path: Path) -> None:
    entry = styled(hill(tmp_path), raster=RasterLook(hillshade=False, tints=True))
    legend = legend_entries([entry], VIEW.extent)
    assert [one.text for one in legend] == [f"{m}～{m + 50} m" for m in (250, 200, 150, 100)]
    image = painted(entry)
    for one, column in zip(reversed(legend), (10, 35, 60, 85), strict=True):
        assert one.symbol.fill is not None
        assert color(image, column, 50) == QColor(one.symbol.fill).getRgb()[:3]


def test_neighbouring_grids_have_the_same_colour_for_the_same_height_and_one_legend(tmp_path: Path) -> None:
    look = RasterLook(hillshade=False, tints=True)
    alone = styled(hill(tmp_path), raster=look)
    both = with_common_heights([alone, styled(hill(tmp_path, 250, 1200), raster=look)])
    image = painted(*both)
    assert color(image, 80, 50) == color(image, 105, 50) != color(painted(alone), 80, 50)
    legend = [one.text for one in legend_entries(both, VIEW.extent)]
    assert legend == [f"{m}～{m + 50} m" for m in range(400, 50, -50)]


def test_pictures_and_plain_hillshade_have_no_legend(tmp_path: Path) -> None:
    assert legend_entries([photo(tmp_path), hill(tmp_path)], VIEW.extent) == ()


class Found(NamedTuple):
    """A picture in a PDF."""

    width: int
    height: int
    has_alpha: bool


def images(*layers: MapLayer, **options: Any) -> list[Found]:
    """The pictures on a page with a map of 100 × 75 mm at 1:5,000."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(1200)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    px_per_mm = 1200 / 25.4
    view = View.at_scale((1250, 4800), 5000, 100 * px_per_mm, 75 * px_per_mm, px_per_mm, 300, 300)
    paint_map(painter, layers, view, **options)
    painter.end()
    with pikepdf.open(io.BytesIO(bytes(buffer.data().data()))) as document:
        streams = [x for x in document.objects if isinstance(x, pikepdf.Stream)]
        return [Found(int(x.Width), int(x.Height), "/SMask" in x) for x in streams if x.get("/Width")]


def test_neighbouring_pictures_are_one_picture_on_paper_fine_enough_and_without_alpha(tmp_path: Path) -> None:
    (image,) = images(photo(tmp_path), hill(tmp_path), square("#00ff00"))
    assert image.width >= 100 / 25.4 * 200
    assert image.height >= 75 / 25.4 * 200
    assert not image.has_alpha


def test_a_picture_above_areas_has_alpha_but_in_the_opaque_path(tmp_path: Path) -> None:
    above = (square("#00ff00"), styled(photo(tmp_path), opacity=0.5))
    assert any(image.has_alpha for image in images(*above))
    assert not any(image.has_alpha for image in images(*above, opaque=True))


def test_no_picture_on_paper_where_none_lies(tmp_path: Path) -> None:
    far = imported(
        write_picture(
            tmp_path / "far.tif", np.zeros((3, 9, 9), "u1"), transform=(1.0, 0.0, 90_000.0, 0.0, -1.0, 0.0)
        )
    )
    assert images(raster_layer(far, built(far, tmp_path))) == []


def test_sheets_draw_rasters_and_name_their_source(tmp_path: Path) -> None:
    document = new_document(Header("u", (Municipality("20999", "試験市"),), EPSG))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(1020, 4850, 1150, 4980)))
    entry = photo(tmp_path)
    layer = replace(entry.layer, source=replace(entry.layer.source, licence="試験市の航空写真"))
    document.apply(Change("", put_layers=(layer,), order=(layer.id, *(x.id for x in document.layers))))
    assert entry.pyramid is not None
    (content,) = sheet_contents(
        snapshot(document), {}, [], Sheet("area", scale=2500), date(2026, 11, 24),
        pyramids={layer.id: entry.pyramid},
    )  # fmt: skip
    assert content.layers[0].pyramid is entry.pyramid
    assert any("試験市の航空写真" in source for source in content.sources)
