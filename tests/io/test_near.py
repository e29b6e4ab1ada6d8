"""What the mouse snaps to in drawing data, and shapes read from their table."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pandas
import pytest
import shapely

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.style import Style
from chiiki_gis.io import near
from chiiki_gis.io.cache import Shapes
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.near import lines_in, lines_near, nearest
from chiiki_gis.io.store import TableRef, write_table
from chiiki_gis.io.tables import read_shape

WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)
ROAD = shapely.LineString([(0, 150), (200, 150)])
EXACT = shapely.Polygon([(0.123456789012, 0.2), (10.3333333333, 0.1), (5.5, 9.87654321)])


def frame(*shapes: object) -> geopandas.GeoDataFrame:
    index = pandas.RangeIndex(1, len(shapes) + 1, name="fid")
    return geopandas.GeoDataFrame({"name": ["x"] * len(shapes)}, geometry=list(shapes), crs=6676, index=index)


def drawn(*shapes: object) -> Shapes:
    return build_shapes(frame(*shapes), Style())


def test_a_vertex_goes_before_a_nearer_edge_and_all_that_have_it_are_named() -> None:
    found = nearest(drawn(WEST, EAST, ROAD), (101, 5), 12)
    assert sorted(one.fid for one in found) == [1, 2]
    assert {one.at for one in found} == {(100, 0)}
    assert all(one.is_vertex for one in found)


def test_an_edge_is_found_where_no_vertex_is_within_reach() -> None:
    (found,) = nearest(drawn(WEST, EAST, ROAD), (70, 144), 12)
    assert (found.fid, found.at, found.is_vertex) == (3, (70, 150), False)


def test_nothing_is_found_beyond_reach_or_of_features_left_out() -> None:
    shapes = drawn(WEST, EAST, ROAD)
    assert nearest(shapes, (70, 130), 12) == []
    assert nearest(shapes, (70, 144), 12, without=(3,)) == []
    assert nearest(shapes, (70, 144), 12, hidden=(0,)) == []


def test_too_many_vertices_in_reach_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near, "MOST_VERTICES", 4)
    assert nearest(drawn(WEST), (1, 1), 12) == []


def test_the_lines_of_a_box_come_with_their_features() -> None:
    found = lines_in(drawn(WEST, EAST, ROAD), (150, 10, 160, 200), 1000)
    assert found is not None
    assert sorted(found[1].tolist()) == [2, 3]
    assert lines_in(drawn(WEST, EAST, ROAD), (150, 10, 160, 200), 3) is None
    assert len(lines_near(drawn(WEST, EAST), 2).xy) == 5


@pytest.fixture
def table(tmp_path: Path) -> TableRef:
    rows = frame(EXACT, shapely.MultiPolygon([EXACT]))
    path = tmp_path / "layer.gpkg"
    write_table(rows, path, "content")
    return TableRef(path, "content", "0" * 40, 2, ("name",), None)


def test_a_shape_is_read_to_the_last_bit(table: TableRef) -> None:
    read = shapely.get_parts(read_shape(table, 1))[0]
    assert read.equals_exact(EXACT, 0)


def test_a_feature_that_is_not_there_is_a_key_error(table: TableRef) -> None:
    with pytest.raises(KeyError):
        read_shape(table, 99)


def test_a_table_that_cannot_be_read_is_said_in_three_sentences(table: TableRef) -> None:
    table.path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4000)
    with pytest.raises(BadInput) as told:
        read_shape(table, 1)
    assert told.value.what
    assert told.value.why
    assert told.value.todo
