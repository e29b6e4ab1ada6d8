"""The plan as one Excel file or as CSV files: a table a layer, nothing that runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.cells import Cell, plain
from chiiki_gis.export.dictionary import csv_bytes
from chiiki_gis.export.field_book import book_tables, field_sheet
from chiiki_gis.export.outgoing import VerdictLike, export_frames
from chiiki_gis.export.pinned import pin_workbook
from chiiki_gis.export.place import require_place
from chiiki_gis.export.plain_rows import PlainRows, plain_rows
from chiiki_gis.export.staging import ExportResult, Reread, put_in_place, staging
from chiiki_gis.export.verify import NotTheSame
from chiiki_gis.export.workbook import (
    EXCEL_CHARACTERS,
    EXCEL_ROWS,
    SheetOut,
    excel_text,
    sheet_title,
    write_workbook,
)

FILE_NAME = "plan.xlsx"
_DIGITS = 15
"""Significant digits of a number in Excel."""
_WIDTH = 16.0


def export_xlsx(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    stamp: date | None = None,
    with_consented_houses: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the plan's tables into one Excel file: a sheet a layer, then 属性定義 and 出典.

    target   a folder, or a file ending in .xlsx
    stamp    the date of making, today by default; equal values and stamp give equal bytes
    Numbers have the 15 digits that Excel keeps. Raises BadInput where it cannot be written or a table is too
    long for Excel, NotTheSame when the file read again holds other cells; an existing file then stays.
    """
    progress = progress or Quiet()
    path = target if target.suffix.lower() == ".xlsx" else target / FILE_NAME
    require_place(path, ".xlsx")
    layers, notes = export_frames(values, verdicts, with_consented_houses=with_consented_houses)
    tables = [plain_rows(layer) for layer in layers]
    sheets = [SheetOut(_title(t, tables), t.head, [_WIDTH] * len(t.head), _fitting(t)) for t in tables]
    sheets += [
        field_sheet(book_tables(layers)),
        SheetOut("出典", ("レイヤ", "出典"), (28, 70), _sources(values, tables)),
    ]
    with staging(path.parent) as stage:
        progress.step(0, 1, "Excelのファイルを書き出しています")
        write_workbook(stage / path.name, sheets)
        pin_workbook(stage / path.name, stamp or date.today())
        _verify_workbook(stage / path.name, sheets)
        files = put_in_place(stage, [path.name], path.parent)
    reread = tuple(Reread(path.name, x.title, len(x.frame)) for x in layers)
    return ExportResult(files, notes, reread)


def export_csv(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    with_consented_houses: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write one CSV file a layer into a folder: UTF-8 with a mark, as Excel reads it.

    A text that a spreadsheet would run begins with an apostrophe. Raises BadInput where the folder cannot be
    written, NotTheSame when a file read again differs; existing files then stay.
    """
    progress = progress or Quiet()
    layers, notes = export_frames(values, verdicts, with_consented_houses=with_consented_houses)
    names = []
    with staging(target) as stage:
        for done, layer in enumerate(layers):
            progress.step(done, len(layers), f"「{layer.title}」を書き出しています")
            table = plain_rows(layer)
            rows = [[plain(cell) for cell in row] for row in table.rows]
            name = f"{layer.table}.csv"
            (stage / name).write_bytes(csv_bytes(table.head, rows))
            _verify_csv(stage / name, [list(table.head), *rows], layer.title)
            names.append(name)
        files = put_in_place(stage, names, target)
    reread = tuple(Reread(f"{x.table}.csv", x.title, len(x.frame)) for x in layers)
    return ExportResult(files, notes, reread)


def _title(table: PlainRows, tables: Sequence[PlainRows]) -> str:
    """A sheet's name, unique in the file whatever the case of its letters."""
    wanted = sheet_title(table.layer.title)
    twins = [t for t in tables if sheet_title(t.layer.title).casefold() == wanted.casefold()]
    if len(twins) == 1 and wanted not in ("属性定義", "出典"):
        return wanted
    return f"{wanted[:20]}_{table.layer.table[-9:]}"


def _fitting(table: PlainRows) -> list[list[Cell]]:
    """The rows as Excel keeps them: numbers of 15 digits. Raises BadInput for what it would cut."""
    title, count = table.layer.title, len(table.rows)
    if count + 1 > EXCEL_ROWS:
        raise _no_room(title, f"{count:,}行あり、Excelの上限（{EXCEL_ROWS - 1:,}行）を超えています。")
    for row in table.rows:
        for cell in row:
            if isinstance(cell, str) and len(cell) > EXCEL_CHARACTERS:
                raise _no_room(title, f"{EXCEL_CHARACTERS:,}字を超える文（{cell[:12]}…）があります。")
    return [
        [float(f"{cell:.{_DIGITS}g}") if isinstance(cell, float) else cell for cell in row]
        for row in table.rows
    ]


def _no_room(title: str, why: str) -> BadInput:
    return BadInput(
        f"「{title}」をExcelに書き出せませんでした。", why, "形式に「GeoPackage」か「CSV」を選んでください。"
    )


def _sources(values: Snapshot, tables: Iterable[PlainRows]) -> list[tuple[str, str]]:
    return [(t.layer.title, t.layer.source or f"{values.header.title}作成") for t in tables]


def _verify_workbook(path: Path, sheets: Sequence[SheetOut]) -> None:
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True)
    try:
        for sheet, out in zip(book.worksheets, sheets, strict=True):
            read = [list(row) for row in sheet.iter_rows(values_only=True)]
            for found, row in zip(read, (out.head, *out.rows), strict=True):
                wanted = [excel_text(v) or None if isinstance(v, str) else v for v in row]
                if found + [None] * (len(wanted) - len(found)) != wanted:
                    raise _differs(out.title)
    except ValueError as error:
        raise _differs(path.name) from error
    finally:
        book.close()


def _verify_csv(path: Path, rows: list[list[str]], title: str) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        if list(csv.reader(file)) != rows:
            raise _differs(title)


def _differs(title: str) -> NotTheSame:
    return NotTheSame(
        f"「{title}」を書き出しませんでした。",
        "書いたファイルを読み直したところ、値が変わっています。",
        "もう一度書き出し、続くときは別の形式を選んでください。",
    )
