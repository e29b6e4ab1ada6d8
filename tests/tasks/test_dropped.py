"""Files dropped together: all are read before the first is mended, as far as memory goes; one change."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from geopandas import GeoDataFrame

from chiiki_gis.core.errors import BadInput, Cancelled
from chiiki_gis.core.jobs import Glimpse, ImportOptions
from chiiki_gis.core.looks import FileLook
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io.store import TableRef, keep_blob, memory_ref
from chiiki_gis.tasks import dropped
from chiiki_gis.tasks.dropped import import_for_window
from chiiki_gis.tasks.plan import new_project

BOUNDARIES = "N03-20250101_20_GML.zip"
FILES = ("A29-19_20_GML.zip", "basemap.tif", "N06-25_GML.zip")
METRES = 60.0


class Told:
    """A progress that remembers the order of what it was told."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.seen: list[str] = []

    def step(self, _done: int, _total: int, note: str = "") -> None:
        """What is being done."""
        self.notes.append(note)

    def show(self, glimpse: Glimpse | FileLook) -> None:
        """What is to be looked at."""
        assert isinstance(glimpse, Glimpse)
        self.seen.append(glimpse.layer.name)

    def order(self) -> str:
        """R for a file that is read, M for a table that is mended."""
        marks = {"読んでいます": "R", "整えています": "M"}
        return "".join(marks[end] for note in self.notes for end in marks if note.endswith(end))


@pytest.fixture
def plan(sample: Path) -> Snapshot:
    document, _ = new_project(("20999",), sample / BOUNDARIES, memory_ref)
    return snapshot(document)


def test_all_files_of_a_drop_are_read_and_seen_before_the_first_is_mended(plan: Snapshot, sample: Path):
    told = Told()
    files = tuple(sample / name for name in FILES)
    made = import_for_window(plan, files, ImportOptions(), METRES, told)
    assert told.order().lstrip("R").replace("M", "") == ""
    assert (
        sum(note == f"「{name}」を読んでいます" for note in told.notes for name in FILES) == 2
    )  # no picture
    assert set(told.seen) == {FILES[0], FILES[2]}
    assert made.change.note == "3個のファイルを取り込む"
    assert len(made.shapes) == len([layer for layer in made.change.put_layers if not layer.is_raster])


def test_a_boundary_is_known_to_the_files_that_are_dropped_with_it(plan: Snapshot, sample: Path):
    empty = replace(plan, layers=tuple(layer for layer in plan.layers if layer.is_plan))
    made = import_for_window(empty, (sample / BOUNDARIES, sample / FILES[2]), ImportOptions(), METRES)
    assert Role.MUNICIPALITY in {layer.role for layer in made.change.put_layers}


def test_files_beyond_what_memory_holds_are_read_when_their_turn_comes(
    plan: Snapshot, sample: Path, monkeypatch: pytest.MonkeyPatch
):
    files = tuple(sample / name for name in (FILES[0], FILES[2]))
    told, whole = Told(), import_for_window(plan, files, ImportOptions(), METRES)
    monkeypatch.setattr(dropped, "AHEAD_BYTES", 0)
    made = import_for_window(plan, files, ImportOptions(), METRES, told)
    assert "MR" in told.order()
    assert made.notes == whole.notes


def test_a_stopped_import_does_not_write_the_tables_that_are_still_to_be_written(
    plan: Snapshot, sample: Path, monkeypatch: pytest.MonkeyPatch
):
    """Two tables: one is being written when 中止 is pressed, and ends."""
    shut, written = threading.Event(), []

    class Pool(ThreadPoolExecutor):
        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            super().shutdown(wait=False, cancel_futures=cancel_futures)
            shut.set()
            super().shutdown(wait=wait)

    def write(frame: GeoDataFrame, content_hash: str) -> TableRef:
        shut.wait()
        written.append(content_hash)
        return keep_blob(frame, content_hash)

    class Stops(Told):
        def step(self, _done: int, _total: int, note: str = "") -> None:
            if note.endswith("表示を用意しています"):
                raise Cancelled

    monkeypatch.setattr(dropped, "ThreadPoolExecutor", Pool)
    monkeypatch.setattr(dropped, "keep_blob", write)
    with pytest.raises(Cancelled):
        import_for_window(plan, (sample / "20999_都市計画決定GIS.zip",), ImportOptions(), METRES, Stops())
    assert len(written) == 1


def test_a_file_given_twice_is_read_twice(plan: Snapshot, sample: Path):
    file = sample / FILES[2]
    made = import_for_window(plan, (file, file), ImportOptions(), METRES)
    once = import_for_window(plan, (file,), ImportOptions(), METRES)
    assert len(made.change.put_layers) == 2 * len(once.change.put_layers)


@pytest.mark.parametrize("ahead", [0, 10**9])
def test_of_several_files_the_good_ones_come_in_and_the_bad_ones_are_told(
    plan: Snapshot, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ahead: int
):
    monkeypatch.setattr(dropped, "AHEAD_BYTES", ahead)
    broken, unplaced = tmp_path / "壊れた.gpkg", tmp_path / "座標系のない.shp"
    broken.write_bytes(b"")
    GeoDataFrame(geometry=[shapely.Point(1e5, 1e5)], crs=6676).to_file(unplaced)
    unplaced.with_suffix(".prj").unlink()
    files = (broken, sample / FILES[0], unplaced, sample / FILES[2])
    made = import_for_window(plan, files, ImportOptions(), METRES)
    alone = import_for_window(plan, (files[1], files[3]), ImportOptions(), METRES)
    assert made.notes == alone.notes
    assert [path for path, _ in made.refused] == [broken, unplaced]
    assert all(path.name in error.what for path, error in made.refused)
    assert made.change.note == "2個のファイルを取り込む"


def test_where_all_files_are_bad_nothing_changes(plan: Snapshot, tmp_path: Path):
    files = (tmp_path / "1.gpkg", tmp_path / "2.gpkg")
    made = import_for_window(plan, files, ImportOptions(), METRES)
    assert made.change.is_empty
    assert [path for path, _ in made.refused] == list(files)


def test_a_single_file_that_is_bad_is_an_error(plan: Snapshot, tmp_path: Path):
    with pytest.raises(BadInput, match=r"1\.gpkg"):
        import_for_window(plan, (tmp_path / "1.gpkg",), ImportOptions(), METRES)
