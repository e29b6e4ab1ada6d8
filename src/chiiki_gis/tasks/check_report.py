"""The report of a check, from the command line and the window."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.jobs import Written
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.check import CheckResult
from chiiki_gis.tasks import plan
from chiiki_gis.tasks.areas import all_summaries

if TYPE_CHECKING:
    from chiiki_gis.export.staging import ExportResult
    from chiiki_gis.export.workbook import SheetOut
    from chiiki_gis.rules.evidence import Ground

QUIET = Quiet()


def report_check(
    values: Snapshot,
    path: Path,
    progress: Progress = QUIET,
    checked: CheckResult | None = None,
    keep: MutableMapping[str, Ground] | None = None,
    ending: str = "",
) -> Written:
    """Check the plan and write the report as PDF or as an Excel file.

    ending   ".pdf" or ".xlsx", which the name must have; without, a name in .pdf gives a PDF
    Raises BadInput where it cannot be written.
    """
    from chiiki_gis.export.check_report import report_sheets, write_check_report
    from chiiki_gis.export.place import require_place

    is_pdf = (ending or path.suffix.lower()) == ".pdf"
    require_place(path, ".pdf" if is_pdf else ".xlsx")
    found = checked or plan.check(values, progress, keep)
    now = datetime.now().astimezone()
    areas = all_summaries(values, keep)
    if is_pdf:
        return _as_pdf(values, report_sheets(values, found, now, areas), "検査結果", path, now, progress)
    result = write_check_report(values, found, path, now, areas)
    return Written(result.files, result.notes)


def report_houses(values: Snapshot, path: Path, progress: Progress = QUIET) -> Written:
    """Write 空き家集計 as a PDF. Raises BadInput without vacant houses, and where it cannot be written."""
    from chiiki_gis.export.house_report import house_tables

    now = datetime.now().astimezone()
    return _as_pdf(values, house_tables(values), "空き家集計", path, now, progress)


def _as_pdf(
    values: Snapshot, tables: Sequence[SheetOut], word: str, path: Path, now: datetime, progress: Progress
) -> Written:
    from chiiki_gis.export.gate import held_from_pages, record

    result = report_pdf(values, tables, word, path, now, progress)
    record("report", values.header.uuid, held_from_pages(values), datetime.now())
    return Written(result.files, result.notes)


def report_pdf(
    values: Snapshot, tables: Sequence[SheetOut], word: str, path: Path, now: datetime, progress: Progress
) -> ExportResult:
    """Write the tables of a report, whose title ends in `word`, as PDF; nothing is recorded.

    Equal values and moment give equal bytes. Raises BadInput where it cannot be written.
    """
    from chiiki_gis.export.report_pdf import ReportFacts, write_report_pdf
    from chiiki_gis.export.sheets import FICTIONAL
    from chiiki_gis.render.fonts import painting_application

    painting_application()
    header = values.header
    mark = FICTIONAL if header.is_fictional else ""
    facts = ReportFacts(f"{header.title}　特定居住促進計画　{word}", header.title, now, mark)
    return write_report_pdf(tables, facts, path, progress)
