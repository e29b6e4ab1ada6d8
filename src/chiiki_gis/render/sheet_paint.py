"""A sheet on paper: the same code paints the preview in the window, the PDF, the printer and the PNG."""

from __future__ import annotations

from typing import Literal, TypeAlias

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from chiiki_gis.core.eras import japanese_date
from chiiki_gis.render.arrangement import Arrangement
from chiiki_gis.render.flow import paint_placed
from chiiki_gis.render.furniture import (
    BAND_MM,
    Mark,
    draw_check_line,
    draw_coordinates,
    draw_mark,
    draw_north_arrow,
    draw_rectangle,
    draw_scale_bar,
    draw_stamp,
)
from chiiki_gis.render.paint import MapLayer, paint_map
from chiiki_gis.render.sheet import SheetContent, SheetLayout, arrow_width, lay_out
from chiiki_gis.render.sheet_extras import draw_neighbours, draw_true_north, north_words
from chiiki_gis.render.title_block import TitleTexts, draw_continuation_title, draw_title_block
from chiiki_gis.render.typeset import BLACK, GREY, draw_fitted, draw_text, fit, text_width
from chiiki_gis.render.view import View

SheetPart: TypeAlias = int | Literal["labels", "furniture"]
"""A layer by its place from below, the labels of all layers, or what surrounds the map."""


def paint_sheet(
    painter: QPainter,
    content: SheetContent,
    px_per_mm: float,
    page: int = 0,
    *,
    opaque: bool = False,
    part: SheetPart | None = None,
) -> None:
    """Draw one page of a sheet; the painter's origin is the page's upper left corner, its unit a pixel.

    page     0 for the map page, then the continuation pages of `lay_out(content).pages`
    opaque   blend the map's colours with white in place of alpha, which PDF/A-1 does not know
    part     of the map page, one of `sheet_parts`; all of it without
    The paper itself is not filled.
    """
    layout = lay_out(content)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if page == 0:
        _paint_map_page(painter, content, layout, px_per_mm, opaque, part)
    else:
        painter.scale(px_per_mm, px_per_mm)
        _paint_more_title(painter, content, layout, page)
        paint_placed(painter, layout.pages[page])
    painter.restore()


def sheet_parts(content: SheetContent) -> tuple[tuple[str, SheetPart], ...]:
    """The parts of a map page with their names, in the order in which they are drawn."""
    shown = [(n, entry) for n, entry in enumerate(content.layers) if _is_drawn(entry)]
    layers: list[tuple[str, SheetPart]] = [(entry.layer.name, n) for n, entry in shown]
    return (*layers, ("注記", "labels"), ("整飾", "furniture"))


def _is_drawn(entry: MapLayer) -> bool:
    return entry.layer.style.visible and entry.layer.style.opacity > 0


def _paint_map_page(
    painter: QPainter,
    content: SheetContent,
    layout: SheetLayout,
    px_per_mm: float,
    opaque: bool,
    part: SheetPart | None,
) -> None:
    frame = layout.arrangement.frame
    view = View.at_scale(
        content.center,
        content.sheet.scale,
        frame.width * px_per_mm,
        frame.height * px_per_mm,
        px_per_mm,
        frame.left * px_per_mm,
        frame.top * px_per_mm,
    )
    has_furniture = part in (None, "furniture")
    if has_furniture:
        painter.save()
        painter.scale(px_per_mm, px_per_mm)
        _paint_scale_block(painter, content, layout, view)
        painter.restore()
    if part != "furniture":
        _paint_map(painter, content, view, opaque, part)
    if has_furniture:
        painter.save()
        painter.scale(px_per_mm, px_per_mm)
        _paint_frame(painter, content, layout)
        _paint_title(painter, content, layout.arrangement)
        paint_placed(painter, layout.pages[0])
        painter.restore()


def _paint_map(
    painter: QPainter, content: SheetContent, view: View, opaque: bool, part: SheetPart | None
) -> None:
    """The map inside its frame: all of it, one layer, or the labels alone."""
    layers = content.layers[part : part + 1] if isinstance(part, int) else content.layers
    painter.save()
    painter.setClipRect(QRectF(view.left_px, view.top_px, view.width_px, view.height_px))
    paint_map(
        painter,
        layers,
        view,
        opaque=opaque,
        labels=not isinstance(part, int),
        features=part != "labels",
    )
    painter.restore()


