"""計画の事実と手続: every field is one edit of the plan, and undo takes it back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.plan_window import PlanWindow


@pytest.fixture
def plan(window: MainWindow) -> Iterator[PlanWindow]:
    """The window, opened as a planner opens it."""
    window.made["facts"].trigger()
    settle()
    found = window.commands._plan_window
    assert found is not None
    yield found
    found.close()


def test_its_fields_stand_in_it_from_the_first(window: MainWindow, windows_shown: list[str]) -> None:
    window.made["facts"].trigger()
    settle()
    assert windows_shown == ["PlanWindow"]
    assert window.commands._plan_window is not None
    window.commands._plan_window.close()


def test_facts_are_unknown_until_set_and_each_is_one_step(window: MainWindow, plan: PlanWindow) -> None:
    assert not window.session.document.facts
    fields = plan.procedure.facts.fields
    council, heard = fields["council_exists"], fields["prefecture_heard"]
    council._choose(False)
    heard._choose(True)
    heard.day.setText("令和8年4月1日")
    heard.day.editingFinished.emit()
    assert window.session.document.facts == {"council_exists": False, "prefecture_heard": "2026-04-01"}
    window.made["undo"].trigger()
    settle()
    assert window.session.document.facts["prefecture_heard"] is True
    assert heard.day.text() == ""
    window.made["undo"].trigger()
    window.made["undo"].trigger()
    assert not window.session.document.facts


def test_a_day_entered_first_means_that_the_step_is_done(window: MainWindow, plan: PlanWindow) -> None:
    heard = plan.procedure.facts.fields["prefecture_heard"]
    heard.day.setText("2026-04-01")
    heard.day.editingFinished.emit()
    assert window.session.document.facts == {"prefecture_heard": "2026-04-01"}
    assert heard.choice.currentText() == "済"
    heard.day.setText("")
    heard.day.editingFinished.emit()
    assert window.session.document.facts == {"prefecture_heard": True}


def test_a_day_that_cannot_be_read_is_not_taken_and_says_why(window: MainWindow, plan: PlanWindow) -> None:
    field = plan.procedure.facts.fields["prefecture_heard"]
    field._choose(True)
    field.day.setText("来年の春")
    field.day.editingFinished.emit()
    plan.refresh()
    assert window.session.document.facts["prefecture_heard"] is True
    assert field.day.text() == "来年の春"
    assert "日付として読めません" in field.day.complaint.text()


def test_the_checklist_says_what_is_left_and_what_is_not_needed(window: MainWindow, plan: PlanWindow) -> None:
    label = plan.procedure._labels["council_consulted"]
    assert "要否が未確認" in label.text()
    plan.procedure.facts.fields["council_exists"]._choose(False)
    assert label.text().startswith("―")
    assert "残っている手続" in plan.procedure.summary.text()
    done = {step.key: "2025-05-01" for step in plan.procedure.steps if step.state != "not_needed"} | {
        "requirements_written": False,
        "housing_written": False,
        "profile": "core_city",
    }
    window.session.apply(Change("済", facts=done))
    assert plan.procedure.summary.text().startswith("✓")


def test_the_term_of_the_plan_is_one_text_in_two_places(window: MainWindow, plan: PlanWindow) -> None:
    field = plan.items.facts.fields["items.7"]
    field.setText("令和8年度から")
    field.editingFinished.emit()
    assert window.session.document.facts == {"items.7": "令和8年度から", "period": "令和8年度から"}
    window.made["undo"].trigger()
    assert not window.session.document.facts


def test_a_different_text_of_the_term_is_left_alone_and_told(window: MainWindow, plan: PlanWindow) -> None:
    facts = {"period": "令和8年度から12年度", "items.7": "5年間"}
    window.session.apply(Change("", facts=facts))  # type: ignore[arg-type]  # texts
    told: list[Notice] = []
    window.session.noticed.connect(told.append)
    field = plan.items.facts.fields["items.7"]
    field.setText("5年間とする")
    field.editingFinished.emit()
    assert window.session.document.facts == {**facts, "items.7": "5年間とする"}
    assert "令和8年度から12年度" in told[-1].why


def test_a_term_that_the_field_has_shown_is_changed_in_both_places(
    window: MainWindow, plan: PlanWindow
) -> None:
    window.session.apply(Change("", facts={"period": "5年"}))
    plan.refresh()
    field = plan.items.facts.fields["items.7"]
    assert field.text() == "5年"
    field.setText("6年")
    field.editingFinished.emit()
    assert window.session.document.facts == {"period": "6年", "items.7": "6年"}


def test_a_text_of_several_lines_is_handed_over_when_it_is_left_with_tab(
    window: MainWindow, plan: PlanWindow
) -> None:
    field = plan.items.facts.fields["items.2"]
    plan.activateWindow()
    field.setFocus()
    settle()
    QTest.keyClicks(field, "aha")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "oho")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    settle()
    assert window.session.document.facts["items.2"] == "aha\noho"


def test_a_requirement_is_written_field_by_field(window: MainWindow, plan: PlanWindow) -> None:
    editor = plan.requirements
    editor.add_button.click()
    editor.fields["zones"].pick("R1L")
    editor.fields["zones"].pick("R2L")
    editor.fields["use_classes"].pick("office")
    editor.fields["max_floor_m2"].setText("１５０")
    editor.fields["max_floor_m2"].editingFinished.emit()
    assert window.session.document.facts["requirements"] == [
        {"zones": ["R1L", "R2L"], "use_classes": ["office"], "max_floor_m2": 150.0}
    ]
    assert [action.text() for action in editor.fields["zones"].menu().actions()] == [
        "第一種低層住居専用地域", "第二種低層住居専用地域", "第一種中高層住居専用地域",
        "第二種中高層住居専用地域",
    ]  # fmt: skip
    assert editor.fields["max_floor_m2"].text() == "150"
    window.made["undo"].trigger()
    settle()
    assert editor.fields["max_floor_m2"].text() == ""
    window.made["redo"].trigger()
    settle()
    editor.drop_button.click()
    assert "requirements" not in window.session.document.facts
    window.made["undo"].trigger()
    settle()
    assert editor.list.count() == 1
    assert editor.fields["max_floor_m2"].text() == "150"


def test_entries_with_different_names_keep_their_own_fields(window: MainWindow, plan: PlanWindow) -> None:
    editor = plan.corporations
    for name, day in (("甲の会", "R8.4.1"), ("乙の会", "")):
        editor.add()
        editor.fields["name"].setText(name)
        editor.fields["name"].editingFinished.emit()
        editor.fields["designated_on"].setText(day)
        editor.fields["designated_on"].editingFinished.emit()
    assert [editor.list.item(n).text() for n in range(2)] == ["甲の会", "乙の会"]
    editor.list.setCurrentRow(0)
    assert editor.fields["designated_on"].text() == "令和8年4月1日"
    assert window.session.document.facts["support_corporations"] == [
        {"name": "甲の会", "designated_on": "2026-04-01"},
        {"name": "乙の会"},
    ]


def test_the_limit_of_the_grant_needs_a_c_and_t_and_says_when_it_is_only_the_least(
    window: MainWindow, plan: PlanWindow
) -> None:
    page = plan.grant
    assert "地図から測る" in page.limit.text()
    page.measure_button.click()
    assert "都道府県界のレイヤがない" in page.measured.text()
    assert "C と T" in page.limit.text()
    window.session.apply(Change("", facts={"grant.c": 1_000_000, "grant.t": 5}))
    assert "少なくとも 785,398,163 円" in page.limit.text()
    window.session.apply(add_area(window.session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 9, 9)))
    assert page.measured.text() == "まだ測っていません。"


def test_the_facts_do_not_show_bookmarks_and_do_not_lose_them(window: MainWindow, plan: PlanWindow) -> None:
    window.looking.keep_bookmark("駅前")
    plan.procedure.facts.fields["plan_published"]._choose(False)
    assert "bookmarks" in window.session.document.facts


def test_another_plan_takes_nothing_that_was_typed_for_the_one_before(
    window: MainWindow, plan: PlanWindow
) -> None:
    plan.items.facts.fields["items.7"].setText("前の計画の期間")
    session = window.session
    session.open(Opened(session.snapshot(), None, 0, {}))
    settle()
    assert window.commands._plan_window is None
    assert not session.document.facts


def test_every_page_fits_a_low_screen(plan: PlanWindow) -> None:
    assert plan.minimumSizeHint().height() < 660
    assert plan.minimumSizeHint().width() < 1300
