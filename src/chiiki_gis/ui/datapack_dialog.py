"""データパック: the files that were carried to this computer, to be taken into the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from chiiki_gis.core.role import Role
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.io.datapack import DataPack, PackItem

ABOUT = (
    "USBメモリなどで運んだデータの一式です。プログラムのフォルダか、ドキュメントのフォルダに置くと、"
    "ここに並びます。計画に加えるものに印を付けてください。"
)
NONE_FOUND = "データパックが見つかりません。「フォルダを選ぶ...」で、置いた場所を選んでください。"
_FILE = Qt.ItemDataRole.UserRole


def add_from_packs(
    parent: QWidget, session: Session, files: Files, take: Callable[[tuple[Path, ...]], None]
) -> None:
    """Ask which files of which pack; `take` gets them. The packs are looked for away from the window."""

    def show(packs: Sequence[DataPack]) -> None:
        dialog = DataPackDialog(parent, session, files, packs)
        if dialog.exec() and dialog.chosen:
            take(dialog.chosen)

    session.ask("data_packs", None, on_done=show)


class DataPackDialog(QDialog):
    """The packs that were found, each with its files; damaged ones are named and cannot be ticked."""

    def __init__(self, parent: QWidget, session: Session, files: Files, packs: Sequence[DataPack]) -> None:
        super().__init__(parent)
        self.setWindowTitle("データパックから追加")
        self.setMinimumSize(640, 420)
        self._session, self._files = session, files
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("データパックのファイル")
        self.tree.setHeaderLabels(["名前", "種類", "年次", "出典"])
        self.tree.setColumnWidth(0, 260)
        self.tree.itemChanged.connect(lambda _item, _column: self._allow())
        self.says = wrapped("")
        other = QPushButton("フォルダを選ぶ...")
        other.clicked.connect(self._choose_folder)
        self.buttons = buttons(self, "追加する")
        self.buttons.addButton(other, QDialogButtonBox.ButtonRole.ActionRole)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(ABOUT))
        column.addWidget(self.tree, 1)
        column.addWidget(self.says)
        column.addWidget(self.buttons)
        self.show_packs(packs)

    @property
    def chosen(self) -> tuple[Path, ...]:
        """The files with a tick, in the order of the list."""
        return tuple(
            leaf.data(0, _FILE) for leaf in self._leaves() if leaf.checkState(0) == Qt.CheckState.Checked
        )

    def show_packs(self, packs: Sequence[DataPack]) -> None:
        """List packs beneath those that are there."""
        for pack in packs:
            top = QTreeWidgetItem(self.tree, [pack.title, "", pack.made, ""])
            top.setToolTip(0, str(pack.folder))
            for item in pack.items:
                self._add(top, pack, item)
            top.setExpanded(True)
        self.says.setText("" if self.tree.topLevelItemCount() else NONE_FOUND)
        self._allow()

    def _add(self, top: QTreeWidgetItem, pack: DataPack, item: PackItem) -> None:
        roles = "・".join(Role(role).japanese for role in item.roles)
        leaf = QTreeWidgetItem(top, [item.name, roles, item.edition or "不明", item.source])
        leaf.setData(0, _FILE, pack.path_of(item))
        leaf.setFlags(leaf.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        leaf.setCheckState(0, Qt.CheckState.Unchecked)

    def _leaves(self) -> list[QTreeWidgetItem]:
        tops = (self.tree.topLevelItem(n) for n in range(self.tree.topLevelItemCount()))
        leaves = (top.child(n) for top in tops if top is not None for n in range(top.childCount()))
        return [leaf for leaf in leaves if leaf is not None]

    def _choose_folder(self) -> None:
        folder = self._files.folder("データパックのフォルダを選ぶ")
        if folder is not None:
            self._session.ask("data_packs", folder, on_done=self.show_packs)

    def _allow(self) -> None:
        for button in self.buttons.buttons():
            if self.buttons.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(bool(self.chosen))
