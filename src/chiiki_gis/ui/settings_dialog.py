"""設定: the user's own files that the program uses for every plan: addresses, and grids between datums."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.datum import drop_grids, grid_of, keep_grids
from chiiki_gis.io.geocode import keep_files, remembered_files
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import heading, wrapped
from chiiki_gis.ui.theme import RED

ADDRESSES = (
    "座標のない一覧（空き家など）の位置を、所在地から探すためのファイルです。位置参照情報（街区レベル、大字・町丁目"
    "レベル）、アドレス・ベース・レジストリ、geoloniaの住所データを選べます。ファイルは元の場所のまま使います。"
)
GRIDS = (
    "日本測地系やJGD2000のデータを正確に変換するための、国土地理院の補正パラメータ（TKY2JGD、"
    "touhokutaiheiyouoki2011。.gsbか.tif）が入ったフォルダです。ないときは、ずれの目安を示して変換します。"
)
_WORDS = {
    "tokyo": "日本測地系からJGD2000（TKY2JGD）",
    "jgd2000": "JGD2000からJGD2011（東北地方太平洋沖地震）",
}
FILTER = "住所のデータ (*.csv *.json *.zip);;すべてのファイル (*)"


class SettingsDialog(QDialog):
    """What is chosen holds at once, on this computer, and is no part of any plan."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("設定")
        self.resize(620, 460)
        self.addresses = QListWidget()
        self.addresses.setAccessibleName("住所のファイル")
        self.grids = wrapped()
        self.trouble = wrapped()
        self.trouble.setStyleSheet(f"color: {RED};")
        column = QVBoxLayout(self)
        column.addWidget(heading("住所のファイル"))
        column.addWidget(wrapped(ADDRESSES, faint=True))
        column.addWidget(self.addresses, 1)
        column.addLayout(_line(("追加する...", self.add_addresses), ("外す", self.drop_address)))
        column.addWidget(heading("測地系の補正パラメータ"))
        column.addWidget(wrapped(GRIDS, faint=True))
        column.addWidget(self.grids)
        column.addLayout(_line(("フォルダを選ぶ...", self.choose_grids), ("使わない", self.drop_grids)))
        column.addWidget(self.trouble)
        box = QDialogButtonBox()
        close = box.addButton("閉じる", QDialogButtonBox.ButtonRole.AcceptRole)
        close.setDefault(True)
        box.accepted.connect(self.accept)
        column.addWidget(box)
        self.refresh()

    def refresh(self) -> None:
        """Show what is chosen."""
        self.addresses.clear()
        self.addresses.addItems([str(path) for path in remembered_files()])
        found = {datum: grid_of(datum) for datum in ("tokyo", "jgd2000")}
        lines = [f"{_WORDS[d]}：{f'「{p.name}」を使います' if p else 'ありません'}" for d, p in found.items()]
        self.grids.setText("\n".join(lines))
        self.trouble.setText("")

    def add_addresses(self) -> None:
        """Use more files of addresses."""
        new = [path.resolve() for path in Files(self).open_many("住所のファイルを選ぶ", FILTER)]
        if new:
            keep_files([*remembered_files(), *(path for path in new if path not in remembered_files())])
            self.refresh()

    def drop_address(self) -> None:
        """Use the marked file no longer."""
        item = self.addresses.currentItem()
        if item is not None:
            keep_files([path for path in remembered_files() if path != Path(item.text())])
            self.refresh()

    def choose_grids(self) -> None:
        """Use the grids of a folder."""
        folder = Files(self).folder("補正パラメータのフォルダを選ぶ")
        if folder is None:
            return
        try:
            keep_grids(folder)
        except BadInput as error:
            self.trouble.setText(f"{error.what}{error.why}{error.todo}")
            return
        self.refresh()

    def drop_grids(self) -> None:
        """Use no grids."""
        drop_grids()
        self.refresh()


def _line(*buttons: tuple[str, Callable[[], object]]) -> QHBoxLayout:
    row = QHBoxLayout()
    for words, press in buttons:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _on=False, press=press: press())
        row.addWidget(button)
    row.addStretch(1)
    return row
