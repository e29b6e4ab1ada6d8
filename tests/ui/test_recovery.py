"""Much that was left comes back at once: the window reads nothing of it, tells once and waits once."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import shapely

from chiiki_gis.core.change import Changed
from chiiki_gis.core.edits import add_facility, delete_features, set_values
from chiiki_gis.core.history import Step
from chiiki_gis.core.jobs import JobName
from chiiki_gis.core.layer import Fid, LayerId, same_layer
from chiiki_gis.core.pipe import packed
from chiiki_gis.core.role import Role
from chiiki_gis.io import left_over
from chiiki_gis.io.journal import Journal
from chiiki_gis.ui import recovery, work
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.ports import Stoppable, Submitter
from chiiki_gis.ui.session import Session

FACILITY = LayerId("facility")
FEW = 12
MANY = 300


class LateRestoring:
    """Restores when it is told to, as the helper does; all else at once."""

    def __init__(self, direct: Submitter) -> None:
        self.direct = direct
        self.late: list[Callable[[], object]] = []

    def submit(self, job: JobName, *args: Any, **options: Any) -> Stoppable:
        """Keep a restoring for later."""
        if job != "restore_left":
            return self.direct.submit(job, *args, **options)
        packed(("do", 1, job, args))  # it has to get through the pipe
        self.late.append(lambda: self.direct.submit(job, *args, **options))
        return self

    def cancel(self) -> None:
        """There is nothing to stop."""


def place(session: Session, x: float) -> None:
    session.apply(add_facility(session.document, "coworking", shapely.Point(x, 0)))


def rename(session: Session, fid: int, name: str) -> None:
    session.apply(set_values(session.document, FACILITY, Fid(fid), {"name": name}, f"{name}にする"))


def crashed(session: Session, path: Path) -> Session:
    """A new window with the plan, after the old one has ended without a word."""
    again = Session(session.workers, Journal)
    work.open_project(again, path)
    return again


def leave(session: Session, path: Path, count: int) -> Path:
    """A saved plan with one facility, and a journal with so many edits of it."""
    place(session, 0)
    work.save(session, path)
    for number in range(count - 1):
        rename(session, 1, f"名前{number}")
    place(session, 7)
    return path


@pytest.fixture
def left(session: Session, saved: Path) -> Path:
    """A plan with a few edits that no file holds."""
    return leave(session, saved, FEW)


def test_opening_reads_no_change_of_what_was_left(
    session: Session, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_args: object) -> None:
        raise AssertionError("what was left was read")

    told: list[Notice] = []
    again = Session(session.workers, Journal)
    again.noticed.connect(told.append)
    monkeypatch.setattr(left_over, "change_from_json", read)
    monkeypatch.setattr(left_over, "snapshot_from_json", read)
    work.open_project(again, left)
    assert f"{FEW} 件" in told[0].what
    assert told[0].details[0] == "名前0にする"
    assert len(told[0].details) == FEW
    with pytest.raises(AssertionError, match="what was left was read"):
        recovery.restore(again)


def test_many_edits_come_back_with_one_telling_and_one_wait_for_the_disk(
    session: Session, saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = crashed(session, leave(session, saved, MANY))
    told: list[Changed] = []
    again.changed.connect(told.append)
    waits: list[int] = []
    batches: list[tuple[int, int]] = []
    real, append_many = os.fsync, Journal.append_many

    def wait(handle: int) -> None:
        waits.append(handle)
        real(handle)

    def append(self: Journal, changes: Sequence[Step]) -> None:
        self._begin()
        before = len(waits)
        append_many(self, changes)
        batches.append((len(changes), len(waits) - before))

    monkeypatch.setattr(os, "fsync", wait)
    monkeypatch.setattr(Journal, "append_many", append)
    recovery.restore(again)
    assert len(told) == 1
    assert batches == [(MANY, 1)]
    assert len(Journal(again.snapshot(), again.path, again.revision).read()) == MANY
    for one, other in zip(again.document.layers, session.document.layers, strict=True):
        assert same_layer(one, other)


def test_each_restored_edit_can_be_undone_and_done_again(session: Session, left: Path) -> None:
    again = crashed(session, left)
    recovery.restore(again)
    after = again.document.layer(FACILITY)
    assert again.edits == FEW
    assert again.undo()
    assert len(again.document.plan(Role.FACILITY)) == 1
    assert again.undo()
    assert again.document.plan(Role.FACILITY).loc[1, "name"] == f"名前{FEW - 3}"
    assert again.redo()
    assert again.redo()
    assert same_layer(again.document.layer(FACILITY), after)


def test_restored_edits_are_in_the_history_of_the_next_opening(session: Session, left: Path) -> None:
    again = crashed(session, left)
    recovery.restore(again)
    work.save(again, left)
    third = crashed(again, left)
    assert third.left_over == ()
    assert third.undo()
    assert len(third.document.plan(Role.FACILITY)) == 1


def test_a_number_that_was_used_on_the_way_is_not_given_again(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    session.apply(delete_features(session.document, FACILITY, [Fid(1)]))
    again = crashed(session, saved)
    recovery.restore(again)
    assert again.document.next_fid(FACILITY) == session.document.next_fid(FACILITY) == 2
    place(again, 2)
    assert [again.undo() for _ in range(3)] == [True] * 3
    assert len(again.document.plan(Role.FACILITY)) == 0


def test_an_edit_made_while_restoring_is_worked_on_is_kept_too(session: Session, left: Path) -> None:
    workers = LateRestoring(session.workers)
    again = crashed(session, left)
    again.workers = workers
    recovery.restore(again)
    assert not again.has_unsaved  # the window goes on
    place(again, 3)
    while workers.late:
        workers.late.pop()()
    rows = again.document.plan(Role.FACILITY)
    assert sorted(rows.geometry.x) == [0, 3, 7]
    assert rows.loc[1, "name"] == f"名前{FEW - 2}"


def test_pressing_twice_restores_once(session: Session, left: Path) -> None:
    workers = LateRestoring(session.workers)
    again = crashed(session, left)
    again.workers = workers
    told: list[Notice] = []
    again.noticed.connect(told.append)
    recovery.restore(again)
    recovery.restore(again)
    while workers.late:
        workers.late.pop(0)()
    assert again.edits == FEW
    assert len(told) == 1


def test_what_was_left_stays_while_the_disk_refuses_what_was_restored(
    session: Session, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "no space")

    again = crashed(session, left)
    kept = again.left_over[0].path
    before = kept.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        recovery.restore(again)
    assert again.records.is_behind
    assert kept.read_bytes() == before
    again.records.try_again()
    assert len(Journal(again.snapshot(), again.path, again.revision).read()) == FEW


def test_a_crash_before_the_journal_had_everything_loses_and_doubles_nothing(
    session: Session, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = crashed(session, left)
    with monkeypatch.context() as patch:
        patch.setattr(recovery, "_clear", lambda *_args: None)  # it ended before this
        recovery.restore(again)
    path = Journal(again.snapshot(), again.path, again.revision).path
    lines = path.read_bytes().split(b"\n")
    path.write_bytes(b"\n".join(lines[:7]) + b"\n" + lines[7][:20])
    third = crashed(again, left)
    assert len(third.left_over) == 2
    recovery.restore(third)
    assert third.left_over == ()
    for one, other in zip(third.document.layers, session.document.layers, strict=True):
        assert same_layer(one, other)
