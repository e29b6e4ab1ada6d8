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

import pytest

from chiiki_gis.core.document import Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io import beside, project, settled


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
