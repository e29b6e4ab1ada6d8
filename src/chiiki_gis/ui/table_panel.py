"""属性表: the rows of one layer, linked both ways with the selection on the map."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.change import Changed
from chiiki_gis.core.layer import LayerId
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.selection import Selection
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.table_model import PlanTable, ReferenceTable, choices_of


class TablePanel(QWidget):
    """A choice of layer, and its table."""

    zoom_asked = Signal()

    def __init__(self, session: Session, selection: Selection) -> None:
        super().__init__()
        self._session, self._selection = session, selection
        self._following = False
        self._shown_rows = 0
        self.model: PlanTable | ReferenceTable | None = None
        self.layers = QComboBox()
        self.layers.setMinimumWidth(220)
        self.layers.activated.connect(lambda _index: self._choose())
        self.summary = QLabel()
        zoom = QPushButton("選択部分にズーム")
        zoom.clicked.connect(self.zoom_asked)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(10)
        top.addWidget(self.layers)
        top.addWidget(self.summary)
        top.addStretch(1)
        top.addWidget(zoom)
        self.table = QTableView()
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setItemDelegate(_Delegate(self.table))
        self.table.verticalHeader().setDefaultSectionSize(24)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        self._later = Later(self, lambda: self._fill_layers(None))
        session.opened.connect(self._later.ask)
        session.changed.connect(self._follow)
        selection.changed.connect(self._show_selection)

    def show_layer(self, layer_id: LayerId) -> None:
        """Show the rows of a layer."""
        self._fill_layers(layer_id)

    def _fill_layers(self, wanted: LayerId | None) -> None:
        keep = wanted or self.layers.currentData() or "facility"
        self.layers.clear()
        for layer in reversed(self._session.document.layers):
            self.layers.addItem(layer.name, str(layer.id))
        self.layers.setCurrentIndex(max(self.layers.findData(str(keep)), 0))
        self._choose()

    def _choose(self) -> None:
        layer_id = self.layers.currentData()
        if layer_id is None:
            return
        layer = self._session.document.layer(LayerId(layer_id))
        scrolled = self.table.verticalScrollBar().value()
        same = self.model is not None and self.model.layer.id == layer.id
        self.model = PlanTable(self._session, layer) if layer.is_plan else ReferenceTable(layer)
        self.table.setModel(self.model)
        if not layer.is_plan:
            self.model.fetchMore(QModelIndex())
        self.table.selectionModel().selectionChanged.connect(self._pick)
        if not same or self._shown_rows == 0:
            self.table.resizeColumnsToContents()
        self._shown_rows = self.model.rowCount()
        self.table.verticalScrollBar().setValue(scrolled if same else 0)
        self.summary.setText(f"{self.model.rowCount() if layer.is_plan else layer.count:,} 件")
        self._show_selection()

    def _follow(self, changed: Changed) -> None:
        if changed.layer_list or self.layers.currentData() in changed.layers:
            self._later.ask()

    def _pick(self, _now: QItemSelection, _before: QItemSelection) -> None:
        if self._following or self.model is None:
            return
        rows = [index.row() for index in self.table.selectionModel().selectedRows()]
        self._following = True
        self._selection.pick(self.model.layer.id, tuple(self.model.fid(row) for row in sorted(rows)))
        self._following = False

    def _show_selection(self) -> None:
        if self._following or self.model is None or self.table.selectionModel() is None:
            return
        self._following = True
        chosen = self.table.selectionModel()
        chosen.clearSelection()
        if self._selection.layer == self.model.layer.id:
            flags = QItemSelectionModel.SelectionFlag
            for fid in self._selection.fids:
                row = self.model.row_of(fid)
                if row is not None:
                    index = self.model.index(row, 0)
                    chosen.select(index, flags.Select | flags.Rows)
                    self.table.scrollTo(index)
        self._following = False


class _Delegate(QStyledItemDelegate):
    """A combo box for columns with a fixed set of words."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """The editor of a cell."""
        model = index.model()
        choices = choices_of(model.columns[index.column()]) if isinstance(model, PlanTable) else None
        if choices is None:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.addItems(["", *choices.values()])
        box.activated.connect(lambda _index: self._close(box))
        return box

    def _close(self, box: QWidget) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)
