"""The attribute table: pages, order, filters, selection both ways, copy and paste."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_facility, set_values
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.layer_edits import lock_layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import ColumnFilter, TableColumn, TableQuery
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.store import keep_blob
from chiiki_gis.ui import table_model
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.row_selection import RowSelection
from chiiki_gis.ui.table_export import TableExportDialog
from chiiki_gis.ui.table_filters import FilterForm
from chiiki_gis.ui.table_model import PAGE, PAGES, LayerTable, ReferenceTable
from chiiki_gis.ui.table_panel import TablePanel

FACILITY, POINTS = LayerId("facility"), LayerId("points")
COUNT = 20_000


def reference(rows: dict[str, Any], role: Role = Role.REFERENCE, layer_id: LayerId = POINTS) -> Layer:
    frame = pandas.DataFrame(rows)
    frame.index = pandas.RangeIndex(1, len(frame) + 1, name="fid").astype("int64")
    shapes = shapely.points(np.arange(len(frame)), 0.0)
    placed = geopandas.GeoDataFrame(frame, geometry=shapes, crs=6676)
    if role == Role.VACANT_HOUSE:
        placed, _ = vacant_houses(placed)
    return Layer(layer_id, role, "資料の点", keep_blob(placed))


@pytest.fixture(scope="module")
def many() -> Layer:
    numbers = np.arange(COUNT)
    return reference(
        {
            "町名": [f"町{n % 7}" for n in numbers],
            "面積": [None if n % 10 == 0 else float((n * 7919) % COUNT) + 0.5 for n in numbers],
            "コード": [f"{n:06d}" for n in numbers],
        }
    )


def show(window: MainWindow, layer: Layer) -> TablePanel:
    window.session.apply(Change("資料を入れる", put_layers=(layer,)))
    settle()
    window.table.show_layer(layer.id)
    window.show_tab("属性表")
    settle()
    return window.table


def column(panel: TablePanel, name: str) -> int:
    assert panel.model is not None
    return [c.name for c in panel.model.columns].index(name)


def texts(panel: TablePanel, name: str, count: int) -> list[str]:
    model, number = panel.model, column(panel, name)
    assert model is not None
    return [str(model.data(model.index(row, number), Qt.ItemDataRole.DisplayRole)) for row in range(count)]


def test_the_whole_layer_can_be_scrolled_at_once(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    assert isinstance(panel.model, ReferenceTable)
    assert panel.model.rowCount() == COUNT
    assert panel.bar.summary.text() == "20,000 件"
    panel.table.verticalScrollBar().setValue(panel.table.verticalScrollBar().maximum())
    last = panel.model.index(COUNT - 1, column(panel, "コード"))
    assert last.data() == "019999"


def test_only_the_pages_looked_at_are_read_and_kept(many: Layer, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    real = table_model.read_rows

    def counted(reference: Any, fids: Any) -> Any:
        asked.append(len(fids))
        return real(reference, fids)

    monkeypatch.setattr(table_model, "read_rows", counted)
    table = ReferenceTable(many, {})
    table.show(np.arange(1, COUNT + 1))
    for row in (0, 1, 255, 10_000, 10_001):
        table.values(row)
    assert asked == [PAGE, PAGE]
    for row in range(0, COUNT, PAGE):
        table.values(row)
    assert len(table._pages) == PAGES
    assert table.values(COUNT - 1)[table.columns.index(TableColumn("コード", "コード"))] == "019999"


def test_a_header_sorts_up_then_down_then_not(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    number = column(panel, "面積")
    header = panel.table.horizontalHeader()
    header.sectionClicked.emit(number)
    assert texts(panel, "面積", 3) == ["1.5", "2.5", "3.5"]
    assert panel.model is not None
    assert panel.model.index(COUNT - 1, number).data() == ""
    header.sectionClicked.emit(number)
    assert texts(panel, "面積", 2) == ["19,999.5", "19,998.5"]
    assert panel.model.index(COUNT - 1, number).data() == ""
    header.sectionClicked.emit(number)
    assert texts(panel, "コード", 2) == ["000000", "000001"]


def test_filters_say_what_they_are_and_go_by_their_cross(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    panel.bar.search.setText("町3")
    panel.bar.apply_text()
    panel.add_filter(ColumnFilter("面積", "at_least", "１９，０００"))
    shown = len(panel.model.fids) if panel.model else 0
    assert 0 < shown < 1000
    assert panel.bar.summary.text() == f"{shown:,} / 20,000 件"
    assert [chip.text() for chip in panel.chips.chips] == [
        "どこかに「町3」を含む　×",
        "面積が １９，０００ 以上　×",
    ]
    panel.chips.chips[1].click()
    panel.chips.chips[0].click()
    assert panel.bar.summary.text() == "20,000 件"
    assert panel.bar.search.text() == ""
    assert panel.chips.isHidden()


def test_a_form_refuses_what_is_no_number(window: MainWindow) -> None:
    taken: list[ColumnFilter] = []
    form = FilterForm(window, TableColumn("面積", "面積", "quantity"), taken.append)
    form.value.setText("広い")
    form.apply()
    assert not taken
    assert not form.wrong.isHidden()
    form.value.setText("１２")
    form.apply()
    assert taken == [ColumnFilter("面積", "at_least", "12")]


def test_sums_are_of_the_selected_rows_when_there_are_several(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    panel.ask_sums()
    total = sum(float((n * 7919) % COUNT) + 0.5 for n in range(COUNT) if n % 10)
    assert panel.sums.sums["面積"].total == total
    assert panel.sums.text_of("コード") == ""
    window.selection.pick(POINTS, (Fid(1), Fid(2), Fid(3)))
    panel.ask_sums()
    assert panel.sums.sums["面積"].total == 7919.5 + 15838.5
    panel.sums.choose("filled")
    assert panel.sums.text_of("面積") == "2"


def test_twenty_thousand_rows_are_selected_both_ways_without_one_range_of_qt(
    window: MainWindow, many: Layer
) -> None:
    panel = show(window, many)
    panel.sort_by(column(panel, "面積"))
    half = tuple(Fid(n) for n in range(1, COUNT + 1, 2))
    window.selection.pick(POINTS, half)
    assert panel.model is not None
    assert set(panel.model.fids[panel.model.marked].tolist()) == set(half)
    panel.table.selectAll()
    settle()
    assert set(window.selection.fids) == set(range(1, COUNT + 1))
    assert len(panel.table.selectionModel().selection()) == 0


def test_only_the_selected_rows_are_shown_and_follow_the_map(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    window.selection.pick(POINTS, (Fid(7), Fid(19_000)))
    panel.bar.only_selected.setChecked(True)
    assert panel.model is not None
    assert panel.model.fids.tolist() == [7, 19_000]
    window.selection.pick(POINTS, (Fid(3),))
    assert panel.model.fids.tolist() == [3]
    panel.bar.only_selected.setChecked(False)
    assert panel.model.rowCount() == COUNT
    assert panel.chosen_rows == [2]


def test_a_sorted_table_keeps_its_selection(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    window.selection.pick(POINTS, (Fid(5),))
    panel.sort_by(column(panel, "面積"))
    assert panel.model is not None
    assert panel.model.fids[panel.model.marked].tolist() == [5]
    assert window.selection.fids == (5,)


class _Late:
    """Workers whose answers come when the test says so."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.held: list[Callable[[], None]] = []

    def submit(self, job: str, *args: Any, on_done: Callable[[Any], None], **options: Any) -> Any:
        def take(answer: Any) -> None:
            self.held.append(lambda: on_done(answer))

        return self._real.submit(job, *args, **{**options, "on_done": take})

    def deliver(self, number: int) -> None:
        self.held[number]()


