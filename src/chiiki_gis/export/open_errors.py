"""A plan that leaves with open errors says so in a file beside it, with the reason that was given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chiiki_gis.core.finding import Finding
from chiiki_gis.export.dictionary import csv_bytes
from chiiki_gis.export.staging import put_in_place, staging

FILE_NAME = "未解決のエラー.csv"
HEADER = ("エラー", "根拠", "レイヤ", "書き出した理由")


def write_open_errors(findings: Sequence[Finding], reason: str, folder: Path) -> tuple[Path, ...]:
    """List the open errors in a folder; without any, a list of an earlier export is taken away.

    Returns the file written, if any. Raises BadInput where the folder cannot be written.
    """
    rows = [(f.message, f.article, f.layer or "", reason) for f in findings if f.is_open_error]
    if not rows:
        (folder / FILE_NAME).unlink(missing_ok=True)
        return ()
    with staging(folder) as stage:
        (stage / FILE_NAME).write_bytes(csv_bytes(HEADER, rows))
        return put_in_place(stage, [FILE_NAME], folder)
