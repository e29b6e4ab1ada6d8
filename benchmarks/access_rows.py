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
