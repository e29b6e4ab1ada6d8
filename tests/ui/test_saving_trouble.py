"""What the planner is told when a disk fails, and that nothing is lost by it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely

from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.role import Role
from chiiki_gis.io.journal import Journal, journal_folder
from chiiki_gis.ui import recovery, work
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.records import REFUSED, RESUMED
from chiiki_gis.ui.session import Session


def place(session: Session, x: float) -> None:
    session.apply(add_facility(session.document, "coworking", shapely.Point(x, 0)))


def told_by(session: Session) -> list[Notice]:
    told: list[Notice] = []
    session.noticed.connect(told.append)
    return told


def crashed(session: Session, path: Path) -> Session:
    session.let_go()
    again = Session(session.workers, Journal)
    work.open_project(again, path)
    return again


@pytest.fixture
def blocked(session: Session, saved: Path) -> Path:
    """The journal's folder cannot be written: a file lies in its place."""
    work.save(session, saved)
    away = journal_folder().with_name("journal away")
    journal_folder().mkdir(parents=True, exist_ok=True)
    journal_folder().rename(away)
    journal_folder().write_text("no folder")
    yield away  # type: ignore[misc]
    if away.is_dir():
        free(away)


def free(away: Path) -> None:
    journal_folder().unlink()
    away.rename(journal_folder())


def test_a_journal_that_cannot_be_written_is_told_once_and_shown(session: Session, blocked: Path) -> None:
    told, states = told_by(session), []
    session.saved_state.connect(states.append)
    place(session, 1)
    place(session, 2)
    assert told == [REFUSED]
    assert all("控えに書けていません" in state for state in states)


def test_what_the_disk_refused_is_written_when_it_can_be(
    session: Session, saved: Path, blocked: Path
) -> None:
    place(session, 1)
    place(session, 2)
    told = told_by(session)
    free(blocked)
    session.records.try_again()
    assert told == [RESUMED]
    assert not session.records.is_behind
    again = crashed(session, saved)
    recovery.restore(again)
    assert list(again.document.plan(Role.FACILITY).geometry.x) == [1, 2]


def test_the_next_edit_takes_the_refused_ones_along(session: Session, saved: Path, blocked: Path) -> None:
    place(session, 1)
    free(blocked)
    place(session, 2)
    again = crashed(session, saved)
    recovery.restore(again)
    assert list(again.document.plan(Role.FACILITY).geometry.x) == [1, 2]


def test_a_journal_folder_that_was_emptied_is_written_anew(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    shutil.rmtree(journal_folder())
    place(session, 2)
    again = crashed(session, saved)
    recovery.restore(again)
    assert list(again.document.plan(Role.FACILITY).geometry.x) == [1, 2]


def test_saving_still_works_and_needs_no_journal(session: Session, saved: Path, blocked: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    assert not session.has_unsaved
    assert not session.records.is_behind


def test_a_vanished_drive_is_told_with_a_way_out_and_the_journal_keeps_all(
    window: MainWindow, tmp_path: Path
) -> None:
    session, folder = window.session, tmp_path / "usb"
    folder.mkdir()
    work.save(session, folder / "p.gpkg")
    place(session, 1)
    folder.rename(tmp_path / "unplugged")
    session._beat()
    assert session.read_only is None
    assert window.banners.notices[0].level == "warning"
    window.made["save"].trigger()
    notice = window.banners.notices[0]
    assert notice.level == "error"
    assert notice.button == "名前を変えて保存"
    assert all(part.endswith("。") for part in (notice.what, notice.why, notice.todo))
    assert session.has_unsaved
    (tmp_path / "unplugged").rename(folder)
    again = crashed(session, folder / "p.gpkg")
    recovery.restore(again)
    assert len(again.document.plan(Role.FACILITY)) == 1


def test_a_drive_that_is_plugged_in_again_takes_the_save(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    work.save(session, folder / "p.gpkg")
    place(session, 1)
    folder.rename(tmp_path / "unplugged")
    session._beat()
    (tmp_path / "unplugged").rename(folder)
    session._beat()
    assert session.read_only is None
    work.save(session, folder / "p.gpkg")
    assert not session.has_unsaved
