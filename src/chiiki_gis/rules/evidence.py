"""What the layers say of each site: shares of zones, planning area and area division, and what is covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.analysis.overlay import distance_to_edge, require_same_crs, share_inside, zone_shares
from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.core.role import Role
from chiiki_gis.core.zones import BY_ID, NONE_ID, NONE_NAME, UNKNOWN_ID, zone_named

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame, Series

Reference = Mapping[Role, "GeoDataFrame | None"]

CONTROLLED, URBANISATION = "市街化調整区域", "市街化区域"
QUASI = "準都市計画区域"
UNDIVIDED = "非線引"
_WHITE_NAMES = frozenset({NONE_NAME, "無指定", "用途地域の指定なし", "用途地域の指定のない区域"})


@dataclass(frozen=True)
class Evidence:
    """One site against the layers.

    zones               zone id → share 0–1; UNK for polygons of no known zone, NONE for 指定なし polygons
    controlled, urbanised   share in 市街化調整区域 and 市街化区域
    planned             share in 都市計画区域 or 準都市計画区域; None without such a layer
    undivided           True where the planning area itself has no 区域区分 (非線引き, 準都市計画区域)
    *_covered           the coverage fact is declared and holds at this site
    area_m2             of the site; 0 for a point
    distance_m          to the nearest edge of a use zone; None without a zoning layer
    near_other_edge     an edge of the planning area or of the area division lies within the accuracy
    overlays            特別用途地区, 特定用途制限地域, 地区計画 that the site touches
    """

    area_m2: float
    zones: Mapping[str, float]
    controlled: float
    urbanised: float
    planned: float | None
    undivided: bool
    zoning_covered: bool
    planning_covered: bool
    division_covered: bool
    distance_m: float | None
    near_other_edge: bool
    overlays: tuple[str, ...]

    @property
    def is_point(self) -> bool:
        """True where no site polygon is known."""
        return self.area_m2 == 0


def gather(
    sites: GeoDataFrame, reference: Reference, facts: Mapping[str, FactValue], accuracy_m: float
) -> list[Evidence | None]:
    """The evidence for each site, in the order of its rows; None where a site has no geometry.

    sites       polygons or points, project CRS
    reference   normalised frames (columns of design.md), same CRS; None or absent = no such layer
    facts       coverage facts; they hold inside the municipality polygons, everywhere without such a layer
    Raises CrsMismatch.
    """
    for frame in reference.values():
        if frame is not None:
            require_same_crs(sites, frame)
    zoning, division = zoning_of(reference), division_of(reference)
    planning, overlay = planning_of(reference), reference.get(Role.ORDINANCE_OVERLAY)
    zones = _shares(sites, zoning, "zone_id")
    divided = _shares(sites, division, "name")
    planned = None if planning is None else share_inside(sites, planning)
    undivided = None if planning is None else share_inside(sites, planning[planning["undivided"]])
    distances = None if zoning is None else distance_to_edge(sites, zoning, "zone_id")
    near = _near_other_edges(sites, divided, planned, division, planning, accuracy_m)
    touched = _touched(sites, overlay)
    here = _in_town(sites, reference.get(Role.MUNICIPALITY))
    result: list[Evidence | None] = []
    for row, shape in enumerate(sites.geometry):
        if shape is None or shape.is_empty:
            result.append(None)
            continue
        covered = {key: here[row] and holds(facts.get(f"{key}_covers_municipality")) for key in _COVERAGE}
        result.append(
            Evidence(
                area_m2=float(shape.area),
                zones=_row(zones, row),
                controlled=_row(divided, row).get(CONTROLLED, 0.0),
                urbanised=_row(divided, row).get(URBANISATION, 0.0),
                planned=None if planned is None else float(planned.iloc[row]),
                undivided=undivided is not None and float(undivided.iloc[row]) > 0.5,
                zoning_covered=covered["zoning"],
                planning_covered=covered["urban_planning_area"],
                division_covered=covered["area_division"],
                distance_m=None if distances is None else _number(distances.iloc[row]),
                near_other_edge=near[row],
                overlays=touched[row],
            )
        )
    return result


_COVERAGE = ("zoning", "urban_planning_area", "area_division")


def zoning_of(reference: Reference) -> GeoDataFrame | None:
    """The zoning frame with a zone_id in every row; None without the layer."""
    frame = reference.get(Role.ZONING)
    if frame is None:
        return None
    ids = _texts(frame, "zone_id")
    names = _texts(frame, "name")
    known = [_zone_id(one, name) for one, name in zip(ids, names, strict=True)]
    return frame[[frame.geometry.name]].assign(zone_id=known)


def _zone_id(zone_id: str, name: str) -> str:
    if zone_id in BY_ID or zone_id == NONE_ID:
        return zone_id
    zone = zone_named(name)
    if zone is not None:
        return zone.id
    return NONE_ID if name in _WHITE_NAMES else UNKNOWN_ID


def division_of(reference: Reference) -> GeoDataFrame | None:
    """The rows of 市街化区域 and 市街化調整区域, so named; None without the layer."""
    frame = reference.get(Role.AREA_DIVISION)
    if frame is None:
        return None
    names = [_division_name(name) for name in _texts(frame, "name")]
    named = frame[[frame.geometry.name]].assign(name=names)
    return named[named["name"] != ""]


def _division_name(name: str) -> str:
    if "調整" in name:
        return CONTROLLED
    return URBANISATION if "市街化" in name else ""


def planning_of(reference: Reference) -> GeoDataFrame | None:
    """都市計画区域 and 準都市計画区域 in one frame with the flag `undivided`; None without either layer."""
    import geopandas
    import pandas

    parts = []
    for role in (Role.URBAN_PLANNING_AREA, Role.QUASI_URBAN_PLANNING_AREA):
        frame = reference.get(role)
        if frame is None:
            continue
        words = [
            f"{name} {kind}" for name, kind in zip(_texts(frame, "name"), _texts(frame, "kind"), strict=True)
        ]
        quasi = role is Role.QUASI_URBAN_PLANNING_AREA
        flags = [quasi or QUASI in word or UNDIVIDED in word for word in words]
        bare = geopandas.GeoDataFrame({"undivided": flags}, geometry=frame.geometry.to_numpy(), crs=frame.crs)
        parts.append(bare.astype({"undivided": bool}))
    if not parts:
        return None
    return geopandas.GeoDataFrame(pandas.concat(parts, ignore_index=True), crs=parts[0].crs)


def _texts(frame: GeoDataFrame, column: str) -> list[str]:
    if column not in frame.columns:
        return [""] * len(frame)
    return [value if isinstance(value, str) else "" for value in frame[column]]


def _shares(sites: GeoDataFrame, areas: GeoDataFrame | None, column: str) -> DataFrame | None:
    return None if areas is None else zone_shares(sites, areas, column)


def _row(shares: DataFrame | None, row: int) -> dict[str, float]:
    if shares is None:
        return {}
    values = shares.iloc[row]
    return {str(name): float(share) for name, share in values.items() if share > 0}


def _number(value: float) -> float | None:
    return None if value != value else float(value)


def _in_town(sites: GeoDataFrame, town: GeoDataFrame | None) -> list[bool]:
    if town is None or town.empty:
        return [True] * len(sites)
    return [bool(share > 0.5) for share in share_inside(sites, town)]


def _near_other_edges(
    sites: GeoDataFrame,
    divided: DataFrame | None,
    planned: Series[float] | None,
    division: GeoDataFrame | None,
    planning: GeoDataFrame | None,
    accuracy_m: float,
) -> list[bool]:
    """True where a site lies wholly on one side of such an edge, but its surroundings do not."""
    wider = sites.set_geometry(sites.geometry.buffer(accuracy_m))
    near = [False] * len(sites)
    if divided is not None and division is not None:
        around = zone_shares(wider, division, "name")
        for row in range(len(sites)):
            own, others = _row(divided, row), _row(around, row)
            near[row] = _is_whole(own) and not (set(own) == set(others) and _is_whole(others))
    if planned is not None and planning is not None:
        surrounding = share_inside(wider, planning)
        for row in range(len(sites)):
            share = float(planned.iloc[row])
            is_whole = min(share, 1 - share) < _ROUNDING
            near[row] |= is_whole and abs(float(surrounding.iloc[row]) - share) > _ROUNDING
    return near


_ROUNDING = 1e-3
"""Share of a site's surroundings that may be digitising gaps."""


def _is_whole(shares: Mapping[str, float]) -> bool:
    total = sum(shares.values())
    return len(shares) <= 1 and (total == 0 or total > 1 - _ROUNDING)


def _touched(sites: GeoDataFrame, overlay: GeoDataFrame | None) -> list[tuple[str, ...]]:
    if overlay is None or overlay.empty:
        return [()] * len(sites)
    names = _texts(overlay, "name")
    kinds = _texts(overlay, "kind")
    words = [
        f"{kind}「{name}」" if kind and name and kind != name else (name or kind or "地区計画等")
        for name, kind in zip(names, kinds, strict=True)
    ]
    shares = zone_shares(sites, overlay[[overlay.geometry.name]].assign(words=words), "words")
    return [tuple(_row(shares, row)) for row in range(len(sites))]
