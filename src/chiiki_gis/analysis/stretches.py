"""The stretch of road between places on it: which pieces of a network lie on the shortest way along them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.routes import SOURCE, Search, along_edge, cost_of_ways, costs_to, search_from

if TYPE_CHECKING:
    from chiiki_gis.analysis.holds import Holds
    from chiiki_gis.analysis.network import Network

Piece = tuple[int, float, float]
"""An edge, and from where to where along it as shares (0–1), the lower first."""


def pieces_between(network: Network, holds: Holds) -> list[Piece] | None:
    """The edges on the shortest way from each place to the next, in both directions of one-way roads.

    Returns None where two places are not connected.
    """
    both = replace(network, oneway=np.zeros(len(network.oneway), dtype=bool)).by_length
    found: list[Piece] = []
    for number in range(len(holds) - 1):
        gate, hold = holds.only([number]), holds.only([number + 1])
        (search,) = search_from(both, gate)
        if not np.isfinite(cost_of_ways(both, search, hold)[0]):
            return None
        found += _way(both, search, hold)
    return [piece for piece in found if piece[2] > piece[1]]


def _way(network: Network, search: Search, hold: Holds) -> Sequence[Piece]:
    gate_edge, gate_share = int(search.gate.edge[0]), float(search.gate.share[0])
    edge, share = int(hold.edge[0]), float(hold.share[0])
    cost, node = costs_to(network, search.cost, hold)
    if along_edge(network, search.gate, hold)[0] <= cost[0]:
        return [(edge, min(gate_share, share), max(gate_share, share))]
    nodes = [int(node[0])]
    while search.previous[nodes[-1]] != SOURCE:
        nodes.append(int(search.previous[nodes[-1]]))
    nodes.reverse()
    return [
        _to_node(network, gate_edge, gate_share, nodes[0]),
        *((_edge(network, a, b), 0.0, 1.0) for a, b in pairwise(nodes)),
        _to_node(network, edge, share, nodes[-1]),
    ]


def _to_node(network: Network, edge: int, share: float, node: int) -> Piece:
    """From a place on an edge to one of the edge's ends; of a ring's two ways the shorter."""
    ways = []
    if int(network.start[edge]) == node:
        ways.append((edge, 0.0, share))
    if int(network.end[edge]) == node:
        ways.append((edge, share, 1.0))
    return min(ways, key=lambda way: way[2] - way[1])


def _edge(network: Network, tail: int, head: int) -> int:
    """The shortest edge between two neighbours."""
    first, last = int(network.row_start[tail]), int(network.row_start[tail + 1])
    (arc,) = first + np.flatnonzero(network.neighbour[first:last] == head)[:1]
    return int(network.arc_edge[arc])
