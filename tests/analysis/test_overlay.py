"""Shares, majority, edges and parts outside."""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas
import numpy
import pandas
import pyogrio
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.analysis import areas, overlay
from chiiki_gis.core.errors import CrsMismatch

EPSG = 6676


def frame(shapes: list[Any], **columns: Any) -> geopandas.GeoDataFrame:
    index = range(11, 11 + len(shapes))
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=EPSG, index=index)


def box(*bounds: float) -> shapely.Polygon:
    return shapely.box(*bounds)


TOWN = frame([box(0, 0, 100, 100), box(100, 0, 200, 100)], zone=["住居", "商業"])


def test_shares_are_parts_of_the_sites_area_on_its_index() -> None:
    sites = frame([box(60, 0, 160, 10), box(0, 0, 10, 10), box(190, 0, 230, 10)])
    shares = overlay.zone_shares(sites, TOWN, "zone")
    assert list(shares.index) == [11, 12, 13]
    assert shares.loc[11].to_dict() == pytest.approx({"住居": 0.4, "商業": 0.6})
    assert shares.loc[12].to_dict() == {"住居": 1.0, "商業": 0.0}
    assert shares.loc[13, "商業"] == pytest.approx(0.25)


def test_a_point_has_one_zone_and_a_point_on_the_border_has_half_of_each() -> None:
    shares = overlay.zone_shares(
        frame([shapely.Point(50, 50), shapely.Point(100, 50), shapely.Point(300, 0)]), TOWN, "zone"
    )
    assert shares.loc[11, "住居"] == 1
    assert shares.loc[12].to_dict() == {"住居": 0.5, "商業": 0.5}
    assert shares.loc[13].sum() == 0


def test_a_line_is_shared_by_length() -> None:
    shares = overlay.zone_shares(frame([shapely.LineString([(80, 5), (180, 5)])]), TOWN, "zone")
    assert shares.loc[11].to_dict() == pytest.approx({"住居": 0.2, "商業": 0.8})


def test_overlapping_polygons_of_one_zone_count_once() -> None:
    zones = frame([box(0, 0, 10, 10), box(5, 0, 20, 10)], zone=["住居", "住居"])
    assert overlay.zone_shares(frame([box(0, 0, 20, 10)]), zones, "zone").loc[11, "住居"] == 1


def test_the_majority_needs_more_than_half() -> None:
    sites = frame([box(49, 0, 149, 10), box(50, 0, 150, 10), box(500, 0, 510, 10)])
    found = overlay.majority_zone(sites, TOWN, "zone")
    assert found.loc[11, "zone"] == "住居"
    assert found.loc[11, "share"] == pytest.approx(0.51)
    assert found.loc[12, "zone"] is None
    assert found.loc[12, "share"] == pytest.approx(0.5)
    assert found.loc[13, "zone"] is None
    assert found.loc[13, "share"] == 0


def test_the_edge_is_where_another_zone_or_none_begins() -> None:
    sites = frame([shapely.Point(90, 50), shapely.Point(50, 97), box(95, 40, 105, 50), box(10, 10, 20, 20)])
    distances = overlay.distance_to_edge(sites, TOWN, "zone")
    assert distances.tolist() == pytest.approx([10, 3, 0, 10])


def test_an_inner_border_of_a_zone_is_no_edge() -> None:
    zones = frame([box(x, 0, x + 10, 100) for x in range(0, 100, 10)], zone=["住居"] * 10)
    distances = overlay.distance_to_edge(frame([shapely.Point(50, 50), box(45, 45, 55, 55)]), zones, "zone")
    assert distances.tolist() == pytest.approx([50, 45])


def test_a_gap_of_some_centimetres_is_no_edge_and_one_of_a_metre_is() -> None:
    for gap, expected in ((0.08, 50.0), (1.0, 20.0)):
        zones = frame([box(0, 0, 30, 100), box(30 + gap, 0, 100, 100)], zone=["住居", "住居"])
        site = frame([shapely.Point(50 + gap, 50)])
        assert overlay.distance_to_edge(site, zones, "zone").iloc[0] == pytest.approx(expected, abs=0.2)


def test_the_edge_of_a_wide_zone_is_found_however_far() -> None:
    zones = frame([box(x, 0, x + 1000, 9000) for x in range(0, 9000, 1000)], zone=["山"] * 9)
    assert overlay.distance_to_edge(frame([shapely.Point(4500, 4500)]), zones, "zone").iloc[0] == 4500


def test_outside_every_zone_the_distance_is_to_the_nearest_one() -> None:
    assert overlay.distance_to_edge(frame([shapely.Point(-7, 50)]), TOWN, "zone").iloc[0] == pytest.approx(7)


def test_without_zones_there_is_no_distance() -> None:
    none = frame([], zone=[])
    assert math.isnan(overlay.distance_to_edge(frame([shapely.Point(0, 0)]), none, "zone").iloc[0])
    assert overlay.zone_shares(frame([shapely.Point(0, 0)]), none, "zone").shape == (1, 0)
    assert overlay.majority_zone(frame([shapely.Point(0, 0)]), none, "zone")["zone"].tolist() == [None]


def test_the_part_outside_is_measured_and_drawn() -> None:
    areas = frame([box(150, 0, 250, 100), box(0, 0, 50, 50), box(900, 0, 910, 10)])
    outside = overlay.area_outside(areas, TOWN)
    assert outside["area_outside_m2"].tolist() == pytest.approx([5000, 0, 100])
    assert outside.geometry.iloc[0].equals(box(200, 0, 250, 100))
    assert outside.crs.to_epsg() == EPSG


