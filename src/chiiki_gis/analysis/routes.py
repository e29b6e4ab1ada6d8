"""Ways over a road network: holding on to the nearest road, and the quickest way between two holds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.network import Network

if TYPE_CHECKING:
    from shapely.geometry import LineString, Point
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, eq=False)
class Hold:
    """Where a place meets the network: an edge, how far along it (0–1), and the connector to it."""

    edge: int
    share: float
    distance_m: float
    connector: LineString


@dataclass(frozen=True, eq=False)
class Search:
    """The quickest ways from a hold to all nodes.

    minutes    per node, infinite where no way leads; of seven digits, to find the quickest of several
    previous   per node: the node before it on its way, `SOURCE` where the way comes straight from the hold
    """

    gate: Hold
    minutes: NDArray[np.float32]
    previous: NDArray[np.int32]


SOURCE = -1
MILLIMETRE = 0.001


@dataclass(frozen=True, eq=False)
class Route:
    """A way with its connectors: length and minutes are of the road part alone."""

    length_m: float
    minutes: float
    edges: tuple[int, ...]
    line: LineString


def hold_on(
    network: Network,
    shape: BaseGeometry,
    *,
    open_only: bool,
    part: int | None = None,
    within_m: float = np.inf,
) -> Hold | None:
    """The nearest road of a place, or None where there is none.

    open_only   skip roads that a facility may not open onto (expressways)
    part        only roads of that connected part
    """
    import shapely

    edges = network.open_edges if open_only else np.arange(len(network.lines))
    tree = network.open_tree if open_only else network.tree
    if not len(edges):
        return None
    if part is None:
        edge = int(edges[int(tree.nearest(shape))])
    else:
        near = edges[tree.query(shape, predicate="dwithin", distance=min(within_m, 1e6))]
        near = near[network.component[network.start[near]] == part]
        if not len(near):
            return None
        edge = int(near[np.argmin(shapely.distance(network.lines[near], shape))])
    line = network.lines[edge]
    connector = shapely.shortest_line(line, shape)
    at = shapely.Point(connector.coords[0])
    return Hold(edge, _share_of(line, at), float(connector.length), connector)


def _share_of(line: LineString, at: Point) -> float:
    """How far along a line a point lies, 0–1; exactly 0 or 1 within a millimetre of an end."""
    metres = line.project(at)
    if metres < MILLIMETRE:
        return 0.0
    return 1.0 if line.length - metres < MILLIMETRE else float(metres / line.length)


def search_from(network: Network, gate: Hold) -> Search:
    """The quickest ways from a hold, as one search from a node put into the middle of its edge."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    size = network.nodes
    first = _departures(network, gate)
    graph = csr_matrix(
        (
            np.concatenate([network.cost, list(first.values())]),
            np.concatenate([network.neighbour, list(first)]),
            np.append(network.row_start, network.row_start[-1] + len(first)),
        ),
        shape=(size + 1, size + 1),
    )
    minutes, previous = dijkstra(graph, indices=[size], return_predecessors=True)
    previous[previous == size] = SOURCE
    return Search(gate, minutes[0, :size].astype(np.float32), previous[0, :size])


def minutes_to(network: Network, search: Search, hold: Hold) -> float:
    """Minutes from a search's gate to a hold; infinite where one-way roads forbid every way."""
    along = _minutes_along(network, search.gate, hold)
    return min(along, *(float(search.minutes[node]) + rest for node, rest in _arrivals(network, hold)))


def route_to(network: Network, search: Search, hold: Hold) -> Route:
    """The quickest way from a search's gate to a hold that can be reached."""
    minutes, node = min((float(search.minutes[node]) + rest, node) for node, rest in _arrivals(network, hold))
    if _minutes_along(network, search.gate, hold) <= minutes:
        return _along(network, search.gate, hold)
    nodes = [node]
    while (before := int(search.previous[nodes[-1]])) != SOURCE:
        nodes.append(before)
    nodes.reverse()
    return _assembled(network, search.gate, nodes, hold)


def _departures(network: Network, gate: Hold) -> dict[int, float]:
    """The nodes a hold's edge leads to, with the minutes to each; a hold at a node is there already."""
    edge, whole = gate.edge, float(network.minutes[gate.edge])
    found = {int(network.end[edge]): (1 - gate.share) * whole}
    if not network.oneway[edge] or gate.share == 0:
        start = int(network.start[edge])
        found[start] = min(gate.share * whole, found.get(start, np.inf))
    return found


