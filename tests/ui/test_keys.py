"""Keys reach the plan and the map wherever the planner is working."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from waiting import settle

from chiiki_gis.core.edits import add_facility, delete_features
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

FACILITY = LayerId("facility")


@pytest.fixture
def placed(window: MainWindow) -> MainWindow:
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(10, 20)))
    window.selection.pick(FACILITY, (Fid(1),))
    window.activateWindow()
    settle()
    return window


def focus(widget: QWidget) -> None:
    widget.setFocus()
    settle()
    assert widget.hasFocus()


def test_undo_works_while_the_keyboard_is_in_a_committed_field(placed: MainWindow) -> None:
    card = placed.properties.facility
    focus(card.use_floor)
    QTest.keyClicks(card.use_floor, "120")
    QTest.keyClick(card.use_floor, Qt.Key.Key_Return)
    rows = placed.session.document.plan
    assert rows(Role.FACILITY).at[1, "use_floor_m2"] == 120
    QTest.keyClick(card.use_floor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert rows(Role.FACILITY)["use_floor_m2"].isna().all()
    QTest.keyClick(
        card.use_floor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    assert rows(Role.FACILITY).at[1, "use_floor_m2"] == 120


def test_undo_takes_back_what_is_being_typed_first(placed: MainWindow) -> None:
    field = placed.properties.facility.name
    focus(field)
    before = len(placed.session.history.undo_notes)
    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "コワーキング1"
    assert len(placed.session.history.undo_notes) == before


def test_delete_works_from_the_findings_as_the_status_bar_says(placed: MainWindow) -> None:
    placed.session.check_now()
    placed.show_tab("検査")
    placed.findings.table.setEnabled(True)
    focus(placed.findings.table)
    QTest.keyClick(placed.findings.table, Qt.Key.Key_Delete)
    assert len(placed.session.document.plan(Role.FACILITY)) == 0


def test_home_works_from_the_findings(placed: MainWindow) -> None:
    placed.show_tab("検査")
    placed.findings.table.setEnabled(True)
    focus(placed.findings.table)
    placed.canvas.fit((5000, 5000, 6000, 6000))
    QTest.keyClick(placed.findings.table, Qt.Key.Key_Home)
    west, _, east, _ = placed.canvas.view.extent
    assert west < 10 < east


def test_the_history_leaves_the_keyboard_to_the_map(placed: MainWindow) -> None:
    placed.show_tab("操作履歴")
    focus(placed.canvas)
    QTest.mouseClick(placed.history.list.viewport(), Qt.MouseButton.LeftButton)
    assert placed.canvas.hasFocus()


def test_what_was_deleted_is_named(placed: MainWindow) -> None:
    document = placed.session.document
    assert delete_features(document, FACILITY, [Fid(1)]).note == "拠点施設「コワーキング1」を削除"
    placed.made["delete"].trigger()
    assert placed.banners.notices[0].what == "拠点施設「コワーキング1」を削除しました。"


def test_a_wrong_number_gets_a_sentence_until_it_is_mended(placed: MainWindow) -> None:
    field = placed.properties.facility.total_floor
    focus(field)
    QTest.keyClicks(field, "wide")
    field.editingFinished.emit()
    assert field.complaint.isVisible()
    assert field.complaint.text() == "「wide」は入れられません。0以上の数を入れてください。"
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    assert not field.complaint.isVisible()


def test_a_digit_chooses_a_tool_only_while_the_map_has_the_keyboard(placed: MainWindow) -> None:
    placed.findings.table.setEnabled(True)
    focus(placed.findings.table)
    QTest.keyClick(placed.findings.table, Qt.Key.Key_6)
    assert placed.toolbox.current.id == "select"
    focus(placed.canvas)
    QTest.keyClick(placed.canvas, Qt.Key.Key_6)
    assert placed.toolbox.current.id.startswith("measure")
