"""Filters of the attribute table: the little form for one column, and the row that says what is filtered."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import cast

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.table import TEST_WORDS, ColumnFilter, TableColumn, TableQuery, Test, number_of
from chiiki_gis.ui.theme import BLUE, FAINT, INK, LINE, PAPER, RED
from chiiki_gis.ui.words import unmarked

TEXT_TESTS: tuple[Test, ...] = ("contains", "equals", "empty", "filled")
NUMBER_TESTS: tuple[Test, ...] = ("at_least", "at_most", "equals", "contains", "empty", "filled")
_NO_VALUE = ("empty", "filled")
_CHIP_PX = 22


def tests_of(column: TableColumn) -> tuple[Test, ...]:
    """The conditions that make sense for a column."""
    return NUMBER_TESTS if column.kind in ("number", "quantity") else TEXT_TESTS


def told(condition: ColumnFilter, column: TableColumn) -> str:
    """A condition in words."""
    word = TEST_WORDS[condition.test]
    if condition.test in _NO_VALUE:
        return f"{column.title}が{word}"
    if condition.test in ("at_least", "at_most"):
        return f"{column.title}が {condition.value} {word}"
    return f"{column.title}が「{condition.value}」{word}"


class FilterForm(QFrame):
    """One column's condition, shown under its header. Enter applies, Esc closes."""

    def __init__(
        self,
        parent: QWidget,
        column: TableColumn,
        take: Callable[[ColumnFilter], object],
        value: str = "",
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("filter")
        self.setStyleSheet(f"#filter {{ background: {PAPER}; border: 1px solid {LINE}; }}")
        self._column, self._take = column, take
        self.test = QComboBox()
        for test in tests_of(column):
            self.test.addItem(TEST_WORDS[test], test)
        self.value = QLineEdit(value)
        self.value.setMinimumWidth(180)
        self.value.returnPressed.connect(self.apply)
        self.wrong = QLabel("数を入れてください（全角や桁区切りも使えます）。")
        self.wrong.setStyleSheet(f"color: {RED};")
        self.wrong.hide()
        button = QPushButton("絞り込む")
        button.setDefault(True)
        button.clicked.connect(self.apply)
        title = QLabel(f"「{column.title}」で絞り込む")
        title.setStyleSheet(f"font-weight: bold; color: {INK};")
        row = QHBoxLayout()
        for widget in (self.value, self.test, button):
            row.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 10, 12, 10)
        whole.addWidget(title)
        whole.addLayout(row)
        whole.addWidget(self.wrong)
        self.test.currentIndexChanged.connect(self._show_value)
        self._show_value()

    def open_at(self, at: QPoint) -> None:
        """Show it there, ready to type."""
        self.move(at)
        self.show()
        self.value.setFocus()
        self.value.selectAll()

    def apply(self) -> None:
        """Take the condition and close; a text that is no number is said to be none."""
        test = cast("Test", self.test.currentData())
        text = self.value.text().strip()
        if self._column.kind in ("number", "quantity"):
            text = unicodedata.normalize("NFKC", text)
        if test in NUMBER_TESTS[:3] and self._column.kind in ("number", "quantity"):
            try:
                number_of(text)
            except ValueError:
                self.wrong.show()
                self.adjustSize()
                return
        if text or test in _NO_VALUE:
            self._take(ColumnFilter(self._column.name, test, "" if test in _NO_VALUE else text))
            self.close()

    def _show_value(self) -> None:
        self.value.setEnabled(self.test.currentData() not in _NO_VALUE)


class FilterChips(QWidget):
    """What is filtered, each condition with a × to take it away; hidden when nothing is."""

    dropped = Signal(object)
    cleared = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.chips: list[QPushButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 8, 5)
        self._row.setSpacing(6)
        self.hide()

    def show_query(self, query: TableQuery, columns: Sequence[TableColumn]) -> None:
        """Write the row anew."""
        while (item := self._row.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.chips = []
        known = {column.name: column for column in columns}
        if query.text:
            self._add(f"どこかに「{query.text}」を含む", None)
        for condition in query.filters:
            if condition.column in known:
                self._add(told(condition, known[condition.column]), condition)
        if len(self.chips) > 1:
            clear = QPushButton("すべて解除")
            clear.setFlat(True)
            clear.setStyleSheet(f"border: 0; background: transparent; color: {FAINT}; padding: 2px 6px;")
            clear.clicked.connect(self.cleared)
            self._row.addWidget(clear)
        self._row.addStretch(1)
        self.setVisible(bool(self.chips))

    def _add(self, text: str, condition: ColumnFilter | None) -> None:
        chip = QPushButton(unmarked(f"{text}　×"))
        chip.setToolTip("この条件を外します")
        chip.setStyleSheet(
            f"QPushButton {{ background: #eaf0fa; color: {BLUE}; border: 1px solid #c5d5ee;"
            " border-radius: 10px; padding: 1px 10px; } QPushButton:hover { background: #dbe6f7; }"
        )
        chip.setFixedHeight(_CHIP_PX)
        chip.clicked.connect(lambda _checked=False: self.dropped.emit(condition))
        self._row.addWidget(chip)
        self.chips.append(chip)
