"""One map annex laid out: map frame at an exact scale, title block, legend, tables, furniture.

`render.sheet_paint` draws it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtGui import QPainter

from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.sheet import Extent, Sheet
from chiiki_gis.render.arrangement import Arrangement, arrange
from chiiki_gis.render.flow import Box, Placed, Row, flow, flow_pages, gap
from chiiki_gis.render.fonts import missing_characters
from chiiki_gis.render.furniture import (
    BAR_COLOR,
    CHECK_COLOR,
    CHECK_LINE_MM,
    FRAME_COLOR,
    Mark,
    SeriesIndex,
    bar_metres,
    draw_index,
)
from chiiki_gis.render.legend import LegendEntry, legend_rows
from chiiki_gis.render.paint import MapLayer
from chiiki_gis.render.sheet_extras import (
    logo_rows,
    north_words,
    remark_rows,
)
from chiiki_gis.render.tables import (
    AreaRow,
    FacilityRow,
    LinkRow,
    area_rows,
    facility_rows,
    link_rows,
    paragraph,
    section_title,
)
from chiiki_gis.render.typeset import GREY


@dataclass(frozen=True, eq=False)
class SheetContent:
    """All that one sheet shows.

    sheet      paper, orientation, a scale > 0, title and number
    center     of the map, metres in the CRS `epsg` (a plane zone)
    layers     bottom to top
    sources    出典, one layer each
    unsourced  names of drawn layers without one
    north_deg  真北方向角: true north from grid north, clockwise; None where the CRS is no plane zone
    mark       内部利用 or 架空, stamped on the map; empty for none
    position   page of the series and number of pages
    index      key of a series of neighbouring maps, None for a single one
    """

    sheet: Sheet
    plan_title: str
    author: str
    created: date
    epsg: int
    center: tuple[float, float]
    layers: tuple[MapLayer, ...]
    legend: tuple[LegendEntry, ...] = ()
    areas: tuple[AreaRow, ...] = ()
    facilities: tuple[FacilityRow, ...] = ()
    links: tuple[LinkRow, ...] = ()
    sources: tuple[str, ...] = ()
    unsourced: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    north_deg: float | None = None
    mark: str = ""
    position: tuple[int, int] = (1, 1)
    index: SeriesIndex | None = None

    @property
    def extent(self) -> Extent:
        """Ground inside the map frame."""
        return frame_extent(self.sheet, self.center)


@dataclass(frozen=True, eq=False)
class SheetLayout:
    """A sheet's rows at their places.

    pages   first the map page, then its continuations
    marks   lines of the map page that a finished PDF must show at these places
    notes   what the user should know, Japanese sentences
    """

    arrangement: Arrangement
    pages: tuple[tuple[Placed, ...], ...]
    marks: tuple[Mark, ...]
    bar_metres: float
    notes: tuple[str, ...]


def frame_mm(sheet: Sheet) -> tuple[float, float]:
    """Width and height of the map on this paper."""
    frame = arrange(sheet).frame
    return frame.width, frame.height


def frame_extent(sheet: Sheet, center: tuple[float, float]) -> Extent:
    """Ground inside the map frame for a centre (m)."""
    width, height = frame_mm(sheet)
    half_x, half_y = width * sheet.scale / 2000, height * sheet.scale / 2000
    return center[0] - half_x, center[1] - half_y, center[0] + half_x, center[1] + half_y


def lay_out(content: SheetContent) -> SheetLayout:
    """Place everything. Raises BadInput for a title or a name too long for its page."""
    parts = arrange(content.sheet)
    rows = _column_rows(content, parts)
    foot, moved = _foot_rows(content, parts)
    if moved:
        rows += [gap(3.0), *moved]
    placed, rest = flow(rows, parts.columns, whole_sections=True)
    if rest:
        placed, rest = flow(rows, parts.columns)
    notes: list[str] = []
    if rest:
        placed, rest = _flow_with_notice(rows, parts)
        notes.append(f"図面「{content.sheet.title}」の凡例や表は、続きのページに及びます。")
    missing = missing_characters(_texts_of(content))
    if missing:
        notes.append(f"図面「{content.sheet.title}」の文字「{missing}」は、書体になく、四角で印刷されます。")
    feet, _ = flow(foot, (parts.foot,))
    more = flow_pages(rest, parts.more_columns)
    metres, marks = _marks(content.sheet, parts)
    return SheetLayout(parts, ((*placed, *feet), *map(tuple, more)), marks, metres, tuple(notes))


def _column_rows(content: SheetContent, parts: Arrangement) -> list[Row]:
    width, sizes = parts.columns[0].width, parts.sizes
    sections = (
        legend_rows(content.legend, width, sizes),
        area_rows(content.areas, _plane_name(content.epsg), width, sizes),
        facility_rows(content.facilities, width, sizes),
        link_rows(content.links, width, sizes),
        _index_rows(content.index, width, parts),
        remark_rows(content.sheet.text, width, sizes),
    )
    rows: list[Row] = logo_rows(content.sheet.logo, width)
    for section in sections:
        if section and rows:
            rows.append(gap(3.0))
        rows += section
    return rows


def _texts_of(content: SheetContent) -> Iterator[str]:
    """Everything written on the sheet that comes from the user."""
    yield from (content.plan_title, content.sheet.title, content.sheet.number, content.author, content.mark)
    yield content.sheet.text
    yield from (entry.text for entry in content.legend)
    yield from (area.name for area in content.areas)
    for facility in content.facilities:
        yield from (facility.name, facility.zone, facility.verdict)
    for link in content.links:
        yield from (link.name, link.interchange)
    yield from (*content.sources, *content.notes)


def _plane_name(epsg: int) -> str:
    """The CRS without its datum, which the line below the map names."""
    return crs_label(epsg).split("（")[0]


def _index_rows(index: SeriesIndex | None, width: float, parts: Arrangement) -> list[Row]:
    if index is None:
        return []
    height = min(30.0, 9.0 * index.rows)

    def paint(painter: QPainter, left: float, top: float) -> None:
        draw_index(painter, index, Box(left, top, width, height), parts.sizes.body)

    return [section_title("索引図", width, parts.sizes), Row(height + 1, paint)]


def _foot_rows(content: SheetContent, parts: Arrangement) -> tuple[list[Row], list[Row]]:
    """Rows below the map, and those that found no room there and belong to the columns."""
    angle = north_words(content.north_deg)
    north = f"　方位：座標北（真北方向角 {angle}）" if angle else "　方位：座標北"
    system = f"座標系：{crs_label(content.epsg)}　EPSG:{content.epsg}{north}"
    texts = _foot_texts(content)
    size = parts.sizes.small
    while size >= parts.sizes.smallest - 1e-9:
        rows = [row for text in (system, *texts) for row in paragraph(text, parts.foot.width, size, GREY)]
        if sum(row.height for row in rows) <= parts.foot.height:
            return rows, []
        size -= 0.05
    short = [system, "出典と注記は、凡例に続けて示します。"]
    rows = [row for text in short for row in paragraph(text, parts.foot.width, parts.sizes.small, GREY)]
    width = parts.columns[0].width
    moved = [section_title("出典・注記", width, parts.sizes)]
    for text in (*_source_lines(content), *content.notes):
        moved += paragraph(text, width, parts.sizes.small)
    return rows, moved


def _foot_texts(content: SheetContent) -> list[str]:
    texts = []
    if content.sources:
        texts.append("出典：" + "／".join(content.sources) + "　を加工して作成。")
    if content.notes:
        texts.append("注：" + "".join(content.notes))
    return texts


def _source_lines(content: SheetContent) -> list[str]:
    return [f"・{source}" for source in content.sources] + (
        ["上記を加工して作成。"] if content.sources else []
    )


def _flow_with_notice(rows: Sequence[Row], parts: Arrangement) -> tuple[list[Placed], list[Row]]:
    """Fill the columns of the map page but for a line that says where the rest is."""
    size, last = parts.sizes.small, parts.columns[-1]
    reserve = size * 2
    shorter = Box(last.left, last.top, last.width, last.height - reserve)
    placed, rest = flow(rows, (*parts.columns[:-1], shorter))
    count = sum(1 for row in rest if row.headings)
    text = f"ほか {count} 件は次のページに続きます。" if count else "次のページに続きます。"
    notice = paragraph(text, last.width, size, "#c00000")
    return [*placed, Placed(notice[0], last.left, shorter.bottom + size * 0.4)], rest


def _marks(sheet: Sheet, parts: Arrangement) -> tuple[float, tuple[Mark, ...]]:
    """Ground length of the scale bar, and the three lines that are measured again."""
    block, frame, small = parts.scale_block, parts.frame, parts.sizes.small
    left = block.left + arrow_width(parts)
    metres = bar_metres(sheet.scale, block.right - left - small * 3)
    bar_y = block.top + parts.sizes.title * 1.6 + small * 1.9
    check_y = block.bottom - small * 2.6
    return metres, (
        Mark("縮尺バー", BAR_COLOR, (left, bar_y), (left + metres * 1000 / sheet.scale, bar_y)),
        Mark("縮尺確認線", CHECK_COLOR, (block.left, check_y), (block.left + CHECK_LINE_MM, check_y)),
        Mark("図郭", FRAME_COLOR, (frame.left, frame.bottom), (frame.right, frame.bottom)),
    )


def arrow_width(parts: Arrangement) -> float:
    """Room of the north arrow (mm)."""
    return parts.sizes.title * 3.2
