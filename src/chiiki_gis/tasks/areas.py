"""One area of the plan in numbers: what it holds by law, and how many vacant houses."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING

from chiiki_gis.core.houses import HouseCount
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks.plan import warm_ground

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.facts import FactValue
    from chiiki_gis.rules.area_summary import AreaSummary
    from chiiki_gis.rules.evidence import Ground


AREA_ROLES = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)


def all_summaries(
    values: Snapshot, keep: MutableMapping[str, Ground] | None = None
) -> list[tuple[Role, AreaSummary]]:
    """The summary of every area of the scenario, with its role. Raises CrsMismatch."""
    from chiiki_gis.rules.area_summary import summarise_areas

    ground = warm_ground(values, {} if keep is None else keep)
    districts = values.rows(Role.PRIORITY_DISTRICT)
    return [
        (role, summary)
        for role in AREA_ROLES
        for summary in summarise_areas(
            values.rows(role), ground, values.facts, districts if role is Role.PROMOTION_AREA else None
        )
    ]


def live_area(
    values: Snapshot,
    row: GeoDataFrame,
    districts: GeoDataFrame | None,
    facts: Mapping[str, FactValue],
    keep: MutableMapping[str, Ground],
) -> AreaSummary:
    """The summary of one area that the hand is moving (a row with its new shape). Raises CrsMismatch.

    values   the layers that the card looks at; districts: the 重点地区 to compare with
    """
    from chiiki_gis.rules.area_summary import summarise_areas

    (summary,) = summarise_areas(row, warm_ground(values, keep), facts, districts)
    return summary


def area_numbers(
    values: Snapshot, role: Role, fid: int, keep: MutableMapping[str, Ground]
) -> tuple[AreaSummary, HouseCount | None]:
    """The summary of an area, and its vacant houses; None without such a layer.

    Raises KeyError for an area that is gone, and CrsMismatch.
    """
    from chiiki_gis.analysis.overlay import share_inside
    from chiiki_gis.export.support import agreed
    from chiiki_gis.rules.area_summary import summarise_areas

    row = values.rows(role).loc[[fid]]
    districts = values.rows(Role.PRIORITY_DISTRICT) if role is Role.PROMOTION_AREA else None
    (summary,) = summarise_areas(row, warm_ground(values, keep), values.facts, districts)
    houses = values.frame(Role.VACANT_HOUSE)
    if houses is None:
        return summary, None
    inside = houses[share_inside(houses, row) >= 1.0]
    return summary, HouseCount(len(inside), len(agreed(inside)))
