"""What a table of features shows, and how its rows are chosen and put in order. Plain values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Fids = NDArray[np.int64]
    """Features in the order of the table."""

Kind = Literal["text", "number", "quantity", "flag"]
"""number: whole numbers, which may be codes and are never summed; quantity: measured or counted."""

Test = Literal["contains", "equals", "at_least", "at_most", "empty", "filled"]

TEST_WORDS: dict[Test, str] = {
    "contains": "を含む",
    "equals": "と等しい",
    "at_least": "以上",
    "at_most": "以下",
    "empty": "空である",
    "filled": "空でない",
}

YES, NO = "はい", "いいえ"

_NEVER_SUMMED = re.compile(
    r"コード|code|番号|番地|記号|区分|種別|階層|年|月|緯度|経度|座標|標高|率|密度|順位|(^|_)(id|no|lat|lon|lng|x|y)$",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"人口|世帯|人数|戸数|棟数|件数|箇所数|台数|面積|延長|距離|金額|価格|地価|費用|㎡|m2|"
    r"jinko|setai|menseki|area|popul|household|length",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    title  what its header says
    words  stored value → word, for columns with a fixed set; None for all others
    """

    name: str
    title: str
    kind: Kind = "text"
    words: Mapping[str, str] | None = None


@dataclass(frozen=True)
class ColumnFilter:
    """One condition on a column; `value` is as the user typed it, unused for empty and filled."""

    column: str
    test: Test
    value: str = ""


@dataclass(frozen=True)
class TableQuery:
    """Which rows, and in what order.

    text     must occur in some column; "" for all rows
    filters  must all hold
    sort     column name, None for the order of the layer; empty cells come last either way
    """

    text: str = ""
    filters: tuple[ColumnFilter, ...] = ()
    sort: str | None = None
    descending: bool = False

    @property
    def keeps_all(self) -> bool:
        """True when no row is filtered out."""
        return not self.text and not self.filters


@dataclass(frozen=True)
class ColumnSums:
    """Figures of one quantity over some rows; None where no cell is filled.

    filled  cells that hold a number; mean is over these only
    """

    filled: int
    total: float | None
    mean: float | None
    least: float | None
    most: float | None


@dataclass(frozen=True, eq=False)
class TableOut:
    """What of a table shall leave the program.

    columns  those the user can see, in their order
    fids     rows, in their order
    ticked   the columns the user has chosen; None where nobody was asked, and then those leave that may
    """

    columns: tuple[TableColumn, ...]
    fids: Fids
    ticked: frozenset[str] | None = None


@dataclass(frozen=True)
class CopiedRows:
    """Rows for the clipboard, as text and as HTML, and what the user should know of them."""

    text: str
    html: str
    count: int
    notes: tuple[str, ...] = ()


def is_quantity(name: str, has_fraction: bool) -> bool:
    """Whether the numbers of a column may be summed.

    Whole numbers are codes (N03_007, A29_004) as often as counts, so that they must be called by a word for
    something counted; numbers with fractions are measured unless their name says that they are a place, a
    rate or a year.
    """
    if _COUNTED.search(name):
        return True
    return has_fraction and not _NEVER_SUMMED.search(name)


def number_of(text: str) -> float:
    """The number a user typed; full-width digits and thousands separators are accepted. Raises ValueError."""
    number = float(unicodedata.normalize("NFKC", text).replace(",", "").strip())
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def is_missing(value: object) -> bool:
    """True for None, NaN and pandas' NA."""
    return value is None or type(value).__name__ == "NAType" or value != value


def in_words(column: TableColumn, value: object) -> object:
    """A stored value with codes and flags replaced by their words; None where nothing is stored."""
    if is_missing(value) or value == "":
        return None
    if column.kind == "flag":
        return YES if value in (True, 1, "1", "True", "true") else NO
    if column.words is not None:
        return column.words.get(str(value), str(value))
    return value


def cell_text(column: TableColumn, value: object, whole: bool = False) -> str:
    """A cell as the table shows it: quantities with separators, codes without, nothing for an empty one.

    whole   with every decimal of a quantity, as it is edited and filtered by
    """
    word = in_words(column, value)
    if word is None:
        return ""
    if column.kind == "quantity":
        try:
            number = float(str(word))
        except ValueError:
            return str(word)
        return f"{number:,}".removesuffix(".0") if whole else figure(number)
    if isinstance(word, float):
        return f"{word:.15g}"
    return str(word)


def figure(number: float) -> str:
    """A quantity with thousands separators, to three decimals, or three digits where it is below one."""
    if abs(number) < 1:
        return f"{number:.3g}"
    return f"{number:,.3f}".rstrip("0").rstrip(".")
