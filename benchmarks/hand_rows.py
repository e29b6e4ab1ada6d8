"""The rows of the hand: what a mouse move costs while one draws over a prefecture."""

from __future__ import annotations

import importlib
import random
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from benchmarks import data
from benchmarks.map_rows import PREFECTURE, layers_of

if TYPE_CHECKING:
    from chiiki_gis.render.view import View
    from chiiki_gis.ui.tools.guide import Guide
    from chiiki_gis.ui.tools.tool import Point, Pointer

MOVES, RUNS = 300, 3
"""The slowest move counts, each at the quickest of its runs, so that other programs do not count."""
VERTICES = 5_000
SIZE = 1_200, 800


def snap(metres_per_px: float) -> float:
    """The slowest of 300 mouse moves that look for something to snap to, in ms."""
    surface = _surface(metres_per_px, (data.WIDTH / 2, data.HEIGHT / 2))
    guide = _guide(surface)
    return _slowest(lambda pointer: guide.aim([], pointer), surface)


def trace(metres_per_px: float) -> float:
    """The slowest mouse move while the lines of a layer are followed from one of its vertices, in ms."""
    from chiiki_gis.ui.tools.tool import Pointer

    surface = _surface(metres_per_px, (data.WIDTH / 2, data.HEIGHT / 2))
    guide = _guide(surface)
    importlib.import_module("scipy.sparse.csgraph")
    guide.switch_tracing(True)
    time.sleep(0.5)  # it takes notice of the library in a thread of its own
    middle = (SIZE[0] / 2, SIZE[1] / 2)
    start = guide.take([], Pointer(surface.to_map(middle), middle)).way[-1]
    return _slowest(lambda pointer: guide.aim([start], pointer), surface)


def drag_long(metres_per_px: float) -> float:
    """The slowest mouse move while an area of 5,000 vertices is moved as a whole, with painting it, in ms."""
    import shapely
    from PySide6.QtGui import QColor, QImage, QPainter

    from chiiki_gis.core.layer import Fid, LayerId
    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.ui.tools.handles import Handles
    from chiiki_gis.ui.tools.strokes import paint_line

    painting_application()
    surface = _surface(metres_per_px, (data.WIDTH / 2, data.HEIGHT / 2))
    handles = Handles(LayerId("promotion_area"), Fid(1), shapely.Polygon(_curve(surface.view)))
    lines = handles.outline()
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)

    def move(pointer: Pointer) -> None:
        handles.at(surface.view, pointer.pixel)
        painter = QPainter(image)
        for line in lines:
            paint_line(painter, line.on(surface.view).translated(*pointer.pixel), QColor("#d6007f"), 2.0)
        painter.end()

    return _slowest(move, surface)


def draw_long(metres_per_px: float) -> float:
    """The slowest mouse move of a sketch with 5,000 vertices, with painting it, in ms."""
    from PySide6.QtGui import QImage, QPainter

    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.ui.tools.sketch_tool import Purpose, SketchTool

    painting_application()
    surface = _surface(metres_per_px, (data.WIDTH / 2, data.HEIGHT / 2))
    purpose = Purpose("draw_promotion", "", "#c0161d", True, lambda _: None)
    tool = SketchTool(surface, purpose, _guide(surface))
    tool.sketch.add(*_curve(surface.view))
    image = QImage(*SIZE, QImage.Format.Format_ARGB32_Premultiplied)

    def move(pointer: Pointer) -> None:
        tool.move(pointer)
        painter = QPainter(image)
        tool.paint_overlay(painter)
        painter.end()

    return _slowest(move, surface)


def _guide(surface: Any) -> Guide:
    from chiiki_gis.ui.tools.guide import Guide
    from chiiki_gis.ui.tools.snapper import Snapper

    layers = layers_of(PREFECTURE)
    return Guide(Snapper(surface, lambda: layers))


def _surface(metres_per_px: float, center: Point) -> Any:
    """A map without a window."""
    from chiiki_gis.render.view import SCREEN_PX_PER_MM, View

    view = View.at_scale(center, metres_per_px * 1000 * SCREEN_PX_PER_MM, *SIZE)
    return SimpleNamespace(
        view=view,
        to_map=lambda pixel: view.to_map(*pixel),
        to_pixel=lambda at: view.to_px(*at),
        metres=lambda pixels: pixels * view.metres_per_px,
        refresh=lambda: None,
        say=lambda _text: None,
        leave_tool=lambda: None,
    )


def _curve(view: View) -> list[Point]:
    """A ring of many vertices that fills the picture."""
    import math

    turn = 2 * math.pi / VERTICES
    width, height = SIZE
    return [
        view.to_map(
            width / 2 + 0.4 * width * math.cos(n * turn), height / 2 + 0.4 * height * math.sin(n * turn)
        )
        for n in range(VERTICES)
    ]


def _slowest(move: Callable[[Pointer], object], surface: Any) -> float:
    chance = random.Random(5)
    pixels = [(chance.uniform(0, SIZE[0]), chance.uniform(0, SIZE[1])) for _ in range(MOVES)]
    runs = [[_ms(move, surface, pixel) for pixel in pixels] for _ in range(RUNS + 1)][1:]
    return max(min(times) for times in zip(*runs, strict=True))


def _ms(move: Callable[[Pointer], object], surface: Any, pixel: Point) -> float:
    from chiiki_gis.ui.tools.tool import Pointer

    began = time.perf_counter()
    move(Pointer(surface.to_map(pixel), pixel))
    return (time.perf_counter() - began) * 1000
