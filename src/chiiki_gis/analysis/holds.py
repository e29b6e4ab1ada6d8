"""Where places meet a road network: the nearest road of each, how far along it, and the connector to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.analysis.noding import nearby_order

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.analysis.network import Network

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MILLIMETRE = 0.001
_STEP_M = 40.0
_NEIGHBOURS = 12


@dataclass(frozen=True, eq=False)
class Holds:
    """Places and the roads they hold on to.

    edge        edge of the network, -1 where there is none
    share       how far along it (0–1); exactly 0 or 1 within a millimetre of an end
    distance_m  from the road to the place, infinite where there is none
    road_xy, place_xy   the two ends of the connector
    """

    edge: Ints
    share: Floats
    distance_m: Floats
    road_xy: Floats
    place_xy: Floats

    def __len__(self) -> int:
        return len(self.edge)

    def only(self, wanted: Any) -> Holds:
        """Some of the places."""
        return Holds(
            self.edge[wanted],
            self.share[wanted],
            self.distance_m[wanted],
            self.road_xy[wanted],
            self.place_xy[wanted],
        )

    def parts(self, network: Network) -> Ints:
        """The connected part of the network each holds on to; -1 where none."""
        if not len(network.length_m):
            return np.full(len(self), -1)
        return np.where(self.edge < 0, -1, network.component[network.start[self.edge]])


def hold_on(network: Network, shapes: Sequence[BaseGeometry], *, open_only: bool) -> Holds:
    """The nearest road of each place.

    open_only   skip roads that a facility may not open onto (expressways)
    """
    import shapely

    edges = network.open_edges if open_only else np.arange(len(network.length_m))
    tree = network.open_tree if open_only else network.tree
    places = np.array(shapes, dtype=object)
    if not len(edges) or not len(places):
        return _nowhere(places)
    edge = edges[tree.nearest(places)]
    return _holds(network, edge, shapely.get_coordinates(shapely.shortest_line(network.lines[edge], places)))


def hold_on_part(network: Network, shape: BaseGeometry, part: int, within_m: float) -> Holds:
    """The nearest road of one place that lies in a connected part and that a facility may open onto."""
    import shapely

    near = network.open_edges[network.open_tree.query(shape, predicate="dwithin", distance=within_m)]
    near = near[network.component[network.start[near]] == part]
    if not len(near):
        return _nowhere(np.array([shape], dtype=object))
    edge = near[[int(np.argmin(shapely.distance(network.lines[near], shape)))]]
    return _holds(network, edge, shapely.get_coordinates(shapely.shortest_line(network.lines[edge], [shape])))


def _nowhere(places: NDArray[np.object_]) -> Holds:
    import shapely

    xy = shapely.get_coordinates(shapely.point_on_surface(places)) if len(places) else np.zeros((0, 2))
    size = len(places)
    return Holds(np.full(size, -1), np.zeros(size), np.full(size, np.inf), xy, xy)


def _holds(network: Network, edge: Ints, ends: Floats) -> Holds:
    """Holds from the connectors: each two vertices, on the road and at the place."""
    import shapely

    road, place = ends[0::2], ends[1::2]
    metres = shapely.line_locate_point(network.lines[edge], shapely.points(road))
    return Holds(edge, _shares(network, edge, metres), np.hypot(*(place - road).T), road, place)


def _shares(network: Network, edge: Ints, metres: Floats) -> Floats:
    length = network.length_m[edge]
    share = metres / np.maximum(length, MILLIMETRE)
    return np.where(metres < MILLIMETRE, 0.0, np.where(length - metres < MILLIMETRE, 1.0, share))


class Snapper:
    """The nearest open road of many points, by a tree of marks every 40 m along the roads."""

    def __init__(self, network: Network) -> None:
        self.network = network

    @cached_property
    def _marks(self) -> tuple[Any, Ints, float]:
        """The tree, the segment (number of its first vertex) of each mark, and half of the widest spacing."""
        from scipy.spatial import cKDTree

        network = self.network
        is_open = np.zeros(len(network.length_m), dtype=bool)
        is_open[network.open_edges] = True
        edge = np.repeat(np.arange(len(is_open)), np.diff(network.first))
        segment = np.nonzero((edge[1:] == edge[:-1]) & is_open[edge[:-1]])[0]
        span = network.xy[segment + 1] - network.xy[segment]
        length = np.hypot(*span.T)
        count = np.maximum(1, np.ceil(length / _STEP_M)).astype(np.int64)
        owner = np.repeat(np.arange(len(segment)), count)
        order = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        share = (order + 0.5) / count[owner]
        marks = network.xy[segment[owner]] + span[owner] * share[:, None]
        half = float((length / count / 2).max(initial=0))
        return cKDTree(marks, balanced_tree=False, compact_nodes=False), segment[owner], half

    def hold(self, xy: Floats) -> Holds:
        """The nearest open road of each point, exactly."""
        import shapely

        network = self.network
        if not len(xy) or not len(network.open_edges):
            return _nowhere(shapely.points(xy))
        tree, segments, half = self._marks
        order = nearby_order(xy)
        points = xy[order]
        away, mark = tree.query(points, k=min(_NEIGHBOURS, len(segments)))
        away, mark = away.reshape(len(xy), -1), mark.reshape(len(xy), -1)
        segment = segments[mark]
        a = network.xy[segment]
        span = network.xy[segment + 1] - a
        towards = points[:, None] - a
        squared = np.maximum(np.einsum("ijk,ijk->ij", span, span), 1e-18)
        share = np.clip(np.einsum("ijk,ijk->ij", towards, span) / squared, 0, 1)
        gap = towards - span * share[..., None]
        distance2 = np.einsum("ijk,ijk->ij", gap, gap)
        best = np.argmin(distance2, axis=1)
        at = np.arange(len(points))
        vertex, share, distance2 = segment[at, best], share[at, best], distance2[at, best]
        edge = np.searchsorted(network.first, vertex, side="right") - 1
        road = network.xy[vertex] + (network.xy[vertex + 1] - network.xy[vertex]) * share[:, None]
        metres = network.along[vertex] + np.sqrt(squared[at, best]) * share
        found = Holds(edge, _shares(network, edge, metres), np.sqrt(distance2), road, points)
        # A segment that was not tried has no mark nearer than the last one tried, and no point of it lies
        # farther than half a spacing from a mark.
        unsure = np.sqrt(distance2) > away[:, -1] - half
        if len(segments) > _NEIGHBOURS and unsure.any():
            exact = hold_on(network, list(shapely.points(points[unsure])), open_only=True)
            for name in ("edge", "share", "distance_m", "road_xy"):
                getattr(found, name)[unsure] = getattr(exact, name)
        back = np.empty_like(order)
        back[order] = at
        return found.only(back)
