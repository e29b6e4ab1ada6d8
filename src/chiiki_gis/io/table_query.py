"""Sorting, filtering and summing a table of attributes with SQLite, without reading a geometry."""

from __future__ import annotations

import sqlite3
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import Cancelled
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.table import (
    NO,
    YES,
    ColumnFilter,
    ColumnSums,
    Kind,
    TableColumn,
    TableQuery,
    is_quantity,
    number_of,
)
from chiiki_gis.io.store import TableRef, read_only
from chiiki_gis.io.tables import quoted

if TYPE_CHECKING:
    from chiiki_gis.core.table import Fids

QUIET = Quiet()
_SAMPLE = 500
_STEPS = 2_000_000
"""SQLite looks every so many steps (some 0.1 s) whether it shall stop."""

_NUMBERS = ("REAL", "DOUBLE", "FLOAT", "NUMERIC", "DECIMAL")


@dataclass(frozen=True)
class Source:
    """A table that can be asked.

    table    its name, quoted; it has a column fid
    numbers  the columns that hold numbers or NULL and never text
    """

    connection: sqlite3.Connection
    table: str
    numbers: frozenset[str] = frozenset()


@contextmanager
def stored(reference: TableRef, progress: Progress = QUIET) -> Iterator[Source]:
    """The table of a reference. Raises Cancelled in the middle of a query when the job is told to stop."""
    path, table = reference.place()
    with read_only(path) as connection:
        stopped: list[Cancelled] = []

        def look() -> int:
            try:
                progress.step(0, 0, "表を調べています")
            except Cancelled as cancelled:
                stopped.append(cancelled)
            return len(stopped)

        connection.set_progress_handler(look, _STEPS)
        try:
            declared = _declared(connection, quoted(table))
            yield Source(
                connection, quoted(table), frozenset(n for n, t in declared.items() if _is_numeric(t))
            )
        except sqlite3.OperationalError:
            if stopped:
                raise stopped[0] from None
            raise


@contextmanager
def in_memory(columns: Sequence[TableColumn], rows: Mapping[int, Sequence[object]]) -> Iterator[Source]:
    """A small table at hand: values in words and numbers, in the order of `columns`."""
    connection = sqlite3.connect(":memory:")
    try:
        names = ", ".join(quoted(c.name) for c in columns)
        connection.execute(f'CREATE TABLE rows ("fid" INTEGER PRIMARY KEY, {names})')
        marks = ",".join("?" * (len(columns) + 1))
        connection.executemany(f"INSERT INTO rows VALUES ({marks})", ((f, *row) for f, row in rows.items()))
        yield Source(connection, "rows")
    finally:
        connection.close()


def arranged(source: Source, columns: Sequence[TableColumn], query: TableQuery) -> Fids:
    """The fids of the rows that a query asks for, in its order.

    Numbers sort as numbers, text by Unicode, equal values by fid; empty cells come last either way.
    Raises ValueError for a filter value that is no number where one is needed.
    """
    import numpy as np

    where, values = _where(source, columns, query)
    order = '"fid"'
    sorting = next((c for c in columns if c.name == query.sort), None)
    if sorting is not None:
        key = _value(source, sorting)
        order = f"{key} {'DESC' if query.descending else 'ASC'} NULLS LAST, {order}"
    asked = f'SELECT "fid" FROM {source.table} WHERE {where} ORDER BY {order}'
    found = source.connection.execute(asked, values)
    return np.fromiter((row[0] for row in found), dtype="i8")


def summed(
    source: Source, columns: Sequence[TableColumn], query: TableQuery, fids: Fids | None = None
) -> dict[str, ColumnSums]:
    """The figures of every quantity, by column: over some rows, or over all that a query asks for.

    Empty cells and words count as no number, not as 0.
    """
    quantities = [c for c in columns if c.kind == "quantity"]
    if not quantities:
        return {}
    where, values = _where(source, columns, query)
    if fids is not None:
        source.connection.execute("CREATE TEMP TABLE chosen (fid INTEGER PRIMARY KEY)")
        source.connection.executemany(
            "INSERT OR IGNORE INTO chosen VALUES (?)", ((f,) for f in fids.tolist())
        )
        where, values = '"fid" IN (SELECT fid FROM chosen)', []
    parts = []
    for column in quantities:
        x = _value(source, column)
        parts.append(f"count({x}), total({x}), min({x}), max({x})")
    asked = f"SELECT {', '.join(parts)} FROM {source.table} WHERE {where}"
    row = source.connection.execute(asked, values).fetchone()
    found = {}
    for number, column in enumerate(quantities):
        filled, total, least, most = row[4 * number : 4 * number + 4]
        empty = filled == 0
        found[column.name] = ColumnSums(
            filled, None if empty else total, None if empty else total / filled, least, most
        )
    return found


