"""How long work says how far it is, and learns that it should stop."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Given to every job; `step` raises Cancelled once the user has pressed 中止."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report that `done` of `total` steps are finished; `note` is Japanese."""


class Quiet:
    """A progress that nobody watches."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Accept the report and drop it."""
