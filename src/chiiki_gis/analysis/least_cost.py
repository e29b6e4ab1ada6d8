"""The least costly way over a grid of heights that nowhere climbs steeper than a limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.core.progress import Progress, Quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Ints = NDArray[np.int64]

STEPS = ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (1, -2), (2, -1))
"""Steps from a cell, each also backwards: to 16 cells around, so that a way in any direction is at most 2.8 %
longer than the straight line (sec of half of 26.57°)."""

METRICATION = 1.028
"""How much longer than the straight line a way over level ground can become through the grid."""


@dataclass(frozen=True, eq=False)
class GridWay:
    """A way over the grid.

    rows, columns   of its cells, from the goal to the start that is cheapest to reach
    corridor        the cells through which some way costs at most the slack more than the cheapest
    """

    rows: Ints
    columns: Ints
    cost: float
    corridor: Flags


def least_cost_way(
    heights: Floats,
    factor: Floats,
    step_m: float,
    goal: tuple[int, int],
    starts: Flags,
    limit: float,
    slack: float = 0.05,
    progress: Progress = Quiet(),  # noqa: B008  # a value without state
) -> GridWay | None:
    """The cheapest way from any start cell to the goal; None where the limit lets none through.

    heights   (rows, columns) metres; NaN where unknown, which no way crosses
    factor    same shape, what a metre costs there: 1 or more, infinite where no way may pass
    step_m    width of a cell
    goal      row and column
    starts    same shape, True where a way may begin
    limit     steepest gradient between two cells of the way, as a share (0.08 = 8 %)
    slack     share by which a way of the corridor may cost more
    """
    from scipy.sparse.csgraph import dijkstra

    free = ~np.isnan(heights) & np.isfinite(factor)
    if not free[goal] or not (free & starts).any():
        return None
    columns = heights.shape[1]
    progress.step(0, 4, "新しい道の通れる所を調べています")
    graph = _graph(heights, factor, free, step_m, limit)
    at = goal[0] * columns + goal[1]
    progress.step(1, 4, "新しい道の経路を計算しています")
    cost, previous = dijkstra(graph, directed=True, indices=at, return_predecessors=True)
    choice = np.where((free & starts).ravel(), cost, np.inf)
    begin = int(np.argmin(choice))
    if not np.isfinite(choice[begin]):
        return None
    way = [begin]
    while way[-1] != at:
        way.append(int(previous[way[-1]]))
    progress.step(2, 4, "新しい道の通る範囲を計算しています")
    most = float(choice[begin]) * (1 + slack)
    back = dijkstra(graph, directed=True, indices=np.array([begin]), limit=most)[0]
    corridor = (cost + back <= most).reshape(heights.shape)
    progress.step(3, 4, "新しい道の通る範囲を計算しています")
    cells = np.array(way[::-1], dtype=np.int64)
    return GridWay(cells // columns, cells % columns, float(choice[begin]), corridor)


def _graph(heights: Floats, factor: Floats, free: Flags, step_m: float, limit: float) -> Any:
    """The steps that may be taken, both ways, with their costs."""
    from scipy.sparse import coo_matrix

    tails, heads, costs = [], [], []
    number = np.arange(heights.size).reshape(heights.shape)
    for down, right in STEPS:
        here, there = _pair(heights.shape, down, right)
        metres = step_m * float(np.hypot(down, right))
        allowed = free[here] & free[there]
        with np.errstate(invalid="ignore"):
            allowed &= np.abs(heights[there] - heights[here]) <= limit * metres
            cost = metres * (factor[here] + factor[there]) / 2
        passed = _between(heights.shape, down, right)
        for between in passed:
            allowed &= free[between]
            cost = np.maximum(cost, metres * factor[between])
        if passed:  # a step over a ridge, a gully or a corner is as steep as its halves
            with np.errstate(invalid="ignore"):
                middle = sum(heights[between] for between in passed) / len(passed)
                allowed &= np.abs(middle - heights[here]) <= limit * metres / 2
                allowed &= np.abs(heights[there] - middle) <= limit * metres / 2
        tails.append(number[here][allowed])
        heads.append(number[there][allowed])
        costs.append(cost[allowed])
    tail, head, cost = (np.concatenate(part) for part in (tails, heads, costs))
    ends = (np.concatenate([tail, head]), np.concatenate([head, tail]))
    return coo_matrix((np.concatenate([cost, cost]), ends), shape=(heights.size, heights.size)).tocsr()


def _window(shape: tuple[int, ...], down: int, right: int, row: int, column: int) -> tuple[slice, slice]:
    """All cells at (row, column) from the cells from which a step stays inside the grid."""
    rows, columns = shape
    left, size = max(-right, 0), columns - abs(right)
    return (
        slice(row, row + max(rows - down, 0)),
        slice(left + column, left + column + max(size, 0)),
    )


def _pair(shape: tuple[int, ...], down: int, right: int) -> tuple[Any, Any]:
    return _window(shape, down, right, 0, 0), _window(shape, down, right, down, right)


def _between(shape: tuple[int, ...], down: int, right: int) -> list[tuple[slice, slice]]:
    """The cells that a step passes: two at a corner for a diagonal, the two halfway for a long one."""
    if not down or not right:
        return []
    sign = 1 if right > 0 else -1
    if abs(right) == down == 1:
        cells = [(0, right), (1, 0)]
    elif down == 1:
        cells = [(0, sign), (1, sign)]
    else:
        cells = [(1, 0), (1, sign)]
    return [_window(shape, down, right, row, column) for row, column in cells]
