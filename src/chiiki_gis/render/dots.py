"""Very much on one sheet of paper: round markers as strokes of dots, places as short numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen

from chiiki_gis.core.style import Symbol
from chiiki_gis.render.symbols import Ink

DOTS_IN_A_STROKE = 5000


def in_paper_steps(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places in whole PDF units (1/1200 inch, at most 11 µm off): Qt writes fractions with five digits more.

    Far within what any vertex on paper may be off (50 µm, PAPER_TOLERANCE_MM).
    """
    return np.rint(xy)


def are_dots(symbols: Sequence[Symbol]) -> bool:
    """Whether every symbol is a filled circle."""
    return all(one.marker == "circle" and one.fill and one.hatch == "none" for one in symbols)


def draw_dots(
    painter: QPainter, symbols: Sequence[Symbol], ink: Ink, xy: NDArray[np.float64], codes: NDArray[np.uint32]
) -> None:
    """Draw places of one class after the other, outlines below the fills; opaque, as a screen does.

    xy      (n, 2) device units
    codes   the class of every place, equal ones together
    """
    ink = replace(ink, opaque=True)
    xy = in_paper_steps(xy)
    cuts = np.flatnonzero(np.diff(codes.astype("i8"), prepend=-1, append=-1))
    for begin, end in pairwise(cuts.tolist()):
        symbol = symbols[int(codes[begin])]
        inner = symbol.size_mm * ink.px_per_mm
        rim = max(symbol.stroke_mm * ink.px_per_mm, ink.least_px)
        for name, width in ((symbol.stroke, inner + rim), (symbol.fill, inner - rim * bool(symbol.stroke))):
            if name:
                pen = QPen(ink.color(name), width, c=Qt.PenCapStyle.RoundCap)
                painter.setPen(pen)
                _stroke(painter, xy[begin:end])


def _stroke(painter: QPainter, xy: NDArray[np.float64]) -> None:
    for start in range(0, len(xy), DOTS_IN_A_STROKE):
        painter.drawPoints([QPointF(x, y) for x, y in xy[start : start + DOTS_IN_A_STROKE].tolist()])
