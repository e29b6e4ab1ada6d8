"""What the window tells the planner: what happened, why, what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from chiiki_gis.core.errors import ChiikiError

Level = Literal["done", "info", "warning", "error"]


@dataclass(frozen=True)
class Notice:
    """One banner.

    details  Japanese sentences behind 「詳細」
    button   a verb, and what pressing it does
    other_button   a second one; such a notice is not pushed away by newer ones
    picture  asks for a small picture (PNG); what it is given is called with it when it is there
    """

    what: str
    why: str = ""
    todo: str = ""
    level: Level = "info"
    details: tuple[str, ...] = ()
    button: str = ""
    press: Callable[[], object] | None = None
    other_button: str = ""
    press_other: Callable[[], object] | None = None
    picture: Callable[[Callable[[bytes], None]], object] | None = None


def of_error(error: ChiikiError) -> Notice:
    """The banner of an error that the user can mend."""
    return Notice(error.what, error.why, error.todo, "error")
