"""Rows of a layer for the attribute table: those of the plan in memory, of references by pages."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import Kind, TableColumn, TableQuery, cell_text, in_words, is_missing
from chiiki_gis.export.privacy import leaving
from chiiki_gis.io.table_query import arranged, in_memory, summed
from chiiki_gis.io.tables import Row, read_rows
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.table_words import (
    COMPUTED,
    REQUIRED,
    from_words,
    plan_columns,
    reference_columns,
    why_refused,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from chiiki_gis.core.table import ColumnSums, Fids

Index = QModelIndex | QPersistentModelIndex
PAGE = 256
PAGES = 48
_LONG = 24
_LOCKED_TIP = "個人情報の列です。コピー、表の書き出し、印刷には出ません。"
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_DISPLAY, _EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole
_MARKED, _TINT = QColor("#cfdef2"), QColor("#fff6dd")


class LayerTable(QAbstractTableModel):
    """The rows of a layer in some order. Row numbers are places in `fids`.

    fids    the features shown, in their order
    marked  which rows are selected, as many as `fids`
    marks   signs behind the titles of columns: how they are sorted, or that this is being done
    """

    trouble = Signal(object)
    fids: Fids
    marked: NDArray[np.bool_]

    def __init__(self, layer: Layer, columns: tuple[TableColumn, ...]) -> None:
        import numpy as np

        super().__init__()
        self.layer, self.columns = layer, columns
        self.fids, self.marked = np.empty(0, "i8"), np.empty(0, "?")
        self.marks: Mapping[str, str] = {}

    def show(self, fids: Fids) -> None:
        """Show these features, none of them marked."""
        import numpy as np

        self.beginResetModel()
        self.fids, self.marked = fids, np.zeros(len(fids), "?")
        self.endResetModel()

    def mark(self, marked: NDArray[np.bool_]) -> None:
        """Mark rows; the view must be painted anew."""
        self.marked = marked

    def mark_columns(self, marks: Mapping[str, str]) -> None:
        """Put signs behind the titles of columns."""
        self.marks = marks
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def rows_of(self, fids: Sequence[int]) -> NDArray[np.intp]:
        """The rows of some features, ascending; those that are not shown are left out."""
        import numpy as np

        if len(fids) == 1:
            return np.flatnonzero(self.fids == fids[0])
        return np.flatnonzero(np.isin(self.fids, np.asarray(fids, "i8")))

    def fid(self, row: int) -> Fid:
        """The feature of a row."""
        return Fid(int(self.fids[row]))

    @property
    def total(self) -> int:
        """How many features there are, shown or not."""
        return self.layer.count

    def values(self, row: int) -> Row:
        """The stored cells of a row, in the order of `columns`."""
        raise NotImplementedError

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Number of features."""
        return 0 if parent.isValid() else len(self.fids)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Titles of the columns; fids at the side."""
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if _is_number(self.columns[section]) else None
            column = self.columns[section]
            is_locked = self._is_locked(column.name)
            if role == Qt.ItemDataRole.ToolTipRole:
                return f"{column.title}\n{_LOCKED_TIP}" if is_locked else column.title
            title = f"{column.title}〔個人情報〕" if is_locked else column.title
            return title + self.marks.get(column.name, "") if role == _DISPLAY else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT
        return str(self.fids[section]) if role == _DISPLAY else None

    def _is_locked(self, column: str) -> bool:
        """Whether a column of vacant houses stays in the window, whatever is copied or written."""
        is_house = self.layer.role == Role.VACANT_HOUSE
        return is_house and leaving(self.layer.role, column) == "locked"

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell in words; numbers stand at the right, selected rows are tinted."""
        row, column = index.row(), self.columns[index.column()]
        if role in (_DISPLAY, _EDIT):
            return cell_text(column, self.values(row)[index.column()], whole=role == _EDIT)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if _is_number(column) else None
        if role == Qt.ItemDataRole.BackgroundRole:
            return QBrush(_MARKED) if self.marked[row] else self.tint(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            text = cell_text(column, self.values(row)[index.column()], whole=True)
            return text if len(text) > _LONG or column.kind == "quantity" else None
        return None

    def tint(self, row: int, column: int) -> QBrush | None:
        """The ground of a cell that needs the eye."""
        return None


class PlanTable(LayerTable):
    """The rows of a plan layer; a cell that was edited is one change."""

    def __init__(self, session: Session, layer: Layer) -> None:
        super().__init__(layer, plan_columns(layer.role))
        self._session = session
        names = [column.name for column in self.columns]
        frame = session.rows(layer.role)[names]
        self._values: dict[int, Row] = {
            int(fid): tuple(_plain(value) for value in row) for fid, *row in frame.itertuples(name=None)
        }
        self.editable = layer.role.value != "access_link" and not layer.is_locked

    @property
    def total(self) -> int:
        """How many features the current scenario has."""
        return len(self._values)

    def values(self, row: int) -> Row:
        """The stored cells of a row."""
        return self._values[int(self.fids[row])]

    def arranged(self, query: TableQuery) -> Fids:
        """The features a query asks for, in its order."""
        with in_memory(self.columns, self._words()) as source:
            return arranged(source, self.columns, query)

    def summed(self, query: TableQuery, fids: Fids | None) -> dict[str, ColumnSums]:
        """The figures of the quantities over some rows, or over those a query asks for."""
        with in_memory(self.columns, self._words()) as source:
            return summed(source, self.columns, query, fids)

    def tint(self, row: int, column: int) -> QBrush | None:
        """Empty cells of facilities that the judgement needs."""
        needed = self.layer.role.value == "facility" and self.columns[column].name in REQUIRED
        return QBrush(_TINT) if needed and self.values(row)[column] in (None, "") else None

    def takes(self, column: int) -> bool:
        """Whether the cells of a column can be edited."""
        return self.editable and self.columns[column].name not in COMPUTED

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Which cells can be edited."""
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsEditable if self.takes(index.column()) else known

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        """One edited cell is one change; a text that does not fit is not taken."""
        column = self.columns[index.column()]
        if role != _EDIT or str(value) == self.data(index, _EDIT):
            return False
        try:
            typed = from_words(column, str(value))
        except ValueError:
            what = f"「{column.title}」は変わっていません。"
            todo = "入れ直すか、Esc でやめてください。"
            self._session.tell(Notice(what, f"{why_refused(column, str(value))}。", todo, "warning"))
            return False
        note = f"{column.title}を変更"
        fid = self.fid(index.row())
        self._session.apply(
            set_values(self._session.document, self.layer.id, fid, {column.name: typed}, note)
        )
        return True

    def _words(self) -> dict[int, list[object]]:
        return {
            fid: [in_words(c, value) for c, value in zip(self.columns, row, strict=True)]
            for fid, row in self._values.items()
        }


class ReferenceTable(LayerTable):
    """The rows of a reference layer, read page by page where they are looked at. Read only."""

    def __init__(self, layer: Layer, kinds: Mapping[str, Kind]) -> None:
        super().__init__(layer, reference_columns(layer, kinds))
        names = list(layer.columns)
        self._places = [names.index(column.name) for column in self.columns]
        self._pages: OrderedDict[int, list[Row]] = OrderedDict()
        self._empty: Row = (None,) * len(self.columns)
        self._failed = False

    def take_kinds(self, kinds: Mapping[str, Kind]) -> None:
        """What the columns hold, once it is known."""
        self.columns = reference_columns(self.layer, kinds)
        if len(self.fids):
            last = self.index(len(self.fids) - 1, len(self.columns) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def show(self, fids: Fids) -> None:
        """Show these features, none of them marked."""
        self._pages.clear()
        super().show(fids)

    def values(self, row: int) -> Row:
        """The stored cells of a row; empty ones where the table cannot be read."""
        page = row // PAGE
        if page in self._pages:
            self._pages.move_to_end(page)
        else:
            self._pages[page] = self._read(page)
            if len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        return self._pages[page][row - page * PAGE]

    def _read(self, page: int) -> list[Row]:
        fids = self.fids[page * PAGE : (page + 1) * PAGE].tolist()
        try:
            found = read_rows(self.layer.reference, fids)
        except ChiikiError as error:
            if not self._failed:
                self._failed = True
                self.trouble.emit(error)
            return [self._empty] * len(fids)
        shown = {fid: tuple(row[place] for place in self._places) for fid, row in found.items()}
        return [shown.get(fid, self._empty) for fid in fids]


def _plain(value: Any) -> object:
    """A cell as Python holds it, not numpy."""
    return None if is_missing(value) else value.item() if hasattr(value, "item") else value


def _is_number(column: TableColumn) -> bool:
    return column.kind in ("number", "quantity")
