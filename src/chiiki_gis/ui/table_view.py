"""The table itself: whole rows are selected, headers sort, the keyboard copies and pastes."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from chiiki_gis.ui.row_selection import RowSelection
from chiiki_gis.ui.table_model import LayerTable, PlanTable
from chiiki_gis.ui.theme import BLUE, GROUND

_Flag = QItemSelectionModel.SelectionFlag
_ROW_PX = 24
_NARROWEST_PX, _WIDEST_PX = 64, 300
_SIDE_PX = 92
_ROOM_PX = 22
_LOOKED_AT = 40
"""Rows at either end by which the widths of columns are chosen."""


class TableView(QTableView):
    """Shows a LayerTable; what rows are selected is kept by a RowSelection."""

    picked = Signal()
    sort_asked = Signal(int)
    column_menu_asked = Signal(int, QPoint)
    cell_menu_asked = Signal(QModelIndex, QPoint)
    copy_asked = Signal()
    paste_asked = Signal()
    fill_asked = Signal()
    refused = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.rows: RowSelection | None = None
        self._shown: LayerTable | None = None
        self._drag_flag = _Flag.Select
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setItemDelegate(_Delegate(self))
        self.setStyleSheet(f"QTableCornerButton::section {{ background: {GROUND}; border: 0; }}")
        side = self.verticalHeader()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(_ROW_PX)
        side.setFixedWidth(_SIDE_PX)
        side.setHighlightSections(False)
        top = self.horizontalHeader()
        top.setHighlightSections(False)
        top.setSectionsClickable(True)
        top.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        top.setTextElideMode(Qt.TextElideMode.ElideRight)
        top.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        top.sectionClicked.connect(self.sort_asked)
        top.customContextMenuRequested.connect(self._ask_column_menu)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_cell_menu)

    def show_table(self, table: LayerTable) -> None:
        """Show another table. The one before is let go only when Qt no longer looks at it."""
        former, rows = self.rows, RowSelection(table, self)
        rows.picked.connect(self._tell_picked)
        self.setModel(table)
        made_by_qt = self.selectionModel()
        self.setSelectionModel(rows)
        made_by_qt.deleteLater()
        if former is not None:
            former.deleteLater()
        self.rows, self._shown = rows, table

    def fit_columns(self) -> None:
        """Columns as wide as their header and some rows need, within limits."""
        model = self.model()
        if not isinstance(model, LayerTable):
            return
        of_cells, of_titles = QFontMetrics(self.font()), QFontMetrics(self.horizontalHeader().font())
        count = model.rowCount()
        looked_at = {*range(min(_LOOKED_AT, count)), *range(max(count - _LOOKED_AT, 0), count)}
        for number, column in enumerate(model.columns):
            widest = of_titles.horizontalAdvance(column.title + "　▲")
            for row in looked_at:
                text = str(model.data(model.index(row, number), Qt.ItemDataRole.DisplayRole) or "")
                widest = max(widest, of_cells.horizontalAdvance(text))
            self.setColumnWidth(number, min(max(widest + _ROOM_PX, _NARROWEST_PX), _WIDEST_PX))

    @property
    def current_cell(self) -> tuple[int, int] | None:
        """The feature and the column of the current cell."""
        model, at = self.model(), self.currentIndex()
        return (
            (int(model.fid(at.row())), at.column())
            if isinstance(model, LayerTable) and at.isValid()
            else None
        )

    def go_to(self, cell: tuple[int, int] | None) -> None:
        """Make a feature's cell the current one, where it is shown; nothing is selected by it."""
        model, rows = self.model(), self.rows
        if cell is not None and rows is not None and isinstance(model, LayerTable):
            found = model.rows_of((cell[0],))
            if len(found):
                rows.setCurrentIndex(model.index(int(found[0]), cell[1]), _Flag.NoUpdate)

    def show_row(self, row: int) -> None:
        """Scroll to a row, staying where we are when it is in sight."""
        model = self.model()
        if model is not None:
            column = max(self.columnAt(0), 0)
            self.scrollTo(model.index(row, column), QAbstractItemView.ScrollHint.EnsureVisible)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy and paste; all other keys are Qt's."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        elif event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self.fill_asked.emit()
        else:
            super().keyPressEvent(event)

    def edit(  # type: ignore[override]  # one method for Qt's two
        self,
        index: QModelIndex,
        trigger: QAbstractItemView.EditTrigger = QAbstractItemView.EditTrigger.AllEditTriggers,
        event: QEvent | None = None,
    ) -> bool:
        """Edit a cell; for one that cannot be edited, say so where the hand has asked for it."""
        triggers = QAbstractItemView.EditTrigger
        asked = trigger in (triggers.DoubleClicked, triggers.EditKeyPressed)
        if asked and index.isValid() and not index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.refused.emit(index)
            return False
        return super().edit(index, trigger, event)  # type: ignore[arg-type]

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """What a click does. Qt asks its own list whether the row was selected; the mask knows better."""
        command = super().selectionCommand(index, event)
        model = self.model()
        if not isinstance(event, QMouseEvent) or not isinstance(model, LayerTable) or not index.isValid():
            return command
        is_press = event.type() == QEvent.Type.MouseButtonPress
        is_marked = index.row() < len(model.marked) and bool(model.marked[index.row()])
        if is_press and event.button() == Qt.MouseButton.RightButton and is_marked:
            return _Flag.NoUpdate
        if command & _Flag.Toggle:
            if is_press:
                self._drag_flag = _Flag.Deselect if is_marked else _Flag.Select
            return (command & ~_Flag.Toggle) | self._drag_flag
        return command

    def _tell_picked(self) -> None:
        self.viewport().update()
        self.picked.emit()

    def _ask_column_menu(self, at: QPoint) -> None:
        header = self.horizontalHeader()
        column = header.logicalIndexAt(at)
        if column >= 0:
            self.column_menu_asked.emit(column, header.mapToGlobal(at))

    def _ask_cell_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        if index.isValid():
            self.cell_menu_asked.emit(index, self.viewport().mapToGlobal(at))


class _Delegate(QStyledItemDelegate):
    """A thin frame around the current cell; a combo box for columns with a fixed set of words."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The cell, without the style's own mark of the current one, which hides the ground."""
        is_current = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if is_current:
            option.state &= ~QStyle.StateFlag.State_HasFocus
        super().paint(painter, option, index)
        if is_current:
            painter.save()
            painter.setPen(QColor(BLUE))
            painter.drawRect(option.rect.adjusted(0, 0, -1, -1))
            painter.restore()

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """The editor of a cell."""
        model = index.model()
        words = model.columns[index.column()].words if isinstance(model, PlanTable) else None
        if words is None:
            return super().createEditor(parent, option, index)
        box = QComboBox(parent)
        box.addItems(["", *words.values()])
        box.activated.connect(lambda _index: self._close(box))
        return box

    def _close(self, box: QWidget) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)
