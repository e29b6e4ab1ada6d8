"""Classes, ranges and hidden classes on the map, in the legend, in QGIS and on the page for residents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree

import geopandas
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from shapely.geometry import Point, box

from chiiki_gis.core.change import Change
from chiiki_gis.core.classes import range_words
from chiiki_gis.core.display_sets import keep_set
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.core.style import Category, Style, Symbol
from chiiki_gis.export.gpkg import export_gpkg
from chiiki_gis.export.outgoing import export_frames
from chiiki_gis.export.qgis_style import qml
from chiiki_gis.export.web_data import page_data
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render.legend import legend_entries
from chiiki_gis.render.paint import MapLayer, paint_map
from chiiki_gis.render.view import View

BREAKS = (0.0, 10.0, 20.0, 30.0)
COLORS = ("#ff0000", "#00ff00", "#0000ff")


def ranged(**changes: Any) -> Style:
    categories = tuple(
        Category(str(n), words, Symbol(fill=color, stroke=None))
        for n, (words, color) in enumerate(zip(range_words(BREAKS), COLORS, strict=True))
    )
    plain = Symbol(fill="#888888", stroke=None)
    return replace(Style(plain, "値", categories, breaks=BREAKS), **changes)


def entry(style: Style, values: list[float | None], points: bool = False) -> MapLayer:
    """Squares (or points) of 10 m side by side, 30 px each."""
    shapes = [Point(n * 10 + 5, 5) if points else box(n * 10, 0, n * 10 + 10, 10) for n in range(len(values))]
    frame = geopandas.GeoDataFrame({"値": values, "名": ["名"] * len(values)}, geometry=shapes, crs=6676)
    frame.index = frame.index.astype("int64") + 1
    layer = Layer(LayerId("x"), Role.REFERENCE, "人口", memory_ref(frame), style)
    return MapLayer(layer, build_shapes(frame, style))


def colors(shown: MapLayer, count: int) -> list[str]:
    image = QImage(count * 30, 30, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    paint_map(painter, [shown], View(0, 10, 1 / 3, count * 30, 30), labels=True)
    painter.end()
    return [image.pixelColor(n * 30 + 15, 15).name() for n in range(count)]


def test_every_range_has_its_colour_and_the_rest_the_plain_one() -> None:
    assert colors(entry(ranged(), [5, 10, 30, 31, None]), 5) == [*COLORS, "#888888", "#888888"]


@pytest.mark.parametrize("points", [False, True])
def test_a_hidden_range_and_hidden_others_are_not_drawn(points: bool) -> None:
    style = ranged(shows_others=False)
    big = tuple(replace(c, symbol=replace(c.symbol, size_mm=4)) for c in style.categories)
    style = replace(style, categories=(big[0], replace(big[1], visible=False), big[2]))
    assert colors(entry(style, [5, 15, 25, 99], points), 4) == ["#ff0000", "#ffffff", "#0000ff", "#ffffff"]


def test_many_points_keep_their_size_where_a_class_is_hidden() -> None:
    style = ranged()
    some = entry(replace(style, categories=style.categories[:1]), [5.0] * 5000, points=True)
    hidden = replace(some, layer=replace(some.layer, style=replace(some.layer.style, shows_others=False)))
    assert colors(some, 3) == colors(hidden, 3) == ["#ff0000"] * 3


def test_labels_of_a_hidden_class_are_not_drawn() -> None:
    style = ranged(label_column="名", label_color="#000000", label_size_mm=3.0)
    hidden = replace(style, categories=tuple(replace(c, visible=False) for c in style.categories))
    assert colors(entry(hidden, [5]), 1) == ["#ffffff"]


def test_the_legend_lists_what_occurs_from_low_to_high_and_leaves_hidden_classes_out() -> None:
    extent = (0.0, 0.0, 1000.0, 10.0)
    texts = [e.text for e in legend_entries([entry(ranged(), [25, 5, 99])], extent)]
    assert texts == ["0 以上 10 未満", "20 以上 30 以下", "その他"]
    style = ranged(shows_others=False)
    style = replace(style, categories=(replace(style.categories[0], visible=False), *style.categories[1:]))
    assert [e.text for e in legend_entries([entry(style, [25, 5, 99])], extent)] == ["20 以上 30 以下"]


def test_qgis_gets_ranges_from_the_highest_down_because_it_takes_the_first_that_fits() -> None:
    style = ranged()
    style = replace(style, categories=(replace(style.categories[0], visible=False), *style.categories[1:]))
    renderer = ElementTree.fromstring(qml(style, "polygon", ()).split("\n", 1)[1]).find("renderer-v2")
    assert renderer is not None
    assert (renderer.get("type"), renderer.get("attr")) == ("graduatedSymbol", "値")
    ranges = renderer.findall("ranges/range")
    assert [(float(r.get("lower", "")), float(r.get("upper", ""))) for r in ranges] == [
        (20, 30), (10, 20), (0, 10),
    ]  # fmt: skip
    assert [r.get("render") for r in ranges] == ["true", "true", "false"]
    named = {s.get("name"): s for s in renderer.findall("symbols/symbol")}
    for index, color in ((0, "0,0,255,255"), (2, "255,0,0,255")):
        found = named[ranges[index].get("symbol")].find("layer/prop[@k='color']")
        assert found is not None
        assert found.get("v") == color


def test_a_hidden_class_is_not_rendered_in_qgis() -> None:
    categories = (Category("a", "A", Symbol()), Category("b", "B", Symbol(), visible=False))
    style = Style(class_column="名", categories=categories, shows_others=False)
    root = ElementTree.fromstring(qml(style, "line", ()).split("\n", 1)[1])
    assert [c.get("render") for c in root.iter("category")] == ["true", "false", "false"]


def restyled(plan: Any, role: Role, **changes: Any) -> None:
    layer = next(x for x in plan.document.layers if x.role == role)
    plan.document.apply(Change("", put_layers=(replace(layer, style=replace(layer.style, **changes)),)))


def test_words_of_a_column_that_stays_behind_do_not_leave_with_the_style(plan: Any) -> None:
    categories = (Category("湖野太郎", "湖野太郎", Symbol()),)
    restyled(plan, Role.ZONING, class_column="所有者", categories=categories, label_column="所有者")
    tables, _ = export_frames(snapshot(plan.document), plan.verdicts)
    style = next(x for x in tables if x.role == Role.ZONING).style
    assert (style.class_column, style.categories, style.label_column) == (None, (), None)


def test_a_hidden_class_is_not_on_the_page_for_residents(plan: Any) -> None:
    def zones() -> list[int]:
        tables, _ = export_frames(snapshot(plan.document), plan.verdicts)
        data = page_data(snapshot(plan.document), tables, date(2026, 4, 1))
        layer = next(x for x in data["layers"] if x["title"] == "用途地域")
        return [len(layer["features"]), len(layer["classes"])]

    assert zones() == [2, 2]
    old = next(x for x in plan.document.layers if x.role == Role.ZONING).style.categories
    restyled(plan, Role.ZONING, categories=tuple(replace(c, visible=c.value != "商業地域") for c in old))
    assert zones() == [1, 1]


def test_display_sets_do_not_leave(plan: Any, tmp_path: Any) -> None:
    plan.document.apply(keep_set(plan.document.facts, "内緒の表示", plan.document.layers))
    files = export_gpkg(snapshot(plan.document), plan.verdicts, tmp_path, stamp=date(2026, 4, 1)).files
    assert all("内緒の表示".encode() not in path.read_bytes() for path in files)
