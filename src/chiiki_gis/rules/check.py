"""All rules over one plan: the findings of 検査 and the verdicts of the facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.buildings import buildings_of
from chiiki_gis.rules.evidence import Ground, division_of, prepare_ground
from chiiki_gis.rules.live import citations, read_reference
from chiiki_gis.rules.load import rule_table
from chiiki_gis.rules.model import Verdict
from chiiki_gis.rules.plan import finding, unused_changes
from chiiki_gis.rules.plan_areas import check_areas
from chiiki_gis.rules.plan_data import check_layers, check_sites
from chiiki_gis.rules.plan_facilities import check_facilities
from chiiki_gis.rules.procedure import check_procedure, has_controlled_area
from chiiki_gis.rules.road_works import check_links, check_works
from chiiki_gis.rules.subsidies import SubsidyMatch, match_subsidies
from chiiki_gis.rules.zoning import judge

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_ORDER = {"error": 0, "warning": 1, "info": 2}


@dataclass(frozen=True)
class CheckResult:
    """Findings, errors first, one verdict per building, and the programmes that may support the plan.

    controlled   the promotion areas include 市街化調整区域; None where the data do not say
    """

    findings: tuple[Finding, ...]
    verdicts: tuple[Verdict, ...]
    subsidies: tuple[SubsidyMatch, ...] = ()
    controlled: bool | None = None


def check_plan(
    snapshot: Snapshot, progress: Progress | None = None, ground: Ground | None = None
) -> CheckResult:
    """Run every rule over the snapshot's current scenario.

    ground   what live.prepare made of the same layers, where it is kept between checks
    Reads the reference layers; not for the UI thread. Raises BadInput, CrsMismatch and Cancelled.
    """
    steps = progress or Quiet()
    steps.step(0, 3, "資料を読んでいます")
    reference = read_reference(snapshot)
    ground = ground or prepare_ground(reference)
    table = rule_table()
    steps.step(1, 3, "用途を判定しています")
    facilities, sites = snapshot.rows(Role.FACILITY), snapshot.rows(Role.SITE)
    verdicts = judge(
        facilities,
        sites=sites,
        reference=reference,
        plan_areas={role: snapshot.rows(role) for role in (Role.PROMOTION_AREA, Role.PRIORITY_DISTRICT)},
        facts=snapshot.facts,
        table=table,
        sources=citations(snapshot.layers),
        ground=ground,
    )
    steps.step(2, 3, "区域と施設を検査しています")
    buildings = buildings_of(facilities, sites)
    unused = (*table.problems, *unused_changes())
    roads = _roads(snapshot)
    of_areas = list(check_areas(snapshot, reference, ground))
    findings = [
        *(finding("rule-change-unused", None, problem=problem) for problem in dict.fromkeys(unused)),
        *of_areas,
        *check_links(
            snapshot.rows(Role.ACCESS_LINK),
            roads,
            facilities,
            snapshot.rows(Role.PRIORITY_DISTRICT),
        ),
        *check_works(snapshot),
        *check_layers(snapshot, reference),
        *check_sites(facilities, sites, buildings),
        *check_facilities(snapshot, buildings, verdicts, ground, table),
    ]
    controlled = has_controlled_area(snapshot, of_areas, division_of(reference))
    findings += check_procedure(snapshot, controlled)
    findings.sort(key=lambda one: _ORDER[one.severity])
    steps.step(3, 3)
    return CheckResult(tuple(findings), tuple(verdicts), match_subsidies(snapshot, roads), controlled)


def _roads(snapshot: Snapshot) -> GeoDataFrame | None:
    """The roads, read only where a link is tagged at all."""
    tagged = bool(snapshot.rows(Role.ACCESS_LINK)["tag"].notna().any())
    return snapshot.frame(Role.ROAD) if tagged else None