def _paint_scale_block(painter: QPainter, content: SheetContent, layout: SheetLayout, view: View) -> None:
    """North arrow, scale in figures, bar, check line, and the lower edge of the map (later under the frame).

    Bar and edge lie where the map's own transform puts them, so that measuring them measures the map.
    """
    parts, sizes = layout.arrangement, layout.arrangement.sizes
    block, (bar, check, edge) = parts.scale_block, layout.marks
    left = bar.start[0]
    arrow = sizes.title * 2.9
    draw_north_arrow(painter, block.left + arrow_width(parts) * 0.36, block.top + 1, arrow)
    _paint_true_north(painter, content, parts, arrow)
    scale = f"縮尺 1:{content.sheet.scale:,}"
    draw_text(painter, left, block.top + sizes.title, scale, sizes.title * 0.85, bold=True)
    paper = f"{content.sheet.paper}判に等倍で印刷したときの縮尺です。"
    note = fit(paper, sizes.small, sizes.smallest * 0.8, block.right - left)
    draw_fitted(painter, left, block.top + sizes.title * 1.2, note, color=GREY)
    bar_mm = layout.bar_metres / (view.metres_per_px * view.px_per_mm)
    drawn = Mark(bar.name, bar.color, bar.start, (bar.start[0] + bar_mm, bar.start[1]))
    draw_scale_bar(painter, drawn, layout.bar_metres, sizes.small)
    draw_check_line(painter, check, sizes.small)
    west, south, east, _ = content.extent
    corners = [_on_paper(view, x, south) for x in (west, east)]
    draw_mark(painter, Mark(edge.name, edge.color, corners[0], corners[1]), 0.2)


def _paint_true_north(painter: QPainter, content: SheetContent, parts: Arrangement, arrow: float) -> None:
    """True north as a line beside the arrow of grid north, and the angle between them."""
    if content.north_deg is None:
        return
    block, small = parts.scale_block, parts.sizes.smallest
    x, foot = block.left + arrow_width(parts) * 0.36, block.top + 1 + arrow
    draw_true_north(painter, x, block.top + 1 + arrow * 0.28, foot, content.north_deg)  # below the N
    words = f"真北 {north_words(content.north_deg)}"
    draw_text(painter, block.left, foot + small * 1.3, words, small, color="#c00000")


def _on_paper(view: View, x: float, y: float) -> tuple[float, float]:
    """Where the map's own transform puts a ground point, in mm on the page."""
    left = view.left_px + (x - view.west) / view.metres_per_px
    top = view.top_px + (view.north - y) / view.metres_per_px
    return left / view.px_per_mm, top / view.px_per_mm


def _paint_frame(painter: QPainter, content: SheetContent, layout: SheetLayout) -> None:
    parts, frame = layout.arrangement, layout.arrangement.frame
    draw_coordinates(painter, frame, content.extent, content.sheet.scale, parts.sizes.smallest * 0.95)
    draw_rectangle(painter, frame.grown(BAND_MM), BLACK, 0.2)
    draw_rectangle(painter, frame, BLACK, 0.5)
    if content.index is not None:
        draw_neighbours(painter, frame, content.index, parts.sizes.small)
    if content.mark:
        size = parts.sizes.heading
        width = text_width(content.mark, size, bold=True) + 2 * size
        draw_stamp(painter, frame.right - 3, frame.top + 3, content.mark, size, width)


def _paint_title(painter: QPainter, content: SheetContent, parts: Arrangement) -> None:
    draw_title_block(painter, parts.title, _title_texts(content), parts.sizes)


def _paint_more_title(painter: QPainter, content: SheetContent, layout: SheetLayout, page: int) -> None:
    parts = layout.arrangement
    texts = _title_texts(content)
    draw_continuation_title(painter, parts.more_title, texts, page + 1, len(layout.pages), parts.sizes)


def _title_texts(content: SheetContent) -> TitleTexts:
    page, pages = content.position
    number = f"{content.sheet.number}　{page}/{pages}".strip() if pages > 1 else content.sheet.number
    created = content.sheet.created or japanese_date(content.created)
    return TitleTexts(content.plan_title, content.sheet.title, number, created, content.author)
