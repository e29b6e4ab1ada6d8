"""Many cells at once in the attribute table: one value, one step back, and a reason for each refusal."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from reference_layers import TOWN, add_references
from waiting import settle

from chiiki_gis.core.edits import add_facility, set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.table_bulk import BulkDialog
from chiiki_gis.ui.table_menus import cell_menu
from chiiki_gis.ui.table_model import PlanTable
from chiiki_gis.ui.table_panel import TablePanel
from chiiki_gis.ui.table_words import from_words

FACILITY = LayerId("facility")
NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


@pytest.fixture
def facilities(window: MainWindow) -> TablePanel:
    session = window.session
    for number in range(4):
        session.apply(add_facility(session.document, "coworking", shapely.Point(10 * number, 20)))
    settle()
    window.table.show_layer(FACILITY)
    window.show_tab("属性表")
    settle()
    return window.table


def column(panel: TablePanel, name: str) -> int:
    assert panel.model is not None
    return [c.name for c in panel.model.columns].index(name)


def choose(panel: TablePanel, rows: list[int], name: str) -> None:
    """Select rows, the current cell in a column."""
    model = panel.table.selectionModel()
    flags = QItemSelectionModel.SelectionFlag
    assert panel.model is not None
    panel.table.clearSelection()
    for row in rows:
        model.select(panel.model.index(row, 0), flags.Select | flags.Rows)
    model.setCurrentIndex(panel.model.index(rows[0], column(panel, name)), NO_UPDATE)


def answer(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> list[str]:
    """Let the dialog be filled in and confirmed; returns what it said of the rows."""
    said: list[str] = []

    def fill(dialog: BulkDialog) -> bool:
        table = dialog._table
        dialog.columns.setCurrentIndex(dialog.columns.findData([c.name for c in table.columns].index(name)))
        dialog.choice.setCurrentText(text)
        dialog.text.setText(text)
        said.append(dialog.now.text())
        dialog.accept()
        said.append(dialog.complaint.text())
        return dialog.result() == BulkDialog.DialogCode.Accepted

    monkeypatch.setattr(BulkDialog, "exec", fill)
    return said


def test_one_value_goes_into_all_selected_rows_and_back_in_one_step(
    window: MainWindow, facilities: TablePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answer(monkeypatch, "works", "用途変更")
    choose(facilities, [0, 2, 3], "works")
    before = len(window.session.history.undo_notes)
    facilities.ask_bulk(column(facilities, "works"))
    rows = window.session.document.plan(Role.FACILITY)
    assert rows["works"].tolist() == ["change_of_use", None, "change_of_use", "change_of_use"]
    assert window.session.history.undo_notes[before:] == ("「工事の種類」を3行に一括入力",)
    assert said[0] == "選択した 3 行の今の「工事の種類」：（空）（3行）"
    window.session.undo()
    assert window.session.document.plan(Role.FACILITY)["works"].isna().all()


def test_a_value_that_does_not_fit_keeps_the_dialog_open_and_the_table_as_it_was(
    window: MainWindow, facilities: TablePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = answer(monkeypatch, "top_storey", "高い")
    choose(facilities, [0, 1], "top_storey")
    before = len(window.session.history.undo_notes)
    facilities.ask_bulk(column(facilities, "top_storey"))
    assert "「高い」は0以上の整数ではありません" in said[1]
    assert len(window.session.history.undo_notes) == before


def test_only_columns_that_can_be_edited_are_offered(facilities: TablePanel) -> None:
    assert isinstance(facilities.model, PlanTable)
    choose(facilities, [0], "name")
    dialog = BulkDialog(None, facilities.model, 0)
    offered = {dialog.columns.itemText(n) for n in range(dialog.columns.count())}
    assert {"名称", "用途の床面積"} <= offered
    assert not {"建築物ID", "敷地の番号", "空き家の番号"} & offered
    dialog.deleteLater()


def test_filling_down_takes_the_topmost_of_the_selected_rows_as_one_step(
    window: MainWindow, facilities: TablePanel
) -> None:
    session = window.session
    session.apply(set_values(session.document, FACILITY, Fid(2), {"use_floor_m2": 85.25}, "記入"))
    settle()
    choose(facilities, [1, 2, 3], "use_floor_m2")
    QTest.keyClick(facilities.table, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    rows = session.document.plan(Role.FACILITY)
    assert rows["use_floor_m2"].tolist()[1:] == [85.25] * 3
    assert rows["use_floor_m2"].isna().iloc[0]
    session.undo()
    assert session.document.plan(Role.FACILITY)["use_floor_m2"].notna().sum() == 1


def test_filling_down_one_row_says_what_to_select(window: MainWindow, facilities: TablePanel) -> None:
    choose(facilities, [1], "note")
    before = len(window.session.history.undo_notes)
    facilities.fill_down()
    assert "下へコピーする行がありません" in window.banners.notices[0].what
    assert len(window.session.history.undo_notes) == before


def test_a_column_the_program_decides_is_not_filled_and_says_why(
    window: MainWindow, facilities: TablePanel
) -> None:
    choose(facilities, [0, 1], "building_id")
    facilities.fill_down()
    assert "プログラムが決める列" in window.banners.notices[0].why
    assert window.session.document.plan(Role.FACILITY)["building_id"].nunique() == 4


def test_a_double_click_on_a_reference_cell_tells_why_it_stays(window: MainWindow) -> None:
    add_references(window.session)
    window.table.show_layer(TOWN)
    window.show_tab("属性表")
    settle()
    table, model = window.table.table, window.table.model
    assert model is not None
    place = table.visualRect(model.index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    notice = window.banners.notices[0]
    assert notice.what == "「名称」は、この表では変えられません。"
    assert "資料（参照レイヤ）" in notice.why
    assert "取り込み直して" in notice.todo


def test_a_plan_cell_still_opens_by_a_double_click(window: MainWindow, facilities: TablePanel) -> None:
    assert facilities.model is not None
    told = len(window.banners.notices)
    index = facilities.model.index(0, column(facilities, "name"))
    place = facilities.table.visualRect(index).center()
    QTest.mouseClick(facilities.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(facilities.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert facilities.table.state() == facilities.table.State.EditingState
    assert len(window.banners.notices) == told


def test_a_typed_text_that_does_not_fit_is_told(window: MainWindow, facilities: TablePanel) -> None:
    model = facilities.model
    assert model is not None
    index = model.index(0, column(facilities, "top_storey"))
    assert not model.setData(index, "二階", Qt.ItemDataRole.EditRole)
    assert window.banners.notices[0].what == "「最上階」は変わっていません。"


def test_the_menu_offers_both_where_they_work(window: MainWindow, facilities: TablePanel) -> None:
    model = facilities.model
    assert model is not None

    def words(name: str) -> dict[str, bool]:
        menu: QMenu = cell_menu(facilities, model, model.columns[column(facilities, name)], "")
        return {a.text().split("\t")[0]: a.isEnabled() for a in menu.actions()}

    assert words("note")["下へコピー"]
    assert not words("building_id")["下へコピー"]
    assert words("building_id")["選択した行に一括入力..."]


@pytest.mark.parametrize(
    ("name", "text", "stored"),
    [
        ("use_floor_m2", "１，２００㎡", 1200.0),
        ("use_floor_m2", "85.5 m²", 85.5),
        ("top_storey", "２階", 2),
        ("item", "３号", 3),
    ],
)
def test_units_and_full_width_digits_are_understood(
    facilities: TablePanel, name: str, text: str, stored: object
) -> None:
    assert facilities.model is not None
    assert from_words(facilities.model.columns[column(facilities, name)], text) == stored


def test_what_stands_beyond_the_titles_of_a_pasted_block_is_named(
    window: MainWindow, facilities: TablePanel
) -> None:
    choose(facilities, [0], "name")
    QApplication.clipboard().setText("名称\t備考\n甲\t乙\t余り\n")
    facilities.paste()
    rows = window.session.document.plan(Role.FACILITY)
    assert (rows.at[1, "name"], rows.at[1, "note"]) == ("甲", "乙")
    assert "余り" in window.banners.notices[0].why


def test_a_cell_longer_than_any_spreadsheet_holds_is_refused_in_three_sentences(
    window: MainWindow, facilities: TablePanel
) -> None:
    choose(facilities, [0], "note")
    QApplication.clipboard().setText("あ" * 200_000)
    facilities.paste()
    assert window.banners.notices[0].what == "貼り付けられませんでした。"
    assert window.session.document.plan(Role.FACILITY)["note"].isna().all()
