"""Polygons united without slivers."""

from __future__ import annotations

from itertools import pairwise

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.analysis.area_units import in_common, is_seen, united_cleanly, without

LEFT = shapely.box(0, 0, 100, 100)


def test_neighbours_with_one_border_become_one_polygon() -> None:
    whole, filled = united_cleanly([LEFT, shapely.box(100, 0, 200, 100)])
    assert (whole.geom_type, whole.area, filled) == ("Polygon", 20_000, 0.0)


def test_a_border_that_differs_by_a_centimetre_leaves_no_gap() -> None:
    whole, _ = united_cleanly([LEFT, shapely.box(100.01, 0.004, 200, 99.99)])
    assert whole.geom_type == "Polygon"
    assert len(whole.interiors) == 0
    assert whole.area == pytest.approx(20_000, abs=2)


def test_a_vertex_beside_the_neighbour_s_edge_leaves_no_gap() -> None:
    right = shapely.Polygon([(100, 0), (200, 0), (200, 100), (100, 100), (100.012, 50)])
    whole, _ = united_cleanly([LEFT, right])
    assert len(shapely.get_parts(whole)) == 1
    assert len(whole.interiors) == 0


def test_a_hole_that_is_wide_enough_stays() -> None:
    frame = shapely.box(0, 0, 10, 10) - shapely.box(4, 4, 6, 6)
    whole, filled = united_cleanly([frame, shapely.box(10, 0, 20, 10)])
    assert (len(whole.interiors), filled) == (1, 0.0)


def test_polygons_far_from_each_other_keep_every_bit() -> None:
    far = shapely.box(300.123456789, 0.1, 400.3, 7.7)
    whole, _ = united_cleanly([LEFT, far])
    assert {part.normalize().wkb for part in whole.geoms} == {LEFT.normalize().wkb, far.normalize().wkb}


def test_splinters_are_neither_kept_nor_counted() -> None:
    almost = shapely.box(0, 0, 99.99, 100)
    assert without(LEFT, almost).is_empty
    assert not is_seen(in_common(shapely.box(99.995, 0, 200, 100), LEFT))


def test_what_is_left_of_an_area_taken_away_whole_is_empty() -> None:
    assert without(LEFT, shapely.box(-1, -1, 101, 101)).is_empty


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=5, unique=True), st.integers(0, 2**32 - 1))
def test_pieces_of_an_area_united_have_its_size(cuts: list[int], seed: int) -> None:
    import random

    edges = [0, *sorted(cuts), 61]
    chance = random.Random(seed)
    pieces = [shapely.box(a * 1.7, 0, b * 1.7, 33.3) for a, b in pairwise(edges)]
    chance.shuffle(pieces)
    whole, filled = united_cleanly(pieces)
    assert whole.geom_type == "Polygon"
    assert whole.area + filled == pytest.approx(61 * 1.7 * 33.3, abs=1e-6)
