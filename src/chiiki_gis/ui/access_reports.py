"""What was found about reach and roads, beside the map: a table each, rows show their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.core.jobs import Reached
from chiiki_gis.ui.forms import wrapped

if TYPE_CHECKING:
    from chiiki_gis.analysis.connectivity import Connectivity


class _Report(QDialog):
    """A text, and a table that cannot be edited."""

    def __init__(self, parent: QWidget, title: str, text: str, heads: Sequence[str]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle(title)
        self.resize(680, 320)
        self.text = wrapped(text)
        self.table = QTableWidget(0, len(heads))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for place, head in enumerate(heads[1:], 1):
            self.table.setColumnWidth(place, self.fontMetrics().horizontalAdvance(head) + 30)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(self.table)

    def add(self, cells: Sequence[str]) -> None:
        """One row more; all but the first cell stand at the right."""
        row = self.table.rowCount()
        self.table.setRowCount(row + 1)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            if column:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)


class ReachReport(_Report):
    """到達圏: what is reached within each band."""

    def __init__(self, parent: QWidget, found: Reached) -> None:
        text = (
            "時間内に着く道路から100 m以内の範囲です。速度は仮定値を含みます。"
            "空き家は、同意のあるものだけを数えています。"
        )
        heads = ("時間", "面積 km²", "道路 km", "拠点施設", "空き家（同意あり）")
        super().__init__(parent, f"「{found.origin}」の到達圏", text, heads)
        for row in found.rows:
            self.add(
                (
                    f"{row.minutes:g} 分以内",
                    f"{row.area_km2:,.1f}",
                    f"{row.road_km:,.1f}",
                    f"{row.facilities}",
                    f"{row.houses:,}",
                )
            )


class RoadsReport(_Report):
    """道路のつながり: the parts of the network, and road ends that nearly meet."""

    def __init__(
        self, parent: QWidget, found: Connectivity, show_place: Callable[[float, float], object]
    ) -> None:
        whole = (
            "道路はすべてつながっています。"
            if found.is_whole
            else f"道路は {len(found.parts)} つに分かれています。"
        )
        near = f"許容差 {found.join_m:g} mではつながらない近くの端が {len(found.near)} か所あります。"
        text = f"{whole}{near}端は地図に丸で示しています。行を選ぶと、その場所へ移動します。"
        super().__init__(parent, "道路のつながり", text, ("道路", "本数", "延長 km", "拠点施設", "IC"))
        self.places = [(part.x, part.y) for part in found.parts]
        for part in found.parts:
            cells = (f"{part.roads:,}", f"{part.km:,.1f}", f"{part.facilities}", f"{part.interchanges}")
            self.add((part.name, *cells))
        for x, y in found.near:
            self.places.append((x, y))
            self.add((f"近くの道路とつながっていない端（X {y:,.1f}　Y {x:,.1f}）", "", "", "", ""))
        self._show_place = show_place
        self.table.itemSelectionChanged.connect(self._tell)

    def _tell(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.places) and self.table.selectedItems():
            self._show_place(*self.places[row])
