"""Where a site lies: coverage, 市街化調整区域, borders, points and sites, ordinances."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chiiki_gis.rules.model import Verdict

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


# ------------------------------------------------------------- coverage

WHITE = {"urban_planning_area": [{"name": "試験", "kind": "都市計画区域", "box": WIDE}]}


def test_white_land_needs_all_three_coverages(verdicts_of: Verdicts, all_covered: dict[str, Any]) -> None:
    assert one(verdicts_of([facility()], all_covered, **WHITE)).zone_id == "NONE"
    for key in ("zoning_covers_municipality", "area_division_covers_municipality"):
        facts = {k: v for k, v in all_covered.items() if k != key}
        assert one(verdicts_of([facility()], facts, **WHITE)).verdict == "unknown"


def test_white_land_has_its_own_limit(verdicts_of: Verdicts, all_covered: dict[str, Any]) -> None:
    v = one(verdicts_of([facility("retail_other", 10_001)], all_covered, **WHITE))
    assert (v.verdict, v.zone) == ("needs_48_permit", "指定なし")
    assert "別表第二（か）項" in v.articles
    assert v.zone_shares == {"指定なし": 1.0}


def test_the_planning_areas_polygon_is_enough_to_be_inside(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    facts = {k: v for k, v in all_covered.items() if k != "urban_planning_area_covers_municipality"}
    assert one(verdicts_of([facility()], facts, **WHITE)).zone_id == "NONE"


def test_without_a_planning_layer_and_its_coverage_a_place_is_not_outside(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    facts = {k: v for k, v in all_covered.items() if k != "urban_planning_area_covers_municipality"}
    assert one(verdicts_of([facility()], facts)).verdict == "unknown"
    assert one(verdicts_of([facility()], all_covered)).verdict == "outside_48"
    outside = facility(at=[5000, 500])
    assert one(verdicts_of([outside], facts, **WHITE)).verdict == "unknown"


def test_a_hole_in_the_zoning_of_an_urbanisation_area_is_a_gap_of_the_data(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    v = one(verdicts_of([facility()], all_covered, area_division=[zone("市街化区域")], **WHITE))
    assert v.verdict == "unknown"
    assert any("13条1項7号" in reason for reason in v.reasons)


def test_a_quasi_planning_area_is_judged_and_has_no_area_division(verdicts_of: Verdicts) -> None:
    v = one(
        verdicts_of(
            [facility()],
            {"zoning_covers_municipality": True},
            quasi_urban_planning_area=[{"name": "試験", "kind": "準都市計画区域", "box": WIDE}],
        )
    )
    assert v.zone_id == "NONE"


def test_coverage_ends_at_the_municipalitys_border(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    far = [{"name": "試験", "kind": "都市計画区域", "box": [0, 0, 9000, 1000]}]
    here, there = facility(), facility(at=[5000, 500])
    v = verdicts_of(
        [here, there],
        all_covered,
        municipality=[{"name": "試験町", "box": WIDE}],
        urban_planning_area=far,
    )
    assert [one.verdict for one in v] == ["allowed", "unknown"]


def test_a_zone_polygon_counts_beyond_the_municipality(verdicts_of: Verdicts) -> None:
    v = one(
        verdicts_of(
            [facility(at=[5000, 500])],
            municipality=[{"name": "試験町", "box": WIDE}],
            zoning=[zone("商業地域", [4000, 0, 9000, 1000])],
        )
    )
    assert v.verdict == "allowed"


def test_a_zone_named_unknown_gives_an_unknown_verdict(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility()], zoning=[{"name": "不明", "zone_id": "UNK", "box": WIDE}]))
    assert (v.verdict, v.zone, v.zone_id) == ("unknown", "不明", "UNK")
    assert v.zone_shares == {"不明": 1.0}


def test_a_zone_outside_the_planning_area_is_judged_but_must_be_confirmed(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    area = [{"name": "試験", "kind": "都市計画区域", "box": [0, 0, 10, 10]}]
    v = one(verdicts_of([facility()], all_covered, zoning=[zone(R1L)], urban_planning_area=area))
    assert (v.verdict, v.needs_confirmation) == ("needs_48_permit", True)


# ------------------------------------------------------------- 市街化調整区域


def test_a_use_zone_in_the_controlled_area_is_shown_beside(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility()], zoning=[zone(R1L)], area_division=[zone("市街化調整区域")]))
    assert (v.verdict, v.zone_id) == ("dev_permit_needed", "R1L")
    assert "建築基準法48条1項" in v.articles
    assert v.uses[0].result == "needs_48_permit"
    assert any("48条の制限も受けます" in reason for reason in v.reasons)


def test_a_library_in_the_controlled_area_may_be_free_of_the_permit(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility("library_like")], area_division=[zone("市街化調整区域")]))
    assert v.verdict == "check_ordinance"
    assert any("令21条" in step for step in v.next_steps)


def test_a_change_of_use_in_the_controlled_area_is_told_of_article_26(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility(works="change_of_use")], area_division=[zone("市街化調整区域")]))
    assert any("広活法26条" in step for step in v.next_steps)


# ------------------------------------------------------------- borders, points and sites


@pytest.mark.parametrize(("x", "confirm"), [(98, True), (97.6, True), (97, False), (95, False), (50, False)])
def test_a_place_nearer_to_the_edge_than_the_accuracy_needs_confirmation(
    verdicts_of: Verdicts, x: float, confirm: bool
) -> None:
    zones = [zone("商業地域", [0, 0, 100, 100]), zone(R1L, [100, 0, 200, 100])]
    v = one(verdicts_of([facility(at=[x, 50])], zoning=zones))
    assert v.needs_confirmation == confirm
    assert v.distance_to_zone_edge_m == pytest.approx(min(100 - x, 50))


def test_an_inner_border_of_one_zone_is_no_edge(verdicts_of: Verdicts) -> None:
    zones = [zone("商業地域", [0, 0, 100, 100]), zone("商業地域", [100, 0, 200, 100])]
    v = one(verdicts_of([facility(at=[100, 50])], zoning=zones))
    assert (v.verdict, v.needs_confirmation) == ("allowed", False)
    assert v.distance_to_zone_edge_m == pytest.approx(50)


def test_a_point_on_the_border_of_two_zones_is_asked_about(verdicts_of: Verdicts) -> None:
    zones = [zone("商業地域", [0, 0, 100, 100]), zone(R1L, [100, 0, 200, 100])]
    v = one(verdicts_of([facility(at=[100, 50])], zoning=zones))
    assert (v.verdict, v.needs_confirmation, v.distance_to_zone_edge_m) == ("check_ordinance", True, 0)


def test_three_zones_without_a_majority_are_asked_about(verdicts_of: Verdicts) -> None:
    zones = [
        zone(R1L, [0, 0, 40, 100]),
        zone("商業地域", [40, 0, 70, 100]),
        zone("工業地域", [70, 0, 100, 100]),
    ]
    v = one(verdicts_of([facility(site=[0, 0, 100, 100])], zoning=zones))
    assert (v.verdict, v.zone, v.needs_confirmation) == ("check_ordinance", None, True)
    assert sum("の規定による場合" in reason for reason in v.reasons) == 3


def test_a_zone_of_more_than_half_rules_though_the_rest_is_not_covered(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility(site=[0, 0, 100, 100])], zoning=[zone(R1L, [0, 0, 70, 100])]))
    assert v.zone_id == "R1L"
    assert v.zone_shares == pytest.approx({R1L: 0.7, "不明": 0.3})


def test_the_rest_is_white_where_the_layer_covers(verdicts_of: Verdicts, all_covered: dict[str, Any]) -> None:
    v = one(
        verdicts_of(
            [facility(site=[0, 0, 100, 100])], all_covered, zoning=[zone(R1L, [0, 0, 70, 100])], **WHITE
        )
    )
    assert v.zone_shares == pytest.approx({R1L: 0.7, "指定なし": 0.3})
    assert v.distance_to_zone_edge_m == 0


def test_a_point_is_provisional_and_a_site_is_not(verdicts_of: Verdicts) -> None:
    v = verdicts_of([facility(), facility(site=[500, 500, 520, 520])], zoning=[zone("商業地域")])
    assert [one.provisional for one in v] == [True, False]


def test_site_fid_takes_the_polygon_of_the_site_layer(verdicts_of: Verdicts) -> None:
    zones = [zone("商業地域", [0, 0, 100, 100]), zone(R1L, [100, 0, 200, 100])]
    v = one(verdicts_of([facility(at=[99, 50], site_fid=1)], zoning=zones, site=[[99, 0, 150, 50]]))
    assert (v.zone_id, v.provisional) == ("R1L", False)


def test_rows_of_one_building_have_one_verdict(verdicts_of: Verdicts) -> None:
    rows = [
        facility("office", 900, top_storey=2, building_id="b1", name="複合館"),
        facility("office", 10, building_id=None, name="別棟"),
        facility("assembly_hall", 700, top_storey=1, building_id="b1", name="複合館"),
    ]
    v = verdicts_of(rows, zoning=[zone(R2M)])
    assert [one.fids for one in v] == [(1, 3), (2,)]
    assert v[0].verdict == "needs_48_permit"
    assert [use.use_class for use in v[0].uses] == ["office", "assembly_hall"]


def test_a_facility_without_geometry_is_unknown(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility(shape="POINT EMPTY")], zoning=[zone(R1L)]))
    assert v.verdict == "unknown"


# ------------------------------------------------------------- ordinances


def test_an_ordinance_area_lowers_an_allowed_building_to_ask(verdicts_of: Verdicts) -> None:
    overlay = [{"name": "駅前", "kind": "地区計画", "box": [0, 0, 510, 1000]}]
    v = one(
        verdicts_of(
            [facility(site=[500, 500, 520, 520])], zoning=[zone("商業地域")], ordinance_overlay=overlay
        )
    )
    assert v.verdict == "check_ordinance"
    assert any("地区計画「駅前」" in reason for reason in v.reasons)


def test_an_ordinance_area_does_not_hide_a_permit(verdicts_of: Verdicts) -> None:
    overlay = [{"name": "駅前", "kind": "地区計画", "box": WIDE}]
    v = one(verdicts_of([facility()], zoning=[zone(R1L)], ordinance_overlay=overlay))
    assert v.verdict == "needs_48_permit"
    assert "建築基準法49条・49条の2・68条の2" in v.articles


@pytest.mark.parametrize(("side", "told"), [(54, False), (55, True)])
def test_a_large_site_is_told_of_the_development_permit(
    verdicts_of: Verdicts, all_covered: dict[str, Any], side: float, told: bool
) -> None:
    site = [100, 100, 100 + side, 100 + side]
    v = one(verdicts_of([facility(site=site)], all_covered, **WHITE))
    assert any("29条1項" in step for step in v.next_steps) == told


def test_a_change_of_use_is_bound_by_article_48_as_well(verdicts_of: Verdicts) -> None:
    v = one(verdicts_of([facility(works="change_of_use")], zoning=[zone(R1L)]))
    assert v.verdict == "needs_48_permit"
    assert "建築基準法87条2項・3項" in v.articles
