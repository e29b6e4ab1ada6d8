"""アクセス: the links from facilities to interchanges, and the button that computes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
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
_HEADS = ("施設", "インターチェンジ", "順位", "距離", "時間", "状態", "理由・仮定値", "道路の内訳")


class AccessPanel(QWidget):
    """One line per link, refused ones with their reason; then the facilities that nobody has linked."""

    compute_asked = Signal()
    speeds_asked = Signal()
    road_asked = Signal()
    interchange_asked = Signal()
    reach_asked = Signal()
    roads_asked = Signal()
    picked = Signal(int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._fids: list[Fid] = []
        self.summary = QLabel()
        button = QPushButton("計算する")
        button.setToolTip("道路と IC のレイヤから、施設ごとの最短経路を計算します")
        button.clicked.connect(self.compute_asked)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.addWidget(button)
        for text, tip, signal in (
            ("到達圏...", "施設やICから道路で着く範囲を計算します", self.reach_asked),
            ("想定速度...", "計算に使う速度・係数・距離と、その根拠です", self.speeds_asked),
            ("道路の値...", "選んだ道路の速度・幅員・通行止めを決めます", self.road_asked),
            ("ICを追加...", "資料にないICを加えます", self.interchange_asked),
            ("道路のつながり", "道路データが途切れている所を調べます", self.roads_asked),
        ):
            more = QPushButton(text)
            more.setToolTip(tip)
            more.clicked.connect(signal)
            top.addWidget(more)
        top.addWidget(self.summary)
        top.addStretch(1)
        self.table = QTableWidget(0, len(_HEADS))
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        head = self.table.horizontalHeader()
        for column, width in enumerate((150, 110, 46, 72, 72, 100, 260)):
            self.table.setColumnWidth(column, width)
        head.setSectionResizeMode(len(_HEADS) - 1, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._tell)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.table, 1)
        self._later = Later(self, self.refresh)
        session.opened.connect(self._later.ask)
        session.changed.connect(self._follow)

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
        self._fids = [Fid(int(fid)) for fid in links.index]
        self.table.blockSignals(True)
        self.table.setRowCount(len(links) + len(missing))
        for row, (_fid, link) in enumerate(links.iterrows()):
            self._write(row, _texts(link, names), _is_stale(link), str(link["status"]))
        for row, name in enumerate(missing, len(links)):
            self._write(row, (name, "", "", "", "", "未計算", "計算した後に置いた施設です。", ""), False, "")
        self.table.blockSignals(False)
        self.summary.setText(
            _summary(count_links(links, facilities)) if len(links) else "まだ計算していません。"
        )

    def _follow(self, changed: Changed) -> None:
        if changed.layers & {Role.ACCESS_LINK.value, Role.FACILITY.value}:
            self._later.ask()

    def _write(self, row: int, texts: tuple[str, ...], stale: bool, status: str) -> None:
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column in (2, 3, 4):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column == 5:
                item.setForeground(QColor(_STATUS.get(status, ("", FAINT))[1]))
            if stale:
                item.setForeground(QColor(FAINT))
            item.setToolTip(text)
            self.table.setItem(row, column, item)

    def _tell(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._fids) and self.table.selectedItems():
            self.picked.emit(int(self._fids[row]))


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
