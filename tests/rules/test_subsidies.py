"""Programmes of support: every example of subsidies.toml, and never a promise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chiiki_gis.core.document import Document
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.rules.subsidies import CAUTION, match_subsidies, matches_of, programmes

Plan = Callable[[Mapping[str, Any]], Document]

EXAMPLES = [
    pytest.param(one.id, example, id=f"{one.id}-{number}")
    for one in programmes()
    for number, example in enumerate(one.examples)
]


@pytest.mark.parametrize(("programme", "example"), EXAMPLES)
def test_every_example_is_a_candidate_or_not_as_it_says(
    plan_of: Plan, programme: str, example: Mapping[str, Any]
) -> None:
    matches = match_subsidies(snapshot(plan_of(example)))
    found = [one.programme.id for one in matches if one.status == "candidate"]
    assert (programme in found) == example["match"]


def test_a_facility_outside_the_area_is_listed_with_its_distance(plan_of: Plan) -> None:
    plan = plan_of(
        {"promotion_area": [[0, 0, 100, 100]], "facility": [{"kind": "coworking", "at": [220, 50]}]}
    )
    match = next(m for m in match_subsidies(snapshot(plan)) if m.programme.id == "telework-base")
    assert (match.status, match.distance_m) == ("outside", 120.0)
    assert "区域まで120m" in match.reasons[0]


def test_a_facility_that_is_partly_outside_is_no_candidate(plan_of: Plan) -> None:
    plan = plan_of(
        {
            "promotion_area": [[0, 0, 100, 100]],
            "facility": [{"kind": "coworking", "site": [90, 0, 120, 20]}],
        }
    )
    match = next(m for m in match_subsidies(snapshot(plan)) if m.programme.id == "telework-base")
    assert match.status == "outside"


def test_without_an_area_the_condition_is_open_not_met(plan_of: Plan) -> None:
    plan = plan_of({"facility": [{"kind": "coworking", "at": [220, 50]}]})
    match = next(m for m in match_subsidies(snapshot(plan)) if m.programme.id == "telework-base")
    assert match.status == "open"
    assert match.questions


def test_a_facility_without_a_kind_is_asked_for_it(plan_of: Plan) -> None:
    plan = plan_of({"promotion_area": [[0, 0, 100, 100]], "facility": [{"at": [50, 50]}]})
    match = next(m for m in match_subsidies(snapshot(plan)) if m.programme.id == "telework-base")
    assert match.status == "open"
    assert any("種類" in question for question in match.questions)


def test_the_matches_of_one_facility_begin_with_candidates(plan_of: Plan) -> None:
    plan = plan_of(
        {"promotion_area": [[0, 0, 100, 100]], "facility": [{"kind": "coworking", "at": [50, 50]}]}
    )
    mine = matches_of(match_subsidies(snapshot(plan)), "facility", 1)
    assert mine[0].status == "candidate"
    assert all(one.target == "facility" for one in mine)


def test_nothing_promises_money() -> None:
    assert "約束するものではありません" in CAUTION
    for one in programmes():
        assert "受けられます" not in one.support
        assert one.year, one.id
        assert one.ministry, one.id
