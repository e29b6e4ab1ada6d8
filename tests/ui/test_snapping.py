"""Snapping to what is shown, and following borders."""

from __future__ import annotations

import geopandas
import pytest
import shapely
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from reference_layers import ROAD, TOWN, ZONING, add_references
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.layer_edits import show_layers
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.tools.neighbours import with_common_vertices
from chiiki_gis.ui.tools.sketch_tool import SketchTool

ALT = Qt.KeyboardModifier.AltModifier
CURVE = [(n * 7.123456789 - 150.0, 130.0 + (n % 5) * 3.987654321) for n in range(40)]
"""A border whose vertices lie on no round centimetre."""


@pytest.fixture
def mapped(window: MainWindow) -> MainWindow:
    add_references(window.session)
    settle()
    return window


@pytest.fixture
def bordered(window: MainWindow) -> MainWindow:
    """A municipality north of a border with many vertices."""
    shape = shapely.Polygon([*CURVE, (CURVE[-1][0], 260.0), (-150.0, 260.0)])
    frame = geopandas.GeoDataFrame({"name": ["試験市"]}, geometry=[shape], crs=6676)
    frame.index = frame.index.astype("int64").rename("fid") + 1
    role = Role.MUNICIPALITY
    layer = Layer(LayerId("m"), role, "市町村界", keep_blob(frame), reference_style(role))
    order = (layer.id, *(x.id for x in window.session.document.layers))
    window.session.apply(Change("取り込み", put_layers=(layer,), order=order), cached_shapes((layer,)))
    settle()
    return window


def pixel(window: MainWindow, at: tuple[float, float], off: tuple[int, int] = (0, 0)) -> QPoint:
    x, y = window.canvas.to_pixel(at)
    return QPoint(round(x) + off[0], round(y) + off[1])


def hover(window: MainWindow, at: tuple[float, float], off: tuple[int, int] = (0, 0)) -> None:
    place = QPointF(pixel(window, at, off))
    none, held = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, place, window.canvas.mapToGlobal(place), none, none, held)
    QApplication.sendEvent(window.canvas, move)


def click(
    window: MainWindow,
    at: tuple[float, float],
    off: tuple[int, int] = (0, 0),
    held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    hover(window, at, off)
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, held, pixel(window, at, off))


def tool(window: MainWindow) -> SketchTool:
    working = window.toolbox.working
    assert isinstance(working, SketchTool)
    return working


def vertices(window: MainWindow) -> list[tuple[float, float]]:
    return tool(window).sketch.vertices


def test_a_click_near_a_vertex_takes_its_exact_place(bordered: MainWindow) -> None:
    bordered.made["draw_promotion"].trigger()
    click(bordered, CURVE[7], (2, -2))
    assert vertices(bordered) == [CURVE[7]]


def test_a_vertex_goes_before_an_edge_that_is_nearer(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    click(mapped, (-40, -50), (0, 1))
    assert vertices(mapped) == [(-50, -50)]


def test_an_edge_holds_the_mouse_where_no_vertex_is_near(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    click(mapped, (-100, -50), (0, 6))
    ((_x, y),) = vertices(mapped)
    assert y == -50


def test_nothing_beyond_12_pixels_is_snapped_to(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    click(mapped, (-100, -50), (0, 13))
    ((_x, y),) = vertices(mapped)
    assert y == pytest.approx(-63, abs=0.6)


def test_alt_suspends_snapping(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    click(mapped, (-150, -50), (5, 6), ALT)
    assert vertices(mapped) != [(-150, -50)]


def test_the_key_s_switches_snapping_off_and_on_while_drawing(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    QTest.keyClick(mapped.canvas, Qt.Key.Key_S)
    click(mapped, (-150, -50), (5, 6))
    assert vertices(mapped) != [(-150, -50)]
    QTest.keyClick(mapped.canvas, Qt.Key.Key_S)
    assert mapped.made["snap"].isChecked()
    click(mapped, (150, -50), (5, 6))
    assert vertices(mapped)[1] == (150, -50)


def test_the_status_bar_names_the_layer_that_was_snapped_to(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    hover(mapped, (-150, -50), (4, 4))
    assert mapped.status.hint.text() == "スナップ：用途地域の頂点（12 px）"
    hover(mapped, (-80, 0), (0, 5))
    assert mapped.status.hint.text() == "スナップ：道路の線（12 px）"
    hover(mapped, (0, 200))
    assert "スナップ：" not in mapped.status.hint.text()


def test_hidden_layers_are_not_snapped_to(mapped: MainWindow) -> None:
    mapped.session.apply(show_layers([mapped.session.document.layer(x) for x in (ZONING, TOWN, ROAD)], False))
    settle()
    mapped.made["draw_promotion"].trigger()
    click(mapped, (-150, -50), (5, 6))
    assert vertices(mapped) != [(-150, -50)]


def test_areas_of_the_plan_are_snapped_to(window: MainWindow) -> None:
    session = window.session
    corner = (12.3456789, 98.7654321)
    area = shapely.Polygon([corner, (120, 90), (120, 190), (10, 190)])
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, area))
    settle()
    window.made["draw_promotion"].trigger()
    hover(window, corner, (-5, 5))
    assert window.status.hint.text() == "スナップ：特定居住重点地区の頂点（12 px）"
    click(window, corner, (-5, 5))
    assert vertices(window) == [corner]


def test_snapping_reads_no_table_while_the_mouse_moves(
    bordered: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a table was read")

    monkeypatch.setattr("chiiki_gis.ui.tools.snapper._stored_lines", refuse)
    bordered.made["draw_promotion"].trigger()
    hover(bordered, CURVE[7], (3, 3))
    assert "市町村界の頂点" in bordered.status.hint.text()


def test_following_a_border_copies_its_vertices_to_the_last_bit(bordered: MainWindow) -> None:
    bordered.made["draw_promotion"].trigger()
    click(bordered, CURVE[3], (2, 2))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_T)
    hover(bordered, CURVE[30], (-2, 2))
    click(bordered, CURVE[30], (-2, 2))
    assert vertices(bordered) == CURVE[3:31]


def test_an_area_along_a_border_has_no_gap_and_no_overlap(bordered: MainWindow) -> None:
    bordered.made["draw_promotion"].trigger()
    click(bordered, CURVE[3], (2, 2))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_T)
    click(bordered, CURVE[30], (-2, 2))
    click(bordered, (CURVE[30][0], 40.0))
    click(bordered, (CURVE[3][0], 40.0))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_Return)
    settle()
    (drawn,) = bordered.session.document.plan(Role.PROMOTION_AREA).geometry
    border = bordered.session.document.layer(LayerId("m")).get_frame().geometry.iloc[0]
    assert drawn.intersection(border).area == 0.0
    between = shapely.Polygon([*CURVE[3:31], (CURVE[30][0], 40.0), (CURVE[3][0], 40.0)])
    assert shapely.box(*between.bounds).difference(shapely.union(drawn, border)).area == pytest.approx(
        shapely.box(*between.bounds).difference(border).difference(drawn).area, abs=1e-9
    )
    assert drawn.intersection(border).length == pytest.approx(shapely.LineString(CURVE[3:31]).length)


def test_tab_follows_the_border_the_other_way_round(bordered: MainWindow) -> None:
    bordered.made["draw_promotion"].trigger()
    click(bordered, CURVE[3], (2, 2))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_T)
    hover(bordered, CURVE[30], (-2, 2))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_Tab)
    click(bordered, CURVE[30], (-2, 2))
    assert vertices(bordered)[:4] == [CURVE[3], CURVE[2], CURVE[1], CURVE[0]]
    assert vertices(bordered)[-1] == CURVE[30]


