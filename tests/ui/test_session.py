"""The open project: saved state, journal, recovery."""

from __future__ import annotations

from pathlib import Path

import shapely

from chiiki_gis.core import layer_edits
from chiiki_gis.core.change import Change
from chiiki_gis.core.display_sets import keep_set
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.journal import Journal
from chiiki_gis.ui import work
from chiiki_gis.ui.session import Session


def place(session: Session, x: float) -> None:
    session.apply(add_facility(session.document, "coworking", shapely.Point(x, 0)))


def journal(session: Session) -> Journal:
    return Journal(session.document.header.uuid, session.path, session.revision)


def test_every_edit_is_in_the_journal_at_once(session: Session) -> None:
    place(session, 1)
    session.undo()
    place(session, 2)
    assert len(journal(session).read(6676)) == 3
    journal(session).clear(0)


def test_saving_empties_the_journal_and_says_so(session: Session, saved: Path) -> None:
    told: list[str] = []
    session.saved_state.connect(told.append)
    place(session, 1)
    assert session.has_unsaved
    work.save(session, saved)
    assert not session.has_unsaved
    assert told[-1].startswith("すべて保存済み")
    assert journal(session).read(6676) == []


def test_edits_made_while_saving_stay_unsaved_and_journalled(session: Session, saved: Path) -> None:
    place(session, 1)
    edits = session.edits
    place(session, 2)
    work.save(session, saved)
    session.note_saved(saved, session.revision, edits)
    assert session.has_unsaved
    assert len(journal(session).read(6676)) == 1
    journal(session).clear(session.revision)


def test_unsaved_edits_of_an_earlier_run_are_restored_and_can_be_undone(
    session: Session, saved: Path
) -> None:
    work.save(session, saved)
    place(session, 1)
    place(session, 2)
    again = Session(session.workers, Journal)
    offered: list[str] = []
    again.noticed.connect(lambda notice: offered.append(notice.button))
    work.open_project(again, saved)
    assert offered == ["復元する"]
    assert len(again.document.plan(Role.FACILITY)) == 0
    again.restore()
    assert len(again.document.plan(Role.FACILITY)) == 2
    assert again.has_unsaved
    assert again.undo()
    assert len(again.document.plan(Role.FACILITY)) == 1


def test_an_edit_before_restoring_keeps_the_old_journal_aside(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    again = Session(session.workers, Journal)
    work.open_project(again, saved)
    place(again, 5)
    kept = list(journal(again).path.parent.glob("*.kept"))
    assert kept
    assert len(journal(again).read(6676)) == 1
    for file in kept:
        file.unlink()


def test_a_read_only_project_says_so(session: Session) -> None:
    told: list[str] = []
    session.saved_state.connect(told.append)
    session.open(Opened(session.snapshot(), None, 0, {}, read_only="「県庁」が開いています。"))
    assert told[-1] == "読み取り専用"


def test_a_late_verdict_is_not_shown(session: Session) -> None:
    place(session, 1)
    assert not session.is_checked
    session._take_check(None, asked=session.edits - 1)  # type: ignore[arg-type]  # it must not be looked at
    assert not session.is_checked


def test_a_full_disk_is_told_and_the_edit_stays(session: Session) -> None:
    class FullDisk(Journal):
        def append(self, change: Change) -> None:
            raise OSError(28, f"no space left for {change.note}")

    again = Session(session.workers, FullDisk)
    told: list[str] = []
    again.noticed.connect(lambda notice: told.append(notice.what))
    again.open(Opened(session.snapshot(), None, 0, {}))
    place(again, 1)
    assert told == ["編集の控えを書けませんでした。"]
    assert len(again.document.plan(Role.FACILITY)) == 1


def test_stopping_work_says_that_nothing_changed(session: Session) -> None:
    told: list[str] = []
    session.noticed.connect(lambda notice: told.append(notice.why))
    session.stop_work()
    assert told == ["計画は変わっていません。"]


def test_what_only_changes_looks_leaves_the_verdicts_standing(session: Session) -> None:
    place(session, 1)
    session.check_now()
    assert session.is_checked
    document = session.document
    area = document.layer(LayerId("promotion_area"))
    for change in (
        layer_edits.show_layers([area], False),
        layer_edits.lock_layer(area, True),
        layer_edits.move_layer(document.layers, area, document.layer(LayerId("facility")), True),
        keep_set(document.facts, "図", document.layers),
    ):
        session.apply(change)
        assert session.is_checked
        session.undo()
        assert session.is_checked
    session.apply(Change("", facts={"council_exists": True}))
    assert not session.is_checked
