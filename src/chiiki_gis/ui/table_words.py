"""Columns of the attribute table: what their headers say, and what a typed text is stored as."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import COLUMNS, KINDS, WORKS, Column, ColumnType, Role
from chiiki_gis.core.table import Kind, TableColumn, number_of
from chiiki_gis.io.datasets import japanese_column
from chiiki_gis.rules.load import rule_table
from chiiki_gis.ui.words import COLUMN_WORDS

HIDDEN = frozenset({"scenario", "personal", "photos"})
COMPUTED = frozenset({"building_id", "parts", "site_fid", "vacant_house_fid"})
REQUIRED = frozenset({"name", "kind", "use_class", "use_floor_m2", "works"})
_UNIT = re.compile(r"\s*(m2|m²|平米|平方メートル|階|F|号|番|件)$")
_KINDS: dict[ColumnType, Kind] = {
    "text": "text",
    "json": "text",
    "number": "quantity",
    "integer": "number",
    "flag": "flag",
}


def plan_columns(role: Role) -> tuple[TableColumn, ...]:
    """The columns of a plan table that are shown."""
    return tuple(
        TableColumn(c.name, c.japanese, _KINDS[c.type], choices_of(c))
        for c in COLUMNS[role]
        if c.name not in HIDDEN
    )


def reference_columns(layer: Layer, kinds: Mapping[str, Kind]) -> tuple[TableColumn, ...]:
    """The columns of a reference table that are shown; text where the kind is not known yet."""
    return tuple(
        TableColumn(name, COLUMN_WORDS.get(name) or japanese_column(name) or name, kinds.get(name, "text"))
        for name in layer.columns
        if name not in HIDDEN
    )


def choices_of(column: Column) -> Mapping[str, str] | None:
    """Stored value → words, for the columns that have a fixed set."""
    if column.name == "kind":
        return KINDS
    if column.name == "works":
        return WORKS
    if column.name in ("use_class", "part_class"):
        return {c.id: c.name for c in rule_table().classes.values()}
    return None


def from_words(column: TableColumn, text: str) -> object:
    """What a typed text is stored as; empty means unknown. Raises ValueError where it does not fit.

    Numbers may be full-width and have separators and a unit (120㎡, ２階, 3号). A choice is named by its
    word.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return None
    if column.words is not None:
        for key, word in column.words.items():
            if plain in (key, unicodedata.normalize("NFKC", word)):
                return key
        raise ValueError(text)
    if column.kind in ("number", "quantity"):
        number = number_of(_UNIT.sub("", plain))
        if not 0 <= number < 1e9 or (column.kind == "number" and not number.is_integer()):
            raise ValueError(text)
        return int(number) if column.kind == "number" else number
    return text.strip()


def why_refused(column: TableColumn, text: str) -> str:
    """Why a text is not taken into a column, in Japanese."""
    if column.name in COMPUTED:
        return "プログラムが決める列です"
    if column.words is not None:
        return f"「{text}」は選べる言葉にありません"
    return f"「{text}」は{'0以上の整数' if column.kind == 'number' else '0以上の数'}ではありません"