def test_a_followed_border_is_one_step_back_and_one_forth(bordered: MainWindow) -> None:
    bordered.made["draw_promotion"].trigger()
    click(bordered, CURVE[3], (2, 2))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_T)
    click(bordered, CURVE[30], (-2, 2))
    QTest.keyClick(bordered.canvas, Qt.Key.Key_Backspace)
    assert vertices(bordered) == CURVE[3:4]
    bordered.made["redo"].trigger()
    assert vertices(bordered) == CURVE[3:31]


def test_the_lines_of_several_features_are_followed_over_their_common_vertices(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    mapped.made["trace"].trigger()
    click(mapped, (-150, 50), (-3, -3))
    hover(mapped, (150, -50), (3, 3))
    click(mapped, (150, -50), (3, 3))
    found = vertices(mapped)
    assert found[0] == (-150, 50)
    assert found[-1] == (150, -50)
    assert set(found) <= {(x, y) for x in (-150, -50, 50, 150) for y in (-50, 50)}
    assert len(found) == 5


def test_places_that_no_line_joins_are_joined_straight(mapped: MainWindow) -> None:
    mapped.made["draw_promotion"].trigger()
    mapped.made["trace"].trigger()
    click(mapped, (-200, 100))
    click(mapped, (150, -50), (3, 3))
    assert len(vertices(mapped)) == 2


def test_the_border_of_neighbours_is_followed_where_they_meet(mapped: MainWindow) -> None:
    """The last vertex lies on one zone only, the next one on two: the first zone's border is followed."""
    mapped.made["draw_promotion"].trigger()
    mapped.made["trace"].trigger()
    click(mapped, (-150, 50), (-3, -3))
    click(mapped, (-50, -50), (0, 3))
    assert len(vertices(mapped)) == 3
    assert vertices(mapped)[-1] == (-50, -50)


def test_a_vertex_put_on_the_edge_of_another_area_is_put_into_that_area_too(window: MainWindow) -> None:
    session = window.session
    slanted = shapely.Polygon([(-150.123, -60.456), (160.789, 33.321), (150, 150), (-150, 150)])
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, slanted))
    settle()
    window.made["draw_promotion"].trigger()
    click(window, (-50, -30), (0, 2))
    click(window, (60, 3), (0, 2))
    click(window, (60, -150))
    click(window, (-50, -150))
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    settle()
    (outer,) = session.document.plan(Role.PRIORITY_DISTRICT).geometry
    (drawn,) = session.document.plan(Role.PROMOTION_AREA).geometry
    assert len(outer.exterior.coords) == len(slanted.exterior.coords) + 2
    assert outer.area == pytest.approx(slanted.area, abs=1e-4)
    assert outer.intersection(drawn).area == 0.0
    window.made["undo"].trigger()
    (outer,) = session.document.plan(Role.PRIORITY_DISTRICT).geometry
    assert outer.equals_exact(slanted, 0)


def test_places_on_an_edge_are_put_into_the_other_area_on_whichever_side_rounding_left_them(
    window: MainWindow,
) -> None:
    session = window.session
    slanted = shapely.Polygon([(-150.123, -60.456), (160.789, 33.321), (150, 150), (-150, 150)])
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, slanted))
    edge = shapely.LineString(slanted.exterior.coords[:2])
    for n in range(1, 150):
        a, b = edge.interpolate(n), edge.interpolate(n + 150.5)
        drawn = shapely.Polygon([(a.x, a.y), (b.x, b.y), (b.x, -200), (a.x, -200)])
        ((changed,),) = [list(rows.values()) for rows in with_common_vertices(session, drawn).values()]
        assert shapely.get_num_coordinates(changed) == 7
        assert changed.intersection(drawn).area == 0.0
