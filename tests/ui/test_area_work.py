"""Splitting, uniting, cutting: each is one edit of the selected area."""

from __future__ import annotations

import geopandas
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, set_values
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.layer_edits import lock_layer
from chiiki_gis.core.palette import reference_style
from chiiki_gis.core.role import Role
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.simplify_dialog import SimplifyDialog

LEFT, NONE, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
AREA = LayerId("promotion_area")
SQUARE = shapely.box(-100, -60, 100, 60)


@pytest.fixture
def told(window: MainWindow) -> list[Notice]:
    found: list[Notice] = []
    window.session.noticed.connect(found.append)
    return found


@pytest.fixture
def square(window: MainWindow) -> MainWindow:
    """One promotion area with a name, selected."""
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, SQUARE))
    session.apply(set_values(session.document, AREA, Fid(1), {"name": "宮川", "note": "備考"}, "名称"))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    return window


def add(window: MainWindow, shape: shapely.Geometry, role: Role = Role.PROMOTION_AREA) -> None:
    window.session.apply(add_area(window.session.document, role, shape))
    settle()


def draw(window: MainWindow, tool: str, *places: tuple[float, float]) -> None:
    window.made[tool].trigger()
    for at in places:
        x, y = window.canvas.to_pixel(at)
        QTest.mouseClick(window.canvas, LEFT, ALT, QPoint(round(x), round(y)))
    QTest.keyClick(window.canvas, Qt.Key.Key_Return)
    settle()


def rows(window: MainWindow, role: Role = Role.PROMOTION_AREA) -> geopandas.GeoDataFrame:
    return window.session.document.plan(role)


def edits(window: MainWindow) -> int:
    return len(window.session.history.undo_notes)


def test_splitting_keeps_attributes_and_is_one_edit(square: MainWindow) -> None:
    before = edits(square)
    draw(square, "split", (-40, -90), (-40, 90))
    found = rows(square)
    assert list(found["name"]) == ["宮川", "宮川（2）"]
    assert list(found["note"]) == ["備考", "備考"]
    assert list(found["number"]) == [1, 2]
    assert found.geometry.area.sum() == pytest.approx(SQUARE.area, abs=1e-6)
    assert found.geometry.loc[1].area > found.geometry.loc[2].area
    assert edits(square) == before + 1
    square.made["undo"].trigger()
    assert rows(square).geometry.loc[1].equals_exact(SQUARE, 0)
    assert square.toolbox.current.id == "select"


def test_a_line_that_does_not_cross_is_refused_and_kept(square: MainWindow) -> None:
    before = edits(square)
    draw(square, "split", (-40, 0), (40, 0))
    assert "横切っていない" in square.canvas.said
    assert edits(square) == before
    assert len(square.toolbox.sketches["split"].sketch.vertices) == 2


def test_splitting_puts_its_ends_into_the_neighbour(square: MainWindow) -> None:
    add(square, shapely.box(-100, 60, 100, 120))
    square.selection.pick(AREA, (Fid(1),))
    draw(square, "split", (-40, -90), (-40, 90))
    border = {(x, y) for x, y in shapely.get_coordinates(rows(square).geometry.loc[1]).tolist() if y == 60}
    (end,) = border - {(-100, 60), (100, 60)}
    assert list(end) in shapely.get_coordinates(rows(square).geometry.loc[2]).tolist()


def test_merging_keeps_the_row_that_was_picked_first(square: MainWindow) -> None:
    add(square, shapely.box(100, -60, 200, 60))
    square.selection.pick(AREA, (Fid(1), Fid(2)))
    before = edits(square)
    square.made["merge"].trigger()
    found = rows(square)
    assert list(found.index) == [1]
    assert found.geometry.loc[1].equals(shapely.box(-100, -60, 200, 60))
    assert found.at[1, "name"] == "宮川"
    assert edits(square) == before + 1
    square.made["undo"].trigger()
    assert list(rows(square).index) == [1, 2]


def test_merging_needs_two(square: MainWindow, told: list[Notice]) -> None:
    square.made["merge"].trigger()
    assert told[-1].what == "結合できませんでした。"


def test_a_hole_and_a_part_are_added(square: MainWindow) -> None:
    draw(square, "hole", (-20, -20), (20, -20), (20, 20), (-20, 20))
    assert rows(square).geometry.loc[1].area == pytest.approx(SQUARE.area - 1600, abs=100)
    draw(square, "part", (150, -20), (190, -20), (190, 20), (150, 20))
    assert rows(square).geometry.loc[1].geom_type == "MultiPolygon"


def test_a_hole_across_the_border_is_refused(square: MainWindow) -> None:
    before = edits(square)
    draw(square, "hole", (60, -20), (140, -20), (140, 20))
    assert "収まっていません" in square.canvas.said
    assert edits(square) == before


def test_reshaping_replaces_the_outline(square: MainWindow) -> None:
    draw(square, "reshape", (-50, 30), (-50, 120), (50, 120), (50, 30))
    assert rows(square).geometry.loc[1].area == pytest.approx(SQUARE.area + 100 * 60, abs=200)


