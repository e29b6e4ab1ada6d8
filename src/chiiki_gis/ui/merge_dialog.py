"""市町村の提出一式を取り込む: what differs from the last submission, to be accepted row by row."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.eras import day_words
from chiiki_gis.core.merging import DIFFERENCE_WORDS, MergePlan, MergeRow
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.forms import wrapped

HEADS = ("市町村・地物", "変更", "種類", "違い")
_PLACE = Qt.ItemDataRole.UserRole
_NOTES_PX = 110
_EDITED = "県で直した地物です。取り込むと、県の直しはなくなります"


class MergeDialog(QDialog):
    """One branch per town, one line per row. What the desk has mended itself is not ticked beforehand."""

    def __init__(self, parent: QWidget, plan: MergePlan) -> None:
        super().__init__(parent)
        self.setWindowTitle("市町村の提出一式を取り込む")
        self.resize(860, 560)
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels(list(HEADS))
        self.tree.setUniformRowHeights(True)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self._leaves: list[QTreeWidgetItem] = []
        for town in plan.towns:
            rows = [(n, row) for n, row in enumerate(plan.rows) if row.town == town.key]
            self._add_town(f"{town.name}（{day_words(town.made)}作成）", rows)
        for place, width in enumerate((330, 70, 130)):
            self.tree.setColumnWidth(place, width)
        self.tree.itemChanged.connect(lambda _item, _column: self._count())
        self.says = wrapped(bold=True)
        notes = QPlainTextEdit("\n".join(plan.notes))
        notes.setReadOnly(True)
        notes.setAccessibleName("知らせること")
        notes.setMaximumHeight(_NOTES_PX)
        column = QVBoxLayout(self)
        column.addWidget(
            wrapped(
                "一式の照合は済んでいます。前に受け取った一式との違いのうち、取り込むものを選んでください。"
                "選ばないものは変えず、次に取り込むときにもう一度示します。",
                faint=True,
            )
        )
        column.addWidget(self.tree, 1)
        column.addLayout(self._ticks())
        column.addWidget(notes)
        column.addWidget(self.says)
        self._box = buttons(self, "取り込む")
        column.addWidget(self._box)
        self._count()

    @property
    def chosen(self) -> set[int]:
        """Places of the ticked rows in the plan."""
        return {item.data(0, _PLACE) for item in self._leaves if item.checkState(0) == Qt.CheckState.Checked}

    def tick_all(self, is_on: bool) -> None:
        """Tick every row, or none."""
        state = Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        for number in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(number)
            if top is not None:
                top.setCheckState(0, state)

    def _ticks(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for word, is_on in (("すべて選ぶ", True), ("すべて外す", False)):
            button = QPushButton(word)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, on=is_on: self.tick_all(on))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _add_town(self, title: str, rows: list[tuple[int, MergeRow]]) -> None:
        top = QTreeWidgetItem([title, "" if rows else "違いなし"])
        if rows:
            top.setFlags(top.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsAutoTristate)
            top.setCheckState(0, Qt.CheckState.Unchecked)
        for place, row in rows:
            detail = "。".join(part for part in (row.detail, _EDITED if row.is_edited else "") if part)
            item = QTreeWidgetItem([row.name, DIFFERENCE_WORDS[row.difference], row.role.japanese, detail])
            item.setToolTip(3, detail)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(0, Qt.CheckState.Unchecked if row.is_edited else Qt.CheckState.Checked)
            item.setData(0, _PLACE, place)
            top.addChild(item)
            self._leaves.append(item)
        self.tree.addTopLevelItem(top)
        top.setExpanded(len(rows) <= 200)

    def _count(self) -> None:
        chosen = len(self.chosen)
        self.says.setText(f"違い {len(self._leaves):,} 件のうち {chosen:,} 件を取り込みます。")
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(chosen > 0 or not self._leaves)
