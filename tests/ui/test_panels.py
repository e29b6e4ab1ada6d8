"""Cards, tables, the layer tree and the findings."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from waiting import settle

from chiiki_gis.core.edits import add_area, add_facility
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.findings_model import FIX_COLUMN
from chiiki_gis.ui.forms import Rows
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.table_model import PlanTable

FACILITY = LayerId("facility")


@pytest.fixture
def facility(window: MainWindow) -> Fid:
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(10, 20)))
    window.selection.pick(FACILITY, (Fid(1),))
    return Fid(1)


def test_one_edited_field_is_one_change(window: MainWindow, facility: Fid) -> None:
    before = len(window.session.history.undo_notes)
    card = window.properties.facility
    card.use_floor.setText("１，２００")
    card.use_floor.editingFinished.emit()
    card.use_floor.editingFinished.emit()
    assert window.session.history.undo_notes[before:] == ("用途の床面積を変更",)
    assert window.session.document.plan(Role.FACILITY).at[facility, "use_floor_m2"] == 1200.0


def test_a_text_that_is_no_number_is_not_taken(window: MainWindow, facility: Fid) -> None:
    before = len(window.session.history.undo_notes)
    card = window.properties.facility
    card.total_floor.setText("広い")
    card.total_floor.editingFinished.emit()
    assert len(window.session.history.undo_notes) == before


def test_the_classes_a_kind_may_mean_stand_first(window: MainWindow, facility: Fid) -> None:
    box = window.properties.facility.use_class
    words = [box.itemText(index) for index in range(box.count())]
    assert words[0] == "（未入力）"
    assert any("候補" in word for word in words[1:4])


def test_undo_shows_the_old_value_in_the_card(window: MainWindow, facility: Fid) -> None:
    card = window.properties.facility
    card.name.setText("夢科口")
    card.name.editingFinished.emit()
    window.made["undo"].trigger()
    assert card.name.text() == "コワーキング1"


def test_a_deleted_facility_leaves_the_card(window: MainWindow, facility: Fid) -> None:
    window.made["delete"].trigger()
    assert window.selection.layer is None
    assert window.properties.shown is window.properties.nothing
    assert any("削除" in notice.what for notice in window.banners.notices)


def test_a_checkbox_hides_a_layer_and_undo_shows_it(window: MainWindow) -> None:
    settle()
    item = window.layers.item_of(FACILITY)
    assert item is not None
    item.setCheckState(0, Qt.CheckState.Unchecked)
    assert not window.session.document.layer(FACILITY).style.visible
    window.made["undo"].trigger()
    settle()
    assert window.session.document.layer(FACILITY).style.visible
    item = window.layers.item_of(FACILITY)
    assert item is not None
    assert item.checkState(0) == Qt.CheckState.Checked


def test_a_finding_is_mended_by_its_button(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, shapely.box(0, 0, 1000, 1000)))
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(500, 500, 1100, 900)))
    session.check_now()
    fixable = [f for f in window.findings.findings if f.fix is not None and f.layer == "promotion_area"]
    assert fixable
    before = len(session.history.undo_notes)
    row = window.findings.findings.index(fixable[0])
    window.findings.table.clicked.emit(window.findings.model.index(row, FIX_COLUMN))
    assert len(session.history.undo_notes) == before + 1
    session.check_now()
    assert fixable[0].rule not in [f.rule for f in session.findings if f.is_open_error]


def test_a_table_cell_is_one_change(window: MainWindow, facility: Fid) -> None:
    window.table.show_layer(FACILITY)
    model = window.table.model
    assert isinstance(model, PlanTable)
    columns = [column.name for column in model.columns]
    before = len(window.session.history.undo_notes)
    assert model.setData(model.index(0, columns.index("works")), "用途変更", Qt.ItemDataRole.EditRole)
    assert not model.setData(model.index(0, columns.index("top_storey")), "高い", Qt.ItemDataRole.EditRole)
    assert window.session.history.undo_notes[before:] == ("工事の種類を変更",)
    assert window.session.document.plan(Role.FACILITY).at[facility, "works"] == "change_of_use"


def test_table_and_map_share_the_selection(window: MainWindow, facility: Fid) -> None:
    session = window.session
    session.apply(add_facility(session.document, "exchange", shapely.Point(50, 60)))
    window.table.show_layer(FACILITY)
    window.table.table.selectRow(1)
    settle()
    assert window.selection.fids == (2,)
    window.selection.pick(FACILITY, (Fid(1),))
    assert window.table.chosen_rows == [0]


def test_a_click_in_the_history_goes_there(window: MainWindow, facility: Fid) -> None:
    session = window.session
    session.apply(add_facility(session.document, "exchange", shapely.Point(50, 60)))
    settle()
    window.history._go(window.history.list.item(0))
    assert len(session.document.plan(Role.FACILITY)) == 0
    settle()
    window.history._go(window.history.list.item(2))
    assert len(session.document.plan(Role.FACILITY)) == 2


def test_the_steps_say_what_is_left(window: MainWindow, facility: Fid) -> None:
    window.steps.refresh()  # what a later round of events would do
    states = {row.step.number: row.step for row in window.steps.rows}
    assert states[3].state == "未着手"
    assert "未入力 1" in states[4].state


def test_every_action_has_words_and_a_menu(window: MainWindow) -> None:
    assert all(entry.menu and entry.text for entry in window._table)
    keys = [key for entry in window._table for key in entry.shortcuts]
    assert len(keys) == len(set(keys))


def test_an_ampersand_in_a_name_is_shown(window: MainWindow) -> None:
    rows = Rows()
    rows.add_text("区分A&B", "値")
    label = rows.findChildren(QLabel)[0]
    assert label.text() == "区分A&&B"
    assert label.buddy() is not None


def test_a_long_text_in_the_status_bar_is_cut_and_does_not_widen_the_window(window: MainWindow) -> None:
    before = window.minimumSizeHint().width()
    window.status.saved.setText("未保存の編集あり（控えに記録済み 23:59）" * 5)
    window.status.show_busy("とても長い名前の資料を取り込んでいます" * 5, 0, 0)
    settle()
    assert window.minimumSizeHint().width() - before < 400
    assert window.minimumSizeHint().width() < 1280
