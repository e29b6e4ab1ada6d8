"""Sheets on a printer: whole pages at their exact scale, whatever margins the printer keeps for itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.sheet import PrintForm
from chiiki_gis.export.pages import PageResult, every_page, layout_notes, page_layout, require_sheets
from chiiki_gis.render.fonts import require_japanese_font
from chiiki_gis.render.sheet import SheetContent, lay_out
from chiiki_gis.render.sheet_paint import paint_sheet

MM_PER_INCH = 25.4


def print_paper(
    contents: Sequence[SheetContent], form: PrintForm, progress: Progress | None = None
) -> PageResult:
    """Send sheets to a printer of this computer.

    Raises BadInput where the printer is not there or takes nothing, for no sheet, and no Japanese font;
    Cancelled before a page, when what was drawn so far does not leave.
    """
    info = QPrinterInfo.printerInfo(form.printer)
    if info.isNull():
        raise _not_printed(form.printer, "この名前のプリンターが見つかりません。")
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setCopyCount(form.copies)
    printer.setDuplex(QPrinter.DuplexMode(form.duplex))
    printer.setColorMode(QPrinter.ColorMode.GrayScale if form.is_grey else QPrinter.ColorMode.Color)
    return paint_on(contents, printer, form, progress or Quiet())


def paint_on(
    contents: Sequence[SheetContent], printer: QPrinter, form: PrintForm, progress: Progress
) -> PageResult:
    """Draw the pages on a printer that is set up.

    The origin is the corner of the paper and not of the printable area, and the unit is the printer's own
    dot: margins may hide the edge of a sheet, but they never change its scale.
    """
    require_sheets(contents)
    require_japanese_font()
    layouts = [lay_out(content) for content in contents]
    first, last = form.pages or (1, 1_000_000)
    numbered = list(enumerate(every_page(contents, layouts), 1))
    pages = [page for number, page in numbered if first <= number <= last]
    if not pages:
        raise _not_printed(form.printer, f"図面は{len(numbered)}ページです。その範囲のページはありません。")
    printer.setFullPage(True)
    painter = QPainter()
    try:
        for done, (content, page) in enumerate(pages):
            progress.step(done, len(pages), f"図面を送っています（{done + 1}/{len(pages)}）")
            if not printer.setPageLayout(_whole_page(page_layout(content.sheet))):
                raise _not_printed(form.printer, f"{content.sheet.paper}の用紙を使えないプリンターです。")
            if not (painter.begin(printer) if done == 0 else printer.newPage()):
                raise _not_printed(form.printer, "プリンターが受け付けませんでした。")
            paint_sheet(painter, content, printer.resolution() / MM_PER_INCH, page)
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()
    return PageResult(len(pages), (), layout_notes(layouts))


def _whole_page(layout: QPageLayout) -> QPageLayout:
    layout.setMode(QPageLayout.Mode.FullPageMode)
    layout.setMargins(QMarginsF(0, 0, 0, 0))
    return layout


def _not_printed(name: str, why: str) -> BadInput:
    return BadInput(
        f"「{name}」で印刷できませんでした。",
        why,
        "プリンターの電源と用紙を確かめるか、PDFに出力して印刷してください。",
    )
