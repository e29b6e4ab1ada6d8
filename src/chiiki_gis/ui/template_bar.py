"""図面のひな形: sheets kept with the plan, to be used again, replaced or forgotten."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QInputDialog, QLabel, QPushButton, QWidget

from chiiki_gis.core.sheet import Sheet
from chiiki_gis.core.sheet_templates import drop_template, keep_template, templates_of
from chiiki_gis.ui.session import Session

_NONE = "（選んでください）"


class TemplateBar(QWidget):
    """A list of templates; `chosen` gives the sheet of one.

    sheet   what to keep
    Keeping and forgetting are edits of the plan and can be undone.
    """

    chosen = Signal(object)

    def __init__(self, session: Session, sheet: Callable[[], Sheet]) -> None:
        super().__init__()
        self._session, self._sheet = session, sheet
        self.names = QComboBox()
        self.names.setAccessibleName("図面のひな形")
        self.keep, self.drop = QPushButton("登録..."), QPushButton("削除")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel("ひな形"))
        row.addWidget(self.names, 1)
        for button in (self.keep, self.drop):
            button.setAutoDefault(False)
            row.addWidget(button)
        self.names.activated.connect(self._choose)
        self.keep.clicked.connect(lambda _checked: self._ask_name())
        self.drop.clicked.connect(lambda _checked: self._forget())
        session.changed.connect(self._refresh)
        self._refresh()

    def keep_as(self, name: str) -> None:
        """Keep the sheet under a name; one of that name is replaced."""
        self._session.apply(keep_template(self._session.document.facts, name, self._sheet()))
        self.names.setCurrentText(name)
        self.drop.setEnabled(True)

    def let_go(self) -> None:
        """Listen to the plan no longer."""
        self._session.changed.disconnect(self._refresh)

    def _refresh(self, _event: object = None) -> None:
        known = [template.name for template in templates_of(self._session.document.facts)]
        if [self.names.itemText(n) for n in range(1, self.names.count())] == known and self.names.count():
            return
        now = self.names.currentText()
        self.names.clear()
        self.names.addItems([_NONE, *known])
        self.names.setCurrentIndex(max(self.names.findText(now), 0))
        self.drop.setEnabled(self.names.currentIndex() > 0)

    def _choose(self, index: int) -> None:
        self.drop.setEnabled(index > 0)
        name = self.names.itemText(index)
        for template in templates_of(self._session.document.facts):
            if index > 0 and template.name == name:
                self.chosen.emit(template.sheet)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle("図面のひな形")
        dialog.setLabelText("名前（同じ名前のひな形は置き換わります）")
        dialog.setOkButtonText("登録する")
        dialog.setCancelButtonText("キャンセル")
        now = self.names.currentText()
        dialog.setTextValue("" if now == _NONE else now)
        if dialog.exec() and dialog.textValue().strip():
            self.keep_as(dialog.textValue().strip())

    def _forget(self) -> None:
        if self.names.currentIndex() > 0:
            self._session.apply(drop_template(self._session.document.facts, self.names.currentText()))
