"""Polygons with labels, made valid and indexed once, and asked many times: shares, edges, nearness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Shapes = NDArray[numpy.object_]
    Numbers = NDArray[numpy.float64]
    Places = NDArray[numpy.intp]

GAP_M = 0.05
"""Slits up to twice this width between polygons of one label are digitising gaps, not edges (m)."""

SLIVER_SHARE = 1e-6
"""A share smaller than this is rounding of coordinates, not an overlap."""


@dataclass(frozen=True)
class Shares:
    """How much of each site lies under each label, sparse: one entry per site and label with a share.

    rows    site numbers, ascending; labels   numbers into AreaIndex.names; shares   0–1
    pairs   site number and polygon number of all that touch
    """

    rows: Places
    labels: Places
    shares: Numbers
    pairs: tuple[Places, Places]


LONG_EDGE = 3_000
"""Edges of more points than this are cut into pieces, which an index then finds."""

GAP_SHARE = 1e-3
"""Share of a site's surroundings that may be digitising gaps."""


class AreaIndex:
    """Polygons of one projected CRS (m) with a label each; polygons of equal label are one area.

    shapes   polygons; invalid ones are made valid, what is missing, empty or no polygon is passed over
    labels   one text per polygon
    """

    def __init__(self, shapes: Shapes, labels: Sequence[str]) -> None:
        self.shapes: Shapes = _polygonal(flat_and_valid(shapes))
        self.names = sorted(set(labels))
        numbers = {name: number for number, name in enumerate(self.names)}
        self.labels: Places = numpy.array([numbers[label] for label in labels], dtype=numpy.intp)
        self._tree = shapely.STRtree(self.shapes)
        self._edge_of = numpy.full(len(self.shapes), -1, dtype=numpy.intp)
        self._edges: list[Any] = []
        self._sizes = shapely.area(self.shapes)
        self._pieces: dict[int, Any] = {}
        self._borders: Any = None
        self._overlaps = numpy.full(len(self.shapes), -1, dtype=numpy.int8)

    def __len__(self) -> int:
        return len(self.shapes)

    def touched(self, sites: Shapes) -> tuple[Places, Places]:
        """Pairs of site number and polygon number that share a point, ordered."""
        rows, hits = self._tree.query(sites)
        order = numpy.lexsort(
            (rows, hits)
        )  # polygon by polygon: each is prepared once and stays in the cache
        rows, hits = rows[order], hits[order]
        shapely.prepare(self.shapes[numpy.unique(hits)])
        touching = shapely.intersects(self.shapes[hits], sites[rows])
        rows, hits = rows[touching], hits[touching]
        order = numpy.lexsort((hits, rows))
        return rows[order], hits[order]

    def shares(self, sites: Shapes) -> Shares:
        """The share of area (of length for lines) under each label; overlaps within a label count once.

        A point inside has 1; a point on the border of n labels has 1/n in each.
        """
        pairs = rows, hits = self.touched(sites)
        whole = sizes(sites)
        amounts = numpy.ones(len(rows))
        extended = numpy.flatnonzero(shapely.get_dimensions(sites[rows]) > 0)
        if len(extended):
            amounts[extended] = self._common(sites, rows[extended], hits[extended])
        labels = self.labels[hits]
        keys = rows * max(len(self.names), 1) + labels
        unique, first, back = numpy.unique(keys, return_index=True, return_inverse=True)
        added = numpy.zeros(len(unique))
        numpy.add.at(added, back, amounts)
        rows, labels = rows[first], labels[first]
        self._add_once(added, sites, rows, hits, back)
        totals = whole[rows]
        share = numpy.divide(added, totals, out=numpy.zeros_like(added), where=totals > 0)
        share[share > 1 - SLIVER_SHARE] = 1.0
        kept = share > SLIVER_SHARE
        rows, labels, share = rows[kept], labels[kept], share[kept]
        is_point = shapely.get_dimensions(sites[rows]) == 0
        count = numpy.bincount(rows, minlength=len(sites))
        share[is_point] /= count[rows[is_point]]
        return Shares(rows, labels, share, pairs)

    def _add_once(
        self, added: Numbers, sites: Shapes, rows: Places, hits: Places, back: NDArray[numpy.intp]
    ) -> None:
        """Mend the sums of sites under several polygons of one label, where those overlap each other."""
        several = numpy.bincount(back, minlength=len(added)) > 1
        is_point = shapely.get_dimensions(sites[rows]) == 0
        added[several & is_point] = 1.0
        groups = several & ~is_point
        pairs = numpy.flatnonzero(groups[back])
        if len(pairs) == 0:
            return
        doubtful = self._overlap(hits[pairs])
        for place in numpy.unique(back[pairs[doubtful]]):
            added[place] = _once(sites[rows[place]], self.shapes[hits[back == place]])

    def _overlap(self, hits: Places) -> NDArray[numpy.bool_]:
        """Which of these polygons overlap another one of their label; looked at once."""
        new = numpy.unique(hits[self._overlaps[hits] < 0])
        if len(new):
            near, other = self._tree.query(self.shapes[new])
            here = new[near]
            same = (here != other) & (self.labels[here] == self.labels[other])
            here, other = here[same], other[same]
            shapely.prepare(self.shapes[new])
            same = shapely.intersects(self.shapes[here], self.shapes[other])
            here, other = here[same], other[same]
            common = shapely.area(shapely.intersection(self.shapes[here], self.shapes[other]))
            self._overlaps[new] = 0
            self._overlaps[here[common > SLIVER_SHARE * self._sizes[here]]] = 1
        found: NDArray[numpy.bool_] = self._overlaps[hits] == 1
        return found

    def _common(self, sites: Shapes, rows: Places, hits: Places) -> Numbers:
        """Size of the common part of pairs that are no points (m² or m)."""
        amounts = sizes(sites)[rows]
        crossing = numpy.flatnonzero(~shapely.covers(self.shapes[hits], sites[rows]))
        is_flat = shapely.area(sites[rows]) > 0
        large = numpy.unique(rows[crossing])
        shapely.prepare(sites[large])
        held = numpy.zeros(len(rows), dtype=bool)
        held[crossing] = shapely.covers(sites[rows[crossing]], self.shapes[hits[crossing]])
        held &= is_flat
        amounts[held] = self._sizes[hits[held]]
        crossing = crossing[~held[crossing]]
        pieces = shapely.intersection(sites[rows[crossing]], self.shapes[hits[crossing]])
        flat = is_flat[crossing]
        amounts[crossing] = numpy.where(flat, shapely.area(pieces), shapely.length(pieces))
        return amounts

    def edge_distances(self, sites: Shapes, shares: Shares) -> Numbers:
        """Distance of each site to the nearest edge of its label's area, in m.

        An edge is where another label or land without one begins; borders between polygons of one label, and
        gaps of up to 10 cm between them, are none. 0 where a site has several labels or crosses an edge; NaN
        for a site without a label. `shares` are those of the same sites.
        """
        result = numpy.full(len(sites), numpy.nan)
        count = numpy.bincount(shares.rows, minlength=len(sites))
        result[count > 1] = 0.0
        own = numpy.full(len(sites), -1, dtype=numpy.intp)
        own[shares.rows] = shares.labels
        rows, hits = shares.pairs
        mine = (count[rows] == 1) & (self.labels[hits] == own[rows])
        rows, hits = rows[mine], hits[mine]
        self._find_edges(numpy.unique(hits))
        if len(rows):
            nearest = numpy.full(len(sites), numpy.inf)
            numpy.minimum.at(nearest, rows, self._to_edges(sites[rows], self._edge_of[hits]))
            single = count == 1
            result[single] = nearest[single]
        return result

    def _to_edges(self, sites: Shapes, numbers: Places) -> Numbers:
        """Distance of each site to the edge of that number; long edges are asked piece by piece."""
        edges = numpy.array(self._edges, dtype=object)
        is_long = shapely.get_num_coordinates(edges) > LONG_EDGE
        distances = numpy.full(len(sites), numpy.inf)
        short = numpy.flatnonzero(~is_long[numbers])
        distances[short] = shapely.distance(sites[short], edges[numbers[short]])
        for number in numpy.unique(numbers[is_long[numbers]]):
            if number not in self._pieces:
                self._pieces[number] = shapely.STRtree(_pieces([edges[number]]))
            mine = numpy.flatnonzero(numbers == number)
            pairs, found = self._pieces[number].query_nearest(
                sites[mine], return_distance=True, all_matches=False
            )
            distances[mine[pairs[0]]] = found
        return distances

    def near_edges(self, sites: Shapes, shares: Shares, distance_m: float) -> NDArray[numpy.bool_]:
        """Which sites lie wholly under one label, or under none, with other ground no farther than this.

        Other ground under less than a thousandth of the surroundings is a digitising gap. `shares` are those
        of the same sites.
        """
        near = numpy.zeros(len(sites), dtype=bool)
        if len(self) == 0:
            return near
        if self._borders is None:
            self._borders = shapely.STRtree(_pieces(shapely.boundary(self.shapes)))
        label = numpy.full(len(sites), -1, dtype=numpy.intp)
        label[shares.rows] = shares.labels
        is_whole = numpy.ones(len(sites), dtype=bool)
        is_whole[shares.rows[shares.shares < 1.0]] = False
        for row in numpy.unique(self._borders.query(sites, predicate="dwithin", distance=distance_m)[0]):
            if label[row] < 0:
                near[row] = True
            elif is_whole[row]:
                around = sites[row].buffer(distance_m)
                hits = self._tree.query(around, predicate="intersects")
                same = shapely.intersection(self.shapes[hits[self.labels[hits] == label[row]]], around)
                near[row] = shapely.union_all(same).area < (1 - GAP_SHARE) * around.area
        return near

    def border_lengths(self, sites: Shapes, shares: Shares) -> Numbers:
        """Length (m) of each label's edge inside the site, one per entry of `shares`, which are the sites'.

        0 where the label holds the whole site, and for points and lines.
        """
        lengths = numpy.zeros(len(shares.rows))
        rows, hits = shares.pairs
        crossed = (shares.shares < 1.0) & (shapely.area(sites[shares.rows]) > 0)
        for entry in numpy.flatnonzero(crossed).tolist():
            row = shares.rows[entry]
            mine = hits[numpy.searchsorted(rows, row) : numpy.searchsorted(rows, row, side="right")]
            mine = mine[self.labels[mine] == shares.labels[entry]]
            ground = shapely.intersection(self.shapes[mine], shapely.buffer(sites[row], 10 * GAP_M))
            lengths[entry] = shapely.length(shapely.intersection(_edge(_polygonal(ground)), sites[row]))
        return lengths

    def _find_edges(self, hits: Places) -> None:
        """Keep, for these polygons, the boundary of what hangs together with them under one label."""
        new = hits[self._edge_of[hits] < 0]
        if len(new) == 0:
            return
        reached = numpy.zeros(len(self.shapes), dtype=bool)
        reached[new] = True
        links: list[tuple[Places, Places]] = []
        while len(new):
            near, other = self._tree.query(self.shapes[new], predicate="dwithin", distance=2 * GAP_M)
            here = new[near]
            same = self.labels[here] == self.labels[other]
            here, other = here[same], other[same]
            links.append((here, other))
            fresh = numpy.unique(other[~reached[other]])
            reached[fresh] = True
            new = fresh
        self._join(numpy.flatnonzero(reached), links)

    def _join(self, members: Places, links: list[tuple[Places, Places]]) -> None:
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        here = numpy.concatenate([pair[0] for pair in links])
        other = numpy.concatenate([pair[1] for pair in links])
        size = len(self.shapes)
        graph = coo_matrix((numpy.ones(len(here), dtype=bool), (here, other)), shape=(size, size))
        group = connected_components(graph, directed=False)[1][members]
        order = numpy.argsort(group, kind="stable")
        starts = numpy.flatnonzero(numpy.diff(group[order], prepend=-1))
        for part in numpy.split(members[order], starts[1:]):
            self._edge_of[part] = len(self._edges)
            self._edges.append(_edge(self.shapes[part]))

    def within(self, sites: Shapes, distance_m: float) -> NDArray[numpy.bool_]:
        """Which sites lie no farther than this from some polygon."""
        near = numpy.zeros(len(sites), dtype=bool)
        if len(self.shapes):
            rows, _ = self._tree.query(sites, predicate="dwithin", distance=distance_m)
            near[rows] = True
        return near

    def names_within(self, sites: Shapes, distance_m: float) -> list[tuple[str, ...]]:
        """For each site the labels of the polygons no farther than this, sorted."""
        found: list[set[str]] = [set() for _ in sites]
        if len(self.shapes):
            rows, hits = self._tree.query(sites, predicate="dwithin", distance=distance_m)
            for row, label in zip(rows.tolist(), self.labels[hits].tolist(), strict=True):
                found[row].add(self.names[label])
        return [tuple(sorted(names)) for names in found]

    def nearest(self, site: Any) -> float:
        """Distance (m) from one site to the nearest polygon; NaN where there is none or the site is empty."""
        if site is None or site.is_empty or len(self.shapes) == 0:
            return float("nan")
        found = self._tree.query_nearest(site, return_distance=True, all_matches=False)[1]
        return float(found[0]) if len(found) else float("nan")


