"""Ways over a road network: the quickest ways from a hold to all nodes, and the routes to other holds."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.holds import Holds
from chiiki_gis.analysis.network import Network

if TYPE_CHECKING:
    from shapely.geometry import LineString

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

SOURCE = -1

MOST_KEPT = 32
"""Searches kept at once: 12 bytes a node each, some 80 MB for a prefecture."""


@dataclass(frozen=True, eq=False)
class Search:
    """The quickest ways from one hold to all nodes.

    cost       per node: minutes (or metres, where the network counts metres), infinite where no way leads
    previous   per node: the node before it on its way, `SOURCE` where the way comes straight from the hold
    """

    gate: Holds
    cost: NDArray[np.float64]
    previous: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Route:
    """A way with its connectors: length and minutes are of the road part alone.

    edges, metres   the edges it takes, in their order, and how far along each
    line            from the gate's place to the other place
    """

    length_m: float
    minutes: float
    edges: Ints
    metres: Floats
    line: LineString


def search_from(network: Network, gates: Holds, *, limit: float = np.inf) -> list[Search]:
    """The quickest ways from each gate to all nodes, as searches from nodes put into the middle of edges.

    limit   stop at that cost; nodes beyond it count as not reached
    """
    from scipy.sparse.csgraph import dijkstra

    graph = _graph(network, gates)
    size = network.nodes
    found = []
    for number in range(len(gates)):
        cost, previous = dijkstra(
            graph, indices=np.array([size + number]), return_predecessors=True, limit=limit
        )
        before = previous[0, :size]
        before[before >= size] = SOURCE
        found.append(Search(gates.only([number]), cost[0, :size], before))
    return found


class KeptSearches:
    """Searches over one network, kept for when they are asked for again; the oldest leave first."""

    def __init__(self) -> None:
        self._network: Network | None = None
        self._kept: OrderedDict[tuple[bool, int, float], Search] = OrderedDict()

    def get(self, network: Network, gate: Holds, *, by_length: bool = False) -> Search:
        """The search from a gate over the network, in minutes or in metres."""
        if self._network is not network:
            self._network = network
            self._kept.clear()
        key = (by_length, int(gate.edge[0]), float(gate.share[0]))
        if key in self._kept:
            self._kept.move_to_end(key)
            return replace(self._kept[key], gate=gate)
        (found,) = search_from(network.by_length if by_length else network, gate)
        self._kept[key] = found
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found


def costs_from(network: Network, gates: Holds) -> NDArray[np.float64]:
    """Cost from each gate to every node, (gates, nodes); infinite where no way leads."""
    from scipy.sparse.csgraph import dijkstra

    indices = network.nodes + np.arange(len(gates))
    return np.asarray(dijkstra(_graph(network, gates), indices=indices)[:, : network.nodes])


def nearest_gate(network: Network, gates: Holds, connector: Floats) -> tuple[Floats, Ints]:
    """Per node the cost from the quickest gate, and that gate; infinite and -1 where none leads there.

    connector   cost of each gate's own connector, added to its ways
    """
    from scipy.sparse.csgraph import dijkstra

    size = network.nodes
    indices = size + np.arange(len(gates))
    graph = _graph(network, gates, connector)
    cost, _, source = dijkstra(graph, indices=indices, min_only=True, return_predecessors=True)
    source = source[:size]
    return cost[:size], np.where(source < size, -1, source - size)


def _graph(network: Network, gates: Holds, extra: Floats | None = None) -> Any:
    """The arcs, and from one more node per gate those to the ends of its edge."""
    from scipy.sparse import csr_matrix

    size = network.nodes
    heads: list[int] = []
    costs: list[float] = []
    rows: list[int] = []
    for number in range(len(gates)):
        first = _departures(network, gates, number)
        more = float(extra[number]) if extra is not None else 0.0
        heads.extend(first)
        costs.extend(cost + more for cost in first.values())
        rows.append(len(heads))
    return csr_matrix(
        (
            np.concatenate([network.cost, np.array(costs, dtype=np.float64)]),
            np.concatenate([network.neighbour, np.array(heads, dtype=np.int64)]).astype(np.int32),
            np.append(network.row_start, network.row_start[-1] + np.array(rows, dtype=np.int64)).astype(
                np.int32
            ),
        ),
        shape=(size + len(gates), size + len(gates)),
    )


def _departures(network: Network, gates: Holds, number: int) -> dict[int, float]:
    """The nodes a hold's edge leads to, with the cost to each; a hold at a node is there already."""
    edge, share = int(gates.edge[number]), float(gates.share[number])
    whole = float(network.minutes[edge])
    found = {int(network.end[edge]): (1 - share) * whole}
    if not network.oneway[edge] or share == 0:
        start = int(network.start[edge])
        found[start] = min(share * whole, found.get(start, np.inf))
    return found


