"""A Word document for Japanese offices: A4, BIZ UDGothic, real headings, tables and captions, fixed bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.export.pinned import pin_workbook
from chiiki_gis.export.workbook import CREATOR, excel_text
from chiiki_gis.render.map_picture import MapPicture

if TYPE_CHECKING:
    from docx.document import Document

FONT = "BIZ UDゴシック"
UNKNOWN = "（未記入）"
"""Stands wherever the plan does not say something; never a guess."""

TEXT_MM = 170.0
"""Width between the margins."""
_MARGIN_MM = 20.0
_STYLES = (
    ("Normal", 10.5, False), ("Title", 18, True), ("Heading 1", 13, True), ("Heading 2", 11, True),
    ("Caption", 9, False), ("List Bullet", 10.5, False),
)  # fmt: skip
_TWIPS_PER_MM = 1440 / 25.4
_CELL_LINES = 1.1
_CELL_PAD_MM = 0.4
"""The letters of the font fill their line: without room they touch the rules of a table."""
MARK_STYLE = "未記入"

CellText = str | None


class Paper:
    """A document that grows from top to bottom; None as a text becomes 「（未記入）」."""

    def __init__(self, title: str, author: str, stamp: date) -> None:
        self._stamp, self._figures, self._tables = stamp, 0, 0
        self._document = _empty(title, author, stamp)
        self._document.add_heading(excel_text(title), 0)

    def heading(self, text: str, level: int = 1) -> None:
        """A heading that Word lists in its navigation."""
        self._document.add_heading(excel_text(text), level)

    def text(self, text: CellText, *, style: str | None = None) -> None:
        """A paragraph for every line of a text."""
        for line in (text or UNKNOWN).splitlines() or [UNKNOWN]:
            self._words(self._document.add_paragraph(style=style), line)

    def bullet(self, text: CellText) -> None:
        """A line of a list."""
        self.text(text, style="List Bullet")

    def table(
        self, caption: str, head: Sequence[str], shares: Sequence[float], rows: Sequence[Sequence[CellText]]
    ) -> None:
        """A table with a numbered caption and a head that is repeated on every page.

        shares   of TEXT_MM, one a column, together 1
        """
        self._tables += 1
        self._caption(f"表{self._tables}　{caption}", above=True)
        table = self._document.add_table(rows=1 + len(rows), cols=len(head))
        table.style = "Table Grid"
        table.autofit = False
        _set_widths(table, [share * TEXT_MM for share in shares])
        _pad(table)
        _keep_whole(table)
        _repeat_head(table.rows[0])
        cells = table._cells  # the property of a row builds them all anew
        for place, word in enumerate(head):
            self._fill(cells[place], word, bold=True)
        for number, row in enumerate(rows, 1):
            for place, text in enumerate(row):
                self._fill(cells[number * len(head) + place], text)
        self._document.add_paragraph()

    def picture(self, caption: str, picture: MapPicture, alt: str) -> None:
        """A map at its exact size, with a numbered caption below and a description for readers aloud."""
        from docx.shared import Mm

        self._figures += 1
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(
            io.BytesIO(picture.png), width=Mm(picture.width_mm), height=Mm(picture.height_mm)
        )
        shape._inline.docPr.set("descr", excel_text(alt))
        self._caption(f"図{self._figures}　{caption}", above=False)

    def new_page(self) -> None:
        """Go on at the top of a page."""
        self._document.add_page_break()  # type: ignore[no-untyped-call]

    def write(self, path: Path) -> None:
        """Save with nothing of the time of saving in it."""
        whole = io.BytesIO()
        self._document.save(whole)
        path.write_bytes(whole.getvalue())
        pin_workbook(path, self._stamp)

    def _words(self, paragraph: Any, text: str, *, bold: bool = False) -> None:
        """A text whose every 「（未記入）」 has the style of what is still to be written."""
        for number, part in enumerate(excel_text(text).split(UNKNOWN)):
            if number:
                paragraph.add_run(UNKNOWN, style=MARK_STYLE)
            if part:
                paragraph.add_run(part).bold = bold or None

    def _fill(self, cell: Any, text: CellText, *, bold: bool = False) -> None:
        from docx.shared import Pt

        lines = (text or UNKNOWN).splitlines()
        for number, line in enumerate(lines):
            paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            paragraph.paragraph_format.line_spacing = _CELL_LINES
            self._words(paragraph, line, bold=bold)
            for run in paragraph.runs:
                run.font.size = Pt(9)

    def _caption(self, text: str, *, above: bool) -> None:
        paragraph = self._document.add_paragraph(excel_text(text), style="Caption")
        paragraph.paragraph_format.keep_with_next = above


def _empty(title: str, author: str, stamp: date) -> Document:
    """python-docx's template as a Japanese A4 document without anything of this computer in it."""
    import docx
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Mm, Pt, RGBColor

    document = docx.Document()
    for section in document.sections:
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(_MARGIN_MM)
        section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    for name, size, bold in _STYLES:
        style: Any = document.styles[name]
        style.font.size, style.font.bold = Pt(size), bold
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_font(style.element.get_or_add_rPr())
    mark: Any = document.styles.add_style(MARK_STYLE, WD_STYLE_TYPE.CHARACTER)
    mark.font.color.rgb = RGBColor(0xC0, 0, 0)
    defaults = document.styles.element.find(_tag("w:docDefaults"))
    _set_font(defaults.find(_tag("w:rPrDefault")).find(_tag("w:rPr")))
    core = document.core_properties
    moment = datetime(stamp.year, stamp.month, stamp.day)
    core.title, core.author, core.last_modified_by = excel_text(title), excel_text(author), CREATOR
    core.created = core.modified = moment
    core.comments, core.keywords, core.revision, core.language = "", "", 1, "ja-JP"
    return document


