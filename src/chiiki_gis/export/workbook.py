"""Sheets of an Excel file: texts that are never taken for formulas, widths that fit, a head that stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from chiiki_gis.export.cells import Cell

EXCEL_CHARACTERS = 32_767
EXCEL_ROWS = 1_048_576
CREATOR = "地域GIS"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TITLE = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class SheetOut:
    """One sheet: a head and rows. `widths` are in characters, one a column."""

    title: str
    head: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[Cell]]


def excel_text(text: str) -> str:
    """A text without characters that Excel refuses."""
    return _CONTROL.sub("\ufffd", text)


def sheet_title(text: str) -> str:
    """A name that Excel takes for a sheet."""
    return _TITLE.sub("・", text)[:31] or "表"


def set_text(cell: Any, text: str) -> Any:
    """A text that is never taken for a formula or a number. The cell is written before it is used again."""
    cell.value = text
    cell.data_type = "s"
    return cell


def write_workbook(path: Path, sheets: Sequence[SheetOut]) -> None:
    """Write a file of several sheets, A4 landscape, one page wide, cells wrapped."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    book.properties.creator = CREATOR
    bold, ground = Font(bold=True), PatternFill("solid", fgColor="EEEEEB")
    wrapped = Alignment(vertical="top", wrap_text=True)
    for out in sheets:
        sheet = book.create_sheet(sheet_title(out.title))
        for number, width in enumerate(out.widths, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for row_number, row in enumerate((out.head, *out.rows), 1):
            for column, value in enumerate(row, 1):
                cell = sheet.cell(row_number, column)
                if isinstance(value, str):
                    set_text(cell, excel_text(value)[:EXCEL_CHARACTERS])
                elif value is not None:
                    cell.value = value
                cell.alignment = wrapped
                if row_number == 1:
                    cell.font, cell.fill = bold, ground
        sheet.freeze_panes = "A2"
        sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_title_rows = "1:1"
    whole = BytesIO()  # openpyxl does not let go of a file on a full disk
    book.save(whole)
    book.close()
    path.write_bytes(whole.getvalue())
