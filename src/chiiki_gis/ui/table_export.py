"""書き出し of the attribute table: which rows, which columns, in what form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import file_mark
from chiiki_gis.core.table import TableColumn, TableOut
from chiiki_gis.export.privacy import leaving, locked_columns
from chiiki_gis.io.tables import read_rows
from chiiki_gis.ui import work
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.table_model import LayerTable
from chiiki_gis.ui.theme import LINE

if TYPE_CHECKING:
    from chiiki_gis.export.tables import TableFormat

FORMATS: dict[TableFormat, tuple[str, str]] = {
    "xlsx": ("Excel（.xlsx）", ".xlsx"),
    "csv": ("CSV（UTF-8、Excel で開けます）", ".csv"),
    "csv_cp932": ("CSV（Shift_JIS）", ".csv"),
}

_ABOUT_HOUSES = (
    "本人の同意のない空き家は書き出しません。同意があっても、住所などの列は選んだときだけ含めます。"
)


def export_table(parent: QWidget, session: Session, table: LayerTable) -> None:
    """Ask what to write and where, and let a helper process write it."""
    chosen = table.fids[table.marked]
    dialog = TableExportDialog(
        parent, table.layer, table.columns, _locked(table), len(table.fids), len(chosen)
    )
    if not dialog.exec():
        return
    fids = chosen if dialog.wants_selected else table.fids
    fmt = dialog.chosen_format
    suffix = FORMATS[fmt][1]
    mark = file_mark(session.document, session.scenario) if table.layer.is_plan else ""
    name = "_".join(part for part in (_file_name(table.layer.name), mark) if part)
    suggested = f"{name}{suffix}"
    path = Files(parent).save("表の書き出し", f"*{suffix}", suggested, suffix.removeprefix("."))
    if path is not None:
        out = TableOut(table.columns, fids, frozenset(c.name for c in dialog.chosen))
        work.export_table(session, table.layer, out, path, fmt)


def _locked(table: LayerTable) -> frozenset[str]:
    """The columns marked as personal in the first rows; the helper process looks at all rows again."""
    if table.layer.is_plan or "personal" not in table.layer.columns or not len(table.fids):
        return frozenset()
    place = table.layer.columns.index("personal")
    rows = read_rows(table.layer.reference, table.fids[:100].tolist())
    return locked_columns({row[place] for row in rows.values()})


def _file_name(name: str) -> str:
    return re.sub(r'[\\/:*?"<>|]', "_", name)


class TableExportDialog(QDialog):
    """Personal columns cannot be ticked; other columns that may name a person are not ticked at first."""

    def __init__(
        self, parent: QWidget, layer: Layer, columns: Sequence[TableColumn], locked: frozenset[str],
        shown: int, selected: int,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("表の書き出し")
        self.setMinimumSize(420, 460)
        self._columns = tuple(columns)
        self.rows = QComboBox()
        self.rows.addItem(f"表示している {shown:,} 件", "shown")
        if selected:
            self.rows.addItem(f"選択している {selected:,} 件", "selected")
            self.rows.setCurrentIndex(1)
        self.format = QComboBox()
        for fmt, (word, _suffix) in FORMATS.items():
            self.format.addItem(word, fmt)
        self.list = QListWidget()
        self.list.setStyleSheet(f"QListWidget {{ border: 1px solid {LINE}; border-radius: 4px; }}")
        self._fates = {c.name: leaving(layer.role, c.name, locked) for c in self._columns}
        for column in self._columns:
            self._add(column)
        self.everything = QCheckBox("すべての列")
        self.everything.clicked.connect(self._tick_everything)
        form = QFormLayout()
        form.addRow("行", self.rows)
        form.addRow("形式", self.format)
        form.addRow("列", self.everything)
        form.addRow("", self.list)
        whole = QVBoxLayout(self)
        whole.addLayout(form)
        if layer.role == Role.VACANT_HOUSE:
            whole.addWidget(wrapped(_ABOUT_HOUSES, faint=True))
        box = QDialogButtonBox()
        box.addButton("書き出す...", QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        whole.addWidget(box)

    @property
    def wants_selected(self) -> bool:
        """Whether only the selected rows are wanted."""
        return bool(self.rows.currentData() == "selected")

    @property
    def chosen_format(self) -> TableFormat:
        """The form of the file."""
        return cast("TableFormat", self.format.currentData())

    @property
    def chosen(self) -> tuple[TableColumn, ...]:
        """The ticked columns."""
        items = (self.list.item(n) for n in range(self.list.count()))
        ticked = {i.data(Qt.ItemDataRole.UserRole) for i in items if i.checkState() == Qt.CheckState.Checked}
        return tuple(c for c in self._columns if c.name in ticked)

    def tick(self, name: str, ticked: bool = True) -> None:
        """Tick a column, as a click does."""
        for n in range(self.list.count()):
            item = self.list.item(n)
            if item.data(Qt.ItemDataRole.UserRole) == name and item.flags() & Qt.ItemFlag.ItemIsEnabled:
                item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)

    def _tick_everything(self, ticked: bool) -> None:
        for column in self._columns:
            self.tick(column.name, ticked)

    def _add(self, column: TableColumn) -> None:
        fate = self._fates[column.name]
        item = QListWidgetItem(
            column.title + ("（個人情報・内部利用のため出せません）" if fate == "locked" else "")
        )
        item.setData(Qt.ItemDataRole.UserRole, column.name)
        item.setCheckState(Qt.CheckState.Checked if fate == "open" else Qt.CheckState.Unchecked)
        if fate == "locked":
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEnabled)
        self.list.addItem(item)
