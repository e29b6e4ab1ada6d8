"""Colours by height (段彩): round steps between the lowest and the highest ground."""

from __future__ import annotations

import math
from dataclasses import dataclass

MOST_CLASSES = 8
RAMP = ("#a3cbaa", "#c3dcb2", "#dfe8c3", "#f4efd2", "#eedcba", "#dfc4a3", "#ccae98", "#e6e1dd")
"""From green lowland over brown slopes to pale summits; light, so that the plan stays readable above them."""


@dataclass(frozen=True)
class HeightClass:
    """Heights from `low` up to but not including `high`, in metres, and their colour."""

    low: float
    high: float
    color: str

    @property
    def label(self) -> str:
        """The class in a legend."""
        return f"{self.low:,g}～{self.high:,g} m"


def height_classes(low: float, high: float) -> tuple[HeightClass, ...]:
    """At most eight classes of equal round steps (1, 2 or 5 times a power of ten) that cover a span."""
    step = _step(max(high - low, 1.0) / MOST_CLASSES)
    first, last = _steps(low, high, step)
    while last - first >= MOST_CLASSES:
        step = _step(step * 1.5)
        first, last = _steps(low, high, step)
    count = last - first + 1
    share = (len(RAMP) - 1) / max(count - 1, 1)
    return tuple(
        HeightClass((first + n) * step, (first + n + 1) * step, RAMP[round(n * share)]) for n in range(count)
    )


def _steps(low: float, high: float, step: float) -> tuple[int, int]:
    """The first and last multiple of a step below a span; a quotient may be rounded to the wrong side."""
    first, last = math.floor(low / step), math.floor(high / step)
    return first - (first * step > low), last + ((last + 1) * step <= high)


def _step(least: float) -> float:
    """The smallest round step that is not below a length."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= least * (1 - 1e-9))
