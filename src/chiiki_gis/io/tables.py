"""Single rows, shapes and pages of a reference layer, read by fid without geopandas."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import FrameRef
from chiiki_gis.core.search import search_key
from chiiki_gis.io.store import TableRef, read_only

if TYPE_CHECKING:
    from chiiki_gis.core.table import Fids

Row = tuple[Any, ...]
_HEADER_BYTES = 8
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
"""What stands before the WKB in a GeoPackage's geometry; bits 1–3 of byte 3 say which (OGC 12-128r18)."""


def read_row(reference: FrameRef, fid: int) -> Mapping[str, Any]:
    """The attributes of one feature. Raises KeyError for an unknown fid."""
    found = read_rows(reference, (fid,))
    if fid not in found:
        raise KeyError(fid)
    return dict(zip(reference.columns, found[fid], strict=True))


def read_rows(reference: FrameRef, fids: Sequence[int]) -> dict[int, Row]:
    """The attributes of some features in the order of `reference.columns`; unknown fids are left out.

    Meant for pages: some hundred fids. Neighbouring fids are read in one sweep.
    """
    if not fids:
        return {}
    first, last = min(fids), max(fids)
    if last - first < 2 * len(fids):
        tail, values = 'WHERE "fid" BETWEEN ? AND ?', [first, last]
    else:
        tail, values = f'WHERE "fid" IN ({",".join("?" * len(fids))})', list(fids)
    where = cast("TableRef", reference)
    columns = ", ".join(quoted(c) for c in ("fid", *reference.columns))
    wanted = set(fids)

    def read(path: Path, table: str) -> dict[int, Row]:
        with read_only(path) as connection:
            found = connection.execute(f"SELECT {columns} FROM {quoted(table)} {tail}", values)
            return {int(row[0]): tuple(row[1:]) for row in found if row[0] in wanted}

    try:
        return read(where.path, where.table)  # where it nearly always is: looking first takes as long
    except sqlite3.OperationalError:
        return read(*where.place())


def read_shape(reference: FrameRef, fid: int) -> Any:
    """The shapely geometry of one feature, exactly as it is stored.

    Raises KeyError for a feature that has none, and BadInput where its table cannot be read.
    """
    import shapely

    where = cast("TableRef", reference)

    def read(path: Path, table: str) -> bytes | None:
        with read_only(path) as connection:
            named = "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?"
            column = connection.execute(named, (table,)).fetchone()
            if column is None:
                raise KeyError(fid)
            query = f'SELECT {quoted(column[0])} FROM {quoted(table)} WHERE "fid" = ?'
            found = connection.execute(query, (fid,)).fetchone()
            return cast("bytes | None", found[0]) if found else None

    try:
        try:
            data = read(where.path, where.table)
        except (sqlite3.OperationalError, KeyError):
            data = read(*where.place())
    except sqlite3.Error as error:
        raise BadInput(
            f"「{where.path.name}」の図形を読めませんでした。",
            "ファイルが壊れているか、ほかのプログラムが書き込んでいます。",
            "しばらく待って、もう一度お試しください。",
        ) from error
    if data is None:
        raise KeyError(fid)
    return shapely.from_wkb(data[_HEADER_BYTES + _ENVELOPE_BYTES[data[3] >> 1 & 7] :])


def unbroken_fids(reference: FrameRef) -> Fids | None:
    """All fids, ascending, where they have no gap, which is known at once; None where they have one."""
    import numpy as np

    path, table = cast("TableRef", reference).place()
    ends = f'SELECT (SELECT min("fid") FROM {quoted(table)}), (SELECT max("fid") FROM {quoted(table)})'
    with read_only(path) as connection:
        first, last = connection.execute(ends).fetchone()
    if first is None:
        return np.empty(0, "i8")
    return np.arange(first, last + 1, dtype="i8") if last - first + 1 == reference.count else None


def values_in(reference: FrameRef, column: str) -> tuple[Any, ...]:
    """The different values of a column. Reads the whole table."""
    path, table = cast("TableRef", reference).place()
    with read_only(path) as connection:
        found = connection.execute(f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)}")
        return tuple(row[0] for row in found)


def read_names(reference: FrameRef, column: str) -> list[tuple[str, str, tuple[int, ...]]]:
    """Every text of a column that is not empty, in the order of its first feature: (text, key, fids).

    key   core.search.search_key of the text, which takes its time for many
    """
    path, table = cast("TableRef", reference).place()
    name = quoted(column)
    named: dict[str, list[int]] = {}
    with read_only(path) as connection:
        query = f'SELECT CAST({name} AS TEXT), "fid" FROM {quoted(table)} WHERE {name} <> \'\' ORDER BY "fid"'
        for text, fid in connection.execute(query):
            named.setdefault(text, []).append(int(fid))
    return [(text, search_key(text), tuple(fids)) for text, fids in named.items()]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
