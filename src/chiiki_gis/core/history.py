"""Undo and redo: two stacks of inverse changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.layer import LayerId

STEPS = 200
"""How many gestures can be taken back."""


class KeptChange(Protocol):
    """An inverse change of an earlier run, read only when it is wanted."""

    @property
    def note(self) -> str:
        """The note of the change."""

    def get(self) -> Change:
        """The change. Raises ValueError, KeyError or TypeError where it cannot be read."""


Step = Change | KeptChange


@dataclass(frozen=True)
class KeptSteps:
    """The two stacks as an earlier run left them, the next step last.

    why   where there are none: a Japanese sentence that says so and why
    """

    undo: tuple[KeptChange, ...] = ()
    redo: tuple[KeptChange, ...] = ()
    why: str = ""


NO_STEPS = KeptSteps()


class History:
    """Applies changes to one document and remembers their inverses."""

    def __init__(self, document: Document, undo: Iterable[Step] = (), redo: Iterable[Step] = ()) -> None:
        self._document = document
        self._undo: list[Step] = list(undo)[-STEPS:]
        self._redo: list[Step] = list(redo)

    @property
    def undo_notes(self) -> tuple[str, ...]:
        """What can be undone, oldest first."""
        return tuple(change.note for change in self._undo)

    @property
    def redo_notes(self) -> tuple[str, ...]:
        """What can be redone, next first."""
        return tuple(change.note for change in reversed(self._redo))

    @property
    def stacks(self) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
        """The steps that can be undone and redone, the next one last."""
        return tuple(self._undo), tuple(self._redo)

    def apply(self, change: Change) -> Change:
        """Apply a new change; what could be redone before is gone. Returns the inverse."""
        inverse = self._document.apply(change)
        self._undo.append(inverse)
        del self._undo[:-STEPS]
        self._redo.clear()
        return inverse

    def apply_at_once(self, net: Change, inverses: Iterable[Step], next_fid: Mapping[LayerId, int]) -> None:
        """Apply what several changes come to as one; each of them can be undone by its own inverse."""
        self._document.apply(net, next_fid)
        self._undo.extend(inverses)
        del self._undo[:-STEPS]
        self._redo.clear()

    def undo(self) -> tuple[Change, Change] | None:
        """Take the last change back; returns the change that did it and its inverse, None without one."""
        return self._step(self._undo, self._redo)

    def redo(self) -> tuple[Change, Change] | None:
        """Do the change again that was taken back last; like `undo`."""
        return self._step(self._redo, self._undo)

    def _step(self, source: list[Step], target: list[Step]) -> tuple[Change, Change] | None:
        if not source:
            return None
        step = source[-1]
        try:
            change = step if isinstance(step, Change) else step.get()
            inverse = self._document.apply(change)
        except (KeyError, ValueError, TypeError):
            if isinstance(step, Change):
                raise
            source.clear()  # those before it rest on it
            return None
        source.pop()
        target.append(inverse)
        return change, inverse
