"""Tables of a sheet as rows that can flow: areas, facilities, texts. Widths and sizes in mm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Row
from chiiki_gis.render.furniture import draw_line
from chiiki_gis.render.typeset import (
    BLACK,
    GREY,
    Align,
    Fitted,
    draw_fitted,
    draw_text,
    fit,
    text_width,
    wrap,
)

RULE = "#999999"
PADDING = 0.28
"""Space above and below the text of a table row, in em of the body text."""


@dataclass(frozen=True)
class AreaRow:
    """One area with its size in ha; a total is set in bold."""

    name: str
    hectares: float
    is_total: bool = False


@dataclass(frozen=True)
class FacilityRow:
    """One building: its number on the map, its zone in short and its verdict in words.

    color   fill of its marker on the map
    """

    number: str
    name: str
    zone: str
    verdict: str
    color: str


@dataclass(frozen=True)
class LinkRow:
    """The road from one building to one interchange, in words; the marker as on the map.

    after   the same with the plan's road works done; empty where that is not compared
    """

    number: str
    name: str
    interchange: str
    distance: str
    time: str
    color: str
    after: str = ""


@dataclass(frozen=True)
class Cell:
    """Text in one column of a table."""

    text: str
    share: float
    align: Align = "left"
    bold: bool = False


def section_title(text: str, width: float, sizes: TypeSizes) -> Row:
    """A heading that stays with what follows it."""
    fitted = fit(text, sizes.heading, sizes.body, width, bold=True)
    return Row(
        fitted.height_mm + 1.0,
        lambda painter, left, top: draw_fitted(painter, left, top, fitted),
        keep_next=True,
    )


def paragraph(text: str, width: float, size_mm: float, color: str = BLACK) -> list[Row]:
    """A text as one row a line, so that it can break between pages."""
    return [_line(line, size_mm, color) for line in wrap(text, size_mm, width)]


def area_rows(areas: Sequence[AreaRow], plane: str, width: float, sizes: TypeSizes) -> list[Row]:
    """Table of areas; empty for none. `plane` says in which CRS they were measured."""
    if not areas:
        return []
    title = section_title(f"区域の面積（{plane}）", width, sizes)
    head = _table_row(
        [Cell("区域", 0.70, bold=True), Cell("面積（ha）", 0.30, "right", True)], width, sizes, True
    )
    return [
        title,
        head,
        *(
            _table_row(
                [
                    Cell(area.name, 0.70, bold=area.is_total),
                    Cell(f"{area.hectares:,.2f}", 0.30, "right", area.is_total),
                ],
                width,
                sizes,
                headings=(title, head),
            )
            for area in areas
        ),
    ]


def facility_rows(facilities: Sequence[FacilityRow], width: float, sizes: TypeSizes) -> list[Row]:
    """Table of facilities with the marker each has on the map; empty for none."""
    columns = (("名称", 0.38), ("用途地域", 0.19), ("判定", 0.35))
    lines = [((f.name, f.zone, f.verdict), f.number, f.color) for f in facilities]
    return _numbered_table("特定居住拠点施設", columns, lines, width, sizes)


def link_rows(links: Sequence[LinkRow], width: float, sizes: TypeSizes) -> list[Row]:
    """Table of the roads to the interchanges; empty for none."""
    if any(link.after for link in links):
        compared = (("施設", 0.25), ("インター", 0.15), ("距離", 0.15), ("時間", 0.16), ("整備後", 0.21))
        more = [((x.name, x.interchange, x.distance, x.time, x.after), x.number, x.color) for x in links]
        return _numbered_table("インターチェンジからの道のり（整備の前後）", compared, more, width, sizes)
    columns = (("施設", 0.33), ("インター", 0.25), ("距離", 0.13), ("時間", 0.21))
    lines = [((x.name, x.interchange, x.distance, x.time), x.number, x.color) for x in links]
    return _numbered_table("インターチェンジからの道のり", columns, lines, width, sizes)


def draw_number(painter: QPainter, x: float, y: float, text: str, diameter: float, color: str) -> None:
    """A facility's number in its disc, centred at (x, y)."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawEllipse(QPointF(x, y), diameter / 2, diameter / 2)
    size = diameter * 0.68
    size = min(size, size * diameter * 0.86 / max(text_width(text, size, bold=True), 1e-9))
    draw_text(painter, x, y + size * 0.36, text, size, align="center", bold=True, color="#ffffff")


def _numbered_table(
    name: str,
    columns: Sequence[tuple[str, float]],
    lines: Sequence[tuple[Sequence[str], str, str]],
    width: float,
    sizes: TypeSizes,
) -> list[Row]:
    """A table whose lines (texts, number, colour) begin with the map's marker; empty for no lines."""
    if not lines:
        return []
    title = section_title(name, width, sizes)
    shares = [share for _, share in columns]
    first = Cell("", 1 - sum(shares))
    heads = [Cell(word, share, bold=True) for word, share in columns]
    head = _table_row([first, *heads], width, sizes, True)
    rows = [title, head]
    for texts, number, color in lines:
        cells = [first, *(Cell(text, share) for text, share in zip(texts, shares, strict=True))]
        row = _table_row(cells, width, sizes, headings=(title, head))
        rows.append(_with_marker(row, number, color, sizes))
    return rows


def _with_marker(row: Row, number: str, color: str, sizes: TypeSizes) -> Row:
    diameter = sizes.body * 1.3

    def paint(painter: QPainter, left: float, top: float) -> None:
        row.paint(painter, left, top)
        y = top + PADDING * sizes.body + sizes.body * 0.68
        draw_number(painter, left + diameter / 2 + 0.4, y, number, diameter, color)

    return Row(row.height, paint, row.headings)


def _line(text: str, size_mm: float, color: str) -> Row:
    fitted = Fitted((text,), size_mm)
    return Row(
        fitted.height_mm, lambda painter, left, top: draw_fitted(painter, left, top, fitted, color=color)
    )


def _fit_cell(cell: Cell, width: float, sizes: TypeSizes) -> Fitted:
    """One line where a little shrinking is enough, else as many as the text needs."""
    room = cell.share * width - PADDING * sizes.body
    line = fit(cell.text, sizes.body, sizes.body * 0.9, room, bold=cell.bold)
    if len(line.lines) == 1:
        return line
    return fit(cell.text, sizes.body, sizes.small, room, lines=2, bold=cell.bold)


def _table_row(
    cells: Sequence[Cell],
    width: float,
    sizes: TypeSizes,
    is_head: bool = False,
    *,
    headings: tuple[Row, ...] = (),
) -> Row:
    """One table row with a rule below it; every cell wraps inside its column."""
    fitted = [_fit_cell(cell, width, sizes) for cell in cells]
    height = max(f.height_mm for f in fitted) + 2 * PADDING * sizes.body

    def paint(painter: QPainter, left: float, top: float) -> None:
        x = left
        for cell, text in zip(cells, fitted, strict=True):
            place = {"left": x, "center": x + cell.share * width / 2, "right": x + cell.share * width}
            color = GREY if is_head else BLACK
            draw_fitted(
                painter, place[cell.align], top + PADDING * sizes.body, text, align=cell.align, color=color
            )
            x += cell.share * width
        rule = (BLACK, 0.25) if is_head else (RULE, 0.1)
        draw_line(painter, left, top + height, left + width, top + height, *rule)

    return Row(height, paint, headings, keep_next=is_head)
