"""Reports as PDF in the same hand as the sheets: A4, tables that go on from page to page, page numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QHashSeed, QIODevice
from PySide6.QtGui import QPainter, QPdfWriter

from chiiki_gis.core.eras import japanese_date
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.pages import PDF_DPI, PROGRAM, page_layout
from chiiki_gis.export.pdf_finish import FileFacts, FinishedPage, finish_pdf
from chiiki_gis.export.place import require_place
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.workbook import SheetOut
from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Box, Placed, Row, flow_pages, gap, paint_placed
from chiiki_gis.render.fonts import require_japanese_font
from chiiki_gis.render.furniture import draw_line
from chiiki_gis.render.report_table import report_rows
from chiiki_gis.render.typeset import BLACK, GREY, draw_text, fit, text_width

_PAPER = Sheet("overview", "A4", "landscape")
_SIZES = TypeSizes(4.4, 2.8, 2.3, 2.0, 1.8)
_MARGIN, _HEAD, _FOOT = 12.0, 9.0, 5.0


@dataclass(frozen=True)
class ReportFacts:
    """What stands on every page.

    mark   such as 架空のまちの見本; empty for none
    """

    title: str
    author: str
    stamp: datetime
    mark: str = ""


def write_report_pdf(
    tables: Sequence[SheetOut], facts: ReportFacts, path: Path, progress: Progress | None = None
) -> ExportResult:
    """Write tables as a PDF with one bookmark a page; a PDF of that name is replaced.

    Equal tables and facts give equal bytes. Raises BadInput for a name that is no .pdf, no Japanese font, and
    where the folder cannot be written, Cancelled.
    """
    require_place(path, ".pdf")
    require_japanese_font()
    width, height = _PAPER.size_mm
    body = Box(_MARGIN, _MARGIN + _HEAD, width - 2 * _MARGIN, height - 2 * _MARGIN - _HEAD - _FOOT)
    pages = flow_pages(_rows(tables, body.width), [body])
    raw = _draw(pages, facts, progress or Quiet())
    described = [
        FinishedPage(f"{facts.title}（{number}/{len(pages)}）", _PAPER.size_mm)
        for number in range(1, len(pages) + 1)
    ]
    finished = finish_pdf(raw, described, FileFacts(facts.title, facts.author, PROGRAM, facts.stamp))
    with staging(path.parent) as stage:
        (stage / path.name).write_bytes(finished)
        files = put_in_place(stage, [path.name], path.parent)
    return ExportResult(files, ())


def _rows(tables: Sequence[SheetOut], width: float) -> list[Row]:
    rows: list[Row] = []
    for table in tables:
        if rows:
            rows.append(gap(5.0))
        lines = [[_words(cell) for cell in row] for row in table.rows]
        rows += report_rows(table.title, table.head, table.widths, lines, width, _SIZES)
    return rows


def _words(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f"{cell:,.10g}"
    return str(cell)


def _draw(pages: Sequence[Sequence[Placed]], facts: ReportFacts, progress: Progress) -> bytes:
    QHashSeed.setDeterministicGlobalSeed()  # Qt numbers the fonts in the order of a hash table
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPdfVersion(QPdfWriter.PdfVersion.PdfVersion_1_6)
    writer.setResolution(PDF_DPI)
    writer.setPageLayout(page_layout(_PAPER))
    painter = QPainter()
    try:
        for number, placed in enumerate(pages):
            progress.step(number, len(pages), f"報告書を書いています（{number + 1}/{len(pages)}）")
            if number == 0:
                painter.begin(writer)
            else:
                writer.newPage()
            painter.save()
            painter.scale(PDF_DPI / 25.4, PDF_DPI / 25.4)
            _draw_edges(painter, facts, number + 1, len(pages))
            paint_placed(painter, placed)
            painter.restore()
    finally:
        painter.end()
        QHashSeed.resetRandomGlobalSeed()
    return bytes(buffer.data().data())


def _draw_edges(painter: QPainter, facts: ReportFacts, page: int, pages: int) -> None:
    """The title above a rule, the page number below."""
    width, height = _PAPER.size_mm
    right, base = width - _MARGIN, _MARGIN + 4.5
    day = "　".join(filter(None, (facts.mark, f"{japanese_date(facts.stamp.date())}作成")))
    room = width - 2 * _MARGIN - text_width(day, _SIZES.body) - 6
    title = fit(facts.title, _SIZES.title, _SIZES.small, room, bold=True)
    draw_text(painter, _MARGIN, base, title.lines[0], title.size_mm, bold=True)
    draw_text(painter, right, base, day, _SIZES.body, align="right", color=GREY)
    draw_line(painter, _MARGIN, base + 2.0, right, base + 2.0, BLACK, 0.4)
    foot = height - _MARGIN
    draw_text(painter, _MARGIN, foot, facts.author, _SIZES.small, color=GREY)
    draw_text(painter, right, foot, f"{page} / {pages}", _SIZES.small, align="right", color=GREY)
