"""A screen with two device pixels per logical pixel."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QEvent
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from waiting import settle

from chiiki_gis.core import layer_edits
from chiiki_gis.core.edits import add_area, add_facility
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.overview import Overview
from chiiki_gis.ui.render_loop import Picture, Request, paint_picture


def pictures(window: MainWindow) -> tuple[Picture, Picture]:
    session, view = window.session, window.canvas.view
    x, y = view.center
    session.apply(
        add_area(session.document, Role.PROMOTION_AREA, shapely.box(x - 200, y - 100, x + 200, y + 100))
    )
    session.apply(add_facility(session.document, "coworking", shapely.Point(x + 60, y + 20)))
    layers = window.scene.layers
    return paint_picture(Request(view, layers, 1.0)), paint_picture(Request(view, layers, 2.0))


def pixels(image: QImage) -> np.ndarray:
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    data = np.frombuffer(plain.constBits(), np.uint8)
    return data.reshape(plain.height(), plain.width(), 4)[:, :, :3].astype(float)


def test_a_picture_at_ratio_2_has_twice_the_pixels_and_says_so(window: MainWindow) -> None:
    plain, fine = pictures(window)
    assert (fine.image.width(), fine.image.height()) == (2 * plain.image.width(), 2 * plain.image.height())
    assert fine.image.devicePixelRatio() == 2
    assert fine.image.deviceIndependentSize() == plain.image.deviceIndependentSize()
    assert fine.view == plain.view


def test_it_shows_the_same_ground_at_the_same_sizes(window: MainWindow) -> None:
    """Averaged over 2 × 2 it is the plain picture but for the edges; what is drawn reaches twice as far."""
    plain, fine = pictures(window)
    small, large = pixels(plain.image), pixels(fine.image)
    averaged = large.reshape(small.shape[0], 2, small.shape[1], 2, 3).mean(axis=(1, 3))
    assert (np.abs(averaged - small).max(axis=2) > 60).mean() < 0.01
    assert reach(large) == pytest.approx([2 * side for side in reach(small)], abs=2)


def reach(picture: np.ndarray) -> list[int]:
    rows, columns = np.nonzero(np.abs(picture - picture[2, 2]).max(axis=2) > 20)
    return [int(rows.min()), int(rows.max()), int(columns.min()), int(columns.max())]


def test_the_map_widget_asks_for_device_pixels(window: MainWindow) -> None:
    asked: list[Request] = []
    window.canvas.loop.ask = asked.append  # type: ignore[method-assign]
    window.canvas.devicePixelRatioF = lambda: 2.0  # type: ignore[method-assign]
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    settle()
    assert asked[-1].ratio == 2.0


def test_the_map_and_the_overview_are_painted_again_on_another_screen(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    settle()
    overview = window.findChild(Overview)
    assert overview is not None
    for widget, loop in ((window.canvas, window.canvas.loop), (overview, overview._loop)):
        asked: list[Request] = []
        loop.ask = asked.append  # type: ignore[method-assign]
        widget.devicePixelRatioF = lambda: 2.0  # type: ignore[method-assign]
        QApplication.sendEvent(widget, QEvent(QEvent.Type.DevicePixelRatioChange))
        settle()
        assert {request.ratio for request in asked} == {2.0}


def test_a_picture_that_comes_after_the_last_layer_was_hidden_is_not_shown(window: MainWindow) -> None:
    session, canvas = window.session, window.canvas
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-200, -200, 200, 200)))
    late = paint_picture(Request(canvas.view, window.scene.layers))
    session.apply(layer_edits.show_layers(session.document.layers, False))
    settle()
    canvas.loop.rendered.emit(late)
    assert (np.abs(pixels(late.image) - pixels(late.image)[2, 2]).max(axis=2) > 5).any()
    shown = pixels(canvas.grab().toImage())
    assert (shown == shown[2, 2]).all()
