"""The status bar: hint · progress · coordinates · scale · CRS · saved state · offline."""

from __future__ import annotations

import re
import unicodedata

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QWidget,
)

from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.sheet import SCALES
from chiiki_gis.ui.coordinate_chip import CoordinateChip
from chiiki_gis.ui.yielding import YieldingLabel

_SCALE_WORDS = [f"1:{scale:,}" for scale in SCALES]


_HEIGHT_PX = 30
"""Fixed: a bar that grew with its content would shift the map under the mouse."""


class StatusBar(QStatusBar):
    """Says where things are; nothing here is lost when it is not read."""

    scale_chosen = Signal(float)
    stop_pressed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.setFixedHeight(_HEIGHT_PX)
        self.hint = YieldingLabel()
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self.hint, 1)
        self.note = YieldingLabel()
        self.progress = QProgressBar()
        self.progress.setFixedSize(130, 12)
        self.progress.setTextVisible(False)
        self.stop = QPushButton("中止")
        self.stop.clicked.connect(self.stop_pressed)
        self.coordinates = CoordinateChip()
        self.scale = QComboBox()
        self.scale.setEditable(True)
        self.scale.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.scale.addItems(_SCALE_WORDS)
        self.scale.setFixedWidth(112)
        self.scale.setToolTip("縮尺")
        self.scale.activated.connect(lambda _index: self._choose_scale())
        edit = self.scale.lineEdit()
        if edit is not None:
            edit.returnPressed.connect(self._choose_scale)
        self.crs = YieldingLabel()
        self.saved = YieldingLabel()
        self.offline = QLabel("オフライン")
        self.setContentsMargins(4, 0, 8, 0)
        self.offline.setToolTip("インターネットには接続しません")
        for widget in (
            self.note, self.progress, self.stop, self.coordinates,
            self.scale, self.crs, self.saved, self.offline,
        ):  # fmt: skip
            self.addPermanentWidget(widget)
        for widget in (self.note, self.progress, self.stop):
            widget.hide()

    def show_hint(self, text: str) -> None:
        """What can be done now; the whole of it is in the tooltip where there is no room."""
        self.hint.setText(text)
        self.hint.setToolTip(text)

    def show_busy(self, note: str, done: int, total: int) -> None:
        """A helper process is at work; `total` 0 when nobody knows how long."""
        self.note.setText(note)
        self.note.setToolTip(note)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        for widget in (self.note, self.progress, self.stop):
            widget.show()

    def show_idle(self) -> None:
        """No helper process is at work."""
        for widget in (self.note, self.progress, self.stop):
            widget.hide()

    def show_scale(self, scale: float) -> None:
        """The denominator of the scale on this screen."""
        if not self.scale.lineEdit() or not self.scale.hasFocus():
            self.scale.setEditText(f"1:{round(scale):,}")

    def show_crs(self, epsg: int) -> None:
        """The working CRS."""
        self.crs.setText(crs_label(epsg).removeprefix("平面直角座標系 "))
        self.crs.setToolTip(f"{crs_label(epsg)} EPSG:{epsg}")
        self.coordinates.show_crs(epsg)

    def _choose_scale(self) -> None:
        typed = unicodedata.normalize("NFKC", self.scale.currentText())
        digits = re.sub(r"\D", "", typed.rpartition(":")[2])
        if digits and int(digits) > 0:
            self.scale_chosen.emit(float(digits))
