"""Where the parts of a sheet lie on the page, by paper and orientation alone.

The map frame therefore never depends on how long a legend is, and a series of sheets has equal frames.
"""

from __future__ import annotations

from dataclasses import dataclass

from chiiki_gis.core.sheet import Sheet
from chiiki_gis.render.flow import Box
from chiiki_gis.render.furniture import BAND_MM


@dataclass(frozen=True)
class TypeSizes:
    """Heights of the em in mm."""

    title: float
    heading: float
    body: float
    small: float
    smallest: float


@dataclass(frozen=True)
class Arrangement:
    """The parts of a map page and of the pages that continue it.

    frame         the map
    title         title block
    columns       legend and tables on the map page
    scale_block   north arrow, scale, scale bar, check line
    foot          sources and notes
    more_title, more_columns   the same parts on continuation pages
    """

    page: Box
    frame: Box
    title: Box
    columns: tuple[Box, ...]
    scale_block: Box
    foot: Box
    more_title: Box
    more_columns: tuple[Box, ...]
    sizes: TypeSizes


_SIZES = {
    "A3": TypeSizes(6.0, 3.3, 2.7, 2.2, 1.9),
    "A4": TypeSizes(4.4, 2.6, 2.15, 1.85, 1.65),
}
_MARGIN = {"A3": 10.0, "A4": 8.0}
_GAP = {"A3": 5.0, "A4": 3.5}
_SCALE_HEIGHT = {"A3": 32.0, "A4": 26.0}
_FOOT_HEIGHT = {"A3": 19.0, "A4": 16.0}


def arrange(sheet: Sheet) -> Arrangement:
    """The arrangement of a sheet's paper and orientation."""
    return _landscape(sheet) if sheet.orientation == "landscape" else _portrait(sheet)


def _landscape(sheet: Sheet) -> Arrangement:
    """The map on the left; title, legend, tables and scale in one column on the right."""
    page, margin, space = _page(sheet)
    large = sheet.paper == "A3"
    side, foot_height = (94.0 if large else 70.0), _FOOT_HEIGHT[sheet.paper]
    outer = Box(
        margin,
        margin,
        page.width - 2 * margin - side - space,
        page.height - 2 * margin - foot_height,
    )
    left = outer.right + space
    title = Box(left, margin, side, 31.0 if large else 23.5)
    scale = _at_bottom(Box(left, margin, side, page.height - 2 * margin), _SCALE_HEIGHT[sheet.paper])
    column = Box(left, title.bottom + space, side, scale.top - space / 2 - title.bottom - space)
    foot = Box(outer.left, outer.bottom + 2, outer.width, foot_height - 2)
    return _arrangement(sheet, outer, title, (column,), scale, foot)


def _portrait(sheet: Sheet) -> Arrangement:
    """The title above, the map over the whole width, three columns below it."""
    page, margin, space = _page(sheet)
    large = sheet.paper == "A3"
    width = page.width - 2 * margin
    title = Box(margin, margin, width, 22.0 if large else 17.0)
    foot = _at_bottom(Box(margin, margin, width, page.height - 2 * margin), _FOOT_HEIGHT[sheet.paper])
    band_height = 106.0 if large else 84.0
    band_top = foot.top - space / 2 - band_height
    outer = Box(margin, title.bottom + space, width, band_top - space / 2 - title.bottom - space)
    column_width = (width - 2 * space) / 3
    lefts = [margin + n * (column_width + space) for n in range(3)]
    scale = Box(lefts[2], band_top + band_height - _SCALE_HEIGHT[sheet.paper], column_width,
                _SCALE_HEIGHT[sheet.paper])  # fmt: skip
    columns = (
        Box(lefts[0], band_top, column_width, band_height),
        Box(lefts[1], band_top, column_width, band_height),
        Box(lefts[2], band_top, column_width, band_height - scale.height - space / 2),
    )
    return _arrangement(sheet, outer, title, columns, scale, foot)


def _arrangement(
    sheet: Sheet, outer: Box, title: Box, columns: tuple[Box, ...], scale: Box, foot: Box
) -> Arrangement:
    page, margin, space = _page(sheet)
    more_title = Box(margin, margin, page.width - 2 * margin, 2 * _SIZES[sheet.paper].title + 3)
    width = columns[0].width
    count = int((more_title.width + space) // (width + space))
    top = more_title.bottom + space
    more = tuple(
        Box(margin + n * (width + space), top, width, page.height - margin - top) for n in range(count)
    )
    return Arrangement(
        page, outer.grown(-BAND_MM), title, columns, scale, foot, more_title, more, _SIZES[sheet.paper]
    )


def _page(sheet: Sheet) -> tuple[Box, float, float]:
    width, height = sheet.size_mm
    return Box(0.0, 0.0, width, height), _MARGIN[sheet.paper], _GAP[sheet.paper]


def _at_bottom(box: Box, height: float) -> Box:
    return Box(box.left, box.bottom - height, box.width, height)
