"""Links to buildings that no road reaches: by road as far as it goes, then by a rough new road."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.holds import Holds, hold_on_part
from chiiki_gis.analysis.link_rows import Answer, Place
from chiiki_gis.analysis.link_words import assumed_words, class_shares, narrow_metres
from chiiki_gis.analysis.new_road import Ground, NewRoad, road_over_ground, straight_road
from chiiki_gis.analysis.road_design import NewRoadRule, RoadDesigns
from chiiki_gis.analysis.routes import KeptSearches, cost_of_ways, routes_to
from chiiki_gis.core.progress import Progress, Quiet

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.analysis.network import Network
    from chiiki_gis.analysis.speed_profile import SpeedProfile


QUIET = Quiet()


@dataclass(frozen=True, eq=False)
class NewRoads:
    """How new roads are found, for a whole plan."""

    ground: Ground
    rule: NewRoadRule
    designs: RoadDesigns
    progress: Progress = QUIET


@dataclass(frozen=True, eq=False)
class GateHold:
    """An interchange and its hold on the network; the hold is None where no road is near."""

    place: Place
    hold: Holds | None


def link_by_new_road(
    network: Network | None,
    profile: SpeedProfile,
    refusal: Answer,
    gates: Sequence[GateHold],
    finder: NewRoads,
    kept: KeptSearches,
) -> Answer:
    """The estimate in place of a refusal, or the refusal with the reason why there is no estimate.

    gates   of the building, nearest first; a new road begins at the roads of the first that has any
    """
    first = next((gate for gate in gates if gate.hold is not None), None)
    if network is None or first is None or first.hold is None:
        gate = gates[0].place
        road = _found([gate.shape], refusal.facility.shape, profile, finder)
        if road is None:
            return _too_steep(refusal, finder)
        return _answer(refusal, gate, road, profile, finder)
    part = int(first.hold.parts(network)[0])
    edges = network.open_edges[network.component[network.start[network.open_edges]] == part]
    if not len(edges):
        return refusal
    road = _found(list(network.lines[edges]), refusal.facility.shape, profile, finder)
    if road is None:
        return _too_steep(refusal, finder)
    import shapely

    begin = shapely.get_point(road.line, 0)
    hold = hold_on_part(network, begin, part, 1.0)
    same = [g for g in gates if g.hold is not None and int(g.hold.parts(network)[0]) == part]
    costs = [
        float(cost_of_ways(network, kept.get(network, gate.hold), hold)[0]) for gate in same if gate.hold
    ]
    best = int(np.argmin(costs))
    chosen = same[best]
    if not np.isfinite(costs[best]) or chosen.hold is None:
        return refusal
    (route,) = routes_to(network, kept.get(network, chosen.hold), hold)
    far = float(chosen.hold.distance_m[0])
    found = _answer(refusal, chosen.place, road, profile, finder)
    assert found.minutes is not None
    return replace(
        found,
        km=(route.length_m + far + road.length_m) / 1000,
        minutes=found.minutes + route.minutes + far / (profile.connector_kmh.value * 1000 / 60),
        line=_joined(route.line, road.line),
        snap_interchange_m=far,
        assumed=(*assumed_words(network, route, profile), *found.assumed),
        shares=class_shares(network, route, profile),
        narrow=narrow_metres(network, route),
    )


def _found(
    starts: Sequence[BaseGeometry], place: BaseGeometry, profile: SpeedProfile, finder: NewRoads
) -> NewRoad | None:
    if finder.ground.read is None:
        return straight_road(starts, place, finder.rule, profile.detour_factor.value)
    return road_over_ground(starts, place, finder.ground, finder.rule, finder.designs, finder.progress)


def _answer(refusal: Answer, gate: Place, road: NewRoad, profile: SpeedProfile, finder: NewRoads) -> Answer:
    """The estimate of the new road alone."""
    kmh = finder.rule.design.kmh
    assumed = [f"新しい道 時速{kmh:g} km（{finder.rule.design.label}を想定した仮定値）"]
    if road.cell_m is None:
        factor = profile.detour_factor
        assumed.append(f"新しい道の長さ 直線距離×{factor.value:g}（{factor.basis}）")
    else:
        for key, figure in finder.designs.costs.items():
            if any(obstacle.kind == key for obstacle in finder.ground.obstacles):
                assumed.append(f"{figure.label}を通る1 mは{figure.value:g} mに数える（{figure.basis}）")
    return replace(
        refusal,
        interchange=gate,
        status="estimate",
        km=road.length_m / 1000,
        minutes=road.length_m / 1000 / kmh * 60,
        line=road.line if road.line.length else None,
        assumed=tuple(assumed),
        reason=f"{refusal.reason or ''}{new_road_words(road)}",
        new_road=road,
    )


def new_road_words(road: NewRoad) -> str:
    """What an estimate says of its new road."""
    km = road.length_m / 1000
    if road.cell_m is None:
        return f"道路のない区間は、標高のデータがないため、直線距離に係数を掛けた約{km:.1f} kmの概算です。"
    crossed = "、".join(f"{label} {metres:,.0f} m" for label, metres in road.crossed.items() if metres >= 1)
    return (
        f"道路のない区間は、標高から求めた新しい道 約{km:.1f} kmの概算で、平均勾配{road.mean:.1f}%、"
        f"最急勾配{road.steepest:.1f}%です。条件は、{road.rule.words}です。"
        f"標高のます目は{road.cell_m:.0f} mです。"
        f"{f'通る所は、{crossed}です。' if crossed else ''}"
    )


def _too_steep(refusal: Answer, finder: NewRoads) -> Answer:
    reason = (
        f"{refusal.reason or ''}新しい道も、標高のデータがある範囲では見つかりません。"
        f"条件は、{finder.rule.words}です。"
    )
    return replace(refusal, reason=reason)


def _joined(route: BaseGeometry, road: BaseGeometry) -> BaseGeometry:
    import shapely

    xy = np.vstack([shapely.get_coordinates(route), shapely.get_coordinates(road)])
    keep = np.append(True, np.hypot(*np.diff(xy, axis=0).T) > 1e-9)
    return shapely.linestrings(xy[keep] if keep.sum() > 1 else xy[:2])
