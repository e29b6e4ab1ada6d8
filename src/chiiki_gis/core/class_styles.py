"""Styles with classes, made from the values of a column or from ranges of its numbers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from typing import Literal

from chiiki_gis.core.classes import range_words
from chiiki_gis.core.ramps import category_look
from chiiki_gis.core.style import Category, Style, Symbol

Paint = Literal["fill", "stroke"]
"""Which colour of a symbol tells classes apart: that of lines is their stroke."""


def unclassed(style: Style) -> Style:
    """One symbol for all."""
    return replace(style, class_column=None, categories=(), breaks=(), shows_others=True)


def by_values(
    style: Style,
    column: str,
    values: Sequence[str],
    known: Mapping[str, Category] | None = None,
    paint: Paint = "fill",
    words: Mapping[str, str] | None = None,
) -> Style:
    """One class per value, in the order given; a class that is known already keeps its look and its words.

    words   of values that are codes
    """
    known, words = known or {}, words or {}
    categories, number = [], 0
    for value in values:
        if value in known:
            categories.append(known[value])
            continue
        color, hatch = category_look(number)
        symbol = painted(style.symbol, color, paint)
        symbol = replace(symbol, hatch=hatch if paint == "fill" else "none")
        categories.append(Category(value, words.get(value, value), symbol))
        number += 1
    return replace(style, class_column=column, categories=tuple(categories), breaks=())


def by_ranges(
    style: Style, column: str, breaks: Sequence[float], colors: Sequence[str], paint: Paint = "fill"
) -> Style:
    """One class per range between neighbouring breaks, coloured from the lowest up.

    Words that a user gave to the n-th range stay; a class that was switched off stays off.
    """
    before = range_words(style.breaks)
    kept = {
        int(category.value): category
        for number, category in enumerate(style.categories)
        if style.breaks and number < len(before)
    }
    categories = []
    for number, (words, color) in enumerate(zip(range_words(breaks), colors, strict=True)):
        old = kept.get(number)
        label = old.label if old is not None and old.label != before[number] else words
        symbol = painted(old.symbol if old is not None else replace(style.symbol, hatch="none"), color, paint)
        categories.append(Category(str(number), label, symbol, old is None or old.visible))
    return replace(style, class_column=column, categories=tuple(categories), breaks=tuple(breaks))


def moved(style: Style, rows: Collection[int], by: Literal[-1, 1]) -> tuple[Style, tuple[int, ...]]:
    """Some classes one place up (−1) or down (1) together, and where they are then; the ends hold them.

    The first class lies on top of the map and stands first in the legend.
    """
    categories, places = list(style.categories), []
    last = 0 if by < 0 else len(categories) - 1
    for row in sorted(rows, reverse=by > 0):
        place = row if row == last else row + by
        categories[row], categories[place] = categories[place], categories[row]
        places.append(place)
        last = place - by if place == last else last
    return replace(style, categories=tuple(categories)), tuple(sorted(places))


def painted(symbol: Symbol, color: str, paint: Paint) -> Symbol:
    """The symbol in another colour."""
    return replace(symbol, fill=color) if paint == "fill" else replace(symbol, stroke=color)


def fitting(style: Style, columns: Collection[str]) -> Style:
    """The style without classes and labels of columns that are not there."""
    if style.label_column not in columns:
        style = replace(style, label_column=None)
    return style if style.class_column in columns else unclassed(style)


def followed(tried: Style, before: Style, now: Style) -> Style:
    """A style being tried, with what was changed in the plan meanwhile, from `before` to `now`.

    Classes that were tried stay, but those whose visibility was switched are switched here too.
    """
    values = {
        field.name: getattr(now, field.name)
        for field in fields(Style)
        if field.name not in _CLASSING and getattr(now, field.name) != getattr(before, field.name)
    }
    if _classing(tried) == _classing(before):
        values |= {name: getattr(now, name) for name in _CLASSING}
    else:
        seen = {category.value: category.visible for category in before.categories}
        switched = {c.value: c.visible for c in now.categories if seen.get(c.value, c.visible) != c.visible}
        values["categories"] = tuple(
            replace(category, visible=switched.get(category.value, category.visible))
            for category in tried.categories
        )
    return replace(tried, **values)


_CLASSING = ("class_column", "categories", "breaks")


def _classing(style: Style) -> list[object]:
    return [getattr(style, name) for name in _CLASSING]
