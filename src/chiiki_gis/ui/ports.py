"""What a session needs of the helper processes and of the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from chiiki_gis.core.history import Step
from chiiki_gis.core.jobs import JobName
from chiiki_gis.core.snapshot import Snapshot

if TYPE_CHECKING:
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.io.left_over import LeftOver


class Stoppable(Protocol):
    """The part of ui.jobs.Ticket that a session needs."""

    def cancel(self) -> None:
        """Stop the job; its answer will not come. Nothing happens when it has been answered."""


class Submitter(Protocol):
    """The part of ui.jobs.Workers that a session needs."""

    def submit(
        self,
        job: JobName,
        *args: Any,
        lane: Literal["live", "import"] = "live",
        replaces: str | None = None,
        on_done: Callable[[Any], None],
        on_error: Callable[[ChiikiError], None] | None = None,
        on_progress: Callable[[int, int, str], None] | None = None,
        on_glimpse: Callable[[Any], None] | None = None,
    ) -> Stoppable:
        """Ask a helper process; the callbacks run on the UI thread."""


class JournalLike(Protocol):
    """The part of io.journal.Journal that a session needs."""

    @property
    def is_whole(self) -> bool:
        """Whether all that was written is still there."""

    def append(self, change: Step) -> None:
        """Write one applied change to disk."""

    def append_many(self, changes: Sequence[Step]) -> None:
        """Write several at once: all, or none where the disk refuses."""

    def left_over(self) -> list[LeftOver]:
        """What earlier runs left that no save holds."""

    def note_leaving(self) -> None:
        """Remember that the planner chose not to save."""

    def clear(self) -> None:
        """Forget the changes: the project file holds them."""


OpenJournal = Callable[[Snapshot, "Path | None", int, bool], JournalLike]
"""Opens the journal of the values that were opened or saved: with their file, its revision, and whether this
window may write that file."""
