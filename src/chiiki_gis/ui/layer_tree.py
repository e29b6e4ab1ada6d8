"""The tree of the layer panel: what the mouse and the keys do with its rows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyledItemDelegate,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from chiiki_gis.ui.swatches import SWATCH_SIZE

ID = Qt.ItemDataRole.UserRole
"""A layer's id, or the title of a group."""
NAME = Qt.ItemDataRole.UserRole + 1
"""A layer's name without its count."""
VALUE = Qt.ItemDataRole.UserRole + 2
"""A class of a layer."""
LOCK_COLUMN, SOURCE_COLUMN = 1, 2
_ICON_PX = 22
_ROW_PX = 21

Index = QModelIndex | QPersistentModelIndex


class LayerTree(QTreeWidget):
    """Rows can be dragged inside their group, renamed with F2, removed with Delete."""

    dropped = Signal(str, str, bool)
    """Layer, the layer it was dropped at, and whether above it."""
    renamed = Signal(str, str)
    delete_asked = Signal(str)
    style_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(3)
        self.setHeaderHidden(True)
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(_ICON_PX)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (LOCK_COLUMN, SOURCE_COLUMN):
            self.header().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(column, _ICON_PX)
        self.setIconSize(SWATCH_SIZE)
        self.setIndentation(16)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setExpandsOnDoubleClick(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDropIndicatorShown(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegateForColumn(0, _NameDelegate(self, self.renamed.emit))
        self.itemDoubleClicked.connect(self._ask_for_style)

    def layer_item(self, item: QTreeWidgetItem | None) -> QTreeWidgetItem | None:
        """The row of the layer to which a row belongs; None for a group."""
        while item is not None and item.data(0, NAME) is None:
            item = item.parent()
        return item

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes; Return opens the style; the rest (Space, F2, arrows) Qt does."""
        item = self.layer_item(self.currentItem())
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)  # Return ends the editing of a name and comes here afterwards
        elif item is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit(str(item.data(0, ID)))
        elif item is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.style_asked.emit(str(item.data(0, ID)))
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files belong to the window."""
        if event.source() is self:
            super().dragEnterEvent(event)
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Only other layers of the same group can be dropped at."""
        super().dragMoveEvent(event)
        if self._target(event) is None:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell where the layer was dropped; the row itself moves when the document has."""
        target = self._target(event)
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if target is not None:
            self.dropped.emit(*target)

    def _target(self, event: QDropEvent) -> tuple[str, str, bool] | None:
        dragged = self.currentItem()
        under = self.itemAt(event.position().toPoint())
        found = self.layer_item(under)
        if event.source() is not self or dragged is None or found is None or found is dragged:
            return None
        if dragged.parent() is not found.parent():
            return None
        middle = self.visualItemRect(found).center().y()
        above = under is found and event.position().y() < middle
        return str(dragged.data(0, ID)), str(found.data(0, ID)), above

    def _ask_for_style(self, item: QTreeWidgetItem, column: int) -> None:
        found = self.layer_item(item)
        if found is not None and column == 0:
            self.style_asked.emit(str(found.data(0, ID)))


class _NameDelegate(QStyledItemDelegate):
    """Edits a layer's name without the count behind it."""

    def __init__(self, parent: QWidget, rename: Callable[[str, str], object]) -> None:
        super().__init__(parent)
        self._rename = rename

    def sizeHint(self, option: object, index: Index) -> QSize:
        """Rows of one height, with or without an icon."""
        return QSize(super().sizeHint(option, index).width(), _ROW_PX)  # type: ignore[arg-type]  # Qt's own option

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """The bare name."""
        if isinstance(editor, QLineEdit):
            editor.setText(str(index.data(NAME)))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """The row changes when the document has."""
        if isinstance(editor, QLineEdit):
            self._rename(str(index.data(ID)), editor.text())
