"""The right-click menus of the attribute table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from chiiki_gis.core.houses import CONSENTS
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import TEST_WORDS, ColumnFilter, TableColumn, TableQuery
from chiiki_gis.ui.table_filters import tests_of

if TYPE_CHECKING:
    from chiiki_gis.ui.table_model import LayerTable


class Asked(Protocol):
    """What a menu can ask of the panel."""

    @property
    def query(self) -> TableQuery:
        """What is asked now."""

    def ask(self, query: TableQuery) -> None:
        """Show another query."""

    def add_filter(self, condition: ColumnFilter) -> None:
        """One more condition."""

    def filter_at(self, column: TableColumn, at: QPoint, value: str = "") -> None:
        """Open the form for a condition on a column."""

    def copy(self) -> None:
        """Copy the selected rows."""

    def paste(self) -> None:
        """Paste cells."""

    def fill_down(self) -> None:
        """Fill the column of the current cell downwards."""

    def ask_bulk(self, column: int) -> None:
        """Ask for a value for the selected rows."""

    def record_consent(self, answer: str) -> None:
        """Record the owners' answer for the selected houses."""


def column_menu(panel: Asked, column: TableColumn, at: QPoint) -> QMenu:
    """Sorting and filtering by a column."""
    menu = _menu(panel)
    now = panel.query
    for word, descending in (("昇順に並べ替え", False), ("降順に並べ替え", True)):
        action = _add(menu, word, partial(panel.ask, replace(now, sort=column.name, descending=descending)))
        action.setCheckable(True)
        action.setChecked(now.sort == column.name and now.descending == descending)
    original = replace(now, sort=None, descending=False)
    _add(menu, "元の順に戻す", lambda: panel.ask(original)).setEnabled(now.sort is not None)
    menu.addSeparator()
    _add(menu, "この列で絞り込む...", lambda: panel.filter_at(column, at))
    for test in tests_of(column):
        if test in ("empty", "filled"):
            call = partial(panel.add_filter, ColumnFilter(column.name, test))
            _add(menu, f"{TEST_WORDS[test]}行だけを表示", call)
    if any(f.column == column.name for f in now.filters):
        left = tuple(f for f in now.filters if f.column != column.name)
        _add(menu, "この列の絞り込みを解除", lambda: panel.ask(replace(now, filters=left)))
    return menu


def cell_menu(panel: Asked, table: LayerTable, column: TableColumn, text: str) -> QMenu:
    """What can be done with the cell and the selected rows."""
    from chiiki_gis.ui.table_model import PlanTable

    menu = _menu(panel)
    _add(menu, "選択した行をコピー\tCtrl+C", panel.copy)
    if isinstance(table, PlanTable):
        _add(menu, "貼り付け\tCtrl+V", panel.paste).setEnabled(table.editable)
        takes = table.takes(table.columns.index(column))
        _add(menu, "下へコピー\tCtrl+D", panel.fill_down).setEnabled(takes)
        call = partial(panel.ask_bulk, table.columns.index(column))
        _add(menu, "選択した行に一括入力...", call).setEnabled(table.editable)
    if table.layer.role == Role.VACANT_HOUSE:
        consent = menu.addMenu("選択した空き家の同意を記録")
        for answer in CONSENTS:
            _add(consent, answer, partial(panel.record_consent, answer))
    menu.addSeparator()
    condition = ColumnFilter(column.name, "equals", text) if text else ColumnFilter(column.name, "empty")
    short = text if len(text) <= 16 else f"{text[:15]}…"
    word = f"「{short}」の行だけを表示" if text else f"「{column.title}」が空の行だけを表示"
    _add(menu, word, lambda: panel.add_filter(condition))
    return menu


def _menu(panel: object) -> QMenu:
    menu = QMenu(panel if isinstance(panel, QWidget) else None)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _add(menu: QMenu, text: str, call: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    action.triggered.connect(lambda _checked=False: call())
    return action