def costs_to(network: Network, node_cost: NDArray[np.float64], holds: Holds) -> tuple[Floats, Ints]:
    """Cost to each hold by way of the nodes of its edge, and the node it is entered from.

    Infinite where one-way roads forbid every way. Ways that stay on the gate's edge are not seen here.
    """
    if not len(network.length_m):
        return np.full(len(holds), np.inf), np.full(len(holds), -1)
    edge, whole = holds.edge, network.minutes[holds.edge]
    start, end = network.start[edge], network.end[edge]
    from_start = node_cost[start] + holds.share * whole
    may_turn = ~network.oneway[edge] | (holds.share == 1)
    from_end = np.where(may_turn, node_cost[end] + (1 - holds.share) * whole, np.inf)
    cost = np.minimum(from_start, from_end)
    cost[edge < 0] = np.inf
    return cost, np.where(from_start <= from_end, start, end)


def along_edge(network: Network, gate: Holds, holds: Holds) -> Floats:
    """Cost straight along the edge a gate and each hold share; infinite for two edges or against one-way."""
    edge, share = int(gate.edge[0]), float(gate.share[0])
    same = holds.edge == edge
    if network.oneway[edge]:
        same &= holds.share >= share
    return np.where(same, np.abs(holds.share - share) * network.minutes[edge], np.inf)


def cost_of_ways(network: Network, search: Search, holds: Holds) -> Floats:
    """Cost from a search's gate to each hold; infinite where no way leads."""
    return np.minimum(costs_to(network, search.cost, holds)[0], along_edge(network, search.gate, holds))


def routes_to(network: Network, search: Search, holds: Holds) -> list[Route]:
    """The quickest way from a search's gate to each hold; all of them can be reached."""
    cost, node = costs_to(network, search.cost, holds)
    direct = along_edge(network, search.gate, holds) <= cost
    nodes, length = _traced(search, node)
    arcs = _arcs_into(network, search, nodes)
    found = []
    for number in range(len(holds)):
        hold = holds.only([number])
        if direct[number]:
            parts = [(int(hold.edge[0]), float(search.gate.share[0]), float(hold.share[0]))]
            found.append(_route(network, search.gate, hold, parts[:1], np.zeros(0, np.int64), []))
            continue
        steps = int(length[number])
        way = nodes[steps - 1 :: -1, number] if steps else nodes[:0, number]
        inner = arcs[steps - 2 :: -1, number] if steps > 1 else arcs[:0, number]
        first = [_first_part(network, search.gate, int(way[0]))]
        last = [_last_part(network, hold, int(way[-1]))]
        found.append(_route(network, search.gate, hold, first, inner, last))
    return found


def _traced(search: Search, last: Ints) -> tuple[Ints, Ints]:
    """The nodes of each way, from its last to its first (row by row; -1 beyond), and how many they are."""
    rows, now = [], last.astype(np.int64)
    length = np.zeros(len(last), dtype=np.int64)
    while (now >= 0).any():
        rows.append(now)
        length += now >= 0
        now = np.where(now >= 0, search.previous[now], -1)
    return (np.stack(rows) if rows else np.zeros((0, len(last)), np.int64)), length


