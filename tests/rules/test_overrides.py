"""Local changes of the rule tables: who changed what, what no longer fits, and the edition banner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from chiiki_gis.core.errors import BadInput
from chiiki_gis.rules.building import judge_uses
from chiiki_gis.rules.listing import edition, rule_rows
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Use, Verdict
from chiiki_gis.rules.overrides import (
    LocalChange,
    confirm_edition,
    drop_change,
    local_rules,
    local_rules_file,
    parse_local_rules,
    put_change,
)
from chiiki_gis.rules.plan import plan_rules, unused_changes

LIMIT = LocalChange(
    "use_zones", "limits.R1-other.max_sum_m2", 3000, 2000, "都市計画課 山田", "2026-11-24", "条例第3条"
)


pytestmark = pytest.mark.usefixtures("own_state")


def test_a_changed_limit_decides_and_a_dropped_change_returns_to_the_programs_rule() -> None:
    office = (Use("office", 2500, 1),)
    assert judge_uses(rule_table(), "R1", office).verdict == "conditional_ok"
    put_change(LIMIT)
    assert judge_uses(rule_table(), "R1", office).verdict == "needs_48_permit"
    drop_change("use_zones", LIMIT.path)
    assert judge_uses(rule_table(), "R1", office).verdict == "conditional_ok"


def test_the_file_says_who_changed_what_when_and_why() -> None:
    put_change(LIMIT)
    assert local_rules().changes == (LIMIT,)
    assert rule_table().changes == (LIMIT,)
    text = local_rules_file().read_text("utf-8")
    for word in ("都市計画課 山田", "2026-11-24", "条例第3条", "3000", "2000"):
        assert word in text


def test_a_changed_rule_says_so_in_the_reasons_of_a_judgement() -> None:
    put_change(LIMIT)
    table = rule_table()
    assert table.changes_about("R1", ["office"]) == (LIMIT,)
    assert table.changes_about("R2", ["office"]) == ()
    assert "都市計画課 山田" in LIMIT.words


def test_a_verdict_by_a_changed_rule_names_who_changed_it(verdicts_of: Callable[..., list[Verdict]]) -> None:
    put_change(LIMIT)
    office = [{"use_class": "office", "use_floor_m2": 2500, "at": [5, 5]}]
    zones = [{"name": "第一種住居地域", "box": [0, 0, 10, 10]}]
    verdict = verdicts_of(office, zoning=zones)[0]
    assert verdict.verdict == "needs_48_permit"
    assert LIMIT.words in verdict.reasons
    elsewhere = verdicts_of(office, zoning=[{"name": "第二種住居地域", "box": [0, 0, 10, 10]}])[0]
    assert LIMIT.words not in elsewhere.reasons


def test_a_freer_rule_of_a_town_is_asked_about_and_a_stricter_one_holds(
    verdicts_of: Callable[..., list[Verdict]],
) -> None:
    office = [{"use_class": "office", "use_floor_m2": 80, "at": [5, 5]}]
    zones = [{"name": "第一種低層住居専用地域", "box": [0, 0, 10, 10]}]
    put_change(
        LocalChange("use_zones", "classes.office.cells.R1L", "X", "A", "山田", "2026-11-24", "緩和条例")
    )
    verdict = verdicts_of(office, zoning=zones)[0]
    assert verdict.verdict == "check_ordinance"
    assert any("別表第二のまま" in reason and "許可が必要" in reason for reason in verdict.reasons)
    put_change(
        LocalChange("use_zones", "classes.office.cells.C", "A", "X", "山田", "2026-11-24", "特別用途地区")
    )
    zones = [{"name": "商業地域", "box": [0, 0, 10, 10]}]
    assert verdicts_of(office, zoning=zones)[0].verdict == "needs_48_permit"


def test_a_second_change_of_one_rule_replaces_the_first() -> None:
    put_change(LIMIT)
    put_change(LocalChange(LIMIT.table, LIMIT.path, 3000, 1000, "佐藤", "2026-11-25", "改正"))
    assert [change.value for change in local_rules().changes] == [1000]


@pytest.mark.parametrize(
    ("path", "was", "value"),
    [
        ("limits.R1-other.max_sum_m2", 2999, 2000),  # the program's rule has another value
        ("limits.R1-other.article", "別表第二（ほ）項4号", "なし"),  # no number to be changed
        ("limits.R1-other.max_sum_m2", 3000, -1),
        ("classes.office.cells.R1", "R1-other", "R2-shop"),  # a limit of another zone
        ("classes.office.cells.R1", "R1-other", "B"),
        ("classes.castle.cells.R1", "A", "X"),
    ],
)
def test_a_change_that_does_not_fit_is_left_out_and_named(
    path: str, was: str | float, value: str | float
) -> None:
    before = rule_table()
    put_change(LocalChange("use_zones", path, was, value, "山田", "2026-11-24", "試し"))
    table = rule_table()
    assert table.changes == ()
    assert table.limits == before.limits
    assert table.classes == before.classes
    assert any(path in problem for problem in table.problems)
    assert edition().problems == table.problems


def test_a_changed_cell_may_take_any_offered_value() -> None:
    row = next(row for row in rule_rows() if row.id == "office/R2")
    assert (row.table, row.value) == ("use_zones", "A")
    for value, _ in row.choices:
        put_change(
            LocalChange("use_zones", str(row.path), "A", value, "山田", "2026-11-24", "特別用途地区条例")
        )
        again = next(one for one in rule_rows() if one.id == "office/R2")
        assert again.value == value
        assert rule_table().problems == ()


def test_a_changed_severity_is_used_and_shown() -> None:
    change = LocalChange(
        "plan", "promotion-hazard.severity", "warning", "error", "山田", "2026-11-24", "町の方針"
    )
    put_change(change)
    rule = plan_rules()["promotion-hazard"]
    assert (rule.severity, rule.change) == ("error", change)
    assert unused_changes() == ()
    row = next(row for row in rule_rows() if row.id == "promotion-hazard")
    assert row.change == change


@pytest.mark.parametrize("missing", ["by", "reason", "on", "path"])
def test_a_change_without_its_author_day_or_reason_is_refused(missing: str) -> None:
    values = {**LIMIT.__dict__, missing: " "}
    with pytest.raises(BadInput):
        put_change(LocalChange(**values))
    assert local_rules().changes == ()


ENTRY = """
[[changes]]
table = "{table}"
path = "a"
was = 1
value = {value}
by = "a"
on = "{on}"
reason = "b"
"""


@pytest.mark.parametrize(
    "text",
    [
        "not toml [",
        '[[changes]]\ntable = "use_zones"',
        ENTRY.format(table="roads", value=2, on="2026-01-01"),
        ENTRY.format(table="plan", value="true", on="2026-01-01"),
        ENTRY.format(table="plan", value='"x"', on="2026-01-01"),
        ENTRY.format(table="plan", value=2, on="昨日"),
        "changes = 3\n[[confirmations]]\nby = 'a'",
        "changes = 3",
        "[changes]\na = 1",
        "changes = [1]",
        "confirmations = 'x'",
        '[[changes]]\ntable = ["a"]\npath = "x"',
        ENTRY.format(table="plan", value="inf", on="2026-01-01"),
        ENTRY.format(table="plan", value="nan", on="2026-01-01"),
        ENTRY.format(table="plan", value="1" + "0" * 400, on="2026-01-01"),
        ENTRY.format(table="plan", value="9" * 5000, on="2026-01-01"),
        "a = " + "[" * 3000 + "]" * 3000,
        '[[confirmations]]\nrules_version = "2025-07"\nby = "x"\non = "いつか"',
    ],
)
def test_a_broken_file_is_named_and_changes_nothing(text: str) -> None:
    local = parse_local_rules(text)
    assert local.changes == ()
    assert local.confirmations == ()
    assert local.problems


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 10**400])
def test_a_number_that_cannot_be_kept_is_refused_and_the_file_stays_readable(value: float) -> None:
    put_change(LIMIT)
    with pytest.raises(BadInput):
        put_change(replace(LIMIT, value=value))
    assert local_rules().changes == (LIMIT,)


def test_a_file_saved_by_notepad_is_read() -> None:
    put_change(LIMIT)
    text = local_rules_file().read_bytes()
    local_rules_file().write_bytes(b"\xef\xbb\xbf" + text)
    assert local_rules().changes == (LIMIT,)


def test_a_file_with_a_broken_entry_is_not_overwritten() -> None:
    local_rules_file().parent.mkdir(parents=True)
    local_rules_file().write_text('[[changes]]\ntable = "use_zones"\n', "utf-8")
    with pytest.raises(BadInput):
        put_change(LIMIT)
    assert local_rules_file().read_text("utf-8") == '[[changes]]\ntable = "use_zones"\n'


def test_the_edition_is_unconfirmed_until_somebody_says_so() -> None:
    assert not edition().is_confirmed
    confirm_edition("2020-01", "山田", date(2026, 11, 24))
    assert not edition().is_confirmed
    confirm_edition(edition().rules_version, "山田", date(2026, 11, 24))
    assert edition().is_confirmed
    assert "2025年7月時点" in edition().words
    assert "山田が2026-11-24に" in edition().words
    with pytest.raises(BadInput):
        confirm_edition(edition().rules_version, " ", date(2026, 11, 24))


def test_every_rule_can_be_read_with_its_article_and_day() -> None:
    rows = rule_rows()
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        assert row.article, row.id
        assert row.says, row.id
        assert date.fromisoformat(row.confirmed)
    for name, zones in (("office", 14), ("dwelling_combined", 14)):
        assert sum(row.id.startswith(f"{name}/") for row in rows) == zones
