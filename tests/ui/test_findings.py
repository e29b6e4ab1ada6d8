"""検査: shown, hidden by choice, set aside with a reason, taken back, written as a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import shapely
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from waiting import settle

from chiiki_gis.core.edits import add_area
from chiiki_gis.core.role import Role
from chiiki_gis.ui.findings_model import FIX_COLUMN
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.reason_dialog import ReasonDialog

RULE = "promotion-outside-priority"


@pytest.fixture
def leaking(window: MainWindow) -> MainWindow:
    """A plan whose 促進区域 reaches beyond its 重点地区."""
    session = window.session
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, shapely.box(0, 0, 1000, 1000)))
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(500, 500, 1100, 900)))
    session.check_now()
    settle()
    return window


def choose(window: MainWindow, rule: str) -> None:
    rows = [n for n, f in enumerate(window.findings.findings) if f.rule == rule]
    window.findings.table.selectRow(rows[0])


def answer(act: Callable[[ReasonDialog], object]) -> None:
    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ReasonDialog)
        act(dialog)

    QTimer.singleShot(0, look)


def set_aside(window: MainWindow, reason: str) -> None:
    def give(dialog: ReasonDialog) -> None:
        dialog.write_reason(reason)
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "対象外にする").click()

    answer(give)
    window.findings.bar.aside.click()
    window.session.check_now()
    settle()


def test_a_finding_is_set_aside_with_a_reason_stays_in_the_list_and_can_be_undone(
    leaking: MainWindow,
) -> None:
    session = leaking.session
    choose(leaking, RULE)
    set_aside(leaking, "県の原図で確認済み")
    (found,) = [f for f in leaking.findings.findings if f.rule == RULE]
    assert (found.ignored, found.reason) == (True, "県の原図で確認済み")
    row = leaking.findings.findings.index(found)
    texts = [leaking.findings.model.index(row, c).data() for c in range(2)]
    assert texts[0] == "対象外"
    assert "県の原図で確認済み" in texts[1]
    assert leaking.findings.bar.switches["aside"].text() == "対象外 1"
    leaking.made["undo"].trigger()
    session.check_now()
    assert any(f.is_open_error for f in session.findings)


def test_the_card_of_the_area_says_that_it_was_set_aside_and_why(leaking: MainWindow) -> None:
    choose(leaking, RULE)
    set_aside(leaking, "県の原図で確認済み")
    choose(leaking, RULE)
    settle()
    texts = [label.text() for label in leaking.properties.area.findChildren(QLabel) if label.isVisible()]
    assert "対象外の理由：県の原図で確認済み" in texts


def test_without_a_reason_the_button_cannot_be_pressed(leaking: MainWindow) -> None:
    seen = []

    def refuse(dialog: ReasonDialog) -> None:
        seen.append(
            next(b for b in dialog.findChildren(QPushButton) if b.text() == "対象外にする").isEnabled()
        )
        dialog.reject()

    choose(leaking, RULE)
    answer(refuse)
    leaking.findings.bar.aside.click()
    assert seen == [False]
    assert "ignored_findings" not in leaking.session.document.facts


def test_what_was_set_aside_can_be_taken_back(leaking: MainWindow) -> None:
    choose(leaking, RULE)
    set_aside(leaking, "確認済み")
    choose(leaking, RULE)
    assert leaking.findings.bar.aside.text() == "対象外を取り消す"
    leaking.findings.bar.aside.click()
    leaking.session.check_now()
    assert any(f.is_open_error for f in leaking.session.findings)


def test_an_area_that_leaks_more_is_open_again(leaking: MainWindow) -> None:
    choose(leaking, RULE)
    set_aside(leaking, "確認済み")
    session = leaking.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(900, 0, 1200, 400)))
    area = session.document.plan(Role.PROMOTION_AREA).iloc[[0]].copy()
    from chiiki_gis.core.change import Change
    from chiiki_gis.core.layer import plan_layer_id

    area = area.set_geometry([shapely.box(500, 500, 1400, 900)], crs=area.crs)
    session.apply(Change("広げる", put={plan_layer_id(Role.PROMOTION_AREA): area}))
    session.check_now()
    assert [f.ignored for f in session.findings if f.rule == RULE] == [False, False]


def test_hidden_findings_are_counted_and_said(leaking: MainWindow) -> None:
    bar = leaking.findings.bar
    shown = len(leaking.findings.findings)
    bar.switches["info"].setChecked(False)
    hidden = shown - len(leaking.findings.findings)
    assert hidden > 0
    assert bar.state.text() == f"{hidden} 件を隠しています"
    assert all(f.severity != "info" for f in leaking.findings.findings)
    bar.switches["info"].setChecked(True)
    assert len(leaking.findings.findings) == shown


def test_a_plan_in_order_says_so(window: MainWindow) -> None:
    bar = window.findings.bar
    bar.show_counts((), True)
    assert bar.state.text() == "✓ 検査で見つかった問題はありません。"
    bar.show_counts((), False)
    assert bar.state.text() == "検査しています…"


def test_enter_shows_the_place_and_a_finding_of_the_procedure_opens_its_page(leaking: MainWindow) -> None:
    choose(leaking, RULE)
    leaking.findings.table.setFocus()
    before = leaking.canvas.view
    QTest.keyClick(leaking.findings.table, Qt.Key.Key_Return)
    settle()
    assert leaking.canvas.view != before
    row = [f.rule for f in leaking.findings.findings].index("procedure-left")
    index = leaking.findings.model.index(row, FIX_COLUMN)
    assert index.data() == "手続を開く"
    leaking.findings.table.clicked.emit(index)
    opened = leaking.commands._plan_window
    assert opened is not None
    assert opened.tabs.tabText(opened.tabs.currentIndex()) == "手続"
    opened.close()


def test_the_report_is_written_where_the_planner_says(leaking: MainWindow, tmp_path: Path) -> None:
    choose(leaking, RULE)
    set_aside(leaking, "確認済み")
    target = tmp_path / "報告書.xlsx"
    leaking.commands.files.save = lambda *_args: target  # type: ignore[method-assign]
    leaking.findings.bar.report.click()
    settle()
    rows = list(openpyxl.load_workbook(target)["検査結果"].iter_rows(min_row=2, values_only=True))
    assert ("対象外", "確認済み") in [(row[2], row[6]) for row in rows]
