"""規則の一覧: every rule can be read, changed with who and why, confirmed. Programmes: candidates only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import shapely
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel
from waiting import settle

from chiiki_gis.core.edits import add_area, add_facility
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.rules.listing import rule_rows
from chiiki_gis.rules.overrides import local_rules, local_rules_file
from chiiki_gis.rules.subsidies import CAUTION
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.rules_window import RulesWindow

FACILITY = LayerId(Role.FACILITY.value)


@pytest.fixture
def rules(window: MainWindow) -> Iterator[RulesWindow]:
    """The window over a user's folder without changes."""
    local_rules_file().unlink(missing_ok=True)
    window.made["rules"].trigger()
    settle()
    found = window.commands._rules_window
    assert found is not None
    yield found
    found.close()
    local_rules_file().unlink(missing_ok=True)


def in_dialog(act: Callable[[Any], object]) -> None:
    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        act(dialog)

    QTimer.singleShot(0, look)


def told(widget: Any) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_every_rule_is_listed_with_article_and_day_and_can_be_found(rules: RulesWindow) -> None:
    assert len(rules.shown) == len(rule_rows()) > 200
    rules.search.setText("needs-48-permit")
    assert [rule.id for rule in rules.shown] == ["needs-48-permit"]
    assert rules.table.item(0, 1).text() == "建築基準法48条"
    assert rules.table.item(0, 2).text().startswith("令和8年")
    rules.search.setText("")
    rules.group.setCurrentIndex(rules.group.findData("limit"))
    rules._list()
    assert {rule.group for rule in rules.shown} == {"limit"}
    titles = [rules.table.item(row, 0).text() for row in range(rules.table.rowCount())]
    assert len(set(titles)) == len(titles)
    rules.group.setCurrentIndex(0)
    rules.search.setText("facility-without-class")
    settle()
    assert "施設「○○」の用途の区分を選んでください" in told(rules)


def test_the_date_of_the_articles_stays_until_somebody_confirms_it(
    window: MainWindow, rules: RulesWindow
) -> None:
    assert "2025年7月時点" in window.properties.edition.text.text()
    assert not window.properties.edition.isHidden()

    def give(dialog: Any) -> None:
        accept = next(b for b in dialog._box.buttons() if b.text() == "記録する")
        assert not accept.isEnabled()
        dialog.by.setText("都市計画課 山田")
        dialog.accept()

    in_dialog(give)
    rules.confirm()
    settle()
    assert window.properties.edition.isHidden()
    assert "都市計画課 山田" in told(rules)


def test_a_change_of_a_rule_needs_who_and_why_and_can_be_taken_back(
    window: MainWindow, rules: RulesWindow
) -> None:
    rules.search.setText("R1-other/max_sum_m2")
    assert len(rules.shown) == 1
    before = window.session.workers.asked.count("check")

    def give(dialog: Any) -> None:
        accept = next(b for b in dialog._box.buttons() if b.text() == "変える")
        dialog.number.setText("２，０００")
        dialog.by.setText("都市計画課")
        assert not accept.isEnabled()
        dialog.why.setText("条例第3条")
        assert accept.isEnabled()
        dialog.accept()

    in_dialog(give)
    rules.change()
    (change,) = local_rules().changes
    assert (change.was, change.value, change.by, change.reason) == (3000, 2000, "都市計画課", "条例第3条")
    assert "都市計画課" in rules.table.item(0, 3).text()
    assert window.session.workers.asked.count("check") > before
    rules.restore()
    assert local_rules().changes == ()


def test_nothing_of_an_earlier_rule_stays_below_when_another_is_chosen(rules: RulesWindow) -> None:
    rules.table.selectRow(0)
    rules.table.selectRow(3)
    settle()
    assert rules.shown[3].title in told(rules)
    assert rules.shown[0].id not in told(rules)


@pytest.fixture
def placed(window: MainWindow) -> MainWindow:
    """A coworking space inside the area."""
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-100, -100, 100, 100)))
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    session.check_now()
    settle()
    return window


def test_a_facility_shows_its_programmes_as_candidates_and_never_as_a_promise(placed: MainWindow) -> None:
    placed.selection.pick(FACILITY, (Fid(1),))
    settle()
    card = placed.properties.facility.programmes
    text = told(card)
    assert "候補　地方移住促進テレワーク拠点施設整備支援事業" in text
    assert "特定居住促進区域の内にあります" in text
    assert CAUTION in text


def test_the_panel_lists_all_programmes_and_counts_those_that_do_not_fit(placed: MainWindow) -> None:
    panel = placed.programmes
    placed.show_tab("補助制度")
    shown = panel.table.rowCount()
    assert all(match.status != "outside" for match in panel.matches)
    panel.all.setChecked(True)
    assert panel.table.rowCount() == len(placed.session.subsidies) >= shown
    row = next(n for n, match in enumerate(panel.matches) if match.target == "facility")
    panel.table.selectRow(row)
    settle()
    assert placed.selection.layer == FACILITY


def test_the_card_says_why_a_class_is_a_candidate_and_what_each_open_point_needs(placed: MainWindow) -> None:
    placed.selection.pick(FACILITY, (Fid(1),))
    settle()
    assert "事務所" in placed.properties.facility.class_hints.text()
