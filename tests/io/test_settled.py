"""A project that other programs write to, or died writing to: nothing of anybody is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io import beside, project, settled
from chiiki_gis.io.store import memory_ref


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A saved project of its own folder."""
    path = tmp_path / "plan.gpkg"
    header = project.new_header((Municipality("20999", "澄原市"),), 6676)
    project.save_project(snapshot(new_document(header)), path)
    return path


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "PATIENCE_S", 0.2)


def with_period(path: Path, text: str) -> Snapshot:
    values = project.open_project(path).snapshot
    return replace(values, facts={**values.facts, "period": text})


def facts(path: Path) -> dict[str, object]:
    return dict(project.open_project(path).snapshot.facts)


def leave_a_log(path: Path) -> None:
    """Another program wrote in write-ahead mode and was killed: its change is in the -wal only."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=wal")
        connection.execute("""UPDATE chiiki_meta SET value = '{"authority":"他"}' WHERE key = 'facts'""")
        connection.commit()
        copies = {end: path.with_name("k" + end) for end in ("", "-wal", "-shm")}
        for end, copy in copies.items():
            shutil.copy(path.with_name(path.name + end), copy)
    for end, copy in copies.items():
        copy.replace(path.with_name(path.name + end))


def leave_a_hot_journal(path: Path) -> None:
    """Another program was killed in the middle of a large change."""
    script = (
        "import sqlite3, os, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1'); c.execute('BEGIN')\n"
        "c.execute('UPDATE chiiki_meta SET value = value || zeroblob(200000)')\n"
        "c.execute('CREATE TABLE junk (a)')\n"
        "c.executemany('INSERT INTO junk VALUES (?)', [('x' * 900,)] * 3000)\n"
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert path.with_name(path.name + "-journal").stat().st_size > 0


@pytest.mark.parametrize("left", [leave_a_log, leave_a_hot_journal])
def test_saving_starts_from_what_another_program_left_and_clears_its_side_files(
    plan: Path, left: object
) -> None:
    assert callable(left)
    left(plan)
    before = facts(plan)
    revision = project.save_project(with_period(plan, "五年"), plan, 1)
    assert revision == 2
    assert [p.name for p in plan.parent.iterdir()] == ["plan.gpkg"]
    assert facts(plan) == {**before, "period": "五年"}
    with closing(sqlite3.connect(plan)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_opening_beside_a_log_sees_it_and_changes_no_byte(plan: Path, tmp_path: Path) -> None:
    leave_a_log(plan)
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    read = project.open_project(plan)
    assert read.snapshot.facts == {"authority": "他"}
    assert read.notes
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_an_orphan_journal_is_not_applied_to_a_new_project(plan: Path) -> None:
    leave_a_hot_journal(plan)
    values = project.open_project(plan).snapshot
    plan.unlink()
    project.save_project(values, plan)
    assert [p.name for p in plan.parent.iterdir()] == ["plan.gpkg"]
    assert project.open_project(plan).revision == 1


@contextmanager
def writing(path: Path, lock: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(lock)
        connection.execute("CREATE TABLE note (a)")
        yield connection


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_saving_waits_for_another_writer_and_then_refuses(plan: Path, lock: str) -> None:
    values = with_period(plan, "五年")
    with writing(plan, lock) as other:
        with pytest.raises(BadInput, match="ほかのプログラム"):
            project.save_project(values, plan, 1)
        other.execute("COMMIT")
    with closing(sqlite3.connect(plan)) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (0,)
    assert project.save_project(values, plan, 1) == 2


def test_reading_waits_for_another_writer_and_then_refuses(plan: Path) -> None:
    with (
        writing(plan, "BEGIN EXCLUSIVE"),
        pytest.raises(BadInput, match="ほかのプログラム"),
    ):
        project.open_project(plan)


def test_saving_beside_a_program_that_has_the_file_open_in_write_ahead_mode_refuses(plan: Path) -> None:
    values = with_period(plan, "五年")
    with closing(sqlite3.connect(plan)) as other:
        other.execute("PRAGMA journal_mode=wal").fetchone()
        other.execute("SELECT count(*) FROM chiiki_meta").fetchone()
        with pytest.raises(BadInput, match="ほかのプログラム"):
            project.save_project(values, plan, 1)
    assert project.save_project(values, plan, 1) == 2


def test_what_a_killed_save_left_is_removed_by_the_next_and_nothing_else(plan: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with beside.temporary_beside(plan) as mine:
        name = mine.name
    folder = plan.parent
    dead = folder / name.replace(f"-{os.getpid()}.", f"-{ended.pid}.")
    kept = [
        folder / name.replace(f"-{os.getpid()}.", f"-{os.getppid()}."),
        folder / f".chiiki-00000000-{ended.pid}.tmp.gpkg",
        folder / f".other-{ended.pid}.tmp.gpkg",
    ]
    for file in (dead, dead.with_name(dead.name + "-journal"), *kept):
        file.write_text("x")
    project.save_project(with_period(plan, "五年"), plan, 1)
    assert sorted(folder.iterdir()) == sorted([plan, *kept])


def test_a_name_too_long_for_the_side_files_is_refused_for_that_reason(plan: Path) -> None:
    values = project.open_project(plan).snapshot
    with pytest.raises(BadInput, match="長すぎます"):
        project.save_project(values, plan.with_name("x" * 250 + ".gpkg"))
    assert [p.name for p in plan.parent.iterdir()] == ["plan.gpkg"]
    longest = plan.with_name("x" * 242 + ".gpkg")
    assert project.save_project(values, longest) == 1


def change_meta(path: Path, key: str, value: str | None) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        if value is None:
            connection.execute("DELETE FROM chiiki_meta WHERE key = ?", [key])
        else:
            connection.execute("UPDATE chiiki_meta SET value = ? WHERE key = ?", [value, key])


KEYS = ("version", "uuid", "revision", "municipalities", "epsg", "order", "layers", "facts")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", [None, "null", "{broken", "[1]", "true"])
def test_settings_that_lack_a_key_or_have_the_wrong_kind_are_refused(
    plan: Path, key: str, value: str | None
) -> None:
    change_meta(plan, key, value)
    before = plan.read_bytes()
    with pytest.raises(BadInput, match="プロジェクトとして開けません"):
        project.open_project(plan)
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("style", '{"glow": 1}'), ("style", "null"), ("source", '{"x": 1}'), ("role", '"banana"'),
        ("next_fid", '"x"'), ("id", '"site\\" --"'), ("name", "5"),
    ],
)  # fmt: skip
def test_a_layer_whose_settings_are_broken_is_refused(plan: Path, key: str, value: str) -> None:
    with closing(sqlite3.connect(plan)) as connection, connection:
        connection.execute(
            "UPDATE chiiki_meta SET value = json_set(value, '$[0].' || ?, json(?)) WHERE key = 'layers'",
            [key, value],
        )
    with pytest.raises(BadInput, match="プロジェクトとして開けません"):
        project.open_project(plan)


@pytest.mark.parametrize("value", ["2", '"2"', "99"])
def test_a_newer_version_is_refused_politely_also_as_text(plan: Path, value: str) -> None:
    change_meta(plan, "version", value)
    with pytest.raises(BadInput, match="新しい版"):
        project.open_project(plan)


def test_a_plan_table_that_another_program_removed_is_told(plan: Path) -> None:
    with closing(sqlite3.connect(plan)) as connection, connection:
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'facility'")
    with pytest.raises(BadInput, match="プロジェクトとして開けません"):
        project.open_project(plan)


def with_reference(path: Path, name: str) -> Snapshot:
    rows = geopandas.GeoDataFrame({"名": ["あ"]}, geometry=[Point(1, 2)], crs=6676, index=[1])
    values = project.open_project(path).snapshot
    layer = Layer(LayerId("reference_1"), Role.REFERENCE, name, memory_ref(rows.rename_axis("fid")))
    return replace(values, layers=(layer, *values.layers))


def test_a_reference_table_that_another_program_removed_is_left_out_and_said_so(plan: Path) -> None:
    project.save_project(with_reference(plan, "目印"), plan)
    with closing(sqlite3.connect(plan)) as connection, connection:
        connection.execute("DELETE FROM gpkg_contents WHERE table_name = 'reference_1'")
        connection.execute("DROP TABLE reference_1")
    read = project.open_project(plan)
    assert "「目印」" in read.notes[0]
    assert project.save_project(read.snapshot, plan, read.revision) == 3
    assert project.open_project(plan).notes == ()


@pytest.mark.parametrize("name", ["facility", "chiiki_meta", "site"])
def test_a_layer_may_be_called_like_a_table(plan: Path, name: str) -> None:
    values = with_reference(plan, name)
    for revision in (2, 3):
        assert project.save_project(values, plan, revision - 1) == revision
    assert project.open_project(plan).snapshot.layers[0].name == name


def test_a_shape_that_lies_nowhere_comes_in_without_its_shape_and_is_said_so(plan: Path) -> None:
    values = project.open_project(plan).snapshot
    rows = geopandas.GeoDataFrame({"name": ["甲"]}, geometry=[Point(1e300, 0)], crs=6676, index=[1])
    layers = tuple(
        replace(layer, frame=conform(rows, Role.FACILITY)) if layer.role == Role.FACILITY else layer
        for layer in values.layers
    )
    project.save_project(replace(values, layers=layers), plan)
    read = project.open_project(plan)
    assert read.snapshot.rows(Role.FACILITY).geometry.isna().all()
    assert "拠点施設" in read.notes[0]


def test_a_copy_that_a_killed_program_left_is_removed_and_one_in_use_is_not(
    plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settled.tempfile, "tempdir", str(tmp_path / "temp"))
    left, used = tmp_path / "temp" / "chiiki-open-left", tmp_path / "temp" / "chiiki-open-used"
    for folder in (left, used):
        folder.mkdir(parents=True)
        (folder / "plan.gpkg").write_bytes(b"personal")
    os.utime(left, (0, 0))
    plan.with_name(f"{plan.name}-wal").write_bytes(b"something")
    project.open_project(plan)
    assert not left.exists()
    assert (used / "plan.gpkg").exists()
