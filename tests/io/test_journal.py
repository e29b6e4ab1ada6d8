"""The journal of a run is its own: what another run wrote is neither continued nor deleted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io import process
from chiiki_gis.io.journal import Journal, orphans

BEFORE, NOW = Change("前の編集", facts={"period": "五年"}), Change("いまの編集", facts={"period": "十年"})
LONG_AGO = "another start of the computer/1"


@pytest.fixture
def plan(tmp_path: Path) -> Snapshot:
    return snapshot(new_document(Header(tmp_path.name, (Municipality("20999", "試験市"),), 6676)))


def left_by(pid: int, born: str | None, plan: Snapshot, project: Path | None) -> Path:
    """A journal with one change that another run wrote as the process `pid`."""
    journal = Journal(plan, project, 1)
    journal.append(BEFORE)
    head, rest = journal.path.read_text("utf-8").split("\n", 1)
    own = {**json.loads(head), "pid": pid, "born": born, "run": "another"}
    journal.path.write_text(f"{json.dumps(own)}\n{rest}", "utf-8")
    return journal.path


def notes(journal: Journal) -> list[list[str]]:
    return [[change.note for change in left.changes] for left in journal.left_over()]


@pytest.mark.parametrize("is_mine", [True, False])
@pytest.mark.parametrize("name", ["p.gpkg", None])
def test_what_a_crash_left_is_found_though_its_number_is_in_use_again(
    name: str | None, is_mine: bool, plan: Snapshot, tmp_path: Path
) -> None:
    project = tmp_path / name if name else None
    path = left_by(os.getpid() if is_mine else os.getppid(), LONG_AGO, plan, project)
    assert path in [orphan.path for orphan in orphans()]
    journal = Journal(plan, project, 1)
    assert notes(journal) == [["前の編集"]]
    journal.append(NOW)
    assert [change.note for change in journal.read()] == ["いまの編集"]
    journal.clear()
    assert notes(journal) == [["前の編集"]]


def test_whoever_holds_a_project_finds_also_what_a_version_without_births_left(
    plan: Snapshot, tmp_path: Path
) -> None:
    left_by(os.getppid(), None, plan, tmp_path / "p.gpkg")
    assert notes(Journal(plan, tmp_path / "p.gpkg", 1)) == [["前の編集"]]


def test_a_journal_of_another_run_is_never_gone_on_with_nor_cleared(plan: Snapshot, tmp_path: Path) -> None:
    project = tmp_path / "p.gpkg"
    left_by(os.getppid(), LONG_AGO, plan, project)
    saved_as = Journal(plan, project, 2)
    saved_as.clear()
    saved_as.note_leaving()
    saved_as.append(NOW)
    saved_as.clear()
    assert notes(Journal(plan, project, 2)) == [["前の編集"]]


def test_the_journal_of_a_living_program_is_left_to_it(plan: Snapshot) -> None:
    path = left_by(os.getppid(), process.birth(os.getppid()), plan, None)
    written = path.read_bytes()
    journal = Journal(plan, None, 1)
    assert notes(journal) == []
    journal.append(NOW)
    assert [change.note for change in journal.read()] == ["いまの編集"]
    journal.clear()
    assert path.read_bytes() == written
    assert path not in [orphan.path for orphan in orphans()]
