"""Links from interchanges to facilities: the quickest way by road, an estimate, or a refusal."""

from __future__ import annotations

import json
import random
from pathlib import Path

import geopandas
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roads import brute_force, ends_of, facilities, gates, profile, roads
from shapely.geometry import Point

from chiiki_gis.analysis.access import access_links
from chiiki_gis.analysis.road_ends import looseness, meeting_ends
from chiiki_gis.core.role import Role
from chiiki_gis.io.formats import read
from chiiki_gis.io.imports import prepare

SPEEDS = profile()


def town_of(seed: int) -> tuple[geopandas.GeoDataFrame, Point, Point]:
    """A grid of streets with gaps, classes, widths and one-way streets, a gate and a facility beside it."""
    draw = random.Random(seed)
    spot = {(i, j): (i * 500 + draw.uniform(-90, 90), j * 400 + draw.uniform(-90, 90))
            for i in range(5) for j in range(5)}  # fmt: skip
    pairs = [((i, j), (i + a, j + b)) for i, j in spot for a, b in ((1, 0), (0, 1)) if (i + a, j + b) in spot]
    kept = [pair for pair in pairs if draw.random() < 0.8]
    lines = []
    for a, b in kept:
        (x0, y0), (x1, y1) = spot[a], spot[b]
        bend = ((x0 + x1) / 2 + draw.uniform(-40, 40), (y0 + y1) / 2 + draw.uniform(-40, 40))
        lines.append([spot[a], bend, spot[b]])
    layer = roads(
        lines,
        **{"class": [draw.choice("1235") for _ in lines]},
        width_code=[draw.choice("1234") for _ in lines],
        oneway=[draw.random() < 0.3 for _ in lines],
    )
    gate, facility = (Point(draw.uniform(0, 2000), draw.uniform(0, 1600)) for _ in range(2))
    return layer, gate, facility


@given(st.integers(0, 10_000))
def test_the_way_is_the_quickest_there_is(seed: int) -> None:
    layer, gate, facility = town_of(seed)
    expected = brute_force(layer, gate, facility, SPEEDS)
    found = access_links(facilities((facility.x, facility.y)), gates((gate.x, gate.y)), layer, SPEEDS)
    (record,) = found.records
    if record["status"] == "refused":
        assert expected is None or "つながって" in str(record["reason"])
        assert record["km"] is None
        assert record["minutes"] is None
    elif "つながっていない" not in str(record["reason"]):
        assert expected is not None
        assert (record["km"], record["minutes"]) == pytest.approx(expected, rel=1e-6)


@given(st.integers(0, 10_000))
def test_the_line_runs_from_the_interchange_to_the_facility_and_is_as_long_as_it_says(seed: int) -> None:
    layer, gate, facility = town_of(seed)
    found = access_links(facilities((facility.x, facility.y)), gates((gate.x, gate.y)), layer, SPEEDS)
    for _, link in found.frame[found.frame["status"] != "refused"].iterrows():
        first, last = ends_of(link.geometry)
        assert first.distance(gate) < 1e-6
        assert last.distance(facility) < 1e-6
        assert link.geometry.length == pytest.approx(link["km"] * 1000, rel=1e-6, abs=1e-3)


STREET = [[(0, 0), (1000, 0)], [(1000, 0), (2000, 0)]]


def test_on_one_street_the_way_is_the_distance_between() -> None:
    found = access_links(facilities((900, 30)), gates((100, 0)), roads(STREET), SPEEDS)
    (record,) = found.records
    assert record["status"] == "ok"
    assert record["km"] == pytest.approx(0.83)
    street = SPEEDS.class_kmh["3"].value * SPEEDS.width_factor["3"].value
    assert record["minutes"] == pytest.approx(0.8 / street * 60 + 0.03 / SPEEDS.connector_kmh.value * 60)


