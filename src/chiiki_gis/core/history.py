"""Undo and redo: two stacks of inverse changes."""

from __future__ import annotations

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document

STEPS = 200
"""How many gestures can be taken back."""


class History:
    """Applies changes to one document and remembers their inverses."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._undo: list[Change] = []
        self._redo: list[Change] = []

    @property
    def undo_notes(self) -> tuple[str, ...]:
        """What can be undone, oldest first."""
        return tuple(change.note for change in self._undo)

    @property
    def redo_notes(self) -> tuple[str, ...]:
        """What can be redone, next first."""
        return tuple(change.note for change in reversed(self._redo))

    def apply(self, change: Change) -> None:
        """Apply a new change; what could be redone before is gone."""
        self._undo.append(self._document.apply(change))
        del self._undo[:-STEPS]
        self._redo.clear()

    def undo(self) -> Change | None:
        """Take the last change back; returns the change that did it, None when there is none."""
        return self._step(self._undo, self._redo)

    def redo(self) -> Change | None:
        """Do the change again that was taken back last; None when there is none."""
        return self._step(self._redo, self._undo)

    def _step(self, source: list[Change], target: list[Change]) -> Change | None:
        if not source:
            return None
        change = source[-1]
        inverse = self._document.apply(change)
        source.pop()
        target.append(inverse)
        return change
