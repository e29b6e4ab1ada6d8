"""空間ブックマーク: views worth coming back to, kept with the plan as the fact `bookmarks`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue

KEY = "bookmarks"
"""A fact of the program's own: 計画の事実 does not show it, and no export writes it."""


@dataclass(frozen=True)
class Bookmark:
    """A view by name.

    center   east and north of its middle in project CRS
    scale    denominator on the screen
    """

    name: str
    center: tuple[float, float]
    scale: float


def bookmarks_of(facts: Mapping[str, FactValue]) -> tuple[Bookmark, ...]:
    """The bookmarks of a plan in the order they were made."""
    kept = cast("list[dict[str, Any]]", facts.get(KEY, []))
    return tuple(
        Bookmark(str(b["name"]), (float(b["center"][0]), float(b["center"][1])), float(b["scale"]))
        for b in kept
    )


def add_bookmark(facts: Mapping[str, FactValue], bookmark: Bookmark) -> Change:
    """One bookmark more; a name that is taken gets a number."""
    known = bookmarks_of(facts)
    name = free_name(known, bookmark.name)
    return _change(f"ブックマーク「{name}」を追加", (*known, replace(bookmark, name=name)))


def rename_bookmark(facts: Mapping[str, FactValue], index: int, name: str) -> Change:
    """Another name for the bookmark at a position; empty where it has that name already."""
    known = list(bookmarks_of(facts))
    old = known.pop(index)
    if name == old.name:
        return Change("")
    name = free_name(known, name)
    known.insert(index, replace(old, name=name))
    return _change(f"ブックマーク「{old.name}」を「{name}」に変更", known)


def drop_bookmark(facts: Mapping[str, FactValue], index: int) -> Change:
    """Take the bookmark at a position away."""
    known = list(bookmarks_of(facts))
    return _change(f"ブックマーク「{known.pop(index).name}」を削除", known)


def free_name(known: tuple[Bookmark, ...] | list[Bookmark], wanted: str) -> str:
    """The name, with a number behind it where another bookmark has it."""
    taken, name, number = {bookmark.name for bookmark in known}, wanted, 2
    while name in taken:
        name, number = f"{wanted} ({number})", number + 1
    return name


def _change(note: str, bookmarks: tuple[Bookmark, ...] | list[Bookmark]) -> Change:
    plain: list[object] = [{**asdict(b), "center": list(b.center)} for b in bookmarks]
    return Change(note, facts={KEY: plain or None})
