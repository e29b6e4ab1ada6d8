"""What a package has beside data and sheets: Word documents, reports as PDF, proposals, the desk's book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.progress import Progress
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.submission import is_desk

if TYPE_CHECKING:
    from chiiki_gis.export.package import PackageFacts
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.rules.area_summary import AreaSummary
    from chiiki_gis.rules.check import CheckResult

_JAPAN = timezone(timedelta(hours=9))


@dataclass(frozen=True, eq=False)
class Given:
    """What the papers of a package are made of.

    areas   the plan's areas in numbers, with their role
    inside  the folder that becomes the archive
    """

    values: Snapshot
    checked: CheckResult
    shapes: Mapping[LayerId, Shapes]
    areas: Sequence[tuple[Role, AreaSummary]]
    stamp: date
    inside: Path


def start_of(day: date) -> datetime:
    """The day's first moment in Japan, as the date of files of a package."""
    return datetime(day.year, day.month, day.day, tzinfo=_JAPAN)


def write_papers(
    given: Given, options: ExportOptions, missing: Sequence[str], progress: Progress
) -> Sequence[str]:
    """The documents, and what a kind of package or the desk has of its own; returns notes."""
    from chiiki_gis.export import desk_book, proposal
    from chiiki_gis.export.document import PLAN_NAME, PROPOSAL_NAME
    from chiiki_gis.tasks.desk import desk_report

    values, inside = given.values, given.inside
    if options.kind != "submission":
        proposal.write_proposal(values, options, missing, given.stamp, inside / proposal.FILE_NAME)
        notes = proposal.attach(options, inside)
        name = PROPOSAL_NAME if options.kind == "proposal" else PLAN_NAME
        return [*notes, *_documents(given, name, progress)]
    if is_desk(values.header):
        report = desk_report(values, progress)
        desk_book.write_desk_book(values, report, inside / desk_book.FILE_NAME, given.stamp)
        return ()
    return _documents(given, PLAN_NAME, progress)


def _documents(given: Given, name: str, progress: Progress) -> Sequence[str]:
    """One of the Word documents; a note in its place where the program cannot write any."""
    from chiiki_gis.export.document import export_documents, require_word_writer
    from chiiki_gis.export.package import DOCUMENTS_FOLDER
    from chiiki_gis.tasks.documents import document_input

    try:
        require_word_writer()
    except BadInput as error:
        return [f"{error.why}文書（Word）は含めていません。"]
    made, notes = document_input(
        given.values, given.checked, given.stamp, progress, given.shapes, given.areas
    )
    result = export_documents(made, given.inside / DOCUMENTS_FOLDER, (name,))
    return [*notes, *result.notes]


def write_reports(given: Given, facts: PackageFacts, progress: Progress) -> None:
    """検査結果 as workbook and PDF, and 空き家集計 where a submission has a list of houses."""
    from chiiki_gis.export.house_report import house_tables
    from chiiki_gis.export.package import (
        CHECK_PDF,
        CHECK_REPORT,
        HOUSES_PDF,
        check_result_sheets,
        write_check_result,
    )
    from chiiki_gis.render.fonts import painting_application
    from chiiki_gis.tasks.check_report import report_pdf

    painting_application()
    values, inside, now = given.values, given.inside, start_of(given.stamp)
    sheets = check_result_sheets(values, given.checked, facts)
    write_check_result(sheets, facts, inside / CHECK_REPORT)
    report_pdf(values, sheets, "検査結果", inside / CHECK_PDF, now, progress)
    houses = values.of(Role.VACANT_HOUSE)
    if facts.kind == "submission" and not is_desk(values.header) and any(one.count for one in houses):
        report_pdf(values, house_tables(values), "空き家集計", inside / HOUSES_PDF, now, progress)
