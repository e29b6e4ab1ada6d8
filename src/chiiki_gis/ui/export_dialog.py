"""Sending the plan out although errors are open: which ones, and why all the same."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QVBoxLayout, QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.export.open_errors import FILE_NAME
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.forms import wrapped


class ReasonDialog(QDialog):
    """Names the open errors and wants a written reason."""

    def __init__(self, parent: QWidget, errors: Sequence[Finding]) -> None:
        super().__init__(parent)
        self.setWindowTitle("エラーを残したまま書き出す")
        self.resize(620, 420)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(f"検査のエラーが {len(errors)} 件残っています。", bold=True))
        listed = QListWidget()
        listed.setWordWrap(True)
        for error in errors:
            listed.addItem(f"・{error.message}［{error.article}］")
        column.addWidget(listed, 1)
        column.addWidget(
            wrapped(
                "このまま書き出すときは、理由を書いてください。"
                f"エラーと理由は、書き出したファイルと一緒の「{FILE_NAME}」に載ります。"
            )
        )
        self._reason = QLineEdit()
        self._reason.setPlaceholderText("例 協議用の素案のため。境界は次回の測量で直す。")
        self._reason.textChanged.connect(lambda _text: self._allow())
        column.addWidget(self._reason)
        self._box = buttons(self, "書き出す...")
        column.addWidget(self._box)
        self._reason.setFocus()
        self._allow()

    @property
    def reason(self) -> str:
        """Why the plan leaves with its errors."""
        return self._reason.text().strip()

    def write_reason(self, text: str) -> None:
        """Fill the reason in."""
        self._reason.setText(text)

    def _allow(self) -> None:
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(bool(self.reason))