@lru_cache(maxsize=64)
def column_kinds(reference: TableRef) -> Mapping[str, Kind]:
    """What the columns of a table hold, by their declared types and by what is written in them.

    A text column in which every filled cell is a plain number without leading zeros (as a CSV gives them) is
    one of numbers; "0123" makes it text. `core.table.is_quantity` says which numbers may be summed.
    """
    with stored(reference) as source:
        connection, table = source.connection, source.table
        declared = _declared(connection, table)
        kinds: dict[str, Kind] = dict.fromkeys(reference.columns, "text")
        kinds |= {name: "flag" for name in kinds if declared.get(name) == "BOOLEAN"}
        numeric = [name for name in kinds if name in source.numbers and kinds[name] != "flag"]
        texts = [name for name in kinds if declared.get(name, "").startswith("TEXT")]
        texts = _numeric_texts(connection, f"(SELECT * FROM {table} LIMIT {_SAMPLE})", texts)
        texts = _numeric_texts(connection, table, texts)
        fractions = _have_fractions(connection, table, [*numeric, *texts])
    for name in (*numeric, *texts):
        kinds[name] = "quantity" if is_quantity(name, fractions[name]) else "number"
    return kinds


def _numeric_texts(connection: sqlite3.Connection, table: str, names: Sequence[str]) -> list[str]:
    """The text columns with at least one number and nothing but numbers. Stops at the first other text."""
    found = []
    for name in names:
        c, plain = quoted(name), f"ltrim({quoted(name)}, '-')"
        odd = (
            f"{c} GLOB '*[^0-9.-]*' OR {plain} GLOB '*-*' OR {c} GLOB '--*' OR {plain} GLOB '*.*.*'"
            f" OR {plain} GLOB '.*' OR {plain} GLOB '*.' OR {plain} = '' OR {plain} GLOB '0[0-9]*'"
        )
        wrong = f"({c} GLOB '*[^0-9]*' AND ({odd})) OR {c} GLOB '0[0-9]*' OR length({c}) > 16"
        asked = (
            f"SELECT EXISTS (SELECT 1 FROM {table} WHERE {c} <> ''),"
            f" EXISTS (SELECT 1 FROM {table} WHERE {c} <> '' AND ({wrong}))"
        )
        filled, has_wrong = connection.execute(asked).fetchone()
        if filled and not has_wrong:
            found.append(name)
    return found


def _have_fractions(connection: sqlite3.Connection, table: str, names: Sequence[str]) -> dict[str, bool]:
    if not names:
        return {}
    parts = [f"max(CAST({quoted(n)} AS REAL) <> round(CAST({quoted(n)} AS REAL)))" for n in names]
    row = connection.execute(f"SELECT {', '.join(parts)} FROM {table}").fetchone()
    return {name: bool(found) for name, found in zip(names, row, strict=True)}


def _declared(connection: sqlite3.Connection, table: str) -> dict[str, str]:
    return {str(row[1]): str(row[2]).upper() for row in connection.execute(f"PRAGMA table_info({table})")}


def _is_numeric(declared: str) -> bool:
    return declared.startswith(_NUMBERS) or "INT" in declared or declared == "BOOLEAN"


def _value(source: Source, column: TableColumn) -> str:
    """SQL for a cell's value to sort and compare by; NULL for an empty one."""
    c = quoted(column.name)
    if column.name in source.numbers:
        return c
    if column.kind in ("number", "quantity"):
        return f"CAST(nullif({c}, '') AS REAL)"
    return f"nullif({c}, '')"


def _shown(source: Source, column: TableColumn) -> str:
    """SQL for a cell's words to look in."""
    c = quoted(column.name)
    if column.kind == "flag":
        return f"CASE {c} WHEN 1 THEN '{YES}' WHEN 0 THEN '{NO}' ELSE {c} END"
    if column.kind == "quantity":
        x = _value(source, column)
        return f"printf('%.3f %!.15g', {x}, {x})"
    return f"CAST({c} AS TEXT)"


def _where(source: Source, columns: Sequence[TableColumn], query: TableQuery) -> tuple[str, list[Any]]:
    terms: list[str] = ["1"]
    values: list[Any] = []
    if query.text and columns:
        found = [_contains(source, column, query.text) for column in columns]
        terms.append(" OR ".join(term for term, _ in found))
        values.extend(v for _, some in found for v in some)
    known = {c.name: c for c in columns}
    for condition in query.filters:
        if condition.column in known:
            term, some = _condition(source, known[condition.column], condition)
            terms.append(term)
            values.extend(some)
    return " AND ".join(f"({term})" for term in terms), values


def _condition(source: Source, column: TableColumn, condition: ColumnFilter) -> tuple[str, list[Any]]:
    value = _value(source, column)
    match condition.test:
        case "empty":
            return f"{value} IS NULL", []
        case "filled":
            return f"{value} IS NOT NULL", []
        case "contains":
            return _contains(source, column, condition.value)
        case "equals" if column.kind in ("text", "flag"):
            words = f"{_shown(source, column)} IN (?, ?)"
            return words, [condition.value, unicodedata.normalize("NFKC", condition.value)]
        case "equals":
            return f"{value} = ?", [number_of(condition.value)]
        case "at_least":
            return f"{value} >= ?", [number_of(condition.value)]
        case "at_most":
            return f"{value} <= ?", [number_of(condition.value)]


def _contains(source: Source, column: TableColumn, text: str) -> tuple[str, list[Any]]:
    """Looks for the text as typed and with half-width letters and digits; in numbers without separators."""
    plain = unicodedata.normalize("NFKC", text)
    if column.kind == "quantity":
        plain = plain.replace(",", "")
    patterns = dict.fromkeys((_pattern(text), _pattern(plain)))
    term = " OR ".join([f"{_shown(source, column)} LIKE ? ESCAPE '\\'"] * len(patterns))
    return f"({term})", list(patterns)


def _pattern(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return f"%{text}%"
