"""How long work says how far it is, and learns that it should stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chiiki_gis.core.jobs import Glimpse
    from chiiki_gis.core.looks import FileLook


class Progress(Protocol):
    """Given to every job; `step` raises Cancelled once the user has pressed 中止."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Report that `done` of `total` steps are finished; `note` is Japanese."""

    def show(self, glimpse: Glimpse | FileLook) -> None:
        """Hand over something to look at until the answer is there."""


class Quiet:
    """A progress that nobody watches."""

    def step(self, done: int, total: int, note: str = "") -> None:
        """Accept the report and drop it."""

    def show(self, glimpse: Glimpse | FileLook) -> None:
        """Accept the glimpse and drop it."""