def test_the_old_rows_stay_until_the_new_ones_come_and_late_answers_are_dropped(
    window: MainWindow, many: Layer
) -> None:
    panel = show(window, many)
    assert panel.model is not None
    late = _Late(window.session.workers)
    window.session.workers = late  # type: ignore[assignment]
    panel.ask(TableQuery(text="町3"))
    panel.ask(TableQuery(text="019999"))
    assert panel.model.rowCount() == COUNT
    assert panel.bar.summary.text() == "絞り込んでいます…"
    late.deliver(1)
    assert panel.model.fids.tolist() == [COUNT]
    late.deliver(0)
    assert panel.model.fids.tolist() == [COUNT]
    panel.ask(TableQuery(text="町3"))
    panel.ask(TableQuery())
    late.deliver(-1)
    assert panel.model.rowCount() == COUNT


FLAGS = QItemSelectionModel.SelectionFlag
COMMANDS = [
    FLAGS.ClearAndSelect, FLAGS.Select, FLAGS.Deselect, FLAGS.Toggle, FLAGS.Clear, FLAGS.NoUpdate,
    FLAGS.SelectCurrent, FLAGS.ToggleCurrent, FLAGS.Deselect | FLAGS.Current,
]  # fmt: skip


class _Plain(LayerTable):
    def values(self, row: int) -> tuple[object, ...]:
        return (row,)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from(COMMANDS)), max_size=12))
