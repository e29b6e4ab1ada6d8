"""Colours for classes: ramps whose lightness falls steadily, and a set of colours apart from each other.

A ramp tells its steps apart by lightness alone, so that it survives colour blindness and a black-and-white
printer. The set for categories is that of Okabe & Ito (Color Universal Design, 2008) with lighter relatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chiiki_gis.core.style import Hatch


@dataclass(frozen=True)
class Ramp:
    """A row of anchor colours, light to dark; classes are taken from it at equal steps of lightness."""

    id: str
    japanese: str
    anchors: tuple[str, ...]


RAMPS = (
    Ramp("blue", "青", ("#eff3ff", "#9ecae1", "#3b82bd", "#08306b")),
    Ramp("red", "黄〜赤", ("#fff7c9", "#fdc05f", "#ee6a33", "#b10f26", "#7a0018")),
    Ramp("green", "緑", ("#f0f9e8", "#a8ddb5", "#3f9f63", "#00401f")),
    Ramp("purple", "紫", ("#f5f3fa", "#bcbddc", "#7c74b4", "#45148c")),
    Ramp("teal", "黄〜青緑〜紺", ("#fdf7c3", "#8fd3b6", "#2f8fb5", "#2a3c93")),
    Ramp("gray", "灰（白黒）", ("#f4f4f4", "#3c3c3c")),
)

CATEGORY_COLORS = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#7f7f7f",
    "#ffd88a", "#b5e0f9", "#8fd9c2", "#f3c6de",
)  # fmt: skip
_HATCHES: tuple[Hatch, ...] = ("none", "diagonal", "back_diagonal", "cross")


def ramp_colors(ramp: Ramp, count: int, is_reversed: bool = False) -> tuple[str, ...]:
    """`count` colours of a ramp, light to dark (or dark to light), at equal steps of CIE lightness."""
    anchors = [_rgb(anchor) for anchor in ramp.anchors]
    lights = [lightness(anchor) for anchor in ramp.anchors]
    colors = []
    for number in range(count):
        share = number / (count - 1) if count > 1 else 0.5
        wanted = lights[0] + (lights[-1] - lights[0]) * share
        colors.append(_at_lightness(anchors, lights, wanted))
    return tuple(reversed(colors)) if is_reversed else tuple(colors)


def category_look(number: int) -> tuple[str, Hatch]:
    """The colour of the n-th category, counted from 0; after one round the colours return with a hatch."""
    turn, place = divmod(number, len(CATEGORY_COLORS))
    return CATEGORY_COLORS[place], _HATCHES[turn % len(_HATCHES)]


def lightness(color: str) -> float:
    """CIE L* of #rrggbb, 0 black to 100 white (IEC 61966-2-1; CIE 15)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(color)]
    y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * y ** (1 / 3) - 16 if y > 0.008856 else 903.3 * y


def _rgb(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


def _at_lightness(anchors: list[tuple[float, float, float]], lights: list[float], wanted: float) -> str:
    """The colour between two anchors that has a lightness, found by halving."""
    piece = next((n for n in range(len(lights) - 2) if lights[n + 1] <= wanted), len(lights) - 2)
    low, high = 0.0, 1.0
    for _ in range(24):
        middle = (low + high) / 2
        if lightness(_mixed(anchors[piece], anchors[piece + 1], middle)) > wanted:
            low = middle
        else:
            high = middle
    return _mixed(anchors[piece], anchors[piece + 1], (low + high) / 2)


def _mixed(a: tuple[float, float, float], b: tuple[float, float, float], share: float) -> str:
    return "#" + "".join(f"{round((x + (y - x) * share) * 255):02x}" for x, y in zip(a, b, strict=True))
