"""The title block of a map page and the heading of a continuation page; the painter's unit is 1 mm."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QPainter

from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Box
from chiiki_gis.render.furniture import draw_line, draw_rectangle
from chiiki_gis.render.typeset import BLACK, GREY, Align, Fitted, draw_fitted, fit_box


@dataclass(frozen=True)
class TitleTexts:
    """What a title block says.

    plan     the plan's name
    title    the sheet's name
    number   図面番号 and page
    created  作成年月日
    author   who made it
    """

    plan: str
    title: str
    number: str
    created: str
    author: str

    @property
    def facts(self) -> tuple[str, ...]:
        """The three short texts, where given."""
        labelled = (
            ("図面番号", self.number),
            ("作成", self.created),
            ("作成者", self.author),
        )
        return tuple(f"{label}　{text}" for label, text in labelled if text)


def draw_title_block(painter: QPainter, box: Box, texts: TitleTexts, sizes: TypeSizes) -> None:
    """Draw it with the facts below the title in a narrow box, beside it in a wide one."""
    draw_rectangle(painter, box, BLACK, 0.5)
    if box.width > 150:
        _draw_wide(painter, box, texts, sizes)
    else:
        _draw_narrow(painter, box, texts, sizes)


def draw_continuation_title(
    painter: QPainter, box: Box, texts: TitleTexts, page: int, pages: int, sizes: TypeSizes
) -> None:
    """One line that says which sheet is continued here, above a rule."""
    text = f"{texts.title}　（続き {page}/{pages}）"
    middle = box.left + box.width * 0.62
    _draw_in(
        painter,
        Box(box.left, box.top, middle - box.left, box.height - 2),
        text,
        sizes.title * 0.8,
        sizes,
        True,
    )
    rest = "　".join((texts.plan, texts.number))
    right = Box(middle, box.top, box.right - middle, box.height - 2)
    _draw_in(painter, right, rest, sizes.body, sizes, False, "right")
    draw_line(painter, box.left, box.bottom, box.right, box.bottom, BLACK, 0.4)


def _draw_narrow(painter: QPainter, box: Box, texts: TitleTexts, sizes: TypeSizes) -> None:
    inner, pad = box.width - 5, 2.5
    first = box.top + box.height * 0.27
    last = box.bottom - box.height * 0.33
    draw_line(painter, box.left, first, box.right, first, BLACK, 0.2)
    _draw_in(
        painter,
        Box(box.left + pad, box.top, inner, first - box.top),
        texts.plan,
        sizes.heading * 1.05,
        sizes,
        True,
    )
    _draw_in(painter, Box(box.left + pad, first, inner, last - first), texts.title, sizes.title, sizes, True)
    facts = Box(box.left + pad, last, inner, box.bottom - last - 1)
    lines = texts.facts
    number, others = "　".join(lines[:1]), "　　".join(lines[1:])
    _draw_in(painter, facts, f"{number}\n{others}" if number else others, sizes.body, sizes, False)


def _draw_wide(painter: QPainter, box: Box, texts: TitleTexts, sizes: TypeSizes) -> None:
    pad, split = 3.0, box.right - box.width * 0.30
    first = box.top + box.height * 0.36
    width = split - box.left - 2 * pad
    draw_line(painter, split, box.top, split, box.bottom, BLACK, 0.2)
    draw_line(painter, box.left, first, split, first, BLACK, 0.2)
    _draw_in(
        painter, Box(box.left + pad, box.top, width, first - box.top), texts.plan, sizes.heading, sizes, True
    )
    _draw_in(
        painter, Box(box.left + pad, first, width, box.bottom - first), texts.title, sizes.title, sizes, True
    )
    facts = Box(split + pad, box.top, box.right - split - 2 * pad, box.height)
    _draw_in(painter, facts, "\n".join(texts.facts), sizes.body, sizes, False)


def _draw_in(
    painter: QPainter,
    box: Box,
    text: str,
    size_mm: float,
    sizes: TypeSizes,
    bold: bool,
    align: Align = "left",
) -> None:
    """Fit a text into a box and centre it upright."""
    fitted: Fitted = fit_box(text, size_mm, sizes.smallest * 0.8, box.width, box.height, bold=bold)
    x = {"left": box.left, "center": box.left + box.width / 2, "right": box.right}[align]
    top = box.top + (box.height - fitted.height_mm) / 2
    draw_fitted(painter, x, top, fitted, align=align, color=BLACK if bold else GREY)
