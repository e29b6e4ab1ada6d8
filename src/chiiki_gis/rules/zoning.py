"""Verdicts of 建築基準法48条 for the facilities of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.overlay import is_inside
from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.core.role import Role
from chiiki_gis.core.zones import BY_NAME, NONE_ID, NONE_NAME
from chiiki_gis.rules.building import Outcome, judge_uses, unique, zone_name
from chiiki_gis.rules.buildings import FacilityBuilding, buildings_of
from chiiki_gis.rules.model import (
    LABELS,
    Alternative,
    Condition24,
    RuleTable,
    Use,
    UseResult,
    Verdict,
    VerdictWord,
)
from chiiki_gis.rules.place import ACCURACY_M, Place, locate
from chiiki_gis.rules.special24 import (
    TOLERANCE_M,
    Case24,
    alternatives,
    conditions,
    is_candidate,
    open_points,
)

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Frames = Mapping[Role, "GeoDataFrame | None"]

AUTHORITY = "最終判断は特定行政庁が行います。"


def judge(
    facilities: GeoDataFrame,
    *,
    sites: GeoDataFrame | None,
    reference: Frames,
    plan_areas: Frames,
    facts: Mapping[str, FactValue],
    table: RuleTable,
    accuracy_m: float = ACCURACY_M,
    sources: Mapping[Role, str] | None = None,
) -> list[Verdict]:
    """One verdict per building, in the order of the buildings' first rows.

    facilities   rows of the facility layer (points or site polygons), index fid, project CRS
    sites        the site layer, or None; a row's site_fid points to its polygon
    reference    normalised frames of zoning, urban_planning_area, quasi_urban_planning_area, area_division,
                 ordinance_overlay and municipality; None or absent = no such layer; all in the project CRS
    plan_areas   promotion_area and priority_district
    facts        the plan's facts
    accuracy_m   positional accuracy of the layers; less than 2.5 m counts as 2.5 m
    sources      what to cite for a layer (name and edition), by role
    Order of evaluation: data coverage, planning area, 調整区域, use zone by the site's majority (91条),
    別表第二, ordinances, 広活法24条. Empty in, empty out. Raises CrsMismatch, BadInput.
    """
    import geopandas

    buildings = buildings_of(facilities, sites)
    grounds = geopandas.GeoDataFrame(
        geometry=geopandas.GeoSeries([one.site for one in buildings], crs=facilities.crs)
    )
    places = locate(grounds, reference, facts, accuracy_m)
    in_area = _inside(grounds, plan_areas.get(Role.PROMOTION_AREA))
    in_district = _inside(grounds, plan_areas.get(Role.PRIORITY_DISTRICT))
    cited = tuple(f"{role.japanese}の資料：{text}。" for role, text in (sources or {}).items() if text)
    verdicts = []
    for row, (building, place) in enumerate(zip(buildings, places, strict=True)):
        case = Case24(
            in_promotion_area=None if in_area is None or building.site is None else in_area[row],
            in_priority_district=None if in_district is None else in_district[row],
            area_names=_names_around(building.site, plan_areas.get(Role.PROMOTION_AREA)),
            items=building.items,
            zone_id=place.zone_id,
            in_special_zone=place.kind == "zone" and place.zone_id in table.special24_zones,
        )
        verdicts.append(_verdict(building, place, case, facts, table, cited))
    return verdicts


def _inside(grounds: GeoDataFrame, areas: GeoDataFrame | None) -> list[bool] | None:
    if areas is None or areas.empty:
        return None
    return [bool(value) for value in is_inside(grounds, areas, TOLERANCE_M)]


def _names_around(site: Any, areas: GeoDataFrame | None) -> tuple[str, ...]:
    """Names of the promotion areas that hold a site."""
    if site is None or areas is None or areas.empty or "name" not in areas.columns:
        return ()
    touching = areas.iloc[areas.sindex.query(site, predicate="intersects")]
    return tuple(name for name in touching["name"] if isinstance(name, str))


@dataclass(frozen=True)
class _Judged:
    """The verdict while it is put together."""

    verdict: VerdictWord
    uses: tuple[UseResult, ...]
    articles: tuple[str, ...]
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    needs_confirmation: bool = False


def _verdict(
    building: FacilityBuilding,
    place: Place,
    case: Case24,
    facts: Mapping[str, FactValue],
    table: RuleTable,
    cited: tuple[str, ...],
) -> Verdict:
    if place.kind == "zone" and place.zone_id is not None:
        judged = _in_zone(building, place, place.zone_id, table)
    elif place.kind == "controlled":
        judged = _in_controlled_area(building, place, place.zone_id, table)
    elif place.kind == "outside":
        judged = _everywhere(table, building, "outside_48", ("建築基準法41条の2",))
    elif place.kind == "no_majority":
        judged = _zone_by_zone(building, place, table)
    else:
        judged = _everywhere(table, building, "unknown", ("建築基準法48条",))
    points = conditions(replace(case, forbidden=_forbidden(building, judged)), facts)
    ways: tuple[Alternative, ...] = ()
    if judged.verdict == "needs_48_permit" and place.kind == "zone":
        judged = _with_permit(judged, case, points, facts)
        ways = alternatives(case.in_special_zone, points)
    return Verdict(
        building_id=building.building_id,
        fids=building.fids,
        facility=building.name,
        number=building.number,
        verdict=judged.verdict,
        provisional=place.is_point,
        needs_confirmation=place.needs_confirmation or judged.needs_confirmation,
        zone=None if place.zone_id is None else zone_name(place.zone_id),
        zone_id=place.zone_id,
        zone_shares=dict(place.shares or {}),
        distance_to_zone_edge_m=place.distance_m,
        uses=judged.uses,
        articles=judged.articles,
        reasons=unique([*place.reasons, *judged.reasons, *cited, table.law_date_words, AUTHORITY]),
        next_steps=unique([*judged.next_steps, *place.next_steps]),
        conditions=points,
        rules_version=table.rules_version,
        missing=judged.missing,
        at_border=place.needs_confirmation,
        alternatives=ways,
    )


def _forbidden(building: FacilityBuilding, judged: _Judged) -> tuple[Use, ...]:
    """The uses that need the permit, with their classes as ids."""
    return tuple(
        replace(use, use_class=said.use_class)
        for use, said in zip(building.uses, judged.uses, strict=True)
        if said.result == "needs_48_permit"
    )


def _in_zone(
    building: FacilityBuilding,
    place: Place,
    zone_id: str,
    table: RuleTable,
) -> _Judged:
    """別表第二, then ordinances."""
    outcome = judge_uses(table, zone_id, building.uses, building.total_floor_m2)
    judged = _of_outcome(outcome)
    changes = [change.words for change in table.changes_about(zone_id, _classes(table, building.uses))]
    judged = replace(judged, reasons=(*judged.reasons, *changes))
    if len(place.shares or {}) > 1:
        judged = replace(judged, articles=(*judged.articles, "建築基準法91条"))
    judged = _with_works(building, judged)
    if place.overlays:
        judged = _under_ordinance(judged, place.overlays)
    judged = replace(judged, next_steps=(*judged.next_steps, _development(place, table)))
    readings = [_other_reading(table, zone_id, use) for use in building.uses]
    return replace(judged, next_steps=unique([*judged.next_steps, *readings]))


def _classes(table: RuleTable, uses: Sequence[Use]) -> list[str]:
    found = [table.class_named(word) for use in uses for word in (use.use_class, use.part_class)]
    return [one.id for one in found if one is not None]


def _of_outcome(outcome: Outcome) -> _Judged:
    return _Judged(
        outcome.verdict,
        outcome.uses,
        outcome.articles,
        outcome.reasons,
        outcome.next_steps,
        outcome.missing,
        outcome.needs_confirmation,
    )


def _with_works(building: FacilityBuilding, judged: _Judged) -> _Judged:
    if "change_of_use" not in building.works or judged.verdict == "allowed":
        return judged
    reason = "48条の制限は用途変更にも及びます（建築基準法87条2項・3項）。確認申請が要らない場合も同じです。"
    return replace(
        judged,
        articles=(*judged.articles, "建築基準法87条2項・3項"),
        reasons=(*judged.reasons, reason),
    )


def _under_ordinance(judged: _Judged, overlays: Sequence[str]) -> _Judged:
    """A district may forbid or relax what 別表第二 says; a permit that is needed anyway remains needed."""
    reason = f"{'、'.join(overlays)}の区域にかかるため、条例による制限や緩和を受けることがあります。"
    step = "地区の条例の内容を、市町村と特定行政庁に確かめてください。"
    article = "建築基準法49条・49条の2・68条の2"
    verdict = judged.verdict
    if verdict in ("allowed", "conditional_ok", "conditional_unknown"):
        verdict = "check_ordinance"
    return replace(
        judged,
        verdict=verdict,
        articles=(*judged.articles, article),
        reasons=(*judged.reasons, reason),
        next_steps=(*judged.next_steps, step),
    )


def _with_permit(
    judged: _Judged,
    case: Case24,
    points: tuple[Condition24, ...],
    facts: Mapping[str, FactValue],
) -> _Judged:
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
) -> _Judged:
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
    if place.overlays:
        judged = _under_ordinance(judged, place.overlays)
    return replace(judged, next_steps=unique([*steps, *judged.next_steps, *_CONTROLLED_STEPS]))


def _zone_by_zone(building: FacilityBuilding, place: Place, table: RuleTable) -> _Judged:
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
) -> _Judged:
    """The same result for every use."""
    uses = []
    for use in building.uses:
        found = table.class_named(use.use_class)
        word = found.id if found else use.use_class
        name = found.name if found else (use.use_class or "未入力")
        uses.append(UseResult(word, name, use.use_floor_m2, use.top_storey, verdict))
    return _Judged(verdict, tuple(uses), articles, ())
