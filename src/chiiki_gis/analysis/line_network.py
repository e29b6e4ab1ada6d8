"""The lines of many features as one network: the shortest way along them from one place to others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.boundaries import SAME_M, Lines, Point, edges_near, vertices_near

_GRID_M = 0.01
"""Vertices of one cell of this size are one place: drawing data have steps of 1 cm."""
_SHUNNED_M = 1e7
"""A segment that is not to be taken counts as this much longer."""
_Ways = tuple[NDArray[np.float64], NDArray[np.int32]]
Step = tuple[Point, int]
"""A vertex, and the line of `lines` along which it was reached."""


class LineNetwork:
    """Ways from one place along lines and rings; worked out once, then asked for many ends.

    lines   project CRS (m), vertices in whole centimetres, so that neighbours share them
    start   a place on the lines, to 2 cm
    classes the class of each line; borders between lines of one class are no ways, for no map shows them
    """

    def __init__(self, lines: Lines, start: Point, classes: NDArray[Any] | None = None) -> None:
        self._lines, self._start = lines, start
        xy, starts = lines.xy, lines.starts
        whole = np.rint(xy / _GRID_M).astype("i8")
        keys = whole[:, 0] * 2**31 + whole[:, 1]
        _, first, self._node = np.unique(keys, return_index=True, return_inverse=True)
        self._place = xy[first]
        count = len(first)
        is_last = np.zeros(len(xy), bool)
        is_last[starts[1:] - 1] = True
        a, b = self._node[:-1], self._node[1:]
        segments = np.flatnonzero(~is_last[:-1] & (a != b))
        a, b = a[segments], b[segments]
        low, high = np.minimum(a, b), np.maximum(a, b)
        pairs = low.astype("i8") * count + high
        if classes is not None:
            seen = _between_classes(pairs, classes[np.searchsorted(starts, segments, side="right") - 1])
            pairs, segments, low, high = pairs[seen], segments[seen], low[seen], high[seen]
        self._is_way = np.zeros(len(xy), bool)
        self._is_way[segments] = True
        self._pairs, one = np.unique(pairs, return_index=True)
        self._segments = segments[one]
        low, high = low[one], high[one]
        self._ends = low, high
        self._long = np.maximum(np.hypot(*(self._place[low] - self._place[high]).T), 1e-9)
        self._root = self._near_node(start)
        self._ways = None if self._root is None else self._ways_along(self._root, self._long)

    def way(self, end: Point, other_side: bool = False) -> list[Step] | None:
        """The vertices after the start on the shortest way to a place on the lines; the place itself last.

        other_side   the shortest way that has no segment in common with that one, where there is one
        None where no way leads there. The number of each line says on which feature a vertex is to be read.
        """
        if self._root is None or self._ways is None:
            return None
        found = [spot.index for spot in edges_near(self._lines, end, SAME_M) if self._is_way[spot.index]]
        options = [(spot.index, spot.index) for spot in vertices_near(self._lines, end, SAME_M)]
        if not options:
            options = [(n, line) for line in found for n in (line, line + 1)]
        if not options:
            return None
        nodes = self._node[[n for n, _ in options]]
        ahead = np.hypot(*(self._place[nodes] - np.array(end)).T)
        best, path = self._path(nodes, ahead, self._ways, self._root)
        if path is None:
            return None
        if other_side:
            shunned = [*pairwise(path), *((int(self._node[n]), int(self._node[n + 1])) for n in found)]
            ways = self._ways_along(self._root, self._dearer(shunned))
            if len(set(nodes.tolist())) > 1:
                ahead = ahead + _SHUNNED_M * (nodes == nodes[best])
            best, other = self._path(nodes, ahead, ways, self._root)
            path = path if other is None else other
            if len(path) > 1 and path[1] == self._start_end:
                path = path[1:]  # it goes off in the other direction on the segment of the start
        last_line = self._line_of(options[best][1])
        steps: list[Step] = []
        for u, v in zip([None, *path[:-1]], path, strict=True):
            x, y = self._place[v].tolist()
            if math.dist((x, y), self._start) > SAME_M:
                line = self._line_between(u, v) if u is not None else self._start_line
                steps.append(((x, y), line))
        if not steps or math.dist(steps[-1][0], end) > SAME_M:
            steps.append((end, last_line))
        return steps

    def _ways_along(self, root: int, long: NDArray[np.float64]) -> _Ways:
        """How far every vertex is from one by segments of some length, and the vertex before it."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

        shape = (len(self._place), len(self._place))
        graph = csr_array((long, self._ends), shape=shape)
        far, before = dijkstra(graph, directed=False, indices=[root], return_predecessors=True)
        return np.asarray(far[0]), np.asarray(before[0])

    def _dearer(self, segments: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
        """The lengths, with some segments so long that they are a last resort."""
        long: NDArray[np.float64] = self._long.copy()
        for u, v in segments:
            at = int(np.searchsorted(self._pairs, min(u, v) * len(self._place) + max(u, v)))
            if u != v and at < len(long):
                long[at] += _SHUNNED_M
        return long

    def _path(
        self, nodes: NDArray[np.int64], ahead: NDArray[np.float64], ways: _Ways, root: int
    ) -> tuple[int, list[int] | None]:
        """Which of some vertices is passed last, and all on the way to it; None where no way leads there."""
        far, before = ways
        totals = far[nodes] + ahead
        best = int(totals.argmin())
        if not math.isfinite(totals[best]):
            return best, None
        path = [int(nodes[best])]
        while path[-1] != root:
            path.append(int(before[path[-1]]))
        return best, path[::-1]

    def _near_node(self, at: Point) -> int | None:
        """The vertex at a place, else the nearer end of the segment on which it lies."""
        self._start_line, self._start_end = 0, -1
        vertices = vertices_near(self._lines, at, SAME_M)
        if vertices:
            return int(self._node[vertices[0].index])
        edges = [spot.index for spot in edges_near(self._lines, at, SAME_M) if self._is_way[spot.index]]
        if not edges:
            return None
        index = edges[0]
        self._start_line = self._line_of(index)
        ends = [self._node[index], self._node[index + 1]]
        near, self._start_end = sorted(map(int, ends), key=lambda n: math.dist(self._place[n].tolist(), at))
        return near

    def _line_between(self, u: int, v: int) -> int:
        pair = min(u, v) * len(self._place) + max(u, v)
        return self._line_of(int(self._segments[np.searchsorted(self._pairs, pair)]))

    def _line_of(self, index: int) -> int:
        return int(np.searchsorted(self._lines.starts, index, side="right")) - 1


def _between_classes(pairs: NDArray[np.int64], classes: NDArray[Any]) -> NDArray[np.bool_]:
    """Which segments do not lie between two lines of the same class."""
    _, group, times = np.unique(pairs, return_inverse=True, return_counts=True)
    low = np.full(len(times), np.iinfo("i8").max)
    high = np.full(len(times), np.iinfo("i8").min)
    np.minimum.at(low, group, classes)
    np.maximum.at(high, group, classes)
    found: NDArray[np.bool_] = ((times == 1) | (low != high))[group]
    return found
