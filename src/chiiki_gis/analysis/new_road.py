"""A new road to where no road leads: a rough way over the ground, or the straight line. An estimate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.analysis.least_cost import GridWay, least_cost_way
from chiiki_gis.analysis.road_design import NewRoadRule, RoadDesigns
from chiiki_gis.core.progress import Progress, Quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Bounds = tuple[float, float, float, float]

MOST_CELLS = 250_000
"""Cells of the grid: with 16 steps from each the graph takes some 100 MB, and a second."""

FINEST_M = 10.0
_MARGINS = (0.5, 1.5)
"""How far the grid reaches beyond the two ends, as shares of their distance; the wider one where needed."""
_LEAST_MARGIN_M = 300.0


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Ground that a road had better not cross: `kind` is one of road_design.OBSTACLES."""

    kind: str
    shapes: NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Ground:
    """What is known of the ground.

    read     gives heights of the cells of (bounds, cell width), first row in the north; None without a grid
    cell_m   width of the finest cells of the elevation data
    """

    read: Callable[[Bounds, float], Floats] | None
    cell_m: float
    obstacles: tuple[Obstacle, ...] = ()


@dataclass(frozen=True, eq=False)
class NewRoad:
    """A rough new road.

    line        from the existing road (or the interchange) to the place
    length_m    of the line; of a straight line with the detour factor
    mean, steepest   gradients in %, None for a straight line
    corridor    where a way of nearly the same cost may lie, None for a straight line
    crossed     metres by label of what it crosses
    cell_m      width of the grid's cells, None for a straight line
    """

    line: LineString
    length_m: float
    rule: NewRoadRule
    mean: float | None = None
    steepest: float | None = None
    corridor: BaseGeometry | None = None
    crossed: Mapping[str, float] = field(default_factory=dict)
    cell_m: float | None = None

    @property
    def facts(self) -> dict[str, object]:
        """What the layer keeps of it; gradients in %."""
        return {
            "km": self.length_m / 1000,
            "mean_percent": self.mean,
            "steepest_percent": self.steepest,
            "limit_percent": self.rule.percent if self.cell_m is not None else None,
            "design": self.rule.design.key,
            "crossed_m": dict(self.crossed),
            "cell_m": self.cell_m,
        }


@dataclass(frozen=True, eq=False)
class _Grid:
    bounds: Bounds
    step_m: float

    def cells(self, xy: Floats, shape: tuple[int, ...]) -> tuple[Any, Any]:
        """Rows and columns of places inside the grid."""
        west, _, _, north = self.bounds
        rows = np.floor((north - xy[:, 1]) / self.step_m).astype(np.int64)
        columns = np.floor((xy[:, 0] - west) / self.step_m).astype(np.int64)
        inside = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
        return rows[inside], columns[inside]

    def middles(self, rows: Any, columns: Any) -> Floats:
        """East and north of the middles of cells."""
        west, _, _, north = self.bounds
        return np.column_stack([west + (columns + 0.5) * self.step_m, north - (rows + 0.5) * self.step_m])


def straight_road(
    starts: Sequence[BaseGeometry], place: BaseGeometry, rule: NewRoadRule, detour: float
) -> NewRoad:
    """The straight line from the nearest start, as long as the detour factor makes it."""
    line = _nearest(starts, place)
    return NewRoad(line, float(line.length) * detour, rule)


def road_over_ground(
    starts: Sequence[BaseGeometry],
    place: BaseGeometry,
    ground: Ground,
    rule: NewRoadRule,
    designs: RoadDesigns,
    progress: Progress = Quiet(),  # noqa: B008  # a value without state
) -> NewRoad | None:
    """The cheapest new road to a place that keeps the rule's gradient; None where there is none.

    starts   roads or an interchange that it may begin at; place   point or site; all in a plane zone
    Heights that are not known are not crossed. The grid is bounded by MOST_CELLS.
    """
    import shapely

    assert ground.read is not None
    ends = _nearest(starts, place)
    goal = shapely.point_on_surface(place)
    frame = np.array(shapely.union(ends, goal).bounds)
    for share in _MARGINS:
        margin = max(_LEAST_MARGIN_M, float(ends.length) * share)
        west, south, east, north = frame + np.array([-margin, -margin, margin, margin])
        step = max(FINEST_M, min(ground.cell_m, 1e4), ((east - west) * (north - south) / MOST_CELLS) ** 0.5)
        grid = _Grid((float(west), float(south), float(east), float(north)), float(step))
        heights = ground.read(grid.bounds, grid.step_m)
        found = _search(grid, heights, starts, goal, ground, rule, designs, progress)
        if found is not None:
            return _drawn(grid, found, heights, starts, place, ground, rule, designs)
    return None


