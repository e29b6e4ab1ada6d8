"""Links from expressway interchanges to facilities: the quickest way by road, an estimate, or a refusal.

Times rest on assumed speeds and say so. Distances are grid distances of the project's plane zone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.network import Network, SpeedProfile, build_network, plane_code
from chiiki_gis.analysis.road_ends import looseness
from chiiki_gis.analysis.routes import Hold, Route, Search, hold_on, minutes_to, route_to, search_from
from chiiki_gis.core.progress import Progress, Quiet

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

NEAREST = 12
"""Interchanges tried per facility, nearest first in a straight line."""


@dataclass(frozen=True, eq=False)
class LinkResult:
    """Every answer twice.

    frame    with the columns of access_link; a refusal has its reason, and no geometry, km and minutes
    records  for the command line
    """

    frame: GeoDataFrame
    records: tuple[Mapping[str, object], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Place:
    """A facility's building or an interchange."""

    key: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, eq=False)
class _Answer:
    facility: _Place
    interchange: _Place
    status: str
    km: float | None = None
    minutes: float | None = None
    line: BaseGeometry | None = None
    snap_facility_m: float | None = None
    snap_interchange_m: float | None = None
    assumed: tuple[str, ...] = ()
    reason: str | None = None


def access_links(
    facilities: GeoDataFrame,
    interchanges: GeoDataFrame,
    roads: GeoDataFrame | None,
    profile: SpeedProfile,
    *,
    per_facility: int = 3,
    progress: Progress = Quiet(),  # noqa: B008  # a value without state
) -> LinkResult:
    """Links of every building from its quickest interchanges.

    facilities    points or sites; rows of equal building_id are one building; plane zone
    interchanges  points with name, type, open; only open ones of type ic and smart_ic are used
    roads         lines with class, width_code, oneway, level, state, or None for straight-line estimates
    A building farther from every road than the profile allows, or on roads that do not hang together with the
    interchange's, is refused with its reason. Raises ValueError for another CRS than a plane zone.
    """
    epsg = plane_code(facilities)
    buildings, gates = _buildings(facilities), _gates(interchanges)
    if not gates:
        return LinkResult(_frame([], epsg), (), ("供用中のICがありません。",))
    has_roads = roads is not None and len(roads) > 0
    origins = _Origins(roads, profile) if roads is not None and has_roads else None
    notes = origins.network.notes if origins else ("道路データがないため、直線距離に係数を掛けた概算です。",)
    answers: list[_Answer] = []
    for number, building in enumerate(buildings):
        progress.step(number, len(buildings), f"「{building.name}」までの道のりを計算しています")
        near = sorted(gates, key=lambda gate: gate.shape.distance(building.shape))[:NEAREST]
        if origins is None:
            answers.extend(_estimate(building, gate, profile) for gate in near[:per_facility])
        else:
            answers.extend(_by_road(origins, building, near, per_facility))
    return LinkResult(_frame(answers, epsg), tuple(_records(answers)), tuple(dict.fromkeys(notes)))


def _buildings(facilities: GeoDataFrame) -> list[_Place]:
    found: dict[str, _Place] = {}
    for fid, row in facilities.iterrows():
        key = row.get("building_id") or f"fid-{fid}"
        found.setdefault(str(key), _Place(str(key), str(row.get("name") or key), row.geometry))
    return list(found.values())


def _gates(interchanges: GeoDataFrame) -> list[_Place]:
    usable = interchanges[interchanges["type"].isin(["ic", "smart_ic"]) & interchanges["open"].astype(bool)]
    usable = usable[~(usable.geometry.isna() | usable.geometry.is_empty)]
    return [_Place(str(n), str(row["name"]), row.geometry) for n, (_, row) in enumerate(usable.iterrows())]


class _Origins:
    """The interchanges on a network: where each holds on, and its search, made when first asked for."""

    def __init__(self, roads: GeoDataFrame, profile: SpeedProfile) -> None:
        self.network, self.profile = build_network(roads, profile), profile
        self._roads = roads
        self._holds: dict[str, Hold | None] = {}
        self._searches: dict[str, Search] = {}

    @cached_property
    def looseness(self) -> str:
        """What to say where the roads themselves do not connect, empty where they do."""
        return looseness(self._roads.geometry)

    def hold(self, gate: _Place) -> Hold | None:
        """The road an interchange opens onto, however far; None without roads."""
        if gate.key not in self._holds:
            self._holds[gate.key] = hold_on(self.network, gate.shape, open_only=False)
        return self._holds[gate.key]

    def search(self, gate: _Place, hold: Hold) -> Search:
        """The quickest ways from an interchange."""
        if gate.key not in self._searches:
            self._searches[gate.key] = search_from(self.network, hold)
        return self._searches[gate.key]


