"""Which rule governs a site: nothing known, outside the planning area, 調整区域, or one use zone (91条)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.zones import BY_ID, NONE_ID, NONE_NAME, UNKNOWN_ID, UNKNOWN_NAME, ZONES
from chiiki_gis.rules.contest import PlaceKind, contested, is_doubtful, relied_planned, white_share
from chiiki_gis.rules.evidence import Evidence, Ground, gather

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

ACCURACY_M = 2.5
"""Positional accuracy of a 1/2,500 planning map; no layer is taken to be better (m)."""

_ROUNDING = 1e-6


@dataclass(frozen=True)
class Place:
    """Where one site lies. Sites of which the same is known share one value.

    kind        "zone" also stands for land without a use zone (zone_id NONE)
    zone_id     the deciding zone; beside "controlled" a use zone that is designated there as well; else None
    shares      zone name → 0–1, the rest under 指定なし or 不明
    rivals      other use zones, and NONE, that would govern were the data a little different
    rival_kinds "controlled", "outside" and "unknown" where these would
    controlled  share in 市街化調整区域
    overlays    names of 特別用途地区 and the like that the site touches
    near_overlays   of those that it would touch were the data a little different
    area_m2     of the site; 0 for a point
    division    "urbanisation", "undivided" or None where the data do not tell
    """

    kind: PlaceKind
    zone_id: str | None = None
    shares: Mapping[str, float] | None = None
    has_zone: bool = False
    rivals: tuple[str, ...] = ()
    rival_kinds: tuple[PlaceKind, ...] = ()
    controlled: float = 0.0
    is_point: bool = False
    needs_confirmation: bool = False
    reasons: tuple[str, ...] = ()
    next_steps: tuple[str, ...] = ()
    overlays: tuple[str, ...] = ()
    near_overlays: tuple[str, ...] = ()
    area_m2: float = 0.0
    division: str | None = None


@dataclass(frozen=True)
class _Settled:
    kind: PlaceKind
    zone_id: str | None
    reasons: tuple[str, ...]
    next_steps: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True)
class Located:
    """The place of each site and its distance to an edge of a use zone.

    distances   m; 0 where the site crosses an edge, None outside every use zone
    """

    places: list[Place]
    distances: list[float | None]


def locate(
    sites: GeoDataFrame, ground: Ground, facts: Mapping[str, FactValue], accuracy_m: float = ACCURACY_M
) -> Located:
    """The place of each site, in the order of its rows.

    sites       one row per building: polygon or point, project CRS; no geometry → unknown
    ground      the reference layers, same CRS
    accuracy_m  positional accuracy of the data; less than 2.5 m counts as 2.5 m
    Raises CrsMismatch. Source: 建築基準法41条の2, 48条, 91条.
    """
    accuracy = max(accuracy_m, ACCURACY_M)
    found = gather(sites, ground, facts, accuracy)
    known: dict[int, Place] = {}
    places = []
    for one in found.evidence:
        if id(one) not in known:
            known[id(one)] = _nowhere() if one is None else _place(one, accuracy)
        places.append(known[id(one)])
    distances = [
        distance if place.has_zone else None for place, distance in zip(places, found.distances, strict=True)
    ]
    return Located(places, distances)


def _nowhere() -> Place:
    return Place(
        "unknown",
        shares={UNKNOWN_NAME: 1.0},
        reasons=("位置が入力されていないため、判定できません。",),
        next_steps=("施設の位置か敷地の図形を入れてください。",),
    )


def _place(found: Evidence, accuracy_m: float) -> Place:
    settled = _settle(found)
    zone_total = sum(share for zone, share in found.zones.items() if zone not in (NONE_ID, UNKNOWN_ID))
    has_zone = zone_total > _ROUNDING
    crosses = len(found.zones) > 1 or (has_zone and zone_total < 1 - _ROUNDING and found.edge == "crossed")
    near = not crosses and found.edge is not None and (has_zone or settled.kind in ("zone", "outside"))
    contest = contested(found, settled.kind, settled.zone_id, near)
    near_other_edge = found.near_planning or found.near_division is not None
    reasons, steps = list(settled.reasons), list(settled.next_steps)
    if near:
        reasons.append(f"用途地域の境界が、資料の位置の精度（{accuracy_m:g}m）より近くにあります。")
    if near_other_edge:
        reasons.append(
            f"都市計画区域または区域区分の境界まで、資料の位置の精度（{accuracy_m:g}m）より近いところです。"
        )
    if contest.may_flip:
        reasons.append(
            f"敷地を横切る境界が資料の位置の精度（{accuracy_m:g}m）だけ動くと、"
            "敷地の過半を占める区域が変わることがあります。"
        )
    confirm = near or settled.doubtful or near_other_edge or contest.may_flip or bool(found.near_overlays)
    if confirm:
        steps.append("境界の位置を、都市計画の窓口にある原図で確かめてください。")
    if settled.kind == "zone" and not found.knows_overlays:
        steps.append(
            "特別用途地区・特定用途制限地域・地区計画の資料がありません。条例の制限がないか確かめてください。"
        )
    if found.is_point:
        steps.append("点の位置による仮の判定です。敷地の図形を入れて、判定し直してください。")
    return Place(
        kind=settled.kind,
        zone_id=settled.zone_id,
        shares=_shares(found, settled),
        has_zone=has_zone,
        rivals=contest.zones,
        rival_kinds=contest.kinds,
        controlled=found.controlled,
        is_point=found.is_point,
        needs_confirmation=confirm,
        reasons=tuple(reasons),
        next_steps=tuple(steps),
        overlays=found.overlays,
        near_overlays=found.near_overlays,
        area_m2=found.area_m2,
        division=_division(found),
    )


def _division(found: Evidence) -> str | None:
    if found.urbanised > 0.5:
        return "urbanisation"
    is_divided = found.controlled > 0 or found.urbanised > 0
    in_plan = found.planned is not None and found.planned > 0.5
    undivided = found.undivided or (found.division_covered and in_plan and not is_divided)
    return "undivided" if undivided else None


def _shares(found: Evidence, settled: _Settled) -> dict[str, float]:
    shares = {
        BY_ID[zone.id].name: found.zones[zone.id] for zone in ZONES if found.zones.get(zone.id, 0) > _ROUNDING
    }
    white, unknown = found.zones.get(NONE_ID, 0.0), found.zones.get(UNKNOWN_ID, 0.0)
    rest = 1.0 - sum(found.zones.values())
    if settled.kind == "outside" or (found.zoning_covered and settled.kind != "unknown"):
        white += rest
    else:
        unknown += rest
    for name, share in ((NONE_NAME, white), (UNKNOWN_NAME, unknown)):
        if share > _ROUNDING:
            shares[name] = share
    return shares


def _settle(found: Evidence) -> _Settled:
    """The order of evaluation: coverage, planning area, 調整区域, majority of the use zones."""
    zones = {zone: share for zone, share in found.zones.items() if zone not in (NONE_ID, UNKNOWN_ID)}
    top = max(zones, key=lambda zone: (zones[zone], -_order(zone)), default=None)
    zone = top if top is not None and zones[top] > 0.5 else None
    if found.controlled > 0.5:
        return _controlled(found, zone)
    planned = relied_planned(found)
    outside = 0.0 if planned is None else 1.0 - planned
    if zone is not None:
        return _zoned(found, zone, outside > 0.5)
    if outside > 0.5:
        words = "都市計画区域・準都市計画区域の外のため、建築基準法48条は適用されません（同法41条の2）。"
        step = (
            "準都市計画区域でないことと、1万㎡以上の開発行為の許可（都市計画法29条2項）を確かめてください。"
        )
        return _Settled("outside", None, (words,), (step,), is_doubtful(outside))
    if found.zones.get(UNKNOWN_ID, 0.0) > 0.5:
        words = "用途地域の資料で、この場所の種別が「不明」です。"
        return _Settled(
            "unknown", UNKNOWN_ID, (words,), ("用途地域の種別を、都市計画の窓口で確かめてください。",)
        )
    white = white_share(found)
    if white > 0.5:
        return _white(found, white)
    return _nobody(found, zones, planned)


def _order(zone_id: str) -> int:
    return BY_ID[zone_id].paragraph


def _controlled(found: Evidence, zone: str | None) -> _Settled:
    reasons = [
        "市街化調整区域のため、開発許可または建築の許可が必要です（都市計画法29条・43条）。",
    ]
    if zone is not None:
        reasons.append(
            f"市街化調整区域ですが{BY_ID[zone].name}が定められているため、建築基準法48条の制限も受けます。"
        )
    return _Settled("controlled", zone, tuple(reasons), (), is_doubtful(found.controlled))


def _zoned(found: Evidence, zone: str, outside_by_data: bool) -> _Settled:
    share = found.zones[zone]
    name = BY_ID[zone].name
    reasons, steps = [], []
    if found.is_point:
        reasons.append(f"用途地域は{name}です。")
    elif share > 1 - _ROUNDING:
        reasons.append(f"敷地の全部が{name}です。")
    else:
        reasons.append(
            f"敷地の{share:.0%}が{name}のため、敷地の全部にその規定が適用されます（建築基準法91条）。"
        )
    overlapping = sum(found.zones.values()) > 1.01
    if overlapping:
        reasons.append("用途地域の図形が互いに重なっています。")
        steps.append("用途地域の資料の重なりを確かめてください。")
    if outside_by_data:
        reasons.append("用途地域の中ですが、都市計画区域の資料では区域の外になっています。")
        steps.append("都市計画区域と用途地域の資料の食い違いを確かめてください。")
    return _Settled(
        "zone", zone, tuple(reasons), tuple(steps), is_doubtful(share) or overlapping or outside_by_data
    )


def _white(found: Evidence, white: float) -> _Settled:
    """Land without a use zone: 指定なし only where nothing else can be hidden in a gap of the data."""
    if not (found.zoning_covered or found.zones.get(NONE_ID, 0.0) > 0.5):
        words = "この場所に用途地域の図形がなく、資料が市町村全域を含むかどうかも分かりません。"
        return _Settled("unknown", None, (words,), (_COVER.format("用途地域"),))
    if found.planned is None or found.planned <= 0.5:
        words = "都市計画区域の中かどうかが、資料から分かりません。"
        return _Settled("unknown", None, (words,), (_COVER.format("都市計画区域"),))
    if found.urbanised > 0.5:
        words = "市街化区域には用途地域が定められますが（都市計画法13条1項7号）、ここには図形がありません。"
        return _Settled("unknown", None, (words,), ("用途地域の資料の抜けを確かめてください。",))
    if found.divided and found.controlled + found.urbanised <= 0.5:
        words = (
            "区域区分のある都市計画区域の中ですが、"
            "市街化区域・市街化調整区域のどちらの図形もここにありません。"
        )
        return _Settled("unknown", None, (words,), ("区域区分の資料の抜けを確かめてください。",))
    if not (found.division_covered or found.undivided):
        words = "市街化調整区域に当たるかどうかが、資料から分かりません。"
        return _Settled("unknown", None, (words,), (_COVER.format("区域区分"),))
    words = "用途地域の指定のない区域です（市街化調整区域を除く。建築基準法48条14項）。"
    return _Settled("zone", NONE_ID, (words,), (), is_doubtful(white))


_COVER = "{}の資料を読み込み、市町村全域を含む資料であれば「計画の事実」でそのことを入力してください。"


def _nobody(found: Evidence, zones: Mapping[str, float], planned: float | None) -> _Settled:
    """No rule holds more than half of the site."""
    known = sum(zones.values()) + found.controlled + (0.0 if planned is None else 1.0 - planned)
    if known < 1 - 1e-3 and not found.zoning_covered:
        words = "敷地の過半が属する用途地域を、資料から決められません。"
        return _Settled("unknown", None, (words,), (_COVER.format("用途地域"),), True)
    named = "、".join(f"{BY_ID[zone].name}{share:.0%}" for zone, share in zones.items())
    words = f"敷地の過半が属する区域がありません（{named}）。建築基準法91条だけでは決まりません。"
    step = "どの用途地域の規定が適用されるかを、特定行政庁に確かめてください。"
    return _Settled("no_majority", None, (words,), (step,), True)