def _set_font(properties: Any) -> None:
    """The family for every script, past the theme's fonts, which Word would prefer; and the language."""
    from docx.oxml import OxmlElement

    fonts = properties.find(_tag("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(_tag(name), FONT)
    language = properties.find(_tag("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        properties.append(language)
    language.set(_tag("w:val"), "ja-JP")
    language.set(_tag("w:eastAsia"), "ja-JP")


def _set_widths(table: Any, widths_mm: Sequence[float]) -> None:
    """The widths where Word, and where LibreOffice look for them."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    properties = table._tbl.tblPr
    whole = properties.find(_tag("w:tblW"))
    if whole is None:
        whole = OxmlElement("w:tblW")
        properties.append(whole)
    whole.set(_tag("w:type"), "dxa")
    whole.set(_tag("w:w"), str(round(sum(widths_mm) * _TWIPS_PER_MM)))
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    count = len(widths_mm)
    for place, cell in enumerate(table._cells):
        cell.width = Mm(widths_mm[place % count])


def _pad(table: Any) -> None:
    """Room above and below the text of every cell."""
    from docx.oxml import OxmlElement

    margins = OxmlElement("w:tblCellMar")
    for side in ("w:top", "w:bottom"):
        edge = OxmlElement(side)
        edge.set(_tag("w:w"), str(round(_CELL_PAD_MM * _TWIPS_PER_MM)))
        edge.set(_tag("w:type"), "dxa")
        margins.append(edge)
    properties = table._tbl.tblPr
    look = properties.find(_tag("w:tblLook"))  # the schema wants the margins before it
    look.addprevious(margins) if look is not None else properties.append(margins)


def _keep_whole(table: Any) -> None:
    """No row goes on over the end of a page."""
    from docx.oxml import OxmlElement

    for row in table._tbl.tr_lst:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _repeat_head(row: Any) -> None:
    from docx.oxml import OxmlElement

    head = OxmlElement("w:tblHeader")
    head.set(_tag("w:val"), "true")
    row._tr.get_or_add_trPr().append(head)


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))
