"""The date of the articles, above every verdict until somebody has confirmed that they still hold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from chiiki_gis.rules.load import rule_table
from chiiki_gis.ui.forms import plate, wrapped


class EditionStrip(QWidget):
    """Hidden once the edition in use has been confirmed.

    parent  what it stands in: shown without one, it would be a window of its own for a moment
    """

    def __init__(self, parent: QWidget, show_rules: Callable[[], object]) -> None:
        super().__init__(parent)
        frame, inside = plate("warning")
        self.text = wrapped()
        self.button = QPushButton("規則を見る・確認を記録する...")
        self.button.clicked.connect(show_rules)
        inside.addWidget(self.text)
        inside.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.addWidget(frame)
        self.refresh()

    def refresh(self) -> None:
        """Follow what has been recorded."""
        table = rule_table()
        year, month = table.rules_version.split("-")
        self.text.setText(
            f"条文は{int(year)}年{int(month)}月時点のものです。いまの条文との照合は未確認です。"
        )
        self.setVisible(table.confirmation is None)
