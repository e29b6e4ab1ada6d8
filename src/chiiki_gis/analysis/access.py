"""Links from expressway interchanges to facilities: the quickest way by road, an estimate, or a refusal.

Times rest on assumed speeds and say so. Distances are grid distances of the project's plane zone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.holds import Holds, hold_on, hold_on_part
from chiiki_gis.analysis.link_rows import Answer, Place, link_frame, link_records
from chiiki_gis.analysis.link_words import assumed_words, class_shares, narrow_metres
from chiiki_gis.analysis.network import Network, build_network, plane_code
from chiiki_gis.analysis.new_links import GateHold, NewRoads, link_by_new_road
from chiiki_gis.analysis.road_ends import loose_words
from chiiki_gis.analysis.routes import KeptSearches, Route, Search, cost_of_ways, routes_to
from chiiki_gis.analysis.speed_profile import SpeedProfile
from chiiki_gis.core.progress import Progress, Quiet

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.new_road import NewRoad

NEAREST = 12
"""Interchanges tried per facility, nearest first in a straight line."""

HALF_NOTE = (
    "ICの資料には、ハーフICか、どの方向に出入りできるかが書かれていません。利用できる方向を確かめてください。"
)


@dataclass(frozen=True, eq=False)
class LinkResult:
    """Every answer twice.

    frame    with the columns of access_link; a refusal has its reason, and no geometry, km and minutes
    records  for the command line
    corridors  the buildings that are reached by a rough new road over the ground, with it
    """

    frame: GeoDataFrame
    records: tuple[Mapping[str, object], ...]
    notes: tuple[str, ...]
    corridors: tuple[tuple[Place, NewRoad], ...] = ()


@dataclass(frozen=True, eq=False)
class _Way:
    """A way that exists: its gate, the building's hold, minutes and metres with the connectors."""

    gate: int
    hold: Holds
    minutes: float
    metres: float
    moved: bool


def access_links(
    facilities: GeoDataFrame,
    interchanges: GeoDataFrame,
    roads: GeoDataFrame | None,
    profile: SpeedProfile,
    *,
    per_facility: int = 3,
    network: Network | None = None,
    kept: KeptSearches | None = None,
    progress: Progress = Quiet(),  # noqa: B008  # a value without state
    new_roads: NewRoads | None = None,
) -> LinkResult:
    """Links of every building from its quickest and its nearest interchanges by road.

    facilities    points or sites; rows of equal building_id are one building; plane zone
    interchanges  points with name, type, open; only open ones of type ic and smart_ic are used
    roads         lines with class, width_code, oneway, level, state, or None for straight-line estimates
    per_facility  how many by time, and how many by distance; the rank is by time
    network       of those roads and that profile, where it is at hand already; roads may then be None
    kept          searches of earlier calls, which this one adds to
    new_roads     how to estimate a new road for a building that no road reaches; None leaves it refused
    A building farther from every road than the profile allows, or on roads that do not hang together with the
    interchange's, is refused with its reason. Raises ValueError for another CRS than a plane zone.
    """
    epsg = plane_code(facilities)
    buildings, gates = buildings_of(facilities), gates_of(interchanges)
    if not gates:
        return LinkResult(link_frame([], epsg), (), ("供用中のICがありません。",))
    near = _near_gates(buildings, gates, profile)
    answers: list[Answer] = []
    if network is None and roads is not None and len(roads):
        network = build_network(roads, profile)
    if network is None:
        notes: tuple[str, ...] = ("道路データがないため、直線距離に係数を掛けた概算です。",)
        for building, mine in zip(buildings, near, strict=True):
            answers += [estimate(building, gates[gate], profile) for gate in mine[:per_facility]]
            answers += [_beyond(building, gates, profile)] if not mine else []
    else:
        linker = _Linker(network, profile, buildings, gates, near, kept or KeptSearches(), new_roads)
        answers = linker.answers(per_facility, progress)
        notes = network.notes
    return LinkResult(
        link_frame(answers, epsg),
        tuple(link_records(answers)),
        tuple(dict.fromkeys((*notes, HALF_NOTE))),
        tuple((one.facility, one.new_road) for one in answers if one.new_road is not None),
    )


