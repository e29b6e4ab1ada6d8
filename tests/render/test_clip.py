"""Cutting rings and lines to a rectangle, held against shapely."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.render.clip import clipped_lines, clipped_polygons
from chiiki_gis.render.geometry import Rings

BOX = (0.0, 0.0, 100.0, 80.0)
numbers = st.integers(-150, 250).map(float)
corners = st.tuples(numbers, numbers)
polygons = (
    st.lists(corners, min_size=3, max_size=9, unique=True)
    .map(lambda c: shapely.MultiPoint(c).convex_hull)
    .filter(lambda p: p.geom_type == "Polygon")
)
lines = st.lists(corners, min_size=2, max_size=9).filter(lambda c: len(set(c)) > 1)


def rings(parts: list[list[tuple[float, float]]], owners: list[int] | None = None) -> Rings:
    sizes = np.array([len(part) for part in parts], "i8")
    owner = np.array(range(len(parts)) if owners is None else owners, "i4")
    return Rings(np.concatenate([np.array(p, "f8") for p in parts]), np.cumsum(sizes) - sizes, sizes, owner)


def each(found: Rings) -> list[np.ndarray]:
    return [found.xy[a : a + n] for a, n in zip(found.starts.tolist(), found.sizes.tolist(), strict=True)]


def winding_area(found: Rings) -> float:
    return sum(
        float((r[:-1, 0] * r[1:, 1] - r[1:, 0] * r[:-1, 1]).sum()) / 2 for r in each(found)
    )  # fmt: skip


def inside(found: Rings) -> bool:
    return bool((found.xy >= (-1e-9, -1e-9)).all() and (found.xy <= (100 + 1e-9, 80 + 1e-9)).all())


@given(shapes=st.lists(polygons, min_size=1, max_size=5))
def test_polygons_keep_the_area_inside_the_box_and_nothing_outside(shapes: list[shapely.Polygon]) -> None:
    given_rings = rings([list(shapely.orient_polygons(s).exterior.coords) for s in shapes])
    found = clipped_polygons(given_rings, BOX)
    expected = sum(shapely.box(*BOX).intersection(shape).area for shape in shapes)
    assert inside(found)
    assert winding_area(found) == pytest.approx(expected, abs=1e-6)
    assert all((ring[0] == ring[-1]).all() for ring in each(found))
    assert (np.diff(found.owner) >= 0).all()


@given(parts=st.lists(lines, min_size=1, max_size=5))
def test_lines_keep_the_length_inside_the_box_and_nothing_outside(
    parts: list[list[tuple[float, float]]],
) -> None:
    found = clipped_lines(rings(parts), BOX)
    length = sum(float(np.hypot(*np.diff(line, axis=0).T).sum()) for line in each(found))
    pieces = [shapely.LineString(p) for line in parts for p in itertools.pairwise(line)]
    expected = sum(shapely.box(*BOX).intersection(piece).length for piece in pieces)
    assert inside(found)
    assert length == pytest.approx(expected, abs=1e-6)
    assert (np.diff(found.owner) >= 0).all()


def test_a_hole_that_crosses_the_edge_stays_a_hole() -> None:
    outer = [(-50.0, -50.0), (150.0, -50.0), (150.0, 150.0), (-50.0, 150.0), (-50.0, -50.0)]
    hole = [(90.0, 10.0), (90.0, 30.0), (130.0, 30.0), (130.0, 10.0), (90.0, 10.0)]
    found = clipped_polygons(rings([outer, hole], [4, 4]), BOX)
    assert winding_area(found) == pytest.approx(100 * 80 - 10 * 20)
    assert found.owner.tolist() == [4, 4]


def test_a_line_that_leaves_and_comes_back_becomes_two() -> None:
    found = clipped_lines(rings([[(50.0, 40.0), (150.0, 40.0), (150.0, 60.0), (50.0, 60.0)]]), BOX)
    assert [line.tolist() for line in each(found)] == [[[50, 40], [100, 40]], [[100, 60], [50, 60]]]


def test_what_lies_inside_is_given_back_untouched_and_what_lies_outside_is_gone() -> None:
    inner = rings([[(1.0, 1.0), (9.0, 1.0), (9.0, 9.0), (1.0, 1.0)]])
    assert clipped_polygons(inner, BOX) is inner
    assert clipped_lines(inner, BOX) is inner
    outer = rings([[(200.0, 1.0), (209.0, 1.0), (209.0, 9.0), (200.0, 1.0)]])
    assert len(clipped_polygons(outer, BOX).owner) == 0
    assert len(clipped_lines(outer, BOX).owner) == 0
