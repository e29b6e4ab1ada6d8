"""出典: where the data of the plan come from, as every sheet names it; the line may be written anew."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.core.eras import day_words
from chiiki_gis.core.layer import Layer, LayerId, Source
from chiiki_gis.core.layer_edits import cite_layers
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import AMBER

HEADS = ("出典（図面と書き出しに入る文）", "年版", "レイヤ", "ファイル", "取り込んだ日")
LINE, EDITION = 0, 1
MISSING = "出典の記録なし"
ABOUT = "図面には、提供元の定める文を入れます。「出典」と「年版」は、ダブルクリックか F2 で直せます。"
_EDITABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
_FIXED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_WIDTHS = (420, 90, 260, 220, 120)


class SourcesPanel(QWidget):
    """One row per source, whatever the number of layers it feeds; an edit is one undoable step for all."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._rows: list[tuple[Source, list[Layer]]] = []
        self.summary = QLabel()
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.itemChanged.connect(self._take)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate(_WIDTHS):
            self.table.setColumnWidth(column, width)
        column_of_parts = QVBoxLayout(self)
        column_of_parts.setContentsMargins(6, 4, 6, 4)
        column_of_parts.setSpacing(3)
        column_of_parts.addWidget(self.summary)
        column_of_parts.addWidget(self.table, 1)
        column_of_parts.addWidget(wrapped(ABOUT, faint=True))
        self._later = Later(self, self.refresh)
        session.opened.connect(self._later.ask)
        session.changed.connect(lambda _changed: self._later.ask())

    def refresh(self) -> None:
        """Write the rows anew, where a source or a layer has changed."""
        if not self._session.is_open:
            return
        rows = sources_of(self._session.document.layers)
        if [(s, [x.name for x in layers]) for s, layers in rows] == [
            (s, [x.name for x in layers]) for s, layers in self._rows
        ] and self.table.rowCount():
            self._rows = rows
            return
        self._rows = rows
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(rows))
            for number, (source, layers) in enumerate(rows):
                self._write(number, source, layers)
        missing = sum(not source.licence for source, _ in rows)
        told = f"　出典の文がないもの {missing} 件" if missing else ""
        self.summary.setText(f"資料 {len(rows)} 件{told}")

    def show_layer(self, layer_id: LayerId) -> None:
        """Mark the source of a layer."""
        self.refresh()
        for number, (_, layers) in enumerate(self._rows):
            if layer_id in [layer.id for layer in layers]:
                self.table.selectRow(number)
                self.table.scrollTo(self.table.model().index(number, LINE))
        self.table.setFocus()

    def _write(self, number: int, source: Source, layers: list[Layer]) -> None:
        names = "、".join(layer.name for layer in layers)
        texts = (source.licence, source.edition, names, source.file, day_words(source.imported_on))
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            item.setFlags(_EDITABLE if column in (LINE, EDITION) else _FIXED)
            item.setToolTip(text)
            if column == LINE and not text:
                item.setText(MISSING)
                item.setForeground(QColor(AMBER))
            self.table.setItem(number, column, item)

    def _take(self, item: QTableWidgetItem) -> None:
        source, layers = self._rows[item.row()]
        text = item.text().strip()
        if item.column() == LINE:
            change = cite_layers(layers, "" if text == MISSING else text, source.edition)
        else:
            change = cite_layers(layers, source.licence, text)
        self._rows = []
        if change.is_empty:
            self._later.ask()
        else:
            self._session.apply(change)


def sources_of(layers: tuple[Layer, ...]) -> list[tuple[Source, list[Layer]]]:
    """Every source of reference layers with the layers it feeds, in the order of the layer list."""
    found: dict[tuple[str, str, str, str], tuple[Source, list[Layer]]] = {}
    for layer in reversed(layers):
        if not layer.is_plan:
            source = layer.source
            key = (source.file, source.edition, source.licence, source.imported_on)
            found.setdefault(key, (source, []))[1].append(layer)
    return list(found.values())
