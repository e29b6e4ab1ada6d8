"""Changing shapes by hand: vertices, ghosts, whole shapes, and neighbours that come along."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from waiting import settle

from chiiki_gis.core.edits import add_area, add_feature
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.layer_edits import lock_layer
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
AREA, DISTRICT = LayerId("promotion_area"), LayerId("priority_district")
WEST = shapely.Polygon([(-100, -60), (0, -60), (0, 60), (-100, 60)])
EAST = shapely.Polygon([(0, -60), (100, -60), (100, 60), (0, 60)])


@pytest.fixture
def pair(window: MainWindow) -> MainWindow:
    """Two areas that share an edge, the western one selected; snapping off where a test does not want it."""
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, WEST))
    session.apply(add_area(session.document, Role.PROMOTION_AREA, EAST))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    return window


def pixel(window: MainWindow, at: tuple[float, float]) -> QPoint:
    x, y = window.canvas.to_pixel(at)
    return QPoint(round(x), round(y))


def drag(
    window: MainWindow,
    start: tuple[float, float],
    end: tuple[float, float],
    held: Qt.KeyboardModifier = NONE,
) -> None:
    QTest.mousePress(window.canvas, LEFT, held, pixel(window, start))
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    for at in (middle, end):
        QTest.mouseMove(window.canvas, pixel(window, at))
        settle()
    QTest.mouseRelease(window.canvas, LEFT, held, pixel(window, end))
    settle()


def shape(window: MainWindow, fid: int, role: Role = Role.PROMOTION_AREA) -> shapely.Geometry:
    return window.session.document.plan(role).geometry.loc[fid]


def corners(geometry: shapely.Geometry) -> set[tuple[int, int]]:
    return {(round(x), round(y)) for x, y in shapely.get_coordinates(geometry).tolist()}


def notes(window: MainWindow) -> tuple[str, ...]:
    return tuple(window.session.history.undo_notes)


def test_dragging_a_vertex_is_one_edit_and_undo_takes_it_back(pair: MainWindow) -> None:
    before = notes(pair)
    drag(pair, (-100, 60), (-130, 90))
    assert corners(shape(pair, 1)) == {(-100, -60), (0, -60), (0, 60), (-130, 90)}
    assert notes(pair)[len(before) :] == ("頂点を動かす",)
    pair.made["undo"].trigger()
    assert shape(pair, 1).equals_exact(WEST, 0)


def test_a_vertex_shared_with_a_neighbour_moves_in_both(pair: MainWindow) -> None:
    drag(pair, (0, 60), (20, 90))
    assert (20, 90) in corners(shape(pair, 1))
    assert (20, 90) in corners(shape(pair, 2))
    assert shape(pair, 1).intersection(shape(pair, 2)).area == 0
    pair.made["undo"].trigger()
    assert shape(pair, 2).equals_exact(EAST, 0)


def test_ctrl_detaches_the_neighbour(pair: MainWindow) -> None:
    drag(pair, (0, 60), (-30, 90), CTRL)
    assert (-30, 90) in corners(shape(pair, 1))
    assert corners(shape(pair, 2)) >= {(0, 60)}
    assert (-30, 90) not in corners(shape(pair, 2))


def test_dragging_a_ghost_puts_a_vertex_into_both_neighbours(pair: MainWindow) -> None:
    drag(pair, (0, 0), (26, 10))
    assert (26, 10) in corners(shape(pair, 1))
    assert (26, 10) in corners(shape(pair, 2))
    assert shape(pair, 1).area + shape(pair, 2).area == pytest.approx(WEST.area + EAST.area)
    assert notes(pair)[-1] == "頂点を加える"


def test_delete_takes_the_picked_vertex_and_not_the_area(pair: MainWindow) -> None:
    drag(pair, (-100, 0), (-140, 0))
    QTest.mouseClick(pair.canvas, LEFT, NONE, pixel(pair, (-140, 0)))
    pair.made["delete"].trigger()
    settle()
    assert shape(pair, 1).equals(WEST)
    assert notes(pair)[-1] == "頂点を削除"


def test_without_a_picked_vertex_delete_takes_the_area(pair: MainWindow) -> None:
    pair.made["delete"].trigger()
    assert list(pair.session.document.plan(Role.PROMOTION_AREA).index) == [2]


def test_a_move_that_makes_lines_cross_is_refused_and_said(pair: MainWindow) -> None:
    before = notes(pair)
    drag(pair, (-100, 60), (-50, -100))
    assert shape(pair, 1).equals_exact(WEST, 0)
    assert "交差" in pair.canvas.said
    assert notes(pair) == before


def test_a_triangle_keeps_its_vertices(window: MainWindow) -> None:
    triangle = shapely.Polygon([(-100, -60), (0, -60), (0, 60)])
    window.session.apply(add_area(window.session.document, Role.PROMOTION_AREA, triangle))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    QTest.mouseClick(window.canvas, LEFT, NONE, pixel(window, (0, 60)))
    window.made["delete"].trigger()
    assert shape(window, 1).equals_exact(triangle, 0)
    assert "削除できません" in window.canvas.said


def test_the_whole_selected_shape_is_dragged_with_a_notice_that_undoes(pair: MainWindow) -> None:
    drag(pair, (-60, 10), (-160, 40))
    assert shape(pair, 1).bounds == pytest.approx((-200, -30, -100, 90))
    assert "移動" in notes(pair)[-1]
    pair.made["undo"].trigger()
    assert shape(pair, 1).equals_exact(WEST, 0)


def test_a_shape_that_is_not_selected_stays_where_it_is(pair: MainWindow) -> None:
    before = notes(pair)
    drag(pair, (60, 10), (90, 40))
    assert notes(pair) == before


def test_a_locked_layer_has_no_handles(pair: MainWindow) -> None:
    pair.session.apply(lock_layer(pair.session.document.layer(AREA), True))
    before = notes(pair)
    drag(pair, (-100, 60), (-130, 90))
    assert notes(pair) == before


def test_escape_lets_a_held_vertex_go(pair: MainWindow) -> None:
    before = notes(pair)
    QTest.mousePress(pair.canvas, LEFT, NONE, pixel(pair, (-100, 60)))
    QTest.mouseMove(pair.canvas, pixel(pair, (-150, 90)))
    settle()
    QTest.keyClick(pair.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(pair.canvas, LEFT, NONE, pixel(pair, (-150, 90)))
    assert notes(pair) == before
    assert pair.selection.fids == (1,)


def test_a_dragged_vertex_snaps_to_another_area_exactly(window: MainWindow) -> None:
    session = window.session
    corner = (80.123456789, 40.987654321)
    session.apply(
        add_area(session.document, Role.PRIORITY_DISTRICT, shapely.Polygon([corner, (200, 40), (200, 150)]))
    )
    session.apply(add_area(session.document, Role.PROMOTION_AREA, WEST))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    drag(window, (0, 60), (84, 44))
    assert corner in {(x, y) for x, y in shapely.get_coordinates(shape(window, 1)).tolist()}


def test_a_link_has_handles_and_is_out_of_date_once_it_is_changed(window: MainWindow) -> None:
    session = window.session
    line = shapely.LineString([(-100, 0), (0, 0), (100, 0)])
    values = {"scenario": "A", "building_id": "b1", "status": "ok", "stale": False}
    session.apply(add_feature(session.document, LayerId("access_link"), line, values, "経路"))
    window.selection.pick(LayerId("access_link"), (Fid(1),))
    settle()
    drag(window, (0, 0), (10, 50))
    link = session.document.plan(Role.ACCESS_LINK)
    assert (10, 50) in corners(link.geometry.loc[1])
    assert bool(link.at[1, "stale"])


@pytest.mark.parametrize("role", [Role.SITE, Role.FACILITY])
def test_a_site_has_handles(window: MainWindow, role: Role) -> None:
    session, layer_id = window.session, LayerId(role.value)
    values = {"scenario": "A", "name": "敷地"}
    session.apply(add_feature(session.document, layer_id, WEST, values, "敷地を描く"))
    window.selection.pick(layer_id, (Fid(1),))
    settle()
    drag(window, (-100, 60), (-130, 90))
    assert (-130, 90) in corners(shape(window, 1, role))


def test_the_context_menu_of_a_vertex_deletes_it(pair: MainWindow) -> None:
    drag(pair, (-100, 0), (-140, 0))
    at = pixel(pair, (-140, 0))
    entries = pair.canvas.context_menu((at.x(), at.y())).actions()
    assert entries[0].text() == "頂点を削除"
    entries[0].trigger()
    assert shape(pair, 1).equals(WEST)
