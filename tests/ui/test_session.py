"""The open project: saved state, journal, recovery."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas
import shapely

from chiiki_gis.core import layer_edits
from chiiki_gis.core.change import Change
from chiiki_gis.core.display_sets import keep_set
from chiiki_gis.core.edits import add_facility, set_values
from chiiki_gis.core.jobs import JobName, Opened, Saved
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.journal import Journal, orphans
from chiiki_gis.io.lock import STALE_SECONDS, lock_path, take_lock
from chiiki_gis.ui import recovery, work
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.ports import Stoppable, Submitter
from chiiki_gis.ui.session import Session

FACILITY = LayerId("facility")


def place(session: Session, x: float) -> None:
    session.apply(add_facility(session.document, "coworking", shapely.Point(x, 0)))


def journal(session: Session) -> Journal:
    return Journal(session.snapshot(), session.path, session.revision)


def crash(session: Session) -> Session:
    """A new window after the old one has ended without a word."""
    return Session(session.workers, Journal)


def offers(session: Session) -> list[Notice]:
    told: list[Notice] = []
    session.noticed.connect(told.append)
    return told


def test_every_edit_is_in_the_journal_at_once(session: Session) -> None:
    place(session, 1)
    session.undo()
    place(session, 2)
    assert len(journal(session).read()) == 3
    journal(session).clear()


def test_saving_empties_the_journal_and_says_so(session: Session, saved: Path) -> None:
    told: list[str] = []
    session.saved_state.connect(told.append)
    place(session, 1)
    assert session.has_unsaved
    work.save(session, saved)
    assert not session.has_unsaved
    assert told[-1].startswith("すべて保存済み")
    assert journal(session).read() == []


def test_edits_made_while_saving_stay_unsaved_and_journalled(session: Session, saved: Path) -> None:
    place(session, 1)
    edits, values = session.edits, session.snapshot()
    place(session, 2)
    work.save(session, saved)
    session.note_saved(Saved(saved, session.revision), edits, values)
    assert session.has_unsaved
    assert len(journal(session).read()) == 1
    journal(session).clear()


def test_unsaved_edits_of_an_earlier_run_are_restored_and_can_be_undone(
    session: Session, saved: Path
) -> None:
    work.save(session, saved)
    place(session, 1)
    place(session, 2)
    again = crash(session)
    told = offers(again)
    work.open_project(again, saved)
    assert [notice.button for notice in told] == ["復元する"]
    assert len(again.document.plan(Role.FACILITY)) == 0
    press(told[0])
    assert len(again.document.plan(Role.FACILITY)) == 2
    assert again.has_unsaved
    assert again.undo()
    assert len(again.document.plan(Role.FACILITY)) == 1


def press(notice: Notice) -> None:
    assert notice.press is not None
    notice.press()


def names(session: Session) -> list[str]:
    return [str(name) for name in session.document.plan(Role.FACILITY)["name"]]


def rename(session: Session, fid: int, name: str) -> None:
    session.apply(set_values(session.document, FACILITY, Fid(fid), {"name": name}, f"{name}にする"))


def test_restoring_after_a_new_edit_keeps_both(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    place(session, 2)
    again = crash(session)
    told = offers(again)
    work.open_project(again, saved)
    place(again, 5)
    press(told[0])
    rows = again.document.plan(Role.FACILITY)
    assert sorted(rows.geometry.x) == [1, 2, 5]
    assert rows["building_id"].is_unique
    assert again.left_over == ()
    path = journal(again).path
    assert list(path.parent.glob(f"{path.stem}*.kept")) == []


def test_restored_edits_are_in_the_journal_again(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    again = crash(session)
    told = offers(again)
    work.open_project(again, saved)
    press(told[0])
    third = crash(again)
    told = offers(third)
    work.open_project(third, saved)
    press(told[0])
    assert list(third.document.plan(Role.FACILITY).geometry.x) == [1]


def test_what_was_not_restored_is_offered_again_after_a_save(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    again = crash(session)
    work.open_project(again, saved)
    place(again, 5)
    work.save(again, saved)
    third = crash(again)
    told = offers(third)
    work.open_project(third, saved)
    press(told[0])
    assert sorted(third.document.plan(Role.FACILITY).geometry.x) == [1, 5]


def test_an_edit_that_no_longer_fits_is_named_and_kept(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    rename(session, 1, "蔵")
    place(session, 2)
    again = crash(session)
    told = offers(again)
    work.open_project(again, saved)
    rename(again, 1, "駅舎")
    press(told[0])
    assert sorted(names(again)) == ["コワーキング2", "駅舎"]
    assert "1 件は戻せませんでした" in told[-1].what
    assert told[-1].details == ("蔵にする",)
    third = crash(again)
    told = offers(third)
    work.open_project(third, saved)
    assert "蔵にする" in told[0].details


def test_leaving_without_saving_is_not_called_a_crash(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    crashed = crash(session)
    told = offers(crashed)
    work.open_project(crashed, saved)
    assert "途中で終わりました" in told[0].why
    press(told[0])
    crashed.note_leaving()
    again = crash(crashed)
    told = offers(again)
    work.open_project(again, saved)
    assert "「保存しない」" in told[0].why
    assert "途中で" not in told[0].why


def test_what_was_left_goes_only_when_it_is_discarded(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    for _ in range(2):
        again = crash(session)
        told = offers(again)
        work.open_project(again, saved)
        assert told[0].other_button == "破棄する"
    recovery.discard(again)
    last = crash(session)
    told = offers(last)
    work.open_project(last, saved)
    assert told == []


def test_a_plan_that_was_never_saved_comes_back(session: Session) -> None:
    place(session, 1)
    orphan = next(one for one in orphans() if one.path == journal(session).path)
    assert (orphan.project, orphan.count, orphan.was_left) == (None, 1, False)
    again = crash(session)
    told = offers(again)
    work.recover(again, orphan.path)
    assert again.path is None
    press(told[0])
    assert len(again.document.plan(Role.FACILITY)) == 1


def test_edits_of_a_project_whose_file_is_gone_come_back(session: Session, saved: Path) -> None:
    place(session, 1)
    work.save(session, saved)
    place(session, 2)
    saved.unlink()
    orphan = next(one for one in orphans() if one.project == saved)
    again = crash(session)
    told = offers(again)
    work.recover(again, orphan.path)
    press(told[0])
    assert list(again.document.plan(Role.FACILITY).geometry.x) == [1, 2]
    assert again.has_unsaved
    assert saved not in [one.project for one in orphans()]


def another_holds(project: Path) -> None:
    """A living process of this computer has the project: the one that runs the tests."""
    take_lock(project, os.getppid())


def test_a_second_window_is_read_only_and_names_the_holder(session: Session, saved: Path) -> None:
    work.save(session, saved)
    place(session, 1)
    session.let_go()
    another_holds(saved)
    again = crash(session)
    told = offers(again)
    work.open_project(again, saved)
    assert [notice.what for notice in told] == ["読み取り専用で開きました。"]
    assert getpass.getuser() in told[0].why
    place(again, 5)
    work.save(again, saved)
    assert told[-1].level == "error"
    assert "開いています" in told[-1].why
    assert len(journal(session).read()) == 1
    journal(session).clear()


def test_saving_elsewhere_ends_read_only(session: Session, saved: Path, tmp_path: Path) -> None:
    work.save(session, saved)
    session.let_go()
    another_holds(saved)
    again = crash(session)
    work.open_project(again, saved)
    place(again, 5)
    work.save(again, tmp_path / "写し.gpkg")
    assert again.read_only is None
    assert not again.has_unsaved
    assert lock_path(saved).is_file()
    again.let_go()
    assert not lock_path(tmp_path / "写し.gpkg").exists()


def test_a_window_holds_its_project_until_another_is_opened(
    session: Session, saved: Path, tmp_path: Path
) -> None:
    work.save(session, saved)
    assert lock_path(saved).is_file()
    work.save(session, tmp_path / "別.gpkg")
    assert not lock_path(saved).exists()
    work.open_project(session, saved)
    assert lock_path(saved).is_file()
    assert not lock_path(tmp_path / "別.gpkg").exists()


def test_a_hold_that_nobody_touched_for_ten_minutes_is_taken_over(session: Session, saved: Path) -> None:
    work.save(session, saved)
    session.let_go()
    another_holds(saved)
    long_ago = lock_path(saved).stat().st_mtime - STALE_SECONDS - 1
    os.utime(lock_path(saved), (long_ago, long_ago))
    again = crash(session)
    work.open_project(again, saved)
    assert again.read_only is None


def test_a_window_that_lost_its_hold_becomes_read_only(session: Session, saved: Path) -> None:
    work.save(session, saved)
    session._beat()
    assert session.read_only is None
    session.let_go()
    another_holds(saved)
    told = offers(session)
    session._beat()
    assert session.read_only is not None
    assert told[-1].what == "読み取り専用になりました。"


def test_a_folder_that_cannot_be_written_makes_read_only(session: Session, saved: Path) -> None:
    work.save(session, saved)
    session.let_go()
    lock_path(saved).mkdir()  # no file can be written in its place
    again = crash(session)
    work.open_project(again, saved)
    assert again.read_only is not None


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


class LateWorkers:
    """Imports when it is told to; all else at once."""

    def __init__(self, direct: Submitter) -> None:
        self.direct = direct
        self.late: list[Callable[[], object]] = []

    def submit(self, job: JobName, *args: Any, **options: Any) -> Stoppable:
        if job != "import_files":
            return self.direct.submit(job, *args, **options)
        self.late.append(lambda: self.direct.submit(job, *args, **options))
        return Nothing()


class Nothing:
    def cancel(self) -> None:
        """There is nothing to stop."""


def test_an_answer_for_a_plan_that_is_no_longer_open_is_not_taken(session: Session, tmp_path: Path) -> None:
    workers = LateWorkers(session.workers)
    session.workers = workers
    path = tmp_path / "線.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (9, 9)])], crs=6676).to_file(path)
    said: list[Notice] = []
    session.noticed.connect(said.append)
    work.import_files(session, (path,))
    session.open(Opened(session.snapshot(), None, 0, {}))
    before = session.document.layers
    workers.late.pop()()
    assert session.document.layers == before
    assert any("ほかの計画が開かれました" in notice.why for notice in said)


def test_two_imports_under_way_at_once_both_come_in(session: Session, tmp_path: Path) -> None:
    workers = LateWorkers(session.workers)
    session.workers = workers
    for name in ("甲", "乙"):
        path = tmp_path / f"{name}.gpkg"
        geopandas.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (9, 9)])], crs=6676).to_file(path)
        work.import_files(session, (path,))
    for answer in workers.late:
        answer()
    assert {"甲", "乙"} <= {layer.name for layer in session.document.layers}


def test_stopping_work_says_that_nothing_changed(session: Session, tmp_path: Path) -> None:
    session.workers = LateWorkers(session.workers)
    work.import_files(session, (tmp_path / "線.gpkg",))
    told: list[str] = []
    session.noticed.connect(lambda notice: told.append(notice.why))
    session.stop_work()
    session.stop_work()  # nothing is under way any more
    assert told == ["計画は変わっていません。"]


def test_stopping_does_not_reach_a_save(session: Session, saved: Path) -> None:
    said: list[Notice] = []
    session.noticed.connect(said.append)
    work.save(session, saved)
    session.stop_work()
    assert said == []
