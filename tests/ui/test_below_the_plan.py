"""The picture below the plan is kept: the next picture is the same as one painted anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shapely
from reference_layers import TOWN, add_references
from waiting import settle

from chiiki_gis.core.edits import add_area, set_geometry
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.layer_edits import set_opacity
from chiiki_gis.core.role import Role
from chiiki_gis.render import paint
from chiiki_gis.render.paint import MapLayer
from chiiki_gis.ui.below import Below
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.render_loop import Request, paint_picture

AREA = LayerId(Role.PROMOTION_AREA.value)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The layers that are really drawn, in order."""
    found: list[str] = []
    plain = paint._draw_layer

    def draw(canvas: paint.Canvas, entry: MapLayer) -> None:
        found.append(entry.layer.role.value)
        plain(canvas, entry)

    monkeypatch.setattr(paint, "_draw_layer", draw)
    return found


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    add_references(window.session)
    shape = shapely.box(-120, -40, 20, 40)
    window.session.apply(add_area(window.session.document, Role.PROMOTION_AREA, shape))
    settle()
    return window


def request(window: MainWindow) -> Request:
    return Request(window.canvas.view, window.scene.layers, 1.0, {TOWN: frozenset({2})})


def move(window: MainWindow) -> None:
    shape = shapely.box(-60, -40, 120, 40)
    window.session.apply(set_geometry(window.session.document, AREA, Fid(1), shape, "動かす"))
    settle()


def test_after_an_edit_of_the_plan_only_the_plan_is_drawn_and_the_picture_is_the_same(
    town: MainWindow, drawn: list[str]
) -> None:
    below = Below()
    first = paint_picture(request(town), below=below)
    assert {"zoning", "town", "road"} <= set(drawn)
    assert first.image == paint_picture(request(town)).image
    move(town)
    drawn.clear()
    second = paint_picture(request(town), below=below)
    assert "promotion_area" in drawn
    assert not {"zoning", "town", "road"} & set(drawn)
    assert second.image == paint_picture(request(town)).image
    assert second.image != first.image


def test_another_view_or_another_look_of_a_layer_is_drawn_anew(town: MainWindow, drawn: list[str]) -> None:
    below = Below()
    paint_picture(request(town), below=below)
    drawn.clear()
    moved = replace(request(town), view=town.canvas.view.moved(10, 0))
    assert paint_picture(moved, below=below).image == paint_picture(moved).image
    assert "town" in drawn
    layer = town.session.document.layer(LayerId("zoning_1"))
    town.session.apply(set_opacity(layer, 0.3))
    settle()
    drawn.clear()
    assert paint_picture(request(town), below=below).image == paint_picture(request(town)).image
    assert "zoning" in drawn


def test_a_picture_that_was_given_up_is_not_kept(town: MainWindow, drawn: list[str]) -> None:
    below = Below()
    paint_picture(request(town), outdated=lambda: True, below=below)
    drawn.clear()
    assert paint_picture(request(town), below=below).image == paint_picture(request(town)).image
    assert "zoning" in drawn
