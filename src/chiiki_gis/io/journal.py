"""The journal: every change on disk within a second of the gesture, until the project is saved."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.io.encode import change_from_json, change_to_json, dumps


class Journal:
    """One file per project and place, holding the changes since one revision, one JSON line each."""

    def __init__(self, uuid: str, project: Path | None, revision: int) -> None:
        self._revision = revision
        self._path = journal_path(uuid, project)

    @property
    def path(self) -> Path:
        """The journal's file; it may not exist."""
        return self._path

    def append(self, change: Change) -> None:
        """Put one change on disk. Small changes of plan layers take about a millisecond and an fsync."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = not self._path.exists()
        with self._path.open("a", encoding="utf-8") as file:
            if fresh:
                self._path.chmod(0o600)
                file.write(dumps({"revision": self._revision}) + "\n")
            elif _was_cut(self._path):
                file.write("\n")
            file.write(dumps(change_to_json(change)) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def read(self, epsg: int) -> list[Change]:
        """The changes since this revision; none where the journal belongs to another one.

        A line that was cut by a crash is left out: its gesture had never been shown as done.
        """
        if not self._path.is_file():
            return []
        lines = self._path.read_text("utf-8").split("\n")
        try:
            head = json.loads(lines[0])
        except ValueError:
            return []
        if head.get("revision") != self._revision:
            return []
        changes = []
        for line in lines[1:-1]:
            try:
                changes.append(change_from_json(json.loads(line), epsg))
            except ValueError:
                continue
        return changes

    def clear(self, revision: int) -> None:
        """The project has been saved as `revision`: begin anew."""
        self._path.unlink(missing_ok=True)
        self._revision = revision

    def set_aside(self) -> Path | None:
        """Keep a journal that no longer fits beside the new one; returns where, None when there is none."""
        if not self._path.is_file():
            return None
        number = 1
        while (kept := self._path.with_suffix(f".{number}.kept")).exists():
            number += 1
        self._path.replace(kept)
        return kept


def journal_path(uuid: str, project: Path | None) -> Path:
    """The journal's place in the state folder: by project and by where its file lies."""
    place = "" if project is None else str(project.resolve())
    digest = hashlib.blake2b(place.encode(), digest_size=6).hexdigest()
    return paths.state_folder() / "journal" / f"{uuid}-{digest}.jsonl"


def _was_cut(path: Path) -> bool:
    with path.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
