"""Saving into a project that is there: what changed in one transaction, and what a disk can do to it."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas
import pyogrio
import pytest
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area, add_facility, drop_features, set_geometry, set_values
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import beside, plan_tables, project
from chiiki_gis.io.beside import put_in_place
from chiiki_gis.io.lock import Locked, lock_path, take_lock
from chiiki_gis.io.project import document_of, open_project, save_project
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.window import hold, save_for_window

FACILITY, AREA = LayerId("facility"), LayerId("promotion_area")
ROADS = geopandas.GeoDataFrame(
    {"class": ["市道", "県道"]},
    geometry=[shapely.LineString([(0, 0), (9, 9)]), shapely.LineString([(5, 0), (5, 9)])],
    index=[1, 2],
    crs=6676,
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    document = new_document(Header(tmp_path.name, (Municipality("20999", "試験市"),), 6676))
    document.apply(add_facility(document, "coworking", shapely.Point(1, 1)))
    document.apply(add_area(document, Role.PROMOTION_AREA, shapely.box(0, 0, 9, 9)))
    roads = Layer(LayerId("road_1"), Role.ROAD, "道路", memory_ref(ROADS))
    values = snapshot(document)
    path = tmp_path / "計画" / "p.gpkg"
    path.parent.mkdir()
    save_project(snapshot(Document(values.header, (*values.layers, roads), {}, values.next_fid)), path)
    return path


def edited(path: Path) -> tuple[Document, int]:
    read = open_project(path)
    return document_of(read), read.revision


def last_changes(path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))


def test_only_tables_with_a_change_are_written(saved: Path) -> None:
    before = last_changes(saved)
    document, revision = edited(saved)
    document.apply(set_values(document, FACILITY, Fid(1), {"name": "駅舎"}, "名称"))
    time.sleep(0.002)  # dates count milliseconds
    save_project(snapshot(document), saved, revision)
    after = last_changes(saved)
    assert {name for name in before if before[name] != after[name]} == {"facility"}


def test_nothing_that_was_deleted_is_left_in_the_bytes_of_the_file(saved: Path) -> None:
    document, revision = edited(saved)
    rows = geopandas.GeoDataFrame(
        {"owner": [f"SECRET OWNER {n}" for n in range(40)]},
        geometry=[shapely.Point(n, n) for n in range(40)],
        index=range(1, 41),
        crs=6676,
    )
    houses = Layer(LayerId("vacant_house_1"), Role.VACANT_HOUSE, "空き家", memory_ref(rows))
    document.apply(Change("入れる", put_layers=(houses,), facts={"items.2": "SECRET FACT"}))
    document.apply(set_values(document, FACILITY, Fid(1), {"note": "SECRET NOTE"}, "備考"))
    revision = save_project(snapshot(document), saved, revision)
    assert saved.read_bytes().count(b"SECRET") >= 42
    others = rows.assign(owner=[f"OTHER OWNER {n}" for n in range(40)])
    document, revision = edited(saved)
    document.apply(Change("直す", put_layers=(replace(houses, frame=memory_ref(others)),)))
    revision = save_project(snapshot(document), saved, revision)
    assert b"SECRET OWNER" not in saved.read_bytes()
    document, revision = edited(saved)
    document.apply(Change("外す", drop_layers=(houses.id,), facts={"items.2": None}))
    document.apply(drop_features(FACILITY, (Fid(1),)))
    save_project(snapshot(document), saved, revision)
    assert not re.search(rb"SECRET|OTHER OWNER", saved.read_bytes())


@pytest.mark.parametrize("by_sqlite", [True, False])
def test_what_was_saved_is_what_is_read(
    saved: Path, by_sqlite: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not by_sqlite:
        monkeypatch.setattr(plan_tables, "_is_alike", lambda *_: False)
    document, revision = edited(saved)
    document.apply(set_geometry(document, FACILITY, Fid(1), shapely.Point(700, 700), "動かす"))
    document.apply(add_facility(document, "coworking", shapely.Point(3, 3)))
    document.apply(drop_features(AREA, (Fid(1),)))
    save_project(snapshot(document), saved, revision)
    assert all(map(same_layer, open_project(saved).snapshot.layers, document.layers))
    found = pyogrio.read_dataframe(saved, layer="facility", bbox=(690, 690, 710, 710))
    assert len(found) == 1  # by the index of places
    assert pyogrio.read_info(saved, layer="facility")["total_bounds"] == (3, 3, 700, 700)
    assert pyogrio.read_info(saved, layer="promotion_area")["features"] == 0
    with closing(sqlite3.connect(saved)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        query = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'facility'"
        assert connection.execute(query).fetchone()[0] >= 7


def test_another_program_can_edit_the_tables_afterwards(saved: Path) -> None:
    document, revision = edited(saved)
    document.apply(set_geometry(document, FACILITY, Fid(1), shapely.Point(7, 7), "動かす"))
    save_project(snapshot(document), saved, revision)
    more = pyogrio.read_dataframe(saved, layer="facility").set_geometry([shapely.Point(900, 900)])
    pyogrio.write_dataframe(more, saved, layer="facility", driver="GPKG", append=True)
    assert len(pyogrio.read_dataframe(saved, layer="facility", bbox=(890, 890, 910, 910))) == 1


def broken(error: OSError) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        raise error

    return fail


@pytest.mark.parametrize("where", ["copyfile", "flush"])
def test_a_full_disk_is_told_in_three_sentences_and_the_file_stays(
    saved: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = saved.read_bytes()
    full = OSError(28, "No space left on device")
    if where == "copyfile":
        monkeypatch.setattr(shutil, "copyfile", broken(full))
    else:
        monkeypatch.setattr(project, "flush", broken(full))
    document, revision = edited(saved)
    document.apply(drop_features(FACILITY, (Fid(1),)))
    with pytest.raises(BadInput) as told:
        save_project(snapshot(document), saved, revision)
    assert "空き容量" in told.value.why
    assert saved.read_bytes() == written
    assert sorted(path.name for path in saved.parent.iterdir()) == ["p.gpkg"]


def test_a_drive_that_is_gone_is_told_and_no_folder_is_made_in_its_place(saved: Path) -> None:
    document, revision = edited(saved)
    shutil.rmtree(saved.parent)
    with pytest.raises(BadInput) as told:
        save_project(snapshot(document), saved, revision)
    assert "ドライブ" in told.value.why
    with pytest.raises(Locked):
        save_for_window(snapshot(document), saved, revision, os.getpid())
    assert not saved.parent.exists()
    assert hold(saved, os.getpid()) == "away"


def test_a_plan_whose_drive_is_gone_can_be_saved_elsewhere(saved: Path, tmp_path: Path) -> None:
    from chiiki_gis.io.generations import keep_generation

    document, revision = edited(saved)
    keep_generation(snapshot(document), saved, revision, ())
    shutil.rmtree(saved.parent)
    save_project(snapshot(document), tmp_path / "別.gpkg")
    assert len(open_project(tmp_path / "別.gpkg").snapshot.layers[-1].get_frame()) == 2


def test_a_reader_on_windows_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, path = tmp_path / "fresh", tmp_path / "p.gpkg"
    fresh.write_text("new")
    path.write_text("old")
    tries: list[int] = []
    replace = Path.replace

    def refuse_twice(self: Path, target: Path) -> Path:
        tries.append(1)
        if len(tries) < 3:
            raise PermissionError(13, "the file is in use")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refuse_twice)
    monkeypatch.setattr(beside.time, "sleep", lambda _seconds: None)
    assert put_in_place(fresh, path)
    assert path.read_text() == "new"


def test_a_reader_that_stays_is_told_and_nothing_is_left_behind(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "the file is in use")

    clock = iter(range(100))
    monkeypatch.setattr(beside.time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(beside.time, "monotonic", lambda: float(next(clock)))
    document, revision = edited(saved)
    with monkeypatch.context() as windows:
        windows.setattr(Path, "replace", refuse)
        with pytest.raises(BadInput) as told:
            save_project(snapshot(document), saved, revision)
    assert "ほかのプログラム" in told.value.why
    assert "名前を変えて保存" in told.value.todo
    assert sorted(path.name for path in saved.parent.iterdir()) == ["p.gpkg"]


def test_a_clock_that_was_set_back_is_told_and_the_plan_is_saved(saved: Path) -> None:
    document, revision = edited(saved)
    tomorrow = time.time() + 86_400
    os.utime(saved, (tomorrow, tomorrow))
    found = save_for_window(snapshot(document), saved, revision, os.getpid())
    assert "時計" in found.notes[0]
    assert open_project(saved).revision == revision + 1
    assert save_for_window(snapshot(document), saved, found.revision, os.getpid()).notes == ()


def test_a_lock_is_as_old_as_the_clock_of_its_folder_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_lock(tmp_path / "p.gpkg", os.getppid())
    in_an_hour = time.time() + 3_600
    monkeypatch.setattr("chiiki_gis.io.lock.time.time", lambda: in_an_hour)
    with pytest.raises(Locked):
        take_lock(tmp_path / "p.gpkg", os.getpid())
    assert lock_path(tmp_path / "p.gpkg").is_file()
    assert len(list(tmp_path.iterdir())) == 1
