"""A bar of the use zones under a site, in their customary colours."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from chiiki_gis.core.zones import BY_NAME, NONE_NAME, UNKNOWN_COLOR
from chiiki_gis.ui import words
from chiiki_gis.ui.forms import wrapped


def zone_color(name: str) -> str:
    """The colour of a zone name; white for 指定なし, grey for 不明."""
    if name == NONE_NAME:
        return "#ffffff"
    return BY_NAME[name].color if name in BY_NAME else UNKNOWN_COLOR


class SharesBar(QWidget):
    """Shares 0–1 by zone name, and the same in words."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        super().__init__()
        ordered = sorted(shares.items(), key=lambda item: -item[1])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(_Bar(ordered))
        column.addWidget(wrapped("　".join(f"{name} {words.percent(share)}" for name, share in ordered)))


class _Bar(QWidget):
    def __init__(self, shares: list[tuple[str, float]]) -> None:
        super().__init__()
        self._shares = shares
        self.setFixedHeight(16)
        self.setToolTip("\n".join(f"{name} {words.percent(share)}" for name, share in shares))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shares from left to right."""
        painter = QPainter(self)
        total = sum(share for _, share in self._shares) or 1.0
        left = 0.0
        for name, share in self._shares:
            width = share / total * (self.width() - 1)
            painter.fillRect(QRectF(left, 0, width, self.height() - 1), QColor(zone_color(name)))
            left += width
        painter.setPen(QPen(QColor("#999999"), 1))
        painter.drawRect(QRectF(0.5, 0.5, self.width() - 1.5, self.height() - 1.5))
        painter.end()
