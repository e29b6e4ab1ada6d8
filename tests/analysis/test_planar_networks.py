"""Minutes and metres over random planar road networks, beside a plain search; and roads of two real towns."""

from __future__ import annotations

import heapq
from pathlib import Path

import geopandas
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from roads import profile, roads
from scipy.spatial import Delaunay
from shapely.geometry import Point

from chiiki_gis.analysis.access import access_links
from chiiki_gis.analysis.connectivity import connectivity
from chiiki_gis.analysis.holds import hold_on
from chiiki_gis.analysis.network import Network, build_network
from chiiki_gis.analysis.reach import reach_from
from chiiki_gis.analysis.routes import cost_of_ways, costs_from, nearest_gate, routes_to, search_from
from chiiki_gis.core.role import Role
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import prepare

SPEEDS = profile()
Spot = tuple[float, float]


def planar(seed: int) -> tuple[geopandas.GeoDataFrame, np.ndarray]:
    """Roads along some edges of a triangulation, some of them twice, some one-way; and their crossings."""
    draw = np.random.default_rng(seed)
    spots = draw.uniform(0, 4000, (40, 2)).round(2)
    corners = Delaunay(spots).simplices
    pairs = np.unique(
        np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])), axis=0
    )
    pairs = pairs[draw.random(len(pairs)) < 0.7]
    pairs = np.vstack([pairs, pairs[:5]])
    turned = draw.random(len(pairs)) < 0.5
    pairs[turned] = pairs[turned][:, ::-1]
    size = len(pairs)
    columns = {
        "class": draw.choice(list("12356"), size).tolist(),
        "width_code": draw.choice(list("1236"), size).tolist(),
        "oneway": (draw.random(size) < 0.25).tolist(),
    }
    return roads([[tuple(spots[a]), tuple(spots[b])] for a, b in pairs], **columns), spots


def plain_search(layer: geopandas.GeoDataFrame, start: Spot, *, in_metres: bool) -> dict[Spot, float]:
    """Cost from a crossing to every other by the textbook's search."""
    arcs: dict[Spot, list[tuple[Spot, float]]] = {}
    for _, row in layer.iterrows():
        a, b = row.geometry.coords
        kmh = SPEEDS.class_kmh[row["class"]].value * SPEEDS.width_factor[row["width_code"]].value
        cost = row.geometry.length if in_metres else row.geometry.length / kmh * 0.06
        arcs.setdefault(a, []).append((b, cost))
        if not row["oneway"]:
            arcs.setdefault(b, []).append((a, cost))
    found: dict[Spot, float] = {}
    waiting = [(0.0, start)]
    while waiting:
        cost, spot = heapq.heappop(waiting)
        if spot not in found:
            found[spot] = cost
            for following, more in arcs.get(spot, []):
                heapq.heappush(waiting, (cost + more, following))
    return found


def crossing_costs(network: Network, cost: np.ndarray) -> dict[Spot, float]:
    first = network.xy[network.first[:-1]]
    last = network.xy[network.first[1:] - 1]
    places = {int(n): tuple(xy) for n, xy in zip(network.start, first, strict=True)}
    places |= {int(n): tuple(xy) for n, xy in zip(network.end, last, strict=True)}
    return {places[n]: float(c) for n, c in enumerate(cost) if np.isfinite(c)}


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.booleans())
def test_costs_to_all_crossings_are_those_of_a_plain_search(seed: int, in_metres: bool) -> None:
    layer, _ = planar(seed)
    network = build_network(layer, SPEEDS)
    start = layer.geometry.iloc[0].coords[0]
    searched = network.by_length if in_metres else network
    gate = hold_on(network, [Point(start)], open_only=False)
    (cost,) = costs_from(searched, gate)
    expected = plain_search(layer, start, in_metres=in_metres)
    assert crossing_costs(network, cost) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@settings(max_examples=40)
