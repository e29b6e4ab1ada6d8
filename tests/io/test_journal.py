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
from chiiki_gis.io.journal import Journal, keep_only, orphans

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


def journal_with(count: int, plan: Snapshot, project: Path) -> Path:
    journal = Journal(plan, project, 1)
    for number in range(count):
        journal.append(Change(f"編集{number}", facts={"period": f"{number}年"}))
    return journal.path


def test_a_half_written_last_record_costs_only_itself(plan: Snapshot, tmp_path: Path) -> None:
    path = journal_with(3, plan, tmp_path / "p.gpkg")
    path.write_bytes(path.read_bytes()[:-9])
    (left,) = Journal(plan, tmp_path / "p.gpkg", 1).left_over()
    assert [change.note for change in left.changes] == ["編集0", "編集1"]
    assert left.unread == ()


def test_a_record_after_a_half_written_one_is_read(plan: Snapshot, tmp_path: Path) -> None:
    journal = Journal(plan, tmp_path / "p.gpkg", 1)
    journal.append(BEFORE)
    with journal.path.open("a", encoding="utf-8") as file:
        file.write('{"note": "途中')
    journal.append(NOW)
    (left,) = Journal(plan, tmp_path / "p.gpkg", 1).left_over()
    assert [change.note for change in left.changes] == ["前の編集", "いまの編集"]


@pytest.mark.parametrize("harm", [b"\xff\xfe\x00broken", b'{"put": 7}', b"[1, 2]", b'{"version": 99}'])
def test_a_damaged_record_in_the_middle_is_told_and_the_others_come_back(
    harm: bytes, plan: Snapshot, tmp_path: Path
) -> None:
    path = journal_with(3, plan, tmp_path / "p.gpkg")
    lines = path.read_bytes().split(b"\n")
    lines[3] = harm
    path.write_bytes(b"\n".join(lines))
    (left,) = Journal(plan, tmp_path / "p.gpkg", 1).left_over()
    assert [change.note for change in left.changes] == ["編集0", "編集2"]
    assert len(left.unread) == 1


def test_what_cannot_be_read_stays_when_the_rest_was_restored(plan: Snapshot, tmp_path: Path) -> None:
    path = journal_with(2, plan, tmp_path / "p.gpkg")
    with path.open("a", encoding="utf-8") as file:
        file.write('{"kind": "of tomorrow"}\n')
    (left,) = Journal(plan, tmp_path / "p.gpkg", 1).left_over()
    keep_only(left, ())
    (again,) = Journal(plan, tmp_path / "p.gpkg", 1).left_over()
    assert (again.changes, again.unread) == ((), ('{"kind": "of tomorrow"}',))


@pytest.mark.parametrize("line", [0, 1])
def test_a_damaged_beginning_costs_no_edit_while_the_project_is_as_it_was(
    line: int, plan: Snapshot, tmp_path: Path
) -> None:
    path = journal_with(2, plan, tmp_path / "p.gpkg")
    lines = path.read_bytes().split(b"\n")
    lines[line] = lines[line][:20] + b"\xff"
    path.write_bytes(b"\n".join(lines))
    (left,) = Journal(plan, tmp_path / "p.gpkg", 1).left_over()
    assert len(left.changes) == 2


def test_edits_are_not_done_on_another_revision_when_their_own_beginning_is_damaged(
    plan: Snapshot, tmp_path: Path
) -> None:
    path = journal_with(2, plan, tmp_path / "p.gpkg")
    lines = path.read_bytes().split(b"\n")
    lines[1] = b"{"
    path.write_bytes(b"\n".join(lines))
    assert Journal(plan, tmp_path / "p.gpkg", 2).left_over() == []
    assert len(Journal(plan, tmp_path / "p.gpkg", 1).left_over()) == 1


def test_journals_of_several_crashes_keep_their_order_whatever_the_clock_says(
    plan: Snapshot, tmp_path: Path
) -> None:
    for number in range(12):
        journal = Journal(plan, tmp_path / "p.gpkg", 1)
        journal.left_over()
        journal.append(Change(f"編集{number}", facts={"period": str(number)}))
        os.utime(journal.path, (1_000_000 - number, 1_000_000 - number))
    found = notes(Journal(plan, tmp_path / "p.gpkg", 1))
    assert found == [[f"編集{number}"] for number in range(12)]


def test_a_journal_that_could_not_be_begun_leaves_nothing_half(
    plan: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "no space")

    journal = Journal(plan, tmp_path / "p.gpkg", 1)
    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            journal.append(BEFORE)
    assert not journal.path.exists()
    journal.append(NOW)
    assert [change.note for change in journal.read()] == ["いまの編集"]


def test_only_the_user_can_read_a_journal(plan: Snapshot, tmp_path: Path) -> None:
    path = journal_with(1, plan, tmp_path / "p.gpkg")
    assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