def _arrivals(network: Network, hold: Hold) -> list[tuple[int, float]]:
    """The nodes a hold's edge may be entered from, with the minutes from each."""
    edge, whole = hold.edge, float(network.minutes[hold.edge])
    found = [(int(network.start[edge]), hold.share * whole)]
    if not network.oneway[edge] or hold.share == 1:
        found.append((int(network.end[edge]), (1 - hold.share) * whole))
    return found


def _minutes_along(network: Network, gate: Hold, hold: Hold) -> float:
    """Minutes straight along the edge that both hold on to; infinite for two edges or against one-way."""
    if gate.edge != hold.edge or (network.oneway[gate.edge] and hold.share < gate.share):
        return float(np.inf)
    return abs(hold.share - gate.share) * float(network.minutes[gate.edge])


def _along(network: Network, gate: Hold, hold: Hold) -> Route:
    from shapely.ops import substring

    part = substring(network.lines[gate.edge], gate.share, hold.share, normalized=True)
    length = abs(hold.share - gate.share) * float(network.length_m[gate.edge])
    line = _joined([_reversed(gate.connector), part, hold.connector])
    return Route(length, _minutes_along(network, gate, hold), (gate.edge,), line)


def _assembled(network: Network, gate: Hold, nodes: list[int], hold: Hold) -> Route:
    """The way through some nodes, from the gate's edge to the hold's."""
    first, first_share = _first_part(network, gate, nodes[0])
    last, last_share = _last_part(network, hold, nodes[-1])
    arcs = [_arc(network, a, b) for a, b in pairwise(nodes)]
    middle = [network.lines[edge] if forward else _reversed(network.lines[edge]) for edge, forward in arcs]
    edges = [edge for edge, _ in arcs]
    line = _joined([_reversed(gate.connector), first, *middle, last, hold.connector])
    whole = [gate.edge, *edges, hold.edge]
    shares = np.array([first_share, *(1.0 for _ in edges), last_share])
    length, minutes = (float(shares @ of[whole]) for of in (network.length_m, network.minutes))
    return Route(length, minutes, tuple(whole), line)


def _first_part(network: Network, gate: Hold, node: int) -> tuple[Any, float]:
    """From the gate to a node of its edge: the line and its share of the edge."""
    from shapely.ops import substring

    edge, share = gate.edge, gate.share
    may_turn = node == network.start[edge] and (share == 0 or not network.oneway[edge])
    is_end = node == network.end[edge] and (not may_turn or 1 - share <= share)
    line = substring(network.lines[edge], share, 1.0 if is_end else 0.0, normalized=True)
    return line, 1 - share if is_end else share


def _last_part(network: Network, hold: Hold, node: int) -> tuple[Any, float]:
    """From a node of the hold's edge to the hold: the line and its share of the edge."""
    from shapely.ops import substring

    edge, share = hold.edge, hold.share
    may_turn = node == network.end[edge] and (share == 1 or not network.oneway[edge])
    is_start = node == network.start[edge] and (not may_turn or share <= 1 - share)
    line = substring(network.lines[edge], 0.0 if is_start else 1.0, share, normalized=True)
    return line, share if is_start else 1 - share


def _arc(network: Network, begin: int, end: int) -> tuple[int, bool]:
    """The arc between two neighbouring nodes: its edge, and whether it runs as the edge is drawn."""
    first, last = int(network.row_start[begin]), int(network.row_start[begin + 1])
    arc = first + int(np.flatnonzero(network.neighbour[first:last] == end)[0])
    return int(network.arc_edge[arc]), bool(network.arc_forward[arc])


def _reversed(line: Any) -> Any:
    import shapely

    return shapely.reverse(line)


def _joined(parts: list[Any]) -> LineString:
    """One line through all parts; repeated and zero-length ones are left out."""
    import shapely

    xy = shapely.get_coordinates(parts)
    keep = np.concatenate([[True], np.hypot(*np.diff(xy, axis=0).T) > 1e-9])
    xy = xy[keep]
    return shapely.linestrings(xy if len(xy) > 1 else np.vstack([xy, xy]))
