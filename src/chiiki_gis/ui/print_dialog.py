"""図面: the sheet to print as it will look, what is to be known before, and the form in which it leaves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.jobs import Foreseen, Preview
from chiiki_gis.core.scenarios import told
from chiiki_gis.core.sheet import PrintForm, PrintKind, Sheet
from chiiki_gis.ui import work
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.files import Files, plan_file_name
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.sheet_form import SHEET_WORDS, SheetForm
from chiiki_gis.ui.sheet_preview import SheetPreview
from chiiki_gis.ui.template_bar import TemplateBar

_FORMS: tuple[tuple[PrintForm, str], ...] = (
    (PrintForm("pdf"), "PDF"),
    (PrintForm("layers"), "PDF（レイヤを消せる）"),
    (PrintForm("archive"), "長期保存用のPDF（PDF/A-1b）"),
    (PrintForm("png", 300), "画像（PNG 300dpi、文書に貼る）"),
    (PrintForm("png", 150), "画像（PNG 150dpi）"),
    (PrintForm("printer"), "プリンター"),
)
_AFTER_TYPING_MS = 250
NO_PRINTER = (
    "図面を印刷しませんでした。",
    "このパソコンにプリンターが登録されていません。",
    "プリンターを登録するか、PDFに出力してください。",
)


def print_sheets(parent: QWidget, session: Session, center: tuple[float, float] | None, files: Files) -> None:
    """図面: ask for the sheet and where it goes, and send it there."""
    dialog = PrintDialog(parent, session, center)
    if not dialog.exec():
        return
    sheet, form = dialog.sheet, dialog.form
    if form.kind == "printer":
        if not has_printer():
            session.tell(Notice(*NO_PRINTER, "warning"))
            return
        chosen = ask_printer(parent, form)
        if chosen is not None:
            work.print_sheet(session, sheet, chosen, Path())
        return
    ending = "png" if form.kind == "png" else "pdf"
    name = plan_file_name(session, SHEET_WORDS[sheet.kind].split("（")[0], ending)
    path = files.save("図面を出力", f"{ending.upper()} (*.{ending})", name, ending)
    if path is not None:
        work.print_sheet(session, sheet, form, path)


def has_printer() -> bool:
    """Whether this computer knows a printer."""
    from PySide6.QtPrintSupport import QPrinterInfo  # the printing system is looked at now

    return bool(QPrinterInfo.availablePrinterNames())


def ask_printer(parent: QWidget, form: PrintForm) -> PrintForm | None:
    """The system's printer dialog: which printer, how many copies, which pages. None where none was chosen.

    Its paper and margins are not used: a sheet knows its paper, and margins would change the scale.
    """
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter  # the printing system is looked at now

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintToFile, False)
    if not dialog.exec() or not printer.printerName():
        return None
    first, last = printer.fromPage(), printer.toPage()
    pages = (first, max(first, last)) if first > 0 else None
    return replace(
        form,
        printer=printer.printerName(),
        copies=printer.copyCount(),
        pages=pages,
        duplex=printer.duplex().value,
        is_grey=printer.colorMode() == QPrinter.ColorMode.GrayScale,
    )


class PrintDialog(QDialog):
    """What sheet, on which paper, at which scale; beside it the page itself."""

    def __init__(self, parent: QWidget, session: Session, center: tuple[float, float] | None) -> None:
        super().__init__(parent)
        shown = told(session.document, session.scenario)
        self.setWindowTitle(f"図面（{shown}）" if shown else "図面")
        self._session, self._page = session, 0
        self.fields, self.preview = SheetForm(center), SheetPreview()
        self.kind, self.paper, self.scale = self.fields.kind, self.fields.paper, self.fields.scale
        self.templates = TemplateBar(session, lambda: self.sheet)
        self.output = QComboBox()
        for number, (_, word) in enumerate(_FORMS):
            self.output.addItem(word, number)
        self.says = wrapped()
        self._box = buttons(self, "出力する...")
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.foresee)
        self.fields.changed.connect(self._restart)
        self.templates.chosen.connect(self.fields.show_sheet)
        self.preview.page_asked.connect(self._turn)
        self._soon.start()

    @property
    def sheet(self) -> Sheet:
        """The sheet as chosen."""
        return self.fields.sheet

    @property
    def form(self) -> PrintForm:
        """As what it leaves."""
        return _FORMS[self.output.currentIndex()][0]

    def choose_form(self, kind: PrintKind) -> None:
        """Choose the first form of a kind."""
        kinds = [form.kind for form, _ in _FORMS]
        self.output.setCurrentIndex(kinds.index(kind))

    def foresee(self) -> None:
        """Ask how many maps the sheet takes; an older question is dropped."""
        self._allow(False)
        self.says.setText("枚数を調べています…")
        sheet = self.sheet
        self._session.workers.submit(
            "foresee_sheet",
            self._session.snapshot(),
            sheet,
            replaces="foresee",
            on_done=lambda found: self._tell(found, sheet),
            on_error=self._refuse,
        )

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 6, 0)
        column.addWidget(self.templates)
        column.addWidget(self.fields)
        output = QFormLayout()
        output.addRow("出力", self.output)
        column.addLayout(output)
        column.addWidget(wrapped("縮尺は正確に保たれます。", faint=True))
        column.addWidget(self.says)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(left)
        scroll.setFixedWidth(400)
        row = QHBoxLayout()
        row.addWidget(scroll)
        row.addWidget(self.preview, 1)
        whole = QVBoxLayout(self)
        whole.addLayout(row, 1)
        whole.addWidget(self._box)
        self.resize(1120, 680)

    def _restart(self) -> None:
        self._page = 0
        typing = self.fields.text.hasFocus() or self.fields.title.hasFocus() or self.fields.number.hasFocus()
        self._soon.start(_AFTER_TYPING_MS if typing else 0)

    def _turn(self, page: int) -> None:
        self._page = page
        self._ask_preview(self.sheet)

    def _tell(self, found: Foreseen, sheet: Sheet) -> None:
        if sheet != self.sheet:
            return
        scales = "、".join(f"1:{scale:,}" for scale in found.scales)
        self.says.setText(
            f"地図は {found.maps} 枚になります（縮尺 {scales}）。\n"
            "凡例や表が長いときは、続きのページが加わります。"
        )
        self._allow(True)
        self._ask_preview(sheet)

    def _ask_preview(self, sheet: Sheet) -> None:
        self._session.workers.submit(
            "preview_sheet",
            self._session.snapshot(),
            sheet,
            self._session.verdicts,
            self._page,
            self.preview.wanted_width,
            replaces="preview",
            on_done=lambda found: self._show(found, sheet),
            on_error=self._refuse,
        )

    def _show(self, found: Preview, sheet: Sheet) -> None:
        if sheet != self.sheet:
            return
        self._page = found.page
        self.preview.show_page(found)
        scales = "、".join(f"1:{scale:,}" for scale in found.scales)
        lines = [f"地図は {found.maps} 枚になります（縮尺 {scales}）。全部で {found.pages} ページです。"]
        self.says.setText("\n".join((*lines, *(f"・{text}" for text in found.says))))

    def _refuse(self, error: ChiikiError) -> None:
        self._allow(False)
        self.preview.clear(error.what)
        self.says.setText(f"{error.why}{error.todo}")

    def _allow(self, allowed: bool) -> None:
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(allowed)

    def done(self, result: int) -> None:
        """Close, and listen to no late answer."""
        self._soon.stop()
        self.templates.let_go()
        super().done(result)
