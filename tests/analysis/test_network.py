"""The road network: where roads meet, what is left out, and what is said of it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roads import facilities, gates, profile, roads
from shapely.geometry import LineString, Point

from chiiki_gis.analysis.access import LinkResult, access_links
from chiiki_gis.analysis.holds import Snapper, hold_on
from chiiki_gis.analysis.network import Network, build_network
from chiiki_gis.core.access_plan import RoadOverride

SPEEDS = profile()
STREET = [[(0, 0), (1000, 0)], [(1000, 0), (2000, 0)]]


def parts(network: Network) -> int:
    return len(set(network.component.tolist()))


def details(found: LinkResult) -> list[dict[str, Any]]:
    return [json.loads(text) for text in found.frame["details"]]


def km(layer: object, here: tuple[float, float], gate: tuple[float, float] = (0, 0)) -> object:
    return access_links(facilities(here), gates(gate), layer, SPEEDS).records[0]["km"]  # type: ignore[arg-type]


def test_ends_within_the_tolerance_are_joined_and_the_tolerance_is_said() -> None:
    gap = SPEEDS.join_m.value * 0.9
    network = build_network(roads([[(0, 0), (1000, 0)], [(1000 + gap, 0), (2000, 0)]]), SPEEDS)
    assert parts(network) == 1
    assert any("0.5 m以内にある道路へつなぎました" in note for note in network.notes)


def test_ends_beyond_the_tolerance_stay_apart_and_are_shown_where_they_nearly_meet() -> None:
    network = build_network(roads([[(0, 0), (1000, 0)], [(1003, 0), (2000, 0)]]), SPEEDS)
    assert parts(network) == 2
    assert sorted(network.near.tolist()) == [[1000, 0], [1003, 0]]


def test_an_end_at_the_side_of_a_road_opens_onto_it() -> None:
    layer = roads([[(0, 0), (2000, 0)], [(700, 0.2), (700, 500)]])
    assert km(layer, (700, 500)) == pytest.approx(1.2, abs=0.001)


def test_an_end_that_touches_a_road_without_a_vertex_of_it_opens_onto_it() -> None:
    assert km(roads([[(0, 0), (2000, 0)], [(700, 0), (700, 500)]]), (700, 500)) == pytest.approx(1.2)


GRID = [[(x, -100), (x, 1100)] for x in range(0, 1001, 100)] + [
    [(-100, y), (1100, y)] for y in range(0, 1001, 100)
]


def test_lines_without_common_vertices_are_cut_where_they_cross_and_the_doubt_is_said() -> None:
    network = build_network(roads(GRID), SPEEDS)
    assert parts(network) == 1
    assert any("121か所を交差点としました" in note and "立体交差" in note for note in network.notes)
    (record,) = access_links(facilities((1000, 1000)), gates((0, 0)), roads(GRID), SPEEDS).records
    assert record["km"] == pytest.approx(2.0)
    assert record["status"] == "needs_confirmation"


def test_lines_of_other_levels_are_never_cut_where_they_cross() -> None:
    network = build_network(roads(GRID, level=[1] * 11 + [0] * 11), SPEEDS)
    assert parts(network) == 22


def test_roads_with_common_vertices_are_not_cut_where_one_crosses_the_other_without_one() -> None:
    square = [[(0, 0), (1000, 0)], [(1000, 0), (1000, 1000)], [(1000, 1000), (0, 1000)], [(0, 1000), (0, 0)]]
    chain = [[(x, 500), (x + 100, 500)] for x in range(-500, 1500, 100)]
    assert parts(build_network(roads(square + chain), SPEEDS)) == 2


def test_of_parallel_roads_the_quicker_carries_the_way() -> None:
    layer = roads([[(0, 0), (1000, 0)], [(0, 0), (500, 10), (1000, 0)]], **{"class": ["5", "1"]})
    found = access_links(facilities((1000, 0)), gates((0, 0)), layer, SPEEDS)
    (record,) = found.records
    assert record["km"] == pytest.approx(LineString([(0, 0), (500, 10), (1000, 0)]).length / 1000)
    assert details(found)[0]["shortest_km"] == pytest.approx(1.0)


def test_duplicated_lengthless_and_ring_roads_do_no_harm() -> None:
    ring = [(500, 0), (500, 300), (800, 300), (500, 0)]
    layer = roads([*STREET, *STREET, [(3, 3), (3, 3)], ring])
    assert km(layer, (1900, 0)) == pytest.approx(1.9)
    notes = "".join(build_network(layer, SPEEDS).notes)
    assert "長さのない道路1本は計算に使いませんでした。" in notes
    assert "同じ2点を結ぶ道路が重なる2本は、時間の短い方を使います。" in notes


def test_a_ring_that_meets_a_road_at_its_end_is_told_and_can_be_driven_round() -> None:
    layer = roads([[(0, 0), (1000, 0)], [(1000, 0), (1300, 300), (1300, -300), (1000, 0)]])
    assert "始点と終点が同じ道路1本" in "".join(build_network(layer, SPEEDS).notes)
    assert km(layer, (1300, 300)) == pytest.approx(1 + 0.3 * 2**0.5)
    assert km(layer, (1300, -300)) == pytest.approx(1 + 0.3 * 2**0.5)


def test_roads_without_any_length_are_no_network_and_are_told() -> None:
    layer = roads([[(3, 3), (3, 3)]])
    assert build_network(layer, SPEEDS).nodes == 0
    found = access_links(facilities((0, 0)), gates((0, 0)), layer, SPEEDS)
    assert found.records[0]["status"] == "refused"
    assert any("長さのない道路1本" in note for note in found.notes)


def test_a_single_road_is_a_network() -> None:
    assert km(roads([[(0, 0), (1000, 0)]]), (700, 0)) == pytest.approx(0.7)


def test_openstreetmap_ways_keep_their_directions_bridges_and_bars() -> None:
    layer = roads([*STREET, [(2000, 0), (3000, 0)]], oneway=[True, False, False])
    layer = layer.assign(highway="residential", access=[None, None, "private"], bridge=["yes", None, None])
    network = build_network(layer, SPEEDS)
    assert network.oneway.tolist() == [True, False]
    assert any("道路1本は、通行できないため" in note for note in network.notes)
    turned = build_network(layer.assign(oneway=["-1", "no", "no"]), SPEEDS)
    assert turned.xy[:2].tolist() == [[1000, 0], [0, 0]]


def test_classes_of_the_digital_road_map_are_read_where_there_are_no_others() -> None:
    layer = roads(STREET, **{"class": ["6", "6"]}).assign(道路種別コード=["3", "6"])
    assert build_network(layer, SPEEDS).road_class.tolist() == ["1", "2"]


def test_widths_in_metres_stand_in_for_missing_codes() -> None:
    layer = roads(STREET, width_code=["6", "6"]).assign(road_width=[3.8, 5.5])
    network = build_network(layer, SPEEDS)
    assert network.width_code.tolist() == ["2", "3"]
    (record,) = details(access_links(facilities((2000, 0)), gates((0, 0)), layer, SPEEDS))
    assert record["narrow"] == {"under_5_5_m": 1000, "under_4_m": 1000, "unknown_m": 0}


def test_the_class_of_three_metres_and_more_does_not_tell_what_is_under_four() -> None:
    layer = roads(STREET, width_code=["2", "6"])
    (record,) = details(access_links(facilities((2000, 0)), gates((0, 0)), layer, SPEEDS))
    assert record["narrow"] == {"under_5_5_m": 1000, "under_4_m": 0, "unknown_m": 1000}


def test_what_the_planner_says_of_one_road_holds_for_that_road() -> None:
    layer = roads(STREET).assign(layer_id="road_1", layer_fid=[7, 8])
    said = [RoadOverride("road_1", 7, "現地調査", kmh=60), RoadOverride("road_1", 8, "通行止め", closed=True)]
    network = build_network(layer, SPEEDS, said)
    assert network.minutes.tolist() == pytest.approx([1.0])
    gone = build_network(layer, SPEEDS, [RoadOverride("road_2", 7, "現地調査", kmh=60)])
    assert any("個別に値を決めた道路1本は道路データにない" in note for note in gone.notes)


def test_shares_of_classes_and_the_sentence_are_those_of_the_way() -> None:
    layer = roads([[(0, 0), (1500, 0)], [(1500, 0), (2000, 0)]], **{"class": ["1", "3"]})
    (record,) = details(access_links(facilities((2000, 0)), gates((0, 0)), layer, SPEEDS))
    assert record["shares"] == pytest.approx({"国道": 0.75, "市区町村道等": 0.25})
    assert str(record["sentence"]).startswith("第1ICから約2.0 km・約4分（想定速度：国道 時速34.9 km")
    assert "仮定値" in str(record["sentence"])


def test_the_nearest_interchange_by_road_is_kept_beside_the_quickest() -> None:
    layer = roads([[(0, 0), (1000, 0)], [(1000, 0), (2200, 0)]], **{"class": ["5", "1"]})
    found = access_links(facilities((1000, 0)), gates((0, 0), (2200, 0)), layer, SPEEDS, per_facility=1)
    assert [
        (r["interchange"], r["rank"], more["km_rank"])
        for r, more in zip(found.records, details(found), strict=True)
    ] == [
        ("第2IC", 1, 2), ("第1IC", 2, 1)
    ]  # fmt: skip


def test_an_interchange_outside_the_radius_is_refused_with_the_radius() -> None:
    (record,) = access_links(facilities((100, 0)), gates((60_000, 0)), roads(STREET), SPEEDS).records
    assert record["status"] == "refused"
    assert "59.9 km" in str(record["reason"])
    assert "50 kmの外" in str(record["reason"])


def test_that_the_data_do_not_tell_half_interchanges_is_said() -> None:
    found = access_links(facilities((100, 0)), gates((0, 0)), roads(STREET), SPEEDS)
    assert any("ハーフIC" in note for note in found.notes)


@given(st.integers(0, 10_000))
def test_many_points_hold_on_to_the_roads_that_each_alone_would(seed: int) -> None:
    draw = np.random.default_rng(seed)
    starts = draw.uniform(0, 3000, (40, 2))
    layer = roads([[tuple(a), tuple(a + draw.normal(0, 400, 2))] for a in starts])
    network = build_network(layer, SPEEDS)
    points = draw.uniform(-500, 3500, (60, 2))
    quick = Snapper(network).hold(points)
    slow = hold_on(network, [Point(p) for p in points], open_only=True)
    assert quick.distance_m == pytest.approx(slow.distance_m, abs=1e-6)
    assert np.hypot(*(quick.road_xy - quick.place_xy).T) == pytest.approx(quick.distance_m, abs=1e-6)
    assert hold_on(network, [Point(p) for p in quick.road_xy], open_only=True).distance_m.max() < 1e-6