def buildings_of(facilities: GeoDataFrame) -> list[Place]:
    """One place per building of a facility layer."""
    found: dict[str, Place] = {}
    size = len(facilities)
    keys, names = (
        facilities[column] if column in facilities.columns else [None] * size
        for column in ("building_id", "name")
    )
    rows = zip(facilities.index, keys, names, facilities.geometry, strict=True)
    for fid, building, name, shape in rows:
        key = str(building or f"fid-{fid}")
        if key not in found:
            found[key] = Place(key, str(name or key), shape)
    return list(found.values())


def gates_of(interchanges: GeoDataFrame) -> list[Place]:
    """The interchanges in use: general and smart ones, never a junction of expressways."""
    usable = interchanges[interchanges["type"].isin(["ic", "smart_ic"]) & interchanges["open"].astype(bool)]
    usable = usable[~(usable.geometry.isna() | usable.geometry.is_empty)]
    return [Place(str(n), str(row["name"]), row.geometry) for n, (_, row) in enumerate(usable.iterrows())]


def _near_gates(buildings: list[Place], gates: list[Place], profile: SpeedProfile) -> list[list[int]]:
    """Per building the gates within the radius, nearest first, at most NEAREST."""
    import shapely

    shapes = np.array([gate.shape for gate in gates], dtype=object)
    found = []
    for building in buildings:
        away = shapely.distance(shapes, building.shape)
        order = np.argsort(away, kind="stable")[:NEAREST]
        found.append([int(n) for n in order if away[n] <= profile.radius_km.value * 1000])
    return found


