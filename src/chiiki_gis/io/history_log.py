"""The undo history on disk, in the user's state folder: it survives saving and opening again.

One file per project and place, a line per step: a head and, after a tab, the inverse change. A line that
seals says which state of the project file the steps before it lead to. Never in the project file: what was
deleted must not travel with it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.history import STEPS, KeptSteps, Step
from chiiki_gis.core.role import PLAN_ROLES
from chiiki_gis.io.beside import flush, private_text, write_whole
from chiiki_gis.io.encode import KeptStep, body_of, dumps
from chiiki_gis.io.journal import place_name
from chiiki_gis.io.meta import META
from chiiki_gis.io.store import read_only

log = logging.getLogger(__name__)

Kind = Literal["do", "undo", "redo"]
"""What was done: its inverse goes to be undone, to be redone, to be undone."""
_AHEAD = "ahead"
"""A step that waits to be redone, in a log that was written anew."""

_MOST_SEALS = 50
"""A log with more is written anew when it is opened."""

NO_HISTORY = "このファイルについて、このパソコンに前回までの操作履歴はありません。"
OTHER_STATE = "前回の保存の後に、ファイルがほかで書き換えられています。前回までの操作履歴は使いません。"
OTHER_PLACE = (
    "このファイルは、写しか、移したものです。前回までの操作履歴は、元の場所のファイルにだけ使えます。"
)


@dataclass(frozen=True)
class _Line:
    kind: str
    step: KeptStep | None


class HistoryLog:
    """The log of the open plan; only the window that holds the project writes it."""

    def __init__(self, uuid: str, project: Path | None, count: int = 0) -> None:
        self._uuid = uuid
        self.path = history_path(uuid, project)
        self._count = self._first = count
        self.is_whole = True

    def append(self, kind: Kind, inverse: Change, change: Change) -> None:
        """Write one step. An error of the disk costs the history, not the work: it is then not whole."""
        self.append_all(kind, [(inverse, contents_of(change))])

    def append_all(self, kind: Kind, steps: Sequence[tuple[Step, Sequence[str]]]) -> None:
        """Write several: what takes each back, and the tables that it brings. Errors as with one."""
        self._count += len(steps)
        if not self.is_whole:
            return
        try:
            self._write([_line(kind, inverse, contents) for inverse, contents in steps])
        except OSError:
            log.exception("the history could not be written")
            self.is_whole = False

    def hold(self, contents: Sequence[str]) -> None:
        """Keep tables alive that the open plan rests on, by their hashes, until the log is written anew."""
        if contents:
            with suppress(OSError):
                self._write([dumps({"op": "hold", "contents": list(contents)}) + "\n"])

    def seal(self, identity: str, revision: int, edits: int) -> None:
        """The project file now holds the state after `edits` of the steps since the log was opened."""
        data = {"op": "sealed", "identity": identity, "revision": revision, "at": self._first + edits}
        try:
            self._write([dumps(data) + "\n"])
        except OSError:
            log.exception("the history could not be sealed")
            self.is_whole = False

    def write_whole(self, undo: Sequence[Step], redo: Sequence[Step], edits: int) -> None:
        """Begin the log anew with these steps; so many edits have been made since it was opened."""
        try:
            if undo or redo:
                write_whole(self.path, _lines_of(undo, redo))
            else:
                self.path.unlink(missing_ok=True)
        except OSError:
            log.exception("the history could not be written")
            self.is_whole = False
            return
        self._count = len(undo) + len(redo)
        self._first = self._count - edits
        self.is_whole = True

    def move(self, project: Path) -> None:
        """The plan has been saved under another name: the history goes on there.

        The log of a plan that had no file goes; that of another file stays with it.
        """
        before, self.path = self.path, history_path(self._uuid, project)
        try:
            if before == history_path(self._uuid, None):
                before.replace(self.path)
            else:
                shutil.copyfile(before, self.path)
        except FileNotFoundError:
            self.path.unlink(missing_ok=True)
        except OSError:
            log.exception("the history could not be taken along")
            self.is_whole = False

    def _write(self, lines: Iterable[str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with private_text(self.path, "a") as file:
            file.writelines(lines)


def history_path(uuid: str, project: Path | None) -> Path:
    """The log's place in the state folder: by project and by where its file lies."""
    return _folder() / f"{place_name(uuid, project)}.jsonl"


def flush_history(uuid: str, project: Path) -> None:
    """Have the disk hold what was written of a history; a helper does it, so that no window waits."""
    with suppress(OSError):
        flush(history_path(uuid, project))


