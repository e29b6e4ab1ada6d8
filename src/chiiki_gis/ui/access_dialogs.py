"""The dialogs of access: the table of speeds, one road, an interchange, and where to reach from."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.analysis.speed_profile import SpeedProfile, profile_rows
from chiiki_gis.core.access_plan import OwnInterchange, RoadOverride, SetFigure, set_figures, set_override
from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import FactValue
from chiiki_gis.ui.dialogs import buttons
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.theme import RED

_VALUE, _ASSUMED, _SOURCE = 1, 3, 4
MOST_COMPARED = 4
"""Places whose reach is compared at once: with 整備後 as many series as the chart has colours."""


class Asking(QDialog):
    """A dialog that stays open, saying why, until what was typed can be used."""

    def __init__(self, parent: QWidget, title: str, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.column = QVBoxLayout(self)
        self.complaint = wrapped()
        self.complaint.setStyleSheet(f"color: {RED};")
        self.complaint.hide()
        self._buttons = buttons(self, verb)

    def finish(self) -> None:
        """Put the complaint and the buttons below the rest."""
        self.column.addWidget(self.complaint)
        self.column.addWidget(self._buttons)

    def take(self) -> None:
        """Read the fields. Raises BadInput."""

    def accept(self) -> None:
        """Close, unless something typed cannot be used."""
        try:
            self.take()
        except BadInput as error:
            self.complaint.setText(f"{error.what}{error.why}{error.todo}")
            self.complaint.show()
            return
        super().accept()


class SpeedsDialog(Asking):
    """想定速度: every number of the calculation, with its source; 仮定値 is ticked where it is one.

    own     the program's numbers, facts the plan's with what it has set
    change  what to apply once the dialog is accepted; empty where nothing was altered
    """

    def __init__(
        self,
        parent: QWidget,
        own: SpeedProfile,
        figures: Mapping[str, SetFigure],
        facts: Mapping[str, FactValue],
    ) -> None:
        super().__init__(parent, "想定速度", "変更する")
        self.resize(760, 560)
        self.change = Change("")
        self._facts, self._figures = facts, dict(figures)
        self._own = [(key, SetFigure(f.value, f.source, f.assumed)) for key, _, f in profile_rows(own)]
        self.table = QTableWidget(len(self._own), 5)
        self.table.setHorizontalHeaderLabels(["項目", "値", "単位", "仮定値", "根拠"])
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(_SOURCE, QHeaderView.ResizeMode.Stretch)
        self.table.setColumnWidth(0, 190)
        for row, (_, unit, figure) in enumerate(profile_rows(own)):
            self._fixed(row, 0, figure.label)
            self._fixed(row, 2, unit)
        self._fill(self._figures)
        reset = QPushButton("はじめの値に戻す")
        reset.setAutoDefault(False)
        reset.clicked.connect(lambda: self._fill({}))
        self.column.addWidget(
            QLabel(
                "値を変えるときは、根拠（統計や調査の名前）を書いてください。印刷物にもこの根拠が載ります。"
            )
        )
        self.column.addWidget(self.table)
        self.column.addWidget(reset, 0, Qt.AlignmentFlag.AlignLeft)
        self.finish()

    def _fixed(self, row: int, column: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.table.setItem(row, column, item)

    def _fill(self, figures: Mapping[str, SetFigure]) -> None:
        for row, (key, own) in enumerate(self._own):
            figure = figures.get(key, own)
            value = QTableWidgetItem(f"{figure.value:g}")
            value.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, _VALUE, value)
            mark = QTableWidgetItem()
            mark.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            mark.setCheckState(Qt.CheckState.Checked if figure.assumed else Qt.CheckState.Unchecked)
            self.table.setItem(row, _ASSUMED, mark)
            source = QTableWidgetItem(figure.source)
            source.setToolTip(figure.source)
            self.table.setItem(row, _SOURCE, source)

    def take(self) -> None:
        """Collect what differs from the program's numbers. Raises BadInput."""
        found: dict[str, SetFigure] = {}
        for row, (key, own) in enumerate(self._own):
            said = SetFigure(
                number_of(self._text(row, _VALUE)),
                self._text(row, _SOURCE),
                self._cell(row, _ASSUMED).checkState() == Qt.CheckState.Checked,
            )
            if said != own:
                if said.value != own.value and said.source == own.source and not own.assumed:
                    raise BadInput(
                        f"「{self._text(row, 0)}」の根拠が元のままです。",
                        "値を変えると、元の統計は根拠になりません。",
                        "新しい値の根拠を書いてください。",
                    )
                found[key] = said
        change = set_figures(self._facts, found)
        self.change = change if found != self._figures else Change("")

    def _cell(self, row: int, column: int) -> QTableWidgetItem:
        item = self.table.item(row, column)
        assert item is not None  # every cell was filled
        return item

    def _text(self, row: int, column: int) -> str:
        return self._cell(row, column).text().strip()


