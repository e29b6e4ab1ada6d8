"""The lines of many features as one network: the shortest way along them from one place to others."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.analysis.boundaries import SAME_M, Lines, Point, edges_near, vertices_near

_GRID_M = 0.01
"""Vertices of one cell of this size are one place: drawing data have steps of 1 cm."""
Step = tuple[Point, int]
"""A vertex, and the line of `lines` along which it was reached."""


class LineNetwork:
    """Ways from one place along lines and rings; worked out once, then asked for many ends.

    lines   project CRS (m), vertices in whole centimetres, so that neighbours share them
    start   a place on the lines, to 2 cm
    classes the class of each line; borders between lines of one class are no ways, for no map shows them
    """

    def __init__(self, lines: Lines, start: Point, classes: NDArray[Any] | None = None) -> None:
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import dijkstra

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
        long = np.hypot(*(self._place[low] - self._place[high]).T)
        graph = csr_array((np.maximum(long, 1e-9), (low, high)), shape=(count, count))
        self._before = self._far = None
        self._root = self._near_node(start)
        if self._root is not None:
            far, before = dijkstra(graph, directed=False, indices=[self._root], return_predecessors=True)
            self._far, self._before = far[0], before[0]

    def way(self, end: Point) -> list[Step] | None:
        """The vertices after the start on the shortest way to a place on the lines; the place itself last.

        None where no way leads there. The number of each line says on which feature a vertex is to be read.
        """
        if self._root is None or self._far is None or self._before is None:
            return None
        found = [spot.index for spot in edges_near(self._lines, end, SAME_M) if self._is_way[spot.index]]
        options = [(n, line) for line in found for n in (line, line + 1)]
        options += [(spot.index, spot.index) for spot in vertices_near(self._lines, end, SAME_M)]
        if not options:
            return None
        nodes = self._node[[n for n, _ in options]]
        totals = self._far[nodes] + np.hypot(*(self._place[nodes] - np.array(end)).T)
        best = int(totals.argmin())
        if not math.isfinite(totals[best]):
            return None
        last_line = self._line_of(options[best][1])
        path = [int(nodes[best])]
        while path[-1] != self._root:
            path.append(int(self._before[path[-1]]))
        path.reverse()
        steps: list[Step] = []
        for u, v in zip([None, *path[:-1]], path, strict=True):
            x, y = self._place[v].tolist()
            if math.dist((x, y), self._start) > SAME_M:
                line = self._line_between(u, v) if u is not None else self._start_line
                steps.append(((x, y), line))
        if not steps or math.dist(steps[-1][0], end) > SAME_M:
            steps.append((end, last_line))
        return steps

    def _near_node(self, at: Point) -> int | None:
        """The vertex at a place, else the nearer end of the segment on which it lies."""
        self._start_line = 0
        vertices = vertices_near(self._lines, at, SAME_M)
        if vertices:
            return int(self._node[vertices[0].index])
        edges = [spot.index for spot in edges_near(self._lines, at, SAME_M) if self._is_way[spot.index]]
        if not edges:
            return None
        index = edges[0]
        self._start_line = self._line_of(index)
        ends = [self._node[index], self._node[index + 1]]
        return int(min(ends, key=lambda n: math.dist(self._place[n].tolist(), at)))

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
