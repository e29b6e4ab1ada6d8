"""The small question behind a moving hand, and what an area holds."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.rules.area_summary import AreaSummary, summarise_areas
from chiiki_gis.rules.check import check_plan
from chiiki_gis.rules.live import LiveAnswer, prepare, question_about
from chiiki_gis.worker import Answer, Job, WarmFrames, perform

Plan = Callable[[Mapping[str, Any]], Document]
R1L, CN = "第一種低層住居専用地域", "近隣商業地域"

TOWN: dict[str, Any] = {
    "municipality": [{"name": "試験町", "code": "20999", "box": [0, 0, 1000, 1000]}],
    "zoning": [{"name": R1L, "box": [0, 0, 500, 1000]}, {"name": CN, "box": [500, 0, 900, 1000]}],
    "area_division": [
        {"name": "市街化区域", "box": [0, 0, 900, 1000]},
        {"name": "市街化調整区域", "box": [900, 0, 1000, 1000]},
    ],
    "priority_district": [{"name": "中央", "box": [0, 0, 950, 1000]}],
    "promotion_area": [
        {"name": "駅前", "box": [400, 0, 1000, 100]},
        {"name": "北", "box": [0, 900, 100, 1000]},
    ],
    "site": [{"name": "敷地", "box": [610, 40, 630, 60]}],
    "facility": [
        {"name": "館", "use_class": "office", "use_floor_m2": 80, "item": 3, "at": [600, 50]},
        {"name": "家", "use_class": "dwelling", "item": 4, "at": [50, 950]},
    ],
}


def ask(document: Document, frames: WarmFrames, number: int, fid: int) -> LiveAnswer:
    """As the window does: through a pickle, to the worker's own code."""
    message = pickle.dumps(question_about(snapshot(document), number, [fid]))
    job = Job(number, Answer(io.BytesIO()), set())
    answer = perform("live", pickle.loads(message), job, frames)
    assert isinstance(answer, LiveAnswer)
    return answer


def move(document: Document, fid: int, x: float, y: float) -> None:
    import shapely

    row = document.plan(Role.FACILITY).loc[[fid]].copy()
    row = row.set_geometry([shapely.Point(x, y)], crs=row.crs)
    document.apply(Change("施設を動かす", put={plan_layer_id(Role.FACILITY): row}))


def test_a_moved_facility_has_the_verdict_that_a_whole_check_gives(plan_of: Plan) -> None:
    document, frames = plan_of(TOWN), WarmFrames()
    for number, x in enumerate((600, 499, 450, 300, 950, 2000)):
        move(document, 1, x, 50)
        answer = ask(document, frames, number, 1)
        whole = next(v for v in check_plan(snapshot(document)).verdicts if v.fids == (1,))
        assert answer.number == number
        assert [v.to_json() for v in answer.verdicts] == [whole.to_json()]
        assert answer.verdicts[0].conditions == whole.conditions
    assert len(frames.grounds) == 1


def test_the_card_of_the_area_under_the_hand_comes_along(plan_of: Plan) -> None:
    document = plan_of(TOWN)
    assert [area.name for area in ask(document, WarmFrames(), 1, 1).areas] == ["駅前"]
    assert [area.name for area in ask(document, WarmFrames(), 1, 2).areas] == ["北"]
    move(document, 1, 300, 500)
    assert ask(document, WarmFrames(), 2, 1).areas == ()


def test_another_layer_makes_the_ground_anew(plan_of: Plan) -> None:
    frames = WarmFrames()
    ask(plan_of(TOWN), frames, 1, 1)
    first = list(frames.grounds)
    ask(plan_of({**TOWN, "hazard": [{"name": "土砂災害特別警戒区域", "box": [0, 0, 9, 9]}]}), frames, 2, 1)
    assert len(frames.grounds) == 1
    assert list(frames.grounds) != first


def test_a_check_with_a_warm_ground_finds_the_same(plan_of: Plan) -> None:
    values = snapshot(plan_of(TOWN))
    cold, warm = check_plan(values), check_plan(values, ground=prepare(values))
    assert [f.message for f in cold.findings] == [f.message for f in warm.findings]
    assert [v.to_json() for v in cold.verdicts] == [v.to_json() for v in warm.verdicts]


