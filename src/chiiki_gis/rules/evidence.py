"""What the layers say of each site: shares of zones, planning area and area division, and what is covered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.overlay import require_same_crs, valid_shapes
from chiiki_gis.core.facts import FactValue, holds
from chiiki_gis.core.role import Role
from chiiki_gis.core.zones import BY_ID, NONE_ID, NONE_NAME, UNKNOWN_ID, zone_named
from chiiki_gis.rules.borders import Borders, Edge, borders_of, zone_edges
from chiiki_gis.rules.hazards import dangerous

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.areas import AreaIndex, Shapes, Shares

Reference = Mapping[Role, "GeoDataFrame | None"]

CONTROLLED, URBANISATION = "市街化調整区域", "市街化区域"
QUASI = "準都市計画区域"
UNDIVIDED = "非線引"
_WHITE_NAMES = frozenset({NONE_NAME, "無指定", "用途地域の指定なし", "用途地域の指定のない区域"})
_PLANNED, _DIVIDED = "planned", "divided"


@dataclass(frozen=True)
class Ground:
    """The reference layers as verdicts need them, indexed once; None where there is no such layer.

    zones      labelled by zone id; division by 市街化区域 and 市街化調整区域; overlays by their names
    planning   都市計画区域 and 準都市計画区域; undivided those without 区域区分
    town       the municipalities, inside which a declared coverage holds; None: everywhere
    hazards    the most dangerous areas by their kind, None where the layers have none (flood depths alone
               say nothing of them); farmland 農用地; protected 自然公園等
    """

    zones: AreaIndex | None
    division: AreaIndex | None
    planning: AreaIndex | None
    undivided: AreaIndex | None
    overlays: AreaIndex | None
    town: AreaIndex | None
    hazards: AreaIndex | None
    farmland: AreaIndex | None
    protected: AreaIndex | None
    crs: GeoDataFrame | None


@dataclass(frozen=True)
class Evidence:
    """One site against the layers. Sites of which the same is known share one value.

    zones               zone id → share 0–1; UNK for polygons of no known zone, NONE for 指定なし polygons
    controlled, urbanised   share in 市街化調整区域 and 市街化区域
    planned             share in 都市計画区域 or 準都市計画区域; None without such a layer
    undivided           True where the planning area itself has no 区域区分 (非線引き, 準都市計画区域)
    divided             True where the planning area holds 市街化区域 or 市街化調整区域 somewhere
    *_covered           the coverage fact is declared and holds at this site
    area_m2             of the site; 0 for a point
    edge                whether the site crosses an edge of a use zone or lies nearer than the accuracy to one
    neighbours          use zones within the accuracy, where an edge is
    near_planning       an edge of the planning area lies within the accuracy
    near_division       areas within the accuracy where an edge of the area division lies there, else None
    zone_play, division_play, planning_play   share of a site crossed by a border that each may win or lose
                        were the border moved by the accuracy
    overlays            特別用途地区, 特定用途制限地域, 地区計画 that the site touches
    near_overlays       others of them within the accuracy
    knows_overlays      there is a layer of them at all
    """

    area_m2: float
    zones: Mapping[str, float]
    controlled: float
    urbanised: float
    planned: float | None
    undivided: bool
    divided: bool
    zoning_covered: bool
    planning_covered: bool
    division_covered: bool
    edge: Edge | None
    neighbours: tuple[str, ...]
    near_planning: bool
    near_division: tuple[str, ...] | None
    zone_play: Mapping[str, float]
    division_play: Mapping[str, float]
    planning_play: float
    overlays: tuple[str, ...]
    near_overlays: tuple[str, ...]
    knows_overlays: bool

    @property
    def is_point(self) -> bool:
        """True where no site polygon is known."""
        return self.area_m2 == 0


@dataclass(frozen=True)
class Gathered:
    """The evidence for each site, None where it has no geometry, and its distance to an edge of a use zone.

    distances   m; None for a site outside every use zone
    """

    evidence: list[Evidence | None]
    distances: list[float | None]


def prepare_ground(reference: Reference) -> Ground:
    """The layers indexed for verdicts. Raises CrsMismatch where they do not share one CRS.

    reference   normalised frames (columns of design.md), project CRS; None or absent = no such layer
    """
    frames = [frame for frame in reference.values() if frame is not None]
    for frame in frames[1:]:
        require_same_crs(frames[0], frame)
    zoning, division, planning = zoning_of(reference), division_of(reference), planning_of(reference)
    overlay, town = reference.get(Role.ORDINANCE_OVERLAY), reference.get(Role.MUNICIPALITY)
    undivided = None if planning is None else planning[planning["undivided"]]
    risky, farmland = reference.get(Role.HAZARD), reference.get(Role.FARMLAND)
    hazard, protected = None if risky is None else dangerous(risky), reference.get(Role.PROTECTED_AREA)
    divided = None if division is None else _index(division, list(division["name"]))
    return Ground(
        zones=None if zoning is None else _index(zoning, list(zoning["zone_id"])),
        division=divided,
        planning=None if planning is None else _index(planning, _divided(planning, divided)),
        undivided=None if undivided is None else _index(undivided, [_PLANNED] * len(undivided)),
        overlays=None if overlay is None else _index(overlay, _overlay_words(overlay)),
        town=None if town is None or town.empty else _index(town, _names(town, "市町村")),
        hazards=None if hazard is None or hazard.empty else _index(hazard, list(hazard["hazard"])),
        farmland=None if farmland is None else _index(farmland, _names(farmland, "農用地")),
        protected=None if protected is None else _index(protected, _names(protected, "自然公園等")),
        crs=frames[0].iloc[:0] if frames else None,
    )


def gather(
    sites: GeoDataFrame, ground: Ground, facts: Mapping[str, FactValue], accuracy_m: float
) -> Gathered:
    """The evidence for each site, in the order of its rows.

    sites    polygons or points, project CRS; invalid polygons are made valid
    facts    coverage facts; they hold inside the municipality polygons, everywhere without such a layer
    Raises CrsMismatch.
    """
    if ground.crs is not None:
        require_same_crs(sites, ground.crs)
    shapes = valid_shapes(sites.geometry)
    layers = (ground.zones, ground.division, ground.planning, ground.overlays)
    found = [None if index is None else index.shares(shapes) for index in layers]
    distances, edges, neighbours = zone_edges(shapes, ground.zones, found[0], accuracy_m)
    columns = (
        _areas(shapes),
        *(_entries(shapes, index, shares) for index, shares in zip(layers, found, strict=True)),
        borders_of(shapes, layers, found, accuracy_m),
        _entries(shapes, ground.undivided),
        _in_town(shapes, ground.town),
        edges,
        neighbours,
    )
    zoning, planning, division = (holds(facts.get(f"{key}_covers_municipality")) for key in _COVERAGE)
    declared = zoning, planning, division
    known: dict[tuple[Any, ...], Evidence | None] = {}
    evidence = []
    for key in zip(*columns, strict=True):
        if key not in known:
            known[key] = _evidence(key, ground, declared)
        evidence.append(known[key])
    return Gathered(evidence, distances)


_COVERAGE = ("zoning", "urban_planning_area", "area_division")


def _evidence(key: tuple[Any, ...], ground: Ground, declared: tuple[bool, bool, bool]) -> Evidence | None:
    area, zones, division, planned, overlays, borders, undivided, here, edge, neighbours = key
    borders = borders or Borders()
    if area is None:
        return None
    divided, touched = dict(division), tuple(name for name, _ in overlays)
    return Evidence(
        area_m2=area,
        zones=dict(zones),
        controlled=divided.get(CONTROLLED, 0.0),
        urbanised=divided.get(URBANISATION, 0.0),
        planned=None if ground.planning is None else min(sum(share for _, share in planned), 1.0),
        undivided=dict(undivided).get(_PLANNED, 0.0) > 0.5,
        divided=dict(planned).get(_DIVIDED, 0.0) > 0.5,
        zoning_covered=here and declared[0],
        planning_covered=here and declared[1],
        division_covered=here and declared[2],
        edge=edge,
        neighbours=neighbours,
        near_planning=borders.near_planning is not None,
        near_division=borders.near_division,
        zone_play=dict(borders.zone_play),
        division_play=dict(borders.division_play),
        planning_play=max((share for _, share in borders.planning_play), default=0.0),
        overlays=touched,
        near_overlays=tuple(name for name in borders.near_overlays or () if name not in touched),
        knows_overlays=ground.overlays is not None,
    )


def zoning_of(reference: Reference) -> GeoDataFrame | None:
    """The zoning frame with a zone_id in every row; None without the layer."""
    frame = reference.get(Role.ZONING)
    if frame is None:
        return None
    ids = _texts(frame, "zone_id")
    names = _texts(frame, "name")
    known = [_zone_id(one, name) for one, name in zip(ids, names, strict=True)]
    return frame[[frame.geometry.name]].assign(zone_id=known)


@lru_cache(maxsize=1024)
def _zone_id(zone_id: str, name: str) -> str:
    """The zone that id and name agree on; 不明 where they contradict each other."""
    zone = zone_named(name)
    if zone_id in BY_ID or zone_id == NONE_ID:
        agrees = zone is None or zone.id == zone_id
        return zone_id if agrees else UNKNOWN_ID
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


def _index(frame: GeoDataFrame, labels: Sequence[str]) -> AreaIndex:
    from chiiki_gis.analysis.areas import AreaIndex

    return AreaIndex(frame.geometry.to_numpy(), labels)


def _divided(planning: GeoDataFrame, division: AreaIndex | None) -> list[str]:
    """For each planning area whether 区域区分 has been decided in it."""
    import shapely

    words = [_PLANNED] * len(planning)
    if division is None or len(division) == 0:
        return words
    areas = _index(planning, [str(row) for row in range(len(planning))])
    parts = shapely.get_parts(division.shapes)
    spots = shapely.point_on_surface(parts[~shapely.is_empty(parts)])
    held = {int(areas.names[label]) for label in areas.shares(spots).labels.tolist()}
    own = shapely.point_on_surface(areas.shapes)
    held |= set(division.shares(own).rows.tolist())
    return [
        _DIVIDED if row in held and not undivided else _PLANNED
        for row, undivided in enumerate(planning["undivided"])
    ]


def _areas(shapes: Shapes) -> list[float | None]:
    """Areas (m²); 0 for points and lines, None where nothing is drawn."""
    import shapely

    bare = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return [
        None if nothing else area for nothing, area in zip(bare, shapely.area(shapes).tolist(), strict=True)
    ]


def _entries(
    shapes: Shapes, index: AreaIndex | None, shares: Shares | None = None
) -> list[tuple[tuple[str, float], ...]]:
    """Label and share of what each site touches."""
    if index is None or len(index) == 0:
        return [()] * len(shapes)
    return _by_site(shares or index.shares(shapes), index, len(shapes))


def _by_site(shares: Shares, index: AreaIndex, count: int) -> list[tuple[tuple[str, float], ...]]:
    found: list[tuple[tuple[str, float], ...]] = [()] * count
    whole = [((name, 1.0),) for name in index.names]
    for row, label, share in zip(
        shares.rows.tolist(), shares.labels.tolist(), shares.shares.tolist(), strict=True
    ):
        if share == 1.0 and not found[row]:
            found[row] = whole[label]
        else:
            found[row] = (*found[row], (index.names[label], share))
    return found


def _in_town(shapes: Shapes, town: AreaIndex | None) -> list[bool]:
    if town is None:
        return [True] * len(shapes)
    found = town.shares(shapes)
    inside = [0.0] * len(shapes)
    for row, share in zip(found.rows.tolist(), found.shares.tolist(), strict=True):
        inside[row] += share
    return [share > 0.5 for share in inside]


def _names(frame: GeoDataFrame, otherwise: str) -> list[str]:
    return [name or otherwise for name in _texts(frame, "name")]


def _overlay_words(frame: GeoDataFrame) -> list[str]:
    return [
        f"{kind}「{name}」" if kind and name and kind != name else (name or kind or "地区計画等")
        for name, kind in zip(_texts(frame, "name"), _texts(frame, "kind"), strict=True)
    ]
