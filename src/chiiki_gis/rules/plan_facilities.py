"""What the plan still needs of its facilities: class, numbers, place, permits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from chiiki_gis.analysis import overlay
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.buildings import FacilityBuilding
from chiiki_gis.rules.evidence import Ground
from chiiki_gis.rules.model import RuleTable, Verdict
from chiiki_gis.rules.plan import TOLERANCE_M, finding

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.areas import AreaIndex

_CLASS = "用途の区分"
_ASKING = (
    "条例による",
    "の規定による場合",
    "過半が属する区域がありません",
    "特定行政庁の判断",
    "使い方により",
    "市街化調整区域",
)


def check_facilities(
    snapshot: Snapshot,
    buildings: Sequence[FacilityBuilding],
    verdicts: Sequence[Verdict],
    ground: Ground,
    table: RuleTable,
) -> Iterator[Finding]:
    """The findings about the facilities of the current scenario.

    buildings, verdicts   of the same scenario, in the same order
    ground                the layers that the facilities are laid over
    """
    if not buildings:
        return
    yield from _outside_area(snapshot, buildings)
    yield from _in_hazard(snapshot, buildings, ground.hazards)
    sites = set(map(int, snapshot.rows(Role.SITE).index))
    for building in buildings:
        yield from _entries(sites, building, table)
    points = [one for one in verdicts if one.provisional]
    if points:
        fids = [fid for one in points for fid in one.fids]
        yield finding("facility-without-site", Role.FACILITY, fids, count=len(points))
    yield from _unknown(verdicts)
    for verdict in verdicts:
        yield from _of_verdict(verdict, table)


def _entries(sites: set[int], building: FacilityBuilding, table: RuleTable) -> Iterator[Finding]:
    """What has not been entered, whatever the place; `sites` are the fids there are."""
    unclear = [use for use in building.uses if table.class_named(use.use_class) is None]
    if unclear:
        words = [use.use_class for use in unclear if use.use_class]
        words = words or [KINDS[kind] for kind in building.kinds if kind in KINDS]
        offered = {one.use_class.name: one.reason for word in words for one in table.offers(word)}
        candidates = "".join(f"候補「{name}」：{reason}" for name, reason in offered.items())
        yield finding(
            "facility-without-class", Role.FACILITY, building.fids, name=building.name, candidates=candidates
        )
    if any(item not in (3, 4) for item in building.items):
        yield finding("facility-without-item", Role.FACILITY, building.fids, name=building.name)
    for fid in building.site_fids:
        if fid not in sites:
            yield finding(
                "facility-site-missing", Role.FACILITY, building.fids, name=building.name, site_fid=fid
            )


def _grounds(snapshot: Snapshot, buildings: Sequence[FacilityBuilding]) -> GeoDataFrame:
    import geopandas

    shapes = geopandas.GeoSeries([one.site for one in buildings], crs=snapshot.epsg)
    return geopandas.GeoDataFrame(geometry=shapes)


def _outside_area(snapshot: Snapshot, buildings: Sequence[FacilityBuilding]) -> Iterator[Finding]:
    area = snapshot.rows(Role.PROMOTION_AREA)
    if area.empty:
        return
    grounds = _grounds(snapshot, buildings)
    inside = overlay.is_inside(grounds, area, TOLERANCE_M)
    outside = overlay.area_outside(grounds, area, TOLERANCE_M)["area_outside_m2"]
    distance = overlay.distance_outside(grounds, area)
    for row, building in enumerate(buildings):
        if building.site is None or inside.iloc[row]:
            continue
        away = float(distance.iloc[row])
        if away > 0:
            where = f"特定居住促進区域の外にあります（区域まで{away:,.0f}m）"
        else:
            where = f"敷地の{float(outside.iloc[row]):,.0f}㎡が特定居住促進区域の外にあります"
        yield finding(
            "facility-outside-promotion", Role.FACILITY, building.fids, name=building.name, where=where
        )


def _in_hazard(
    snapshot: Snapshot, buildings: Sequence[FacilityBuilding], hazards: AreaIndex | None
) -> Iterator[Finding]:
    if hazards is None or len(hazards) == 0:
        return
    shares = hazards.shares(overlay.valid_shapes(_grounds(snapshot, buildings).geometry))
    kinds: dict[int, list[str]] = {}
    for row, label in zip(shares.rows.tolist(), shares.labels.tolist(), strict=True):
        kinds.setdefault(row, []).append(hazards.names[label])
    for row, names in kinds.items():
        building, hazard = buildings[row], "・".join(names)
        yield finding("facility-in-hazard", Role.FACILITY, building.fids, name=building.name, hazards=hazard)


def _unknown(verdicts: Sequence[Verdict]) -> Iterator[Finding]:
    """One finding per cause; a missing class has been named already."""
    causes: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.verdict == "unknown" and _CLASS not in verdict.missing:
            causes.setdefault(verdict.reasons[0], []).append(verdict)
    for reason, same in causes.items():
        fids = [fid for one in same for fid in one.fids]
        yield finding("verdict-unknown", Role.FACILITY, fids, count=len(same), reason=reason)


def _of_verdict(verdict: Verdict, table: RuleTable) -> Iterator[Finding]:
    name, zone, fids = verdict.facility, verdict.zone or "この場所", verdict.fids
    numbers = [name for name in verdict.missing if name != _CLASS]
    if numbers and verdict.verdict != "needs_48_permit":
        yield finding(
            "facility-missing-number", Role.FACILITY, fids, name=name, zone=zone, missing="・".join(numbers)
        )
    if verdict.verdict == "needs_48_permit":
        hint = ""
        if verdict.zone_id in table.special24_zones and any(
            point.number == 5 and point.met is not True for point in verdict.conditions
        ):
            hint = "計画に用途特例適用要件（広活法22条3項）を記載することを検討してください。"
        yield finding("needs-48-permit", Role.FACILITY, fids, name=name, zone=zone, hint=hint)
    elif verdict.verdict == "special24_candidate":
        yield finding("special24-candidate", Role.FACILITY, fids, name=name, zone=zone)
    elif verdict.verdict == "dev_permit_needed":
        yield finding("development-permit", Role.FACILITY, fids, name=name)
    elif verdict.verdict == "check_ordinance":
        reason = next((text for text in verdict.reasons if any(w in text for w in _ASKING)), "")
        yield finding("check-ordinance", Role.FACILITY, fids, name=name, reason=reason)
    if verdict.at_border and verdict.verdict != "unknown":
        yield finding("near-zone-edge", Role.FACILITY, fids, name=name)
