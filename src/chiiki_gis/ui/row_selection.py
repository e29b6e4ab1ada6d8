"""Selected rows as one mask, so that 20,000 of them cost no more than one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject, Signal

from chiiki_gis.ui.table_model import LayerTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_Flag = QItemSelectionModel.SelectionFlag


class RowSelection(QItemSelectionModel):
    """Takes what the view selects, and keeps it in the table's mask.

    Qt's own list of ranges is compared pair by pair at every change and walked for every painted cell, which
    takes seconds for a selection scattered over a sorted table; so it stays empty.
    """

    picked = Signal()

    def __init__(self, table: LayerTable, parent: QObject) -> None:
        super().__init__(table, parent)
        self._table = table
        self._kept: NDArray[np.bool_] = table.marked
        self._spans: list[tuple[int, int]] = []
        self._command = _Flag.NoUpdate

    def show(self, fids: tuple[int, ...]) -> None:
        """Mark some features without telling anybody."""
        import numpy as np

        marked = np.zeros(len(self._table.fids), "?")
        if fids:
            marked[self._table.rows_of(fids)] = True
        self._kept, self._spans = marked, []
        self._table.mark(marked)

    def select(  # type: ignore[override]  # one method for Qt's two
        self, chosen: QModelIndex | QItemSelection, command: QItemSelectionModel.SelectionFlag
    ) -> None:
        """Qt's meaning of the flags, on rows."""
        import numpy as np

        if command == _Flag.NoUpdate:
            return
        if len(self._kept) != len(self._table.fids) or command & _Flag.Clear:
            self._kept, self._spans = np.zeros(len(self._table.fids), "?"), []
        if not command & _Flag.Current:
            self._kept, self._spans = self._mask(), []
        if command & (_Flag.Select | _Flag.Deselect | _Flag.Toggle):
            self._command, self._spans = command, _spans(chosen)
        mask = self._mask()
        if not np.array_equal(mask, self._table.marked):
            self._table.mark(mask)
            self.picked.emit()

    def _mask(self) -> NDArray[np.bool_]:
        """What was kept, with the rows under the hand added, taken away or turned over."""
        if not self._spans:
            return self._kept
        mask = self._kept.copy()
        for top, bottom in self._spans:
            rows = slice(top, bottom + 1)
            if self._command & _Flag.Toggle:
                mask[rows] = ~self._kept[rows]
            else:
                mask[rows] = bool(self._command & _Flag.Select)
        return mask


def _spans(chosen: QModelIndex | QItemSelection) -> list[tuple[int, int]]:
    if isinstance(chosen, QModelIndex):
        return [(chosen.row(), chosen.row())] if chosen.isValid() else []
    return [(part.top(), part.bottom()) for part in chosen.toList()]
