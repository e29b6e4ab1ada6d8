"""How rows of a legend or a table fill columns and pages; nothing is cut, what does not fit goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter

from chiiki_gis.core.errors import BadInput

Paint = Callable[[QPainter, float, float], None]
"""Draws at left, top in mm."""

SLACK_MM = 1e-6


@dataclass(frozen=True)
class Box:
    """A rectangle on the page, mm from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.top + self.height

    def grown(self, by: float) -> Box:
        """The box with every edge moved outwards."""
        return Box(self.left - by, self.top - by, self.width + 2 * by, self.height + 2 * by)


@dataclass(frozen=True, eq=False)
class Row:
    """One indivisible strip of a legend or a table.

    headings   rows repeated above this one where a column begins with it
    keep_next  stays in one column with the following row
    is_gap     empty space, left out at the top of a column
    """

    height: float
    paint: Paint
    headings: tuple[Row, ...] = ()
    keep_next: bool = False
    is_gap: bool = False


@dataclass(frozen=True, eq=False)
class Placed:
    """A row and where it goes."""

    row: Row
    left: float
    top: float


def gap(height: float) -> Row:
    """Empty space between sections."""
    return Row(height, lambda _painter, _left, _top: None, is_gap=True)


def flow(
    rows: Sequence[Row], columns: Sequence[Box], *, whole_sections: bool = False
) -> tuple[list[Placed], list[Row]]:
    """Fill columns in order; returns what was placed and the rows for which no room was left.

    whole_sections   a section (rows up to a gap) that fits into the next column is not divided
    """
    placed: list[Placed] = []
    waiting = list(rows)
    for number, column in enumerate(columns):
        top = column.top
        following = columns[number + 1].height if number + 1 < len(columns) else 0.0
        while waiting:
            if top == column.top and waiting[0].is_gap:
                waiting.pop(0)
                continue
            group = _group(waiting)
            section = sum(row.height for row in _section(waiting))
            if whole_sections and column.bottom + SLACK_MM < top + section and section <= following:
                break
            strip = [*group[0].headings, *group] if top == column.top else group
            if top + sum(row.height for row in strip) > column.bottom + SLACK_MM:
                break
            for row in strip:
                placed.append(Placed(row, column.left, top))
                top += row.height
            del waiting[: len(group)]
    return placed, waiting


def flow_pages(rows: Sequence[Row], columns: Sequence[Box]) -> list[list[Placed]]:
    """Fill as many pages of such columns as the rows need. Raises BadInput for a row taller than a column."""
    pages: list[list[Placed]] = []
    waiting = list(rows)
    while waiting:
        placed, rest = flow(waiting, columns)
        if len(rest) == len(waiting):
            raise BadInput(
                "図面の表を組めませんでした。",
                "名称や説明に、1ページに収まらない長さのものがあります。",
                "区域や施設の名称を短くしてから、もう一度印刷してください。",
            )
        if placed:
            pages.append(placed)
        waiting = rest
    return pages


def paint_placed(painter: QPainter, placed: Sequence[Placed]) -> None:
    """Draw every row at its place; the painter's unit is 1 mm."""
    for item in placed:
        item.row.paint(painter, item.left, item.top)


def _section(rows: Sequence[Row]) -> list[Row]:
    """The rows before the next gap; none where a section is already under way or a gap comes first."""
    if rows[0].headings or rows[0].is_gap:
        return []
    ends = [number for number, row in enumerate(rows) if row.is_gap]
    return list(rows[: ends[0]] if ends else rows)


def _group(rows: Sequence[Row]) -> list[Row]:
    """The first row with all that must stay below it."""
    count = 1
    while rows[count - 1].keep_next and count < len(rows):
        count += 1
    return list(rows[:count])
