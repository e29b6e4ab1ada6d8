"""The journal: every change on disk within a second of the gesture, until the project is saved.

A journal is one file of JSON lines: what it belongs to, the plan as it was when it began, then the changes.
What an earlier run left is set aside (.kept) and stays until it has been restored or thrown away.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.history import Step
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.beside import write_whole
from chiiki_gis.io.encode import body_of, dumps, snapshot_to_json
from chiiki_gis.io.left_over import MARK, LeftOver
from chiiki_gis.io.process import birth, is_alive

VERSION = 1
"""Written into each journal. What another version wrote is read line by line, as far as it can be."""
_RUN = uuid4().hex
"""This run of the program: the number of its process will be another's one day."""


@dataclass(frozen=True)
class Orphan:
    """What the start page says of a journal that an earlier run left."""

    path: Path
    project: Path | None
    title: str
    count: int
    when: datetime
    was_left: bool


class Journal:
    """One file per project and place, holding the changes since its values were opened or saved.

    base     the values the changes start from
    shared   False for a window that may not write the project: its journal is its own
    """

    def __init__(self, base: Snapshot, project: Path | None, revision: int, shared: bool = True) -> None:
        self._base = base
        self._project = project
        self._revision = revision
        self._shared = shared
        self._is_begun = False
        self._path = journal_path(base.header.uuid, project)
        self._own = self._path.stem
        if not shared:
            self._path = _beside(self._path, self._own)

    @property
    def path(self) -> Path:
        """The journal's file; it may not exist."""
        return self._path

    @property
    def is_whole(self) -> bool:
        """False where the file has gone that this journal has written to: the folder was emptied."""
        return not self._is_begun or self._path.exists()

    def append(self, change: Step) -> None:
        """Put one change on disk. Small changes of plan layers take about a millisecond and an fsync."""
        self.append_many([change])

    def append_many(self, changes: Sequence[Step]) -> None:
        """Put several changes on disk with one fsync: all, or none where the disk refuses."""
        self._write([body_of(change) for change in changes])
        self._is_begun = True

    def note_leaving(self) -> None:
        """Remember that the planner chose not to save; nothing to remember without a change."""
        if _is_of_this_run(self._path):
            self._write([MARK])

    def read(self) -> list[Change]:
        """The changes of this run."""
        found = read_left_over(self._path)
        return list(found.changes) if found else []

    def clear(self) -> None:
        """The project has been saved. What another run wrote there meanwhile stays."""
        if _is_of_this_run(self._path):
            self._path.unlink(missing_ok=True)
        self._is_begun = False

    def left_over(self) -> list[LeftOver]:
        """What earlier runs left for this project, oldest first; set aside, so that this run begins anew.

        A window that may not write the project finds nothing: what was left belongs to the one that may.
        """
        if not self._shared:
            return []
        held = self._path if self._project is not None else None  # only its holder writes there
        for path in sorted(self._path.parent.glob(f"{self._own}*.jsonl")):
            if path == held or not is_at_work(path):
                _set_aside(path, self._own)
        paths_kept = sorted(self._path.parent.glob(f"{self._own}.*.kept"), key=_number)
        kept = (glance(path, self._base, self._revision) for path in paths_kept)
        return [one for one in kept if one and one.records]

    def _write(self, lines: Sequence[str]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._make_way()
        if not self._path.exists():
            self._begin()
        size = self._path.stat().st_size
        try:
            with self._path.open("a", encoding="utf-8") as file:
                if _was_cut(self._path):
                    file.write("\n")
                file.writelines(line + "\n" for line in lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # what got there would be there twice after the next try
                os.truncate(self._path, size)
            raise

    def _begin(self) -> None:
        """Write what the journal belongs to and begins with: whole, or not at all."""
        write_whole(self._path, [dumps(self._head()) + "\n", dumps(snapshot_to_json(self._base)) + "\n"])

    def _make_way(self) -> None:
        """Never go on with the journal of another run: set it aside, or leave it to its living writer."""
        if not self._path.exists() or _is_of_this_run(self._path):
            return
        if is_at_work(self._path):
            self._path = _beside(self._path, self._own)
            self._make_way()
        else:
            _set_aside(self._path, self._own)

    def _head(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "revision": self._revision,
            "project": str(self._project.resolve()) if self._project else None,
            "title": self._base.header.title,
            **writer(),
        }


def journal_path(uuid: str, project: Path | None) -> Path:
    """The journal's place in the state folder: by project and by where its file lies."""
    return journal_folder() / f"{place_name(uuid, project)}.jsonl"


def place_name(uuid: str, project: Path | None) -> str:
    """A name for a project at a place: a copy of it lies elsewhere and has another."""
    place = "" if project is None else str(project.resolve())
    return f"{uuid}-{hashlib.blake2b(place.encode(), digest_size=6).hexdigest()}"


def glance(path: Path, base: Snapshot | None = None, revision: int | None = None) -> LeftOver | None:
    """A journal as it lies on disk, none of its changes read; None where nothing says what it began with.

    base      the plan of a revision: for a journal of that revision whose own beginning is damaged
    A last line that was cut by a crash is left out: its gesture had never been shown as done.
    """
    try:
        lines = path.read_text("utf-8", "replace").split("\n")
        when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except OSError:
        return None
    fallback = base if _head_of(path).get("revision", -1) == revision else None
    begun = lines[1] if len(lines) > 1 else ""
    if fallback is None and not (begun.startswith("{") and begun.endswith("}")):
        return None
    return LeftOver(path, begun, tuple(filter(None, lines[2:-1])), when, fallback)


def read_left_over(path: Path, base: Snapshot | None = None, revision: int | None = None) -> LeftOver | None:
    """Like `glance`, but None also where what the journal says of its beginning cannot be read."""
    found = glance(path, base, revision)
    return found if found is not None and found.found_base is not None else None


def keep_only(left: LeftOver, changes: Sequence[Step], unread: Sequence[str] | None = None) -> None:
    """What was set aside now holds these changes alone, and what could not be read; else it goes.

    unread   those records, where they have been told apart before
    """
    unread = left.unread if unread is None else unread
    if not changes and not unread:
        throw_away(left)
        return
    if len(changes) + len(unread) == len(left.records):
        return
    head = left.path.read_text("utf-8", "replace").split("\n", 2)[:2]
    lines = [*head, *(body_of(change) for change in changes), *unread]
    if left.was_left:
        lines.append(MARK)
    write_whole(left.path, [line + "\n" for line in lines], left.when.timestamp())


def throw_away(left: LeftOver) -> None:
    """The planner does not want it."""
    left.path.unlink(missing_ok=True)


def orphans() -> list[Orphan]:
    """Every journal that an earlier run left, newest first; those of running programs are left out."""
    if not journal_folder().is_dir():
        return []
    found = (_orphan(path) for path in journal_folder().iterdir() if path.suffix in (".jsonl", ".kept"))
    return sorted((one for one in found if one and one.count), key=lambda one: one.when, reverse=True)


def journals_at(project: Path, uuid: str | None) -> list[Path]:
    """The journals of whatever project lay at a place, oldest run first: the file itself may be gone.

    uuid   the project's, where the file is there: for journals that no longer say what they belong to
    """
    if not journal_folder().is_dir():
        return []
    place = str(project.resolve())
    found = [path for path in journal_folder().iterdir() if path.suffix in (".jsonl", ".kept")]
    own = place_name(uuid, project) if uuid is not None else None
    ours = [
        path
        for path in found
        if _head_of(path).get("project") == place or (own is not None and path.name.startswith(own))
    ]
    return sorted(ours, key=lambda path: (path.suffix == ".jsonl", _number(path), path.name))


def _orphan(path: Path) -> Orphan | None:
    if path.suffix == ".jsonl" and is_at_work(path):
        return None
    try:
        lines = path.read_text("utf-8", "replace").split("\n")
        head = json.loads(lines[0])
        project, title = head["project"], str(head["title"])
        when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except (OSError, ValueError, KeyError, TypeError):
        return None
    written = [line for line in lines[2:] if line]
    count = sum(line != MARK for line in written)
    return Orphan(path, Path(project) if project else None, title, count, when, written[-1:] == [MARK])


def _set_aside(path: Path, own: str) -> None:
    """Keep a journal under a name of its own, numbered in the order of the runs, whatever the clock says."""
    last = max((_number(kept) for kept in path.parent.glob(f"{own}.*.kept")), default=0)
    path.replace(path.with_name(f"{own}.{last + 1}.kept"))


def _number(kept: Path) -> int:
    middle = kept.suffixes[-2][1:] if len(kept.suffixes) > 1 else ""
    return int(middle) if middle.isdecimal() else 0


def writer() -> dict[str, Any]:
    """What tells this run of the program from every other."""
    return {"pid": os.getpid(), "born": birth(os.getpid()), "run": _RUN}


def is_of_living(head: Mapping[str, Any]) -> bool:
    """Whether the program that wrote this is still running, and is not this one."""
    pid, born = head.get("pid"), head.get("born")
    if not isinstance(pid, int) or pid == os.getpid() or not is_alive(pid):
        return False
    now = birth(pid)
    return born is None or now is None or born == now


def is_at_work(path: Path) -> bool:
    """Whether the writer of a journal still runs, and is another program than this one."""
    return is_of_living(_head_of(path))


def _is_of_this_run(path: Path) -> bool:
    return _head_of(path).get("run") == _RUN


def _head_of(path: Path) -> dict[str, Any]:
    """What a journal says of itself; empty where it is not there or cannot be read."""
    try:
        with path.open("rb") as file:  # what follows may be damaged
            head = json.loads(file.readline())
    except (OSError, ValueError):
        return {}
    return head if isinstance(head, dict) else {}


def _beside(path: Path, own: str) -> Path:
    """The journal of this process alone."""
    return path.with_name(f"{own}.{os.getpid()}.jsonl")


def journal_folder() -> Path:
    """Where journals lie."""
    return paths.state_folder() / "journal"


def _was_cut(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
