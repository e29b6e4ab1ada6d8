"""Single rows and pages of a reference layer, read by fid without geopandas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from chiiki_gis.core.layer import FrameRef
from chiiki_gis.io.store import TableRef, read_only


def read_row(reference: FrameRef, fid: int) -> Mapping[str, Any]:
    """The attributes of one feature. Raises KeyError for an unknown fid."""
    rows = _query(reference, 'WHERE "fid" = ?', (fid,))
    if not rows:
        raise KeyError(fid)
    return rows[0][1]


def read_page(reference: FrameRef, after: int, count: int) -> Sequence[tuple[int, Mapping[str, Any]]]:
    """Up to `count` rows with fid > `after`, ascending: (fid, attributes)."""
    return _query(reference, 'WHERE "fid" > ? ORDER BY "fid" LIMIT ?', (after, count))


def _query(reference: FrameRef, tail: str, values: tuple[int, ...]) -> list[tuple[int, Mapping[str, Any]]]:
    path, table = cast("TableRef", reference).place()
    columns = ", ".join(quoted(c) for c in ("fid", *reference.columns))
    with read_only(path) as connection:
        found = connection.execute(f"SELECT {columns} FROM {quoted(table)} {tail}", values)
        return [(int(row[0]), dict(zip(reference.columns, row[1:], strict=True))) for row in found]


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
