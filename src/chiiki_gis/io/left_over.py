"""What an earlier run left in a journal: told from its lines at once, read only where it is worked with."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from chiiki_gis.core.change import Change
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.encode import change_from_json, dumps, snapshot_from_json

MARK = dumps({"left": True})
"""The line that says: the planner chose not to save."""
_NOTE = re.compile(r'\{\s*"note":\s*("(?:[^"\\]|\\.)*")')


@dataclass(frozen=True, eq=False)
class LeftOver:
    """The changes of an earlier run that no project file holds.

    begun      the plan they were made on, as it lies there
    lines      the changes, and the marks of the planner's leaving, as they lie there
    fallback   the plan they were made on where `begun` is damaged, if it is known
    `changes`, `unread` and `base` are read when first asked for, which takes long: not on the UI thread.
    """

    path: Path
    begun: str
    lines: tuple[str, ...]
    when: datetime
    fallback: Snapshot | None = None

    @property
    def records(self) -> tuple[str, ...]:
        """The changes as they lie there, also those that cannot be read."""
        return tuple(line for line in self.lines if line != MARK)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """The notes of the records that look whole."""
        return tuple(note for note in map(_note_of, self.records) if note is not None)

    @property
    def was_left(self) -> bool:
        """True when the planner chose 「保存しない」, False when the program ended by itself."""
        told = [line for line in self.lines if line == MARK or _note_of(line) is not None]
        return told[-1:] == [MARK]

    @cached_property
    def found_base(self) -> Snapshot | None:
        """The plan they were made on; None where it cannot be read."""
        from shapely.errors import ShapelyError

        try:
            return snapshot_from_json(json.loads(self.begun))
        except (ValueError, KeyError, IndexError, TypeError, AttributeError, ShapelyError):
            return self.fallback

    @property
    def base(self) -> Snapshot:
        """The plan they were made on. Raises ValueError where it cannot be read."""
        if self.found_base is None:
            raise ValueError("nothing says what the journal began with")
        return self.found_base

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes in order."""
        return self._read[0]

    @property
    def unread(self) -> tuple[str, ...]:
        """Records as they lie there that cannot be read: damaged, or of another version of the program."""
        return self._read[1]

    @cached_property
    def _read(self) -> tuple[tuple[Change, ...], tuple[str, ...]]:
        from shapely.errors import ShapelyError

        if self.found_base is None:
            return (), self.records
        changes, unread = [], []
        for line in self.records:
            try:
                changes.append(change_from_json(json.loads(line), self.found_base.epsg))
            except (ValueError, KeyError, TypeError, AttributeError, ShapelyError):
                unread.append(line)
        return tuple(changes), tuple(unread)


def _note_of(line: str) -> str | None:
    """The note of a change as it lies there; None where the line is damaged or no change."""
    found = _NOTE.match(line)
    if found is None or not line.endswith("}"):
        return None
    try:
        return str(json.loads(found[1]))
    except ValueError:
        return None