def test_an_area_is_cut_to_its_districts(square: MainWindow) -> None:
    add(square, shapely.box(-300, -300, 0, 300), Role.PRIORITY_DISTRICT)
    square.selection.pick(AREA, (Fid(1),))
    square.made["clip_districts"].trigger()
    assert rows(square).geometry.loc[1].equals(shapely.box(-100, -60, 0, 60))
    square.made["undo"].trigger()
    assert rows(square).geometry.loc[1].equals_exact(SQUARE, 0)


def test_an_area_is_cut_to_the_plans_own_municipality(square: MainWindow) -> None:
    frame = geopandas.GeoDataFrame(
        {"name": ["試験市", "隣町"], "code": ["20999", "20998"]},
        geometry=[shapely.box(-300, -300, 30.123456789, 300), shapely.box(30.123456789, -300, 300, 300)],
        crs=6676,
    )
    frame.index = frame.index.astype("int64").rename("fid") + 1
    role = Role.MUNICIPALITY
    layer = Layer(LayerId("m"), role, "市町村界", keep_blob(frame), reference_style(role))
    order = (layer.id, *(x.id for x in square.session.document.layers))
    square.session.apply(Change("取り込み", put_layers=(layer,), order=order), cached_shapes((layer,)))
    settle()
    square.selection.pick(AREA, (Fid(1),))
    square.made["clip_municipality"].trigger()
    assert rows(square).geometry.loc[1].bounds == (-100, -60, 30.123456789, 60)


def test_a_new_area_that_overlaps_is_kept_and_cutting_is_offered(
    square: MainWindow, told: list[Notice]
) -> None:
    draw(square, "draw_promotion", (50, -150), (150, -150), (150, 0), (50, 0))
    offer = told[-1]
    assert "重なっています" in offer.what
    assert rows(square).geometry.loc[2].intersection(SQUARE).area > 0
    assert offer.press is not None
    offer.press()
    assert rows(square).geometry.loc[2].intersection(SQUARE).area == pytest.approx(0, abs=1e-9)
    assert rows(square).geometry.loc[1].equals(SQUARE)
    square.made["undo"].trigger()
    assert offer.press_other is not None
    offer.press_other()
    assert rows(square).geometry.loc[1].intersection(rows(square).geometry.loc[2]).area == pytest.approx(
        0, abs=1e-9
    )
    assert rows(square).geometry.loc[1].area < SQUARE.area


def test_areas_that_only_touch_are_not_said_to_overlap(square: MainWindow, told: list[Notice]) -> None:
    square.made["cut_overlap"].trigger()
    assert "重なっていません" in square.canvas.said


def test_what_rounding_leaves_on_a_border_is_no_overlap(square: MainWindow, told: list[Notice]) -> None:
    add(square, shapely.box(100 - 1e-7, -60, 200, 60))
    square.selection.pick(AREA, (Fid(2),))
    told.clear()
    square.toolbox.areas.offer_cutting()
    assert told == []


def test_cutting_everything_away_is_refused(square: MainWindow) -> None:
    add(square, shapely.box(-200, -200, 200, 200))
    square.selection.pick(AREA, (Fid(1),))
    square.made["cut_overlap"].trigger()
    assert "区域がなくなる" in square.canvas.said
    assert rows(square).geometry.loc[1].equals_exact(SQUARE, 0)


def test_without_a_selected_area_the_tool_is_not_taken(square: MainWindow, told: list[Notice]) -> None:
    square.selection.clear()
    square.toolbox.work_on_area("split")
    assert told[-1].what == "区域が選ばれていません。"
    assert square.toolbox.current.id == "select"


def test_a_locked_area_is_not_changed(square: MainWindow, told: list[Notice]) -> None:
    square.session.apply(lock_layer(square.session.document.layer(AREA), True))
    square.selection.pick(AREA, (Fid(1),))
    square.toolbox.work_on_area("split")
    assert "鍵" in told[-1].why
    assert square.toolbox.current.id == "select"


def test_simplifying_is_seen_first_and_then_one_edit(square: MainWindow) -> None:
    wavy = [(-100 + n * 2.0, 200.0 + (n % 2) * 0.6) for n in range(100)]
    add(square, shapely.Polygon([*wavy, (98, 260), (-100, 260)]))
    square.selection.pick(AREA, (Fid(2),))
    before = edits(square)
    square.made["simplify"].trigger()
    (dialog,) = square.findChildren(SimplifyDialog)
    assert dialog.counts.text() == "102 → 4"
    settle()
    assert edits(square) == before
    dialog.tolerance.setValue(0.1)
    assert dialog.counts.text().startswith("102 → 10")
    dialog.tolerance.setValue(1.0)
    dialog.apply_button.click()
    assert shapely.get_num_coordinates(rows(square).geometry.loc[2]) == 5
    assert edits(square) == before + 1


def test_cancelling_the_preview_changes_nothing(square: MainWindow) -> None:
    before, overlays = edits(square), list(square.canvas.overlays)
    square.made["simplify"].trigger()
    (dialog,) = square.findChildren(SimplifyDialog)
    dialog.reject()
    assert edits(square) == before
    assert square.canvas.overlays == overlays


def test_the_preview_ends_when_the_area_is_deleted(square: MainWindow) -> None:
    square.made["simplify"].trigger()
    (dialog,) = square.findChildren(SimplifyDialog)
    square.made["delete"].trigger()
    assert not dialog.isVisible()
