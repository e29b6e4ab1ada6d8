"""What the planner has added to the access calculation, to be taken back; whether new roads are estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.analysis.road_design import DEFAULT_DESIGN, RoadDesigns
from chiiki_gis.core.access_plan import (
    NewRoadChoice,
    RoadOverride,
    choose_new_road,
    drop_interchange,
    drop_override,
    interchanges_of,
    new_road_of,
    overrides_of,
)
from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.ui.access_dialogs import Asking
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.later import Later

if TYPE_CHECKING:
    from collections.abc import Callable

    from chiiki_gis.ui.selection import Selection
    from chiiki_gis.ui.session import Session

_KINDS = {"ic": "一般IC", "smart_ic": "スマートIC"}


class AddedWindow(QDialog):
    """追加したICと道路の値: one line each; a line shows its place, and can be taken away."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        selection: Selection,
        show_place: Callable[[float, float], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.setWindowTitle("追加したICと道路の値")
        self.resize(640, 320)
        self._session, self._selection, self._show_place = session, selection, show_place
        heads = ("種類", "名前", "内容", "根拠")
        self.table = QTableWidget(0, len(heads))
        self.table.setHorizontalHeaderLabels(list(heads))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._tell)
        self.remove = QPushButton("削除")
        self.remove.setToolTip("選んだ行を消して、資料の値に戻します（元に戻せます）")
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(self.drop)
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addWidget(self.table)
        column.addLayout(row)
        self._drops: list[Change] = []
        self._shows: list[Callable[[], object]] = []
        self._later = Later(self, self.refresh)
        session.changed.connect(lambda _changed: self._later.ask())
        session.opened.connect(self._later.ask)
        self.refresh()

    def refresh(self) -> None:
        """Write the lines anew."""
        facts = self._session.document.facts if self._session.is_open else {}
        rows: list[tuple[str, ...]] = []
        self._drops, self._shows = [], []
        for gate in interchanges_of(facts):
            place = f"X {gate.y:,.1f}　Y {gate.x:,.1f}"
            rows.append((_KINDS.get(gate.type, gate.type), gate.name, place, gate.source))
            self._drops.append(drop_interchange(facts, gate.name))
            self._shows.append(partial(self._show_place, gate.x, gate.y))
        for said in overrides_of(facts):
            rows.append(("道路の値", f"道路 {said.fid}", _override_words(said), said.source))
            self._drops.append(drop_override(facts, said.layer_id, said.fid))
            self._shows.append(partial(self._show_road, said))
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, text in enumerate(row):
                self.table.setItem(number, column, QTableWidgetItem(text))
        self.table.blockSignals(False)
        self.remove.setEnabled(False)

    def drop(self) -> None:
        """削除: the line chosen."""
        row = self._row
        if row is not None:
            self._session.apply(self._drops[row])

    @property
    def _row(self) -> int | None:
        row = self.table.currentRow()
        return row if self.table.selectedItems() and 0 <= row < len(self._drops) else None

    def _tell(self) -> None:
        row = self._row
        self.remove.setEnabled(row is not None)
        if row is not None:
            self._shows[row]()

    def _show_road(self, said: RoadOverride) -> None:
        if any(str(layer.id) == said.layer_id for layer in self._session.document.layers):
            self._selection.pick(LayerId(said.layer_id), (Fid(said.fid),))


def _override_words(said: RoadOverride) -> str:
    parts: Sequence[str] = (
        "" if said.kmh is None else f"時速{said.kmh:g} km",
        "" if said.width_m is None else f"幅員{said.width_m:g} m",
        "通行できない" if said.closed else "",
    )
    return "・".join(part for part in parts if part) or "変更なし"


class NewRoadDialog(Asking):
    """新しい道の概算: whether buildings that no road reaches get one, and what it is held to.

    change   what to apply once the dialog is accepted; empty where nothing was altered
    """

    def __init__(
        self, parent: QWidget, designs: RoadDesigns, facts: Mapping[str, FactValue], has_heights: bool
    ) -> None:
        super().__init__(parent, "新しい道の概算", "決める")
        self.resize(520, 220)
        self._facts, self._known = facts, new_road_of(facts)
        self.change = Change("")
        self.wanted = QCheckBox("道路が届かない施設は、新しい道を想定して概算する")
        self.wanted.setChecked(self._known is not None)
        self.design = QComboBox()
        for one in designs.designs:
            limits = f"縦断勾配{one.standard:g}%以下、やむを得ない場合{one.exception:g}%以下"
            self.design.addItem(f"{one.label}（{limits}）", one.key)
        chosen = self._known.design if self._known is not None else DEFAULT_DESIGN
        self.design.setCurrentIndex(max(0, self.design.findData(chosen)))
        self.exception = QCheckBox("やむを得ない場合の値を使う（道路構造令20条ただし書）")
        self.exception.setChecked(self._known is not None and self._known.is_exception)
        costs = "、".join(
            f"{figure.label}は{figure.value:g}倍（{figure.basis}）" for figure in designs.costs.values()
        )
        ground = (
            "標高のデータの上で、勾配を守る最も安い経路を探します。"
            if has_heights
            else "標高のデータがないため、直線距離に係数を掛けた概算になります。"
        )
        form = QFormLayout()
        form.addRow("道路の規格", self.design)
        form.addRow("", self.exception)
        self.column.addWidget(self.wanted)
        self.column.addLayout(form)
        self.column.addWidget(
            wrapped(
                f"{ground}避けたい所を通る長さの数え方：{costs}。"
                "結果は「概算」と示され、設計には使えません。次に「計算する」を押したときに反映されます。",
                faint=True,
            )
        )
        self.finish()
        self.wanted.toggled.connect(self._enable)
        self._enable()

    def take(self) -> None:
        """The choice."""
        choice = NewRoadChoice(str(self.design.currentData()), self.exception.isChecked())
        said = choice if self.wanted.isChecked() else None
        self.change = choose_new_road(self._facts, said) if said != self._known else Change("")

    def _enable(self) -> None:
        for field in (self.design, self.exception):
            field.setEnabled(self.wanted.isChecked())
