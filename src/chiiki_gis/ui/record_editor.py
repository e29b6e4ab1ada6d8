"""A list among the facts: the entries at the left, the fields of one at the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QMenu,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.record_edits import add_record, drop_record, set_field
from chiiki_gis.core.records import RECORD_KINDS, Record, RecordField, records_of, title_of
from chiiki_gis.core.zones import BY_ID
from chiiki_gis.rules.load import rule_table
from chiiki_gis.ui.forms import ChoiceField, DateField, NumberField, TextArea, TextField, wrapped
from chiiki_gis.ui.session import Session

_LIST_PX = 250
_ARROW_PX = 48


class PickField(QPushButton):
    """Several ids out of some, from a menu with ticks; the button names what is picked."""

    def __init__(self, choices: Mapping[str, str], commit: Any) -> None:
        super().__init__()
        self._choices, self._commit = dict(choices), commit
        self._picked: list[str] = []
        self.setStyleSheet("text-align: left;")
        self.setMinimumWidth(_LIST_PX)
        self._menu = QMenu(self)
        for value, word in self._choices.items():
            action = self._menu.addAction(word)
            action.setCheckable(True)
            action.setData(value)
        self._menu.triggered.connect(lambda _action: self._take())
        self.setMenu(self._menu)
        self.show_value(None)

    def is_typed(self) -> bool:
        """A pick is handed over at once."""
        return False

    def show_value(self, value: object) -> None:
        """Show stored ids; unknown ones stay."""
        self._picked = [str(one) for one in value] if isinstance(value, list) else []
        for action in self._menu.actions():
            action.setChecked(action.data() in self._picked)
        self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many names as there is room for."""
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        words = "、".join(self._choices.get(one, one) for one in self._picked)
        room = max(self.width() - _ARROW_PX, _ARROW_PX)
        self.setText(self.fontMetrics().elidedText(words or "（未入力）", Qt.TextElideMode.ElideRight, room))
        self.setToolTip(words)

    def pick(self, value: str) -> None:
        """Tick or untick one."""
        next(action for action in self._menu.actions() if action.data() == value).trigger()

    def _take(self) -> None:
        picked = [str(action.data()) for action in self._menu.actions() if action.isChecked()]
        self._commit([*picked, *(one for one in self._picked if one not in self._choices)])


class RecordEditor(QWidget):
    """Every field is one change; the entry shown stays the same through undo where it can."""

    def __init__(self, session: Session, key: str, explain: str = "") -> None:
        super().__init__()
        self._session, self.key = session, key
        kind = RECORD_KINDS[key]
        self.list = QListWidget()
        self.list.setFixedWidth(_LIST_PX)
        self.list.setWordWrap(True)
        self.list.setAccessibleName(f"{kind.word}の一覧")
        self.list.currentRowChanged.connect(lambda _row: self._show_record())
        self.add_button = QPushButton(f"{kind.word}を追加")
        self.drop_button = QPushButton("削除")
        self.add_button.clicked.connect(self.add)
        self.drop_button.clicked.connect(self.drop)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.add_button)
        left.addWidget(self.drop_button)
        self._form = QWidget()
        grid = QGridLayout(self._form)
        grid.setContentsMargins(12, 4, 12, 4)
        grid.setColumnStretch(1, 1)
        grid.setVerticalSpacing(6)
        self.fields: dict[str, Any] = {}
        self._row_shown = -1
        for field in kind.fields:
            self._add_field(grid, field)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._form)
        row = QHBoxLayout()
        row.addLayout(left)
        row.addWidget(area, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        if explain:
            column.addWidget(wrapped(explain, faint=True))
        column.addLayout(row, 1)

    @property
    def records(self) -> tuple[Record, ...]:
        """The entries now."""
        return records_of(self._session.document.facts, self.key) if self._session.is_open else ()

    def add(self) -> None:
        """One entry more; its first field gets the keyboard."""
        self._session.apply(add_record(self._session.document.facts, self.key))
        self.list.setCurrentRow(self.list.count() - 1)
        next(iter(self.fields.values())).setFocus()

    def drop(self) -> None:
        """Take the shown entry away; 元に戻す brings it back."""
        row = self.list.currentRow()
        if 0 <= row < len(self.records):
            self._session.apply(drop_record(self._session.document.facts, self.key, row))

    def refresh(self) -> None:
        """Show the list as it is now."""
        row = max(self.list.currentRow(), 0)
        titles = [title_of(self.key, record) for record in self.records]
        if titles != [self.list.item(n).text() for n in range(self.list.count())]:
            self.list.blockSignals(True)
            self.list.clear()
            self.list.addItems(titles)
            self.list.setCurrentRow(min(row, len(titles) - 1))
            self.list.blockSignals(False)
        self._show_record()

    def _show_record(self) -> None:
        row, records = self.list.currentRow(), self.records
        found = records[row] if 0 <= row < len(records) else None
        self._form.setEnabled(found is not None)
        self.drop_button.setEnabled(found is not None)
        for name, field in self.fields.items():
            if isinstance(field, ChoiceField) or row != self._row_shown or not field.is_typed():
                field.show_value(None if found is None else found.get(name))
        self._row_shown = row

    def _add_field(self, grid: QGridLayout, field: RecordField) -> None:
        made = self._made(field)
        made.setAccessibleName(field.japanese)
        self.fields[field.key] = made
        row, label = grid.rowCount(), wrapped(field.japanese, faint=True)
        label.setContentsMargins(0, 3, 0, 0)
        label.setFixedWidth(124)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(made, row, 1)
        if isinstance(made, NumberField | DateField):
            grid.addWidget(made.complaint, row + 1, 1)

    def _made(self, field: RecordField) -> Any:
        def commit(value: object) -> None:
            row = self.list.currentRow()
            if 0 <= row < len(self.records):
                change = set_field(self._session.document.facts, self.key, row, field.key, value)
                self._session.apply(change)

        if field.type in ("number", "whole"):
            return NumberField(commit, field.unit, whole=field.type == "whole")
        if field.type == "date":
            return DateField(commit, field.hint)
        if field.type == "long":
            return TextArea(commit, 3, field.hint)
        if field.type == "choice":
            choice = ChoiceField(commit)
            choice.set_choices([list((field.choices or {}).items())])
            return choice
        if field.type == "zones":
            special = rule_table().special24_zones
            return PickField({z: zone.name for z, zone in BY_ID.items() if z in special}, commit)
        if field.type == "classes":
            classes = rule_table().classes.values()
            return PickField({one.id: one.name for one in classes if not one.part_only}, commit)
        text = TextField(commit)
        text.setPlaceholderText(field.hint)
        return text
