"""The plan's rules: every example of plan.toml, and every fix clears its finding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chiiki_gis.core.document import Document
from chiiki_gis.core.layer import same_frame
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.rules.check import check_plan
from chiiki_gis.rules.plan import plan_rules

Plan = Callable[[Mapping[str, Any]], Document]

EXAMPLES = [
    pytest.param(rule.id, example, id=f"{rule.id}-{number}")
    for rule in plan_rules().values()
    for number, example in enumerate(rule.examples)
]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_every_example_of_a_rule_matches_or_does_not_as_it_says(
    plan_of: Plan, own_state: Path, rule: str, example: Mapping[str, Any]
) -> None:
    if "local_rules" in example:
        (own_state / "rules").mkdir()
        (own_state / "rules" / "local.toml").write_text(example["local_rules"], "utf-8")
    found = [one.rule for one in check_plan(snapshot(plan_of(example))).findings]
    assert (rule in found) == example["match"]


def test_every_rule_has_examples_of_both_kinds() -> None:
    for rule in plan_rules().values():
        assert {example["match"] for example in rule.examples} == {True, False}, rule.id


@pytest.mark.parametrize(("rule", "example"), [p for p in EXAMPLES if p.values[1]["match"]])
def test_a_fix_clears_its_finding_and_undo_brings_it_back(
    plan_of: Plan, rule: str, example: Mapping[str, Any]
) -> None:
    document = plan_of(example)
    for found in check_plan(snapshot(document)).findings:
        if found.fix is None:
            continue
        before = document.plan(Role(str(found.layer)))
        inverse = document.apply(found.fix)
        left = [(one.rule, one.fids) for one in check_plan(snapshot(document)).findings]
        assert (found.rule, found.fids) not in left
        document.apply(inverse)
        assert same_frame(document.plan(Role(str(found.layer))), before)


def test_a_promotion_area_outside_the_district_is_an_error_with_its_area(plan_of: Plan) -> None:
    plan = plan_of({"priority_district": [[0, 0, 100, 100]], "promotion_area": [[50, 0, 150, 100]]})
    found = next(f for f in check_plan(snapshot(plan)).findings if f.rule == "promotion-outside-priority")
    assert found.is_open_error
    assert "5,000㎡" in found.message
    assert "境界から1m以内" in found.message
    assert found.fix_label == "重点地区で切り取る"
    assert found.article == "広活法22条1項"


def test_an_area_wholly_outside_has_no_clip_that_would_empty_it(plan_of: Plan) -> None:
    plan = plan_of({"priority_district": [[0, 0, 100, 100]], "promotion_area": [[500, 0, 600, 100]]})
    found = next(f for f in check_plan(snapshot(plan)).findings if f.rule == "promotion-outside-priority")
    assert found.fix is None
    assert found.fix_label == ""


def test_a_fix_keeps_the_attributes_and_the_other_rows(plan_of: Plan) -> None:
    document = plan_of(
        {
            "priority_district": [[0, 0, 100, 100]],
            "promotion_area": [
                {"name": "北", "box": [0, 0, 10, 10]},
                {"name": "南", "note": "残す", "box": [50, 0, 150, 100]},
            ],
        }
    )
    found = next(f for f in check_plan(snapshot(document)).findings if f.fix is not None)
    document.apply(found.fix)
    rows = document.plan(Role.PROMOTION_AREA)
    assert list(rows["name"]) == ["北", "南"]
    assert rows.at[2, "note"] == "残す"
    assert rows.geometry.at[2].area == pytest.approx(5_000)


def test_unknown_facilities_of_one_cause_make_one_finding(plan_of: Plan) -> None:
    facility = [{"name": f"施設{n}", "use_class": "office", "item": 3, "at": [n, 0]} for n in range(5)]
    findings = check_plan(snapshot(plan_of({"facility": facility}))).findings
    unknown = [one for one in findings if one.rule == "verdict-unknown"]
    assert len(unknown) == 1
    assert unknown[0].fids == (1, 2, 3, 4, 5)


def test_errors_stand_before_warnings_and_infos(plan_of: Plan) -> None:
    plan = {
        "municipality": [[0, 0, 90, 100]],
        "priority_district": [[0, 0, 100, 100]],
        "promotion_area": [[50, 0, 150, 100]],
        "facility": [{"at": [5, 5]}],
    }
    severities = [one.severity for one in check_plan(snapshot(plan_of(plan))).findings]
    assert severities == sorted(severities, key=["error", "warning", "info"].index)


def test_a_finished_plan_has_no_open_errors_or_warnings(plan_of: Plan) -> None:
    plan = {
        "municipality": [{"name": "試験町", "code": "20999", "box": [0, 0, 1000, 1000]}],
        "zoning": [{"name": "商業地域", "box": [0, 0, 1000, 1000]}],
        "priority_district": [{"name": "中央", "box": [0, 0, 800, 800]}],
        "promotion_area": [{"name": "駅前", "box": [0, 0, 500, 500]}],
        "facility": [{"name": "交流館", "use_class": "office", "item": 3, "site": [100, 100, 130, 130]}],
    }
    assert {one.severity for one in check_plan(snapshot(plan_of(plan))).findings} <= {"info"}


def test_a_neighbouring_municipality_in_the_layer_is_not_ours(plan_of: Plan) -> None:
    plan = {
        "municipality": [
            {"name": "試験町", "code": "20999", "box": [0, 0, 100, 100]},
            {"name": "隣町", "code": "20998", "box": [100, 0, 200, 100]},
        ],
        "priority_district": [[0, 0, 150, 100]],
    }
    rules = [one.rule for one in check_plan(snapshot(plan_of(plan))).findings]
    assert "priority-outside-municipality" in rules


def test_another_scenario_is_not_checked(plan_of: Plan) -> None:
    plan = {
        "priority_district": [{"scenario": "A", "box": [0, 0, 100, 100]}],
        "promotion_area": [
            {"scenario": "A", "box": [0, 0, 50, 50]},
            {"scenario": "B", "box": [50, 0, 150, 100]},
        ],
    }
    document = plan_of(plan)
    assert not [f for f in check_plan(snapshot(document, "A")).findings if f.severity == "error"]
