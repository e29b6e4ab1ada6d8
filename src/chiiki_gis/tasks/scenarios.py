"""Scenarios (案) side by side: the six figures of each, and how one differs from another."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.indicators import Indicators
from chiiki_gis.core.links import REFUSED, count_links
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks import plan

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.scenario_difference import LayerDifference
    from chiiki_gis.rules.evidence import Ground
    from chiiki_gis.rules.model import Verdict

COMPARED = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.SITE, Role.FACILITY)
"""Layers whose features are compared; roads are worked out anew by anyone, so only their minutes are."""

_PERMIT = frozenset({"needs_48_permit", "special24_candidate", "dev_permit_needed"})
_OPEN = frozenset({"conditional_unknown", "check_ordinance", "unknown"})


def indicators(values: Snapshot, keep: MutableMapping[str, Ground]) -> tuple[Indicators, tuple[Verdict, ...]]:
    """The six figures of the snapshot's scenario, and its verdicts.

    Reads the reference layers; not for the UI thread. Raises BadInput, CrsMismatch.
    """
    checked = plan.check(values, keep=keep)
    facilities, links = values.rows(Role.FACILITY), values.rows(Role.ACCESS_LINK)
    houses, unplaced = _houses(values)
    needing = [v for v in checked.verdicts if v.verdict in _PERMIT]
    undecided = [
        v
        for v in checked.verdicts
        if v.verdict in _OPEN or (v.needs_confirmation and v.verdict not in _PERMIT)
    ]
    nearest = _nearest(links)
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    return (
        Indicators(
            scenario=values.scenario,
            promotion_m2=_covered_m2(values.rows(Role.PROMOTION_AREA)),
            priority_m2=_covered_m2(values.rows(Role.PRIORITY_DISTRICT)),
            buildings=len(checked.verdicts),
            of_item_3=_of_item(facilities, 3),
            of_item_4=_of_item(facilities, 4),
            houses=houses,
            unplaced=unplaced,
            permits=len(needing),
            undecided=len(undecided),
            unjudged=sum(v.verdict == "unknown" for v in checked.verdicts),
            nearest_minutes=min(nearest, default=None),
            farthest_minutes=max(nearest, default=None),
            links=count_links(links, facilities),
            errors=sum(not finding.ignored for finding in errors),
            aside=sum(finding.ignored for finding in errors),
        ),
        checked.verdicts,
    )


def differences(values: Snapshot, base: str) -> Mapping[Role, LayerDifference]:
    """How the snapshot's scenario differs from the scenario `base`, by plan role. Raises CrsMismatch."""
    from chiiki_gis.analysis.scenario_difference import difference

    before = replace(values, scenario=base)
    return {role: difference(before.rows(role), values.rows(role)) for role in COMPARED}


def _covered_m2(rows: GeoDataFrame) -> float:
    """What the areas cover, overlaps once."""
    import shapely

    from chiiki_gis.analysis.overlay import valid_shapes

    return float(shapely.union_all(valid_shapes(rows.geometry)).area)


def _houses(values: Snapshot) -> tuple[int | None, int]:
    """Vacant houses wholly inside 促進区域, and those without a place; None without a layer."""
    from chiiki_gis.analysis.overlay import share_inside

    houses = values.frame(Role.VACANT_HOUSE)
    if houses is None:
        return None, 0
    placed = houses[~(houses.geometry.isna() | houses.geometry.is_empty)]
    inside = share_inside(placed, values.rows(Role.PROMOTION_AREA)) >= 1.0
    return int(inside.sum()), len(houses) - len(placed)


def _nearest(links: GeoDataFrame) -> list[float]:
    """The minutes of each building's quickest link."""
    done = links[(links["status"] != REFUSED) & links["minutes"].notna()]
    return [float(minutes) for minutes in done.groupby("building_id")["minutes"].min()]


def _of_item(facilities: GeoDataFrame, item: int) -> int:
    """Buildings with a use written under that 号 of 22条2項."""
    from chiiki_gis.core.links import building_of

    wanted = (facilities["item"] == item).fillna(False).astype(bool)
    return len(set(building_of(facilities[wanted])))
