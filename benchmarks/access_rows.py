"""The rows of access by road: 300,000 roads, 40 interchanges, 500 facilities, 100,000 houses."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from benchmarks.measure import median_ms
from chiiki_gis.analysis.access import access_links
from chiiki_gis.analysis.holds import Holds, Snapper, hold_on
from chiiki_gis.analysis.network import Network, build_network
from chiiki_gis.analysis.reach import reach_from
from chiiki_gis.analysis.routes import KeptSearches, costs_from, costs_to, nearest_gate
from chiiki_gis.core.role import Role
from chiiki_gis.io.speeds import own_profile


@cache
def _network() -> Network:
    """The network with the spatial index and the metres that links need; the worker keeps it so."""
    network = build_network(_frame(Role.ROAD), own_profile())
    _ = network.open_tree, network.by_length
    hold_on(network, [_frame(Role.FACILITY).geometry.iloc[0]], open_only=True)
    return network


def _frame(role: Role) -> Any:
    from benchmarks.rows import prefecture

    values = prefecture()
    return values.rows(role) if role.is_plan else values.frame(role)


@cache
def _gates() -> Holds:
    return hold_on(_network(), list(_frame(Role.INTERCHANGE).geometry), open_only=False)


def _wide_profile() -> Any:
    """All interchanges count, however far: QGIS knows no radius."""
    profile = own_profile()
    return replace(profile, radius_km=replace(profile.radius_km, value=1_000.0))


def network_build() -> float:
    """The graph from the road lines."""
    roads, profile = _frame(Role.ROAD), own_profile()
    return median_ms(lambda: build_network(roads, profile), 3)


def links() -> float:
    """From one interchange to 500 facilities, with lines, shares and narrow stretches."""
    network, facilities, gate = _network(), _frame(Role.FACILITY), _frame(Role.INTERCHANGE).iloc[:1]
    profile = _wide_profile()
    return median_ms(lambda: access_links(facilities, gate, None, profile, network=network), 3)


def link_minutes() -> float:
    """Minutes from each of 40 interchanges to 500 facilities."""
    network, gates = _network(), _gates()
    places = hold_on(network, list(_frame(Role.FACILITY).geometry), open_only=True)
    return median_ms(lambda: [costs_to(network, one, places) for one in costs_from(network, gates)], 3)


def link_moved() -> float:
    """Links of one facility that was moved, from the nearest interchanges, as the worker answers."""
    network, facility, gates = _network(), _frame(Role.FACILITY).iloc[:1], _frame(Role.INTERCHANGE)
    profile, kept = own_profile(), KeptSearches()
    return median_ms(lambda: access_links(facility, gates, None, profile, network=network, kept=kept), 5)


def nearest_interchange() -> float:
    """The quickest interchange of each of 100,000 vacant houses."""
    import numpy as np
    import shapely

    network, gates, snapper = _network(), _gates(), Snapper(_network())
    xy = shapely.get_coordinates(_frame(Role.REFERENCE).geometry.to_numpy())
    snapper.hold(xy[:1])

    def work() -> Any:
        cost, _ = nearest_gate(network, gates, np.zeros(len(gates)))
        return costs_to(network, cost, snapper.hold(xy))

    return median_ms(work, 3)


def reach_30() -> float:
    """The area reached from an interchange in 30 minutes."""
    network, gate, profile = _network(), _gates().only([0]), own_profile()
    return median_ms(lambda: reach_from(network, gate, profile, (30.0,)), 3)


def new_road() -> float:
    """A rough new road over 250,000 cells of hilly ground, with its corridor."""
    import numpy as np

    from chiiki_gis.analysis.least_cost import least_cost_way

    rows, columns = np.indices((500, 500)) * 20.0
    heights = 60 * np.sin(rows / 900) + 45 * np.cos(columns / 700) + columns * 0.02
    starts = np.zeros(heights.shape, dtype=bool)
    starts[:, 0] = True
    factor = np.ones(heights.shape)
    return median_ms(lambda: least_cost_way(heights, factor, 20.0, (250, 480), starts, 0.08), 3)


def improved_network() -> float:
    """The graph of 300,000 roads: 1,000 of them improved, 100 on a stretch only, and one drawn anew."""
    from chiiki_gis.analysis.improved_roads import roads_after
    from chiiki_gis.core.improvements import RoadImprovement, RoadPart

    roads, profile = _frame(Role.ROAD), own_profile()
    keys = list(zip(roads["layer_id"].iloc[:1000], roads["layer_fid"].iloc[:1000], strict=True))
    places = tuple((str(layer), int(fid)) for layer, fid in keys)
    half = [
        RoadPart(str(layer), int(fid), 0.0, line.length / 2, line.length)
        for layer, fid, line in zip(
            roads["layer_id"].iloc[1000:1100],
            roads["layer_fid"].iloc[1000:1100],
            roads.geometry.iloc[1000:1100],
            strict=True,
        )
    ]
    works = (
        RoadImprovement(1, "拡幅", "仮定値", roads=places, width_m=9.0),
        RoadImprovement(3, "区間", "仮定値", parts=tuple(half), width_m=9.0),
        RoadImprovement(2, "新道", "仮定値", line=((0.0, 0.0), (3000.0, 0.0)), width_m=9.0),
    )

    def work() -> Network:
        after, said = roads_after(roads, (), works)
        return build_network(after, profile, said)

    return median_ms(work, 3)
