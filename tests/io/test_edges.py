"""Borders once, levels from parts, and moved coordinates: the quick ways say what the plain ways say."""

from __future__ import annotations

import itertools

import geopandas
import numpy as np
import pandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.core.style import Style
from chiiki_gis.io import cache_build, datum, edges, store
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.edges import first_of_each_edge

vertex = st.tuples(st.integers(-3, 3), st.integers(-3, 3))
ring_lists = st.lists(st.lists(vertex, min_size=3, max_size=8), min_size=1, max_size=8)


def laid_out(lists: list[list[tuple[int, int]]]) -> tuple[np.ndarray, np.ndarray]:
    closed = [[*one, one[0]] for one in lists]
    xy = np.array([vertex for one in closed for vertex in one], "i4")
    return xy, np.cumsum([0, *(len(one) for one in closed)]).astype("i8")


def one_by_one(xy: np.ndarray, rings: np.ndarray) -> list[bool]:
    """Every edge looked up in a set."""
    seen, own = set(), [False] * len(xy)
    for start, end in itertools.pairwise(rings):
        for at in range(start, end - 1):
            edge = frozenset(map(tuple, xy[at : at + 2].tolist()))
            own[at] = len(edge) == 2 and edge not in seen
            seen.add(edge)
    return own


def mixed_frame(count: int) -> geopandas.GeoDataFrame:
    """Neighbouring squares, one with a hole, some of several parts, with a line and a point between."""
    squares: list[object] = [shapely.box(x, 0, x + 1000, 1000) for x in range(0, 1000 * count, 1000)]
    squares[1] = shapely.difference(squares[1], shapely.box(1200, 200, 1500, 500))
    squares[2] = shapely.union(squares[2], shapely.box(2000, 3000, 2500, 3500))
    shapes = [*squares, shapely.LineString([(0, 0), (5000, 700), (9000, 0)]), shapely.Point(30, 40)]
    return geopandas.GeoDataFrame({"n": range(len(shapes))}, geometry=shapes, crs=6676)


@settings(max_examples=80, deadline=None)
@given(lists=ring_lists)
def test_an_edge_belongs_to_the_ring_that_has_it_first(lists: list[list[tuple[int, int]]]) -> None:
    xy, rings = laid_out(lists)
    assert first_of_each_edge(xy, rings).tolist() == one_by_one(xy, rings)


@settings(max_examples=30, deadline=None)
@given(lists=ring_lists)
def test_edges_that_share_a_hash_stay_apart(lists: list[list[tuple[int, int]]]) -> None:
    xy, rings = laid_out(lists)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edges, "_hashes", lambda places: np.zeros(len(places) - 1, "u8"))
        assert first_of_each_edge(xy, rings).tolist() == one_by_one(xy, rings)


def test_drawing_data_built_in_parts_are_those_built_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = mixed_frame(12)
    whole = build_shapes(frame, Style())
    monkeypatch.setattr(cache_build, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr("chiiki_gis.io.levels.VERTICES_AT_ONCE", 5)
    monkeypatch.setattr(edges, "VERTICES_AT_ONCE", 5)
    parts = build_shapes(frame, Style())
    assert parts.meta == whole.meta
    assert parts.arrays.keys() == whole.arrays.keys()
    for name, array in whole.arrays.items():
        assert parts.arrays[name].dtype == array.dtype
        assert np.array_equal(parts.arrays[name], array), name


def test_a_frame_moved_in_parts_is_the_frame_moved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = mixed_frame(12)
    frame.loc[[3, 5], "geometry"] = [None, shapely.Polygon()]
    monkeypatch.setattr(datum, "_SHAPES_AT_ONCE", 3)
    moved, _ = datum.move(frame, 6676, 6677)
    plain = frame.to_crs(6677)
    assert moved.crs == plain.crs
    assert moved.geometry.name == plain.geometry.name
    assert moved.geometry.to_wkb().equals(plain.geometry.to_wkb())
    assert moved.drop(columns="geometry").equals(plain.drop(columns="geometry"))


def test_a_content_has_the_hash_of_its_values_one_by_one() -> None:
    columns = {
        "text": pandas.Series(["あ", None, "い", "あ"], dtype="str"),
        "string": pandas.Series(["1", pandas.NA, "", "1"], dtype="string"),
        "whole": [3, 3, -1, 0],
        "maybe": pandas.Series([1, None, 2, 1], dtype="Int64"),
        "flag": [True, False, True, True],
        "decimal": [0.0, -0.0, np.nan, 1.5],
        "anything": pandas.Series([1, True, None, "1"], dtype=object),
    }
    for name, column in columns.items():
        values = pandas.Series(column)
        texts = values.astype(object).where(values.notna(), None).map(repr)
        plain = pandas.util.hash_pandas_object(texts, index=False).to_numpy()
        assert np.array_equal(store._value_hashes(values), plain), name