class _Linker:
    """The links of some buildings over one network."""

    def __init__(
        self,
        network: Network,
        profile: SpeedProfile,
        buildings: list[Place],
        gates: list[Place],
        near: list[list[int]],
        kept: KeptSearches,
        new_roads: NewRoads | None = None,
    ) -> None:
        self.kept, self.new_roads = kept, new_roads
        self.network, self.profile = network, profile
        self.buildings, self.gates, self.near = buildings, gates, near
        self.holds = hold_on(network, [b.shape for b in buildings], open_only=True)
        self.gate_holds = hold_on(network, [g.shape for g in gates], open_only=False)
        self.parts, self.gate_parts = self.holds.parts(network), self.gate_holds.parts(network)
        self.searches: dict[int, Search] = {}
        self._moved: dict[tuple[int, int], Holds] = {}
        self.ways: list[list[_Way]] = [[] for _ in buildings]
        self.refused: list[list[Answer]] = [[] for _ in buildings]

    def answers(self, most: int, progress: Progress) -> list[Answer]:
        """Every building's answers, the quickest first; a single refusal where there is none."""
        wanted = self._wanted()
        for step, (gate, mine) in enumerate(sorted(wanted.items())):
            progress.step(step, len(wanted), f"「{self.gates[gate].name}」からの道のりを計算しています")
            self._measure(gate, mine)
        chosen = [self._chosen(ways, most) for ways in self.ways]
        routes = self._routes(chosen)
        found: list[Answer] = []
        for number, ways in enumerate(chosen):
            found += [self._answer(number, way, routes[number, way.gate]) for way in ways]
            if not ways:
                found += self._last_resort(number)
        return found

    def _last_resort(self, number: int) -> list[Answer]:
        """A building's refusal, or where no road reaches it and it is asked for, a new road's estimate."""
        refused = self.refused[number]
        if self.new_roads is None or not any(one.is_roadless for one in refused):
            return refused[:1]
        limit = self.profile.refuse_m.value
        gates = [
            GateHold(
                self.gates[gate],
                self.gate_holds.only([gate]) if self.gate_holds.distance_m[gate] <= limit else None,
            )
            for gate in self.near[number]
        ]
        refusal = next(one for one in refused if one.is_roadless)
        return [link_by_new_road(self.network, self.profile, refusal, gates, self.new_roads, self.kept)]

    def _wanted(self) -> dict[int, list[tuple[int, Holds, bool]]]:
        """Per gate the buildings that may be reached from it, with their holds; the others are refused."""
        wanted: dict[int, list[tuple[int, Holds, bool]]] = {}
        limit = self.profile.refuse_m.value
        for number, building in enumerate(self.buildings):
            if not self.near[number]:
                self.refused[number].append(_beyond(building, self.gates, self.profile))
                continue
            if self.holds.distance_m[number] > limit:
                first = self.gates[self.near[number][0]]
                away = float(self.holds.distance_m[number])
                self.refused[number].append(_far_building(building, first, away, self.profile))
                continue
            for gate in self.near[number]:
                if self.gate_holds.distance_m[gate] > limit:
                    self.refused[number].append(self._far_gate(number, gate))
                    continue
                own = self._hold(number, int(self.gate_parts[gate]))
                if own.edge[0] < 0:
                    self.refused[number].append(self._apart(number, gate))
                else:
                    moved = int(self.parts[number]) != int(self.gate_parts[gate])
                    wanted.setdefault(gate, []).append((number, own, moved))
        return wanted

    def _hold(self, number: int, part: int) -> Holds:
        """A building's hold on a connected part: its nearest road, or another one close by."""
        if int(self.parts[number]) == part:
            return self.holds.only([number])
        if (number, part) not in self._moved:
            shape, within = self.buildings[number].shape, self.profile.confirm_m.value
            self._moved[number, part] = hold_on_part(self.network, shape, part, within)
        return self._moved[number, part]

    def _measure(self, gate: int, mine: list[tuple[int, Holds, bool]]) -> None:
        """Minutes and metres from a gate to its buildings."""
        network, own_hold = self.network, self.gate_holds.only([gate])
        holds = joined([hold for _, hold, _ in mine])
        search = self.kept.get(network, own_hold)
        self.searches[gate] = search
        short = self.kept.get(network, own_hold, by_length=True)
        extra_m = holds.distance_m + float(own_hold.distance_m[0])
        minutes = cost_of_ways(network, search, holds) + extra_m / (
            self.profile.connector_kmh.value * 1000 / 60
        )
        metres = cost_of_ways(network.by_length, short, holds) + extra_m
        for place, (number, hold, moved) in enumerate(mine):
            if minutes[place] == math.inf:
                self.refused[number].append(self._one_way(number, gate, hold))
            else:
                way = _Way(gate, hold, float(minutes[place]), float(metres[place]), moved)
                self.ways[number].append(way)

    @staticmethod
    def _chosen(ways: list[_Way], most: int) -> list[_Way]:
        """The quickest and the shortest ways, by minutes."""
        quick = sorted(ways, key=lambda way: way.minutes)
        short = sorted(ways, key=lambda way: way.metres)[:most]
        return [way for place, way in enumerate(quick) if place < most or way in short]

    def _routes(self, chosen: list[list[_Way]]) -> dict[tuple[int, int], Route]:
        by_gate: dict[int, list[tuple[int, Holds]]] = {}
        for number, ways in enumerate(chosen):
            for way in ways:
                by_gate.setdefault(way.gate, []).append((number, way.hold))
        found: dict[tuple[int, int], Route] = {}
        for gate, mine in by_gate.items():
            routes = routes_to(self.network, self.searches[gate], joined([hold for _, hold in mine]))
            found |= {(number, gate): route for (number, _), route in zip(mine, routes, strict=True)}
        return found

    def _answer(self, number: int, way: _Way, route: Route) -> Answer:
        profile, network = self.profile, self.network
        near, far = float(way.hold.distance_m[0]), float(self.gate_holds.distance_m[way.gate])
        doubts = []
        if max(near, far) > profile.confirm_m.value:
            doubts.append(f"道路までの取付距離が{profile.confirm_m.value:,.0f} mを超えています。")
        if way.moved:
            doubts.append(
                "最も近い道路はICとつながっていないため、つながっている近くの道路から計算しました。"
            )
        if network.is_guessed:
            doubts.append("道路データに交差点がないため、線が交わる所を交差点として計算しました。")
        minutes = route.minutes + (near + far) / (profile.connector_kmh.value * 1000 / 60)
        by_length = sorted(other.metres for other in self.ways[number])
        return Answer(
            self.buildings[number],
            self.gates[way.gate],
            "needs_confirmation" if doubts else "ok",
            (route.length_m + near + far) / 1000,
            minutes,
            route.line,
            near,
            far,
            assumed_words(network, route, profile),
            "".join(doubts) or None,
            class_shares(network, route, profile),
            narrow_metres(network, route),
            way.metres / 1000,
            by_length.index(way.metres) + 1,
        )

    def _far_gate(self, number: int, gate: int) -> Answer:
        away, name = float(self.gate_holds.distance_m[gate]), self.gates[gate].name
        reason = (
            f"「{name}」から道路データまで{away:,.0f} mあり、"
            f"上限{self.profile.refuse_m.value:,.0f} mを超えています。"
            "ICの周りを含む道路データを取り込んでください。"
        )
        return self._refusal(number, gate, self.holds.only([number]), reason, is_roadless=True)

    def _apart(self, number: int, gate: int) -> Answer:
        edges, km = self.network.component_extent(int(self.parts[number]))
        reason = (
            f"施設の道路は「{self.gates[gate].name}」と道路データの中でつながっていません"
            f"（施設の側は{edges}本・{km:.1f} kmの離れた道路です）。{loose_words(*self.network.meeting)}"
        )
        return self._refusal(number, gate, self.holds.only([number]), reason, is_roadless=True)

    def _one_way(self, number: int, gate: int, hold: Holds) -> Answer:
        reason = f"一方通行のため、「{self.gates[gate].name}」から施設へ行ける道がありません。"
        return self._refusal(number, gate, hold, reason)

    def _refusal(
        self, number: int, gate: int, hold: Holds, reason: str, *, is_roadless: bool = False
    ) -> Answer:
        near, far = float(hold.distance_m[0]), float(self.gate_holds.distance_m[gate])
        building, interchange = self.buildings[number], self.gates[gate]
        return Answer(
            building, interchange, "refused", snap_facility_m=near, snap_interchange_m=far, reason=reason,
            is_roadless=is_roadless,
        )  # fmt: skip


