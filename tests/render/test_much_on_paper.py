"""Very many features on one sheet: what the PDF holds, and that it looks like the screen."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import geopandas
import numpy as np
import pikepdf
import pytest
import shapely
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter, QPdfWriter

from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style, Symbol
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.store import memory_ref
from chiiki_gis.render import features
from chiiki_gis.render.paint import MapLayer, paint_map
from chiiki_gis.render.view import View

pytestmark = pytest.mark.usefixtures("qgui")

DPI = 1200
VIEW = View(0, 1000, 1000 / 4000, 4000, 4000, px_per_mm=DPI / 25.4)


def entry(shapes: list[Any], **symbol: Any) -> MapLayer:
    frame = geopandas.GeoDataFrame(geometry=shapes, crs=6676, index=range(1, len(shapes) + 1))
    style = Style(Symbol(**symbol), opacity=0.6)
    layer = Layer(LayerId("many"), Role.REFERENCE, "多数", memory_ref(frame), style, Source("", "", ""))
    return MapLayer(layer, build_shapes(frame, style))


def content(layer: MapLayer) -> bytes:
    """The content of a page with the map on it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    painter = QPainter(writer)
    paint_map(painter, [layer], VIEW)
    painter.end()
    with pikepdf.open(BytesIO(bytes(buffer.data().data()))) as pdf:
        return pdf.pages[0].Contents.read_bytes()


def steps(text: bytes) -> list[tuple[list[bytes], bytes]]:
    """Operands and operator of every step of a path."""
    words = [line.split() for line in text.split(b"\n")]
    return [(line[:-1], line[-1]) for line in words if line and line[-1] in (b"m", b"l", b"c")]


def test_many_pale_lines_are_lines_in_the_file_and_not_outlines(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [shapely.LineString([(100, y), (500.123, y + 3.3), (900, y)]) for y in range(200, 800, 10)]
    layer = entry(ways, fill=None, stroke="#336699", stroke_mm=0.2)
    few = steps(content(layer))
    monkeypatch.setattr(features, "MANY_VERTICES", 10)
    many = steps(content(layer))
    assert any(operator == b"c" for _, operator in few)  # Qt draws what it strokes with alpha as outlines
    lines = [operator for _, operator in many if operator in (b"m", b"l")][-3 * len(ways) :]
    assert lines == [b"m", b"l", b"l"] * len(ways)
    assert not any(operator == b"c" for _, operator in many)


def test_much_on_paper_lies_on_whole_units_less_than_11_micrometres_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ways = [shapely.LineString([(100.37, y), (500.123, y + 3.31)]) for y in range(200, 800, 10)]
    layer = entry(ways, fill=None, stroke="#336699", stroke_mm=0.2)
    monkeypatch.setattr(features, "MANY_VERTICES", 10)
    places = [words for words, operator in steps(content(layer)) if operator in (b"m", b"l")][
        -2 * len(ways) :
    ]
    assert all(b"." not in word for words in places for word in words)
    wanted = np.array([VIEW.to_px(*xy) for way in ways for xy in way.coords])
    assert np.abs(np.array(places, "f8") - wanted).max() <= 0.55  # half a unit, and the store's centimetre


def test_many_round_markers_are_two_dots_each_in_two_strokes(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [shapely.Point(100 + 20 * (n % 40), 100 + 20 * (n // 40)) for n in range(200)]
    layer = entry(places, fill="#aa0000", stroke="#ffffff", stroke_mm=0.1, size_mm=1.0)
    many_curves = [operator for _, operator in steps(content(layer))].count(b"c")
    monkeypatch.setattr(features, "MANY_POINTS", 100)
    dots = [operator for _, operator in steps(content(layer))]
    assert many_curves >= 4 * len(places)
    assert b"c" not in dots
    assert dots[-4 * len(places) :] == [b"m", b"l"] * (2 * len(places))


def test_other_markers_keep_their_shape_however_many(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [shapely.Point(100 + 20 * (n % 40), 100 + 20 * (n // 40)) for n in range(200)]
    square = entry(places, fill="#aa0000", stroke="#ffffff", marker="square")
    before = content(square)
    monkeypatch.setattr(features, "MANY_POINTS", 100)
    assert content(square) == before
