"""Verdicts: the twenty cases of the domain study, 広活法24条, the contract, a real city."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import pandas
import pyogrio
import pytest

from chiiki_gis.core.errors import BadInput, CrsMismatch
from chiiki_gis.core.role import Role
from chiiki_gis.core.zones import zone_named, zone_of_code
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Verdict
from chiiki_gis.rules.zoning import judge

Verdicts = Callable[..., list[Verdict]]

WIDE = [0, 0, 1000, 1000]
R1L, R1M, R2L, R2M = (
    "第一種低層住居専用地域",
    "第一種中高層住居専用地域",
    "第二種低層住居専用地域",
    "第二種中高層住居専用地域",
)


def zone(name: str, box: list[float] = WIDE) -> dict[str, Any]:
    return {"name": name, "box": box}


def facility(use_class: str | None = "office", floor: float | None = 80, **more: Any) -> dict[str, Any]:
    place = {} if "at" in more or "site" in more else {"at": [500, 500]}
    return {"use_class": use_class, "use_floor_m2": floor, **place, **more}


def one(verdicts: list[Verdict]) -> Verdict:
    assert len(verdicts) == 1
    return verdicts[0]


# ------------------------------------------------------------- the twenty cases of domain.md §7.7


def test_case_1_office_in_1low_without_requirements_needs_a_permit_and_is_told_of_them(
    verdicts_of: Verdicts,
) -> None:
    v = one(
        verdicts_of([facility(item=3)], zoning=[zone(R1L)], promotion_area=[WIDE], priority_district=[WIDE])
    )
    assert v.verdict == "needs_48_permit"
    assert any("用途特例適用要件を記載すると" in step for step in v.next_steps)


def test_case_2_with_everything_done_it_is_a_candidate_and_still_needs_a_permit(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    v = one(
        verdicts_of(
            [facility(item=3)],
            all_done,
            zoning=[zone(R1L)],
            promotion_area=[WIDE],
            priority_district=[WIDE],
        )
    )
    assert v.verdict == "special24_candidate"
    assert "許可が必要" in v.label
    assert [c.number for c in v.conditions] == list(range(1, 10))
    assert [c.met for c in v.conditions] == [True] * 8 + [None]
    assert any("建築審査会" in step for step in v.next_steps)


def test_case_3_in_rural_residential_there_is_no_way_by_article_24(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    v = one(
        verdicts_of(
            [facility(item=3)],
            all_done,
            zoning=[zone("田園住居地域")],
            promotion_area=[WIDE],
            priority_district=[WIDE],
        )
    )
    assert v.verdict == "needs_48_permit"
    assert any("空家等" in step for step in v.next_steps)
    assert "広活法22条3項・24条" not in v.articles


@pytest.mark.parametrize(
    ("rows", "zone_name", "expected"),
    [
        pytest.param(
            facility("dwelling_combined", 45, total_floor_m2=105, part_class="office"),
            R1L,
            "conditional_ok",
            id="case-4",
        ),
        pytest.param(
            facility("dwelling_combined", 55, total_floor_m2=255, part_class="office"),
            R1L,
            "needs_48_permit",
            id="case-5",
        ),
        pytest.param(facility("office", 1400, top_storey=2), R2M, "conditional_ok", id="case-6a"),
        pytest.param(facility("office", 1400, top_storey=3), R2M, "needs_48_permit", id="case-6b"),
        pytest.param(
            facility("office", 2900, top_storey=5), "第一種住居地域", "conditional_ok", id="case-7a"
        ),
        pytest.param(
            facility("office", 3100, top_storey=5), "第一種住居地域", "needs_48_permit", id="case-7b"
        ),
        pytest.param(facility("retail_daily_eatery", 140, top_storey=1), R2L, "conditional_ok", id="case-8a"),
        pytest.param(
            facility("retail_daily_eatery", 160, top_storey=1), R2L, "needs_48_permit", id="case-8b"
        ),
        pytest.param(facility("hotel", 200), R2M, "needs_48_permit", id="case-9"),
        pytest.param(facility("hotel", 200), "工業地域", "needs_48_permit", id="case-10"),
        pytest.param(facility("library_like", 300), "工業専用地域", "needs_48_permit", id="case-11"),
        pytest.param(
            facility("senior_child_center", 700, total_floor_m2=700), R1L, "needs_48_permit", id="case-12a"
        ),
        pytest.param(facility("senior_child_center", 700, total_floor_m2=700), R1M, "allowed", id="case-12b"),
    ],
)
def test_cases_4_to_12(verdicts_of: Verdicts, rows: dict[str, Any], zone_name: str, expected: str) -> None:
    assert one(verdicts_of([rows], zoning=[zone(zone_name)])).verdict == expected


@pytest.mark.parametrize(
    ("rows", "zone_name"),
    [
        (facility("office", 1400, top_storey=3, item=3), R2M),
        (facility("retail_daily_eatery", 160, top_storey=1, item=4), R2L),
        (facility("hotel", 200, item=3), R2M),
        (facility("senior_child_center", 700, item=3), R1L),
    ],
)
def test_cases_6_8_9_12_are_candidates_when_the_plan_is_ready(
    verdicts_of: Verdicts, all_done: dict[str, Any], rows: dict[str, Any], zone_name: str
) -> None:
    v = one(
        verdicts_of(
            [rows], all_done, zoning=[zone(zone_name)], promotion_area=[WIDE], priority_district=[WIDE]
        )
    )
    assert v.verdict == "special24_candidate"


def test_cases_7_and_10_are_no_candidates_however_ready_the_plan_is(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    for rows, name in (
        (facility("office", 3100, item=3), "第一種住居地域"),
        (facility("hotel", 200, item=3), "工業地域"),
    ):
        v = one(
            verdicts_of(
                [rows], all_done, zoning=[zone(name)], promotion_area=[WIDE], priority_district=[WIDE]
            )
        )
        assert v.verdict == "needs_48_permit"


def test_case_13_in_the_controlled_area_a_development_permit_is_needed(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    v = one(
        verdicts_of(
            [facility()],
            all_covered,
            urban_planning_area=[{"name": "試験", "kind": "都市計画区域", "box": WIDE}],
            area_division=[zone("市街化調整区域")],
        )
    )
    assert v.verdict == "dev_permit_needed"
    assert any("34条" in step for step in v.next_steps)


def test_case_14_outside_the_planning_area_article_48_does_not_apply(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    v = one(
        verdicts_of(
            [facility(at=[5000, 500])],
            all_covered,
            urban_planning_area=[{"name": "試験", "kind": "都市計画区域", "box": WIDE}],
        )
    )
    assert v.verdict == "outside_48"
    assert "建築基準法41条の2" in v.articles


def test_case_15_code_8_means_two_zones() -> None:
    assert zone_of_code(8, "a29").name == "近隣商業地域"  # type: ignore[union-attr]  # both codes exist
    assert zone_of_code(8, "youto").name == "田園住居地域"  # type: ignore[union-attr]  # both codes exist


def test_case_16_the_majority_zone_rules_the_whole_site(verdicts_of: Verdicts) -> None:
    zones = [zone(R1L, [0, 0, 60, 100]), zone("近隣商業地域", [60, 0, 200, 100])]
    v = one(verdicts_of([facility(site=[0, 0, 100, 100])], zoning=zones))
    assert (v.verdict, v.zone_id, v.needs_confirmation) == ("needs_48_permit", "R1L", False)
    assert v.zone_shares == pytest.approx({R1L: 0.6, "近隣商業地域": 0.4})
    assert v.distance_to_zone_edge_m == 0
    assert "建築基準法91条" in v.articles


def test_case_17_nearly_equal_shares_need_confirmation(verdicts_of: Verdicts) -> None:
    zones = [zone(R1L, [0, 0, 49, 100]), zone("近隣商業地域", [49, 0, 200, 100])]
    v = one(verdicts_of([facility(site=[0, 0, 100, 100])], zoning=zones))
    assert v.zone == "近隣商業地域"
    assert v.needs_confirmation


# case 18 is tests/rules/test_plan_rules.py, case 19 tests/rules/test_road_works.py


def test_case_20_without_coverage_a_gap_is_unknown_and_never_white(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility(at=[5000, 500])], zoning=[zone(R1L)]))
    assert v.verdict == "unknown"
    assert v.zone is None
    assert v.zone_id is None
    assert v.zone_shares == {"不明": 1.0}
    assert v.distance_to_zone_edge_m is None


# ------------------------------------------------------------- 広活法24条


@pytest.mark.parametrize(
    ("fact", "number"),
    [
        ("prefecture_plan_received", 1),
        ("requirements_written", 5),
        ("authority_consented", 6),
        ("prefecture_heard", 7),
        ("residents_reflected", 7),
        ("plan_published", 8),
    ],
)
def test_every_open_step_keeps_a_building_from_being_a_candidate(
    verdicts_of: Verdicts, all_done: dict[str, Any], fact: str, number: int
) -> None:
    for facts in ({**all_done, fact: False}, {k: v for k, v in all_done.items() if k != fact}):
        v = one(
            verdicts_of(
                [facility(item=3)], facts, zoning=[zone(R1L)], promotion_area=[WIDE], priority_district=[WIDE]
            )
        )
        assert v.verdict == "needs_48_permit"
        assert [c.number for c in v.conditions if c.met is not True] == [number, 9]
        assert any(f"条件{number}" in step for step in v.next_steps)


def test_a_council_that_exists_must_be_consulted(verdicts_of: Verdicts, all_done: dict[str, Any]) -> None:
    given = {"zoning": [zone(R1L)], "promotion_area": [WIDE], "priority_district": [WIDE]}
    facts = {**all_done, "council_exists": True}
    assert one(verdicts_of([facility(item=3)], facts, **given)).verdict == "needs_48_permit"
    facts["council_consulted"] = "2026-07-07"
    assert one(verdicts_of([facility(item=3)], facts, **given)).verdict == "special24_candidate"


@pytest.mark.parametrize(
    ("rows", "areas"),
    [
        (facility(item=None), {"promotion_area": [WIDE]}),
        (facility(item=5), {"promotion_area": [WIDE]}),
        (facility(item=3), {}),
        (facility(item=3), {"promotion_area": [[0, 0, 100, 100]]}),
        (facility(item=3), {"promotion_area": [WIDE], "priority_district": [[0, 0, 100, 100]]}),
        (facility(item=3, site=[990, 0, 1020, 20]), {"promotion_area": [WIDE]}),
    ],
)
def test_outside_the_area_or_without_an_item_there_is_no_candidate(
    verdicts_of: Verdicts, all_done: dict[str, Any], rows: dict[str, Any], areas: dict[str, Any]
) -> None:
    zones = [zone(R1L, [0, 0, 2000, 1000])]
    assert one(verdicts_of([rows], all_done, zoning=zones, **areas)).verdict == "needs_48_permit"


# ------------------------------------------------------------- the contract


def test_json_has_the_fields_of_the_contract_in_their_order(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility(name="コワーキング")], zoning=[zone(R1L)]))
    made = v.to_json()
    assert list(made) == [
        "facility", "verdict", "provisional", "needs_confirmation", "zone", "zone_id", "zone_shares",
        "distance_to_zone_edge_m", "uses", "articles", "reasons", "next_steps",
    ]  # fmt: skip
    assert made["facility"] == "コワーキング"
    assert json.loads(json.dumps(made, ensure_ascii=False)) == made
    assert v.rules_version == "2025-07"


def test_every_verdict_says_who_decides_and_the_date_of_the_articles(verdicts_of: Verdicts) -> None:
    for v in verdicts_of([facility(), facility(at=[9000, 9000])], zoning=[zone(R1L)]):
        assert "最終判断は特定行政庁が行います。" in v.reasons
        assert any("2025年7月時点" in reason for reason in v.reasons)


def test_a_verdict_survives_pickling(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility()], zoning=[zone(R1L)]))
    assert pickle.loads(pickle.dumps(v)) == v


def test_no_facilities_give_no_verdicts() -> None:
    empty = geopandas.GeoDataFrame(geometry=geopandas.GeoSeries([], crs=6676))
    assert judge(empty, sites=None, reference={}, plan_areas={}, facts={}, table=rule_table()) == []


def test_frames_of_two_coordinate_systems_are_refused() -> None:
    rows = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy([0], [0]), crs=6676)
    zones = geopandas.GeoDataFrame({"name": [R1L]}, geometry=geopandas.points_from_xy([0], [0]), crs=6677)
    with pytest.raises(CrsMismatch):
        judge(rows, sites=None, reference={Role.ZONING: zones}, plan_areas={}, facts={}, table=rule_table())


def test_a_floor_area_that_is_no_number_is_bad_input(verdicts_of: Verdicts) -> None:
    with pytest.raises(BadInput):
        verdicts_of([facility("office", "ひろい")], zoning=[zone(R1L)])  # type: ignore[arg-type]  # the point


def test_judging_does_not_change_its_input(verdicts_of: Verdicts) -> None:
    rows = geopandas.GeoDataFrame(
        {"use_class": ["office"]}, geometry=geopandas.points_from_xy([5], [5]), crs=6676
    )
    zones = geopandas.GeoDataFrame({"name": [R1L]}, geometry=rows.buffer(100).to_list(), crs=6676)
    before = rows.copy(), zones.copy()
    judge(rows, sites=None, reference={Role.ZONING: zones}, plan_areas={}, facts={}, table=rule_table())
    pandas.testing.assert_frame_equal(rows, before[0])
    pandas.testing.assert_frame_equal(zones, before[1])


# ------------------------------------------------------------- real data


@pytest.mark.real_data
def test_offices_of_chino_are_judged_by_the_citys_own_zoning(real_data: Path) -> None:
    path = real_data / "chino" / "judgement_layers" / "use_districts" / "use_districts.shp"
    zoning = pyogrio.read_dataframe(path, encoding="CP932").to_crs(6676)
    zones = [zone_named(name) for name in zoning["youto"]]
    assert all(zones)
    zoning = zoning[["geometry"]].assign(
        name=[z.name for z in zones if z], zone_id=[z.id for z in zones if z]
    )
    rows = geopandas.GeoDataFrame(
        {"use_class": "office", "use_floor_m2": 100.0, "top_storey": 1},
        geometry=zoning.geometry.representative_point(),
        index=zoning.index,
    )
    verdicts = judge(
        rows,
        sites=None,
        reference={Role.ZONING: zoning},
        plan_areas={},
        facts={},
        table=rule_table(),
    )
    expected = {"R1L": "needs_48_permit", "R1M": "needs_48_permit", "R2L": "needs_48_permit",
                "R2M": "conditional_ok", "R1": "conditional_ok"}  # fmt: skip
    sure = [v for v in verdicts if v.zone_id is not None and not v.at_border]
    assert len(verdicts) == 518
    assert len(sure) > 500
    for v in sure:
        assert v.verdict == expected.get(str(v.zone_id), "allowed")
        assert v.distance_to_zone_edge_m is not None


def test_a_verdict_can_be_printed_whole(verdicts_of: Verdicts) -> None:
    zones = [zone(R1L, [0, 0, 60, 100]), zone("近隣商業地域", [60, 0, 200, 100])]
    v = one(verdicts_of([facility(site=[0, 0, 100, 100], name="館")], zoning=zones))
    text = "\n".join(v.lines())
    for word in ("館", R1L, "60%", "近隣商業地域40%", "建築基準法91条", "2025-07", "最終判断は特定行政庁"):
        assert word in text
    assert "建築可" not in text
    assert "特例許可" not in text


def test_the_accuracy_that_the_planner_states_widens_the_band(verdicts_of: Verdicts) -> None:
    zones = [zone("商業地域", [0, 0, 100, 100])]
    for metres, confirm in ((None, False), (1.0, False), (20.0, True)):
        facts = {} if metres is None else {"zoning_accuracy_m": metres}
        assert one(verdicts_of([facility(at=[90, 50])], facts, zoning=zones)).needs_confirmation == confirm


def test_without_a_drawn_priority_district_nobody_knows_whether_the_area_lies_in_it(
    verdicts_of: Verdicts, all_done: dict[str, Any]
) -> None:
    v = one(verdicts_of([facility(item=3)], all_done, zoning=[zone(R1L)], promotion_area=[WIDE]))
    second = next(point for point in v.conditions if point.number == 2)
    assert second.met is None
    assert v.verdict == "needs_48_permit"
    assert any("条件2" in step and "未入力" in step for step in v.next_steps)


def test_floor_area_without_a_use_has_to_be_confirmed(verdicts_of: Verdicts) -> None:
    whole, part = (
        one(verdicts_of([facility("office", 400, total_floor_m2=total)], zoning=[zone("商業地域")]))
        for total in (400, 900)
    )
    assert (whole.verdict, part.verdict) == ("allowed", "conditional_unknown")
    assert not any("用途が入力されていません" in step for step in whole.next_steps)
    assert part.needs_confirmation
    assert part.missing == ("用途",)
    assert any("用途が入力されていません" in step and "共用部分" in step for step in part.next_steps)


@pytest.mark.parametrize(
    ("dwellings", "total", "verdict"),
    [([], 105, "conditional_ok"), ([60], 105, "conditional_ok"), ([20], 105, "conditional_unknown")],
)
def test_the_rest_of_a_combined_house_is_its_dwelling_unless_that_is_entered(
    verdicts_of: Verdicts, dwellings: list[float], total: float, verdict: str
) -> None:
    rows = [facility("dwelling_combined", 45, part_class="office")]
    rows += [facility("dwelling", floor) for floor in dwellings]
    rows = [{**row, "building_id": "b", "total_floor_m2": total} for row in rows]
    assert one(verdicts_of(rows, zoning=[zone(R1L)])).verdict == verdict


def test_uses_larger_than_the_whole_building_give_no_free_verdict(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility("office", 400, total_floor_m2=300)], zoning=[zone("商業地域")]))
    assert (v.verdict, v.missing) == ("conditional_unknown", ("延べ面積",))
    assert any("延べ面積を超えています" in step for step in v.next_steps)


def test_a_shop_with_a_workshop_is_asked_whether_it_is_a_factory(verdicts_of: Verdicts) -> None:
    for name in (R2M, "第一種住居地域", "第二種住居地域", "準住居地域"):
        v = one(verdicts_of([facility("service_shop", 80, top_storey=1)], zoning=[zone(name)]))
        assert v.verdict == "conditional_ok"
        assert any("作業場" in step and "50㎡" in step for step in v.next_steps)
