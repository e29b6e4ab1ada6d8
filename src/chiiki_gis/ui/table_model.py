"""Rows of a layer for the attribute table: plan rows can be edited, reference rows are read by pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.role import COLUMNS, KINDS, WORKS, Column
from chiiki_gis.io.tables import read_page
from chiiki_gis.rules.load import rule_table
from chiiki_gis.ui.forms import is_missing
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.words import COLUMN_WORDS

Index = QModelIndex | QPersistentModelIndex
_PAGE = 200
_HIDDEN = ("scenario",)
_COMPUTED = frozenset({"building_id", "parts", "site_fid", "vacant_house_fid"})
_REQUIRED = frozenset({"name", "kind", "use_class", "use_floor_m2", "works"})


class PlanTable(QAbstractTableModel):
    """The rows of a plan layer; a cell that was edited is one change."""

    def __init__(self, session: Session, layer: Layer) -> None:
        super().__init__()
        self._session = session
        self.layer = layer
        self.columns = tuple(c for c in COLUMNS[layer.role] if c.name not in _HIDDEN)
        self._rows = session.rows(layer.role)
        self.editable = layer.role.value != "access_link"

    def fid(self, row: int) -> Fid:
        """The feature of a row."""
        return Fid(int(self._rows.index[row]))

    def row_of(self, fid: Fid) -> int | None:
        """The row of a feature."""
        return list(self._rows.index).index(fid) if fid in self._rows.index else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Number of features."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """Japanese column names; fids at the side."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return self.columns[section].japanese
        return str(self._rows.index[section])

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell in words; empty required cells of facilities are tinted."""
        column = self.columns[index.column()]
        value = self._rows.iat[index.row(), self._rows.columns.get_loc(column.name)]
        if role == Qt.ItemDataRole.DisplayRole:
            return in_words(column, value)
        if role == Qt.ItemDataRole.EditRole:
            return in_words(column, value)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.type in ("number", "integer"):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.BackgroundRole and self.layer.role.value == "facility":
            return QColor("#fff6dd") if column.name in _REQUIRED and is_missing(value) else None
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Which cells can be edited."""
        known = super().flags(index)
        if self.editable and self.columns[index.column()].name not in _COMPUTED:
            return known | Qt.ItemFlag.ItemIsEditable
        return known

    def setData(self, index: Index, value: Any, role: int = 0) -> bool:
        """One edited cell is one change; a text that does not fit is not taken."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        column = self.columns[index.column()]
        if str(value) == in_words(
            column, self._rows.iat[index.row(), self._rows.columns.get_loc(column.name)]
        ):
            return False
        try:
            typed = from_words(column, str(value))
        except ValueError:
            return False
        change = set_values(
            self._session.document,
            self.layer.id,
            self.fid(index.row()),
            {column.name: typed},
            f"{column.japanese}を変更",
        )
        self._session.apply(change)
        return True


class ReferenceTable(QAbstractTableModel):
    """The rows of a reference layer, read page by page as they are scrolled to. Read only."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        self.columns = layer.reference.columns
        self._rows: list[tuple[int, Mapping[str, Any]]] = []

    def fid(self, row: int) -> Fid:
        """The feature of a row."""
        return Fid(self._rows[row][0])

    def row_of(self, fid: Fid) -> int | None:
        """The row of a feature, among those read so far."""
        return next((row for row, (known, _) in enumerate(self._rows) if known == fid), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Rows read so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Number of columns."""
        return 0 if parent.isValid() else len(self.columns)

    def canFetchMore(self, parent: Index) -> bool:
        """True while rows are left."""
        return not parent.isValid() and len(self._rows) < self.layer.count

    def fetchMore(self, parent: Index) -> None:
        """Read the next page."""
        after = self._rows[-1][0] if self._rows else -1
        page = read_page(self.layer.reference, after, _PAGE)
        if not page:
            return
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(page) - 1)
        self._rows.extend(page)
        self.endInsertRows()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        """The user's own column names; fids at the side."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Horizontal:
            return COLUMN_WORDS.get(self.columns[section], self.columns[section])
        return str(self._rows[section][0])

    def data(self, index: Index, role: int = 0) -> Any:
        """A cell as it is stored."""
        value = self._rows[index.row()][1][self.columns[index.column()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if is_missing(value) else str(value)
        if role == Qt.ItemDataRole.TextAlignmentRole and isinstance(value, int | float):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None


def choices_of(column: Column) -> Mapping[str, str] | None:
    """Stored value → words, for the columns that have a fixed set."""
    if column.name == "kind":
        return KINDS
    if column.name == "works":
        return WORKS
    if column.name in ("use_class", "part_class"):
        return {c.id: c.name for c in rule_table().classes.values()}
    return None


def in_words(column: Column, value: object) -> str:
    """A stored value as the table shows it."""
    if is_missing(value):
        return ""
    choices = choices_of(column)
    if choices is not None:
        return choices.get(str(value), str(value))
    if column.type == "number":
        return f"{float(value):,.10g}"  # type: ignore[arg-type]  # the column is numeric
    if column.type == "flag":
        return "はい" if value else ""
    return str(value)


def from_words(column: Column, text: str) -> object:
    """What a typed text is stored as; empty means unknown. Raises ValueError where it does not fit."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if not text.strip():
        return None
    choices = choices_of(column)
    if choices is not None:
        found = next((key for key, word in choices.items() if text.strip() in (key, word)), None)
        if found is None:
            raise ValueError(text)
        return found
    if column.type == "number":
        number = float(plain)
        if not 0 <= number < 1e9:
            raise ValueError(text)
        return number
    if column.type == "integer":
        return int(plain)
    return text.strip()