def test_a_one_way_street_is_not_driven_against_its_direction() -> None:
    ring = [[(0, 0), (1000, 0)], [(1000, 0), (1000, 600)], [(1000, 600), (0, 600)], [(0, 600), (0, 0)]]
    layer = roads(ring, oneway=[True] * 4)
    (back,) = access_links(facilities((100, 0)), gates((300, 0)), layer, SPEEDS).records
    (ahead,) = access_links(facilities((300, 0)), gates((100, 0)), layer, SPEEDS).records
    assert ahead["km"] == pytest.approx(0.2)
    assert back["km"] == pytest.approx(3.0)


def test_where_one_way_streets_forbid_every_way_the_link_is_refused_and_says_so() -> None:
    layer = roads(STREET, oneway=[True, True])
    (record,) = access_links(facilities((100, 0)), gates((1900, 0)), layer, SPEEDS).records
    assert record["status"] == "refused"
    assert "一方通行" in str(record["reason"])


def test_a_facility_five_kilometres_from_any_road_is_refused_with_the_distance() -> None:
    (record,) = access_links(facilities((500, 5000)), gates((0, 0)), roads(STREET), SPEEDS).records
    assert (record["status"], record["km"], record["minutes"]) == ("refused", None, None)
    assert "5,000 m" in str(record["reason"])
    assert record["snap_m"] == {"facility": pytest.approx(5000), "interchange": None}


def test_a_facility_some_way_off_the_road_is_linked_but_must_be_confirmed() -> None:
    (record,) = access_links(facilities((500, 400)), gates((0, 0)), roads(STREET), SPEEDS).records
    assert record["status"] == "needs_confirmation"
    assert record["snap_m"]["facility"] == pytest.approx(400)
    assert record["km"] == pytest.approx(0.9)


def test_roads_that_do_not_hang_together_are_refused_and_named() -> None:
    island = [[(0, 5000), (800, 5000)], [(800, 5000), (800, 5600)]]
    (record,) = access_links(facilities((100, 5000)), gates((0, 0)), roads(STREET + island), SPEEDS).records
    assert record["status"] == "refused"
    assert "第1IC" in str(record["reason"])
    assert "2本・1.4 km" in str(record["reason"])


def test_a_refusal_is_a_row_with_its_reason_and_no_numbers() -> None:
    island = [[(0, 5000), (800, 5000)]]
    found = access_links(facilities((100, 5000)), gates((0, 0)), roads(STREET + island), SPEEDS)
    (row,) = (row for _, row in found.frame.iterrows())
    assert (row["status"], row["geometry"], row["km"]) == ("refused", None, None)
    assert row["reason"] == found.records[0]["reason"]


def test_roads_whose_ends_do_not_meet_are_named_as_the_reason() -> None:
    loose = [[(x, 0), (x + 95, 0)] for x in range(0, 2000, 100)]  # gaps of 5 m
    (record,) = access_links(facilities((1900, 20)), gates((0, 0)), roads(loose), SPEEDS).records
    assert record["status"] == "refused"
    assert "端40か所のうち、ほかの道路と接しているのは0か所だけです。" in str(record["reason"])


def test_roads_that_meet_are_not_called_loose() -> None:
    street = [[(x, 0), (x + 100, 0)] for x in range(0, 2000, 100)]
    assert looseness(roads(street).geometry) == ""
    assert meeting_ends(roads(street).geometry) == (38, 40)


def test_a_stump_beside_the_real_street_does_not_cut_a_facility_off() -> None:
    stump = [[(500, 60), (540, 60)]]
    (record,) = access_links(facilities((520, 70)), gates((0, 0)), roads(STREET + stump), SPEEDS).records
    assert record["status"] == "needs_confirmation"
    assert record["km"] == pytest.approx(0.59)
    assert "つながっていない" in str(record["reason"])


def test_an_interchange_without_roads_around_it_is_refused_with_what_to_load() -> None:
    (record,) = access_links(facilities((100, 0)), gates((0, 9000)), roads(STREET), SPEEDS).records
    assert record["status"] == "refused"
    assert "道路データを取り込んで" in str(record["reason"])


def test_no_facility_opens_onto_an_expressway() -> None:
    layer = roads([*STREET, [(0, 0), (0, 300)], [(0, 300), (2000, 300)]], **{"class": ["3", "3", "3", "4"]})
    (record,) = access_links(facilities((1500, 290)), gates((0, 0)), layer, SPEEDS).records
    assert record["km"] == pytest.approx(1.5 + 0.29)


