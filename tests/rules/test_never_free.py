"""Never a false 「用途の制限なし」: cases in which a careless reading would let a building through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from chiiki_gis.rules.building import judge_uses
from chiiki_gis.rules.load import ZONE_IDS, rule_table
from chiiki_gis.rules.model import Use, Verdict

Verdicts = Callable[..., list[Verdict]]

WIDE = [0, 0, 1000, 1000]
SITE = [0, 0, 100, 100]
R1L, R2M, CN = "第一種低層住居専用地域", "第二種中高層住居専用地域", "近隣商業地域"
FREE = ("allowed", "conditional_ok")
TABLE = rule_table()


def zone(name: str, box: list[float] = WIDE) -> dict[str, Any]:
    return {"name": name, "box": box}


def office(**more: Any) -> dict[str, Any]:
    place = {} if "at" in more or "site" in more or "shape" in more else {"at": [500, 500]}
    return {"use_class": "office", "use_floor_m2": 80.0, "item": 3, **place, **more}


def one(verdicts: list[Verdict]) -> Verdict:
    assert len(verdicts) == 1
    return verdicts[0]


def uses(*entries: tuple[str, float | None, str | None]) -> tuple[Use, ...]:
    return tuple(Use(name, floor, 1, part) for name, floor, part in entries)


# ------------------------------------------------------------- 兼用住宅 (令130条の3)


def test_several_combined_parts_are_added_up_before_they_are_compared_with_50() -> None:
    two = uses(("dwelling_combined", 30, "office"), ("dwelling_combined", 30, "service_shop"))
    assert judge_uses(TABLE, "R1L", two, 300).verdict == "needs_48_permit"
    both = uses(("dwelling_combined", 25, "office"), ("dwelling_combined", 25, "service_shop"))
    assert judge_uses(TABLE, "R1L", both, 300).verdict == "conditional_ok"


def test_another_use_takes_from_the_dwellings_half() -> None:
    mixed = uses(("dwelling_combined", 40, "office"), ("library_like", 100, None))
    assert judge_uses(TABLE, "R1L", mixed, 200).verdict == "needs_48_permit"
    assert judge_uses(TABLE, "R1L", mixed, 400).verdict == "conditional_ok"


def test_flats_with_an_office_are_no_combined_dwelling() -> None:
    mixed = uses(("dwelling_combined", 40, "office"), ("apartment", 300, None))
    assert judge_uses(TABLE, "R1L", mixed, 400).verdict == "needs_48_permit"


@pytest.mark.parametrize("zone_id", ["R1L", "R2L", "R1M", "RA"])
def test_a_combined_part_of_no_known_class_is_not_let_through(zone_id: str) -> None:
    assert judge_uses(TABLE, zone_id, uses(("dwelling_combined", 40, None)), 200).verdict not in FREE


# ------------------------------------------------------------- numbers that are none


@pytest.mark.parametrize("floor", [0.0, -100.0, float("nan"), float("inf")])
def test_a_floor_area_that_can_be_none_keeps_no_limit(verdicts_of: Verdicts, floor: float) -> None:
    v = one(verdicts_of([office(use_floor_m2=floor, top_storey=1)], zoning=[zone(R2M)]))
    assert v.verdict == "conditional_unknown"


def test_a_part_of_a_storey_counts_as_the_next(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([office(top_storey=2.5)], zoning=[zone(R2M)]))
    assert v.verdict == "needs_48_permit"


def test_rows_that_contradict_each_other_about_the_whole_are_not_believed(verdicts_of: Verdicts) -> None:
    rows = [
        {"building_id": "b", "use_class": "senior_child_center", "use_floor_m2": 300, "total_floor_m2": total,
         "at": [500, 500]}
        for total in (500, 700)
    ]  # fmt: skip
    assert one(verdicts_of(rows, zoning=[zone(R1L)])).verdict not in FREE


# ------------------------------------------------------------- land


@pytest.mark.parametrize("share", [5, 20, 40, 49])
def test_a_part_in_the_controlled_area_is_not_passed_over(verdicts_of: Verdicts, share: float) -> None:
    v = one(
        verdicts_of(
            [office(site=SITE)],
            zoning=[zone(CN, [0, 0, 100 - share, 100])],
            area_division=[zone("市街化調整区域", [100 - share, 0, 200, 100])],
        )
    )
    assert v.verdict == "dev_permit_needed"
    assert any("市街化調整区域にかかる" in reason for reason in v.reasons)


def test_outside_the_planning_area_a_part_in_the_controlled_area_counts(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    v = one(
        verdicts_of(
            [office(site=SITE)],
            all_covered,
            urban_planning_area=[zone("試験", [70, 0, 500, 100])],
            area_division=[zone("市街化調整区域", [70, 0, 500, 100])],
        )
    )
    assert v.verdict == "dev_permit_needed"


def test_two_zones_laid_over_each_other_are_not_free_by_one_of_them(verdicts_of: Verdicts) -> None:
    for order in ([R1L, CN], [CN, R1L]):
        v = one(verdicts_of([office(site=SITE)], zoning=[zone(name) for name in order]))
        assert v.verdict not in FREE
        assert v.needs_confirmation


@pytest.mark.parametrize("border", [46, 49, 50, 51, 54])
def test_nearly_equal_zones_are_not_free_by_one_of_them(verdicts_of: Verdicts, border: float) -> None:
    zones = [zone(R1L, [0, 0, border, 100]), zone(CN, [border, 0, 200, 100])]
    v = one(verdicts_of([office(site=SITE)], zoning=zones))
    assert v.verdict not in FREE
    assert v.needs_confirmation


def test_nearly_equal_zones_that_agree_are_free(verdicts_of: Verdicts) -> None:
    zones = [zone("商業地域", [0, 0, 49, 100]), zone(CN, [49, 0, 200, 100])]
    v = one(verdicts_of([office(site=SITE)], zoning=zones))
    assert (v.verdict, v.needs_confirmation) == ("allowed", True)


def test_beside_an_edge_the_other_zones_say_is_shown(verdicts_of: Verdicts) -> None:
    zones = [zone(CN, [0, 0, 100, 100]), zone(R1L, [100, 0, 200, 100])]
    v = one(verdicts_of([office(at=[99, 50])], zoning=zones))
    assert v.needs_confirmation
    assert any(R1L in reason and "許可が必要" in reason for reason in v.reasons)


@pytest.mark.parametrize("declared", [(), ("zoning_covers_municipality",)])
def test_a_hole_in_the_data_is_not_white_land(verdicts_of: Verdicts, declared: tuple[str, ...]) -> None:
    v = one(verdicts_of([office(at=[2000, 2000])], dict.fromkeys(declared, True), zoning=[zone(CN)]))
    assert v.verdict == "unknown"


def test_a_hole_in_the_area_division_is_not_white_land(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    planning = [{"name": "試験", "kind": "都市計画区域", "box": WIDE}]
    divided = [zone("市街化区域", [0, 0, 400, 1000]), zone("市街化調整区域", [600, 0, 1000, 1000])]
    layers = {
        "urban_planning_area": planning,
        "area_division": divided,
        "zoning": [zone(CN, [0, 0, 400, 1000])],
    }
    assert one(verdicts_of([office()], all_covered, **layers)).verdict == "unknown"
    beside = [*planning, {"name": "隣", "kind": "都市計画区域", "box": [2000, 0, 3000, 1000]}]
    layers = {**layers, "urban_planning_area": beside}
    assert one(verdicts_of([office(at=[2500, 500])], all_covered, **layers)).zone_id == "NONE"


def test_a_zone_whose_name_and_id_differ_is_not_guessed(verdicts_of: Verdicts) -> None:
    for name, zone_id in ((R1L, "CN"), (CN, "R1L")):
        v = one(verdicts_of([office()], zoning=[{"name": name, "zone_id": zone_id, "box": WIDE}]))
        assert v.verdict == "unknown"


def test_a_building_with_points_in_two_zones_is_not_free_by_the_first(verdicts_of: Verdicts) -> None:
    zones = [zone(CN, [0, 0, 100, 100]), zone(R1L, [100, 0, 200, 100])]
    rows = [office(building_id="b", at=[x, 50]) for x in (50, 150)]
    assert one(verdicts_of(rows, zoning=zones)).verdict not in FREE
    same = [office(building_id="b", at=[x, 50]) for x in (40, 60)]
    assert one(verdicts_of(same, zoning=zones)).verdict == "allowed"


def test_a_service_shop_in_an_industrial_zone_is_asked_whether_it_sells(verdicts_of: Verdicts) -> None:
    shop = {"use_class": "service_shop", "use_floor_m2": 80.0, "top_storey": 1, "at": [500, 500]}
    v = one(verdicts_of([shop], zoning=[zone("工業専用地域")]))
    assert v.needs_confirmation
    assert any("物品" in step for step in v.next_steps)


def test_without_a_layer_of_ordinances_they_are_asked_about(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([office()], zoning=[zone(CN)]))
    assert any("特別用途地区" in step for step in v.next_steps)
    none_here = [{"name": "駅前", "kind": "地区計画", "box": [2000, 0, 3000, 100]}]
    v = one(verdicts_of([office()], zoning=[zone(CN)], ordinance_overlay=none_here))
    assert not any("特別用途地区" in step for step in v.next_steps)


def test_floor_area_without_a_use_is_asked_about(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([office(total_floor_m2=500)], zoning=[zone(CN)]))
    assert any("用途が入力されていません" in step for step in v.next_steps)
    v = one(verdicts_of([office(total_floor_m2=80)], zoning=[zone(CN)]))
    assert not any("用途が入力されていません" in step for step in v.next_steps)


# ------------------------------------------------------------- geometry


@pytest.mark.parametrize(
    "shape",
    [
        "POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))",  # crosses itself
        "POLYGON ((0 0, 100 0, 50 0, 0 0))",  # no area
        "POLYGON EMPTY",
        "MULTIPOLYGON (((0 0, 60 0, 60 60, 0 60, 0 0)), ((30 30, 90 30, 90 90, 30 90, 30 30)))",
        "LINESTRING (0 0, 100 100)",
        "POLYGON Z ((0 0 5, 100 0 5, 100 100 5, 0 100 5, 0 0 5))",
        "GEOMETRYCOLLECTION (POINT (5 5), POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0)))",
    ],
)
def test_a_faulty_site_is_judged_or_unknown_but_never_free(verdicts_of: Verdicts, shape: str) -> None:
    v = one(verdicts_of([office(shape=shape)], zoning=[zone(R1L)]))
    assert v.verdict in ("needs_48_permit", "unknown")


def test_a_crossing_site_is_measured_by_its_mended_shape(verdicts_of: Verdicts) -> None:
    bow = "POLYGON ((0 0, 100 100, 100 0, 0 100, 0 0))"
    v = one(
        verdicts_of([office(shape=bow)], zoning=[zone(R1L, [0, 0, 1000, 60]), zone(CN, [0, 60, 1000, 1000])])
    )
    assert not v.provisional
    assert sum(v.zone_shares.values()) == pytest.approx(1)


def test_empty_layers_say_nothing(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([office()], zoning=[], area_division=[], urban_planning_area=[], promotion_area=[]))
    assert v.verdict == "unknown"


# ------------------------------------------------------------- 広活法24条


def ready(verdicts_of: Verdicts, facts: dict[str, Any], **more: Any) -> Verdict:
    return one(
        verdicts_of(
            [office(**more)], facts, zoning=[zone(R1L)], promotion_area=[WIDE], priority_district=[WIDE]
        )
    )


@pytest.mark.parametrize(
    "key",
    [
        "prefecture_plan_received",
        "authority_consented",
        "prefecture_heard",
        "residents_reflected",
        "plan_published",
    ],
)
def test_a_day_that_is_still_to_come_is_not_done(
    verdicts_of: Verdicts, all_done: dict[str, Any], key: str
) -> None:
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    assert ready(verdicts_of, all_done).verdict == "special24_candidate"
    v = ready(verdicts_of, {**all_done, key: tomorrow})
    assert v.verdict == "needs_48_permit"
    assert any(tomorrow in point.basis for point in v.conditions if point.met is False) or key in (
        "prefecture_heard",
        "residents_reflected",
    )


@pytest.mark.parametrize(
    ("entry", "met"),
    [
        ({"use_classes": ["office"], "zones": ["R1L"], "max_floor_m2": 100}, True),
        ({"use_classes": ["hotel"], "zones": ["R1L"]}, False),
        ({"use_classes": ["office"], "zones": ["R2L"]}, False),
        ({"use_classes": ["office"], "max_floor_m2": 79}, False),
        ({"use_classes": ["office"], "max_storey": 2}, None),  # the storey is not entered
        ({"use_classes": ["office"], "area": "宮川地区"}, None),
        ({"use_classes": ["office"], "area": "全域"}, True),
        ({"name": "何か"}, None),
    ],
)
def test_the_requirements_written_must_cover_the_building(
    verdicts_of: Verdicts, all_done: dict[str, Any], entry: dict[str, Any], met: bool | None
) -> None:
    v = ready(verdicts_of, {**all_done, "requirements": [entry]})
    assert v.conditions[4].met is met
    assert (v.verdict == "special24_candidate") == (met is True)


def test_every_open_condition_says_what_comes_next(verdicts_of: Verdicts) -> None:
    v = ready(verdicts_of, {})
    for point in v.conditions:
        assert point.basis, point.number
        assert bool(point.todo) == (point.met is not True), point.number
    assert v.alternatives[0].article.startswith("建築基準法48条")
    assert any("空家等" in way.name for way in v.alternatives)


def test_a_site_partly_outside_the_area_is_no_candidate(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    v = one(
        verdicts_of(
            [office(site=[90, 0, 120, 20])],
            all_done,
            zoning=[zone(R1L)],
            promotion_area=[[0, 0, 100, 100]],
            priority_district=[WIDE],
        )
    )
    assert v.verdict == "needs_48_permit"


# ------------------------------------------------------------- writing alike verdicts once


@pytest.mark.parametrize("zone_id", ZONE_IDS)
def test_a_crowd_is_judged_as_each_of_it_alone(verdicts_of: Verdicts, zone_id: str) -> None:
    from chiiki_gis.rules.building import zone_name

    rows = [
        {
            "use_class": name,
            "use_floor_m2": floor,
            "top_storey": storey,
            "total_floor_m2": total,
            "at": [500, 500],
        }
        for name in (
            "office",
            "retail_daily_eatery",
            "senior_child_center",
            "municipal_branch",
            "hotel",
            "交流",
        )
        for floor in (None, 40.0, 600.0, 1500.0, 1500.5, 12000.0)
        for storey in (None, 2, 3, 5)
        for total in (None, 600.0, 20000.0)
    ]
    zones = [{"name": zone_name(zone_id), "box": WIDE}]
    together = verdicts_of(rows, zoning=zones)
    for row, verdict in list(zip(rows, together, strict=True))[::7]:
        alone = one(verdicts_of([row], zoning=zones))
        assert {**verdict.to_json(), "facility": ""} == {**alone.to_json(), "facility": ""}
        assert verdict.missing == alone.missing
