"""The road network: what the road layer says, cut at its junctions, with the minutes each piece takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.analysis.noding import Pieces, cut
from chiiki_gis.analysis.road_lines import Roads, usable_roads
from chiiki_gis.analysis.speed_profile import CODES, SpeedProfile
from chiiki_gis.core.access_plan import RoadOverride
from chiiki_gis.core.crs import zone_of_epsg

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Network:
    """Roads as nodes, edges and arcs.

    xy, first      vertices of all edges, and where each edge's begin (one more at the end)
    along          metres of each vertex from the start of its edge
    length_m, minutes, road_class, width_code, width_m, row   per edge: a piece of road between two junctions;
                   width_m is NaN where unknown, row the position of its road in the layer's frame
    start, end     node of the edge's first and last vertex
    component      per node: the number of the connected part it lies in (one-way roads count both ways)
    row_start, neighbour, cost, arc_edge, arc_forward   the arcs grouped by the node they begin at:
                   `neighbour` is where the arc ends, `cost` its minutes; of parallel arcs only the quickest
    open_edges     edges a facility may open onto
    meeting        how many ends of the roads, as the data have them, share their place with another road's
                   vertex, and how many ends there are
    names          of the roads, by row
    is_guessed     roads were joined where they cross, without knowing which crossings are bridges
    near           (x, y) of road ends that nearly meet another road, beyond the tolerance join_m
    """

    epsg: int
    xy: NDArray[np.float64]
    first: NDArray[np.int64]
    along: NDArray[np.float64]
    length_m: NDArray[np.float64]
    minutes: NDArray[np.float64]
    road_class: NDArray[np.str_]
    width_code: NDArray[np.str_]
    width_m: NDArray[np.float64]
    row: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    oneway: NDArray[np.bool_]
    component: NDArray[np.int64]
    row_start: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    cost: NDArray[np.float64]
    arc_edge: NDArray[np.int64]
    arc_forward: NDArray[np.bool_]
    open_edges: NDArray[np.int64]
    whole: NDArray[np.object_] | None
    near: NDArray[np.float64]
    meeting: tuple[int, int]
    names: NDArray[np.object_]
    is_guessed: bool
    join_m: float
    notes: tuple[str, ...]

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.component)

    @cached_property
    def class_number(self) -> NDArray[np.int64]:
        """road_class as numbers."""
        return _digits(self.road_class)

    @cached_property
    def width_number(self) -> NDArray[np.int64]:
        """width_code as numbers."""
        return _digits(self.width_code)

    @cached_property
    def lines(self) -> NDArray[np.object_]:
        """The line of each edge."""
        import shapely

        if self.whole is not None:
            return self.whole
        edges = len(self.length_m)
        numbers = np.repeat(np.arange(edges), np.diff(self.first))
        made: NDArray[np.object_] = (
            shapely.linestrings(self.xy, indices=numbers) if edges else np.zeros(0, object)
        )
        return made

    @cached_property
    def tree(self) -> Any:
        """Spatial index of all edges."""
        import shapely

        return shapely.STRtree(self.lines)

    @cached_property
    def open_tree(self) -> Any:
        """Spatial index of open_edges."""
        import shapely

        if len(self.open_edges) == len(self.length_m):
            return self.tree
        return shapely.STRtree(self.lines[self.open_edges])

    @cached_property
    def by_length(self) -> Network:
        """The same network with metres in place of minutes, for the shortest ways."""
        row_start, neighbour, cost, edge, forward = _arcs(
            self.start, self.end, self.length_m, self.oneway, self.nodes
        )
        return replace(
            self,
            minutes=self.length_m,
            row_start=row_start,
            neighbour=neighbour,
            cost=cost,
            arc_edge=edge,
            arc_forward=forward,
        )

    def component_extent(self, number: int) -> tuple[int, float]:
        """How many edges a connected part has, and their length in km."""
        inside = self.component[self.start] == number
        return int(inside.sum()), float(self.length_m[inside].sum() / 1000)


def build_network(
    roads: GeoDataFrame, profile: SpeedProfile, overrides: Sequence[RoadOverride] = ()
) -> Network:
    """The network of a road layer.

    roads      lines or multi-lines in a plane zone; columns as analysis.road_lines reads them
    overrides  speeds, widths and closures the planner set for single roads
    Two roads are joined where they share an end vertex (to 1 mm), where a vertex of one is a vertex of the
    other at equal level, and where an end lies within the profile's tolerance of another road. Lines that
    merely cross are joined only where most ends of the layer meet nothing: else they may be bridges.
    An empty layer gives an empty network. Lengths are grid distances of the plane zone.
    Raises ValueError for another CRS.
    """
    epsg = plane_code(roads)
    usable = usable_roads(roads, profile, overrides)
    pieces = cut(usable, profile.join_m.value)
    return _assembled(epsg, usable, pieces, profile)


def _assembled(epsg: int, usable: Roads, pieces: Pieces, profile: SpeedProfile) -> Network:
    owner = pieces.owner
    road_class, width_code = usable.road_class[owner], usable.width_code[owner]
    along, length = _measured(pieces)
    minutes = length / (_speeds(road_class, width_code, usable.kmh[owner], profile) * 1000 / 60)
    nodes = int(max(pieces.start.max(initial=-1), pieces.end.max(initial=-1))) + 1
    oneway = usable.oneway[owner]
    parts = _components(pieces.start, pieces.end, nodes)
    arcs = _arcs(pieces.start, pieces.end, minutes, oneway, nodes)
    notes = (*usable.notes, *pieces.notes, *_doubles(pieces, arcs[3]))
    return Network(
        epsg, pieces.xy, pieces.first, along, length, minutes, road_class, width_code, usable.width_m[owner],
        usable.row[owner], pieces.start, pieces.end, oneway, parts, *arcs,
        np.nonzero(~np.isin(road_class, profile.no_direct_access))[0], pieces.lines,
        pieces.near, pieces.meeting, usable.names,
        pieces.is_guessed, profile.join_m.value, notes,
    )  # fmt: skip


def _doubles(pieces: Pieces, arc_edge: NDArray[np.int64]) -> list[str]:
    """Notes on roads that are of no use: beside a quicker one, and rings that end where they begin."""
    notes = []
    ring = pieces.start == pieces.end
    unused = int(((np.bincount(arc_edge, minlength=len(ring)) == 0) & ~ring).sum())
    if unused:
        notes.append(f"同じ2点を結ぶ道路が重なる{unused}本は、時間の短い方を使います。")
    if ring.any():
        notes.append(f"始点と終点が同じ道路{int(ring.sum())}本は、通り抜けには使いません。")
    return notes


def _measured(pieces: Pieces) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres of each vertex along its piece, and the length of each piece."""
    if not len(pieces.owner):
        return np.zeros(0), np.zeros(0)
    begin, last = pieces.first[:-1], pieces.first[1:] - 1
    step = np.append(0.0, np.hypot(*np.diff(pieces.xy, axis=0).T))
    step[begin] = 0
    total = np.cumsum(step)
    along = total - np.repeat(total[begin], np.diff(pieces.first))
    return along, along[last]


