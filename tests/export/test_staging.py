"""All files or none."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point, Polygon

from chiiki_gis.core.errors import BadInput
from chiiki_gis.export.staging import put_in_place, staging
from chiiki_gis.export.verify import NotTheSame, require_same


def write_all(target, names, *, stale=(), broken=False):
    with staging(target) as stage:
        for name in names:
            (stage / name).write_text("new")
        if broken:
            raise RuntimeError
        put_in_place(stage, names, target, stale)


def test_files_are_replaced_only_when_all_are_finished(tmp_path):
    target = tmp_path / "out"
    target.mkdir()
    (target / "a").write_text("old")
    with pytest.raises(RuntimeError):
        write_all(target, ["a"], broken=True)
    assert (target / "a").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_was_not_there_is_made_with_the_files(tmp_path):
    target = tmp_path / "deep" / "out"
    with staging(target) as stage:
        (stage / "a").write_text("new")
        files = put_in_place(stage, ["a"], target)
    assert [p.read_text() for p in files] == ["new"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep"]


def test_when_one_move_fails_the_folder_is_put_back(tmp_path):
    target = tmp_path / "out"
    (target / "b").mkdir(parents=True)
    (target / "a").write_text("old")
    (target / "c").write_text("index")
    with pytest.raises(BadInput):
        write_all(target, ["a", "b"], stale=["c"])
    assert (target / "a").read_text() == "old"
    assert (target / "c").read_text() == "index"
    assert (target / "b").is_dir()


def test_a_file_in_place_of_the_folder_is_told_in_japanese(tmp_path):
    (tmp_path / "out").write_text("file")
    with pytest.raises(BadInput, match="「out」に書き出せませんでした。"):
        write_all(tmp_path / "out", ["a"])
    assert (tmp_path / "out").read_text() == "file"


def frame(**changes):
    values = {"name": ["甲", None], "size": [1.5, None], "geometry": [Point(0, 0), Point(1, 1)]} | changes
    return geopandas.GeoDataFrame(values, geometry="geometry", crs=6676)


def test_nothing_is_nothing_in_every_dialect():
    require_same(frame(), frame(name=["甲", ""], size=[1.5, float("nan")]), "表")


@pytest.mark.parametrize(
    "other",
    [
        frame(name=["乙", None]),
        frame(size=[1.5000001, None]),
        frame(geometry=[Point(0, 0), Point(1, 1.0000001)]),
        frame().iloc[:1],
        frame().set_crs(6677, allow_override=True),
        frame().drop(columns="size"),
    ],
)
def test_a_changed_value_vertex_row_or_crs_is_noticed(other):
    with pytest.raises(NotTheSame, match="「表」"):
        require_same(frame(), other, "表")


def test_the_order_of_rings_and_their_start_do_not_matter():
    one = Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])
    two = Polygon([(4, 4), (4, 0), (0, 0), (0, 4)], [[(2, 2), (2, 1), (1, 1)]])
    require_same(frame(geometry=[one, None]), frame(geometry=[two, None]), "表")


def test_nothing_but_the_named_files_is_left_in_the_folder(tmp_path):
    with staging(tmp_path / "out") as stage:
        (stage / "a").write_text("1")
        (stage / "scratch").write_text("2")
        put_in_place(stage, ["a"], tmp_path / "out")
    assert [p.name for p in Path(tmp_path / "out").iterdir()] == ["a"]
