"""Rows as high as their text, some at a time: measuring hundreds at once would hold up the window."""

from __future__ import annotations

from PySide6.QtWidgets import QTableView

from chiiki_gis.ui.later import Later

_AT_ONCE = 12


class RowFitter:
    """Gives the rows of a table the height of their text, from the top, between other events."""

    def __init__(self, table: QTableView, most_rows: int) -> None:
        self._table, self._most = table, most_rows
        self._next = 0
        self._later = Later(table, self._fit_some)

    def start(self) -> None:
        """The rows or their widths have changed."""
        self._next = 0
        self._later.ask()

    def _fit_some(self) -> None:
        end = min(self._table.model().rowCount(), self._most)
        begin, self._next = self._next, min(self._next + _AT_ONCE, end)
        for row in range(begin, self._next):
            self._table.resizeRowToContents(row)
        if self._next < end:
            self._later.ask()