def _by_road(origins: _Origins, building: _Place, near: list[_Place], most: int) -> list[_Answer]:
    """The quickest answers by road; a single refusal where there is none."""
    network, profile = origins.network, origins.profile
    hold = hold_on(network, building.shape, open_only=True)
    if hold is None or hold.distance_m > profile.refuse_m.value:
        return [_far_building(building, near[0], hold, profile)]
    ways: list[tuple[float, _Place, Hold, Hold]] = []
    refused: list[_Answer] = []
    holds: dict[int, Hold | None] = {_part(network, hold): hold}
    for gate in near:
        gate_hold = origins.hold(gate)
        if gate_hold is None or gate_hold.distance_m > profile.refuse_m.value:
            refused.append(_far_gate(building, gate, hold, gate_hold, profile))
            continue
        part = _part(network, gate_hold)
        if part not in holds:
            holds[part] = hold_on(
                network, building.shape, open_only=True, part=part, within_m=profile.confirm_m.value
            )
        own = holds[part]
        if own is None:
            refused.append(_apart(origins, building, gate, hold, gate_hold))
            continue
        minutes = minutes_to(network, origins.search(gate, gate_hold), own)
        if minutes == math.inf:
            refused.append(_one_way(building, gate, own, gate_hold))
        else:
            ways.append((minutes + _connector_minutes(own, gate_hold, profile), gate, own, gate_hold))
    ways.sort(key=lambda way: way[0])
    return [
        _answer(origins, building, gate, own, gate_hold, moved=own is not hold)
        for _, gate, own, gate_hold in ways[:most]
    ] or refused[:1]


def _part(network: Network, hold: Hold) -> int:
    """The connected part of the network that a hold lies in."""
    return int(network.component[network.start[hold.edge]])


def _connector_minutes(hold: Hold, gate_hold: Hold, profile: SpeedProfile) -> float:
    return (hold.distance_m + gate_hold.distance_m) / (profile.connector_kmh.value * 1000 / 60)


def _answer(
    origins: _Origins, building: _Place, gate: _Place, hold: Hold, gate_hold: Hold, *, moved: bool
) -> _Answer:
    profile = origins.profile
    route = route_to(origins.network, origins.search(gate, gate_hold), hold)
    doubts = []
    if max(hold.distance_m, gate_hold.distance_m) > profile.confirm_m.value:
        doubts.append(f"道路までの取付距離が{profile.confirm_m.value:,.0f} mを超えています。")
    if moved:
        doubts.append("最も近い道路はICとつながっていないため、つながっている近くの道路から計算しました。")
    return _Answer(
        building,
        gate,
        "needs_confirmation" if doubts else "ok",
        (route.length_m + hold.distance_m + gate_hold.distance_m) / 1000,
        route.minutes + _connector_minutes(hold, gate_hold, profile),
        route.line,
        hold.distance_m,
        gate_hold.distance_m,
        _assumed(origins.network, route, profile),
        "".join(doubts) or None,
    )


def _assumed(network: Network, route: Route, profile: SpeedProfile) -> tuple[str, ...]:
    """The speeds and factors that the time rests on."""
    classes = sorted({str(network.road_class[edge]) for edge in route.edges})
    widths = sorted({str(network.width_code[edge]) for edge in route.edges})
    speeds = [profile.class_kmh[code] for code in classes]
    factors = [profile.width_factor[code] for code in widths if profile.width_factor[code].value != 1]
    last = profile.connector_kmh
    return (
        *(f"{figure.label} 時速{figure.value:g} km（{figure.basis}）" for figure in speeds),
        *(f"{figure.label} 速度×{figure.value:g}（{figure.basis}）" for figure in factors),
        f"{last.label} 時速{last.value:g} km（{last.basis}）",
    )


