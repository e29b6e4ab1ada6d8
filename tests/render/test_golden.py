"""Pictures approved by eye. CHIIKI_GIS_NEW_GOLDEN=1 writes them anew; look at each before it is committed.

What to look for stands in the docstring of each test.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from PySide6.QtCore import QLibraryInfo, QVersionNumber
from PySide6.QtGui import QImage, QPainter

from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.palette import plan_style
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Category, RasterLook, Style, Symbol
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.features import MANY_FEATURES, MANY_POINTS
from chiiki_gis.render.paint import MapLayer, paint_map, raster_layer
from chiiki_gis.render.view import SCREEN_PX_PER_MM, View
from chiiki_gis.tasks.sample import sample_document

pytestmark = pytest.mark.usefixtures("qgui")

GOLDEN = Path(__file__).parent / "golden"
SIZE = 480, 320
FAR_OFF = 40
"""A channel this far off is another colour."""
MOST_SHARE = 0.004 if QLibraryInfo.version() >= QVersionNumber(6, 9) else 0.008
"""So many pixels may be: edges of letters, another rasteriser; Qt 6.8 sets letters a little otherwise."""


def drawn(layers: Sequence[MapLayer], view: View, **options: Any) -> QImage:
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    paint_map(painter, layers, view, **options)
    painter.end()
    return image


def pixels(image: QImage) -> np.ndarray:
    flat = np.frombuffer(image.convertToFormat(QImage.Format.Format_RGB32).constBits(), "u1")
    return flat.reshape(image.height(), image.width(), 4)[..., :3].astype("i2")


def compare(image: QImage, name: str, tmp_path: Path) -> None:
    path = GOLDEN / f"{name}.png"
    if os.environ.get("CHIIKI_GIS_NEW_GOLDEN") == "1":
        assert image.save(str(path))
    approved = QImage(str(path))
    assert not approved.isNull(), f"{path.name} has not been approved yet"
    assert approved.size() == image.size()
    off = np.abs(pixels(image) - pixels(approved)).max(axis=2)  # the distance first, its maximum after
    share = float((off > FAR_OFF).mean())
    if share > MOST_SHARE:
        image.save(str(tmp_path / f"{name}.png"))
    assert share <= MOST_SHARE, f"{share:.2%} of {name} differ; see {tmp_path}"


def layer(name: str, shapes: Sequence[Any], style: Style, /, **columns: Sequence[Any]) -> MapLayer:
    index = pandas.RangeIndex(1, len(shapes) + 1)
    frame = geopandas.GeoDataFrame(dict(columns), geometry=list(shapes), crs=6676, index=index)
    made = Layer(LayerId(name), Role.REFERENCE, name, memory_ref(frame), style)
    return MapLayer(made, build_shapes(frame, style))


def at(metres_per_px: float, center: tuple[float, float] | None = None) -> View:
    middle = center or (SIZE[0] / 2 * metres_per_px, SIZE[1] / 2 * metres_per_px)
    return View.at_scale(middle, metres_per_px * 1000 * SCREEN_PX_PER_MM, *SIZE)


@pytest.fixture(scope="module")
def town() -> list[MapLayer]:
    document, _ = sample_document(memory_ref)
    vector = [x for x in document.layers if x.role not in (Role.DEM, Role.RASTER)]
    return [MapLayer(x, build_shapes(x.get_frame(), x.style)) for x in vector]


def test_the_town_at_a_planning_scale(town: list[MapLayer], tmp_path: Path) -> None:
    """Zones in their customary colours, roads by class, blue dashes and red hatch of the plan areas.

    Labels have a white halo and do not touch each other; numbers stand in their circles.
    """
    areas = next(x for x in town if x.layer.role == Role.PROMOTION_AREA)
    west, south, east, north = areas.shapes.extent or (0, 0, 0, 0)
    compare(drawn(town, View.fit((west, south, east, north), *SIZE)), "town", tmp_path)


def test_the_town_street_by_street(town: list[MapLayer], tmp_path: Path) -> None:
    """Roads have the width of their class; hatch lines are straight and evenly spaced; houses are round."""
    facility = next(x for x in town if x.layer.role == Role.FACILITY)
    x, y = facility.shapes.anchors[0].tolist()
    compare(drawn(town, at(1.5, (x, y))), "street", tmp_path)


def test_every_marker_dash_and_hatch(tmp_path: Path) -> None:
    """Six markers; four dashes, each from end to end; three hatches inside their outlines, one area empty."""
    markers = ("circle", "square", "triangle", "diamond", "interchange", "number")
    dashes = ("solid", "dash", "dot", "dash_dot")
    hatches = ("none", "diagonal", "back_diagonal", "cross")
    layers = [
        layer(
            f"m{n}", [shapely.Point(40 + 75 * n, 280)],
            Style(Symbol(fill="#0b7a75", stroke="#222222", marker=marker, size_mm=7)),
            number=[n],
        )
        for n, marker in enumerate(markers)
    ]  # fmt: skip
    layers += [
        layer(
            f"d{n}", [shapely.LineString([(20, 220 - 22 * n), (460, 225 - 22 * n)])],
            Style(Symbol(fill=None, stroke="#1f4aa0", stroke_mm=0.9, dash=dash)),
        )
        for n, dash in enumerate(dashes)
    ]  # fmt: skip
    layers += [
        layer(
            f"h{n}", [shapely.box(20 + 115 * n, 20, 115 + 115 * n, 110)],
            Style(Symbol(fill="#d7191c", stroke="#d7191c", stroke_mm=0.6, hatch=hatch), opacity=0.8),
        )
        for n, hatch in enumerate(hatches)
    ]  # fmt: skip
    compare(drawn(layers, at(1.0)), "symbols", tmp_path)


def test_a_hole_an_island_and_a_line_that_leaves_the_frame(tmp_path: Path) -> None:
    """The lake in the polygon is white, the island in the lake is filled, no edge runs along the frame."""
    ground = shapely.box(-500, 60, 900, 260).difference(shapely.Point(240, 160).buffer(70))
    island = shapely.Point(240, 160).buffer(25)
    style = Style(Symbol(fill="#92d050", stroke="#222222", stroke_mm=0.5))
    line = shapely.LineString([(-900, 300), (240, 20), (1400, 300)])
    layers = [
        layer("land", [shapely.MultiPolygon([ground, island])], style),
        layer("line", [line], Style(Symbol(fill=None, stroke="#c0161d", stroke_mm=1.2))),
    ]
    compare(drawn(layers, at(1.0)), "holes", tmp_path)


def blocks() -> tuple[list[Any], list[str]]:
    shapes = [shapely.box(x, y, x + 100, y + 100) for x in range(0, 4800, 100) for y in range(0, 3200, 100)]
    assert len(shapes) > MANY_FEATURES
    return shapes, ["甲" if n % 3 else "乙" for n in range(len(shapes))]


CLASSES = Style(
    Symbol(fill="#cccccc", stroke="#555555", stroke_mm=0.1),
    class_column="kind",
    categories=(
        Category("甲", "甲", Symbol(fill="#ffff66", stroke="#555555", stroke_mm=0.1)),
        Category("乙", "乙", Symbol(fill="#9900ff", stroke="#555555", stroke_mm=0.1)),
    ),
)


def test_many_translucent_areas_are_one_even_sheet(tmp_path: Path) -> None:
    """Two colours in a regular pattern over a red line that shines through evenly; no seams."""
    shapes, kinds = blocks()
    below = layer(
        "line",
        [shapely.LineString([(0, 0), (4800, 3200)])],
        Style(Symbol(fill=None, stroke="#c0161d", stroke_mm=2)),
    )
    many = layer("blocks", shapes, replace(CLASSES, opacity=0.6), kind=kinds)
    compare(drawn([below, many], at(10.0)), "many", tmp_path)


def test_one_class_switched_off_shows_the_ground(tmp_path: Path) -> None:
    """Only the yellow blocks are there, each with its outline."""
    shapes, kinds = blocks()
    style = replace(
        CLASSES, categories=(CLASSES.categories[0], replace(CLASSES.categories[1], visible=False))
    )
    compare(drawn([layer("blocks", shapes, style, kind=kinds)], at(10.0)), "class_off", tmp_path)


@pytest.mark.parametrize("copies", [1, MANY_FEATURES])
def test_the_first_category_of_a_legend_lies_on_top(copies: int) -> None:
    shapes = [shapely.box(0, 0, 4800, 3200), shapely.box(1000, 1000, 3800, 2200)] * copies
    for first, color in (("甲", [0x66, 0xFF, 0xFF]), ("乙", [0xFF, 0x00, 0x99])):  # blue, green, red
        order = CLASSES.categories if first == "甲" else CLASSES.categories[::-1]
        shown = layer("nested", shapes, replace(CLASSES, categories=order), kind=["乙", "甲"] * copies)
        inner = pixels(drawn([shown], at(10.0)))[160, 240].tolist()
        assert inner == color, f"{first} is not on top"


def test_very_many_points_are_little_squares_of_their_class(tmp_path: Path) -> None:
    """A cloud of two colours that thins out to the edge; the frame is not crossed."""
    rng = np.random.default_rng(3)
    places = rng.normal((2400, 1600), (900, 500), (2 * MANY_POINTS, 2))
    kinds = ["甲" if n % 3 else "乙" for n in range(len(places))]
    style = Style(
        class_column="kind",
        categories=(
            Category("甲", "甲", Symbol(fill="#7b4b2a", size_mm=1.6)),
            Category("乙", "乙", Symbol(fill="#c0161d", size_mm=1.6)),
        ),
    )
    cloud = layer("points", [shapely.Point(p) for p in places], style, kind=kinds)
    compare(drawn([cloud], at(10.0)), "points", tmp_path)


def test_a_selection_stands_out_from_what_is_around_it(tmp_path: Path) -> None:
    """One block and one point have an orange outline with a white halo; the label is readable."""
    areas = layer(
        "areas",
        [shapely.box(40 + 140 * n, 60, 160 + 140 * n, 260) for n in range(3)],
        replace(CLASSES, label_column="name", label_size_mm=4.0),
        kind=["甲", "乙", "甲"],
        name=["一丁目", "二丁目", "三丁目"],
    )
    points = layer(
        "points", [shapely.Point(100, 30), shapely.Point(380, 30)], Style(Symbol(fill="#0b7a75", size_mm=4))
    )
    chosen = {LayerId("areas"): frozenset({2}), LayerId("points"): frozenset({2})}
    compare(drawn([areas, points], at(1.0), highlight=chosen), "selection", tmp_path)


def test_where_alpha_is_forbidden_colours_are_blended_with_white(tmp_path: Path) -> None:
    """The same pale colours as with alpha on white, but the line below does not shine through."""
    below = layer(
        "line",
        [shapely.LineString([(0, 160), (480, 160)])],
        Style(Symbol(fill=None, stroke="#c0161d", stroke_mm=2)),
    )
    area = layer(
        "area",
        [shapely.box(120, 60, 360, 260)],
        Style(Symbol(fill="#1f4aa0", stroke="#000000", stroke_mm=0.6), opacity=0.4),
    )
    compare(drawn([below, area], at(1.0), opaque=True), "opaque", tmp_path)


def test_hills_in_colours_below_a_paper_map_and_an_area(tmp_path: Path, sample: Path) -> None:
    """Green valley floor, brown crests lit from the upper left, the paper map half through, the area on top.

    The lake lies in the right half; 「架空」 and the map's contours shine through the colours.
    """
    from pictures import built, imported

    dem, paper = (imported(sample / name) for name in ("dem10.tif", "basemap.tif"))
    tinted = replace(dem, style=replace(dem.style, raster=RasterLook(tints=True)))
    half = replace(paper, style=replace(paper.style, opacity=0.5))
    plan = layer("a", [shapely.box(-19_500, 16_200, -17_500, 17_600)], plan_style(Role.PROMOTION_AREA))
    layers = [raster_layer(x, built(x, tmp_path)) for x in (tinted, half)]
    compare(drawn([*layers, plan], at(29.0, (-17_700, 16_700))), "rasters", tmp_path)
