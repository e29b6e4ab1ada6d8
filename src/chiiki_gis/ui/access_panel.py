"""アクセス: the links from facilities to interchanges, and the button that computes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import inf
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.change import Changed
from chiiki_gis.core.layer import Fid
from chiiki_gis.core.links import (
    REFUSED,
    LinkCount,
    building_of,
    count_links,
    narrow_words,
    share_words,
)
from chiiki_gis.core.role import Role
from chiiki_gis.ui.forms import is_missing
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import AMBER, FAINT, GREEN, RED

_STATUS = {
    "ok": ("計算済み", GREEN),
    "estimate": ("概算", AMBER),
    "needs_confirmation": ("要確認", AMBER),
    "refused": ("計算できません", RED),
}
_HIGHEST_PX = 52
"""Of a line; longer reasons are read in their tool tip and on the sheet."""
NO_NUMBERS: Mapping[int, float | None] = {}
_HEADS = ("施設", "インターチェンジ", "順位", "距離", "時間", "状態", "理由・仮定値", "道路の内訳")


class _Cell(QTableWidgetItem):
    """A cell that sorts by its number where it has one; empty cells stand last."""

    def __init__(self, text: str, number: float | None = None) -> None:
        super().__init__(text)
        self.number = number

    def __lt__(self, other: QTableWidgetItem) -> bool:
        if isinstance(other, _Cell) and (self.number is not None or other.number is not None):
            return (inf if self.number is None else self.number) < (
                inf if other.number is None else other.number
            )
        return self.text() < other.text()


class AccessPanel(QWidget):
    """One line per link, refused ones with their reason; then the facilities that nobody has linked."""

    compute_asked = Signal()
    speeds_asked = Signal()
    road_asked = Signal()
    interchange_asked = Signal()
    added_asked = Signal()
    new_road_asked = Signal()
    reach_asked = Signal()
    roads_asked = Signal()
    works_asked = Signal()
    profile_asked = Signal(int)
    export_asked = Signal()
    picked = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.summary = QLabel()
        top = self._buttons()
        top.addWidget(self.summary)
        top.addStretch(1)
        self.table = QTableWidget(0, len(_HEADS))
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.verticalHeader().setMaximumSectionSize(_HIGHEST_PX)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        head = self.table.horizontalHeader()
        for column, width in enumerate((150, 110, 46, 84, 76, 100, 260)):
            self.table.setColumnWidth(column, width)
        head.setSectionResizeMode(len(_HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        head.setSortIndicatorClearable(True)
        head.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.setSortingEnabled(True)
        self.table.itemSelectionChanged.connect(self._tell)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.table, 1)
        self._later = Later(self, self.refresh)
        session.opened.connect(self._later.ask)
        session.opened.connect(self._enable)
        session.changed.connect(self._follow)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        self.buttons: list[QPushButton] = []
        for text, tip, press in (
            ("計算する", "道路と IC のレイヤから、施設ごとの最短経路を計算します", self.compute_asked.emit),
            ("到達圏...", "施設やICから道路で着く範囲を計算し、比べます", self.reach_asked.emit),
            ("道路整備...", "道路の改良や新しい道路で、時間がどう変わるかを比べます", self.works_asked.emit),
            ("縦断図", "選んだアクセス道路の標高のグラフです", self._ask_profile),
            (
                "書き出し...",
                "アクセス道路の表（Excel）かレイヤ（GeoPackage）を書き出します",
                self.export_asked.emit,
            ),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked=False, do=press: do())
            row.addWidget(button)
            self.buttons.append(button)
        self.more = QPushButton("計算の設定")
        menu = QMenu(self.more)
        for text, tip, signal in (
            ("想定速度...", "計算に使う速度・係数・距離と、その根拠です", self.speeds_asked),
            ("道路の値...", "選んだ道路の速度・幅員・通行止めを決めます", self.road_asked),
            ("ICを追加...", "資料にないICを加えます", self.interchange_asked),
            ("追加したICと道路の値...", "加えたICや道路の値を確かめ、消します", self.added_asked),
            ("新しい道の概算...", "道路が届かない施設まで、新しい道を想定します", self.new_road_asked),
            ("道路のつながり", "道路データが途切れている所を調べます", self.roads_asked),
        ):
            action = menu.addAction(text)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, ask=signal: ask.emit())
        menu.setToolTipsVisible(True)
        self.more.setMenu(menu)
        row.addWidget(self.more)
        self.buttons.append(self.more)
        self._enable()
        return row

    def _enable(self) -> None:
        """A map may be seen before its plan is open: until then there is nothing to compute with."""
        for button in self.buttons:
            button.setEnabled(self._session.is_open)

    @property
    def chosen(self) -> Fid | None:
        """The link of the line chosen; None for none, and for a facility without links."""
        row = self.table.currentRow()
        if row < 0 or not self.table.selectedItems():
            return None
        return self._fid_of(row)

    def _fid_of(self, row: int) -> Fid | None:
        item = self.table.item(row, 0)
        fid = None if item is None else item.data(Qt.ItemDataRole.UserRole)
        return None if fid is None else Fid(int(fid))

    def _ask_profile(self) -> None:
        fid = self.chosen
        self.profile_asked.emit(-1 if fid is None else int(fid))

    def refresh(self) -> None:
        """Write the links anew."""
        if not self._session.is_open:
            return
        links: Any = self._session.rows(Role.ACCESS_LINK)
        facilities: Any = self._session.rows(Role.FACILITY)
        names = {
            building: "" if is_missing(name) else str(name)
            for building, name in zip(building_of(facilities), facilities["name"], strict=True)
        }
        known = set(links["building_id"])
        missing = [name for building, name in names.items() if building not in known] if len(links) else []
        chosen = self.chosen
        self.table.blockSignals(True)
        self.table.setSortingEnabled(False)  # else lines would move while they are written
        self.table.clearSelection()
        self.table.setRowCount(len(links) + len(missing))
        for row, (fid, link) in enumerate(links.iterrows()):
            self._write(row, _texts(link, names), _is_stale(link), str(link["status"]), _numbers(link))
            self._cell(row).setData(Qt.ItemDataRole.UserRole, int(fid))
        for row, name in enumerate(missing, len(links)):
            self._write(row, (name, "", "", "", "", "未計算", "計算した後に置いた施設です。", ""), False, "")
        self.table.setSortingEnabled(True)
        if chosen is not None:
            rows = (row for row in range(self.table.rowCount()) if self._fid_of(row) == chosen)
            self.table.selectRow(next(rows, -1))
        self.table.blockSignals(False)
        self.summary.setText(
            _summary(count_links(links, facilities)) if len(links) else "まだ計算していません。"
        )

    def _follow(self, changed: Changed) -> None:
        if changed.layers & {Role.ACCESS_LINK.value, Role.FACILITY.value}:
            self._later.ask()

    def _cell(self, row: int) -> QTableWidgetItem:
        item = self.table.item(row, 0)
        assert item is not None  # it has just been written
        return item

    def _write(
        self,
        row: int,
        texts: tuple[str, ...],
        stale: bool,
        status: str,
        numbers: Mapping[int, float | None] = NO_NUMBERS,
    ) -> None:
        for column, text in enumerate(texts):
            item = _Cell(text, numbers.get(column))
            side = Qt.AlignmentFlag.AlignRight if column in (2, 3, 4) else Qt.AlignmentFlag.AlignLeft
            item.setTextAlignment(side | Qt.AlignmentFlag.AlignTop)
            if column == 5:
                item.setForeground(QColor(_STATUS.get(status, ("", FAINT))[1]))
            if stale:
                item.setForeground(QColor(FAINT))
            item.setToolTip(text)
            self.table.setItem(row, column, item)

    def _tell(self) -> None:
        fid = self.chosen
        if fid is not None:
            self.picked.emit(int(fid))


def _numbers(link: Any) -> dict[int, float | None]:
    """What the columns of numbers sort by."""
    named = ((2, "rank"), (3, "km"), (4, "minutes"))
    if link["status"] == REFUSED:
        return dict.fromkeys((2, 3, 4))
    return {column: None if is_missing(link[name]) else float(link[name]) for column, name in named}


def _texts(link: Any, names: Mapping[str, str]) -> tuple[str, ...]:
    """What the row of a link says."""
    word = _STATUS.get(str(link["status"]), (str(link["status"]), FAINT))[0]
    is_refused = link["status"] == REFUSED
    reason = "" if is_missing(link["reason"]) else str(link["reason"])
    return (
        names.get(str(link["building_id"]), ""),
        "" if is_missing(link["interchange"]) else str(link["interchange"]),
        "" if is_refused or is_missing(link["rank"]) else str(int(link["rank"])),
        "" if is_missing(link["km"]) else f"{float(link['km']):,.1f} km",
        "" if is_missing(link["minutes"]) else f"約 {float(link['minutes']):,.0f} 分",
        f"{word}（古い）" if _is_stale(link) else word,
        "　".join(part for part in (reason, _assumed(link["assumed"])) if part),
        _breakdown(link["details"]),
    )


def _breakdown(text: object) -> str:
    """Shares of road classes, narrow stretches, and the metres to the road at both ends."""
    if is_missing(text):
        return ""
    details = json.loads(str(text))
    snap = details.get("snap_m") or {}
    ends = [
        f"{word} {float(snap[key]):,.0f} m"
        for key, word in (("facility", "施設の取付"), ("interchange", "ICの取付"))
        if snap.get(key) is not None
    ]
    shortest = details.get("km_rank")
    near = f"距離の順位 {shortest}" if shortest else ""
    shares, narrow = share_words(details.get("shares") or {}), narrow_words(details.get("narrow") or {})
    parts = (shares, narrow, *ends, near)
    return "、".join(part for part in parts if part)


def _is_stale(link: Any) -> bool:
    return not is_missing(link["stale"]) and bool(link["stale"])


def _summary(count: LinkCount) -> str:
    parts = [f"{count.done} 本"]
    if count.estimated:
        parts.append(f"うち概算 {count.estimated} 本")
    if count.refused:
        parts.append(f"計算できない施設 {count.refused} 件")
    if count.unlinked:
        parts.append(f"まだ計算していない施設 {count.unlinked} 件")
    if count.stale:
        parts.append(f"古い結果 {count.stale} 本")
    again = "（計算し直してください）" if count.unlinked or count.stale else ""
    return "・".join(parts) + again


def _assumed(text: object) -> str:
    if is_missing(text):
        return ""
    values = json.loads(str(text))
    return "、".join(str(value) for value in values) if isinstance(values, list) else str(values)
