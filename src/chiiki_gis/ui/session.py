"""The open project: document, history, journal and what the last check said."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from chiiki_gis.core.change import Change, Changed
from chiiki_gis.core.completed import completed
from chiiki_gis.core.document import Document
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.frames import rows_of
from chiiki_gis.core.history import NO_STEPS, History
from chiiki_gis.core.jobs import Glimpse, Hold, JobName, Opened, Saved, ShapesPlace
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.restored import Restored
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import OTHER_SCENARIO, shown_after, still_there, told
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io.shown_scenario import keep_shown, shown_at_last
from chiiki_gis.ui import words
from chiiki_gis.ui.late_answers import LEAVING, OPENING, TOO_LATE
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.ports import OpenJournal, Stoppable, Submitter
from chiiki_gis.ui.records import AWAY, LOST, READ_ONLY, UNREADABLE_STEP, Records

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.io.history_log import Kind
    from chiiki_gis.io.left_over import LeftOver
    from chiiki_gis.rules.check import CheckResult
    from chiiki_gis.rules.model import Verdict
    from chiiki_gis.rules.subsidies import SubsidyMatch

_CHECK_AFTER_MS = 40
"""A check starts this long after the last edit, so that a burst of edits asks once."""

_BEAT_MS = 60_000
"""So often a window tells the others that it still holds its project (io.lock)."""


class Session(QObject):
    """One project at a time. Every edit of the window goes through `apply`."""

    opened = Signal()
    changed = Signal(object)
    checked = Signal()
    noticed = Signal(object)
    saved_state = Signal(str)
    glimpsed = Signal()
    discard_asked = Signal()
    sketches_left = Signal(object)
    generation_kept = Signal()

    def __init__(self, workers: Submitter, open_journal: OpenJournal) -> None:
        super().__init__()
        self.workers = workers
        self.scenario = "A"
        self.path: Path | None = None
        self.revision = 0
        self.read_only: str | None = None
        self.shapes: dict[LayerId, ShapesPlace] = {}
        self.findings: tuple[Finding, ...] = ()
        self.verdicts: tuple[Verdict, ...] = ()
        self.subsidies: tuple[SubsidyMatch, ...] = ()
        self.controlled: bool | None = None
        self.is_checked = False
        self.glimpses: tuple[Glimpse, ...] = ()
        self._laid_over: tuple[Glimpse, ...] = ()
        self.records = Records(self, open_journal, self.tell)
        self._document: Document | None = None
        self._history: History | None = None
        self.left_over: tuple[LeftOver, ...] = ()
        self.steps_before = NO_STEPS
        self._edits = 0
        self._saved_edits = 0
        self._saved_at = datetime.now().astimezone()
        self._is_away = False
        self._tickets: dict[object, Stoppable] = {}
        self._rows: dict[tuple[Role, str], tuple[GeoDataFrame, GeoDataFrame]] = {}
        self._check_timer = QTimer(self, singleShot=True, interval=_CHECK_AFTER_MS)
        self._check_timer.timeout.connect(self.check_now)
        self._beat_timer = QTimer(self, interval=_BEAT_MS)
        self._beat_timer.timeout.connect(self._beat)

    @property
    def is_open(self) -> bool:
        """True when there is a project."""
        return self._document is not None

    @property
    def document(self) -> Document:
        """The open document. Raises RuntimeError when there is none."""
        if self._document is None:
            raise RuntimeError("no project is open")
        return self._document

    @property
    def history(self) -> History:
        """The history of the open document. Raises RuntimeError when there is none."""
        if self._history is None:
            raise RuntimeError("no project is open")
        return self._history

    @property
    def edits(self) -> int:
        """How many changes were applied since the project was opened; undoing counts too."""
        return self._edits

    @property
    def has_unsaved(self) -> bool:
        """True when the project file does not hold the last edits (the journal does)."""
        return self._edits != self._saved_edits

    @property
    def title(self) -> str:
        """What the window's title calls the project."""
        if self._document is None:
            return ""
        name = self.path.name if self.path else "無題の計画"
        shown = told(self._document, self.scenario)
        return " – ".join(word for word in (name, self._document.header.title, shown) if word)

    def rows(self, role: Role, scenario: str = "") -> GeoDataFrame:
        """The rows of a plan role in a scenario, the current one unless said; once per state of the layer."""
        frame, key = self.document.plan(role), (role, scenario or self.scenario)
        known = self._rows.get(key)
        if known is None or known[0] is not frame:
            known = self._rows[key] = (frame, rows_of(frame, key[1]))
        return known[1]

    def snapshot(self) -> Snapshot:
        """The values that work off the UI thread is given."""
        return snapshot(self.document, self.scenario)

    def open(self, opened: Opened) -> None:
        """Replace the open project by one that has been read, and held unless it is read-only."""
        taken = opened.snapshot
        if self.path != opened.path:
            self.let_go()
        document = Document(taken.header, taken.layers, taken.facts, taken.next_fid)
        document.listen(self._tell)
        self._document, self._history = document, History(document, opened.steps.undo, opened.steps.redo)
        self.steps_before = opened.steps
        self.scenario = shown_at_last(document)
        self.path, self.revision, self.read_only = opened.path, opened.revision, opened.read_only
        self.shapes = dict(opened.shapes)
        self.left_over = self.records.open(opened)
        self._beat_timer.start()
        self._edits = self._saved_edits = 0
        if opened.path is not None and opened.path.exists():
            self._saved_at = datetime.fromtimestamp(opened.path.stat().st_mtime).astimezone()
        self.findings, self.verdicts, self.subsidies, self.is_checked = (), (), (), False
        self.controlled = None
        self.glimpses = ()
        self.opened.emit()
        self._tell_saved_state()
        self.check_now()

    def left_picture(self, journal: Path, show: Callable[[bytes], None]) -> None:
        """Ask for a small picture of the plan as a journal left it; without one nothing is shown."""
        self.workers.submit("left_picture", journal, on_done=show, on_error=lambda _error: None)

    def let_go(self) -> None:
        """Let others write the project that is open, if any."""
        from chiiki_gis.io.lock import release_lock

        self._beat_timer.stop()
        if self.path is not None and self.read_only is None:
            release_lock(self.path, os.getpid())

    def note_leaving(self) -> None:
        """The planner leaves with unsaved edits and knows it; the journal keeps them and says so."""
        if self.has_unsaved:
            self.records.note_leaving()

    def apply(self, change: Change, shapes: Mapping[LayerId, ShapesPlace] | None = None) -> None:
        """Apply one edit, write it to the journal, and let the panels know.

        shapes   render caches of the reference layers the change brings
        """
        if change.is_empty:
            return
        self.shapes.update(shapes or {})
        change = completed(self.document, change)
        self._record("do", change, self.history.apply(change))
        self.show_scenario(still_there(self.document, self.scenario))

    def take(self, done: Restored) -> None:
        """Apply edits that a helper has worked out on the plan as it is: told and written down once."""
        self.history.apply_at_once(done.net, [step.inverse for step in done.steps], done.next_fid)
        self._edits += len(done.steps)
        self.records.record_all(done.steps)
        self._tell_saved_state()
        self.show_scenario(still_there(self.document, self.scenario))

    def undo(self) -> bool:
        """Take the last edit back; False when there is none."""
        return self._step("undo")

    def redo(self) -> bool:
        """Do the edit again that was taken back last; False when there is none."""
        return self._step("redo")

    def _step(self, kind: Literal["undo", "redo"]) -> bool:
        """Undo or redo, and show the scenario (案) in which something has changed by it."""
        if not self.is_open:
            return False
        history, before = self.history, self.document.layers
        had = bool(history.undo_notes if kind == "undo" else history.redo_notes)
        done = history.undo() if kind == "undo" else history.redo()
        if done is not None:
            self._record(kind, *done)
            self.show_scenario(shown_after(self.scenario, before, self.document, done[0]))
        elif had:
            self.tell(UNREADABLE_STEP)
            self._tell_saved_state()
        return done is not None

    def show_scenario(self, scenario: str) -> None:
        """Let another scenario (案) be the current one; whatever speaks of the plan is stale then."""
        if scenario == self.scenario:
            return
        self.scenario = scenario
        keep_shown(self.document, scenario)
        self.findings, self.verdicts, self.subsidies, self.controlled = (), (), (), None
        self._tell(OTHER_SCENARIO)
        self._tell_saved_state()

    def go_to(self, steps_done: int) -> None:
        """Undo or redo until exactly this many edits of the history are done."""
        while len(self.history.undo_notes) > steps_done and self.undo():
            pass
        while len(self.history.undo_notes) < steps_done and self.redo():
            pass

    def note_saved(self, saved: Saved, edits: int, values: Snapshot) -> None:
        """The file now holds `values`, the document as it was after `edits` edits, and is held.

        Edits made while the file was written are put into the journal of the new revision.
        """
        is_elsewhere = self.path != saved.path
        if is_elsewhere:
            self.let_go()
        self.path, self.revision, self.read_only = saved.path, saved.revision, None
        self._beat_timer.start()
        self._saved_edits = edits
        self._saved_at = datetime.now().astimezone()
        self.records.saved(saved, values, self._edits - edits, self.history, is_elsewhere)
        self._tell_saved_state()

    def ask(
        self,
        job: JobName,
        *args: Any,
        on_done: Callable[[Any], None],
        lane: Literal["live", "import"] = "import",
        banner: Callable[[ChiikiError], Notice] = of_error,
        can_stop: bool = True,
    ) -> None:
        """Ask for work; errors are shown as banners, glimpses on the map.

        can_stop   whether 中止 ends it: not where the answer tells what has happened to a file
        An answer that comes after another plan has been opened is not taken, unless it opens one itself.
        """
        asked_for, key = self._document, object()
        seen: list[Glimpse] = []
        over: list[bool] = []

        def show(glimpse: Glimpse) -> None:
            seen.append(glimpse)
            self._show_glimpses((*self.glimpses, glimpse))

        @contextmanager
        def ended() -> Iterator[None]:
            over.append(True)
            self._tickets.pop(key, None)
            self.glimpses = tuple(g for g in self.glimpses if g not in seen)
            try:
                yield
            finally:  # with what comes: the map must not be painted without either in between
                if seen:
                    self.glimpsed.emit()

        def take(answer: Any) -> None:
            with ended():
                if self._document is asked_for or job in OPENING:
                    on_done(answer)
                elif job not in LEAVING:
                    self.tell(Notice(*TOO_LATE, "warning"))

        def fail(error: ChiikiError) -> None:
            with ended():
                self.tell(banner(error))

        ticket = self.workers.submit(job, *args, lane=lane, on_done=take, on_error=fail, on_glimpse=show)
        if can_stop and not over:
            self._tickets[key] = ticket

    def stop_work(self) -> None:
        """中止: stop the long work under way. Nothing has been changed by it."""
        if not self._tickets:
            return
        for ticket in tuple(self._tickets.values()):
            ticket.cancel()
        self._tickets.clear()
        self._show_glimpses(())
        self.tell(Notice("中止しました。", "計画は変わっていません。"))

    def glimpse(self, glimpses: tuple[Glimpse, ...]) -> None:
        """Show a project that is still being opened."""
        if not self.is_open:
            self._show_glimpses(glimpses)

    def lay_over(self, glimpses: tuple[Glimpse, ...]) -> None:
        """Show further layers above the map, until others are laid over it or another plan is opened."""
        before, self._laid_over = self._laid_over, glimpses
        self._show_glimpses((*(g for g in self.glimpses if g not in before), *glimpses))

    def _show_glimpses(self, glimpses: tuple[Glimpse, ...]) -> None:
        if glimpses != self.glimpses:
            self.glimpses = glimpses
            self.glimpsed.emit()

    def tell(self, notice: Notice) -> None:
        """Show a banner."""
        self.noticed.emit(notice)

    def tell_error(self, error: ChiikiError) -> None:
        """Show an error that the user can mend."""
        self.noticed.emit(of_error(error))

    def check_now(self) -> None:
        """Ask for findings and verdicts; an older question that has no answer yet is dropped."""
        if not self.is_open:
            return
        asked = (self._edits, self.scenario)
        self.workers.submit(
            "check",
            self.snapshot(),
            replaces="check",
            on_done=lambda result: self._take_check(result, asked),
            on_error=self.tell_error,
        )

    def _take_check(self, result: CheckResult, asked: tuple[int, str]) -> None:
        if asked != (self._edits, self.scenario):
            return
        self.findings, self.verdicts = tuple(result.findings), tuple(result.verdicts)
        self.subsidies, self.controlled = tuple(result.subsidies), result.controlled
        self.is_checked = True
        self.checked.emit()

    def _tell(self, changed: Changed) -> None:
        is_stale = changed.content or not self.is_checked  # a check under way answers for an older state
        if is_stale:
            self.is_checked = False
            self._check_timer.start()
        self.changed.emit(changed)
        if is_stale:
            self.checked.emit()

    def _record(self, kind: Kind, change: Change, inverse: Change) -> None:
        self._edits += 1
        self.records.record(kind, change, inverse)
        self._tell_saved_state()

    def _beat(self) -> None:
        """Tell other windows that the project is still held; without the hold it becomes read-only."""
        if self.path is None or self.read_only is not None:
            return
        held = self.path

        def take(found: Hold) -> None:
            if self.path != held or self.read_only is not None:
                return
            if found == "away" and not self._is_away:
                self.tell(AWAY)
            self._is_away = found == "away"
            if found == "lost":
                self.read_only = LOST
                self.tell(READ_ONLY)
                self._tell_saved_state()

        self.workers.submit("beat", held, os.getpid(), on_done=take)

    def _tell_saved_state(self) -> None:
        now = datetime.now().astimezone()
        if self.read_only is not None:
            self.saved_state.emit("読み取り専用")
        elif self.has_unsaved:
            kept = "控えに書けていません" if self.records.is_behind else f"控えに記録済み {words.clock(now)}"
            self.saved_state.emit(f"未保存の編集あり（{kept}）")
        elif self.path is None:
            self.saved_state.emit("まだ保存していません")
        else:
            self.saved_state.emit(f"すべて保存済み {words.lately(self._saved_at, now)}")
