"""What Qt's PDF lacks: true page size, text layer, coordinates, outline, language, fixed dates and bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.sheet import Extent
from chiiki_gis.export.pdf_archive import archival_packet, mend_archive
from chiiki_gis.export.pdf_layers import merge_layers
from chiiki_gis.export.pdf_measure import check_marks
from chiiki_gis.export.tounicode import mend_text
from chiiki_gis.render.flow import Box
from chiiki_gis.render.furniture import Mark

if TYPE_CHECKING:
    from pikepdf import Array, Page, Pdf

POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class MapPlace:
    """Where the map lies on its page and on the ground: frame in mm, extent in metres of a plane CRS."""

    frame: Box
    extent: Extent
    epsg: int


@dataclass(frozen=True)
class FinishedPage:
    """What the file says of one page.

    title      its line in the outline
    label      what a reader calls the page in place of its number; empty for the number
    parts      layers that it was drawn in, each on a page of its own; empty for one page
    size_mm    exact width and height
    place      None for a page without a map
    marks      lines to measure again
    """

    title: str
    size_mm: tuple[float, float]
    place: MapPlace | None = None
    marks: tuple[Mark, ...] = ()
    label: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileFacts:
    """What the file says of itself; the stamp is its time of making, with its time zone or as UTC."""

    title: str
    author: str
    program: str
    stamp: datetime


def finish_pdf(
    raw: bytes, pages: Sequence[FinishedPage], facts: FileFacts, *, archive: bool = False
) -> bytes:
    """The PDF of QPdfWriter, finished and measured; equal input gives equal bytes.

    archive   as PDF/A-1b; `raw` must have been written so
    Raises WrongScale when a marked line is not where it must be, NotArchival for what PDF/A-1b forbids.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(raw)) as pdf:
        merge_layers(pdf, [page.parts for page in pages])
        if len(pdf.pages) != len(pages):
            raise ValueError(f"{len(pdf.pages)} pages were drawn and {len(pages)} described")
        mend_text(pdf)
        for number, page in enumerate(pages):
            _set_size(pdf, pdf.pages[number], page.size_mm)
            check_marks(pdf, number, page.size_mm[1], page.marks)
            if page.place is not None:
                _set_viewport(pdf, pdf.pages[number], page.place, page.size_mm[1])
        _set_outline(pdf, pages)
        _set_labels(pdf, pages)
        _set_viewer(pdf)
        _set_facts(pdf, facts)
        if archive:
            mend_archive(pdf, archival_packet(facts.title, facts.author, facts.program, facts.stamp))
        out = io.BytesIO()
        pdf.save(
            out,
            deterministic_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.disable
            if archive
            else pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()


def _set_size(pdf: Pdf, page: Page, size_mm: tuple[float, float]) -> None:
    """Qt rounds pages to whole points; put the true size and move the content to its upper edge."""
    import pikepdf

    rounded = float(page.mediabox[3])
    width, height = (mm * POINTS_PER_MM for mm in size_mm)
    box = _numbers((0, 0, width, height), 5)
    page.obj["/MediaBox"] = box
    for name in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
        if name in page.obj:
            page.obj[name] = box
    shift = f"q 1 0 0 1 0 {height - rounded:.5f} cm\n".encode("ascii")
    page.contents_add(pikepdf.Stream(pdf, shift), prepend=True)
    page.contents_add(pikepdf.Stream(pdf, b"\nQ\n"))


def _set_viewport(pdf: Pdf, page: Page, place: MapPlace, height_mm: float) -> None:
    """Let GIS programs and viewers read coordinates off the map (ISO 32000-2 12.10, geospatial measure)."""
    import pikepdf
    import pyproj
    from pikepdf import Dictionary, Name, String

    crs = pyproj.CRS.from_epsg(place.epsg)
    to_degrees = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    west, south, east, north = place.extent
    corners: list[float] = []
    for x, y in ((west, south), (west, north), (east, north), (east, south)):
        longitude, latitude = to_degrees.transform(x, y)
        corners += [latitude, longitude]
    frame = place.frame
    bounds = [
        frame.left * POINTS_PER_MM,
        (height_mm - frame.bottom) * POINTS_PER_MM,
        frame.right * POINTS_PER_MM,
        (height_mm - frame.top) * POINTS_PER_MM,
    ]
    unit_square = (0, 0, 0, 1, 1, 1, 1, 0)
    system = Dictionary(Type=Name.PROJCS, EPSG=place.epsg, WKT=String(crs.to_wkt("WKT1_ESRI")))
    measure = Dictionary(
        Type=Name.Measure,
        Subtype=Name.GEO,
        Bounds=_numbers(unit_square, 0),
        GPTS=_numbers(corners, 10),
        LPTS=_numbers(unit_square, 0),
        GCS=pdf.make_indirect(system),
    )
    viewport = Dictionary(
        Type=Name.Viewport,
        Name=String("地図"),
        BBox=_numbers(bounds, 5),
        Measure=pdf.make_indirect(measure),
    )
    page.obj["/VP"] = pikepdf.Array([viewport])


def _set_outline(pdf: Pdf, pages: Sequence[FinishedPage]) -> None:
    import pikepdf

    with pdf.open_outline() as outline:
        for number, page in enumerate(pages):
            outline.root.append(pikepdf.OutlineItem(page.title, number))


def _set_labels(pdf: Pdf, pages: Sequence[FinishedPage]) -> None:
    """Page labels: a page with a label has it in place of a number (ISO 32000-1 12.4.2)."""
    import pikepdf
    from pikepdf import Array, Dictionary, Name, String

    if not any(page.label for page in pages):
        return
    numbers = Array()
    for number, page in enumerate(pages):
        numbers.append(number)
        numbers.append(
            Dictionary(P=String(page.label)) if page.label else Dictionary(S=Name.D, St=number + 1)
        )
    pdf.Root.PageLabels = pikepdf.Dictionary(Nums=numbers)


def _set_viewer(pdf: Pdf) -> None:
    """Language, the title in the window's head, and no fitting to the page, which would spoil the scale."""
    from pikepdf import Dictionary, Name, String

    pdf.Root.Lang = String("ja-JP")
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True, PrintScaling=Name("/None"))


def _set_facts(pdf: Pdf, facts: FileFacts) -> None:
    """Title, author and dates, the same in Info and XMP; nothing that differs from run to run."""
    if "/Metadata" in pdf.Root:
        del pdf.Root.Metadata
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    iso = facts.stamp.isoformat(timespec="seconds")
    iso = iso if facts.stamp.tzinfo else iso + "+00:00"
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        metadata["dc:title"] = facts.title
        metadata["dc:creator"] = [facts.author]
        metadata["dc:language"] = {"ja-JP"}
        metadata["dc:format"] = "application/pdf"
        metadata["xmp:CreatorTool"] = facts.program
        metadata["pdf:Producer"] = facts.program
        for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
            metadata[name] = iso
    day = facts.stamp.strftime("%Y%m%d%H%M%S")
    zone = f"{iso[-6:-3]}'{iso[-2:]}'"
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    pdf.docinfo["/Title"] = facts.title
    pdf.docinfo["/Author"] = facts.author
    pdf.docinfo["/Creator"] = facts.program
    pdf.docinfo["/Producer"] = facts.program
    pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = f"D:{day}{zone}"


def _numbers(values: Sequence[float], digits: int) -> Array:
    """Numbers without exponents."""
    import pikepdf

    exact: list[Any] = [Decimal(f"{value:.{digits}f}") for value in values]
    return pikepdf.Array(exact)