def test_roads_under_construction_carry_nobody() -> None:
    layer = roads(STREET, state=["open", "construction"])
    found = access_links(facilities((1100, 0)), gates((0, 0)), layer, SPEEDS)
    assert found.records[0]["km"] == pytest.approx(1.1)
    assert any("除きました" in note for note in found.notes)


def test_without_roads_the_distance_is_an_estimate_that_says_its_factor() -> None:
    (record,) = access_links(facilities((3000, 4000)), gates((0, 0)), None, SPEEDS).records
    assert record["status"] == "estimate"
    assert record["km"] == pytest.approx(5 * SPEEDS.detour_factor.value)
    assert any("直線距離" in word for word in record["assumed"])
    assert "概算" in str(record["reason"])


def test_junctions_and_closed_interchanges_are_not_used() -> None:
    some = gates((0, 0), (10, 0), (20, 0), (2000, 0), type=["jct", "ic", "other", "smart_ic"],
                 open=[True, False, True, True])  # fmt: skip
    found = access_links(facilities((100, 0)), some, roads(STREET), SPEEDS)
    assert [record["interchange"] for record in found.records] == ["第4IC"]


def test_several_interchanges_are_ranked_by_minutes() -> None:
    fast = roads(STREET, **{"class": ["3", "1"]})
    found = access_links(facilities((950, 0)), gates((0, 0), (2000, 0)), fast, SPEEDS)
    assert [(r["rank"], r["interchange"]) for r in found.records] == [(1, "第2IC"), (2, "第1IC")]
    assert list(found.frame["rank"]) == [1, 2]


def test_uses_of_one_building_have_one_link() -> None:
    two = facilities((100, 0), (100, 0), building_id=["b1", "b1"])
    assert len(access_links(two, gates((0, 0)), roads(STREET), SPEEDS).records) == 1


def test_every_speed_is_said_with_what_it_rests_on() -> None:
    found = access_links(facilities((900, 30)), gates((100, 0)), roads(STREET), SPEEDS)
    words = json.loads(found.frame["assumed"].iloc[0])
    assert words == found.records[0]["assumed"]
    assert all("仮定値" in word or "出典" in word for word in words)


def test_degrees_are_refused() -> None:
    degrees = facilities((138.1, 36.0)).set_crs(6668, allow_override=True)
    with pytest.raises(ValueError, match="plane"):
        access_links(degrees, gates((0, 0)), None, SPEEDS)


@pytest.mark.real_data
def test_the_way_through_sabae_is_that_of_a_search_over_every_vertex(real_data: Path) -> None:
    layer = prepare(read(real_data / "sabae" / "sabae_way.shp").tables[0], 6674, Role.ROAD).frame
    layer = layer[layer["state"] == "open"]
    gate = geopandas.GeoSeries([Point(136.2014, 35.9514)], crs=4326).to_crs(6674)[0]
    middle = layer.union_all().centroid
    joints = gates((gate.x, gate.y)).set_crs(6674, allow_override=True)
    for x, y in ((0, 0), (900, -1200), (-1500, 800)):
        here = facilities((middle.x + x, middle.y + y)).set_crs(6674, allow_override=True)
        (record,) = access_links(here, joints, layer, SPEEDS).records
        assert record["status"] in ("ok", "needs_confirmation"), record
        expected = brute_force(layer, gate, here.geometry.iloc[0], SPEEDS)
        assert (record["km"], record["minutes"]) == pytest.approx(expected, rel=1e-6)


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=4, unique=True),
        min_size=1,
        max_size=12,
    )
)
def test_ends_that_meet_are_those_on_a_vertex_of_another_line(lines: list[list[tuple[int, int]]]) -> None:
    met = sum(
        any(end in other for n, other in enumerate(lines) if n != number)
        for number, line in enumerate(lines)
        for end in (line[0], line[-1])
    )
    assert meeting_ends(roads(lines).geometry) == (met, 2 * len(lines))
