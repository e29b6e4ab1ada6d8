"""The row above the attribute table: layer, filter, what is shown, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from chiiki_gis.ui.theme import AMBER, INK

_TYPED_MS = 250
"""A filter is asked for this long after the last key."""


class TableBar(QWidget):
    """Widgets only; the panel decides."""

    layer_chosen = Signal()
    text_typed = Signal(str)
    only_selected_changed = Signal(bool)
    copy_pressed = Signal()
    export_pressed = Signal()
    zoom_pressed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.layers = QComboBox()
        self.layers.setMinimumWidth(150)
        self.layers.setMaximumWidth(220)
        self.layers.activated.connect(lambda _index: self.layer_chosen.emit())
        self.search = QLineEdit()
        self.search.setPlaceholderText("絞り込み（すべての列から）")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(100)
        self.search.setMaximumWidth(220)
        self._typed = QTimer(self, singleShot=True, interval=_TYPED_MS)
        self._typed.timeout.connect(lambda: self.text_typed.emit(self.search.text().strip()))
        self.search.textEdited.connect(lambda _text: self._typed.start())
        self.search.returnPressed.connect(self.apply_text)
        self.only_selected = QCheckBox("選択のみ表示")
        self.only_selected.toggled.connect(self.only_selected_changed)
        self.summary = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(10)
        for widget in (self.layers, self.search, self.only_selected, self.summary):
            row.addWidget(widget, 20 if widget in (self.layers, self.search) else 0)
        row.addStretch(1)
        for word, tip, signal in (
            ("コピー", "選択した行を、Excel に貼り付けられる形でコピーします（Ctrl+C）", self.copy_pressed),
            ("書き出し...", "表を Excel か CSV のファイルに書き出します", self.export_pressed),
            ("選択部分にズーム", "選択した地物を地図に大きく表示します（Ctrl+J）", self.zoom_pressed),
        ):
            button = QPushButton(word)
            button.setToolTip(tip)
            button.clicked.connect(signal)
            row.addWidget(button)

    def apply_text(self) -> None:
        """Filter by what is typed, without waiting."""
        self._typed.stop()
        self.text_typed.emit(self.search.text().strip())

    def show_text(self, text: str) -> None:
        """Show a filter text that was not typed."""
        if self.search.text().strip() != text:
            self._typed.stop()
            self.search.setText(text)

    def show_count(self, shown: int, total: int, selected: int) -> None:
        """How many rows are shown, and how many of them are selected."""
        count = f"{total:,} 件" if shown == total else f"{shown:,} / {total:,} 件"
        self._say(count + (f"　選択 {selected:,} 件" if selected else ""), INK)

    def show_working(self, what: str) -> None:
        """The rows shown are the old ones; new ones are on their way."""
        self._say(what, AMBER)

    def _say(self, text: str, color: str) -> None:
        self.summary.setText(text)
        self.summary.setStyleSheet(f"color: {color};")
