"""The sheet to print, and how many maps it will take before it is printed."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.jobs import Foreseen
from chiiki_gis.core.scenarios import told
from chiiki_gis.core.sheet import FIT_SCALE, SCALES, Orientation, Paper, Sheet, SheetKind
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session

SHEET_WORDS: dict[str, str] = {
    "overview": "総括図（計画の全体）",
    "priority": "特定居住重点地区の図",
    "area": "特定居住促進区域の図",
    "facilities": "拠点施設の図",
    "access": "アクセス道路の図",
    "site": "施設の敷地の図",
}
_PLACED = "いま画面に見えている所を中心にする"


class PrintDialog(QDialog):
    """What sheet, on which paper, at which scale."""

    def __init__(self, parent: QWidget, session: Session, center: tuple[float, float] | None) -> None:
        super().__init__(parent)
        shown = told(session.document, session.scenario)
        self.setWindowTitle(f"図面（{shown}）" if shown else "図面")
        self.setMinimumWidth(460)
        self._session, self._center = session, center
        self.kind, self.paper, self.orientation, self.scale, self.place = (QComboBox() for _ in range(5))
        self._fill()
        self.title = QLineEdit()
        self.title.setPlaceholderText("空欄なら図の種類から付けます")
        self.number = QLineEdit()
        form = QFormLayout()
        for label, widget in (
            ("図の種類", self.kind), ("用紙", self.paper), ("向き", self.orientation), ("縮尺", self.scale),
            ("位置", self.place), ("図名", self.title), ("図面番号", self.number),
        ):  # fmt: skip
            form.addRow(label, widget)
        self.says = wrapped()
        self.says.setMinimumHeight(3 * self.fontMetrics().lineSpacing())
        self._box = buttons(self, "PDFに出力...")
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.says)
        column.addWidget(wrapped("縮尺は正確に保たれます。", faint=True))
        column.addWidget(self._box)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self.foresee)
        for box in (self.kind, self.paper, self.orientation, self.scale, self.place):
            box.currentIndexChanged.connect(lambda _index: self._soon.start())
        self._soon.start()

    @property
    def sheet(self) -> Sheet:
        """The sheet as chosen."""
        return Sheet(
            kind=cast(SheetKind, self.kind.currentData()),
            paper=cast(Paper, self.paper.currentData()),
            orientation=cast(Orientation, self.orientation.currentData()),
            scale=int(self.scale.currentData()),
            title=self.title.text().strip(),
            number=self.number.text().strip(),
            center=self._center if self.place.currentText() == _PLACED else None,
        )

    def foresee(self) -> None:
        """Ask how many maps the sheet takes; an older question is dropped."""
        self._allow(False)
        self.says.setText("枚数を調べています…")
        sheet = self.sheet
        self._session.workers.submit(
            "foresee_sheet",
            self._session.snapshot(),
            sheet,
            replaces="foresee",
            on_done=lambda found: self._tell(found, sheet),
            on_error=self._refuse,
        )

    def _fill(self) -> None:
        for kind, word in SHEET_WORDS.items():
            self.kind.addItem(word, kind)
        for paper in ("A3", "A4"):
            self.paper.addItem(paper, paper)
        for orientation, word in (("landscape", "横"), ("portrait", "縦")):
            self.orientation.addItem(word, orientation)
        self.scale.addItem("1枚に収まる縮尺", FIT_SCALE)
        for scale in SCALES:
            self.scale.addItem(f"1:{scale:,}", scale)
        self.place.addItem("図の種類に合わせて自動で決める")
        if self._center is not None:
            self.place.addItem(_PLACED)

    def _tell(self, found: Foreseen, sheet: Sheet) -> None:
        if sheet != self.sheet:
            return
        scales = "、".join(f"1:{scale:,}" for scale in found.scales)
        self.says.setText(
            f"地図は {found.maps} 枚になります（縮尺 {scales}）。\n"
            "凡例や表が長いときは、続きのページが加わります。"
        )
        self._allow(True)

    def _refuse(self, error: ChiikiError) -> None:
        self.says.setText(f"{error.why}{error.todo}")

    def _allow(self, allowed: bool) -> None:
        for button in self._box.buttons():
            if self._box.buttonRole(button) == QDialogButtonBox.ButtonRole.AcceptRole:
                button.setEnabled(allowed)

    def done(self, result: int) -> None:
        """Close, and listen to no late answer."""
        self._soon.stop()
        super().done(result)
