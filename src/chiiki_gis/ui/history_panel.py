"""操作履歴: what has been done, and a click to go back to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.ui.later import Later
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT


class HistoryPanel(QWidget):
    """One line per edit, oldest first; those taken back are grey."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the marked line is where the plan stands
        self.list.itemClicked.connect(self._go)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        self._later = Later(self, self.refresh)
        session.opened.connect(self._later.ask)
        session.saved_state.connect(lambda _text: self._later.ask())

    def refresh(self) -> None:
        """Write the list anew."""
        self.list.clear()
        if not self._session.is_open:
            return
        history = self._session.history
        done, undone = history.undo_notes, history.redo_notes
        for step, note in enumerate(("開いたとき", *done, *undone)):
            item = QListWidgetItem(note)
            item.setData(Qt.ItemDataRole.UserRole, step)
            if step > len(done):
                item.setForeground(QColor(FAINT))
                item.setText(f"{note}（取り消し済み）")
            self.list.addItem(item)
        self.list.setCurrentRow(len(done))
        self.list.scrollToItem(self.list.currentItem())

    def _go(self, item: QListWidgetItem) -> None:
        self._session.go_to(int(item.data(Qt.ItemDataRole.UserRole)))
