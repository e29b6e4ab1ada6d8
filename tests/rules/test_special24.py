"""What keeps a building from being a candidate of 広活法24条, and what the nine points then say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from chiiki_gis.rules.model import Condition24, Verdict

Verdicts = Callable[..., list[Verdict]]

R1L, R2L, RA = "第一種低層住居専用地域", "第二種低層住居専用地域", "田園住居地域"
WIDE = [0, 0, 1000, 1000]
SITE = [500, 500, 510, 510]
OFFICE = {"use_class": "office", "use_floor_m2": 80.0, "total_floor_m2": 80.0, "top_storey": 1, "item": 3}
TOMORROW = (date.today() + timedelta(days=1)).isoformat()


def office(**more: Any) -> dict[str, Any]:
    place = {} if "site" in more or "at" in more else {"at": [500, 500]}
    return {**OFFICE, **place, **more}


def judged(verdicts_of: Verdicts, facts: dict[str, Any], *rows: dict[str, Any], **roles: Any) -> Verdict:
    given = {
        "zoning": [{"name": R1L, "box": WIDE}],
        "promotion_area": [{"name": "A地区", "box": WIDE}],
        "priority_district": [WIDE],
    }
    (found,) = verdicts_of([*rows] or [office()], facts, **{**given, **roles})
    return found


def point(verdict: Verdict, number: int) -> Condition24:
    return next(one for one in verdict.conditions if one.number == number)


def test_the_plan_of_these_tests_is_ready(verdicts_of: Verdicts, all_done: dict[str, Any]) -> None:
    assert judged(verdicts_of, all_done).verdict == "special24_candidate"


# ------------------------------------------------------------- the procedure


@pytest.mark.parametrize("facts", [{}, {"members": 1}, {"members": 1, "council_exists": False}])
def test_a_council_of_which_nobody_has_said_whether_there_is_one_leaves_point_7_open(
    verdicts_of: Verdicts, all_done: dict[str, Any], facts: dict[str, Any]
) -> None:
    known = {k: v for k, v in all_done.items() if k != "council_exists"}
    if "members" in facts:
        known["council.members"] = [{"name": "県", "kind": "prefecture"}]
    if "council_exists" in facts:
        known["council_exists"] = False
    found = judged(verdicts_of, known)
    assert found.verdict == "needs_48_permit"
    assert point(found, 7).met is None
    assert "協議会の有無" in point(found, 7).todo


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("prefecture_plan_received", 1),
        ("requirements_written", 5),
        ("authority_consented", 6),
        ("prefecture_heard", 7),
        ("residents_reflected", 7),
        ("council_consulted", 7),
    ],
)
def test_what_has_to_come_before_the_publication_does_not_count_after_it(
    verdicts_of: Verdicts, all_done: dict[str, Any], key: str, number: int
) -> None:
    facts = {**all_done, "council_exists": True, "council_consulted": True}
    assert judged(verdicts_of, {**facts, key: "2026-10-01"}).verdict == "special24_candidate"
    found = judged(verdicts_of, {**facts, key: "2026-10-02"})
    assert found.verdict == "needs_48_permit"
    assert point(found, number).met is False
    assert "公表" in point(found, number).basis
    assert point(found, number).todo


# ------------------------------------------------------------- 用途特例適用要件


def test_requirements_that_will_be_written_are_not_written(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    found = judged(verdicts_of, {**all_done, "requirements_written": TOMORROW})
    assert found.verdict == "needs_48_permit"
    assert point(found, 5).met is False
    assert TOMORROW in point(found, 5).basis


@pytest.mark.parametrize(
    "requirements",
    [
        None,
        [],
        ["事務所に限る"],
        [{}],
        [{"name": "何か", "zones": ["R1L"]}],
        [{"use_classes": ["office"], "max_floor_m2": "百"}],
    ],
)
def test_a_requirement_that_cannot_be_compared_leaves_point_5_open(
    verdicts_of: Verdicts, all_done: dict[str, Any], requirements: list[Any] | None
) -> None:
    facts = {k: v for k, v in all_done.items() if k != "requirements"}
    if requirements is not None:
        facts["requirements"] = requirements
    found = judged(verdicts_of, facts)
    assert found.verdict == "needs_48_permit"
    assert point(found, 5).met is None
    assert "入力" in point(found, 5).todo


@pytest.mark.parametrize(
    "other",
    [
        {"use_class": None, "use_floor_m2": 500.0},
        {"use_class": "交流施設", "use_floor_m2": 500.0},
        {"use_class": "retail_daily_eatery", "use_floor_m2": None},
    ],
)
def test_a_use_that_is_neither_free_nor_covered_keeps_the_whole_building_open(
    verdicts_of: Verdicts, all_done: dict[str, Any], other: dict[str, Any]
) -> None:
    facts = {**all_done, "requirements": [{"use_classes": ["office"], "zones": ["R2L"]}]}
    rows = (office(building_id="b", total_floor_m2=None), office(building_id="b", **other))
    rows[1].update(total_floor_m2=None, top_storey=None)
    found = judged(verdicts_of, facts, *rows, zoning=[{"name": R2L, "box": WIDE}])
    assert found.verdict == "needs_48_permit"
    assert point(found, 5).met is None
    covering = {"use_classes": ["office", "retail_daily_eatery"], "zones": ["R2L"]}
    found = judged(
        verdicts_of, {**facts, "requirements": [covering]}, *rows, zoning=[{"name": R2L, "box": WIDE}]
    )
    assert (point(found, 5).met is True) == (other["use_class"] == "retail_daily_eatery")


@pytest.mark.parametrize(
    ("classes", "part", "met"),
    [
        (["dwelling_combined"], "hotel", False),
        (["hotel"], "hotel", True),
        (["hotel"], "ホテル・旅館", True),
        (["hotel"], "ゲストハウス", None),
        (["dwelling_combined"], None, None),
    ],
)
def test_a_house_that_fails_as_combined_dwelling_is_compared_by_its_part(
    verdicts_of: Verdicts, all_done: dict[str, Any], classes: list[str], part: str | None, met: bool | None
) -> None:
    facts = {**all_done, "requirements": [{"use_classes": classes, "zones": ["R1L"]}]}
    row = office(use_class="dwelling_combined", part_class=part, use_floor_m2=500.0, total_floor_m2=600.0)
    found = judged(verdicts_of, facts, row)
    assert point(found, 5).met is met
    assert (found.verdict == "special24_candidate") == (met is True)


@pytest.mark.parametrize(("limit", "met"), [(200, True), (150, None), (90, False)])
def test_a_size_is_that_of_all_uses_that_rest_on_one_requirement(
    verdicts_of: Verdicts, all_done: dict[str, Any], limit: int, met: bool | None
) -> None:
    entry = {"use_classes": ["office", "hotel"], "zones": ["R1L"], "max_floor_m2": limit}
    rows = [
        office(building_id="b", use_class=name, use_floor_m2=100.0, total_floor_m2=200.0)
        for name in ("office", "hotel")
    ]
    found = judged(verdicts_of, {**all_done, "requirements": [entry]}, *rows)
    assert point(found, 5).met is met
    assert (found.verdict == "special24_candidate") == (met is True)


@pytest.mark.parametrize(
    ("site", "met"),
    [
        ([400, 500, 420, 520], True),
        ([490, 500, 500.4, 520], True),  # a sliver of 40 cm
        ([490, 500, 510, 520], None),
        ([500.0, 500, 520, 520], None),  # only the border is common
        ([600, 500, 620, 520], None),
    ],
)
def test_a_requirement_for_one_area_needs_the_site_in_that_area(
    verdicts_of: Verdicts, all_done: dict[str, Any], site: list[float], met: bool | None
) -> None:
    facts = {**all_done, "requirements": [{"use_classes": ["office"], "zones": ["R1L"], "area": "A地区"}]}
    areas = [{"name": "A地区", "box": [0, 0, 500, 1000]}, {"name": "B地区", "box": [500, 0, 1000, 1000]}]
    found = judged(verdicts_of, facts, office(site=site), promotion_area=areas)
    assert point(found, 2).met is True
    assert point(found, 5).met is met


def test_polygons_of_one_name_are_one_area(verdicts_of: Verdicts, all_done: dict[str, Any]) -> None:
    facts = {**all_done, "requirements": [{"use_classes": ["office"], "zones": ["R1L"], "area": "A地区"}]}
    areas = [{"name": "A地区", "box": [0, 0, 500, 1000]}, {"name": "A地区", "box": [500, 0, 1000, 1000]}]
    found = judged(verdicts_of, facts, office(site=[490, 500, 510, 520]), promotion_area=areas)
    assert point(found, 5).met is True


# ------------------------------------------------------------- the zone


@pytest.mark.parametrize(("rival", "met"), [(RA, None), (R2L, True)])
def test_an_almost_equal_rival_outside_the_four_zones_leaves_point_4_open(
    verdicts_of: Verdicts, all_done: dict[str, Any], rival: str, met: bool | None
) -> None:
    zones = [{"name": R1L, "box": [0, 0, 505.1, 1000]}, {"name": rival, "box": [505.1, 0, 1000, 1000]}]
    found = judged(verdicts_of, all_done, office(site=SITE), zoning=zones)
    assert point(found, 4).met is met
    assert (found.verdict == "special24_candidate") == (met is True)
    assert met or rival in point(found, 4).basis


def test_an_almost_equal_gap_of_the_use_zones_leaves_point_4_open(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    found = judged(
        verdicts_of, all_done, office(site=SITE), zoning=[{"name": R1L, "box": [0, 0, 505.1, 1000]}]
    )
    assert found.verdict == "needs_48_permit"
    assert point(found, 4).met is None


@pytest.mark.parametrize(("metres", "met"), [(1, None), (40, True)])
def test_a_point_beside_a_zone_outside_the_four_leaves_point_4_open(
    verdicts_of: Verdicts, all_done: dict[str, Any], metres: float, met: bool | None
) -> None:
    zones = [{"name": R1L, "box": [0, 0, 500, 1000]}, {"name": RA, "box": [500, 0, 1000, 1000]}]
    found = judged(verdicts_of, all_done, office(at=[500 - metres, 500]), zoning=zones)
    assert point(found, 4).met is met


def test_a_site_partly_in_the_controlled_area_is_no_candidate_and_is_told_of_the_other_permit(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    found = judged(
        verdicts_of,
        all_done,
        office(site=SITE),
        zoning=[{"name": R1L, "box": [0, 0, 506, 1000]}],
        area_division=[{"name": "市街化調整区域", "box": [506, 0, 1000, 1000]}],
    )
    assert found.verdict == "needs_48_permit"
    assert point(found, 4).met is None
    assert any("40%が市街化調整区域" in reason for reason in found.reasons)
    assert any("開発許可の窓口" in step for step in found.next_steps)
    assert "都市計画法29条" in found.articles