def _arcs_into(network: Network, search: Search, nodes: Ints) -> Ints:
    """The arc that leads from each traced node's predecessor to it; -1 beyond the first node."""
    known = np.unique(nodes[nodes >= 0])
    before = search.previous[known].astype(np.int64)
    found = np.full(len(known), -1)
    row = network.row_start[before.clip(0)]
    size = network.row_start[before.clip(0) + 1] - row
    for step in range(int(size.max(initial=0))):
        arc = (row + step).clip(0, max(len(network.neighbour) - 1, 0))
        hit = (step < size) & (before >= 0) & (found < 0) & (network.neighbour[arc] == known)
        found[hit] = arc[hit]
    into = np.full(network.nodes + 1, -1)
    into[known] = found
    return into[nodes]


def _route(
    network: Network,
    gate: Holds,
    hold: Holds,
    first: list[tuple[int, float, float]],
    arcs: Ints,
    last: list[tuple[int, float, float]],
) -> Route:
    """A way from the gate's edge over whole arcs to the hold's edge."""
    import shapely

    inner, forward = network.arc_edge[arcs], network.arc_forward[arcs]
    ends = [*first, *last]
    parts = [_part(network, *piece) for piece in ends]
    middle = network.xy[_vertices(network, inner, forward)]
    head, tail = parts[: len(first)], parts[len(first) :]
    xy = np.concatenate([gate.place_xy, gate.road_xy, *head, middle, *tail, hold.road_xy, hold.place_xy])
    step = np.abs(xy[1:] - xy[:-1]) > 1e-9
    keep = np.ones(len(xy), dtype=bool)
    keep[1:] = step[:, 0] | step[:, 1]
    xy = xy[keep]
    edges = np.array([*(e for e, _, _ in first), *inner, *(e for e, _, _ in last)], dtype=np.int64)
    share = np.array(
        [*(abs(b - a) for _, a, b in first), *np.ones(len(inner)), *(abs(b - a) for _, a, b in last)]
    )
    metres = share * network.length_m[edges]
    return Route(
        float(metres.sum()),
        float((share * network.minutes[edges]).sum()),
        edges,
        metres,
        shapely.linestrings(xy if len(xy) > 1 else np.vstack([xy, xy])),
    )


def _vertices(network: Network, edges: Ints, forward: NDArray[np.bool_]) -> Ints:
    """Numbers of the vertices of edges driven one after the other."""
    begin, size = network.first[edges], network.first[edges + 1] - network.first[edges]
    offset = np.arange(int(size.sum())) - np.repeat(np.cumsum(size) - size, size)
    ahead = np.repeat(forward, size)
    numbers = np.where(ahead, np.repeat(begin, size) + offset, np.repeat(begin + size - 1, size) - offset)
    return np.asarray(numbers, dtype=np.int64)


def _part(network: Network, edge: int, share: float, until: float) -> Floats:
    """The vertices of an edge from one share of it to another, in that direction."""
    low, high = sorted((share, until))
    begin, end = int(network.first[edge]), int(network.first[edge + 1])
    along, xy = network.along[begin:end], network.xy[begin:end]
    metres = np.array([low, high]) * network.length_m[edge]
    inside = (along > metres[0]) & (along < metres[1])
    ends = np.column_stack([np.interp(metres, along, xy[:, 0]), np.interp(metres, along, xy[:, 1])])
    found = np.concatenate([ends[:1], xy[inside], ends[1:]])
    return found if share <= until else found[::-1]


def _first_part(network: Network, gate: Holds, node: int) -> tuple[int, float, float]:
    """From the gate to a node of its edge: the edge and the two shares."""
    edge, share = int(gate.edge[0]), float(gate.share[0])
    may_turn = node == network.start[edge] and (share == 0 or not network.oneway[edge])
    is_end = node == network.end[edge] and (not may_turn or 1 - share <= share)
    return edge, share, 1.0 if is_end else 0.0


def _last_part(network: Network, hold: Holds, node: int) -> tuple[int, float, float]:
    """From a node of the hold's edge to the hold: the edge and the two shares."""
    edge, share = int(hold.edge[0]), float(hold.share[0])
    may_turn = node == network.end[edge] and (share == 1 or not network.oneway[edge])
    is_start = node == network.start[edge] and (not may_turn or share <= 1 - share)
    return edge, 0.0 if is_start else 1.0, share
