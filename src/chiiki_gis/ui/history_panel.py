"""操作履歴: what has been done, in earlier runs too, and a click to go back to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.core.change import Change
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
        undo, redo = history.stacks
        is_earlier = [not isinstance(one, Change) for one in (*undo, *reversed(redo))]
        why = self._session.steps_before.why
        first = f"開いたとき　（{why}）" if why else "最初" if any(is_earlier) else "開いたとき"
        for step, note in enumerate((first, *done, *undone)):
            is_of_before = step > 0 and is_earlier[step - 1]
            item = QListWidgetItem(f"前回まで：{note}" if is_of_before else note)
            item.setData(Qt.ItemDataRole.UserRole, step)
            if step > len(done):
                item.setForeground(QColor(FAINT))
                item.setText(f"{item.text()}（取り消し済み）")
            self.list.addItem(item)
        self.list.setCurrentRow(len(done))
        self.list.scrollToItem(self.list.currentItem())

    def _go(self, item: QListWidgetItem) -> None:
        self._session.go_to(int(item.data(Qt.ItemDataRole.UserRole)))
