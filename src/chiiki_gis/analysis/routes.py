"""Ways over a road network: holding on to the nearest road, and the quickest way between two holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.network import Network

if TYPE_CHECKING:
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry


@dataclass(frozen=True, eq=False)
class Hold:
    """Where a place meets the network: an edge, how far along it (0–1), and the connector to it."""

    edge: int
    share: float
    distance_m: float
    connector: LineString


@dataclass(frozen=True, eq=False)
class Reach:
    """Minutes from every node to a hold, by way of either end of its edge.

    ends         the edge's nodes the hold may be entered from, with the minutes from there
    minutes      per end: minutes from every node to that end
    following    per end: the next node on the way to it
    """

    ends: tuple[tuple[int, float], ...]
    minutes: NDArray[np.float64]
    following: NDArray[np.int32]


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
    share = float(shapely.line_locate_point(line, at, normalized=True)) if line.length else 0.0
    return Hold(edge, share, float(connector.length), connector)


def reach_of(network: Network, hold: Hold) -> Reach:
    """The quickest ways from all nodes to a hold."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import dijkstra

    edge, whole = hold.edge, float(network.minutes[hold.edge])
    ends = [(int(network.start[edge]), hold.share * whole)]
    if not network.oneway[edge]:
        ends.append((int(network.end[edge]), (1 - hold.share) * whole))
    size = network.nodes
    graph = csr_matrix((network.cost, network.neighbour, network.row_start), shape=(size, size))
    minutes, following = dijkstra(graph, indices=[n for n, _ in ends], return_predecessors=True)
    return Reach(tuple(ends), minutes, following)


def route_from(network: Network, gate: Hold, hold: Hold, reach: Reach) -> Route | None:
    """The quickest way from one hold to another, or None where one-way roads forbid every way."""
    best: tuple[float, int, int, int] | None = None
    edge, whole = gate.edge, float(network.minutes[gate.edge])
    starts = [(int(network.end[edge]), (1 - gate.share) * whole, +1)]
    if not network.oneway[edge]:
        starts.append((int(network.start[edge]), gate.share * whole, -1))
    for node, first, side in starts:
        for number, (_, last) in enumerate(reach.ends):
            total = first + float(reach.minutes[number, node]) + last
            if np.isfinite(total) and (best is None or total < best[0]):
                best = (total, node, number, side)
    along = _along_one_edge(network, gate, hold)
    if along is not None and (best is None or along.minutes <= best[0]):
        return along
    return None if best is None else _assemble(network, gate, hold, reach, best)


def _along_one_edge(network: Network, gate: Hold, hold: Hold) -> Route | None:
    """Both holds on one road: straight along it, unless it is one-way the other way."""
    from shapely.ops import substring

    if gate.edge != hold.edge or (network.oneway[gate.edge] and hold.share < gate.share):
        return None
    part = substring(network.lines[gate.edge], gate.share, hold.share, normalized=True)
    share = abs(hold.share - gate.share)
    length, minutes = share * network.length_m[gate.edge], share * network.minutes[gate.edge]
    line = _joined([_reversed(gate.connector), part, hold.connector])
    return Route(float(length), float(minutes), (gate.edge,), line)


def _assemble(
    network: Network, gate: Hold, hold: Hold, reach: Reach, best: tuple[float, int, int, int]
) -> Route:
    from shapely.ops import substring

    total, node, number, side = best
    edges = [gate.edge]
    lines = [
        _reversed(gate.connector),
        substring(network.lines[gate.edge], gate.share, 1.0 if side > 0 else 0.0, normalized=True),
    ]
    length = ((1 - gate.share) if side > 0 else gate.share) * float(network.length_m[gate.edge])
    target = reach.ends[number][0]
    while node != target:
        following = int(reach.following[number, node])
        edge, forward = _arc(network, node, following)
        edges.append(edge)
        lines.append(network.lines[edge] if forward else _reversed(network.lines[edge]))
        length += float(network.length_m[edge])
        node = following
    from_start = number == 0
    last = substring(network.lines[hold.edge], 0.0 if from_start else 1.0, hold.share, normalized=True)
    length += (hold.share if from_start else 1 - hold.share) * float(network.length_m[hold.edge])
    line = _joined([*lines, last, hold.connector])
    return Route(length, total, (*edges, hold.edge), line)


def _arc(network: Network, begin: int, end: int) -> tuple[int, bool]:
    """The quickest arc between two neighbouring nodes: its edge, and whether it runs as the edge is drawn."""
    first, last = int(network.row_start[end]), int(network.row_start[end + 1])
    some = np.flatnonzero(network.neighbour[first:last] == begin) + first
    arc = int(some[np.argmin(network.cost[some])])
    return int(network.arc_edge[arc]), bool(network.arc_forward[arc])


def _reversed(line: Any) -> Any:
    import shapely

    return shapely.reverse(line)


def _joined(parts: list[Any]) -> LineString:
    """One line through all parts; repeated and zero-length ones are left out."""
    import shapely

    xy = np.vstack([shapely.get_coordinates(part) for part in parts])
    keep = np.concatenate([[True], np.hypot(*np.diff(xy, axis=0).T) > 1e-9])
    xy = xy[keep]
    return shapely.linestrings(xy if len(xy) > 1 else np.vstack([xy, xy]))
