"""A written reason for something that errors speak against: which findings, and why all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLineEdit, QListWidget, QVBoxLayout, QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.export.open_errors import FILE_NAME
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.forms import wrapped


@dataclass(frozen=True)
class ReasonWords:
    """What the dialog says; `lead` has a place for the number of findings."""

    title: str
    lead: str
    explain: str
    example: str
    verb: str


EXPORT_WORDS = ReasonWords(
    "エラーを残したまま書き出す",
    "検査のエラーが {count} 件残っています。",
    "このまま書き出すときは、理由を書いてください。"
    f"エラーと理由は、書き出したファイルと一緒の「{FILE_NAME}」に載ります。",
    "例 協議用の素案のため。境界は次回の測量で直す。",
    "書き出す...",
)
SET_ASIDE_WORDS = ReasonWords(
    "検査の対象外にする",
    "次の {count} 件を対象外にします。",
    "理由を書いてください。対象外にした項目は消えず、理由とともに「検査」の一覧と報告書に残ります。"
    "内容が変わったときは、もう一度確かめるために対象外ではなくなります。",
    "例 県の原図で確認済み。3mの差は資料の精度による。",
    "対象外にする",
)


class ReasonDialog(QDialog):
    """Names the findings and wants a written reason."""

    def __init__(
        self,
        parent: QWidget,
        findings: Sequence[Finding],
        words: ReasonWords = EXPORT_WORDS,
        reason: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(words.title)
        self.resize(620, 420)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(words.lead.format(count=len(findings)), bold=True))
        listed = QListWidget()
        listed.setWordWrap(True)
        for finding in findings:
            listed.addItem(f"・{finding.message}［{finding.article}］")
        column.addWidget(listed, 1)
        column.addWidget(wrapped(words.explain))
        self._reason = QLineEdit(reason)
        self._reason.setAccessibleName("理由")
        self._reason.setPlaceholderText(words.example)
        self._reason.textChanged.connect(lambda _text: self._allow())
        column.addWidget(self._reason)
        self._box = buttons(self, words.verb)
        column.addWidget(self._box)
        self._reason.setFocus()
        self._allow()

    @property
    def reason(self) -> str:
        """What was written."""
        return self._reason.text().strip()

    def write_reason(self, text: str) -> None:
        """Fill the reason in."""
        self._reason.setText(text)

    def _allow(self) -> None:
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(bool(self.reason))
