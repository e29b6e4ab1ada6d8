"""新しい計画: a file of borders, and the municipalities of it that the plan is for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.crs import prefecture_name
from chiiki_gis.core.document import Municipality
from chiiki_gis.core.search import search_key
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped

Look = Callable[[Path, Callable[[tuple[Municipality, ...]], None]], object]
ABOUT = (
    "行政区域のファイル（国土数値情報 N03 など）を選ぶと、入っている市町村が並びます。計画をつくる市町村に"
    "印を付けるか、5桁の全国地方公共団体コードを入れてください。共同でつくる計画では、いくつでも選べます。"
)


class NewProjectDialog(QDialog):
    """Where the boundaries are, and which of the municipalities in them.

    look   asks which municipalities a file holds, and calls what it is given with them
    """

    def __init__(self, parent: QWidget, look: Look) -> None:
        super().__init__(parent)
        self.setWindowTitle("新しい計画")
        self.setMinimumWidth(520)
        self._look_into, self._looked = look, ""
        self.names = QLineEdit()
        self.names.setPlaceholderText("市町村の名前で絞り込む")
        self.names.textChanged.connect(lambda _text: self._narrow())
        self.towns = QListWidget()
        self.towns.setAccessibleName("境界のファイルにある市町村")
        self.towns.itemChanged.connect(lambda _item: self._take_ticks())
        self.names.hide()
        self.towns.hide()
        self.codes = QLineEdit()
        self.codes.setPlaceholderText("例 20214（複数はコンマで区切る）")
        self.file = QLineEdit()
        self.file.setPlaceholderText("国土数値情報「行政区域」（N03）の zip など")
        choose = QPushButton("選ぶ...")
        choose.clicked.connect(self._choose)
        row = QHBoxLayout()
        row.addWidget(self.file, 1)
        row.addWidget(choose)
        self.says = wrapped("", faint=True)
        form = QFormLayout()
        form.addRow("境界のファイル", row)
        form.addRow("市町村コード", self.codes)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(ABOUT))
        column.addLayout(form)
        column.addWidget(self.names)
        column.addWidget(self.towns)
        column.addWidget(self.says)
        self.buttons = buttons(self, "作成する")
        column.addWidget(self.buttons)
        role = QDialogButtonBox.ButtonRole.AcceptRole
        self.make_plan = next(b for b in self.buttons.buttons() if self.buttons.buttonRole(b) == role)
        self.codes.textChanged.connect(self._look)
        self.file.textChanged.connect(self._look)
        self._look()

    @property
    def code_list(self) -> tuple[str, ...]:
        """The codes as typed, full-width digits mended."""
        text = unicodedata.normalize("NFKC", self.codes.text()).replace("、", ",").replace(" ", ",")
        return tuple(part for part in text.split(",") if part)

    @property
    def boundaries(self) -> Path:
        """The boundary file."""
        return Path(self.file.text().strip())

    def _choose(self) -> None:
        path = Files(self).open_one("境界のファイルを選ぶ", "", of_data=True)
        if path is not None:
            self.file.setText(str(path))

    def show_towns(self, path: str, towns: tuple[Municipality, ...]) -> None:
        """List the municipalities of a file; the only one is ticked."""
        if path != self._looked:
            return
        with QSignalBlocker(self.towns):
            self.towns.clear()
            for town in towns:
                prefecture = prefecture_name(town.code) or ""
                item = QListWidgetItem(f"{prefecture}{town.name}（{town.code}）")
                item.setData(Qt.ItemDataRole.UserRole, town.code)
                on = town.code in self.code_list or len(towns) == 1
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
                self.towns.addItem(item)
        for widget in (self.names, self.towns):
            widget.setVisible(bool(towns))
        self._narrow()
        if len(towns) == 1 and not self.codes.text():
            self._take_ticks()
        if self.make_plan.isEnabled():
            self.make_plan.setFocus()  # the next Enter makes the plan
        elif towns:
            self.names.setFocus()

    def _narrow(self) -> None:
        """Hide what is not called so; what is ticked stays in sight."""
        wanted = search_key(self.names.text())
        for item in self._items():
            is_on = item.checkState() == Qt.CheckState.Checked
            item.setHidden(not is_on and wanted not in search_key(item.text()))

    def _take_ticks(self) -> None:
        listed = {str(item.data(Qt.ItemDataRole.UserRole)) for item in self._items()}
        on = [i for i in self._items() if i.checkState() == Qt.CheckState.Checked]
        typed = [code for code in self.code_list if code not in listed]
        codes = [*typed, *(str(item.data(Qt.ItemDataRole.UserRole)) for item in on)]
        self.codes.setText(",".join(codes))

    def _items(self) -> list[QListWidgetItem]:
        return [self.towns.item(n) for n in range(self.towns.count())]

    def _look(self) -> None:
        path = self.file.text().strip()
        if path != self._looked and path and self.boundaries.is_file():
            self._looked = path
            self._look_into(self.boundaries, lambda towns: self.show_towns(path, towns))
        codes = self.code_list
        wrong = [c for c in codes if len(c) not in (2, 5) or prefecture_name(c) is None]
        if wrong:
            self.says.setText(
                f"「{wrong[0]}」は市町村コードの形ではありません。5桁（都道府県は2桁）で入れてください。"
            )
        elif codes:
            self.says.setText(
                "都道府県：" + "、".join(dict.fromkeys(prefecture_name(c) or "" for c in codes))
            )
        else:
            self.says.setText("")
        has_file = bool(self.file.text().strip()) and self.boundaries.is_file()
        self.make_plan.setEnabled(bool(codes) and not wrong and has_file)
