"""New roads to where no road leads: over heights within a gradient, around obstacles, or straight."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from roads import ends_of, facilities, gates, profile, roads

from chiiki_gis import paths
from chiiki_gis.analysis.access import access_links
from chiiki_gis.analysis.least_cost import METRICATION, least_cost_way
from chiiki_gis.analysis.new_links import NewRoads
from chiiki_gis.analysis.new_road import Ground, Obstacle, road_over_ground
from chiiki_gis.analysis.road_design import NewRoadRule, road_designs
from chiiki_gis.core.errors import BadInput

DATA = tomllib.loads((paths.resources() / "new_roads.toml").read_text("utf-8"))
DESIGNS = road_designs(DATA)
RULE = NewRoadRule(DESIGNS.get("3-30"))
SPEEDS = profile()
STREET = [[(0, 0), (1000, 0)]]


def grid_way(heights: Any, start: tuple[int, int], goal: tuple[int, int], limit: float, **more: Any) -> Any:
    begins = np.zeros(heights.shape, dtype=bool)
    begins[start] = True
    factor = more.pop("factor", np.ones(heights.shape))
    return least_cost_way(heights, factor, 10.0, goal, begins, limit, **more)


def length_of(way: Any, step: float = 10.0) -> float:
    return float(np.hypot(np.diff(way.rows), np.diff(way.columns)).sum() * step)


def ground_of(height: Any, obstacles: tuple[Obstacle, ...] = (), cell_m: float = 20.0) -> Ground:
    """Ground whose height is a function of east and north."""

    def read(bounds: Any, step: float) -> Any:
        west, south, east, north = bounds
        rows, columns = int(np.ceil((north - south) / step)), int(np.ceil((east - west) / step))
        x = west + (np.arange(columns) + 0.5) * step
        y = north - (np.arange(rows) + 0.5) * step
        return np.asarray(np.broadcast_to(height(x[None, :], y[:, None]), (rows, columns)), dtype=float)

    return Ground(read, cell_m, obstacles)


def level(x: Any, y: Any) -> Any:
    return 0 * x + 0 * y


def new_roads(ground: Ground, rule: NewRoadRule = RULE) -> NewRoads:
    return NewRoads(ground, rule, DESIGNS)


cell = st.tuples(st.integers(0, 29), st.integers(0, 29))


@given(cell, cell)
def test_over_level_ground_the_way_is_straight_but_for_the_grid(
    start: tuple[int, int], goal: tuple[int, int]
) -> None:
    way = grid_way(np.zeros((30, 30)), start, goal, 0.08)
    straight = float(np.hypot(start[0] - goal[0], start[1] - goal[1])) * 10
    assert straight - 1e-9 <= length_of(way) <= straight * METRICATION + 1e-9
    assert way.cost == pytest.approx(length_of(way))


@given(st.integers(0, 10_000), st.sampled_from([0.02, 0.05, 0.08]))
def test_no_step_of_a_way_is_steeper_than_the_limit(seed: int, limit: float) -> None:
    heights = np.cumsum(np.random.default_rng(seed).normal(0, 0.3, (25, 25)), axis=0)
    way = grid_way(heights, (0, 0), (24, 24), limit)
    if way is None:
        return
    climb = np.abs(np.diff(heights[way.rows, way.columns]))
    run = np.hypot(np.diff(way.rows), np.diff(way.columns)) * 10
    assert (climb <= limit * run + 1e-9).all()


def test_the_way_goes_around_a_wall_and_not_through_its_corners() -> None:
    heights = np.zeros((21, 21))
    heights[3:, 10] = 50
    heights[2, 11] = heights[1, 12] = 50
    way = grid_way(heights, (20, 2), (20, 18), 0.08)
    crossing = way.rows[(way.columns >= 10) & (way.columns <= 12)]
    assert heights[way.rows, way.columns].max() == 0
    assert crossing.min() == 0


def test_a_wall_that_closes_off_the_goal_leaves_no_way() -> None:
    heights = np.zeros((21, 21))
    heights[:, 10] = 50
    assert grid_way(heights, (10, 2), (10, 18), 0.08) is None
    heights[:, 10] = np.nan
    assert grid_way(heights, (10, 2), (10, 18), 0.08) is None


def test_dear_ground_is_crossed_only_where_going_around_costs_more() -> None:
    factor = np.ones((21, 41))
    factor[:, 20] = 10
    through = grid_way(np.zeros((21, 41)), (10, 2), (10, 38), 0.08, factor=factor)
    assert set(through.rows) == {10}
    factor[0, 20] = 1
    near = grid_way(np.zeros((21, 41)), (2, 2), (2, 38), 0.08, factor=factor)
    assert 0 in near.rows[near.columns == 20]


def test_the_corridor_holds_the_way_and_no_way_that_is_much_dearer() -> None:
    way = grid_way(np.zeros((41, 41)), (20, 2), (20, 38), 0.08, slack=0.05)
    assert way.corridor[way.rows, way.columns].all()
    assert not way.corridor[0].any()
    assert way.corridor.sum() > len(way.rows)


def test_a_slope_steeper_than_the_limit_is_climbed_along_a_longer_way() -> None:
    ground = ground_of(lambda x, y: 0.12 * y + 0 * x)
    road = road_over_ground([shapely.LineString(STREET[0])], shapely.Point(500, 900), ground, RULE, DESIGNS)
    assert road is not None
    assert road.steepest is not None
    assert road.steepest <= 8 + 1e-9
    assert road.length_m > 900 * 1.3
    assert shapely.intersects(road.corridor, road.line)
    steeper = NewRoadRule(DESIGNS.get("3-30"), is_exception=True)
    other = road_over_ground(
        [shapely.LineString(STREET[0])], shapely.Point(500, 900), ground, steeper, DESIGNS
    )
    assert other is not None
    assert other.length_m < road.length_m


def test_a_river_is_told_and_crossed_the_short_way() -> None:
    river = shapely.LineString([(-3000, 500), (4000, 500)])
    ground = ground_of(level, (Obstacle("river", np.array([river], dtype=object)),))
    road = road_over_ground([shapely.LineString(STREET[0])], shapely.Point(500, 900), ground, RULE, DESIGNS)
    assert road is not None
    assert 0 < road.crossed["河川"] < 40


def test_a_building_far_from_every_road_gets_an_estimate_with_its_length_and_gradients() -> None:
    place = facilities((500, 3000))
    refused = access_links(place, gates((0, 0)), roads(STREET), SPEEDS)
    assert refused.records[0]["status"] == "refused"
    found = access_links(place, gates((0, 0)), roads(STREET), SPEEDS, new_roads=new_roads(ground_of(level)))
    (record,) = found.records
    assert record["status"] == "estimate"
    assert record["km"] == pytest.approx(3.5, rel=0.01)
    assert record["minutes"] == pytest.approx(0.5 / 20 * 60 + 3.0 / 30 * 60, rel=0.01)
    assert "概算" in str(record["reason"])
    assert "道路構造令20条" in str(record["reason"])
    details = json.loads(found.frame["details"].iloc[0])
    assert details["new_road"]["steepest_percent"] == 0
    assert details["sentence"].startswith("第1ICから約3.5 km・約8分（概算、想定速度：")
    first, last = ends_of(found.frame.geometry.iloc[0])
    assert (first.distance(shapely.Point(0, 0)), last.distance(shapely.Point(500, 3000))) == (0, 0)
    ((building, road),) = found.corridors
    assert building.name == "施設1"
    assert road.corridor is not None


def test_without_heights_the_estimate_is_the_straight_line_with_the_detour_factor() -> None:
    found = access_links(
        facilities((500, 3000)), gates((0, 0)), roads(STREET), SPEEDS, new_roads=new_roads(Ground(None, 0.0))
    )
    (record,) = found.records
    assert record["status"] == "estimate"
    assert record["km"] == pytest.approx(0.5 + 3.0 * 1.3)
    assert any("直線距離×1.3（仮定値）" in word for word in record["assumed"])  # type: ignore[union-attr]


def test_a_building_behind_a_cliff_stays_refused_and_says_why() -> None:
    cliff = ground_of(lambda x, y: np.where(y > 2500, 500.0, 0.0) + 0 * x)
    found = access_links(
        facilities((500, 3000)), gates((0, 0)), roads(STREET), SPEEDS, new_roads=new_roads(cliff)
    )
    (record,) = found.records
    assert record["status"] == "refused"
    assert "新しい道も" in str(record["reason"])


def test_an_interchange_without_roads_around_it_is_linked_straight_over_the_ground() -> None:
    found = access_links(
        facilities((500, 6000)), gates((500, 3000)), roads(STREET), SPEEDS,
        new_roads=new_roads(ground_of(level)),
    )  # fmt: skip
    (record,) = found.records
    assert record["status"] == "estimate"
    assert record["km"] == pytest.approx(3.0, rel=0.01)


def test_buildings_that_roads_reach_get_no_estimate() -> None:
    plain = access_links(facilities((500, 30)), gates((0, 0)), roads(STREET), SPEEDS)
    found = access_links(
        facilities((500, 30)), gates((0, 0)), roads(STREET), SPEEDS, new_roads=new_roads(ground_of(level))
    )
    assert found.records == plain.records


@pytest.mark.parametrize(
    ("key", "standard", "exception"),
    [("3-60", 5, 8), ("3-40", 7, 10), ("3-30", 8, 11), ("3-20", 9, 12), ("4-30", 8, 10), ("4-20", 9, 11)],
)
def test_gradients_are_those_of_the_order(key: str, standard: float, exception: float) -> None:
    design = DESIGNS.get(key)
    assert (design.standard, design.exception) == (standard, exception)
    assert design.source.startswith("道路構造令20条")


def test_a_figure_without_a_source_and_an_unknown_design_are_refused() -> None:
    wrong = {**DATA, "corridor": {**DATA["corridor"], "source": " "}}
    with pytest.raises(BadInput, match="新しい道の設定"):
        road_designs(wrong)
    with pytest.raises(BadInput, match="3-99"):
        DESIGNS.get("3-99")