def _nearest(starts: Sequence[BaseGeometry], place: BaseGeometry) -> LineString:
    import shapely

    shapes = np.array(starts, dtype=object)
    best = shapes[int(np.argmin(shapely.distance(shapes, place)))]
    return shapely.shortest_line(best, place)


def _search(
    grid: _Grid,
    heights: Floats,
    starts: Sequence[BaseGeometry],
    goal: BaseGeometry,
    ground: Ground,
    rule: NewRoadRule,
    designs: RoadDesigns,
    progress: Progress,
) -> GridWay | None:
    import shapely

    begins = np.zeros(heights.shape, dtype=bool)
    near = shapely.intersection(np.array(starts, dtype=object), shapely.box(*grid.bounds))
    marks = shapely.get_coordinates(shapely.segmentize(near[~shapely.is_empty(near)], grid.step_m / 2))
    begins[grid.cells(marks, heights.shape)] = True
    rows, columns = grid.cells(shapely.get_coordinates(goal), heights.shape)
    if not len(rows):
        return None
    factor = _factors(grid, heights.shape, ground.obstacles, designs)
    at = (int(rows[0]), int(columns[0]))
    slack = designs.corridor.value / 100
    return least_cost_way(
        heights, factor, grid.step_m, at, begins, rule.percent / 100, slack, progress=progress
    )


def _factors(
    grid: _Grid, shape: tuple[int, ...], obstacles: Sequence[Obstacle], designs: RoadDesigns
) -> Floats:
    """What a metre costs in each cell: the highest of the costs of what lies there, 1 elsewhere."""
    import shapely

    factor = np.ones(shape)
    rows, columns = np.indices(shape)
    xy = grid.middles(rows.ravel(), columns.ravel())
    window = shapely.box(*grid.bounds)
    for obstacle in obstacles:
        near = obstacle.shapes[shapely.intersects(obstacle.shapes, window)]
        if not len(near):
            continue
        is_line = shapely.get_dimensions(near) < 2
        near = np.where(is_line, shapely.buffer(near, grid.step_m * 0.75), near)
        whole = shapely.union_all(shapely.intersection(shapely.make_valid(near), window))
        shapely.prepare(whole)
        inside = shapely.contains_xy(whole, xy[:, 0], xy[:, 1]).reshape(shape)
        factor[inside] = np.maximum(factor[inside], designs.costs[obstacle.kind].value)
    return factor


def _drawn(
    grid: _Grid,
    way: GridWay,
    heights: Floats,
    starts: Sequence[BaseGeometry],
    place: BaseGeometry,
    ground: Ground,
    rule: NewRoadRule,
    designs: RoadDesigns,
) -> NewRoad:
    import shapely

    rows, columns = way.rows[::-1], way.columns[::-1]
    middles = grid.middles(rows, columns)
    first = shapely.get_coordinates(_nearest(starts, shapely.Point(middles[0])))[0]
    last = shapely.get_coordinates(_nearest([place], shapely.Point(middles[-1])))[0]
    line = shapely.linestrings(np.vstack([first, middles[1:-1], last]))
    level = heights[rows, columns]
    run = np.hypot(np.diff(rows), np.diff(columns)) * grid.step_m
    climb = np.abs(np.diff(level))
    crossed: dict[str, float] = {}
    for obstacle in ground.obstacles:
        near = obstacle.shapes[shapely.intersects(obstacle.shapes, line)]
        if len(near):
            wide = np.where(shapely.get_dimensions(near) < 2, shapely.buffer(near, grid.step_m / 2), near)
            inside = shapely.intersection(shapely.union_all(shapely.make_valid(wide)), line)
            label = designs.costs[obstacle.kind].label
            crossed[label] = crossed.get(label, 0.0) + float(shapely.length(inside))
    return NewRoad(
        line,
        float(line.length),
        rule,
        float(climb.sum() / run.sum() * 100) if len(run) else 0.0,
        float((climb / run).max() * 100) if len(run) else 0.0,
        _corridor(grid, way.corridor),
        crossed,
        grid.step_m,
    )


def _corridor(grid: _Grid, inside: Flags) -> BaseGeometry:
    """The cells as one polygon; runs of cells in a row are one box."""
    import shapely

    west, _, _, north = grid.bounds
    boxes = []
    for row in np.flatnonzero(inside.any(axis=1)):
        edge = np.diff(np.concatenate([[0], inside[row].astype(np.int8), [0]]))
        for left, right in zip(np.flatnonzero(edge == 1), np.flatnonzero(edge == -1), strict=True):
            top = north - row * grid.step_m
            boxes.append((west + left * grid.step_m, top - grid.step_m, west + right * grid.step_m, top))
    return shapely.union_all(shapely.box(*np.array(boxes).T))