def joined(holds: list[Holds]) -> Holds:
    """Several holds as one value."""
    return Holds(
        np.concatenate([h.edge for h in holds]),
        np.concatenate([h.share for h in holds]),
        np.concatenate([h.distance_m for h in holds]),
        np.concatenate([h.road_xy for h in holds]),
        np.concatenate([h.place_xy for h in holds]),
    )


def estimate(building: Place, gate: Place, profile: SpeedProfile) -> Answer:
    """A link without roads: the straight line times the detour factor, at the profile's speed."""
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
    return Answer(building, gate, "estimate", km, minutes, line, assumed=assumed, reason=reason)


def _beyond(building: Place, gates: list[Place], profile: SpeedProfile) -> Answer:
    nearest = min(gates, key=lambda gate: gate.shape.distance(building.shape))
    away = nearest.shape.distance(building.shape) / 1000
    reason = (
        f"最も近い「{nearest.name}」まで直線で{away:,.1f} kmあり、"
        f"ICを探す範囲{profile.radius_km.value:g} kmの外です。範囲を広げるか、近くのICを取り込んでください。"
    )
    return Answer(building, nearest, "refused", reason=reason)


def _far_building(building: Place, gate: Place, away: float, profile: SpeedProfile) -> Answer:
    if away == math.inf:
        reason = "施設が面することのできる道路が、道路データにありません。"
        return Answer(building, gate, "refused", reason=reason, is_roadless=True)
    reason = f"最も近い道路まで{away:,.0f} mあり、計算の上限{profile.refuse_m.value:,.0f} mを超えています。"
    return Answer(building, gate, "refused", snap_facility_m=away, reason=reason, is_roadless=True)
