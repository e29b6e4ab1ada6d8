"""Sheets as files: a vector PDF that has been measured, and PNG pictures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QHashSeed, QIODevice, QMarginsF, QSize
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from chiiki_gis import __version__
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.export.pdf_finish import FileFacts, FinishedPage, MapPlace, finish_pdf
from chiiki_gis.export.place import require_place
from chiiki_gis.export.staging import put_in_place, staging
from chiiki_gis.render.fonts import require_japanese_font
from chiiki_gis.render.sheet import SheetContent, SheetLayout, lay_out
from chiiki_gis.render.sheet_paint import SheetPart, paint_sheet, sheet_parts

PDF_DPI = 1200
PROGRAM = f"chiiki-gis {__version__}"
PdfForm = Literal["pdf", "layers", "archive"]
PNG_DPI = (50, 600)
"""Smallest and greatest resolution offered; an A3 page at 600 dpi is a picture of 280 MB in memory."""


@dataclass(frozen=True)
class PageResult:
    """What was written.

    pages   number of pages, continuations included
    files   the files, one for a PDF
    notes   what the user should know, Japanese sentences
    """

    pages: int
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def print_pdf(
    contents: Sequence[SheetContent],
    path: Path,
    *,
    stamp: datetime,
    progress: Progress | None = None,
    form: PdfForm = "pdf",
) -> PageResult:
    """Write sheets into one PDF: vector, fonts embedded, exact size and scale, coordinates inside the maps.

    stamp   the file's date of making; equal contents and stamp give equal bytes
    form    "layers": map layers, labels and furniture can be switched off; "archive": PDF/A-1b
    The scale bar, check line and frame of every map are measured in the finished file first; only then the
    file at `path` is replaced. Raises BadInput for no sheet, no Japanese font or a folder that cannot be
    written, WrongScale when a measure is off by more than 0.2 mm, Cancelled; an existing file then stays.
    """
    require_sheets(contents)
    require_place(path, ".pdf")
    require_japanese_font()
    progress = progress or Quiet()
    layouts = [lay_out(content) for content in contents]
    raw = _draw_pdf(contents, layouts, progress, form)
    pages = [
        page
        for content, layout in zip(contents, layouts, strict=True)
        for page in _facts_of(content, layout, form)
    ]
    first = contents[0]
    title = f"{first.plan_title}　{first.sheet.title}".strip("　")
    facts = FileFacts(title, first.author, PROGRAM, stamp)
    finished = finish_pdf(raw, pages, facts, archive=form == "archive")
    _write(path, finished)
    return PageResult(len(pages), (path,), layout_notes(layouts))


def print_png(
    contents: Sequence[SheetContent], path: Path, dpi: int = 300, *, progress: Progress | None = None
) -> PageResult:
    """Write sheets as pictures that know their size in mm; pages after the first get 「-2」… behind the name.

    Raises BadInput for a resolution outside 50–600 dpi, no sheet, no Japanese font or a folder that cannot be
    written, Cancelled; existing files then stay.
    """
    if not PNG_DPI[0] <= dpi <= PNG_DPI[1]:
        raise BadInput(
            f"解像度「{dpi}」の画像は作れません。",
            f"解像度は{PNG_DPI[0]}から{PNG_DPI[1]}までです。",
            "300など、範囲の中の値を指定してください。",
        )
    require_sheets(contents)
    require_japanese_font()
    progress = progress or Quiet()
    layouts = [lay_out(content) for content in contents]
    pages = list(every_page(contents, layouts))
    names = [path, *(path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, len(pages) + 1))]
    for name in names:
        require_place(name, ".png")
    with staging(path.parent) as stage:
        for done, ((content, page), name) in enumerate(zip(pages, names, strict=True)):
            progress.step(done, len(pages), f"図面を描いています（{done + 1}/{len(pages)}）")
            (stage / name.name).write_bytes(draw_png(content, page, dpi))
        files = put_in_place(stage, [name.name for name in names], path.parent)
    return PageResult(len(files), files, layout_notes(layouts))


def _draw_pdf(
    contents: Sequence[SheetContent], layouts: Sequence[SheetLayout], progress: Progress, form: PdfForm
) -> bytes:
    """The pages as QPdfWriter makes them, with fonts in the same order in every process."""
    QHashSeed.setDeterministicGlobalSeed()  # Qt numbers the fonts in the order of a hash table
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    version = QPdfWriter.PdfVersion
    writer.setPdfVersion(version.PdfVersion_A1b if form == "archive" else version.PdfVersion_1_6)
    writer.setResolution(PDF_DPI)
    total = sum(len(layout.pages) for layout in layouts)
    painter, is_first = QPainter(), True
    try:
        for done, (content, page) in enumerate(every_page(contents, layouts)):
            progress.step(done, total, f"図面を描いています（{done + 1}/{total}）")
            for part in _parts(content, page, form):
                writer.setPageLayout(page_layout(content.sheet))
                if is_first:
                    painter.begin(writer)
                else:
                    writer.newPage()
                is_first = False
                paint_sheet(painter, content, PDF_DPI / 25.4, page, opaque=form == "archive", part=part)
    finally:
        painter.end()
        QHashSeed.resetRandomGlobalSeed()
    return bytes(buffer.data().data())


def _parts(content: SheetContent, page: int, form: PdfForm) -> tuple[SheetPart | None, ...]:
    """What of a page is drawn on its own; None for all at once."""
    if form != "layers" or page:
        return (None,)
    return tuple(part for _, part in sheet_parts(content))


def every_page(
    contents: Sequence[SheetContent], layouts: Sequence[SheetLayout]
) -> Iterator[tuple[SheetContent, int]]:
    """Every page in order: its sheet, and which page of that sheet it is (0 is the map)."""
    for content, layout in zip(contents, layouts, strict=True):
        for page in range(len(layout.pages)):
            yield content, page


def page_layout(sheet: Sheet) -> QPageLayout:
    """The whole sheet of paper, without margins."""
    paper = {"A4": QPageSize.PageSizeId.A4, "A3": QPageSize.PageSizeId.A3}[sheet.paper]
    orientation = {
        "portrait": QPageLayout.Orientation.Portrait,
        "landscape": QPageLayout.Orientation.Landscape,
    }[sheet.orientation]
    return QPageLayout(QPageSize(paper), orientation, QMarginsF(0, 0, 0, 0))


def _facts_of(content: SheetContent, layout: SheetLayout, form: PdfForm) -> list[FinishedPage]:
    """What the file must say of a sheet's pages; only the first has a map."""
    size = content.sheet.size_mm
    page, pages = content.position
    name = f"{content.sheet.number}　{content.sheet.title}".strip("　")
    title = f"{name}（{page}/{pages}）" if pages > 1 else name
    place = MapPlace(layout.arrangement.frame, content.extent, content.epsg)
    short = content.sheet.number or content.sheet.title
    label = f"{short} {page}/{pages}" if pages > 1 else short
    parts = tuple(name for name, _ in sheet_parts(content)) if form == "layers" else ()
    return [
        FinishedPage(title, size, place, layout.marks, label, parts),
        *(
            FinishedPage(f"{title}　続き", size, label=f"{label}（続き{n}）")
            for n in range(1, len(layout.pages))
        ),
    ]