def flat_and_valid(shapes: Shapes) -> Shapes:
    """The geometries in two dimensions and valid; missing ones stay None. The array itself is not changed."""
    mended = shapes
    if shapely.has_z(shapes).any():
        mended = shapely.force_2d(shapes)
    wrong = ~shapely.is_valid(mended) & ~shapely.is_missing(mended)
    if wrong.any():
        mended = mended.copy()
        mended[wrong] = shapely.make_valid(mended[wrong])
    return mended


def _polygonal(shapes: Shapes) -> Shapes:
    """The shapes with nothing but their polygons: points and lines hold no ground."""
    from chiiki_gis.analysis.overlay import polygons_of

    others = numpy.flatnonzero(~numpy.isin(shapely.get_type_id(shapes), (-1, 3, 6)))
    if len(others) == 0:
        return shapes
    kept = shapes.copy()
    kept[others] = [polygons_of(shape) for shape in shapes[others]]
    return kept


def sizes(shapes: Shapes) -> Numbers:
    """Area (m²) of polygons, length (m) of lines, 1 for points, 0 for what is missing or empty."""
    area, length = shapely.area(shapes), shapely.length(shapes)
    bare = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    sized: Numbers = numpy.where(area > 0, area, numpy.where(length > 0, length, 1.0))
    sized[bare] = 0.0
    return sized


def _once(site: Any, polygons: Shapes) -> float:
    """The part of a site under several polygons of one label, each spot counted once (m² or m)."""
    common = shapely.intersection(site, shapely.union_all(polygons))
    return float(common.area if site.area > 0 else common.length)


def _pieces(lines: Sequence[Any]) -> Shapes:
    """Lines cut into short ones of the same course."""
    cut = []
    for line in shapely.get_parts(numpy.array(lines, dtype=object)):
        spots = shapely.get_coordinates(line)
        cut += [shapely.LineString(spots[at : at + 32]) for at in range(0, len(spots) - 1, 31)]
    return numpy.array(cut, dtype=object)


def _edge(polygons: Shapes) -> Any:
    """The boundary of polygons in one, slits between them closed; prepared."""
    if len(polygons) == 1:
        edge = shapely.boundary(polygons[0])
    else:
        whole = shapely.union_all(polygons)
        closed = shapely.buffer(shapely.buffer(whole, GAP_M, join_style="mitre"), -GAP_M, join_style="mitre")
        edge = shapely.boundary(closed)
    shapely.prepare(edge)
    return edge