class RoadDialog(Asking):
    """道路の値: speed, width and closure of one road, with the source."""

    def __init__(
        self,
        parent: QWidget,
        known: RoadOverride | None,
        layer_id: str,
        fid: int,
        facts: Mapping[str, FactValue],
    ) -> None:
        super().__init__(parent, "道路の値", "変更する")
        self._where, self._facts = (layer_id, fid), facts
        self.change = Change("")
        self.kmh, self.breadth, self.source = QLineEdit(), QLineEdit(), QLineEdit()
        self.closed = QCheckBox("通行できない（計算から除く）")
        if known is not None:
            self.kmh.setText("" if known.kmh is None else f"{known.kmh:g}")
            self.breadth.setText("" if known.width_m is None else f"{known.width_m:g}")
            self.closed.setChecked(known.closed)
            self.source.setText(known.source)
        form = QFormLayout()
        form.addRow("速度（km/h）", self.kmh)
        form.addRow("幅員（m）", self.breadth)
        form.addRow("", self.closed)
        form.addRow("根拠", self.source)
        for field in (self.kmh, self.breadth):
            field.setPlaceholderText("空欄なら資料と想定速度のまま")
        self.column.addLayout(form)
        self.finish()

    def take(self) -> None:
        """What is said of the road. Raises BadInput."""
        kmh, width = (number_of(f.text()) if f.text().strip() else None for f in (self.kmh, self.breadth))
        layer_id, fid = self._where
        said = RoadOverride(layer_id, fid, self.source.text().strip(), kmh, width, self.closed.isChecked())
        self.change = set_override(self._facts, said)


class InterchangeDialog(Asking):
    """ICを追加: an interchange that the data do not have."""

    def __init__(self, parent: QWidget, center: tuple[float, float]) -> None:
        super().__init__(parent, "ICを追加", "追加する")
        self.name, self.source = QLineEdit(), QLineEdit()
        self.kind = QComboBox()
        self.kind.addItem("一般IC", "ic")
        self.kind.addItem("スマートIC", "smart_ic")
        self.north, self.east = QLineEdit(f"{center[1]:.1f}"), QLineEdit(f"{center[0]:.1f}")
        form = QFormLayout()
        form.addRow("名前", self.name)
        form.addRow("種類", self.kind)
        form.addRow("X（北）", self.north)
        form.addRow("Y（東）", self.east)
        form.addRow("根拠", self.source)
        self.column.addWidget(QLabel("はじめの座標は、地図の中央です。"))
        self.column.addLayout(form)
        self.finish()
        self.gate = OwnInterchange("", 0.0, 0.0, "")

    def take(self) -> None:
        """The interchange. Raises BadInput."""
        name, source = self.name.text().strip(), self.source.text().strip()
        x, y = number_of(self.east.text()), number_of(self.north.text())
        if not name or not source:
            raise BadInput("ICを追加できませんでした。", "名前か根拠がありません。", "両方を書いてください。")
        self.gate = OwnInterchange(name, x, y, source, str(self.kind.currentData()))


class ReachDialog(Asking):
    """到達圏: from where, and within how many minutes.

    origins   names to choose from; several are compared
    works     whether the plan has road works, so that 整備後 can be asked for
    wanted    the names chosen, each with whether the works count as done
    """

    def __init__(self, parent: QWidget, origins: Sequence[str], works: bool = False) -> None:
        super().__init__(parent, "到達圏", "計算する")
        self.resize(420, 400)
        self.origins = QListWidget()
        for name in origins:
            item = QListWidgetItem(name)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.origins.addItem(item)
        if origins:
            self.origins.item(0).setCheckState(Qt.CheckState.Checked)
        self.after = QCheckBox("整備後とも比べる", self)
        self.after.setVisible(works)
        self.minutes = QLineEdit("10,20,30,60")
        form = QFormLayout()
        form.addRow("出発する所", self.origins)
        form.addRow("分", self.minutes)
        form.addRow("", self.after)
        self.column.addWidget(QLabel("1か所なら範囲を地図に加え、2か所以上なら表とグラフで比べます。"))
        self.column.addLayout(form)
        self.finish()
        self.bands: tuple[float, ...] = ()
        self.wanted: tuple[tuple[str, bool], ...] = ()

    def take(self) -> None:
        """The bands and places. Raises BadInput."""
        texts = unicodedata.normalize("NFKC", self.minutes.text()).replace("、", ",").split(",")
        bands = tuple(number_of(text) for text in texts if text.strip())
        if not bands or not all(0 < band <= 600 for band in bands):
            raise BadInput(
                "分として使えない数があります。", "0より大きく600以下の数だけです。", "書き直してください。"
            )
        items = [self.origins.item(row) for row in range(self.origins.count())]
        names = [item.text() for item in items if item.checkState() == Qt.CheckState.Checked]
        if not 0 < len(names) <= MOST_COMPARED:
            raise BadInput(
                "出発する所を選んでください。",
                f"一度に比べられるのは1か所から{MOST_COMPARED}か所です。",
                "一覧で印を付けてください。",
            )
        sides = (False, True) if self.after.isChecked() else (False,)
        self.bands, self.wanted = bands, tuple((name, side) for name in names for side in sides)


def number_of(text: str) -> float:
    """A number as typed; full-width digits are accepted. Raises BadInput."""
    word = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    try:
        return float(word)
    except ValueError:
        raise BadInput(
            f"「{text}」は数として読めません。", "ここには数だけが入ります。", "数を入れ直してください。"
        ) from None
