"""The few dialogs: a new plan, a sheet to print, the plan's facts, and what to do with unsaved edits."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.crs import prefecture_name
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped


def buttons(dialog: QDialog, verb: str) -> QDialogButtonBox:
    """A verb and キャンセル, below a dialog."""
    box = QDialogButtonBox(dialog)
    accept = box.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole)
    accept.setDefault(True)
    cancel = box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
    cancel.setAutoDefault(False)  # else it takes Enter while the verb cannot be pressed yet
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    return box


class NewProjectDialog(QDialog):
    """Which municipalities, and where their boundaries are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("新しい計画")
        self.setMinimumWidth(520)
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
        form.addRow("市町村コード", self.codes)
        form.addRow("境界のファイル", row)
        column = QVBoxLayout(self)
        column.addWidget(wrapped("計画をつくる市町村を、5桁の全国地方公共団体コードで入れてください。"))
        column.addLayout(form)
        column.addWidget(self.says)
        self.buttons = buttons(self, "作成する")
        column.addWidget(self.buttons)
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
        path = Files(self).open_one("境界のファイルを選ぶ", "")
        if path is not None:
            self.file.setText(str(path))

    def _look(self) -> None:
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
        for button in self.buttons.buttons():
            if self.buttons.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(bool(codes) and not wrong and has_file)


def ask_about_unsaved(parent: QWidget) -> Literal["save", "leave", "stay"]:
    """保存する, 保存しない (the journal keeps the edits), or キャンセル."""
    box = QMessageBox(parent)
    box.setWindowTitle("計画を閉じる")
    box.setIcon(QMessageBox.Icon.Question)
    box.setText("保存していない編集があります。")
    box.setInformativeText("「保存しない」を選んでも、編集の控えは残り、次に開いたときに復元できます。")
    save = box.addButton("保存する", QMessageBox.ButtonRole.AcceptRole)
    leave = box.addButton("保存しない", QMessageBox.ButtonRole.DestructiveRole)
    box.addButton("キャンセル", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cast(Any, save))
    box.exec()
    pressed = box.clickedButton()
    return "save" if pressed is save else "leave" if pressed is leave else "stay"


def ask_about_discarding(parent: QWidget) -> bool:
    """Whether to throw away the edits of an earlier run for good."""
    box = QMessageBox(parent)
    box.setWindowTitle("控えを破棄する")
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText("前回の編集の控えを破棄します。")
    box.setInformativeText("破棄した編集は、元に戻せません。")
    discard = box.addButton("破棄する", QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton("残しておく", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cast(Any, keep))
    box.exec()
    return box.clickedButton() is discard


def show_shortcuts(parent: QWidget, rows: list[tuple[str, str]]) -> None:
    """ショートカット一覧."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("ショートカット一覧")
    column = QVBoxLayout(dialog)
    grid = QGridLayout()
    half = (len(rows) + 1) // 2
    for index, (text, keys) in enumerate(rows):
        place = (index % half, (index // half) * 2)
        grid.addWidget(QLabel(text), *place)
        shown = QLabel(keys)
        shown.setAlignment(Qt.AlignmentFlag.AlignRight)
        shown.setContentsMargins(16, 0, 28, 0)
        grid.addWidget(shown, place[0], place[1] + 1)
    column.addLayout(grid)
    box = QDialogButtonBox()
    box.addButton("閉じる", QDialogButtonBox.ButtonRole.RejectRole)
    box.rejected.connect(dialog.reject)
    column.addWidget(box)
    dialog.exec()
