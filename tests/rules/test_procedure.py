"""The checklist of 広活法22条."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from chiiki_gis.core.document import Document
from chiiki_gis.core.facts import parse_fact
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.rules.check import check_plan
from chiiki_gis.rules.procedure import ProcedureStep, procedure

ALWAYS = {
    "prefecture_plan_received", "prefecture_heard", "residents_reflected", "master_plans_in_harmony",
    "plan_published", "copy_sent",
}  # fmt: skip


TODAY = date(2026, 11, 24)


def steps(facts: dict[str, object], controlled: bool | None = False) -> dict[str, ProcedureStep]:
    return {step.key: step for step in procedure(facts, controlled, TODAY)}  # type: ignore[arg-type]  # facts of a test


def test_without_any_fact_nothing_is_called_done_or_needless() -> None:
    found = steps({}, controlled=None)
    assert {s.state for s in found.values() if s.key in ALWAYS} == {"unknown"}
    assert {s.state for s in found.values() if s.key not in ALWAYS} == {"unclear"}


def test_a_step_is_needed_only_where_the_law_asks_for_it() -> None:
    none = {"council_exists": False, "requirements_written": False, "housing_written": False}
    needless = {key for key, step in steps(dict(none)).items() if step.state == "not_needed"}
    assert needless == {"council_consulted", "authority_consented", "housing_consented", "governor_consulted"}
    found = steps({**none, "council_exists": True, "requirements": ["事務所"]}, controlled=True)
    assert {found[k].state for k in ("council_consulted", "authority_consented", "governor_consulted")} == {
        "unknown"
    }


def test_a_designated_city_need_not_consult_the_governor() -> None:
    for profile in ("designated_city", "core_city", "special_city"):
        assert steps({"profile": profile}, controlled=True)["governor_consulted"].state == "not_needed"
    assert steps({"profile": "none"}, controlled=True)["governor_consulted"].state == "unknown"


def test_one_exempt_town_does_not_free_a_joint_plan() -> None:
    found = procedure({"profile": "core_city"}, True, TODAY, municipalities=2)
    assert next(step for step in found if step.key == "governor_consulted").state == "unknown"


def test_a_day_counts_as_done_and_is_kept() -> None:
    day = parse_fact("prefecture_heard", "令和8年3月5日")
    found = steps({"prefecture_heard": day, "residents_reflected": False})
    assert (found["prefecture_heard"].state, found["prefecture_heard"].day) == ("done", "2026-03-05")
    assert found["residents_reflected"].state == "not_done"


def test_a_text_that_is_no_day_says_nothing_of_what_is_done() -> None:
    found = steps({"prefecture_heard": "来週"})["prefecture_heard"]
    assert (found.state, found.day) == ("unknown", None)


def test_members_without_a_council_leave_the_consultation_open() -> None:
    members = {"council.members": [{"name": "県", "kind": "prefecture"}]}
    for facts in (members, {**members, "council_exists": False}):
        found = steps(dict(facts))["council_consulted"]
        assert found.state == "unclear"
        assert "構成員" in found.why


def test_a_step_dated_later_than_today_is_planned_and_still_left() -> None:
    found = steps({"plan_published": "2026-12-01", "prefecture_heard": "2026-11-24"})
    assert found["plan_published"].state == "planned"
    assert found["plan_published"].is_left
    assert found["prefecture_heard"].state == "done"


PROMOTED = {"promotion_area": [[0, 0, 100, 100]], "priority_district": [[0, 0, 100, 100]]}
URBANISED = [{"name": "市街化区域", "box": [0, 0, 100, 100]}]
HALF = [{"name": "市街化区域", "box": [0, 0, 50, 100]}]
FAR = [{"name": "市街化区域", "box": [5000, 5000, 6000, 6000]}]
CONTROLLED = [{"name": "市街化調整区域", "box": [0, 0, 100, 100]}]
COVERS = {"area_division_covers_municipality": True}


@pytest.mark.parametrize(
    ("division", "facts", "controlled"),
    [
        (None, {}, None),
        (None, COVERS, None),
        ([], {}, None),
        (FAR, {}, None),
        (HALF, {}, None),
        (HALF, COVERS, False),
        (URBANISED, {}, False),
        (CONTROLLED, {}, True),
        (CONTROLLED, COVERS, True),
    ],
)
def test_the_governor_need_not_be_consulted_only_where_the_data_speak_of_the_whole_area(
    plan_of: Callable[..., Document],
    division: list[object] | None,
    facts: dict[str, object],
    controlled: bool | None,
) -> None:
    layers = {} if division is None else {"area_division": division}
    found = check_plan(snapshot(plan_of({**PROMOTED, **layers, "facts": facts})))
    assert found.controlled is controlled
    state = {None: "unclear", False: "not_needed", True: "unknown"}[controlled]
    assert steps(facts, controlled)["governor_consulted"].state == state
