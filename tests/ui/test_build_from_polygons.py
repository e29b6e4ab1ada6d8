"""ポリゴンから区域を作る, as a hand does it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from reference_layers import TOWN, ZONING, add_references
from test_drawing import click, press
from waiting import settle

from chiiki_gis.core.area_parts import read_parts
from chiiki_gis.core.edits import set_geometry
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.layer_edits import lock_layer
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

AREA = LayerId(Role.PROMOTION_AREA.value)
EAST, MIDDLE, WEST = (-100.0, 10.0), (0.0, 10.0), (100.0, 10.0)


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    """Three towns over three zones; the tool is in the hand."""
    add_references(window.session)
    settle()
    window.made["build_area"].trigger()
    settle()
    return window


def pixel(window: MainWindow, at: tuple[float, float]) -> tuple[int, int]:
    x, y = window.canvas.to_pixel(at)
    return round(x), round(y)


def pick(window: MainWindow, *places: tuple[float, float], held: Qt.KeyboardModifier | None = None) -> None:
    for place in places:
        click(window, pixel(window, place), held)
    settle()


def row(window: MainWindow) -> Any:
    return window.session.document.plan(Role.PROMOTION_AREA).iloc[-1]


def test_two_clicks_and_enter_make_an_area_with_its_sentence_in_one_step(town: MainWindow) -> None:
    pick(town, EAST, MIDDLE)
    assert town.build_panel.sentence.text() == "東町及び中町の全域"
    before = len(town.session.history.undo_notes)
    press(town, Qt.Key.Key_Return)
    settle()
    assert row(town)["description"] == "東町及び中町の全域"
    assert row(town).geometry.area == pytest.approx(20_000)
    parts = read_parts(row(town)["parts"])
    assert parts is not None
    assert [(u.layer, u.name, u.fids, u.extent) for u in parts.units] == [
        ("町丁目", "東町", (1,), "whole"),
        ("町丁目", "中町", (2,), "whole"),
    ]
    assert town.session.history.undo_notes[before:] == ("ポリゴンから特定居住促進区域を作る",)
    assert town.toolbox.current.id == "select"
    assert not town.build_panel.isVisible()
    town.made["undo"].trigger()
    assert not len(town.session.document.plan(Role.PROMOTION_AREA))


def test_a_second_click_lets_a_polygon_go(town: MainWindow) -> None:
    pick(town, EAST, MIDDLE, EAST)
    assert [p.fid for p in town.toolbox.picks.picks] == [2]


def test_shift_only_adds_and_ctrl_only_lets_go(town: MainWindow) -> None:
    pick(town, EAST, EAST, held=Qt.KeyboardModifier.ShiftModifier)
    assert [p.fid for p in town.toolbox.picks.picks] == [1]
    pick(town, EAST, MIDDLE, held=Qt.KeyboardModifier.ControlModifier)
    assert town.toolbox.picks.picks == ()


def test_a_drag_picks_all_that_the_rectangle_touches(town: MainWindow) -> None:
    first, last = QPoint(*pixel(town, (-80, 20))), QPoint(*pixel(town, (80, -20)))
    QTest.mousePress(town.canvas, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(town.canvas, QPoint(first.x() + 30, first.y() + 5))
    QTest.mouseMove(town.canvas, last)
    QTest.mouseRelease(town.canvas, Qt.MouseButton.LeftButton, pos=last)
    settle()
    assert [p.fid for p in town.toolbox.picks.picks] == [1, 2, 3]
    assert town.build_panel.sentence.text() == "東町、中町及び西町の全域"


def test_a_drag_within_one_polygon_picks_it(town: MainWindow) -> None:
    first, last = QPoint(*pixel(town, (-20, 20))), QPoint(*pixel(town, (20, -20)))
    QTest.mousePress(town.canvas, Qt.MouseButton.LeftButton, pos=first)
    QTest.mouseMove(town.canvas, last)
    QTest.mouseRelease(town.canvas, Qt.MouseButton.LeftButton, pos=last)
    assert [p.fid for p in town.toolbox.picks.picks] == [2]


def choose_layer(window: MainWindow, layer_id: LayerId) -> None:
    combo = window.build_panel.layer
    combo.setCurrentIndex(combo.findData(layer_id))
    combo.activated.emit(combo.currentIndex())


def test_another_layer_can_be_taken_out(town: MainWindow) -> None:
    pick(town, EAST, MIDDLE)
    choose_layer(town, ZONING)
    town.build_panel.takes.click()
    pick(town, MIDDLE)
    assert town.build_panel.sentence.text() == "東町の全域"
    press(town, Qt.Key.Key_Return)
    settle()
    assert row(town).geometry.area == pytest.approx(10_000)


def test_the_selected_area_is_made_larger_and_keeps_its_row(town: MainWindow) -> None:
    pick(town, EAST)
    press(town, Qt.Key.Key_Return)
    settle()
    town.made["build_area"].trigger()
    settle()
    target = town.build_panel.target
    assert target.currentText() == "新しい促進区域"
    target.setCurrentIndex(target.findText("選んだ「特定居住促進区域1」を変える"))
    pick(town, WEST)
    press(town, Qt.Key.Key_Return)
    settle()
    assert len(town.session.document.plan(Role.PROMOTION_AREA)) == 1
    assert row(town)["description"] == "東町及び西町の全域"
    assert row(town).geometry.geom_type == "MultiPolygon"


def test_escape_lets_all_go_then_leaves_and_undo_brings_the_picks_back(town: MainWindow) -> None:
    pick(town, EAST, MIDDLE)
    press(town, Qt.Key.Key_Escape)
    assert town.toolbox.picks.picks == ()
    town.made["undo"].trigger()
    assert len(town.toolbox.picks.picks) == 2
    town.build_panel.reject()
    assert town.toolbox.current.id == "select"
    town.made["undo"].trigger()
    assert town.toolbox.current.id == "build_area"
    assert len(town.toolbox.picks.picks) == 2
    assert town.build_panel.isVisible()


def test_a_right_click_picks_nothing(town: MainWindow) -> None:
    QTest.mouseClick(town.canvas, Qt.MouseButton.RightButton, pos=QPoint(*pixel(town, EAST)))
    assert town.toolbox.picks.picks == ()


def test_a_locked_layer_is_left_alone(town: MainWindow) -> None:
    town.session.apply(lock_layer(town.session.document.layer(AREA), True))
    pick(town, EAST)
    press(town, Qt.Key.Key_Return)
    settle()
    assert not len(town.session.document.plan(Role.PROMOTION_AREA))
    assert town.toolbox.picks.picks != ()


def test_the_card_says_when_the_sentence_no_longer_follows_and_makes_it_anew(town: MainWindow) -> None:
    pick(town, EAST, MIDDLE)
    press(town, Qt.Key.Key_Return)
    settle()
    card = town.properties.area
    assert "構成（町丁目の2区画）から作った文" in card.parts.text.text()
    import shapely

    town.session.apply(
        set_geometry(town.session.document, AREA, Fid(1), shapely.box(-150, -50, 0, 50), "直す")
    )
    settle()
    assert row(town)["description"] is None
    assert "前の説明文は外しました" in card.parts.text.text()
    card.parts.button.click()
    settle()
    assert row(town)["description"] == "東町の全域及び中町の一部"


def test_the_planner_s_own_sentence_is_kept_and_said_to_differ(town: MainWindow) -> None:
    pick(town, EAST)
    press(town, Qt.Key.Key_Return)
    settle()
    card = town.properties.area
    card.description.setFocus()
    card.description.setPlainText("駅の東")
    card.name.setFocus()
    settle()
    assert row(town)["description"] == "駅の東"
    assert "東町の全域" in card.parts.text.text()
    card.parts.button.click()
    settle()
    assert row(town)["description"] == "東町の全域"


def test_without_polygons_on_the_map_the_hint_asks_for_a_layer(window: MainWindow) -> None:
    window.made["build_area"].trigger()
    assert "レイヤを表示してください" in window.toolbox.current.hint()


def test_the_likeliest_layer_is_taken_first(town: MainWindow) -> None:
    assert town.toolbox.picks.layer == TOWN
