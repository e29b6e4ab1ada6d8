"""A plan that leaves with errors says so in a file beside it, with the reasons that were given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.scenarios import marked_path
from chiiki_gis.export.dictionary import csv_bytes
from chiiki_gis.export.staging import put_in_place, staging

FILE_NAME = "未解決のエラー.csv"
HEADER = ("エラー", "根拠", "レイヤ", "書き出した理由・対象外にした理由")


def write_open_errors(
    findings: Sequence[Finding], reason: str, folder: Path, mark: str = ""
) -> tuple[Path, ...]:
    """List the errors in a folder, those set aside too; without any, an earlier list is taken away.

    reason   why the plan leaves although some are open; an error set aside has its own
    mark     of the scenario, behind the file's name
    Returns the file written, if any. Raises BadInput where the folder cannot be written.
    """
    name = marked_path(Path(FILE_NAME), mark).name
    rows = [
        (f.message, f.article, f.layer or "", f"対象外：{f.reason}" if f.ignored else reason)
        for f in findings
        if f.severity == "error"
    ]
    if not rows:
        (folder / name).unlink(missing_ok=True)
        return ()
    with staging(folder) as stage:
        (stage / name).write_bytes(csv_bytes(HEADER, rows))
        return put_in_place(stage, [name], folder)
