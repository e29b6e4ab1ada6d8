"""Rows of a table that leave: to the clipboard, to Excel, to CSV. Personal columns stay behind."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import CopiedRows, TableColumn, TableOut, in_words, is_missing
from chiiki_gis.export.cells import Cell, html_table, plain, tab_separated
from chiiki_gis.export.cp932 import foreign_units, proposal, replaced
from chiiki_gis.export.gate import CONSENT_BASIS, PERSONAL, HeldBack, record
from chiiki_gis.export.privacy import leaving, locked_columns, may_leave
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.workbook import (
    CREATOR,
    EXCEL_CHARACTERS,
    EXCEL_ROWS,
    excel_text,
    set_text,
    sheet_title,
)
from chiiki_gis.io.tables import read_rows, values_in

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

TableFormat = Literal["xlsx", "csv", "csv_cp932"]
_CHUNK = 500
_WIDEST = 40
_PRIVATE = re.compile("[\ue000-\uf8ff]")
QUIET = Quiet()


class _Leaving:
    """The columns and rows of a table that may leave; notes what else the rows hold, and which rows stay."""

    def __init__(self, layer: Layer, out: TableOut) -> None:
        marks = values_in(layer.reference, "personal") if "personal" in layer.columns else ()
        locked = locked_columns(marks)
        fate = {c.name: leaving(layer.role, c.name, locked) for c in out.columns}
        wanted = {n for n, f in fate.items() if f == "open"} if out.ticked is None else out.ticked
        stays = {n for n, f in fate.items() if f == "locked" or n not in wanted}
        self.columns = tuple(c for c in out.columns if c.name not in stays)
        self._locked = [c for c in out.columns if fate[c.name] == "locked"]
        unasked = [c for c in out.columns if fate[c.name] == "asked"]
        self._unasked = unasked if out.ticked is None else []
        self._filled: set[str] = set()
        self._held_back = 0
        self._layer, self._fids = layer, out.fids

    def rows(self, progress: Progress = QUIET) -> Iterator[list[Cell]]:
        """The cells of one row after the other."""
        names = self._layer.columns
        places = [names.index(column.name) for column in self.columns]
        staying = {c.name: names.index(c.name) for c in (*self._locked, *self._unasked)}
        consent = names.index("consent") if "consent" in names else None
        total = len(self._fids)
        for start in range(0, total, _CHUNK):
            progress.step(start, total, f"「{self._layer.name}」の表を書き出しています")
            fids = self._fids[start : start + _CHUNK].tolist()
            found = _read(self._layer, fids)
            for fid in fids:
                row = found.get(fid)
                if row is None:
                    continue
                if not may_leave(self._layer.role, None if consent is None else row[consent]):
                    self._held_back += 1
                    continue
                self._filled.update(name for name, n in staying.items() if not is_missing(row[n]))
                yield [_cell(c, row[n]) for c, n in zip(self.columns, places, strict=True)]

    def held(self) -> tuple[HeldBack, ...]:
        """The same as counts, for the record."""
        stayed = (
            HeldBack("個人情報の列", len(self._locked), PERSONAL),
            HeldBack("選ばれていない列", len(self._unasked), "選ばれていません"),
            HeldBack("同意のない空き家", self._held_back, CONSENT_BASIS),
        )
        return tuple(one for one in stayed if one.count)

    def notes(self) -> list[str]:
        """What stayed behind, in Japanese; complete once the rows have been taken."""
        notes = []
        personal = [c.title for c in self._locked if c.name in self._filled]
        unasked = [c.title for c in self._unasked if c.name in self._filled]
        if personal:
            notes.append(f"個人情報を守るため、「{'」「'.join(personal)}」の列は含めていません。")
        if unasked:
            notes.append(
                f"「{'」「'.join(unasked)}」の列は含めていません。"
                "必要なときは「書き出し」の画面で列を選んでください。"
            )
        if self._held_back:
            notes.append(f"本人の同意のない空き家 {self._held_back:,} 件は含めていません。")
        return notes


def copied_rows(layer: Layer, out: TableOut) -> CopiedRows:
    """Rows with their header for the clipboard, safe to paste into a spreadsheet."""
    going = _Leaving(layer, out)
    rows: list[Sequence[Cell]] = [[c.title for c in going.columns], *going.rows()]
    count = len(rows) - 1
    record("clipboard", "", going.held(), datetime.now())
    if not going.columns:
        return CopiedRows("", "", 0, tuple(going.notes()))
    return CopiedRows(tab_separated(rows), html_table(rows), count, tuple(going.notes()))


def export_table(
    layer: Layer, out: TableOut, path: Path, fmt: TableFormat, progress: Progress = QUIET
) -> ExportResult:
    """Write rows to one file. A file of that name is replaced once the new one is complete.

    Raises BadInput where nothing may leave, the rows do not fit the format, or the folder cannot be written.
    """
    going = _Leaving(layer, out)
    if not going.columns:
        raise BadInput(
            f"「{layer.name}」の表を書き出せませんでした。",
            "書き出せる列が選ばれていません。",
            "書き出す列を一つ以上選んでください。",
        )
    write = _write_xlsx if fmt == "xlsx" else _write_csv
    with staging(path.parent) as stage:
        more = write(going, _title(layer), stage / path.name, fmt, progress, len(out.fids))
        files = put_in_place(stage, [path.name], path.parent)
    record("table", "", going.held(), datetime.now())
    return ExportResult(files, (*going.notes(), *more))


def _title(layer: Layer) -> str:
    """What the sheet is called: a list of houses may have been named for somebody."""
    return layer.role.japanese if layer.role == Role.VACANT_HOUSE else layer.name


def _write_csv(
    going: _Leaving, _title: str, path: Path, fmt: TableFormat, progress: Progress, _count: int
) -> list[str]:
    encoding = "cp932" if fmt == "csv_cp932" else "utf-8-sig"
    notes: list[str] = []
    with path.open("w", encoding=encoding, newline="") as stream:
        written = _Cp932Writer(stream) if encoding == "cp932" else csv.writer(stream, lineterminator="\r\n")
        written.writerow([plain(c.title) for c in going.columns])
        for row in going.rows(progress):
            written.writerow([plain(cell) for cell in row])
        if isinstance(written, _Cp932Writer):
            notes = written.finish()
    return notes


class _Cp932Writer:
    """Writes rows in CP932. Signs are replaced by those that look alike; other characters are refused."""

    def __init__(self, stream: IO[str]) -> None:
        self._writer = csv.writer(stream, lineterminator="\r\n")
        self._replaced: dict[str, str] = {}
        self._refused: dict[str, str] = {}

    def writerow(self, row: Sequence[str]) -> None:
        self._writer.writerow([self._fitted(text) for text in row])

    def finish(self) -> list[str]:
        """Notes on what was replaced. Raises BadInput where a character has no place in CP932."""
        if self._refused:
            shown = "、".join(f"「{unit}」（{text[:12]}）" for unit, text in list(self._refused.items())[:8])
            raise BadInput(
                "Shift_JIS のCSVに書き出せませんでした。",
                f"Shift_JIS にない文字が {len(self._refused)} 種類あります：{shown}。",
                "形式に「CSV（UTF-8）」か「Excel」を選んでください。",
            )
        pairs = "、".join(f"「{old}」→「{new}」" for old, new in self._replaced.items())
        return [f"Shift_JIS にない記号を、形の似たものに置き換えました：{pairs}。"] if pairs else []

    def _fitted(self, text: str) -> str:
        try:
            if text.encode("cp932").decode("cp932") == text and not _PRIVATE.search(text):
                return text
        except UnicodeError:
            pass
        for unit in foreign_units(text):
            other = proposal(unit)
            if other is not None and unicodedata.category(unit[0])[0] in "PSZ":
                self._replaced[unit] = other
            else:
                self._refused.setdefault(unit, text)
        fitted = replaced(text, self._replaced)
        return fitted.encode("cp932", "replace").decode("cp932") if self._refused else fitted


def _write_xlsx(
    going: _Leaving, title: str, path: Path, _fmt: TableFormat, progress: Progress, count: int
) -> list[str]:
    from openpyxl import Workbook

    if count + 1 > EXCEL_ROWS:
        raise BadInput(
            f"「{title}」の表を Excel に書き出せませんでした。",
            f"{count:,} 行あり、Excel の上限（{EXCEL_ROWS - 1:,} 行）を超えています。",
            "行を絞り込むか、形式に「CSV（UTF-8）」を選んでください。",
        )
    book = Workbook(write_only=True)
    book.properties.creator = CREATOR
    sheet: WriteOnlyWorksheet = book.create_sheet(sheet_title(title))
    changed = _fill_sheet(sheet, going, progress)
    book.save(path)
    book.close()
    return changed


def _fill_sheet(sheet: Any, going: _Leaving, progress: Progress) -> list[str]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    rows = going.rows(progress)
    first = [row for _, row in zip(range(_CHUNK), rows, strict=False)]
    sheet.freeze_panes = "A2"
    for number, column in enumerate(going.columns):
        texts = [column.title, *(plain(row[number]) for row in first)]
        widest = max(sum(2 if ord(c) > 0xFF else 1 for c in text) for text in texts)
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(max(widest + 2, 8), _WIDEST)
    bold, ground = Font(bold=True), PatternFill("solid", fgColor="EEEEEB")
    texts_of = [WriteOnlyCell(sheet) for _ in going.columns]
    numbers_of = [WriteOnlyCell(sheet) for _ in going.columns]
    for column, cell in zip(going.columns, texts_of, strict=True):
        cell.font, cell.fill = bold, ground
        set_text(cell, excel_text(column.title))
    sheet.append(texts_of)
    texts_of = [WriteOnlyCell(sheet) for _ in going.columns]
    for cell in texts_of:
        cell.number_format = "@"
    control = long = 0
    for row in chain(first, rows):
        cells: list[Any] = list(row)
        for number, value in enumerate(row):
            if isinstance(value, str):
                text = excel_text(value)
                control += text != value
                long += len(text) > EXCEL_CHARACTERS
                cells[number] = set_text(texts_of[number], text[:EXCEL_CHARACTERS])
            elif isinstance(value, float):
                cells[number] = _set_number(numbers_of[number], value)
        sheet.append(cells)
    return _excel_notes(control, long)


def _set_number(cell: Any, number: float) -> Any:
    cell.value = number
    cell.number_format = "#,##0" if number.is_integer() else "#,##0.0#########"
    return cell


def _excel_notes(control: int, long: int) -> list[str]:
    notes = []
    if control:
        notes.append(
            f"Excel に入らない制御文字のあるセルが {control:,} 個あり、その文字を「\ufffd」にしました。"
        )
    if long:
        notes.append(
            f"{EXCEL_CHARACTERS:,} 字を超えるセルが {long:,} 個あり、Excel の上限で切りました。"
            "全文が要るときは CSV を選んでください。"
        )
    return notes


def _read(layer: Layer, fids: list[int]) -> dict[int, tuple[Any, ...]]:
    if not layer.is_plan:
        return read_rows(layer.reference, fids)
    known = layer.rows.loc[layer.rows.index.isin(fids), list(layer.columns)]
    return {int(row[0]): tuple(row[1:]) for row in known.itertuples(name=None)}


def _cell(column: TableColumn, value: object) -> Cell:
    """A cell in words; quantities are numbers even where the file had them as text."""
    word = in_words(column, value)
    if word is None:
        return None
    if column.kind == "quantity":
        return float(str(word))
    if isinstance(word, str):
        return word
    if isinstance(word, float):
        return word
    return int(str(word)) if str(word).lstrip("-").isdigit() else str(word)
