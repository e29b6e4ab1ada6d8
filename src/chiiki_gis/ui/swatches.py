"""Small pictures of symbols, as the legend of a sheet has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from chiiki_gis.core.style import Symbol
from chiiki_gis.render.view import SCREEN_PX_PER_MM

if TYPE_CHECKING:
    from chiiki_gis.render.legend import SymbolKind

SWATCH_SIZE = QSize(20, 14)


def swatch(symbol: Symbol, kind: SymbolKind) -> QIcon:
    """A small picture of a symbol."""
    from chiiki_gis.render.flow import Box  # numpy comes with it: not before the first paint
    from chiiki_gis.render.legend import LegendEntry
    from chiiki_gis.render.symbols import draw_swatch

    picture = QPixmap(SWATCH_SIZE * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCREEN_PX_PER_MM, SCREEN_PX_PER_MM)
    width, height = SWATCH_SIZE.width() / SCREEN_PX_PER_MM, SWATCH_SIZE.height() / SCREEN_PX_PER_MM
    small = replace(symbol, size_mm=min(symbol.size_mm, height - 0.6), stroke_mm=min(symbol.stroke_mm, 0.6))
    draw_swatch(painter, LegendEntry(small, kind, ""), Box(0.4, 0.4, width - 0.8, height - 0.8))
    painter.end()
    return QIcon(picture)
