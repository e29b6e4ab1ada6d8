"""The nine points before a permit by way of 広活法24条 (用途特例適用要件), and the ways beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from chiiki_gis.core.facts import FactValue
from chiiki_gis.rules.model import Alternative, Condition24, Use
from chiiki_gis.rules.procedure import PUBLICATION, ProcedureStep, is_late
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
    zone_doubt             why the zone is not enough for 24条, Japanese; empty where it is
    forbidden              the uses that the zone does not admit
    unsettled              the uses of which that cannot be told
    """

    in_promotion_area: bool | None
    in_priority_district: bool | None
    area_names: tuple[str, ...]
    items: tuple[int | None, ...]
    zone_id: str | None
    in_special_zone: bool
    zone_doubt: str = ""
    forbidden: tuple[Use, ...] = ()
    unsettled: tuple[Use, ...] = ()


def conditions(
    case: Case24, steps: Mapping[str, ProcedureStep], facts: Mapping[str, FactValue], today: date
) -> tuple[Condition24, ...]:
    """The nine points for one building; met is None where nothing has been entered.

    steps   the plan's procedure by key; what it asks beyond the nine points is not looked at here
    today   a step dated later is planned, not done (広活法24条: 公表の日以後)
    Source: 広活法5条12項, 22条, 24条; 建築基準法48条15項, 91条.
    """
    covered = coverage(facts, case.forbidden, case.unsettled, case.zone_id, case.area_names, today)
    return (
        _of_step(
            1,
            "都道府県の計画にこの施設と特定居住重点地区が記載され、その写しを受けている",
            "広活法22条1項・5条12項",
            steps,
            "prefecture_plan_received",
            "都道府県の計画の写しを受け、この施設と重点地区の記載を確かめてください。",
        ),
        _place(case),
        _facility(case),
        _zone(case),
        _requirement(covered),
        _of_step(
            6,
            "特定行政庁の同意を得た",
            "広活法22条8項・9項",
            steps,
            "authority_consented",
            "用途特例適用要件について、特定行政庁と協議し、同意を得てください。",
        ),
        _procedure(steps),
        _of_step(
            8,
            "計画を公表した",
            "広活法22条13項・24条",
            steps,
            PUBLICATION,
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
    words = {None: "未入力または未確認", False: "未了"}
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


_MET: dict[str, bool | None] = {"done": True, "unknown": None, "unclear": None}
_AGAIN = (
    "計画の公表より前に行うものです（あらかじめ）。"
    "日付を確かめ、順序が違うときは計画を改めて公表してください。"
)


def _of_step(
    number: int, text: str, source: str, steps: Mapping[str, ProcedureStep], key: str, todo: str
) -> Condition24:
    step, published = steps[key], steps[PUBLICATION]
    on = f"（{step.day}）" if step.day else ""
    if is_late(step, published):
        basis = f"計画の事実：計画の公表（{published.day}）より後の日付です{on}。"
        return Condition24(number, text, source, False, basis, _AGAIN)
    met = _MET.get(step.state, False)
    said = "未入力です" if met is None else "済みです" if met else "まだです"
    return Condition24(number, text, source, met, f"計画の事実：{said}{on}。", "" if met else todo)


def _place(case: Case24) -> Condition24:
    met = case.in_promotion_area
    if met and not case.in_priority_district:
        met = case.in_priority_district
    todo = "" if met else "敷地の全部が促進区域と重点地区に入るように、位置か区域を見直してください。"
    if met is None:
        todo = "促進区域と重点地区、施設の位置を、地図に入れてください。"
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
    met: bool | None = case.in_special_zone
    basis = "図形：敷地の過半の用途地域から判定しました。"
    todo = "" if met else "24条の特例の対象外です。通常の許可や空家法7条を検討してください。"
    if case.zone_id is None:
        basis = "用途地域が決まらないため、分かりません。"
    elif met and case.zone_doubt:
        met, basis = None, f"図形：{case.zone_doubt}"
        todo = "敷地の図形と区域の境界を原図で確かめ、特定行政庁と開発許可の窓口に相談してください。"
    text = "敷地の過半が、第一種・第二種の低層または中高層住居専用地域にある"
    return Condition24(4, text, "広活法22条3項・建築基準法91条", met, basis, todo)


def _requirement(covered: Coverage) -> Condition24:
    text = "計画に、この建築物に当てはまる用途特例適用要件を記載した"
    return Condition24(5, text, "広活法22条3項", covered.met, covered.words, covered.todo)


def _procedure(steps: Mapping[str, ProcedureStep]) -> Condition24:
    """Points of 22条5項–7項; a 協議会 of which nobody has said whether there is one leaves it open."""
    council = steps["council_consulted"]
    names = {"prefecture_heard": "都道府県の意見聴取", "residents_reflected": "住民の意見の反映"}
    is_unclear = council.state == "unclear"
    if council.state != "not_needed" and not is_unclear:
        names[council.key] = "協議会での協議"
    late = "、".join(name for key, name in names.items() if is_late(steps[key], steps[PUBLICATION]))
    met = [_MET.get(steps[key].state, False) for key in names]
    left = "、".join(name for name, done in zip(names.values(), met, strict=True) if not done)
    basis, todo = "計画の事実：済みです。", ""
    if left:
        basis, todo = f"計画の事実：{left}が済んでいません。", f"{left}を行ってください。"
    if is_unclear:
        met.append(None)
        basis = f"計画の事実：{f'{left}が済んでおらず、' if left else ''}協議会の有無が分かりません。"
        todo += f"{council.why}。"
    if late:
        basis, todo = f"計画の事実：{late}が計画の公表より後の日付です。", _AGAIN
    return Condition24(
        7,
        "都道府県の意見を聴き、住民の意見を反映させ、協議会があれば協議した",
        "広活法22条5項・6項・7項",
        False if late or False in met else None if None in met else True,
        basis,
        todo,
    )
