"""What the law says of one building at its place: zone, 市街化調整区域, ordinances, ways to a permit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.core.zones import BY_NAME, NONE_ID, NONE_NAME
from chiiki_gis.rules.building import Outcome, judge_uses, unique, zone_name
from chiiki_gis.rules.buildings import FacilityBuilding
from chiiki_gis.rules.load import shipped_table
from chiiki_gis.rules.model import LABELS, Condition24, RuleTable, Use, UseResult, VerdictWord
from chiiki_gis.rules.place import Place
from chiiki_gis.rules.special24 import Case24, is_candidate, open_points
from chiiki_gis.rules.thresholds import REST_M2

LEAST_CONTROLLED = 0.05
"""A smaller share of 市街化調整区域 may be a difference between two layers' borders: it is asked about."""

_FREE = ("allowed", "conditional_ok")
_UNBOUND = (*_FREE, "outside_48")


@dataclass(frozen=True)
class Judged:
    """The verdict while it is put together; `numbers` as in Outcome."""

    verdict: VerdictWord
    uses: tuple[UseResult, ...]
    articles: tuple[str, ...]
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    needs_confirmation: bool = False
    numbers: tuple[str, str, str] | None = None


def judge_at(building: FacilityBuilding, place: Place, table: RuleTable) -> Judged:
    """What holds at a place, before the ways to a permit are looked at."""
    if place.kind == "zone" and place.zone_id is not None:
        return _in_zone(building, place, place.zone_id, table)
    if place.kind == "controlled":
        judged = _in_controlled_area(building, place, place.zone_id, table)
        return _with_rivals(building, place, judged, table)
    if place.kind == "outside":
        judged = _everywhere(table, building, "outside_48", ("建築基準法41条の2",))
        return _partly_controlled(place, _with_rivals(building, place, judged, table))
    if place.kind == "no_majority":
        return _partly_controlled(place, _zone_by_zone(building, place, table))
    return _everywhere(table, building, "unknown", ("建築基準法48条",))


def _in_zone(
    building: FacilityBuilding,
    place: Place,
    zone_id: str,
    table: RuleTable,
) -> Judged:
    """別表第二, the zones that might govern instead, a part in 市街化調整区域, then ordinances."""
    outcome = judge_uses(table, zone_id, building.uses, building.total_floor_m2)
    judged = _of_outcome(outcome)
    judged = _with_changes(building, zone_id, judged, table)
    if len(place.shares or {}) > 1:
        judged = replace(judged, articles=(*judged.articles, "建築基準法91条"))
    judged = _with_rest(building, _with_works(building, judged), table)
    judged = _partly_controlled(place, _with_rivals(building, place, judged, table))
    judged = _under_ordinance(judged, place)
    judged = replace(judged, next_steps=(*judged.next_steps, _development(place, table)))
    readings = [_other_reading(table, zone_id, use) for use in building.uses]
    return replace(judged, next_steps=unique([*judged.next_steps, *readings]))


def _with_changes(building: FacilityBuilding, zone_id: str, judged: Judged, table: RuleTable) -> Judged:
    """A town's own rule may be stricter by itself; where it is freer the law as it stands is asked about.

    Source: 建築基準法49条1項, 2項 (relief only by an ordinance with the minister's approval).
    """
    changes = table.changes_about(zone_id, _classes(table, building.uses))
    if not changes:
        return judged
    reasons = [change.words for change in changes]
    verdict = judged.verdict
    by_law = judge_uses(shipped_table(), zone_id, building.uses, building.total_floor_m2).verdict
    if verdict in _FREE and by_law not in _FREE:
        verdict = "check_ordinance"
        reasons.append(f"別表第二のままの規定による場合：{LABELS[by_law]}。")
    return replace(judged, verdict=verdict, reasons=(*judged.reasons, *reasons))


def _with_rivals(building: FacilityBuilding, place: Place, judged: Judged, table: RuleTable) -> Judged:
    """Where something else may govern the site, the freedom of one rule is not enough: ask about the other.

    A rival zone is judged by the town's table and by the law as it stands.
    """
    if not place.rivals and not place.rival_kinds:
        return judged
    said: list[tuple[str, VerdictWord]] = []
    changes: list[str] = []
    for zone in place.rivals:
        plain = replace(
            _of_outcome(judge_uses(table, zone, building.uses, building.total_floor_m2)), reasons=()
        )
        one = _with_changes(building, zone, plain, table)
        said.append((zone_name(zone), one.verdict))
        changes += one.reasons
    said += [(_RIVAL_KINDS[kind][0], _RIVAL_KINDS[kind][1]) for kind in place.rival_kinds]
    reasons = [f"{name}の規定による場合：{LABELS[word]}。" for name, word in said]
    verdict = judged.verdict
    if verdict in _UNBOUND and any(word not in _UNBOUND for _, word in said):
        verdict = "check_ordinance"
    return replace(judged, verdict=verdict, reasons=unique([*judged.reasons, *reasons, *changes]))


