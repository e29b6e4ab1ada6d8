"""What the window draws over the picture of the map."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from waiting import settle, until

from chiiki_gis.core.edits import add_area, set_geometry
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.render.view import View
from chiiki_gis.ui import overlays
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.overlays import Highlight, paint_highlight

VIEW = View(0, 100, 1.0, 100, 100)


def outline(radius_m: float) -> Highlight:
    """A circle of far more vertices than are painted anew each time."""
    ring = shapely.Point(50, 50).buffer(radius_m, 500)
    return Highlight((shapely.get_coordinates(ring.exterior),))


def painted(view: View, highlight: Highlight, ratio: float = 1.0) -> np.ndarray:
    """The highlight on white, (height, width, 4)."""
    image = QImage(round(100 * ratio), round(100 * ratio), QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.darkGreen)
    painter = QPainter(image)
    paint_highlight(painter, view, highlight)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).astype(int)


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_long_outline_looks_as_if_it_were_painted_anew_each_time(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, ratio: float
) -> None:
    kept = painted(VIEW, outline(30), ratio)
    monkeypatch.setattr(overlays, "_MANY", 10**9)
    anew = painted(VIEW, outline(30), ratio)
    assert np.abs(kept - anew).max() <= 2  # of 255: what is laid over twice is rounded twice
    assert (anew != anew[0, 0]).any()


def test_a_long_outline_follows_its_shape_and_the_view(window: MainWindow) -> None:
    first = painted(VIEW, outline(30))
    assert (painted(VIEW, outline(20)) != first).any()
    assert (painted(VIEW.moved(5, 0), outline(30)) != first).any()
    assert (painted(VIEW, outline(30)) == first).all()


def test_an_edit_asks_for_its_picture_before_anything_else_follows(window: MainWindow) -> None:
    session, canvas = window.session, window.canvas
    x, y = canvas.view.center
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(x, y, x + 50, y + 50)))
    settle()
    until(lambda: canvas.is_settled)
    settle()
    asked: list[object] = []
    canvas.loop.ask = lambda request: asked.append(request.layers)  # type: ignore[method-assign]
    layer, fid = LayerId(Role.PROMOTION_AREA.value), session.document.plan(Role.PROMOTION_AREA).index[-1]
    shape = shapely.box(x, y, x + 80, y + 50)
    session.apply(set_geometry(session.document, layer, Fid(int(fid)), shape, "頂点を動かす"))
    assert asked == [window.scene.layers]
    assert not canvas.is_settled
