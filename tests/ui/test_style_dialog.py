"""The style dialog: seen on the map at once, one change at the end, nothing when cancelled."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Literal

import geopandas
import pytest
import shapely
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from reference_layers import ROAD, TOWN, ZONING, add_references
from waiting import settle

from chiiki_gis import paths
from chiiki_gis.core.class_styles import moved
from chiiki_gis.core.classes import typed_breaks
from chiiki_gis.core.edits import add_feature
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.layer_edits import drop_layer, restyle
from chiiki_gis.core.palette import zoning_style
from chiiki_gis.core.ramps import RAMPS, Ramp, ramp_colors
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Category, Style, Symbol
from chiiki_gis.export.privacy import mappable_columns
from chiiki_gis.io.store import memory_ref
from chiiki_gis.io.style_presets import Preset, keep_preset, presets
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.opacity import OpacityAction
from chiiki_gis.ui.style_dialog import StyleDialog

FACILITY = LayerId("facility")


@pytest.fixture
def dialog(window: MainWindow) -> StyleDialog:
    return opened(window, TOWN)


def opened(window: MainWindow, layer_id: LayerId) -> StyleDialog:
    if all(x.id != TOWN for x in window.session.document.layers):
        add_references(window.session)
    window.commands.style_layer(str(layer_id))
    found = window.commands._style_dialog
    assert found is not None
    return found


def stored(window: MainWindow, layer_id: LayerId = TOWN) -> Style:
    return window.session.document.layer(layer_id).style


def shown(window: MainWindow, layer_id: LayerId = TOWN) -> Style:
    return next(entry.layer.style for entry in window.scene.layers if entry.layer.id == layer_id)


def ramp_named(name: str) -> Ramp:
    return next(ramp for ramp in RAMPS if ramp.id == name)


def choose(dialog: StyleDialog, mode: str, column: str) -> None:
    dialog.modes[mode].click()  # type: ignore[index]  # a Mode
    box = dialog.classes.column
    box.setCurrentIndex(box.findData(column))
    box.activated.emit(box.currentIndex())


def test_an_edit_is_on_the_map_at_once_and_in_the_plan_only_when_applied(
    window: MainWindow, dialog: StyleDialog
) -> None:
    before, steps = stored(window), len(window.session.history.undo_notes)
    dialog.symbol.stroke_mm.setValue(1.2)
    dialog.symbol.edited.emit("stroke", "#ff0000")
    dialog.opacity.slider.setValue(40)
    assert (shown(window).symbol.stroke, shown(window).opacity) == ("#ff0000", 0.4)
    assert stored(window) == before
    dialog.accept()
    assert (stored(window).symbol.stroke_mm, stored(window).symbol.stroke) == (1.2, "#ff0000")
    assert window.session.history.undo_notes[steps:] == ("「町丁目」の見た目を変更",)
    window.session.undo()
    assert stored(window) == before
    assert shown(window) == before


def test_cancel_puts_the_map_back(window: MainWindow, dialog: StyleDialog) -> None:
    before, steps = stored(window), len(window.session.history.undo_notes)
    dialog.symbol.stroke_mm.setValue(2)
    dialog.reject()
    assert shown(window) == stored(window) == before
    assert len(window.session.history.undo_notes) == steps


def test_values_become_classes_with_colours_of_their_own(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "種")
    categories = shown(window).categories
    assert [c.value for c in categories] == ["甲", "乙"] or [c.value for c in categories] == ["乙", "甲"]
    assert len({c.symbol.fill for c in categories}) == 2
    counts = [dialog.classes.table.item(n, 3) for n in range(3)]
    by_value = dict(zip([c.value for c in categories], [c.text() for c in counts if c], strict=False))
    assert by_value == {"甲": "2", "乙": "1"}


def test_numbers_become_ranges_and_the_map_has_drawing_data_for_them(
    window: MainWindow, dialog: StyleDialog
) -> None:
    choose(dialog, "ranges", "人口")
    style = shown(window)
    assert style.breaks[0] <= 10
    assert style.breaks[-1] >= 250
    shapes = window.scene.shapes(TOWN)
    assert shapes is not None
    assert shapes.fits(style)
    dialog.classes.breaks.setText("0、100、300")
    dialog.classes.breaks.setModified(True)
    dialog.classes.breaks.editingFinished.emit()
    style = shown(window)
    assert style.breaks == (0, 100, 300)
    assert [c.label for c in style.categories] == ["0 以上 100 未満", "100 以上 300 以下"]
    assert dialog.classes.method.currentData() == "hand"
    window.commands._style_dialog.accept()  # type: ignore[union-attr]
    assert window.scene.class_counts(window.session.document.layer(TOWN)) == {"": 1, "0": 1, "1": 1}


def test_a_word_of_the_legend_stays_when_colours_change(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "ranges", "人口")
    label = dialog.classes.table.item(0, 2)
    assert label is not None
    label.setText("少ない")
    settle()
    fills = [c.symbol.fill for c in shown(window).categories]
    dialog.classes.backwards.setChecked(True)
    assert shown(window).categories[0].label == "少ない"
    assert [c.symbol.fill for c in shown(window).categories] == fills[::-1]


def test_the_ranges_of_a_stored_style_stay_when_only_their_colours_change(window: MainWindow) -> None:
    dialog = opened(window, TOWN)
    choose(dialog, "ranges", "人口")
    dialog.classes.breaks.setText("0、7、100、300")
    dialog.classes.breaks.setModified(True)
    dialog.classes.breaks.editingFinished.emit()
    dialog.accept()
    again = opened(window, TOWN)
    assert (again.classes.method.currentData(), again.classes.classes.value()) == ("hand", 3)
    again.classes.ramp.setCurrentIndex(again.classes.ramp.findData("gray"))
    again.classes.ramp.activated.emit(again.classes.ramp.currentIndex())
    assert shown(window).breaks == (0, 7, 100, 300)
    assert shown(window).categories[0].symbol.fill == ramp_colors(ramp_named("gray"), 3)[0]
    again.classes.method.setCurrentIndex(again.classes.method.findData("equal"))
    again.classes.method.activated.emit(0)
    again.accept()
    third = opened(window, TOWN)
    assert (third.classes.method.currentData(), third.classes.ramp.currentData()) == ("equal", "gray")
    third.reject()


def test_words_of_the_born_classes_are_used_for_their_own_column_only(window: MainWindow) -> None:
    dialog = opened(window, ROAD)
    assert "国道" in [c.label for c in dialog.style_now.categories]
    box = dialog.classes.column
    box.setCurrentIndex(box.findData("車線"))
    box.activated.emit(box.currentIndex())
    assert [(c.value, c.label) for c in dialog.style_now.categories] == [("1", "1")]
    dialog.reject()


def test_codes_of_the_plan_are_told_in_words(window: MainWindow) -> None:
    session = window.session
    links = session.document.layer(LayerId("access_link"))
    line = shapely.LineString([(0, 0), (9, 9)])
    values = {"scenario": "A", "status": "estimate"}
    session.apply(add_feature(session.document, links.id, line, values, "結ぶ"))
    dialog = opened(window, links.id)
    choose(dialog, "values", "status")
    assert [(c.value, c.label) for c in shown(window, links.id).categories] == [("estimate", "概算")]
    dialog.reject()


def test_wrong_breaks_are_marked_and_not_taken(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "ranges", "人口")
    before = shown(window).breaks
    dialog.classes.breaks.setText("10、5、多い")
    dialog.classes.breaks.setModified(True)
    dialog.classes.breaks.editingFinished.emit()
    assert shown(window).breaks == before
    assert dialog.classes.breaks.styleSheet()


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("0、10、20", (0, 10, 20)),
        ("０，１０，２０", (0, 10, 20)),
        ("0, 1,200, 3,000", (0, 1200, 3000)),
        ("−5 0 5.5", (-5, 0, 5.5)),
        ("5", ()),
        ("5、5", ()),
        ("1、無限", ()),
        ("", ()),
    ],
)
def test_breaks_may_be_typed_in_several_ways(text: str, breaks: tuple[float, ...]) -> None:
    assert typed_breaks(text) == breaks


def test_an_edit_of_picked_classes_leaves_the_others(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "種")
    dialog.classes.table.selectRow(1)
    dialog.symbol.edited.emit("hatch", "cross")
    assert [c.symbol.hatch for c in shown(window).categories] == ["none", "cross"]
    assert dialog.classes.picked == (1,)


def test_a_class_is_switched_off_in_the_table(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "種")
    for row in (0, 2):
        item = dialog.classes.table.item(row, 0)
        assert item is not None
        item.setCheckState(Qt.CheckState.Unchecked)
    settle()
    assert [c.visible for c in shown(window).categories] == [False, True]
    assert not shown(window).shows_others


def test_chosen_classes_move_together_and_stay_chosen(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "name")
    first, second, third = (c.value for c in shown(window).categories)
    dialog.classes.table.selectRow(2)
    dialog.classes.move_classes(-1)
    assert [c.value for c in shown(window).categories] == [first, third, second]
    assert dialog.classes.picked == (1,)
    dialog.classes.move_classes(-1)
    dialog.classes.move_classes(-1)  # already on top
    assert [c.value for c in shown(window).categories] == [third, first, second]
    assert dialog.classes.picked == (0,)


@pytest.mark.parametrize(
    ("rows", "by", "order", "places"),
    [
        ((0, 1), -1, "abcd", (0, 1)),
        ((1, 2), -1, "bcad", (0, 1)),
        ((0, 2), -1, "acbd", (0, 1)),
        ((1, 2), 1, "adbc", (2, 3)),
        ((2, 3), 1, "abcd", (2, 3)),
        ((0, 3), 1, "bacd", (1, 3)),
    ],
)
def test_classes_move_as_far_as_the_ends_let_them(
    rows: tuple[int, ...], by: Literal[-1, 1], order: str, places: tuple[int, ...]
) -> None:
    style = Style(class_column="x", categories=tuple(Category(v, v, Symbol()) for v in "abcd"))
    found, now = moved(style, rows, by)
    assert "".join(c.value for c in found.categories) == order
    assert now == places


def test_one_checkbox_of_several_chosen_rows_is_that_of_all(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "種")
    dialog.classes.table.selectAll()
    item = dialog.classes.table.item(1, 0)
    assert item is not None
    item.setCheckState(Qt.CheckState.Unchecked)
    settle()
    assert not any(c.visible for c in shown(window).categories)
    assert not shown(window).shows_others
    assert dialog.classes.picked == (0, 1, 2)


def test_return_in_a_field_does_not_close_the_dialog(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "ranges", "人口")
    dialog.classes.breaks.setText("0、50、300")
    dialog.classes.breaks.setModified(True)
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(dialog.classes.breaks, press)
    assert dialog.isVisible()
    assert shown(window).breaks == (0, 50, 300)


def test_an_emptied_word_of_the_legend_comes_back(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "種")
    before = shown(window).categories
    label = dialog.classes.table.item(0, 2)
    assert label is not None
    label.setText("  ")
    settle()
    assert shown(window).categories == before
    again = dialog.classes.table.item(0, 2)
    assert again is not None
    assert again.text() == before[0].label


def test_one_symbol_and_back_keeps_the_classes(window: MainWindow, dialog: StyleDialog) -> None:
    choose(dialog, "values", "種")
    classes = shown(window).categories
    dialog.modes["single"].click()
    assert not shown(window).is_classed
    dialog.modes["values"].click()
    assert shown(window).categories == classes


def test_zoning_goes_back_to_the_customary_palette(window: MainWindow) -> None:
    dialog = opened(window, ZONING)
    dialog.classes.table.selectRow(0)
    dialog.symbol.edited.emit("fill", "#123456")
    dialog.modes["single"].click()
    dialog.reset()
    assert shown(window, ZONING) == zoning_style()
    dialog.reject()


def test_a_facilitys_fill_is_its_verdicts(window: MainWindow) -> None:
    dialog = opened(window, FACILITY)
    assert not dialog.symbol.fill.isEnabled()
    dialog.symbol.size_mm.setValue(7)
    dialog.accept()
    assert stored(window, FACILITY).symbol.size_mm == 7


def test_the_dialog_closes_with_its_layer(window: MainWindow, dialog: StyleDialog) -> None:
    dialog.symbol.stroke_mm.setValue(2)
    window.session.apply(drop_layer(window.session.document.layer(TOWN)))
    assert not dialog.isVisible()
    assert window.commands._style_dialog is None
    window.session.undo()
    assert shown(window) == stored(window)


def test_a_kept_look_is_used_for_layers_of_its_role_without_columns_they_lack(
    window: MainWindow, dialog: StyleDialog
) -> None:
    choose(dialog, "values", "種")
    dialog.presets.keep("種の色")
    (preset,) = presets(Role.TOWN)
    assert preset.name == "種の色"
    assert presets(Role.ZONING) == ()
    dialog.reject()
    again = opened(window, TOWN)
    again.use(preset.style)
    assert shown(window).class_column == "種"
    again.use(replace(preset.style, class_column="無い列", label_column="無い列"))
    assert (shown(window).class_column, shown(window).label_column) == (None, None)
    again.reject()


def test_a_preset_that_cannot_be_read_does_not_hide_the_others() -> None:
    keep_preset(Preset("良い", Role.STATION, Style()))
    broken = paths.state_folder() / "styles" / "station-0.json"
    broken.write_text("{", "utf-8")
    assert [preset.name for preset in presets(Role.STATION)] == ["良い"]
    assert json.loads(next(p for p in broken.parent.glob("station-*.json") if p != broken).read_text("utf-8"))
    assert not list(Path(broken.parent).glob("*.tmp"))


def test_columns_that_name_a_person_are_not_offered() -> None:
    frame = geopandas.GeoDataFrame(
        {
            "所有者": ["湖野太郎"],
            "電話": ["0266"],
            "consent": ["あり"],
            "状態": ["良"],
            "personal": ["[]"],
        },
        geometry=[shapely.Point(0, 0)],
        crs=6676,
    )
    layer = Layer(LayerId("v"), Role.VACANT_HOUSE, "空き家", memory_ref(frame))
    assert set(mappable_columns(layer)) == {"consent", "状態"}
    lots = replace(layer, role=Role.LOT)
    assert set(mappable_columns(lots)) == {"consent", "状態"}


def test_the_opacity_slider_of_the_panel_leaves_what_is_tried_in_the_dialog(
    window: MainWindow, dialog: StyleDialog
) -> None:
    dialog.symbol.edited.emit("stroke", "#ff0000")
    menu = window.layers.menu_of(window.session.document.layer(TOWN))
    (action,) = [a for a in menu.actions() if isinstance(a, OpacityAction)]
    action.slider.slider.setValue(30)
    assert (shown(window).symbol.stroke, shown(window).opacity) == ("#ff0000", 0.3)
    menu.aboutToHide.emit()
    assert shown(window).symbol.stroke == "#ff0000"
    assert stored(window).opacity == 0.3
    dialog.reject()
    assert shown(window) == stored(window)


def test_what_is_switched_in_the_panel_meanwhile_is_seen_and_kept(
    window: MainWindow, dialog: StyleDialog
) -> None:
    session = window.session
    choose(dialog, "values", "種")
    dialog.accept()
    dialog = opened(window, TOWN)
    dialog.opacity.slider.setValue(40)
    style = stored(window)
    first, *others = style.categories
    off = replace(style, visible=False, categories=(replace(first, visible=False), *others))
    session.apply(restyle({TOWN: off}, [session.document.layer(TOWN)], "切り替え"))
    assert TOWN not in {entry.layer.id for entry in window.scene.layers}
    dialog.accept()
    assert stored(window) == replace(off, opacity=0.4)


def test_classes_being_tried_stay_and_take_over_what_is_switched(
    window: MainWindow, dialog: StyleDialog
) -> None:
    session = window.session
    choose(dialog, "values", "種")
    dialog.accept()
    dialog = opened(window, TOWN)
    style = stored(window)
    green = tuple(replace(c, symbol=replace(c.symbol, fill="#00ff00")) for c in style.categories)
    dialog.take_style(replace(style, categories=green))
    *others, last = style.categories
    off = replace(style, categories=(*others, replace(last, visible=False)), label_size_mm=5.0)
    session.apply(restyle({TOWN: off}, [session.document.layer(TOWN)], "切り替え"))
    assert [c.visible for c in shown(window).categories] == [c.visible for c in off.categories]
    assert shown(window).label_size_mm == 5.0
    dialog.accept()
    assert [c.visible for c in stored(window).categories] == [c.visible for c in off.categories]
    assert {c.symbol.fill for c in stored(window).categories} == {"#00ff00"}
    session.undo()
    assert stored(window) == off
