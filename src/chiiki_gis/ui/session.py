"""The open project: document, history, journal and what the last check said."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, QTimer, Signal

from chiiki_gis.core.change import Change, Changed
from chiiki_gis.core.document import Document
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.frames import rows_of
from chiiki_gis.core.history import History
from chiiki_gis.core.jobs import Glimpse, JobName, Opened, ShapesPlace
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.ui import words
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.ports import JournalLike, OpenJournal, Stoppable, Submitter

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.io.journal import LeftOver
    from chiiki_gis.rules.check import CheckResult
    from chiiki_gis.rules.model import Verdict
    from chiiki_gis.rules.subsidies import SubsidyMatch

log = logging.getLogger(__name__)

_CHECK_AFTER_MS = 40
"""A check starts this long after the last edit, so that a burst of edits asks once."""

_BEAT_MS = 60_000
"""So often a window tells the others that it still holds its project (io.lock)."""

OPENING: frozenset[JobName] = frozenset({"open_project", "new_project", "sample_plan"})
LEAVING: frozenset[JobName] = frozenset(
    {"export", "export_table", "print_sheet", "check_report", "house_report", "give_to_support"}
)
"""Jobs whose answers replace the plan, and jobs whose answers tell of files; the others speak of one plan."""
TOO_LATE = (
    "終わった処理の結果を、計画に入れませんでした。",
    "処理の間に、ほかの計画が開かれました。",
    "元の計画を開いて、もう一度行ってください。",
)


class Session(QObject):
    """One project at a time. Every edit of the window goes through `apply`."""

    opened = Signal()
    changed = Signal(object)
    checked = Signal()
    noticed = Signal(object)
    saved_state = Signal(str)
    glimpsed = Signal()
    discard_asked = Signal()

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
        self._open_journal = open_journal
        self._document: Document | None = None
        self._history: History | None = None
        self._journal: JournalLike | None = None
        self.left_over: tuple[LeftOver, ...] = ()
        self._edits = 0
        self._saved_edits = 0
        self._recent: list[Change] = []
        self._saved_at = datetime.now().astimezone()
        self._tickets: dict[object, Stoppable] = {}
        self._rows: dict[Role, tuple[GeoDataFrame, GeoDataFrame]] = {}
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
        return f"{name} – {self._document.header.title}"

    def rows(self, role: Role) -> GeoDataFrame:
        """The rows of a plan role in the current scenario, worked out once per state of the layer."""
        frame = self.document.plan(role)
        known = self._rows.get(role)
        if known is None or known[0] is not frame:
            known = (frame, rows_of(frame, self.scenario))
            self._rows[role] = known
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
        self._document, self._history = document, History(document)
        self.path, self.revision, self.read_only = opened.path, opened.revision, opened.read_only
        self.shapes = dict(opened.shapes)
        self._journal = self._open_journal(taken, opened.path, opened.revision, opened.read_only is None)
        self.left_over = self._read_left_over(self._journal)
        self._beat_timer.start()
        self._edits = self._saved_edits = 0
        self._recent = []
        if opened.path is not None and opened.path.exists():
            self._saved_at = datetime.fromtimestamp(opened.path.stat().st_mtime).astimezone()
        self.findings, self.verdicts, self.subsidies, self.is_checked = (), (), (), False
        self.controlled = None
        self.glimpses = ()
        self.opened.emit()
        self._tell_saved_state()
        self.check_now()

    def let_go(self) -> None:
        """Let others write the project that is open, if any."""
        from chiiki_gis.io.lock import release_lock

        self._beat_timer.stop()
        if self.path is not None and self.read_only is None:
            release_lock(self.path, os.getpid())

    def note_leaving(self) -> None:
        """The planner leaves with unsaved edits and knows it; the journal keeps them and says so."""
        if self._journal is not None and self.has_unsaved:
            try:
                self._journal.note_leaving()
            except OSError:
                log.exception("the journal could not be written")

    def apply(self, change: Change, shapes: Mapping[LayerId, ShapesPlace] | None = None) -> None:
        """Apply one edit, write it to the journal, and let the panels know.

        shapes   render caches of the reference layers the change brings
        """
        if change.is_empty:
            return
        self.shapes.update(shapes or {})
        change = with_true_links(self.document, change)
        self.history.apply(change)
        self._record(change)

    def undo(self) -> bool:
        """Take the last edit back; False when there is none."""
        change = self.history.undo() if self.is_open else None
        if change is not None:
            self._record(change)
        return change is not None

    def redo(self) -> bool:
        """Do the edit again that was taken back last; False when there is none."""
        change = self.history.redo() if self.is_open else None
        if change is not None:
            self._record(change)
        return change is not None

    def go_to(self, steps_done: int) -> None:
        """Undo or redo until exactly this many edits of the history are done."""
        while len(self.history.undo_notes) > steps_done and self.undo():
            pass
        while len(self.history.undo_notes) < steps_done and self.redo():
            pass

    def note_saved(self, path: Path, revision: int, edits: int, values: Snapshot) -> None:
        """The file at `path` now holds `values`, the document as it was after `edits` edits, and is held.

        Edits made while the file was written are put into the journal of the new revision.
        """
        if self.path != path:
            self.let_go()
        self.path, self.revision, self.read_only = path, revision, None
        self._beat_timer.start()
        self._saved_edits = edits
        self._saved_at = datetime.now().astimezone()
        if self._journal is not None:
            self._journal.clear()
        self._journal = self._open_journal(values, path, revision, True)
        for change in self._recent[len(self._recent) - (self._edits - edits) :]:
            self._journal.append(change)
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

        def end() -> None:
            over.append(True)
            self._tickets.pop(key, None)
            self._show_glimpses(tuple(g for g in self.glimpses if g not in seen))

        def take(answer: Any) -> None:
            end()
            if self._document is asked_for or job in OPENING:
                on_done(answer)
            elif job not in LEAVING:
                self.tell(Notice(*TOO_LATE, "warning"))

        def fail(error: ChiikiError) -> None:
            end()
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
        asked = self._edits
        self.workers.submit(
            "check",
            self.snapshot(),
            replaces="check",
            on_done=lambda result: self._take_check(result, asked),
            on_error=self.tell_error,
        )

    def _take_check(self, result: CheckResult, asked: int) -> None:
        if asked != self._edits:
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

    def _record(self, change: Change) -> None:
        self._edits += 1
        self._recent.append(change)
        try:
            if self._journal is not None:
                self._journal.append(change)
        except OSError:
            log.exception("the journal could not be written")
            self.tell(
                Notice(
                    "編集の控えを書けませんでした。",
                    "ディスクの空きがないか、書き込みが許されていません。",
                    "いま「保存」を押して、計画を保存してください。",
                    "error",
                )
            )
        self._tell_saved_state()

    def _read_left_over(self, journal: JournalLike) -> tuple[LeftOver, ...]:
        try:
            return tuple(journal.left_over())
        except OSError:
            log.exception("the journal could not be read")
            return ()

    def _beat(self) -> None:
        """Tell other windows that the project is still held; without the hold it becomes read-only."""
        if self.path is None or self.read_only is not None:
            return
        held = self.path

        def take(still: bool) -> None:
            if not still and self.path == held and self.read_only is None:
                self.read_only = "しばらく応答がなかったため、ほかの人が書き込めるようになりました。"
                self.tell(
                    Notice(
                        "読み取り専用になりました。",
                        self.read_only,
                        "編集を残すには「名前を付けて保存」を選んでください。",
                        "warning",
                    )
                )
                self._tell_saved_state()

        self.workers.submit("beat", held, os.getpid(), on_done=take)

    def _tell_saved_state(self) -> None:
        now = datetime.now().astimezone()
        if self.read_only is not None:
            self.saved_state.emit("読み取り専用")
        elif self.has_unsaved:
            self.saved_state.emit(f"未保存の編集あり（控えに記録済み {words.clock(now)}）")
        elif self.path is None:
            self.saved_state.emit("まだ保存していません")
        else:
            same_day = self._saved_at.date() == now.date()
            when = words.clock(self._saved_at) if same_day else words.day(self._saved_at)
            self.saved_state.emit(f"すべて保存済み {when}")
