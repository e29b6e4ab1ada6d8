"""The nine points before a permit by way of 広活法24条 (用途特例適用要件)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.rules.model import Condition24

TOLERANCE_M = 1.0
"""A site may reach this far beyond the area's border: digitising slivers."""


def conditions(
    *,
    facts: Mapping[str, FactValue],
    in_promotion_area: bool,
    in_priority_district: bool | None,
    items: Sequence[int | None],
    in_special_zone: bool,
) -> tuple[Condition24, ...]:
    """The nine points for one building; met is None where nothing has been entered.

    in_promotion_area      the site lies wholly in 特定居住促進区域
    in_priority_district   and in 特定居住重点地区; None where no district has been drawn
    items                  22条2項 item of every row of the building
    in_special_zone        the zone of the site's majority is one of the four of 22条3項
    Source: 広活法5条12項, 22条, 24条; 建築基準法48条15項.
    """
    met = _flag(facts, "prefecture_plan_received")
    first = "都道府県の計画にこの施設と特定居住重点地区が記載され、その写しを受けている"
    item = _item(items)
    return (
        Condition24(1, first, "広活法22条1項・5条12項", met),
        Condition24(
            2,
            "敷地が特定居住促進区域（特定居住重点地区の中）にある",
            "広活法22条1項・2項1号",
            in_promotion_area and in_priority_district is not False,
        ),
        Condition24(3, "計画に記載する22条2項3号または4号の施設である", "広活法22条3項", item),
        Condition24(
            4,
            "敷地の過半が、第一種・第二種の低層または中高層住居専用地域にある",
            "広活法22条3項・建築基準法91条",
            in_special_zone,
        ),
        Condition24(
            5,
            "計画に、この建築物に当てはまる用途特例適用要件を記載した",
            "広活法22条3項",
            _flag(facts, "requirements_written"),
        ),
        Condition24(6, "特定行政庁の同意を得た", "広活法22条8項・9項", _flag(facts, "authority_consented")),
        Condition24(
            7,
            "都道府県の意見を聴き、住民の意見を反映させ、協議会があれば協議した",
            "広活法22条5項・6項・7項",
            _procedure(facts),
        ),
        Condition24(8, "計画を公表した", "広活法22条13項・24条", _flag(facts, "plan_published")),
        Condition24(
            9,
            "建築物ごとの許可（公開による意見の聴取と建築審査会の同意）を受ける",
            "建築基準法48条15項",
            None,
        ),
    )


def is_candidate(points: Sequence[Condition24]) -> bool:
    """True when points 1–8 hold; the ninth, the permit itself, always remains."""
    return all(point.met is True for point in points if point.number < 9)


def open_points(points: Sequence[Condition24]) -> str:
    """What remains of points 1–8, as one next step; empty when nothing does."""
    words = {None: "未入力", False: "未了"}
    left = [
        f"条件{point.number} {_SHORT[point.number]}（{words[point.met]}）"
        for point in points
        if point.number < 9 and point.met is not True
    ]
    return f"広活法24条の特例の候補になるまでに残る条件：{'、'.join(left)}。" if left else ""


_SHORT = {
    1: "都道府県の計画の写し",
    2: "敷地が促進区域の中",
    3: "22条2項3号・4号の施設",
    4: "住居専用地域の過半",
    5: "用途特例適用要件の記載",
    6: "特定行政庁の同意",
    7: "都道府県・住民・協議会の手続",
    8: "計画の公表",
}


def _flag(facts: Mapping[str, FactValue], key: str) -> bool | None:
    if key not in facts:
        return None
    return holds(facts[key])


def _item(items: Sequence[int | None]) -> bool | None:
    if any(item is not None and item not in (3, 4) for item in items):
        return False
    return None if not items or any(item is None for item in items) else True


def _procedure(facts: Mapping[str, FactValue]) -> bool | None:
    steps = [_flag(facts, "prefecture_heard"), _flag(facts, "residents_reflected")]
    if holds(facts.get("council_exists")):
        steps.append(_flag(facts, "council_consulted"))
    if False in steps:
        return False
    return None if None in steps else True
