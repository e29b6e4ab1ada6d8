"""Errors that a user can cause or mend, told in three Japanese sentences."""

from __future__ import annotations


class ChiikiError(Exception):
    """A problem the user can understand: what happened, why, and what to do.

    Each part is one Japanese sentence ending in 「。」.
    """

    def __init__(self, what: str, why: str, todo: str) -> None:
        super().__init__(f"{what}\n{why}\n{todo}")
        self.what = what
        self.why = why
        self.todo = todo

    def __reduce__(self) -> tuple[type[ChiikiError], tuple[str, str, str]]:
        """Pickle by the three sentences, so that a worker can send the error home."""
        return (type(self), (self.what, self.why, self.todo))


class BadInput(ChiikiError):
    """A file or an option that cannot be used as it is."""


class CrsMismatch(ChiikiError):
    """Two frames that must share a coordinate system do not."""


class Cancelled(Exception):
    """The user pressed 中止. Not an error."""
