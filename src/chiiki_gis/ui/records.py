"""What is written down while the planner works: the journal of edits, and the log of the undo history."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from chiiki_gis.core.change import Change
from chiiki_gis.core.history import History, Step
from chiiki_gis.core.jobs import Opened, Saved
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.photos import hashes_in
from chiiki_gis.core.restored import DoneStep
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.ports import JournalLike, OpenJournal

if TYPE_CHECKING:
    from chiiki_gis.io.history_log import HistoryLog, Kind
    from chiiki_gis.io.left_over import LeftOver
    from chiiki_gis.io.sketch_file import LeftSketch

log = logging.getLogger(__name__)

_KINDS: dict[Kind, str] = {"do": "", "undo": "元に戻す：", "redo": "やり直す："}
RETRY_MS = 5_000
"""So often it is tried again to write what the disk has refused."""

REFUSED = Notice(
    "編集の控えを書けませんでした。",
    "ディスクの空きがないか、書き込みが許されていません。",
    "編集は画面に残っています。いま「保存」を押すか、ディスクの空きを増やしてください。",
    "error",
)
RESUMED = Notice(
    "編集の控えを、また書けるようになりました。", "書けなかった編集も控えに入りました。", level="done"
)

AWAY = Notice(
    "計画のファイルがあるフォルダが見つかりません。",
    "ドライブが外れたか、共有フォルダにつながっていません。",
    "編集は控えに残っています。つなぎ直すか、「名前を付けて保存」で別の場所に保存してください。",
    "warning",
)
LOST = "しばらく応答がなかったため、ほかの人が書き込めるようになりました。"
READ_ONLY = Notice(
    "読み取り専用になりました。",
    LOST,
    "編集を残すには「名前を付けて保存」を選んでください。",
    "warning",
)
UNREADABLE_STEP = Notice(
    "これより前には戻せません。",
    "操作履歴の記録が壊れているか、いまの計画に合いません。",
    "計画は変わっていません。前の内容は、プロジェクトの「世代...」から取り出せます。",
    "warning",
)


class Records(QObject):
    """The records of one open plan. What the disk refuses stays in memory and is tried again."""

    def __init__(self, parent: QObject, open_journal: OpenJournal, tell: Callable[[Notice], object]) -> None:
        super().__init__(parent)
        self._open_journal, self._tell = open_journal, tell
        self._journal: JournalLike | None = None
        self._history_log: HistoryLog | None = None
        self.left_sketches: tuple[LeftSketch, ...] = ()
        self._recent: list[Step] = []
        self._unsaved: list[Step] = []
        self._unwritten: list[Step] = []
        self._notes: list[str] = []
        self._retry_timer = QTimer(self, interval=RETRY_MS)
        self._retry_timer.timeout.connect(self.try_again)

    @property
    def is_behind(self) -> bool:
        """Whether the disk lacks edits that it has refused."""
        return bool(self._unwritten)

    def open(self, opened: Opened) -> tuple[LeftOver, ...]:
        """Begin with a plan that was opened; returns what earlier runs have left of it."""
        from chiiki_gis.io.history_log import HistoryLog
        from chiiki_gis.io.sketch_file import left_sketches

        values, is_ours = opened.snapshot, opened.read_only is None
        self._journal = self._open_journal(values, opened.path, opened.revision, is_ours)
        self._recent, self._unsaved, self._unwritten, self._notes = [], [], [], []
        self._retry_timer.stop()
        self._history_log = None
        if is_ours:
            kept = opened.steps
            found = HistoryLog(values.header.uuid, opened.path, len(kept.undo) + len(kept.redo))
            if opened.path is None or kept.why:
                found.write_whole((), (), 0)
            layers = [layer for layer in values.layers if not (layer.is_plan or layer.is_raster)]
            found.hold([*(layer.reference.content_hash for layer in layers), *_photos(values)])
            self._history_log = found
        self.left_sketches = ()
        try:
            if is_ours:
                self.left_sketches = left_sketches(values.header.uuid, opened.path)
            return tuple(self._journal.left_over())
        except OSError:
            log.exception("the journal could not be read")
            return ()

    def record(self, kind: Kind, change: Change, inverse: Change) -> None:
        """Write one change that has been applied, and what undoes it."""
        self._note(kind, [change])
        if self._history_log is not None:
            self._history_log.append(kind, inverse, change)

    def record_all(self, steps: Sequence[DoneStep]) -> None:
        """Write changes that have been applied at once: the disk is waited for once."""
        self._note("do", [step.change for step in steps])
        if self._history_log is not None:
            self._history_log.append_all("do", [(step.inverse, step.contents) for step in steps])

    def _note(self, kind: Kind, changes: Sequence[Step]) -> None:
        was_behind = self.is_behind
        self._recent += changes
        self._notes += [f"{_KINDS[kind]}{change.note}" for change in changes]
        self._unsaved += changes
        self._unwritten += changes
        if not self._write() and not was_behind:
            self._tell(REFUSED)
            self._retry_timer.start()

    def try_again(self) -> None:
        """Write what the disk has refused; say so when it has worked."""
        if self._unwritten and self._write():
            self._tell(RESUMED)

    def note_leaving(self) -> None:
        """The planner leaves without saving and knows it."""
        if self._journal is not None:
            try:
                self._journal.note_leaving()
            except OSError:
                log.exception("the journal could not be written")

    def take_notes(self, later: int) -> tuple[str, ...]:
        """The notes of the edits that a save holds over the one before, without the `later` ones."""
        held = len(self._notes) - later
        notes, self._notes = self._notes[:held], self._notes[held:]
        return tuple(notes)

    def saved(self, saved: Saved, values: Snapshot, later: int, history: History, is_elsewhere: bool) -> None:
        """The file holds `values`; the `later` edits made since go into the journal of the new revision."""
        try:
            if self._journal is not None:
                self._journal.clear()
        except OSError:
            log.exception("the journal could not be cleared")  # its edits are found in the plan already
        self._journal = self._open_journal(values, saved.path, saved.revision, True)
        self._unsaved = self._recent[len(self._recent) - later :] if later else []
        self._unwritten = list(self._unsaved)
        if self._unwritten and not self._write():
            self._tell(REFUSED)
            self._retry_timer.start()
        edits = len(self._recent) - later
        self._seal(saved, values, edits, later, history, is_elsewhere)

    def _seal(
        self, saved: Saved, values: Snapshot, edits: int, later: int, history: History, is_elsewhere: bool
    ) -> None:
        from chiiki_gis.io.history_log import HistoryLog

        if self._history_log is None:
            self._history_log = HistoryLog(values.header.uuid, saved.path)
            self._history_log.is_whole = False
        elif is_elsewhere:
            self._history_log.move(saved.path)
        if not self._history_log.is_whole and not later:
            self._history_log.write_whole(*history.stacks, edits)
        if self._history_log.is_whole:
            self._history_log.seal(saved.identity, saved.revision, edits)

    def _write(self) -> bool:
        """Write what is not written; False while the disk refuses."""
        if self._journal is None:
            return True
        if not self._journal.is_whole:
            self._unwritten = list(self._unsaved)
        try:
            if len(self._unwritten) == 1:
                self._journal.append(self._unwritten[0])
            elif self._unwritten:
                self._journal.append_many(self._unwritten)
            self._unwritten.clear()
        except OSError:
            log.exception("the journal could not be written")
            return False
        self._retry_timer.stop()
        return True


def _photos(values: Snapshot) -> frozenset[str]:
    """The photographs of the plan: a file that could not be settled has them in the state folder alone."""
    layers = [layer for layer in values.layers if layer.id == plan_layer_id(Role.FACILITY)]
    return frozenset[str]().union(*(hashes_in(layer.rows) for layer in layers))
