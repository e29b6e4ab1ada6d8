"""What else may govern a site: borders moved by the accuracy, and rivals of every kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chiiki_gis.rules.model import Verdict
from chiiki_gis.rules.overrides import LocalChange, put_change

Verdicts = Callable[..., list[Verdict]]

WIDE = [0, 0, 1000, 1000]
R1L, R2M, C = "第一種低層住居専用地域", "第二種中高層住居専用地域", "商業地域"
TEN = [500, 500, 510, 510]


def zone(name: str, box: list[float]) -> dict[str, Any]:
    return {"name": name, "box": box}


def halves(left: str, right: str, at: float) -> list[dict[str, Any]]:
    return [zone(left, [0, 0, at, 1000]), zone(right, [at, 0, 1000, 1000])]


def judged(verdicts_of: Verdicts, use_class: str = "hotel", floor: float = 80, **more: Any) -> Verdict:
    where = {key: more.pop(key) for key in ("at", "site") if key in more} or {"at": [500, 500]}
    row = {"use_class": use_class, "use_floor_m2": floor, "top_storey": 1, **where}
    (verdict,) = verdicts_of([row], more.pop("facts", None), **more)
    return verdict


def says(verdict: Verdict, words: str) -> bool:
    return any(words in reason for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("site", "at", "verdict"),
    [(TEN, 506, "check_ordinance"), ([500, 500, 600, 600], 560, "allowed"),
     ([500, 500, 600, 600], 552.6, "check_ordinance")],
)  # fmt: skip
def test_a_crossing_border_is_moved_by_the_accuracy(
    verdicts_of: Verdicts, site: list[float], at: float, verdict: str
) -> None:
    v = judged(verdicts_of, site=site, zoning=halves(C, R1L, at))
    assert v.verdict == verdict
    assert v.needs_confirmation == says(v, f"{R1L}の規定による場合") == (verdict != "allowed")


def test_a_coarser_layer_moves_it_farther(verdicts_of: Verdicts) -> None:
    zones = halves(C, R1L, 560)
    for accuracy, verdict in ((2.5, "allowed"), (10, "check_ordinance")):
        v = judged(
            verdicts_of, site=[500, 500, 600, 600], zoning=zones, facts={"zoning_accuracy_m": accuracy}
        )
        assert v.verdict == verdict


def test_a_border_between_polygons_of_one_zone_moves_nothing(verdicts_of: Verdicts) -> None:
    zones = [*halves(C, C, 505), zone(R1L, [2000, 0, 3000, 1000])]
    v = judged(verdicts_of, site=TEN, zoning=zones)
    assert (v.verdict, v.needs_confirmation) == ("allowed", False)


def test_a_stricter_zone_beside_a_near_border_lowers_a_free_verdict(verdicts_of: Verdicts) -> None:
    v = judged(verdicts_of, at=[505.5, 500], zoning=halves(C, R1L, 506))
    assert (v.verdict, v.needs_confirmation) == ("check_ordinance", True)
    assert says(v, f"{R1L}の規定による場合：許可が必要")
    assert judged(verdicts_of, at=[500, 500], zoning=halves(C, R1L, 506)).verdict == "allowed"


def test_a_freer_zone_beside_a_near_border_lowers_nothing(verdicts_of: Verdicts) -> None:
    assert judged(verdicts_of, at=[505.5, 500], zoning=halves(C, "近隣商業地域", 506)).verdict == "allowed"


def test_a_use_zone_on_the_other_half_of_land_outside_is_a_rival(verdicts_of: Verdicts) -> None:
    covered = {"urban_planning_area_covers_municipality": True, "zoning_covers_municipality": True}
    inside = [505.2, 0, 1000, 1000]
    v = judged(
        verdicts_of, "office", site=TEN, zoning=[zone(R1L, inside)], facts=covered,
        urban_planning_area=[{"name": "都市計画区域", "kind": "", "box": inside}],
    )  # fmt: skip
    assert v.verdict == "check_ordinance"
    assert says(v, f"{R1L}の規定による場合：許可が必要")


def test_a_place_just_outside_the_planning_area_is_asked_about(
    verdicts_of: Verdicts, all_covered: dict[str, Any]
) -> None:
    inside = [501, 0, 1000, 1000]
    planning = [{"name": "都市計画区域", "kind": "", "box": inside}]
    roles = {"zoning": [zone(R1L, inside)], "urban_planning_area": planning, "facts": all_covered}
    assert judged(verdicts_of, "office", **roles).verdict == "check_ordinance"
    assert judged(verdicts_of, "library_like", **roles).verdict == "outside_48"
    assert judged(verdicts_of, "office", at=[490, 500], **roles).verdict == "outside_48"


@pytest.mark.parametrize(("floor", "verdict"), [(9_000, "allowed"), (12_000, "check_ordinance")])
def test_land_without_a_zone_is_a_rival(
    verdicts_of: Verdicts, all_covered: dict[str, Any], floor: float, verdict: str
) -> None:
    planning = [{"name": "非線引都市計画区域", "kind": "非線引", "box": WIDE}]
    zones = [zone(C, [0, 0, 505.1, 1000])]
    v = judged(
        verdicts_of,
        "retail_other",
        floor,
        site=TEN,
        zoning=zones,
        urban_planning_area=planning,
        facts=all_covered,
    )
    assert v.verdict == verdict
    assert says(v, "指定なしの規定による場合")


def test_a_near_controlled_area_is_a_rival(verdicts_of: Verdicts) -> None:
    divided = [zone("市街化調整区域", [501, 0, 1000, 1000])]
    v = judged(verdicts_of, zoning=[zone(C, [0, 0, 501, 1000])], area_division=divided)
    assert v.verdict == "check_ordinance"
    assert says(v, "市街化調整区域の規定による場合：開発許可等が必要")


def test_an_ordinance_area_within_the_accuracy_is_asked_about(verdicts_of: Verdicts) -> None:
    overlay = [{"name": "駅前", "kind": "地区計画", "box": [501, 0, 1000, 1000]}]
    v = judged(verdicts_of, zoning=[zone(C, WIDE)], ordinance_overlay=overlay)
    assert (v.verdict, v.needs_confirmation) == ("check_ordinance", True)
    assert says(v, "地区計画「駅前」の境界まで")
    far = judged(verdicts_of, at=[490, 500], zoning=[zone(C, WIDE)], ordinance_overlay=overlay)
    assert (far.verdict, far.needs_confirmation) == ("allowed", False)


def test_a_rival_is_judged_by_the_law_as_it_stands_as_well(verdicts_of: Verdicts, own_state: Path) -> None:
    put_change(LocalChange("use_zones", "classes.hotel.cells.R1L", "X", "A", "山田", "2026-11-24", "条例"))
    v = judged(verdicts_of, site=TEN, zoning=halves(C, R1L, 505.1))
    assert v.verdict == "check_ordinance"
    assert says(v, "山田が2026-11-24に")


def test_a_crowd_at_a_border_is_judged_as_each_of_it_alone(verdicts_of: Verdicts) -> None:
    zones = halves(C, "工業地域", 506)
    rows = [
        {"use_class": "retail_other", "use_floor_m2": floor, "total_floor_m2": total, "at": [505.5, 500]}
        for floor in (100.0, 10_000.0, 10_001.0)
        for total in (None, 100.0, 10_500.0)
    ]
    together = verdicts_of(rows, zoning=zones)
    alone = [verdicts_of([row], zoning=zones)[0] for row in rows]
    found = [[json.dumps(v.to_json()["verdict"]), v.reasons[1:], v.missing] for v in together]
    assert found == [[json.dumps(v.to_json()["verdict"]), v.reasons[1:], v.missing] for v in alone]