def test_the_mask_is_selected_as_qt_selects(steps: list[tuple[int, int, Any]]) -> None:
    layer = reference({"a": ["x"]})
    table = _Plain(layer, (TableColumn("a", "a"),))
    table.show(np.arange(10))
    ours, qt = RowSelection(table, table), QItemSelectionModel(table)
    for first, last, command in steps:
        span = QItemSelection(table.index(min(first, last), 0), table.index(max(first, last), 0))
        ours.select(span, command | FLAGS.Rows)
        qt.select(span, command | FLAGS.Rows)
        assert table.marked.nonzero()[0].tolist() == sorted({i.row() for i in qt.selectedIndexes()})


def test_clicks_with_shift_and_ctrl_select_as_everywhere(window: MainWindow, many: Layer) -> None:
    panel = show(window, many)
    keys = Qt.KeyboardModifier

    def click(row: int, key: Qt.KeyboardModifier = keys.NoModifier) -> None:
        assert panel.model is not None
        at = panel.table.visualRect(panel.model.index(row, 0)).center()
        QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, key, at)

    click(0)
    click(2, keys.ShiftModifier)
    assert panel.chosen_rows == [0, 1, 2]
    click(1, keys.ControlModifier)
    assert panel.chosen_rows == [0, 2]
    click(3, keys.ControlModifier)
    assert panel.chosen_rows == [0, 2, 3]
    settle()
    assert window.selection.fids == (1, 3, 4)


@pytest.fixture
def facilities(window: MainWindow) -> TablePanel:
    session = window.session
    for number in range(3):
        session.apply(add_facility(session.document, "coworking", shapely.Point(10 * number, 20)))
    settle()
    window.table.show_layer(FACILITY)
    window.show_tab("属性表")
    settle()
    return window.table


def put_cursor(panel: TablePanel, row: int, name: str) -> None:
    assert panel.model is not None
    panel.table.setCurrentIndex(panel.model.index(row, column(panel, name)))


def press(widget: QWidget, key: Qt.Key) -> None:
    """Ctrl and a key, both let go again."""
    QTest.keyClick(widget, key, Qt.KeyboardModifier.ControlModifier)
    QTest.keyRelease(widget, Qt.Key.Key_Control, Qt.KeyboardModifier.NoModifier)


def test_a_block_from_excel_is_one_change(window: MainWindow, facilities: TablePanel) -> None:
    put_cursor(facilities, 0, "use_floor_m2")
    QApplication.clipboard().setText("１，２００\t1500.5\t２\r\n80\t\t1\r\n")
    before = len(window.session.history.undo_notes)
    press(facilities.table, Qt.Key.Key_V)
    rows = window.session.document.plan(Role.FACILITY)
    assert rows["use_floor_m2"].tolist()[:2] == [1200.0, 80.0]
    assert rows.at[1, "total_floor_m2"] == 1500.5
    assert rows["top_storey"].tolist()[:2] == [2, 1]
    assert len(window.session.history.undo_notes) == before + 1
    window.session.undo()
    assert window.session.document.plan(Role.FACILITY)["use_floor_m2"].isna().all()


def test_cells_that_do_not_fit_stay_and_are_named(window: MainWindow, facilities: TablePanel) -> None:
    put_cursor(facilities, 0, "kind")
    QApplication.clipboard().setText("交流施設\t広い家\n宿泊\t事務所\n")
    press(facilities.table, Qt.Key.Key_V)
    rows = window.session.document.plan(Role.FACILITY)
    assert rows["kind"].tolist() == ["exchange", "coworking", "coworking"]
    assert rows["use_class"].tolist()[1] == "office"
    notice = window.banners.notices[0]
    assert notice.what == "2 個のセルを貼り付けました。"
    assert [("種類" in line or "用途の区分" in line) for line in notice.details] == [True, True]


def test_columns_the_program_decides_refuse_a_paste(window: MainWindow, facilities: TablePanel) -> None:
    put_cursor(facilities, 2, "building_id")
    QApplication.clipboard().setText("b9\nb10")
    before = len(window.session.history.undo_notes)
    press(facilities.table, Qt.Key.Key_V)
    assert len(window.session.history.undo_notes) == before
    details = window.banners.notices[0].details
    assert "プログラムが決める列" in details[0]
    assert "行が足りません" in details[1]


def test_a_locked_layer_takes_no_cell(window: MainWindow, facilities: TablePanel) -> None:
    layer = window.session.document.layer(FACILITY)
    window.session.apply(lock_layer(layer, True))
    settle()
    put_cursor(facilities, 0, "note")
    assert not facilities.table.currentIndex().flags() & Qt.ItemFlag.ItemIsEditable
    QApplication.clipboard().setText("改修")
    press(facilities.table, Qt.Key.Key_V)
    assert "鍵" in window.banners.notices[0].why
    assert window.session.document.plan(Role.FACILITY)["note"].isna().all()


