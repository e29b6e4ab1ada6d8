"""The first look at a file that has been read: what it is taken for and why, and how its table begins."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import one_line
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.looks import HIDDEN, FileLook, TableLook
from chiiki_gis.core.role import Role
from chiiki_gis.io.datasets import japanese_column, recognise
from chiiki_gis.io.format_table import require_file
from chiiki_gis.io.formats import ReadResult
from chiiki_gis.io.gazetteer import is_gazetteer
from chiiki_gis.io.kinds import geometry_kinds
from chiiki_gis.io.personal import asks_consent, names_a_person
from chiiki_gis.io.profiles import profile_of
from chiiki_gis.io.tabular import placing_columns
from chiiki_gis.io.vector import Table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

ROWS, COLUMNS, LETTERS = 12, 60, 80
"""So much of a table is shown."""
_KINDS = {"point": "点", "line": "線", "polygon": "面"}


def look_at(path: Path, result: ReadResult, options: ImportOptions) -> FileLook:
    """What a file holds, layer by layer, with the user's choices. Personal cells stay here."""
    tables = tuple(_table_look(table, options) for table in result.tables)
    lists = tuple(table.path for table in result.tables if is_gazetteer(_headings(table)))
    return FileLook(require_file(path).label, tables, lists if path in lists else ())


def look_at_raster(path: Path, options: ImportOptions) -> FileLook:
    """What a picture or a height grid is. Raises BadInput."""
    from chiiki_gis.io.raster import read_header

    file = read_header(path, options.epsg)
    look = TableLook(
        path.stem, options.role or file.role, path.stem, "", file.rights, "中身", 0,
        f"画像 {file.width:,}×{file.height:,}", None, "", file.epsg, file.crs_evidence,
    )  # fmt: skip
    return FileLook(require_file(path).label, (look,))


def _table_look(table: Table, options: ImportOptions) -> TableLook:
    frame = table.frame
    found = recognise(frame, table.name, options.roles.get(table.name, options.role) or table.plan_role)
    columns = [str(c) for c in frame.columns if c != frame.geometry.name][:COLUMNS]
    of_house = found.role == Role.VACANT_HOUSE
    personal = tuple(c for c in columns if names_a_person(c, of_house))
    kinds = "・".join(word for kind, word in _KINDS.items() if kind in geometry_kinds(frame))
    return TableLook(
        table.name, found.role, found.title, found.edition, found.licence, found.evidence, len(frame),
        kinds or "図形なし", table.encoding, table.encoding_evidence, table.epsg, table.crs_evidence,
        tuple(columns), personal, _head(frame, columns, personal),
        {c: word for c in columns if (word := japanese_column(c)) is not None},
        _placing(table, options.columns),
    )  # fmt: skip


def _headings(table: Table) -> list[str]:
    return [str(c) for c in table.frame.columns if c != table.frame.geometry.name]


def _head(frame: GeoDataFrame, columns: list[str], personal: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    rows = frame.head(ROWS)
    texts = [[_text(v, HIDDEN if c in personal else None) for v in rows[c]] for c in columns]
    return tuple(zip(*texts, strict=True)) if texts else ()


def _text(value: Any, instead: str | None) -> str:
    if value is None or value != value or type(value).__name__ == "NAType":
        return ""
    return instead if instead is not None else one_line(str(value)[:LETTERS])


def _placing(table: Table, said: Mapping[str, str]) -> dict[str, str] | None:
    """Which column plays which part, by what the user says, said before, or by the headings."""
    if table.format not in ("csv", "xlsx"):
        return None
    headings = _headings(table)
    if is_gazetteer(headings):
        return None
    found = placing_columns(headings, said or profile_of(headings))
    consent = next((c for c in headings if asks_consent(c)), None)
    if consent is not None:
        found.setdefault("consent", consent)
    return found
