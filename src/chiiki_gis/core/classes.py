"""Which class of a style a value belongs to, and the words for a range of numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from chiiki_gis.core.style import Style

if TYPE_CHECKING:
    from pandas import Series

NO_CLASS = ""
"""The class of a missing value, and of a number outside every range."""


def class_texts(values: Series, style: Style) -> list[str]:
    """The class of every value, as `Category.value` names it.

    By value: the value as text. By ranges: the number of the range, counted from 0; text that is no number
    and numbers outside the ranges have `NO_CLASS`, as missing values always do.
    """
    if not style.breaks:
        missing = values.isna().tolist()
        return [
            NO_CLASS if none else str(value) for value, none in zip(values.tolist(), missing, strict=True)
        ]
    import numpy as np

    numbers = numbers_of(values).to_numpy()
    edges = np.asarray(style.breaks)
    codes = np.searchsorted(edges, numbers, side="right") - 1
    codes[numbers == edges[-1]] = len(edges) - 2
    inside = (numbers >= edges[0]) & (numbers <= edges[-1])
    return [str(code) if is_in else NO_CLASS for code, is_in in zip(codes.tolist(), inside, strict=True)]


def numbers_of(values: Series) -> Series:
    """The values as float64; NaN where one is missing or no number (1,200 and full-width digits are)."""
    import numpy as np
    import pandas

    if values.dtype == object or pandas.api.types.is_string_dtype(values.dtype):
        values = values.astype("string").str.normalize("NFKC").str.replace(",", "", regex=False)
    numbers = (
        pandas.to_numeric(values, errors="coerce").astype("Float64").to_numpy("float64", na_value=np.nan)
    )
    return pandas.Series(np.where(np.isfinite(numbers), numbers, np.nan), index=values.index)


def range_words(breaks: Sequence[float]) -> tuple[str, ...]:
    """The words for every range, lowest first: 10 以上 20 未満."""
    words = []
    for number, (low, high) in enumerate(pairwise(breaks)):
        last = number == len(breaks) - 2
        words.append(f"{number_words(low)} 以上 {number_words(high)} {'以下' if last else '未満'}")
    return tuple(words)


def number_words(number: float) -> str:
    """A number with thousands separators and no needless zeros."""
    return f"{number:,.10g}".replace("-", "−")


def typed_breaks(text: str) -> tuple[float, ...]:
    """Ascending numbers as typed: 0、10、20 or 0, 10, 20 or 0 10 20; empty where they are not that."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("、", " ")
    parts = plain.replace(", ", " ").split()
    if len(parts) == 1:
        parts = plain.split(",")
    try:
        found = tuple(float(part.replace(",", "")) for part in parts)
    except ValueError:
        return ()
    ascending = all(a < b for a, b in pairwise(found))
    finite = all(abs(edge) < float("inf") for edge in found)
    return found if ascending and finite and len(found) > 1 else ()
