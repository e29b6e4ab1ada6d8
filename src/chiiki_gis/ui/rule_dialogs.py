"""Who has confirmed the articles, and who changes a rule to what and why."""

from __future__ import annotations

import math
import unicodedata

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.rules.listing import RuleRow
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.forms import wrapped

_BY = "例 都市計画課 山田"


class ConfirmDialog(QDialog):
    """Wants the name of the one who has compared the articles with the law in force."""

    def __init__(self, parent: QWidget, words: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("条文の確認を記録する")
        self.setMinimumWidth(480)
        self.by = QLineEdit()
        self.by.setPlaceholderText(_BY)
        form = QFormLayout()
        form.addRow("確認した人", self.by)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(words))
        column.addWidget(
            wrapped(
                "いま施行されている広活法・建築基準法などの条文と照らし合わせ、この規則に関わる改正がないことを"
                "確かめた人の名前を記録します。記録は、このパソコンの規則のファイルに残り、判定と報告書に出ます。"
            )
        )
        column.addLayout(form)
        self._box = buttons(self, "記録する")
        column.addWidget(self._box)
        self.by.textChanged.connect(lambda _text: self._allow())
        self._allow()

    @property
    def name(self) -> str:
        """Who has confirmed it."""
        return self.by.text().strip()

    def _allow(self) -> None:
        _accept_button(self._box).setEnabled(bool(self.name))


class RuleChangeDialog(QDialog):
    """Another value of one rule; nothing is recorded without a name and a reason."""

    def __init__(self, parent: QWidget, rule: RuleRow) -> None:
        super().__init__(parent)
        self.setWindowTitle("規則を変える")
        self.setMinimumWidth(520)
        self._rule = rule
        self.choice, self.number = QComboBox(), QLineEdit()
        for value, word in rule.choices:
            self.choice.addItem(word, value)
        self.choice.setCurrentIndex(max(self.choice.findData(rule.value), 0))
        self.number.setText(f"{rule.value:,}" if isinstance(rule.value, int | float) else "")
        self.by, self.why = QLineEdit(), QLineEdit()
        self.by.setPlaceholderText(_BY)
        self.why.setPlaceholderText("例 ○○市特別用途地区建築条例第3条による")
        form = QFormLayout()
        form.addRow("新しい値", self.choice if rule.choices else self.number)
        form.addRow("変更する人", self.by)
        form.addRow("理由", self.why)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(rule.title, bold=True))
        column.addWidget(
            wrapped(
                "条例などで、この町の規則が異なるときに使います。変更は、このパソコンで開くすべての計画の判定に使われ、"
                "変更した人と理由が判定と報告書に出ます。"
            )
        )
        column.addLayout(form)
        self._box = buttons(self, "変える")
        column.addWidget(self._box)
        for field in (self.by, self.why, self.number):
            field.textChanged.connect(lambda _text: self._allow())
        self.choice.currentIndexChanged.connect(lambda _index: self._allow())
        self._allow()

    @property
    def value(self) -> str | int | float | None:
        """The new value; None while it is none."""
        if self._rule.choices:
            return str(self.choice.currentData())
        text = unicodedata.normalize("NFKC", self.number.text()).replace(",", "").strip()
        try:
            number = float(text)
        except ValueError:
            return None
        if not 0 < number < math.inf:
            return None
        return int(number) if number.is_integer() else number

    @property
    def name(self) -> str:
        """Who changes it."""
        return self.by.text().strip()

    @property
    def reason(self) -> str:
        """Why."""
        return self.why.text().strip()

    def _allow(self) -> None:
        is_new = self.value is not None and self.value != self._rule.value
        _accept_button(self._box).setEnabled(is_new and bool(self.name and self.reason))


def _accept_button(box: QDialogButtonBox) -> QWidget:
    return next(b for b in box.buttons() if box.buttonRole(b) == QDialogButtonBox.ButtonRole.AcceptRole)