_RIVAL_KINDS: dict[str, tuple[str, VerdictWord]] = {
    "controlled": ("市街化調整区域", "dev_permit_needed"),
    "outside": ("都市計画区域外", "outside_48"),
    "unknown": ("種別が不明の用途地域", "unknown"),
}


def _partly_controlled(place: Place, judged: Judged) -> Judged:
    """都市計画法 governs the part of a site in 市街化調整区域, whatever zone the majority has."""
    if place.controlled <= 0:
        return judged
    reason = (
        f"敷地の{place.controlled:.0%}が市街化調整区域にかかるため、"
        "その部分に開発許可または建築の許可が要ります（都市計画法29条・43条）。"
    )
    step = "敷地にかかる市街化調整区域の扱いを、開発許可の窓口に確かめてください。"
    verdict = judged.verdict
    if verdict in (*_FREE, "conditional_unknown", "check_ordinance", "outside_48"):
        verdict = "dev_permit_needed" if place.controlled >= LEAST_CONTROLLED else "check_ordinance"
    return replace(
        judged,
        verdict=verdict,
        articles=(*judged.articles, "都市計画法29条", "都市計画法43条"),
        reasons=(*judged.reasons, reason),
        next_steps=(*judged.next_steps, step),
        needs_confirmation=True,
    )


def _with_rest(building: FacilityBuilding, judged: Judged, table: RuleTable) -> Judged:
    """Floor area whose use has not been entered may be of a use that is not free, so nothing is yet."""
    missing, step = _rest(building, table)
    if not step:
        return judged
    judged = replace(judged, next_steps=(*judged.next_steps, step), needs_confirmation=True)
    if judged.verdict not in _FREE:
        return judged
    return replace(judged, verdict="conditional_unknown", missing=unique([*judged.missing, missing]))


def _rest(building: FacilityBuilding, table: RuleTable) -> tuple[str, str]:
    """What is missing and a question, where the floor areas are not the whole building; else empty texts.

    The rest of a 兼用住宅 is its dwelling, unless the dwelling is entered by itself.
    """
    floors = [use.use_floor_m2 for use in building.uses]
    if building.total_floor_m2 is None or None in floors:
        return "", ""
    rest = round(building.total_floor_m2 - sum(floor or 0.0 for floor in floors), 2)
    if rest < 0:
        return "延べ面積", "用途の床面積の合計が延べ面積を超えています。入力を確かめてください。"
    found = [table.class_named(use.use_class) for use in building.uses]
    classes = {one.id for one in found if one is not None}
    if rest < REST_M2 or ("dwelling_combined" in classes and "dwelling" not in classes):
        return "", ""
    return "用途", (
        "延べ面積の一部は用途が入力されていません。ほかの用途があれば入力してください。"
        "共用部分は、用途ごとの床面積に含めて入力してください。"
    )


def _classes(table: RuleTable, uses: Sequence[Use]) -> list[str]:
    found = [table.class_named(word) for use in uses for word in (use.use_class, use.part_class)]
    return [one.id for one in found if one is not None]


def _of_outcome(outcome: Outcome) -> Judged:
    return Judged(
        outcome.verdict,
        outcome.uses,
        outcome.articles,
        outcome.reasons,
        outcome.next_steps,
        outcome.missing,
        outcome.needs_confirmation,
        outcome.numbers,
    )


def _with_works(building: FacilityBuilding, judged: Judged) -> Judged:
    if "change_of_use" not in building.works or judged.verdict == "allowed":
        return judged
    reason = "48条の制限は用途変更にも及びます（建築基準法87条2項・3項）。確認申請が要らない場合も同じです。"
    return replace(
        judged,
        articles=(*judged.articles, "建築基準法87条2項・3項"),
        reasons=(*judged.reasons, reason),
    )


def _under_ordinance(judged: Judged, place: Place) -> Judged:
    """A district may forbid or relax what 別表第二 says; a permit that is needed anyway remains needed."""
    reasons = []
    if place.overlays:
        reasons.append(
            f"{'、'.join(place.overlays)}の区域にかかるため、条例による制限や緩和を受けることがあります。"
        )
    if place.near_overlays:
        reasons.append(
            f"{'、'.join(place.near_overlays)}の境界まで資料の位置の精度より近いため、"
            "条例による制限や緩和を受けることがあります。"
        )
    if not reasons:
        return judged
    verdict = judged.verdict
    if verdict in ("allowed", "conditional_ok", "conditional_unknown"):
        verdict = "check_ordinance"
    return replace(
        judged,
        verdict=verdict,
        articles=(*judged.articles, "建築基準法49条・49条の2・68条の2"),
        reasons=(*judged.reasons, *reasons),
        next_steps=(*judged.next_steps, "地区の条例の内容を、市町村と特定行政庁に確かめてください。"),
    )


