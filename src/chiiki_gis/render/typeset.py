"""Text on a sheet in millimetres: measured, wrapped by Japanese rules, shrunk to fit, never cut.

All text is measured and drawn with one font of 100 px and scaled, so that a line breaks at the same
character on the screen, in a PDF and on a printer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from chiiki_gis.core.errors import BadInput
from chiiki_gis.render.fonts import japanese_font

Align = Literal["left", "center", "right"]

EM_PX = 100
BLACK = "#000000"
GREY = "#444444"
LINE = 1.35
"""Distance of two baselines in em."""

NOT_FIRST = frozenset(
    "、。，．・：；？！）」』】〕〉》］｝’”ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々〻,.:;?!)]}%％㎡"
)
NOT_LAST = frozenset("（「『【〔〈《［｛‘“([{")
"""Characters no line begins or ends with (行頭・行末禁則, JIS X 4051)."""


@dataclass(frozen=True)
class Fitted:
    """Lines of text and the size at which they fit."""

    lines: tuple[str, ...]
    size_mm: float
    bold: bool = False

    @property
    def height_mm(self) -> float:
        """Height of all lines."""
        return len(self.lines) * self.size_mm * LINE


@cache
def _font(bold: bool) -> QFont:
    return japanese_font(EM_PX, bold=bold)


@cache
def _metrics(bold: bool) -> QFontMetricsF:
    return QFontMetricsF(_font(bold))


def text_width(text: str, size_mm: float, *, bold: bool = False) -> float:
    """Width in mm of one line of text whose em is `size_mm`."""
    return _advance(text, bold) * size_mm / EM_PX


@lru_cache(maxsize=20_000)
def _advance(text: str, bold: bool) -> float:
    """Width in px of the font of EM_PX; a series of sheets asks for the same words again and again."""
    return _metrics(bold).horizontalAdvance(text)


def wrap(text: str, size_mm: float, width_mm: float, *, bold: bool = False) -> tuple[str, ...]:
    """Lines no wider than `width_mm`; broken between Japanese characters or at spaces of Latin text.

    A line break in the text is kept. A word wider than the whole line is broken inside. At least one line.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, size_mm, width_mm, bold)
    return tuple(lines)


def fit(
    text: str, size_mm: float, smallest_mm: float, width_mm: float, *, lines: int = 1, bold: bool = False
) -> Fitted:
    """The text in at most `lines` lines, shrunk down to `smallest_mm`, at that size in as many as needed."""
    size = size_mm
    while True:
        wrapped = wrap(text, size, width_mm, bold=bold)
        if len(wrapped) <= lines or size <= smallest_mm:
            return Fitted(wrapped, size, bold)
        size = max(smallest_mm, size - 0.1)


def fit_box(
    text: str, size_mm: float, smallest_mm: float, width_mm: float, height_mm: float, *, bold: bool = False
) -> Fitted:
    """The text wrapped and shrunk into a box. Raises BadInput where even the smallest size is too large."""
    size = size_mm
    while True:
        fitted = Fitted(wrap(text, size, width_mm, bold=bold), size, bold)
        if fitted.height_mm <= height_mm:
            return fitted
        if size <= smallest_mm:
            raise BadInput(
                f"「{text[:20]}…」を図面に入れられませんでした。",
                "文字数が多すぎて、表題欄に収まりません。",
                "図面の題名や計画の名称を短くしてください。",
            )
        size = max(smallest_mm, size - 0.1)


def draw_text(
    painter: QPainter,
    x: float,
    baseline: float,
    text: str,
    size_mm: float,
    *,
    align: Align = "left",
    bold: bool = False,
    color: str = BLACK,
    angle_deg: float = 0.0,
) -> None:
    """Draw one line of text; the painter's unit is 1 mm. The angle turns clockwise about (x, baseline)."""
    if not text:
        return
    shift = {"left": 0.0, "center": 0.5, "right": 1.0}[align] * text_width(text, size_mm, bold=bold)
    painter.save()
    painter.translate(x, baseline)
    painter.rotate(angle_deg)
    painter.translate(-shift, 0)
    painter.scale(size_mm / EM_PX, size_mm / EM_PX)
    painter.setFont(_font(bold))
    painter.setPen(QColor(color))
    painter.drawText(QPointF(0, 0), text)
    painter.restore()


def draw_fitted(
    painter: QPainter, x: float, top: float, text: Fitted, *, align: Align = "left", color: str = BLACK
) -> None:
    """Draw fitted lines downwards from `top`."""
    step = text.size_mm * LINE
    for number, line in enumerate(text.lines):
        baseline = top + number * step + text.size_mm * 1.03
        draw_text(painter, x, baseline, line, text.size_mm, align=align, bold=text.bold, color=color)


def _wrap_paragraph(text: str, size_mm: float, width_mm: float, bold: bool) -> list[str]:
    lines: list[str] = []
    rest = text.rstrip()
    most = int(width_mm / size_mm * 6) + 2  # no character is narrower than a sixth of an em
    while len(rest) > most or text_width(rest, size_mm, bold=bold) > width_mm:
        count = _longest_prefix(rest, size_mm, width_mm, bold)
        cut = _better_break(rest, _break_before(rest, count))
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, rest]


def _longest_prefix(text: str, size_mm: float, width_mm: float, bold: bool) -> int:
    low, high = 1, min(len(text), int(width_mm / size_mm * 6) + 2)
    while low < high:
        middle = (low + high + 1) // 2
        if text_width(text[:middle], size_mm, bold=bold) <= width_mm:
            low = middle
        else:
            high = middle - 1
    return low


def _break_before(text: str, count: int) -> int:
    """The last allowed break at or before `count`, or `count` itself where there is none."""
    for cut in range(count, 0, -1):
        if cut < len(text) and _may_break(text[cut - 1], text[cut]):
            return cut
    return count


def _better_break(text: str, cut: int) -> int:
    """The break, or one that splits no short bracket and no part between ideographic spaces.

    Only a break in the line's last two thirds is better.
    """
    spaced = text.rfind("\u3000", cut // 3, cut) + 1
    if spaced:
        return spaced
    opened = text.rfind("（", 0, cut)
    closed = text.find("）", opened)
    splits = opened >= cut / 2 and cut <= closed <= opened + cut
    return opened if splits and text[opened - 1] not in NOT_LAST else cut


def _may_break(before: str, after: str) -> bool:
    if after in NOT_FIRST or before in NOT_LAST:
        return False
    if before == " " or after == " ":
        return True
    return not (_is_latin(before) and _is_latin(after))


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()
