"""合計: one line under the table with a figure below each column of quantities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QColor, QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QMenu, QToolTip, QWidget

from chiiki_gis.core.table import ColumnSums, figure
from chiiki_gis.ui.table_model import LayerTable
from chiiki_gis.ui.table_view import TableView
from chiiki_gis.ui.theme import BLUE, FAINT, GROUND, INK, LINE

Figure = Literal["total", "mean", "least", "most", "filled"]
FIGURE_WORDS: dict[Figure, str] = {
    "total": "合計",
    "mean": "平均",
    "least": "最小",
    "most": "最大",
    "filled": "入力あり",
}
_HEIGHT_PX = 26
_EDGE_PX = 8


class SumsLine(QWidget):
    """Figures of the rows shown or selected, in line with the columns above. A click chooses the figure."""

    def __init__(self, view: TableView) -> None:
        super().__init__()
        self.figure: Figure = "total"
        self.sums: Mapping[str, ColumnSums] = {}
        self.scope = ""
        self.is_of_selected = False
        self._is_fresh = True
        self._widened: set[str] = set()
        self._view = view
        self.setFixedHeight(_HEIGHT_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        header = view.horizontalHeader()
        header.sectionResized.connect(lambda *_sizes: self.update())
        header.geometriesChanged.connect(self.update)
        view.horizontalScrollBar().valueChanged.connect(self.update)

    def show_sums(self, sums: Mapping[str, ColumnSums], scope: str, of_selected: bool) -> None:
        """Show new figures; `scope` says of which rows they are. Columns become wide enough for them."""
        self.sums, self.scope, self.is_of_selected, self._is_fresh = sums, scope, of_selected, True
        for number, (name, cell) in enumerate(self._cells()):
            needed = self.fontMetrics().horizontalAdvance(self.text_of(name)) + 2 * _EDGE_PX + 2
            if needed > cell.width() and name not in self._widened:
                self._widened.add(name)
                self._view.setColumnWidth(number, needed)
        self.update()

    def start_over(self) -> None:
        """Another table: its columns may become wider again."""
        self._widened.clear()

    def wait(self) -> None:
        """The figures are of other rows than those shown now; new ones are on their way."""
        self._is_fresh = False
        self.update()

    def text_of(self, column: str) -> str:
        """The figure below a column; empty for a column that is not summed."""
        sums = self.sums.get(column)
        if sums is None:
            return ""
        value = getattr(sums, self.figure)
        return "－" if value is None else f"{value:,}" if self.figure == "filled" else figure(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(GROUND))
        painter.setPen(QColor(LINE))
        painter.drawLine(0, 0, self.width(), 0)
        side = self._view.verticalHeader().width()
        painter.setPen(QColor(BLUE if self.is_of_selected else INK))
        label = f"{'選択の' if self.is_of_selected else ''}{FIGURE_WORDS[self.figure]} ▼"
        painter.drawText(QRect(0, 0, side - _EDGE_PX, self.height()), _RIGHT, label)
        painter.setClipRect(side, 0, self._view.viewport().width(), self.height())
        painter.setPen(QColor(INK if self._is_fresh else FAINT))
        for name, cell in self._cells():
            text = self.text_of(name)
            fits = painter.fontMetrics().horizontalAdvance(text) <= cell.width() - 2 * _EDGE_PX
            painter.drawText(cell.adjusted(0, 0, -_EDGE_PX, 0), _RIGHT, text if fits else "…")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the figure."""
        menu = QMenu(self)
        for name, word in FIGURE_WORDS.items():
            action = menu.addAction(word)
            action.setCheckable(True)
            action.setChecked(name == self.figure)
            action.triggered.connect(lambda _checked=False, name=name: self.choose(name))
        menu.exec(event.globalPosition().toPoint())

    def choose(self, name: Figure) -> None:
        """Show this figure."""
        self.figure = name
        self.update()

    def event(self, event: QEvent) -> bool:
        """A tooltip with all figures of the column under the mouse."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self._all_of(event.x()), self)
            return True
        return super().event(event)

    def _all_of(self, x: int) -> str:
        name = next((n for n, cell in self._cells() if cell.left() <= x < cell.right()), None)
        sums = self.sums.get(name or "")
        if sums is None:
            return "クリックすると、合計・平均・最小・最大などを選べます。数量の列だけを集計します。"
        lines = [self.scope, f"入力あり　{sums.filled:,} 件"]
        for key in ("total", "mean", "least", "most"):
            value = getattr(sums, key)
            if value is not None:
                lines.append(f"{FIGURE_WORDS[key]}　{figure(value)}")
        return "\n".join(lines)

    def _cells(self) -> list[tuple[str, QRect]]:
        model = self._view.model()
        if not isinstance(model, LayerTable):
            return []
        header, side = self._view.horizontalHeader(), self._view.verticalHeader().width()
        return [
            (
                column.name,
                QRect(side + header.sectionViewportPosition(n), 0, header.sectionSize(n), self.height()),
            )
            for n, column in enumerate(model.columns)
        ]


_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
