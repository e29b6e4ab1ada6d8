"""Tables of a report whose rows may be longer than a page: every line of a row can go to the next page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QPainter

from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Row
from chiiki_gis.render.furniture import draw_line
from chiiki_gis.render.tables import RULE, section_title
from chiiki_gis.render.typeset import BLACK, GREY, LINE, draw_text, wrap

PAD_MM = 0.7
"""Space left of the text of a column, and above and below a row."""
KEPT_LINES = 30
"""A row of no more lines than this is never divided."""


def report_rows(
    title: str,
    head: Sequence[str],
    widths: Sequence[float],
    lines: Sequence[Sequence[str]],
    width_mm: float,
    sizes: TypeSizes,
) -> list[Row]:
    """A table as rows that flow.

    widths   shares of the columns, in any unit
    lines    the texts of each table row; empty: nothing is drawn but a word that there is nothing
    """
    columns = [share * width_mm / sum(widths) for share in widths]
    heading = section_title(title, width_mm, sizes)
    if not lines:
        return [heading, *_row(["該当するものはありません。"], [width_mm], sizes, (heading,), GREY)]
    top = _head(head, columns, sizes)
    rows = [heading, top]
    for texts in lines:
        rows += _row(texts, columns, sizes, (heading, top), BLACK)
    return rows


def _head(texts: Sequence[str], columns: Sequence[float], sizes: TypeSizes) -> Row:
    """The head of the columns in one piece."""
    wrapped = [
        wrap(text, sizes.small, width - 2 * PAD_MM, bold=True)
        for text, width in zip(texts, columns, strict=True)
    ]
    count = max(map(len, wrapped))
    height = count * sizes.small * LINE + 2 * PAD_MM

    def paint(painter: QPainter, left: float, top: float) -> None:
        for number in range(count):
            _draw_line_of(painter, wrapped, number, columns, left, top + PAD_MM, sizes.small, GREY, bold=True)
        draw_line(painter, left, top + height, left + sum(columns), top + height, BLACK, 0.25)

    return Row(height, paint, keep_next=True)


def _row(
    texts: Sequence[str],
    columns: Sequence[float],
    sizes: TypeSizes,
    headings: tuple[Row, ...],
    color: str,
) -> list[Row]:
    """A table row as one flowing row a line, with a rule below the last."""
    wrapped = [
        wrap(text, sizes.small, width - 2 * PAD_MM) for text, width in zip(texts, columns, strict=True)
    ]
    count, step = max(map(len, wrapped)), sizes.small * LINE

    def line(number: int) -> Row:
        is_first, is_last = number == 0, number == count - 1
        above, below = (PAD_MM if is_first else 0.0), (PAD_MM if is_last else 0.0)

        def paint(painter: QPainter, left: float, top: float) -> None:
            _draw_line_of(painter, wrapped, number, columns, left, top + above, sizes.small, color)
            if is_last:
                y = top + above + step + below
                draw_line(painter, left, y, left + sum(columns), y, RULE, 0.1)

        stays = not is_last and count <= KEPT_LINES
        return Row(above + step + below, paint, headings, keep_next=stays)

    return [line(number) for number in range(count)]


def _draw_line_of(
    painter: QPainter,
    wrapped: Sequence[Sequence[str]],
    number: int,
    columns: Sequence[float],
    left: float,
    top: float,
    size_mm: float,
    color: str,
    *,
    bold: bool = False,
) -> None:
    """Line `number` of every column (a row moved up has lines at its own top)."""
    x = left
    for lines, width in zip(wrapped, columns, strict=True):
        if number < len(lines):
            offset = number * size_mm * LINE if bold else 0.0
            draw_text(
                painter, x + PAD_MM, top + offset + size_mm, lines[number], size_mm, bold=bold, color=color
            )
        x += width