def _estimate(building: _Place, gate: _Place, profile: SpeedProfile) -> _Answer:
    import shapely

    straight = float(gate.shape.distance(building.shape))
    km = straight * profile.detour_factor.value / 1000
    assumed = (
        f"直線距離×{profile.detour_factor.value:g}（{profile.detour_factor.basis}）",
        f"時速{profile.straight_kmh.value:g} km（{profile.straight_kmh.basis}）",
    )
    line = shapely.shortest_line(gate.shape, building.shape)
    if line.length == 0:
        line = None
    minutes = km / profile.straight_kmh.value * 60
    reason = "道路データがないため、直線距離による概算です。"
    return _Answer(building, gate, "estimate", km, minutes, line, assumed=assumed, reason=reason)


def _far_building(building: _Place, gate: _Place, hold: Hold | None, profile: SpeedProfile) -> _Answer:
    if hold is None:
        return _Answer(
            building, gate, "refused", reason="施設が面することのできる道路が、道路データにありません。"
        )
    reason = (
        f"最も近い道路まで{hold.distance_m:,.0f} mあり、"
        f"計算の上限{profile.refuse_m.value:,.0f} mを超えています。"
    )
    return _Answer(building, gate, "refused", snap_facility_m=hold.distance_m, reason=reason)


def _far_gate(
    building: _Place, gate: _Place, hold: Hold, gate_hold: Hold | None, profile: SpeedProfile
) -> _Answer:
    away = gate_hold.distance_m if gate_hold is not None else math.inf
    reason = (
        f"「{gate.name}」から道路データまで{away:,.0f} mあり、"
        f"上限{profile.refuse_m.value:,.0f} mを超えています。"
        "ICの周りを含む道路データを取り込んでください。"
    )
    return _Answer(
        building, gate, "refused", snap_facility_m=hold.distance_m, snap_interchange_m=away, reason=reason
    )


def _apart(origins: _Origins, building: _Place, gate: _Place, hold: Hold, gate_hold: Hold) -> _Answer:
    network = origins.network
    edges, km = network.component_extent(int(network.component[network.start[hold.edge]]))
    reason = (
        f"施設の道路は「{gate.name}」と道路データの中でつながっていません"
        f"（施設の側は{edges}本・{km:.1f} kmの離れた道路です）。{origins.looseness}"
    )
    return _refusal(building, gate, hold, gate_hold, reason)


def _one_way(building: _Place, gate: _Place, hold: Hold, gate_hold: Hold) -> _Answer:
    reason = f"一方通行のため、「{gate.name}」から施設へ行ける道がありません。"
    return _refusal(building, gate, hold, gate_hold, reason)


def _refusal(building: _Place, gate: _Place, hold: Hold, gate_hold: Hold, reason: str) -> _Answer:
    near, far = hold.distance_m, gate_hold.distance_m
    return _Answer(building, gate, "refused", snap_facility_m=near, snap_interchange_m=far, reason=reason)


def _ranked(answers: list[_Answer]) -> list[tuple[int, _Answer]]:
    seen: dict[str, int] = {}
    ranked = []
    for answer in answers:
        seen[answer.facility.key] = seen.get(answer.facility.key, 0) + 1
        ranked.append((seen[answer.facility.key], answer))
    return ranked


def _frame(answers: list[_Answer], epsg: int) -> GeoDataFrame:
    import geopandas

    rows = [
        {
            "building_id": answer.facility.key,
            "interchange": answer.interchange.name,
            "rank": rank,
            "km": answer.km,
            "minutes": answer.minutes,
            "status": answer.status,
            "tag": None,
            "assumed": json.dumps(list(answer.assumed), ensure_ascii=False),
            "stale": False,
            "reason": answer.reason,
            "geometry": answer.line,
        }
        for rank, answer in _ranked(answers)
    ]
    columns: dict[str, list[Any]] = {key: [row[key] for row in rows] for key in (rows[0] if rows else {})}
    return geopandas.GeoDataFrame(columns or {"geometry": []}, geometry="geometry", crs=epsg)


def _records(answers: list[_Answer]) -> list[Mapping[str, object]]:
    return [
        {
            "facility": answer.facility.name,
            "interchange": answer.interchange.name,
            "rank": rank,
            "status": answer.status,
            "km": answer.km,
            "minutes": answer.minutes,
            "snap_m": {"facility": answer.snap_facility_m, "interchange": answer.snap_interchange_m},
            "assumed": list(answer.assumed),
            "reason": answer.reason,
        }
        for rank, answer in _ranked(answers)
    ]
