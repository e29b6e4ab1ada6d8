"""Reading the sheets of an Excel workbook as tables of points."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.tabular import placed_rows
from chiiki_gis.io.vector import Table, require_few_columns

if TYPE_CHECKING:
    from pandas import DataFrame

MAX_BYTES = 500_000_000
"""What the parts of a workbook may take unpacked."""


_DAMAGE = (
    AttributeError, IndexError, NotImplementedError, RuntimeError, zipfile.LargeZipFile, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
"""What openpyxl and the standard library raise for broken parts, besides SyntaxError for broken XML."""


def read_workbook(path: Path, sheet: str | None, epsg: int | None, columns: Mapping[str, str]) -> list[Table]:
    """Every sheet with places, or the one named; the first row with two cells or more is the heading.

    Raises BadInput where no sheet has places, for an encrypted or damaged workbook, or one that unpacks to
    more than 500 MB.
    """
    tables, refused = [], []
    found = _sheets(path, sheet)
    for name, rows in found:
        try:
            title = name if len(found) > 1 else path.stem
            tables.append(placed_rows(rows, path, title, "xlsx", (None, "形式の定め"), epsg, columns))
        except BadInput as error:
            refused.append(error)
    if not tables:
        if refused:
            raise refused[0]
        raise BadInput(
            f"「{path.name}」には行がありません。",
            "どのシートも見出しだけか、空です。",
            "中身のあるファイルを選んでください。",
        )
    left = len(refused)
    if left:
        note = f"位置の分かる列のないシートが{left}枚あり、読んでいません。"
        tables = [_with_note(table, note) for table in tables]
    return tables


def _with_note(table: Table, note: str) -> Table:
    from dataclasses import replace

    return replace(table, notes=(*table.notes, note))


def _sheets(path: Path, wanted: str | None) -> list[tuple[str, DataFrame]]:
    import warnings

    import openpyxl

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_BYTES:
                raise _refused(
                    path, "展開すると500MBを超えます。", "必要なシートだけのブックにしてください。"
                )
        with path.open("rb") as file, warnings.catch_warnings():  # openpyxl would leave it open
            warnings.simplefilter("ignore")  # styles and extensions that nobody needs here
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            names = [s.title for s in book.worksheets]
            if wanted is not None and wanted not in names:
                raise _refused(
                    path,
                    f"「{wanted}」というシートはありません。",
                    f"入っているのは「{'」「'.join(names)}」ですので、この中から選んでください。",
                )
            chosen = [s for s in book.worksheets if wanted in (None, s.title)]
            found = [(s.title, _rows(s.iter_rows(values_only=True), path)) for s in chosen]
            book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, EOFError, OSError, SyntaxError) as error:
        raise _refused(
            path, "Excelブックとして読めない内容か、パスワードがかかっています。",
            "Excelで開いて保存し直したものを選んでください。",
        ) from error  # fmt: skip
    except _DAMAGE as error:
        raise _refused(
            path, "Excelブックの中身が壊れています。", "Excelで開いて保存し直したものを選んでください。"
        ) from error
    return [(name, rows) for name, rows in found if rows is not None]


def _rows(cells: Iterable[tuple[Any, ...]], path: Path) -> DataFrame | None:
    """Rows under their headings as texts; None for a sheet without any."""
    import pandas

    heading: list[tuple[int, str]] = []
    rows: list[list[str | None]] = []
    for row in cells:
        texts = [_text(value) for value in row]
        if not heading:
            if sum(text is not None for text in texts) >= 2:
                heading = [(at, text) for at, text in enumerate(texts) if text is not None]
                require_few_columns(len(heading), path.name)
        elif any(text is not None for text in texts):
            rows.append([texts[at] if at < len(texts) else None for at, _ in heading])
    if not rows:
        return None
    names: list[str] = []
    for _, text in heading:
        name = " ".join(text.split())
        while name in names:
            name += "_2"
        names.append(name)
    return pandas.DataFrame(rows, columns=names, dtype=object)


def _text(value: Any) -> str | None:
    """A cell as the text that a planner sees; days without their midnight, whole numbers without .0."""
    if value is None:
        return None
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value).strip() or None


def _refused(path: Path, why: str, todo: str) -> BadInput:
    return BadInput(f"「{path.name}」を開けませんでした。", why, todo)