@given(st.integers(0, 10_000))
def test_routes_are_continuous_obey_one_way_roads_and_are_as_long_as_they_say(seed: int) -> None:
    layer, spots = planar(seed)
    network = build_network(layer, SPEEDS)
    gate = hold_on(network, [Point(spots[0])], open_only=False)
    (search,) = search_from(network, gate)
    holds = hold_on(network, [Point(x + 20, y + 5) for x, y in spots], open_only=True)
    cost = cost_of_ways(network, search, holds)
    reached = np.nonzero(np.isfinite(cost))[0]
    for number, route in zip(reached, routes_to(network, search, holds.only(reached)), strict=True):
        assert route.minutes == pytest.approx(cost[number], rel=1e-6, abs=1e-9)
        assert route.metres.sum() == pytest.approx(route.length_m)
        assert route.length_m + gate.distance_m[0] + holds.distance_m[number] == pytest.approx(
            route.line.length, rel=1e-6, abs=1e-3
        )
        for edge, metres in zip(route.edges[1:-1], route.metres[1:-1], strict=True):
            a, b = network.xy[network.first[edge]], network.xy[network.first[edge + 1] - 1]
            assert metres == pytest.approx(network.length_m[edge])
            if network.oneway[edge]:
                along = [route.line.project(Point(p)) for p in (a, b)]
                assert along[0] <= along[1] or route.line.coords[0] == tuple(b)


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_the_nearest_interchange_is_the_best_of_all(seed: int) -> None:
    layer, spots = planar(seed)
    network = build_network(layer, SPEEDS)
    gates = hold_on(network, [Point(p) for p in spots[:4]], open_only=False)
    extra = np.array([0.0, 1.0, 2.0, 0.5])
    cost, which = nearest_gate(network, gates, extra)
    every = costs_from(network, gates) + extra[:, None]
    assert cost == pytest.approx(every.min(axis=0))
    found = which >= 0
    assert every[which[found], np.nonzero(found)[0]] == pytest.approx(cost[found])


def real_roads(path: Path, epsg: int) -> geopandas.GeoDataFrame:
    return prepare(read(path).tables[0], epsg, Role.ROAD).frame


def real_gates(real_data: Path, epsg: int) -> geopandas.GeoDataFrame:
    path = real_data / "expressway" / "n06_2025_joint_from_pmtiles.geojson"
    return prepare(read(path).tables[0], epsg, Role.INTERCHANGE).frame


@pytest.mark.real_data
def test_sabae_is_reached_from_its_interchange_and_its_islands_are_named(real_data: Path) -> None:
    layer, gates = real_roads(real_data / "sabae" / "sabae_way.shp", 6674), real_gates(real_data, 6674)
    network = build_network(layer, SPEEDS)
    middle = layer.union_all().centroid
    here = geopandas.GeoDataFrame({"building_id": ["a"], "name": ["a"]}, geometry=[middle], crs=6674)
    (record,) = (r for r in access_links(here, gates, layer, SPEEDS).records if r["rank"] == 1)
    assert (record["interchange"], record["status"]) == ("鯖江IC", "ok")
    assert 2 < float(str(record["km"])) < 4
    gate = hold_on(network, list(gates[gates["name"] == "鯖江IC"].geometry), open_only=False)
    five, ten = reach_from(network, gate, SPEEDS, (5.0, 10.0)).areas
    assert 3e6 < five.area < ten.area < 20e6
    assert ten.buffer(1).contains(five)
    report = connectivity(network, hold_on(network, [middle], open_only=True), gate)
    assert (report.parts[0].name, report.parts[0].interchanges) == ("本体", 1)
    assert report.parts[0].km > 200
    assert all(part.name.startswith("離れた道路") and part.km < 1 for part in report.parts[1:])


@pytest.mark.real_data
def test_chinos_centre_lines_give_no_number_that_is_not_doubted(real_data: Path) -> None:
    folder = real_data / "chino" / "road_layers" / "f_road_center_line"
    layer, gates = real_roads(folder / "f_road_center_line.shp", 6676), real_gates(real_data, 6676)
    middle = layer.union_all().centroid
    spots = [Point(middle.x + x, middle.y + y) for x, y in ((0, 0), (300, 100), (-200, 50), (100, -300))]
    here = geopandas.GeoDataFrame(
        {"building_id": list("abcd"), "name": list("abcd")}, geometry=spots, crs=6676
    )
    found = access_links(here, gates, layer, SPEEDS)
    assert {r["interchange"] for r in found.records} == {"諏訪IC"}
    assert {r["status"] for r in found.records} <= {"refused", "needs_confirmation"}
    assert any(r["status"] == "refused" and "つながっていません" in str(r["reason"]) for r in found.records)
    assert all(r["reason"] for r in found.records)