def test_slivers_within_the_tolerance_are_left_out() -> None:
    areas = frame([box(0, 0, 200.9, 100), box(0, 0, 201.1, 100)])
    outside = overlay.area_outside(areas, TOWN, 1.0)
    assert outside["area_outside_m2"].tolist() == pytest.approx([0, 110])


def test_a_border_drawn_twice_leaves_nothing_but_what_really_reaches_beyond() -> None:
    """Many slivers are looked at together, few one by one: both find the same."""
    teeth = [box(100, 10 * n, 200.9 if n % 2 else 200, 10 * n + 10) for n in range(10)]
    many = shapely.union_all([*teeth, box(199, 30, 204, 40), box(150, 95, 160, 103)])
    few = shapely.union_all([*teeth[:4], box(199, 30, 204, 40)])
    outside = overlay.area_outside(frame([many, few]), TOWN, 1.0)
    assert len(shapely.get_parts(shapely.difference(many, TOWN.union_all()))) > 5
    assert outside["area_outside_m2"].tolist() == pytest.approx([40 + 30, 40])


def test_everything_is_outside_an_empty_container() -> None:
    outside = overlay.area_outside(frame([box(0, 0, 10, 10)]), frame([]))
    assert outside["area_outside_m2"].tolist() == [100]


def test_inside_tests_see_the_union_of_the_container() -> None:
    features = frame([box(50, 10, 150, 20), shapely.Point(100, 50), box(150, 0, 250, 10), None])
    assert overlay.is_inside(features, TOWN).tolist() == [True, True, False, False]
    assert overlay.share_inside(features, TOWN).tolist() == pytest.approx([1, 1, 0.5, 0])


def test_the_distance_outside_is_zero_inside() -> None:
    found = overlay.distance_outside(frame([shapely.Point(50, 50), shapely.Point(203, 50)]), TOWN)
    assert found.tolist() == pytest.approx([0, 3])


def test_bow_ties_and_missing_shapes_do_no_harm() -> None:
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    sites = frame([bow, None, shapely.Point()])
    shares = overlay.zone_shares(sites, TOWN, "zone")
    assert shares.loc[11, "住居"] == pytest.approx(1)
    assert shares.loc[[12, 13]].to_numpy().sum() == 0
    zones = frame([bow], zone=["蝶"])
    assert overlay.zone_shares(frame([box(0, 0, 100, 100)]), zones, "zone").iloc[0, 0] == pytest.approx(0.5)
    assert overlay.distance_to_edge(sites, TOWN, "zone").isna().tolist() == [False, True, True]


def test_two_coordinate_systems_are_refused() -> None:
    other = TOWN.set_crs(6677, allow_override=True)
    sites = frame([box(0, 0, 1, 1)])
    for call in (
        lambda: overlay.zone_shares(sites, other, "zone"),
        lambda: overlay.distance_to_edge(sites, other, "zone"),
        lambda: overlay.area_outside(sites, other),
        lambda: overlay.distance_outside(sites, other),
        lambda: overlay.share_inside(sites, other),
    ):
        with pytest.raises(CrsMismatch):
            call()


def test_the_input_is_not_changed() -> None:
    sites = frame([box(60, 0, 160, 10)], name=["甲"])
    before = sites.copy(), TOWN.copy()
    overlay.zone_shares(sites, TOWN, "zone")
    overlay.distance_to_edge(sites, TOWN, "zone")
    overlay.area_outside(sites, TOWN, 1.0)
    pandas.testing.assert_frame_equal(sites, before[0])
    pandas.testing.assert_frame_equal(TOWN, before[1])


@given(
    st.lists(st.floats(1, 99), min_size=1, max_size=6, unique=True),
    st.floats(0, 80),
    st.floats(1, 20),
)
def test_the_shares_of_a_partition_add_up_to_one(cuts: list[float], west: float, width: float) -> None:
    edges = [0.0, *sorted(cuts), 100.0]
    strips = [box(a, 0, b, 100) for a, b in pairwise(edges)]
    zones = frame(strips, zone=[f"区{n % 3}" for n in range(len(strips))])
    shares = overlay.zone_shares(frame([box(west, 10, west + width, 20)]), zones, "zone")
    assert shares.iloc[0].sum() == pytest.approx(1, abs=1e-4)


@given(st.floats(-50, 250), st.floats(1, 99), st.floats(1, 100))
def test_inside_and_outside_make_the_whole(west: float, south: float, size: float) -> None:
    area = frame([box(west, south, west + size, south + size)])
    outside = overlay.area_outside(area, TOWN)["area_outside_m2"].iloc[0]
    inside = overlay.share_inside(area, TOWN).iloc[0] * size * size
    assert inside + outside == pytest.approx(size * size, rel=1e-5)


@pytest.mark.real_data
def test_the_parcels_of_chino_have_no_edges_inside_their_zone(real_data: Path) -> None:
    path = real_data / "chino" / "judgement_layers" / "use_districts" / "use_districts.shp"
    zones = pyogrio.read_dataframe(path, encoding="CP932").to_crs(EPSG)
    sites = zones[["geometry"]].set_geometry(zones.geometry.representative_point())
    found = overlay.distance_to_edge(sites, zones, "youto")
    naive = sites.distance(zones.boundary)
    assert (found >= naive - 0.2).all()
    assert (found > naive + 5).sum() > 100
    whole = zones.dissolve("youto").buffer(areas.GAP_M, join_style="mitre")
    dissolved = whole.buffer(-areas.GAP_M, join_style="mitre").boundary
    true = numpy.array(
        [dissolved[name].distance(point) for name, point in zip(zones["youto"], sites.geometry, strict=True)]
    )
    single = overlay.zone_shares(sites, zones, "youto").gt(0).sum(axis=1) == 1
    assert found[single].to_numpy() == pytest.approx(true[single.to_numpy()], abs=0.05)
