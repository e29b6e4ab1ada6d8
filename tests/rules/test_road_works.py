"""Case 19 of the domain study: which road works may be called 拠点施設関連基盤施設整備事業."""

from __future__ import annotations

import pytest

from chiiki_gis.rules.road_works import TAGS, Manager, judge_road_work


@pytest.mark.parametrize(
    ("road_class", "manager", "eligible"),
    [
        ("1", "prefecture", True),
        ("2", "prefecture", True),
        ("1", "state", False),
        ("2", "designated_city", False),
        ("3", "prefecture", False),
        ("3", "municipality", False),
        ("4", "state", False),
        ("5", None, False),
        ("1", None, None),
        ("6", "prefecture", None),
        (None, None, None),
    ],
)
def test_only_prefectural_works_on_national_and_prefectural_roads_are_eligible(
    road_class: str | None, manager: Manager | None, eligible: bool | None
) -> None:
    assert judge_road_work(road_class, manager).eligible is eligible


def test_what_is_refused_is_offered_the_two_other_places_in_a_plan() -> None:
    refused = judge_road_work("3", "municipality")
    assert "市区町村道は対象になりません" in refused.reason
    assert [TAGS[tag] for tag in refused.offers] == ["5条2項3号の事業", "22条2項5号の事業"]
