"""The few small dialogs: what to do with unsaved edits, and the keys."""

from __future__ import annotations

from typing import Any, Literal, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)


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
