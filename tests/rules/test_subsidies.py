"""Programmes of support: every example of subsidies.toml, and never a promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chiiki_gis.core.document import Document
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.rules.subsidies import CAUTION, SubsidyMatch, match_subsidies, matches_of, programmes

Plan = Callable[[Mapping[str, Any]], Document]

EXAMPLES = [
    pytest.param(one.id, example, id=f"{one.id}-{number}")
    for one in programmes()
    for number, example in enumerate(one.examples)
]


def matched(plan: Document) -> tuple[SubsidyMatch, ...]:
    values = snapshot(plan)
    return match_subsidies(values, values.frame(Role.ROAD))


@pytest.mark.parametrize(("programme", "example"), EXAMPLES)
def test_every_example_is_a_candidate_or_not_as_it_says(
    plan_of: Plan, programme: str, example: Mapping[str, Any]
) -> None:
    matches = matched(plan_of(example))
    found = [one.programme.id for one in matches if one.status == "candidate"]
    assert (programme in found) == example["match"]


def test_a_facility_outside_the_area_is_listed_with_its_distance(plan_of: Plan) -> None:
    plan = plan_of(
        {"promotion_area": [[0, 0, 100, 100]], "facility": [{"kind": "coworking", "at": [220, 50]}]}
    )
    match = next(m for m in matched(plan) if m.programme.id == "telework-base")
    assert (match.status, match.distance_m) == ("outside", 120.0)
    assert "区域まで120m" in match.reasons[0]


def test_a_facility_that_is_partly_outside_is_no_candidate(plan_of: Plan) -> None:
    plan = plan_of(
        {
            "promotion_area": [[0, 0, 100, 100]],
            "facility": [{"kind": "coworking", "site": [90, 0, 120, 20]}],
        }
    )
    match = next(m for m in matched(plan) if m.programme.id == "telework-base")
    assert match.status == "outside"


def test_without_an_area_the_condition_is_open_not_met(plan_of: Plan) -> None:
    plan = plan_of({"facility": [{"kind": "coworking", "at": [220, 50]}]})
    match = next(m for m in matched(plan) if m.programme.id == "telework-base")
    assert match.status == "open"
    assert match.questions


def test_a_facility_without_a_kind_is_asked_for_it(plan_of: Plan) -> None:
    plan = plan_of({"promotion_area": [[0, 0, 100, 100]], "facility": [{"at": [50, 50]}]})
    match = next(m for m in matched(plan) if m.programme.id == "telework-base")
    assert match.status == "open"
    assert any("種類" in question for question in match.questions)


def test_the_matches_of_one_facility_begin_with_candidates(plan_of: Plan) -> None:
    plan = plan_of(
        {"promotion_area": [[0, 0, 100, 100]], "facility": [{"kind": "coworking", "at": [50, 50]}]}
    )
    mine = matches_of(matched(plan), "facility", 1)
    assert mine[0].status == "candidate"
    assert all(one.target == "facility" for one in mine)


def test_nothing_promises_money() -> None:
    assert "約束するものではありません" in CAUTION
    for one in programmes():
        assert "受けられます" not in one.support
        assert one.year, one.id
        assert one.ministry, one.id


@pytest.mark.parametrize(
    ("road", "manager", "status"),
    [
        ("2", "prefecture", "candidate"),
        ("2", None, "open"),
        ("6", "prefecture", "open"),
        (None, "prefecture", "open"),
        ("3", "prefecture", "outside"),
        ("2", "municipality", "outside"),
        (None, "state", "outside"),
    ],
)
def test_a_link_that_the_check_of_road_works_refuses_is_no_candidate(
    plan_of: Plan, road: str | None, manager: str | None, status: str
) -> None:
    line = "LINESTRING (0 0, 500 0)"
    link = {"tag": "related_infrastructure", "shape": line}
    given: dict[str, Any] = {
        "access_link": [link if manager is None else {**link, "carried_out_by": manager}],
        "facts": {"items.6": "県道の改良と一体に整備します。"},
    }
    if road is not None:
        given["road"] = [{"class": road, "shape": line}]
    found = [one for one in matched(plan_of(given)) if one.target == "link"]
    assert found
    assert {one.status for one in found} == {status}


def test_a_link_that_is_only_partly_eligible_is_asked_about(plan_of: Plan) -> None:
    roads = [
        {"class": "2", "shape": "LINESTRING (0 0, 400 0)"},
        {"class": "3", "shape": "LINESTRING (400 0, 500 0)"},
    ]
    link = {
        "tag": "related_infrastructure",
        "shape": "LINESTRING (0 0, 500 0)",
        "carried_out_by": "prefecture",
    }
    found = matched(plan_of({"road": roads, "access_link": [link]}))
    match = next(one for one in found if one.programme.id == "wide-area-works")
    assert match.status == "open"
    assert any("一部だけ" in question for question in match.questions)


def test_a_new_building_is_no_changed_house_whatever_house_is_named(plan_of: Plan) -> None:
    row = {"kind": "trial_house", "works": "new", "vacant_house_fid": 3, "at": [50, 50]}
    found = [one for one in matched(plan_of({"facility": [row]})) if "vacant_house" in one.programme.needs]
    assert {one.status for one in found} == {"outside"}


def test_a_drawn_area_is_not_called_a_plan(plan_of: Plan) -> None:
    found = [one for one in matched(plan_of({"promotion_area": [[0, 0, 100, 100]]})) if one.target == "plan"]
    said = [reason for one in found for reason in one.reasons]
    assert "特定居住促進区域を描いています。" in said
    assert not any("作成しています" in reason for reason in said)