def read_history(uuid: str, project: Path, revision: int, identity: str, epsg: int) -> KeptSteps:
    """The steps that lead to the state a project file is in; none where no log was sealed on it.

    Steps made after the last save are left out, since the journal holds them, and the log is written anew.
    Only for the process that holds the project.
    """
    path = history_path(uuid, project)
    if not path.is_file():
        elsewhere = any(_folder().glob(f"{uuid}-*.jsonl"))
        return KeptSteps(why=OTHER_PLACE if elsewhere else NO_HISTORY)
    lines, seals, others = _read(path, epsg)
    if not seals:
        return KeptSteps(why=NO_HISTORY)  # looked at here, never saved
    fitting = [s for s in seals if s.get("identity") == identity and s.get("revision") == revision]
    at = fitting[-1].get("at") if fitting and identity else None
    if not isinstance(at, int) or not 0 <= at <= len(lines):
        return KeptSteps(why=OTHER_STATE)
    undo, redo = _stacks(lines[:at])
    kept = KeptSteps(tuple(undo[-STEPS:]), tuple(redo))
    if at == len(lines) == len(kept.undo) + len(kept.redo) and len(seals) + others < _MOST_SEALS:
        return kept  # as it would be written anew
    seal = {"op": "sealed", "identity": identity, "revision": revision, "at": len(kept.undo) + len(kept.redo)}
    try:
        write_whole(path, [*_lines_of(kept.undo, kept.redo), dumps(seal) + "\n"])
    except OSError:
        log.exception("the history could not be written anew")
        return KeptSteps(why=NO_HISTORY)
    return kept


def identity_of(path: Path) -> str:
    """What tells one saved state of a project file from every other: its settings and its plan's rows.

    Looking at it in another program leaves it as it is; an edit there, or a save on another computer, does
    not. Empty where the file cannot be read.
    """
    total = hashlib.blake2b(digest_size=16)
    try:
        with read_only(path) as connection:
            queries = [f"SELECT key, value FROM {META} ORDER BY key"]
            queries += ["SELECT table_name, last_change FROM gpkg_contents ORDER BY table_name"]
            queries += [f'SELECT * FROM "{role.value}" ORDER BY fid' for role in PLAN_ROLES]
            for query in queries:
                for row in connection.execute(query):
                    total.update(repr(row).encode("utf-8", "replace"))
    except (OSError, sqlite3.Error):
        log.info("a project file has no identity", exc_info=True)
        return ""
    return total.hexdigest()


def _stacks(lines: Sequence[_Line]) -> tuple[list[KeptStep], list[KeptStep]]:
    """The two stacks after some steps; nothing from before a line that cannot be read."""
    undo: list[KeptStep] = []
    redo: list[KeptStep] = []
    for line in lines:
        if line.step is None:
            undo, redo = [], []
        elif line.kind == "do":
            undo.append(line.step)
            redo.clear()
        elif line.kind == _AHEAD:
            redo.append(line.step)
        elif line.kind == "undo":
            del undo[-1:]
            redo.append(line.step)
        else:
            del redo[-1:]
            undo.append(line.step)
    return undo, redo


def _read(path: Path, epsg: int) -> tuple[list[_Line], list[dict[str, Any]], int]:
    """The steps in order, the seals, and how many lines are neither."""
    lines: list[_Line] = []
    others = 0
    seals: list[dict[str, Any]] = []
    for text in path.read_text("utf-8", "replace").split("\n")[:-1]:
        head_text, _, body = text.partition("\t")
        try:
            head = json.loads(head_text)
            kind = head["op"]
        except (ValueError, KeyError, TypeError):
            lines.append(_Line("", None))
            continue
        if kind == "sealed":
            seals.append(head)
        elif kind == "hold":
            others += 1
        else:
            is_sound = head.get("crc") == zlib.crc32(body.encode("utf-8", "replace"))
            lines.append(_Line(kind, KeptStep(str(head.get("note")), body, epsg) if is_sound else None))
    return lines, seals, others


def _lines_of(undo: Iterable[Step], redo: Iterable[Step]) -> list[str]:
    return [*(_line("do", step) for step in undo), *(_line(_AHEAD, step) for step in redo)]


def _line(kind: str, step: Step, contents: Sequence[str] = ()) -> str:
    body = body_of(step)
    head: dict[str, Any] = {"op": kind, "note": step.note, "crc": zlib.crc32(body.encode("utf-8", "replace"))}
    if contents:
        head["contents"] = list(contents)
    return f"{dumps(head)}\t{body}\n"


def contents_of(change: Change) -> list[str]:
    """The tables that a change brings: redoing needs them, and its inverse does not name them."""
    layers = [layer for layer in change.put_layers if not (layer.is_plan or layer.is_raster)]
    return [layer.reference.content_hash for layer in layers]


def _folder() -> Path:
    return paths.state_folder() / "history"