def test_one_cell_fills_the_selected_rows(window: MainWindow, facilities: TablePanel) -> None:
    facilities.table.selectAll()
    put_current = facilities.table.selectionModel().setCurrentIndex
    assert facilities.model is not None
    put_current(facilities.model.index(0, column(facilities, "works")), FLAGS.NoUpdate)
    QApplication.clipboard().setText("新築")
    press(facilities.table, Qt.Key.Key_V)
    assert window.session.document.plan(Role.FACILITY)["works"].tolist() == ["new"] * 3


def test_a_copy_can_be_pasted_back_under_its_titles(window: MainWindow, facilities: TablePanel) -> None:
    session = window.session
    session.apply(set_values(session.document, FACILITY, Fid(2), {"vacant_house_fid": 7}, "空き家とつなぐ"))
    settle()
    facilities.table.selectAll()
    press(facilities.table, Qt.Key.Key_C)
    text = QApplication.clipboard().text()
    assert text.startswith("建築物ID\t番号\t名称")
    assert "空き家の番号" not in text
    assert "空き家の番号" in window.banners.notices[0].why
    QApplication.clipboard().setText(text.replace("コワーキング2", "夢科口"))
    before = len(window.session.history.undo_notes)
    press(facilities.table, Qt.Key.Key_V)
    assert window.session.document.plan(Role.FACILITY)["name"].tolist() == [
        "コワーキング1", "夢科口", "コワーキング3",
    ]  # fmt: skip
    assert len(window.session.history.undo_notes) == before + 1
    assert window.banners.notices[0].level == "done"


def test_a_copied_formula_comes_back_as_it_was(window: MainWindow, facilities: TablePanel) -> None:
    put_cursor(facilities, 0, "note")
    QApplication.clipboard().setText("'=山の上")
    press(facilities.table, Qt.Key.Key_V)
    assert window.session.document.plan(Role.FACILITY)["note"].tolist()[0] == "=山の上"


def test_an_edit_keeps_the_filter_and_the_order(window: MainWindow, facilities: TablePanel) -> None:
    facilities.ask(
        TableQuery(filters=(ColumnFilter("number", "at_least", "2"),), sort="number", descending=True)
    )
    assert facilities.model is not None
    assert facilities.model.fids.tolist() == [3, 2]
    at = facilities.model.index(0, column(facilities, "name"))
    assert facilities.model.setData(at, "新しい名前", Qt.ItemDataRole.EditRole)
    settle()
    assert texts(facilities, "name", 2) == ["新しい名前", "コワーキング2"]


def test_the_current_cell_stays_where_it_was_after_an_edit(
    window: MainWindow, facilities: TablePanel
) -> None:
    put_cursor(facilities, 1, "note")
    QApplication.clipboard().setText("改修")
    press(facilities.table, Qt.Key.Key_V)
    settle()
    facilities.sort_by(column(facilities, "note"))
    assert facilities.table.current_cell == (2, column(facilities, "note"))
    assert facilities.table.currentIndex().row() == 0


def test_a_quantity_is_read_rounded_and_edited_whole(window: MainWindow, facilities: TablePanel) -> None:
    put_cursor(facilities, 0, "use_floor_m2")
    QApplication.clipboard().setText("1234.56789")
    press(facilities.table, Qt.Key.Key_V)
    settle()
    at = facilities.table.currentIndex()
    assert (at.data(), at.data(Qt.ItemDataRole.EditRole)) == ("1,234.568", "1,234.56789")


def test_owners_of_vacant_houses_reach_neither_clipboard_nor_dialog(window: MainWindow) -> None:
    rows = {"所在地": ["青町1", "緑町2"], "所有者": ["山田花子", "佐藤次郎"], "同意": ["あり", "なし"]}
    panel = show(window, reference(rows, Role.VACANT_HOUSE))
    panel.table.selectAll()
    panel.copy()
    text = QApplication.clipboard().text()
    assert "山田" not in text
    assert "緑町" not in text
    assert "所有者" in window.banners.notices[0].why
    assert panel.model is not None
    dialog = TableExportDialog(window, panel.model.layer, panel.model.columns, frozenset({"所有者"}), 2, 2)
    assert [c.name for c in dialog.chosen] == ["match_level", "consent"]
    dialog.tick("所有者")
    dialog.tick("所在地")
    assert [c.name for c in dialog.chosen] == ["所在地", "match_level", "consent"]


def test_a_table_whose_file_is_gone_says_so_once(window: MainWindow) -> None:
    layer = reference({"名": ["消える表"]}, layer_id=LayerId("gone"))
    panel = show(window, layer)
    layer.reference.path.unlink()  # type: ignore[attr-defined]  # a TableRef
    assert panel.model is not None
    panel.model.show(panel.model.fids)
    assert texts(panel, "名", 1) == [""]
    assert "見つかりません" in window.banners.notices[0].what