def summary_of(document: Document, facts: dict[str, Any] | None = None) -> AreaSummary:
    values = snapshot(document)
    rows, districts = values.rows(Role.PROMOTION_AREA), values.rows(Role.PRIORITY_DISTRICT)
    return summarise_areas(rows, prepare(values), facts or {}, districts)[0]


def test_an_area_is_told_in_square_metres_by_what_it_holds(plan_of: Plan) -> None:
    more = {
        "farmland": [{"name": "農用地区域", "box": [400, 0, 420, 100]}],
        "protected_area": [{"name": "国定公園", "box": [400, 0, 410, 100]}],
        "hazard": [{"name": "土砂災害特別警戒区域", "box": [400, 50, 410, 100]}],
        "urban_planning_area": [{"name": "試験", "box": [0, 0, 980, 1000]}],
    }
    one = summary_of(plan_of({**TOWN, **more}))
    assert (one.area_m2, one.area_ha) == (60_000, 6)
    assert one.zones == pytest.approx({R1L: 10_000, CN: 40_000, "不明": 10_000})
    assert (one.controlled_m2, one.urbanised_m2) == pytest.approx((10_000, 50_000))
    assert one.planned_m2 == pytest.approx(58_000)
    assert one.farmland == pytest.approx({"農用地区域": 2_000})
    assert one.protected == pytest.approx({"国定公園": 1_000})
    assert one.hazards == pytest.approx({"土砂災害特別警戒区域": 500})
    assert one.outside_priority_m2 == pytest.approx(5_000)
    assert one.outside_municipalities_m2 == 0


def test_the_rest_of_an_area_is_white_only_where_the_layer_covers(plan_of: Plan) -> None:
    one = summary_of(plan_of(TOWN), {"zoning_covers_municipality": True})
    assert one.zones == pytest.approx({R1L: 10_000, CN: 40_000, "指定なし": 10_000})


def test_without_a_layer_nothing_is_said_of_it(plan_of: Plan) -> None:
    one = summary_of(plan_of({"promotion_area": [[0, 0, 10, 10]]}))
    assert (one.zones, one.controlled_m2, one.hazards, one.farmland, one.protected) == (None,) * 5
    assert (one.outside_priority_m2, one.outside_municipalities_m2) == (None, None)


def test_flood_depths_alone_do_not_tell_that_there_is_no_area_of_special_danger(plan_of: Plan) -> None:
    flood = {"hazard": [{"name": "洪水浸水想定区域", "box": [400, 50, 410, 100]}]}
    assert summary_of(plan_of({**TOWN, **flood})).hazards is None


def test_a_joint_plan_tells_who_has_how_much(plan_of: Plan) -> None:
    towns = [
        {"name": "試験町", "code": "20999", "box": [0, 0, 50, 100]},
        {"name": "隣町", "code": "20998", "box": [50, 0, 100, 100]},
    ]
    plan = {
        "municipalities": ["20999", "20998"],
        "municipality": towns,
        "promotion_area": [[20, 0, 120, 100]],
    }
    one = summary_of(plan_of(plan))
    assert one.municipalities == pytest.approx({"試験町": 3_000, "隣町": 5_000})
    assert one.outside_municipalities_m2 == pytest.approx(2_000)
    rules = {f.rule: f.message for f in check_plan(snapshot(plan_of(plan))).findings}
    assert "試験町 0.30ha、隣町 0.50ha" in rules["joint-plan"]
    assert "2,000㎡" in rules["promotion-outside-municipality"]


def test_a_joint_plan_is_not_exempt_from_consultation_by_one_profile(plan_of: Plan) -> None:
    plan = {
        "municipalities": ["20999", "20998"],
        "promotion_area": [[0, 0, 100, 100]],
        "area_division": [{"name": "市街化調整区域", "box": [0, 0, 200, 100]}],
        "facts": {"profile": "core_city"},
    }
    rules = {f.rule: f.message for f in check_plan(snapshot(plan_of(plan))).findings}
    assert "市町村ごとに要否" in rules["promotion-controlled-area"]
