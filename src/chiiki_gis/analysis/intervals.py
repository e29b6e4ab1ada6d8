"""Where a column of numbers is cut into classes."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Method = Literal["equal", "quantile", "natural"]
METHODS: tuple[Method, ...] = ("equal", "quantile", "natural")
MOST_CLASSES = 9
"""More steps of one colour cannot be told apart."""
REPRESENTATIVES = 500
"""Natural breaks of more different numbers are sought among this many quantiles of them."""

MOST_DIGITS = 10
"""Decimals of a rounded end."""

Numbers = NDArray[np.float64]


def breaks_of(numbers: Numbers, method: Method, classes: int) -> tuple[float, ...]:
    """The ends of the classes, ascending; classes + 1 of them, fewer where many numbers are equal.

    numbers   finite, in any order; empty gives no breaks
    Ends are rounded to about a twentieth of the narrowest class, the outer ones outward: every number lies
    inside, and labels say the truth. All numbers equal: one class of that number.
    """
    if not len(numbers):
        return ()
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        return (low, high)
    cuts = {"equal": _equal, "quantile": _quantile, "natural": _natural}[method](np.sort(numbers), classes)
    exact = [low, *sorted({float(c) for c in cuts if low < c < high}), high]
    return _rounded(exact)


def _equal(numbers: Numbers, classes: int) -> Numbers:
    return np.linspace(numbers[0], numbers[-1], classes + 1)[1:-1]


def _quantile(numbers: Numbers, classes: int) -> Numbers:
    found: Numbers = np.quantile(numbers, np.linspace(0, 1, classes + 1)[1:-1])
    return found


def _natural(numbers: Numbers, classes: int) -> Numbers:
    """Cuts that make the squared deviations inside the classes least (Fisher 1958; Jenks 1977)."""
    values, counts = np.unique(numbers, return_counts=True)
    if len(values) > REPRESENTATIVES:
        picked = np.quantile(numbers, np.linspace(0, 1, REPRESENTATIVES))
        values, counts = np.unique(picked, return_counts=True)
    if len(values) <= classes:
        return (values[1:] + values[:-1]) / 2
    scaled = (values - values.mean()) / max(float(values.std()), 1e-300)
    n, s, q = (np.concatenate([[0.0], np.cumsum(counts * scaled**p)]) for p in (0, 1, 2))
    weight = n[None, 1:] - n[:-1, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        cost = (q[None, 1:] - q[:-1, None]) - (s[None, 1:] - s[:-1, None]) ** 2 / weight
    cost[weight <= 0] = np.inf  # cost[i, j]: of one class from value i to value j
    best, starts = cost[0], []
    for _ in range(classes - 1):
        total = best[:-1, None] + cost[1:, :]
        start = total.argmin(axis=0)
        starts.append(start + 1)
        best = total[start, np.arange(len(values))]
    end, firsts = len(values) - 1, []
    for start in reversed(starts):
        firsts.append(int(start[end]))
        end = firsts[-1] - 1
    first = np.array(sorted(firsts))
    cuts: Numbers = (values[first] + values[first - 1]) / 2
    return cuts


def _rounded(exact: list[float]) -> tuple[float, ...]:
    gap = min(b - a for a, b in pairwise(exact))
    digits = min(1 - math.floor(math.log10(gap)), MOST_DIGITS)
    step = 10.0**-digits
    low = round(math.floor(exact[0] / step + 1e-9) * step, digits)
    high = round(math.ceil(exact[-1] / step - 1e-9) * step, digits)
    found = [min(low, exact[0]), *(round(cut, digits) for cut in exact[1:-1]), max(high, exact[-1])]
    ascending = all(a < b for a, b in pairwise(found))
    return tuple(found if ascending else exact)