def with_permit(
    judged: Judged,
    case: Case24,
    points: tuple[Condition24, ...],
    facts: Mapping[str, FactValue],
) -> Judged:
    """The ways to a permit: 広活法24条 in its four zones, 空家法7条 elsewhere, the proviso always."""
    steps = [
        "特定行政庁に、建築基準法48条ただし書の許可を相談してください"
        "（公開による意見の聴取と建築審査会の同意が必要です。48条15項）。"
    ]
    articles = [*judged.articles, "建築基準法48条15項"]
    reasons = [*judged.reasons]
    verdict = judged.verdict
    if case.in_special_zone:
        articles.append("広活法22条3項・24条")
        if is_candidate(points):
            verdict = "special24_candidate"
            reasons.append(
                "用途特例適用要件（広活法22条3項）による許可の候補です。建築物ごとの許可は必要です（広活法24条）。"
            )
        else:
            if not holds(facts.get("requirements_written")):
                steps.append(
                    "計画に用途特例適用要件を記載すると、広活法24条の特例による許可の候補になります（広活法22条3項）。"
                )
            steps.append(open_points(points))
    else:
        reasons.append("広活法24条の特例は、この区域では使えません（対象は低層・中高層の住居専用地域です）。")
        steps.append(
            "空家等活用促進区域（空家等対策の推進に関する特別措置法7条）を使えるか検討してください。"
        )
    return replace(
        judged,
        verdict=verdict,
        articles=unique(articles),
        reasons=unique(reasons),
        next_steps=unique([*steps, *judged.next_steps]),
    )


def _development(place: Place, table: RuleTable) -> str:
    """A hint at 都市計画法29条 where the site is large; empty elsewhere and for points."""
    least = table.development_permit_m2.get(place.division or "")
    if least is None or place.area_m2 < least:
        return ""
    return (
        f"敷地が{place.area_m2:,.0f}㎡あるため、開発許可が要るか確かめてください"
        f"（都市計画法29条1項・令19条、{least:,.0f}㎡以上。条例などで異なることがあります）。"
    )


def _other_reading(table: RuleTable, zone_id: str, use: Use) -> str:
    """How else the authority may read such a building, where that would change the result."""
    use_class = table.class_named(use.use_class)
    if use_class is None or use_class.other_reading is None:
        return ""
    other, text = use_class.other_reading
    same = table.classes[other].cells[zone_id] == use_class.cells[zone_id]
    return "" if same else text


_CONTROLLED_STEPS = (
    "都市計画法34条の1号・2号・9号・10号・11号・12号・14号のどれに当たるかを、開発許可の窓口に相談してください。",
    "市街化調整区域を促進区域に含めるときは、都道府県知事と協議します（広活法22条11項）。",
)


def _in_controlled_area(
    building: FacilityBuilding, place: Place, zone_id: str | None, table: RuleTable
) -> Judged:
    """市街化調整区域: 都市計画法 decides; 48条 as well where a use zone is designated there."""
    classes = [table.class_named(use.use_class) for use in building.uses]
    exempt = bool(classes) and all(one is not None and one.controlled_area_exempt for one in classes)
    verdict: VerdictWord = "check_ordinance" if exempt else "dev_permit_needed"
    steps = [
        text
        for one in classes
        if one is not None
        for text in (one.controlled_area_exempt, one.controlled_area)
    ]
    if "change_of_use" in building.works:
        steps.append(
            "用途変更の許可（都市計画法42条・43条）では、計画に基づく配慮を求められます（広活法26条）。"
        )
    judged = _everywhere(table, building, verdict, ("都市計画法29条", "都市計画法43条"))
    if zone_id is not None:
        outcome = judge_uses(table, zone_id, building.uses, building.total_floor_m2)
        needs_both = exempt and outcome.verdict == "needs_48_permit"
        judged = replace(
            judged,
            verdict="needs_48_permit" if needs_both else verdict,
            uses=outcome.uses,
            articles=(*judged.articles, *outcome.articles),
            reasons=outcome.reasons,
            missing=outcome.missing,
        )
        steps.extend(outcome.next_steps)
    judged = _under_ordinance(judged, place)
    return replace(judged, next_steps=unique([*steps, *judged.next_steps, *_CONTROLLED_STEPS]))


def _zone_by_zone(building: FacilityBuilding, place: Place, table: RuleTable) -> Judged:
    """No zone holds the majority: ask, and show what each zone would say."""
    judged = _everywhere(table, building, "check_ordinance", ("建築基準法91条", "建築基準法48条"))
    reasons = []
    for name in place.shares or {}:
        zone_id = BY_NAME[name].id if name in BY_NAME else NONE_ID if name == NONE_NAME else None
        if zone_id is not None:
            outcome = judge_uses(table, zone_id, building.uses, building.total_floor_m2)
            reasons.append(f"{name}の規定による場合：{LABELS[outcome.verdict]}。")
    return replace(judged, reasons=tuple(reasons))


def _everywhere(
    table: RuleTable, building: FacilityBuilding, verdict: VerdictWord, articles: tuple[str, ...]
) -> Judged:
    """The same result for every use."""
    uses = []
    for use in building.uses:
        found = table.class_named(use.use_class)
        word = found.id if found else use.use_class
        name = found.name if found else (use.use_class or "未入力")
        uses.append(UseResult(word, name, use.use_floor_m2, use.top_storey, verdict))
    return Judged(verdict, tuple(uses), articles, ())