def plane_code(frame: GeoDataFrame) -> int:
    """The EPSG code of a frame that must lie in a plane-rectangular zone. Raises ValueError otherwise."""
    code = frame.crs.to_epsg() if frame.crs is not None else None
    if code is None or zone_of_epsg(int(code)) is None:
        raise ValueError(f"a plane-rectangular zone is needed, not {code}")
    return int(code)


def _speeds(
    road_class: NDArray[np.str_],
    width_code: NDArray[np.str_],
    kmh: NDArray[np.float64],
    profile: SpeedProfile,
) -> NDArray[np.float64]:
    """Speed of each edge in km/h: what the planner said, else that of its class, slowed by its width."""
    by_class = np.array([profile.class_kmh[code].value for code in CODES])
    by_width = np.array([profile.width_factor[code].value for code in CODES])
    speed = by_class[_digits(road_class) - 1] * by_width[_digits(width_code) - 1]
    return np.where(np.isnan(kmh), speed, kmh)


def _digits(codes: NDArray[np.str_]) -> NDArray[np.int64]:
    """Codes of one digit as numbers; many times faster than numpy reads texts."""
    points = np.ascontiguousarray(codes, dtype="<U1").view(np.uint32)
    return np.asarray(points, dtype=np.int64) - ord("0")


def _arcs(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    minutes: NDArray[np.float64],
    oneway: NDArray[np.bool_],
    nodes: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Arcs grouped by the node they begin at; of parallel arcs only the quickest."""
    from pandas import factorize
    from scipy.sparse import coo_array

    back = np.nonzero(~oneway)[0]
    tail = np.concatenate([start, end[back]])
    head = np.concatenate([end, start[back]])
    edge = np.concatenate([np.arange(len(start)), back])
    forward = np.arange(len(edge)) < len(start)
    number, unique = factorize(tail * max(nodes, 1) + head)
    if len(unique) < len(number):
        several = np.nonzero(np.bincount(number)[number] > 1)[0]
        by_cost = several[np.argsort(minutes[edge[several]], kind="stable")]
        _, first = np.unique(number[by_cost], return_index=True)
        keep = np.ones(len(number), dtype=bool)
        keep[several] = False
        keep[by_cost[first]] = True
        tail, head, edge, forward = tail[keep], head[keep], edge[keep], forward[keep]
    # Sorting by counting: the places of the arcs, as the values of a matrix without doubles.
    order = coo_array((np.arange(len(tail)), (tail, head)), shape=(nodes, nodes)).tocsr()
    place = order.data
    return order.indptr.astype(np.int64), head[place], minutes[edge[place]], edge[place], forward[place]


def _components(start: NDArray[np.int64], end: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """The connected part each node lies in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not nodes:
        return np.zeros(0, dtype=np.int64)
    links = coo_array((np.ones(len(start)), (start, end)), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    return np.asarray(label, dtype=np.int64)
