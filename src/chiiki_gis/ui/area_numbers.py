"""What an area of the plan holds: use zones, 調整区域, hazards, 農用地, 自然公園, municipalities."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from chiiki_gis.ui import words
from chiiki_gis.ui.forms import Rows, empty, heading
from chiiki_gis.ui.shares_bar import SharesBar

if TYPE_CHECKING:
    from chiiki_gis.rules.area_summary import AreaSummary


class AreaNumbers(QWidget):
    """Read only. What no layer tells is left out, but for the use zones, which say so."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_summary(self, summary: AreaSummary | None) -> None:
        """Write it anew; nothing while it is not known."""
        empty(self._column)
        if summary is None or not summary.area_m2 > 0:
            return
        if summary.zones:
            self._column.addWidget(heading("用途地域の内訳"))
            shares = {name: m2 / summary.area_m2 for name, m2 in summary.zones.items()}
            self._column.addWidget(SharesBar(shares))
        rows = Rows()
        for name, text in told(summary):
            rows.add_text(name, text)
        self._column.addWidget(rows)


def told(summary: AreaSummary) -> Iterator[tuple[str, str]]:
    """The rows below the bar: what it is, and how much of it."""
    if summary.zones is None:
        yield "用途地域", "資料なし"
    if summary.controlled_m2 is not None:
        part = words.area(summary.controlled_m2) if summary.controlled_m2 else "含みません"
        yield "調整区域", part
    for name, parts in (
        ("災害の区域", summary.hazards),
        ("農用地", summary.farmland),
        ("自然公園等", summary.protected),
    ):
        if parts is not None:
            yield name, _parts(parts) or "含みません"
    if summary.municipalities is not None and len(summary.municipalities) > 1:
        yield "市町村", _parts(summary.municipalities)
    if summary.outside_municipalities_m2:
        yield "市町村の外", f"{summary.outside_municipalities_m2:,.1f} m²"


def _parts(parts: Mapping[str, float]) -> str:
    return "、".join(f"{name} {words.area(m2)}" for name, m2 in parts.items())
