"""The nine points before a permit by way of 広活法24条 (用途特例適用要件), and the ways beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.rules.model import Alternative, Condition24, Use
from chiiki_gis.rules.requirements import Coverage, coverage

TOLERANCE_M = 1.0
"""A site may reach this far beyond the area's border: digitising slivers."""


@dataclass(frozen=True)
class Case24:
    """One building as the nine points see it.

    in_promotion_area      the site lies wholly in 特定居住促進区域; None where no area or no site is drawn
    in_priority_district   and in 特定居住重点地区; None where no district has been drawn
    area_names             names of the promotion areas that hold the site
    items                  22条2項 item of every row of the building
    zone_id                the zone of the site's majority, None where it is not known
    in_special_zone        it is one of the four of 22条3項
    forbidden              the uses that the zone does not admit
    """

    in_promotion_area: bool | None
    in_priority_district: bool | None
    area_names: tuple[str, ...]
    items: tuple[int | None, ...]
    zone_id: str | None
    in_special_zone: bool
    forbidden: tuple[Use, ...] = ()


def conditions(case: Case24, facts: Mapping[str, FactValue], today: date) -> tuple[Condition24, ...]:
    """The nine points for one building; met is None where nothing has been entered.

    today   a step dated later is planned, not done (広活法24条: 公表の日以後)
    Source: 広活法5条12項, 22条, 24条; 建築基準法48条15項, 91条.
    """
    covered = coverage(facts, case.forbidden, case.zone_id, case.area_names)
    return (
        _of_fact(
            1,
            "都道府県の計画にこの施設と特定居住重点地区が記載され、その写しを受けている",
            "広活法22条1項・5条12項",
            facts,
            today,
            "prefecture_plan_received",
            "都道府県の計画の写しを受け、この施設と重点地区の記載を確かめてください。",
        ),
        _place(case),
        _facility(case),
        _zone(case),
        _requirement(covered),
        _of_fact(
            6,
            "特定行政庁の同意を得た",
            "広活法22条8項・9項",
            facts,
            today,
            "authority_consented",
            "用途特例適用要件について、特定行政庁と協議し、同意を得てください。",
        ),
        _procedure(facts, today),
        _of_fact(
            8,
            "計画を公表した",
            "広活法22条13項・24条",
            facts,
            today,
            "plan_published",
            "計画を公表し、都道府県に写しを送付してください。特例は公表の日から適用されます。",
        ),
        Condition24(
            9,
            "建築物ごとの許可（公開による意見の聴取と建築審査会の同意）を受ける",
            "建築基準法48条15項",
            None,
            "条件1から8がそろっても、建築物ごとの許可は必ず必要です。",
            "条件1から8をそろえたうえで、特定行政庁に許可を申請してください。",
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


def alternatives(in_special_zone: bool, points: Sequence[Condition24]) -> tuple[Alternative, ...]:
    """The ways to a permit beside 広活法24条 for a building that its zone does not admit.

    in_special_zone   its zone is one of the four that 24条 reaches
    """
    ordinary = Alternative(
        "建築基準法48条ただし書による通常の許可",
        "建築基準法48条各項ただし書・15項",
        "計画がなくても、特定行政庁が支障がないなどと認めれば許可を受けられます。",
    )
    if in_special_zone and is_candidate(points):
        return (ordinary,)
    why = (
        "広活法24条の条件がそろわない場合も、空家等対策計画に用途特例適用要件があれば使えます。"
        if in_special_zone
        else "広活法24条の特例は低層・中高層の住居専用地域に限られますが、"
        "こちらは48条1項から13項までの用途地域が対象です。"
    )
    houses = Alternative(
        "空家等活用促進区域の特例（空き家を活用する場合）",
        "空家等対策の推進に関する特別措置法7条・17条",
        why,
    )
    return (ordinary, houses)


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


def _flag(facts: Mapping[str, FactValue], key: str, today: date) -> bool | None:
    """Whether a step is done; False for a date that is still to come, None where nothing is entered."""
    if key not in facts:
        return None
    value = facts[key]
    return holds(value) and not (isinstance(value, str) and value[:10] > today.isoformat())


def _of_fact(
    number: int, text: str, source: str, facts: Mapping[str, FactValue], today: date, key: str, todo: str
) -> Condition24:
    met, value = _flag(facts, key, today), facts.get(key)
    said = "未入力です" if met is None else "済みです" if met else "まだです"
    on = f"（{value}）" if isinstance(value, str) and value else ""
    return Condition24(number, text, source, met, f"計画の事実：{said}{on}。", "" if met else todo)


def _place(case: Case24) -> Condition24:
    met: bool | None = case.in_promotion_area is True and case.in_priority_district is not False
    if case.in_promotion_area is None:
        basis = "特定居住促進区域、または施設の位置の図形がありません。"
    elif not case.in_promotion_area:
        basis = "図形：敷地の全部は促進区域に入っていません。"
    elif case.in_priority_district is None:
        basis = "図形：促進区域の中です。重点地区の図形がないため、その中かどうかは確かめていません。"
    elif case.in_priority_district:
        basis = "図形：促進区域と重点地区の中です。"
    else:
        basis = "図形：促進区域の中ですが、重点地区の外に出ています。"
    todo = "" if met else "敷地の全部が促進区域と重点地区に入るように、位置か区域を見直してください。"
    text = "敷地が特定居住促進区域（特定居住重点地区の中）にある"
    return Condition24(2, text, "広活法22条1項・2項1号", met, basis, todo)


def _facility(case: Case24) -> Condition24:
    met = _item(case.items)
    said = "・".join(sorted({f"{item}号" for item in case.items if item is not None}))
    basis = f"施設の入力：22条2項の号は{said or '未入力'}です。"
    todo = (
        ""
        if met
        else "計画に記載する3号（拠点施設）または4号（利便・就業施設）であれば、号を入力してください。"
    )
    text = "計画に記載する22条2項3号または4号の施設である"
    return Condition24(3, text, "広活法22条3項", met, basis, todo)


def _item(items: Sequence[int | None]) -> bool | None:
    if any(item is not None and item not in (3, 4) for item in items):
        return False
    return None if not items or any(item is None for item in items) else True


def _zone(case: Case24) -> Condition24:
    basis = "図形：敷地の過半の用途地域から判定しました。"
    if case.zone_id is None:
        basis = "用途地域が決まらないため、分かりません。"
    todo = "" if case.in_special_zone else "24条の特例の対象外です。通常の許可や空家法7条を検討してください。"
    text = "敷地の過半が、第一種・第二種の低層または中高層住居専用地域にある"
    return Condition24(4, text, "広活法22条3項・建築基準法91条", case.in_special_zone, basis, todo)


def _requirement(covered: Coverage) -> Condition24:
    todo = (
        "" if covered.met else "この建築物の用途・規模・用途地域に当てはまる要件を、計画に記載してください。"
    )
    text = "計画に、この建築物に当てはまる用途特例適用要件を記載した"
    return Condition24(5, text, "広活法22条3項", covered.met, covered.words, todo)


def _procedure(facts: Mapping[str, FactValue], today: date) -> Condition24:
    names = {"prefecture_heard": "都道府県の意見聴取", "residents_reflected": "住民の意見の反映"}
    if holds(facts.get("council_exists")):
        names["council_consulted"] = "協議会での協議"
    steps = {name: _flag(facts, key, today) for key, name in names.items()}
    met = False if False in steps.values() else None if None in steps.values() else True
    left = "、".join(name for name, done in steps.items() if not done)
    basis = f"計画の事実：{left}が済んでいません。" if left else "計画の事実：済みです。"
    return Condition24(
        7,
        "都道府県の意見を聴き、住民の意見を反映させ、協議会があれば協議した",
        "広活法22条5項・6項・7項",
        met,
        basis,
        f"{left}を行ってください。" if left else "",
    )
