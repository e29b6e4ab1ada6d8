"""What an area of the plan holds, in m²: use zones, 調整区域, hazards, 農用地, 自然公園, and beyond."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.core.zones import BY_ID, NONE_ID, NONE_NAME, UNKNOWN_NAME, ZONES
from chiiki_gis.rules.evidence import CONTROLLED, URBANISATION, Ground

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.areas import AreaIndex, Shapes

LEAST_M2 = 0.5
"""Less than this is rounding of coordinates."""


@dataclass(frozen=True)
class AreaSummary:
    """One area of the plan in numbers; all areas m² in the project's plane CRS.

    zones             by name of the use zone; the rest under 指定なし where the layer covers, else 不明
    controlled_m2, urbanised_m2, planned_m2   in 市街化調整区域, 市街化区域, 都市計画区域 (準 too)
    hazards           by kind, the most dangerous only; farmland, protected by name
    municipalities    by name: one for a plan of one municipality, several for a joint one
    outside_municipalities_m2, outside_priority_m2   beyond the municipalities and the 重点地区
    None where there is no such layer.
    """

    fid: int
    name: str
    area_m2: float
    zones: Mapping[str, float] | None
    controlled_m2: float | None
    urbanised_m2: float | None
    planned_m2: float | None
    hazards: Mapping[str, float] | None
    farmland: Mapping[str, float] | None
    protected: Mapping[str, float] | None
    municipalities: Mapping[str, float] | None
    outside_municipalities_m2: float | None
    outside_priority_m2: float | None

    @property
    def area_ha(self) -> float:
        """The area in ha."""
        return self.area_m2 / 10_000


def summarise_areas(
    areas: GeoDataFrame,
    ground: Ground,
    facts: Mapping[str, FactValue],
    districts: GeoDataFrame | None = None,
) -> list[AreaSummary]:
    """The summary of each area, in the order of its rows.

    areas      polygons with `name`, index fid, project CRS; invalid ones are made valid
    districts  the 重点地区 to compare with, same CRS; None or empty: not compared
    Raises CrsMismatch.
    """
    import shapely

    from chiiki_gis.analysis.areas import AreaIndex
    from chiiki_gis.analysis.overlay import require_same_crs, valid_shapes

    for frame in (ground.crs, districts):
        if frame is not None:
            require_same_crs(areas, frame)
    shapes = valid_shapes(areas.geometry)
    sizes = shapely.area(shapes).tolist()
    priority = None
    if districts is not None and not districts.empty:
        priority = AreaIndex(districts.geometry.to_numpy(), ["priority"] * len(districts))
    zones = _square_metres(shapes, sizes, ground.zones)
    division = _square_metres(shapes, sizes, ground.division)
    planned = _square_metres(shapes, sizes, ground.planning)
    hazards = _square_metres(shapes, sizes, ground.hazards)
    farmland = _square_metres(shapes, sizes, ground.farmland)
    protected = _square_metres(shapes, sizes, ground.protected)
    towns = _square_metres(shapes, sizes, ground.town)
    within = _square_metres(shapes, sizes, priority)
    covered = holds(facts.get("zoning_covers_municipality"))
    summaries = []
    for row, (fid, name) in enumerate(zip(areas.index, areas["name"], strict=True)):
        divided = division[row]
        summaries.append(
            AreaSummary(
                fid=int(fid),
                name=name if isinstance(name, str) else "",
                area_m2=sizes[row],
                zones=_zone_names(zones[row], sizes[row], covered),
                controlled_m2=None if divided is None else divided.get(CONTROLLED, 0.0),
                urbanised_m2=None if divided is None else divided.get(URBANISATION, 0.0),
                planned_m2=_total(planned[row]),
                hazards=hazards[row],
                farmland=farmland[row],
                protected=protected[row],
                municipalities=towns[row],
                outside_municipalities_m2=_outside(towns[row], sizes[row]),
                outside_priority_m2=_outside(within[row], sizes[row]),
            )
        )
    return summaries


def _square_metres(
    shapes: Shapes, sizes: list[float], index: AreaIndex | None
) -> list[dict[str, float] | None]:
    if index is None:
        return [None] * len(shapes)
    found: list[dict[str, float]] = [{} for _ in shapes]
    if len(index):
        shares = index.shares(shapes)
        for row, label, share in zip(
            shares.rows.tolist(), shares.labels.tolist(), shares.shares.tolist(), strict=True
        ):
            if share * sizes[row] >= LEAST_M2:
                found[row][index.names[label]] = share * sizes[row]
    return list(found)


def _total(parts: Mapping[str, float] | None) -> float | None:
    return None if parts is None else sum(parts.values())


def _outside(parts: Mapping[str, float] | None, size: float) -> float | None:
    if parts is None:
        return None
    rest = size - sum(parts.values())
    return rest if rest >= LEAST_M2 else 0.0


def _zone_names(parts: Mapping[str, float] | None, size: float, covered: bool) -> dict[str, float] | None:
    """By Japanese name, in the order of the law, the rest at the end."""
    if parts is None:
        return None
    named = {zone.name: parts[zone.id] for zone in ZONES if zone.id in parts}
    rest = size - sum(parts.values())
    white = parts.get(NONE_ID, 0.0) + (rest if covered else 0.0)
    unknown = sum(m2 for zone, m2 in parts.items() if zone not in BY_ID and zone != NONE_ID)
    for name, m2 in ((NONE_NAME, white), (UNKNOWN_NAME, unknown + (0.0 if covered else rest))):
        if m2 >= LEAST_M2:
            named[name] = m2
    return named
