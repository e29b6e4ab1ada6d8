"""アクセス: the links from facilities to interchanges, and the button that computes them."""

from __future__ import annotations

import json
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
_HEADS = ("施設", "インターチェンジ", "順位", "距離", "時間", "状態", "仮定値")


class AccessPanel(QWidget):
    """One line per link."""

    compute_asked = Signal()
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
        top.addWidget(self.summary)
        top.addStretch(1)
        self.table = QTableWidget(0, len(_HEADS))
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        head = self.table.horizontalHeader()
        for column, width in enumerate((210, 150, 60, 90, 90, 110)):
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
        names = dict(zip(facilities["building_id"], facilities["name"], strict=True))
        self._fids = [Fid(int(fid)) for fid in links.index]
        self.table.blockSignals(True)
        self.table.setRowCount(len(links))
        for row, (_fid, link) in enumerate(links.iterrows()):
            self._write(row, link, names)
        self.table.blockSignals(False)
        stale = int(links["stale"].fillna(False).sum())
        if not len(links):
            self.summary.setText("まだ計算していません。")
        else:
            self.summary.setText(
                f"{len(links)} 本" + (f"・古い結果 {stale} 本（計算し直してください）" if stale else "")
            )

    def _follow(self, changed: Changed) -> None:
        if changed.layers & {Role.ACCESS_LINK.value, Role.FACILITY.value}:
            self._later.ask()

    def _write(self, row: int, link: Any, names: dict[Any, Any]) -> None:
        word, color = _STATUS.get(str(link["status"]), (str(link["status"]), FAINT))
        stale = not is_missing(link["stale"]) and bool(link["stale"])
        km = "" if is_missing(link["km"]) else f"{float(link['km']):,.1f} km"
        minutes = "" if is_missing(link["minutes"]) else f"約 {float(link['minutes']):,.0f} 分"
        texts = (
            str(names.get(link["building_id"]) or ""),
            "" if is_missing(link["interchange"]) else str(link["interchange"]),
            "" if is_missing(link["rank"]) else str(int(link["rank"])),
            km,
            minutes,
            f"{word}（古い）" if stale else word,
            _assumed(link["assumed"]),
        )
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column in (2, 3, 4):
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column == 5:
                item.setForeground(QColor(color))
            if stale:
                item.setForeground(QColor(FAINT))
            item.setToolTip(text)
            self.table.setItem(row, column, item)

    def _tell(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._fids) and self.table.selectedItems():
            self.picked.emit(int(self._fids[row]))


def _assumed(text: object) -> str:
    if is_missing(text):
        return ""
    values = json.loads(str(text))
    return "、".join(str(value) for value in values) if isinstance(values, list) else str(values)
