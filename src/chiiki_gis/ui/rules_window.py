"""規則の一覧: every rule with article and 確認日, what the town has changed, whether the articles hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.eras import day_words
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.search import search_key
from chiiki_gis.rules.listing import GROUPS, RuleRow, edition, rule_rows
from chiiki_gis.rules.overrides import LocalChange, confirm_edition, drop_change, put_change
from chiiki_gis.ui.forms import Rows, empty, heading, plate, wrapped
from chiiki_gis.ui.rule_dialogs import ConfirmDialog, RuleChangeDialog
from chiiki_gis.ui.theme import AMBER, RED

HEADS = ("規則", "根拠", "確認日", "この町の変更")
_MOST_EXAMPLES = 12
_NUMBER_WORDS = {"max_sum_m2": "床面積", "max_total_m2": "延べ面積", "max_storey": "階"}
_FIELD = re.compile(r"\{[a-z_]+\}")


class RulesWindow(QWidget):
    """Reads the rules in force. Changes of the town are kept in the user's folder, with who and why."""

    def __init__(self, parent: QWidget, changed: Callable[[], object]) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("規則の一覧 – 地域GIS")
        self.resize(980, 640)
        self._changed = changed
        self._rows: tuple[RuleRow, ...] = ()
        self.shown: list[RuleRow] = []
        self.banner = QVBoxLayout()
        self.group = QComboBox()
        self.group.addItem("すべての規則", "")
        for key, word in GROUPS.items():
            self.group.addItem(word, key)
        self.group.activated.connect(lambda _index: self._list())
        self.search = QLineEdit()
        self.search.setPlaceholderText("言葉・条文・規則の名前で絞り込む（Ctrl+F）")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self._list())
        self.count = QLabel()
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 240), (2, 140), (3, 190)):
            self.table.setColumnWidth(column, width)
        self.table.itemSelectionChanged.connect(self._show_rule)
        self.details = QVBoxLayout()
        self.says = wrapped()
        self.says.setStyleSheet(f"color: {RED};")
        self._lay_out()
        keys = QKeySequence.StandardKey
        QShortcut(QKeySequence(keys.Find), self, self.search.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        self.refresh()

    def refresh(self) -> None:
        """Read the rules anew."""
        self._rows = rule_rows()
        self._show_edition()
        self._list()

    @property
    def chosen(self) -> RuleRow | None:
        """The rule that is shown below."""
        row = self.table.currentRow()
        return self.shown[row] if 0 <= row < len(self.shown) else None

    def choose(self, rule_id: str) -> None:
        """Show one rule."""
        self.table.selectRow([rule.id for rule in self.shown].index(rule_id))

    def confirm(self) -> None:
        """Record that somebody has compared the articles with the law in force."""
        dialog = ConfirmDialog(self, edition().words)
        if dialog.exec():
            self._record(lambda: confirm_edition(edition().rules_version, dialog.name, _today()))

    def change(self) -> None:
        """Record another value of the chosen rule, with who, when and why."""
        rule = self.chosen
        if rule is None or rule.table is None or rule.path is None or rule.value is None:
            return
        dialog = RuleChangeDialog(self, rule)
        if not dialog.exec() or dialog.value is None:
            return
        was = rule.change.was if rule.change is not None else rule.value
        made = LocalChange(
            rule.table, rule.path, was, dialog.value, dialog.name, _today().isoformat(), dialog.reason
        )
        self._record(lambda: put_change(made))

    def restore(self) -> None:
        """Return to the program's rule."""
        rule = self.chosen
        if rule is not None and rule.table is not None and rule.path is not None:
            table, path = rule.table, rule.path
            self._record(lambda: drop_change(table, path))

    def _record(self, write: Callable[[], object]) -> None:
        rule = self.chosen
        try:
            write()
        except ChiikiError as error:
            self.says.setText(f"{error.what}{error.why}{error.todo}")
            return
        self.says.setText("")
        self.refresh()
        if rule is not None and rule.id in [one.id for one in self.shown]:
            self.choose(rule.id)
        self._changed()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.group)
        top.addWidget(self.search, 1)
        top.addWidget(self.count)
        inside = QWidget()
        inside.setLayout(self.details)
        below = QScrollArea()
        below.setWidgetResizable(True)
        below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        below.setWidget(inside)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self.table)
        parts.addWidget(below)
        parts.setSizes([300, 220])
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.addLayout(self.banner)
        column.addLayout(top)
        column.addWidget(parts, 1)
        column.addWidget(self.says)

    def _show_edition(self) -> None:
        """The banner: until the edition is confirmed it asks for that."""
        empty(self.banner)
        now = edition()
        frame, inside = plate("done" if now.is_confirmed else "warning")
        row = QHBoxLayout()
        text = now.words
        if now.confirmation is not None:
            on = day_words(now.confirmation.on)
            text += f"\n{now.confirmation.by}が{on}に、条文が変わっていないことを確認しました。"
        else:
            text += (
                "\nいまの条文と照らし合わせたら、確認を記録してください。"
                "記録するまで、判定の欄にこの日付を表示します。"
            )
        row.addWidget(wrapped(text), 1)
        if not now.is_confirmed:
            button = QPushButton("確認を記録する...")
            button.clicked.connect(self.confirm)
            row.addWidget(button)
        inside.addLayout(row)
        for problem in now.problems:
            label = wrapped(f"・{problem}")
            label.setStyleSheet(f"color: {RED};")
            inside.addWidget(label)
        self.banner.addWidget(frame)

    def _list(self) -> None:
        group, wanted = self.group.currentData(), search_key(self.search.text())
        self.shown = [
            rule
            for rule in self._rows
            if (not group or rule.group == group)
            and wanted in search_key(f"{rule.id} {rule.title} {rule.article} {rule.says}")
        ]
        self.count.setText(f"{len(self.shown)} / {len(self._rows)} 件")
        self.table.clearSelection()
        self.table.setRowCount(len(self.shown))
        for number, rule in enumerate(self.shown):
            change = rule.change
            on = day_words(rule.confirmed)
            told = f"{change.by}（{change.on}）" if change is not None else ""
            for column, text in enumerate((_title(rule), rule.article, on, told)):
                item = QTableWidgetItem(text)
                item.setToolTip(f"{text}\n{rule.id}")
                if change is not None:
                    item.setForeground(QColor(AMBER))
                self.table.setItem(number, column, item)
        if self.shown:
            self.table.selectRow(0)
        self._show_rule()

    def _show_rule(self) -> None:
        empty(self.details)
        rule = self.chosen
        if rule is None:
            self.details.addWidget(wrapped("当てはまる規則がありません。", faint=True))
            self.details.addStretch(1)
            return
        self.details.addWidget(heading(_title(rule)))
        self.details.addWidget(wrapped(_FIELD.sub("○○", rule.says)))
        rows = Rows()
        for name, text in (
            ("根拠", rule.article),
            ("規則の名前", rule.id),
            ("確認日", day_words(rule.confirmed)),
            ("この町の変更", rule.change.words if rule.change is not None else "なし"),
        ):
            rows.add_text(name, text)
        self.details.addWidget(rows)
        if rule.path is not None:
            self.details.addWidget(self._buttons(rule))
        if rule.examples:
            self.details.addWidget(heading(f"確かめている例　{len(rule.examples)} 件"))
        for example in rule.examples[:_MOST_EXAMPLES]:
            sign = "当てはまる" if example.matches else "当てはまらない"
            self.details.addWidget(wrapped(f"・{sign}：{example.words}", faint=True))
        if len(rule.examples) > _MOST_EXAMPLES:
            self.details.addWidget(wrapped(f"ほか {len(rule.examples) - _MOST_EXAMPLES} 件", faint=True))
        self.details.addStretch(1)

    def _buttons(self, rule: RuleRow) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 4, 0, 4)
        change = QPushButton("この町の値に変える...")
        change.clicked.connect(self.change)
        restore = QPushButton("元の規則に戻す")
        restore.clicked.connect(self.restore)
        restore.setEnabled(rule.change is not None)
        row.addWidget(change)
        row.addWidget(restore)
        row.addStretch(1)
        return held


def _title(rule: RuleRow) -> str:
    """The rule's title; of a limit also which of its numbers this row is."""
    word = _NUMBER_WORDS.get((rule.path or "").rpartition(".")[2])
    return f"［{word} {rule.value:,}］{rule.title}" if word and rule.value is not None else rule.title


def _today() -> date:
    return datetime.now().astimezone().date()
