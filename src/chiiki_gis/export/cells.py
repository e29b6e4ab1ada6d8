"""Cells that a spreadsheet takes as they are: nothing runs as a formula, codes stay text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from chiiki_gis.core.errors import BadInput

_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What a spreadsheet may begin a formula with; the full-width signs count where Japanese is typed."""
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
_STYLE = '<style>.t{mso-number-format:"\\@";}</style>'
"""The class of cells that a spreadsheet keeps as text when pasted, so that 00123 does not become 123."""

Cell = str | float | int | None


def inert(text: str) -> str:
    """A text that a spreadsheet does not run as a formula; plain numbers stay as they are."""
    return "'" + text if text.startswith(_STARTS) and not _NUMBER.fullmatch(text) else text


def plain(cell: Cell) -> str:
    """A cell as text: numbers without separators, every digit kept; text made inert."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return inert(cell)
    return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e15 else repr(float(cell))


def tab_separated(rows: Iterable[Sequence[Cell]]) -> str:
    """Rows as a spreadsheet reads them; cells with tabs, line ends or quotes are quoted."""
    return "".join("\t".join(_quoted(plain(cell)) for cell in row) + "\r\n" for row in rows)


def html_table(rows: Iterable[Sequence[Cell]]) -> str:
    """The same rows for spreadsheets that prefer HTML: text cells say that they are text."""
    lines = []
    for row in rows:
        cells = "".join(
            f"<td class=t>{_escaped(cell)}</td>" if isinstance(cell, str) else f"<td>{plain(cell)}</td>"
            for cell in row
        )
        lines.append(f"<tr>{cells}</tr>")
    head = f'<head><meta charset="utf-8">{_STYLE}</head>'
    return f"<html>{head}<body><table>{''.join(lines)}</table></body></html>"


def read_block(text: str) -> list[list[str]]:
    """The cells of a block that a spreadsheet has put on the clipboard, row by row.

    Raises BadInput for a cell longer than a spreadsheet holds.
    """
    import csv
    import io

    if not text:
        return []
    try:
        rows = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), delimiter="\t"))
    except csv.Error as error:
        raise BadInput(
            "貼り付けられませんでした。",
            "一つのセルとして読むには長すぎる文字があります。",
            "表の部分だけをコピーし直してください。",
        ) from error
    return [row or [""] for row in rows]


def _quoted(text: str) -> str:
    if any(sign in text for sign in '\t\r\n"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _escaped(text: str) -> str:
    lines = html.escape(inert(text)).splitlines() or [""]
    return '<br style="mso-data-placement:same-cell">'.join(lines)