def draw_png(content: SheetContent, page: int, dpi: float) -> bytes:
    """One page as a picture that knows its resolution."""
    width, height = content.sheet.size_mm
    size = QSize(round(width * dpi / 25.4), round(height * dpi / 25.4))
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(0xFFFFFFFF)
    image.setDotsPerMeterX(round(dpi / 0.0254))
    image.setDotsPerMeterY(round(dpi / 0.0254))
    painter = QPainter(image)
    try:
        paint_sheet(painter, content, dpi / 25.4, page)
    finally:
        painter.end()  # before the image goes
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, the binding wants str
    return bytes(buffer.data().data())


def _write(path: Path, content: bytes) -> None:
    """Put a whole file in place at once, or leave what was there."""
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                Path(temporary).unlink()
        raise BadInput(
            f"「{path.name}」を書き込めませんでした。",
            "フォルダーがないか、書き込みの権限がないか、ファイルがほかのソフトで開かれています。",
            "ファイルを閉じるか、別の場所を選んで、もう一度印刷してください。",
        ) from error


def layout_notes(layouts: Sequence[SheetLayout]) -> tuple[str, ...]:
    """What the layouts have to say, each sentence once."""
    return tuple(dict.fromkeys(note for layout in layouts for note in layout.notes))


def require_sheets(contents: Sequence[SheetContent]) -> None:
    """Raises BadInput for no sheet."""
    if not contents:
        raise BadInput(
            "図面を印刷できませんでした。",
            "印刷する図面が1枚もありません。",
            "区域か施設を作ってから、もう一度印刷してください。",
        )
