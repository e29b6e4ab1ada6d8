"""The fields that describe a sheet: what it shows, on which paper, at which scale, in which words."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from PySide6.QtCore import QBuffer, QIODevice, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QWidget,
)

from chiiki_gis.core.sheet import (
    DETAIL_SCALES,
    FIT_SCALE,
    INTERNAL,
    SCALES,
    Orientation,
    Paper,
    Sheet,
    SheetKind,
)
from chiiki_gis.ui.files import Files

SHEET_WORDS: dict[str, str] = {
    "overview": "総括図（計画の全体）",
    "priority": "特定居住重点地区の図",
    "area": "特定居住促進区域の図",
    "facilities": "拠点施設の図",
    "access": "アクセス道路の図",
    "site": "施設の敷地の図（付近見取図・配置図）",
}
LOGO_PX = 600
"""A logo is kept no larger than this on its longer side."""
_PLACED = "いま画面に見えている所を中心にする"


class SheetForm(QWidget):
    """A sheet as fields; `changed` after every change of one."""

    changed = Signal()

    def __init__(self, center: tuple[float, float] | None) -> None:
        super().__init__()
        self._center, self._logo = center, b""
        self.kind, self.paper, self.orientation, self.scale, self.place = (QComboBox() for _ in range(5))
        self.title, self.number, self.created = QLineEdit(), QLineEdit(), QLineEdit()
        self.title.setPlaceholderText("空欄なら図の種類から付けます")
        self.created.setPlaceholderText("空欄なら印刷する日")
        self.text = QPlainTextEdit()
        self.text.setPlaceholderText("凡例の下に「備考」として印刷します")
        self.text.setFixedHeight(4 * self.fontMetrics().lineSpacing())
        self.text.setTabChangesFocus(True)
        self.internal = QCheckBox(f"「{INTERNAL}」の印を付ける")
        self.logo_says = QLabel("なし")
        self._fill()
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        for label, widget in (
            ("図の種類", self.kind), ("用紙", self.paper), ("向き", self.orientation), ("縮尺", self.scale),
            ("位置", self.place), ("図名", self.title), ("図面番号", self.number),
            ("作成年月日", self.created), ("備考", self.text), ("ロゴ", self._logo_row()),
            ("印", self.internal),
        ):  # fmt: skip
            form.addRow(label, widget)
        for box in (self.kind, self.paper, self.orientation, self.scale, self.place):
            box.currentIndexChanged.connect(self.changed)
        for line in (self.title, self.number, self.created):
            line.textChanged.connect(self.changed)
        self.text.textChanged.connect(self.changed)
        self.internal.toggled.connect(self.changed)

    @property
    def sheet(self) -> Sheet:
        """The sheet as filled in."""
        return Sheet(
            kind=cast(SheetKind, self.kind.currentData()),
            paper=cast(Paper, self.paper.currentData()),
            orientation=cast(Orientation, self.orientation.currentData()),
            scale=int(self.scale.currentData()),
            title=self.title.text().strip(),
            number=self.number.text().strip(),
            created=self.created.text().strip(),
            center=self._center if self.place.currentText() == _PLACED else None,
            text=self.text.toPlainText().strip(),
            logo=self._logo,
            mark=INTERNAL if self.internal.isChecked() else "",
        )

    def show_sheet(self, sheet: Sheet) -> None:
        """Fill in a sheet; `changed` once."""
        self.blockSignals(True)
        for box, value in (
            (self.kind, sheet.kind), (self.paper, sheet.paper), (self.orientation, sheet.orientation),
        ):  # fmt: skip
            box.setCurrentIndex(box.findData(value))
        if self.scale.findData(sheet.scale) < 0:
            self.scale.addItem(f"1:{sheet.scale:,}", sheet.scale)
        self.scale.setCurrentIndex(self.scale.findData(sheet.scale))
        if sheet.center is not None:
            self._center = sheet.center
            if self.place.findText(_PLACED) < 0:
                self.place.addItem(_PLACED)
        self.place.setCurrentIndex(0 if sheet.center is None else self.place.findText(_PLACED))
        self.title.setText(sheet.title)
        self.number.setText(sheet.number)
        self.created.setText(sheet.created)
        self.text.setPlainText(sheet.text)
        self.internal.setChecked(bool(sheet.mark))
        self._take_logo(sheet.logo)
        self.blockSignals(False)
        self.changed.emit()

    def choose_logo(self) -> None:
        """A picture file as the logo."""
        path = Files(self.window()).open_one("ロゴの画像を選ぶ", "画像 (*.png *.jpg *.jpeg)")
        if path is not None:
            self.take_logo_file(path)

    def take_logo_file(self, path: Path) -> None:
        """The picture of a file as the logo; what is none is said beside the button."""
        logo = logo_of(path)
        self._take_logo(logo)
        if not logo:
            self.logo_says.setText(f"「{path.name}」は画像として読めません")
        self.changed.emit()

    def drop_logo(self) -> None:
        """No logo."""
        self._take_logo(b"")
        self.changed.emit()

    def _fill(self) -> None:
        for kind, word in SHEET_WORDS.items():
            self.kind.addItem(word, kind)
        for paper in ("A3", "A4"):
            self.paper.addItem(paper, paper)
        for orientation, word in (("landscape", "横"), ("portrait", "縦")):
            self.orientation.addItem(word, orientation)
        self.scale.addItem("1枚に収まる縮尺", FIT_SCALE)
        for scale in (*DETAIL_SCALES, *SCALES):
            self.scale.addItem(f"1:{scale:,}", scale)
        self.place.addItem("図の種類に合わせて自動で決める")
        if self._center is not None:
            self.place.addItem(_PLACED)

    def _logo_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        choose, drop = QPushButton("画像を選ぶ..."), QPushButton("外す")
        for button in (choose, drop):
            button.setAutoDefault(False)
        choose.clicked.connect(lambda _checked: self.choose_logo())
        drop.clicked.connect(lambda _checked: self.drop_logo())
        line.addWidget(self.logo_says, 1)
        line.addWidget(choose)
        line.addWidget(drop)
        return row

    def _take_logo(self, logo: bytes) -> None:
        self._logo = logo
        self.logo_says.setText("あり" if logo else "なし")


def logo_of(path: Path) -> bytes:
    """The picture of a file as a PNG on white, no larger than LOGO_PX; empty for what is no picture.

    On white, since an archive copy (PDF/A-1) holds no transparency.
    """
    picture = QImage(str(path))
    if picture.isNull():
        return b""
    if max(picture.width(), picture.height()) > LOGO_PX:
        picture = picture.scaled(
            LOGO_PX, LOGO_PX, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    paper = QImage(picture.size(), QImage.Format.Format_RGB32)
    paper.fill(QColor("#ffffff"))
    painter = QPainter(paper)
    painter.drawImage(0, 0, picture)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    paper.save(buffer, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, the binding wants str
    return bytes(buffer.data().data())
