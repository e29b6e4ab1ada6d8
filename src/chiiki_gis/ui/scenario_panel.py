"""案の比較: the six figures of every scenario, and what differs from the one compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.analysis.scenario_difference import LEAST_M, LEAST_M2, LayerDifference, RowDifference, State
from chiiki_gis.core.indicators import LABELS, UNKNOWN, Indicators, figures
from chiiki_gis.core.role import COLUMNS, Role
from chiiki_gis.core.scenarios import label_of
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.scenario_hand import ScenarioHand
from chiiki_gis.ui.scenario_layers import ADDED, MOVED, REMOVED
from chiiki_gis.ui.theme import FAINT, INK

_STATES: Mapping[State, tuple[str, str]] = {
    "added": ("加わる", ADDED),
    "removed": ("なくなる", REMOVED),
    "changed": ("変わる", MOVED),
}
_HEADS = ("変化", "レイヤ", "名称", "増減", "内容")
_ROW_PX = 22
_FIGURES_PX = 330
"""So wide that two scenarios are seen beside the names of the figures."""
_WAITING = "計算しています…"


@dataclass(frozen=True)
class _Line:
    """A row of the list of differences."""

    role: Role
    row: RowDifference


class ScenarioPanel(QWidget):
    """Works something out only while it is seen; figures that are out of date are grey."""

    def __init__(self, hand: ScenarioHand) -> None:
        super().__init__()
        self._hand = hand
        self.lines: tuple[_Line, ...] = ()
        self.figures = _table(("指標",))
        self.figures.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.differences = _table(_HEADS)
        self.differences.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.differences.itemSelectionChanged.connect(self._tell)
        self.base = QComboBox()
        self.base.activated.connect(lambda _n: hand.compare_with(str(self.base.currentData())))
        self.against = QLabel("比べる案")
        self.sums = QLabel()
        self.sums.setStyleSheet(f"color: {FAINT}; padding: 1px 8px;")
        self.sums.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.back = QPushButton("比べる案に合わせる")
        self.back.setToolTip("選んだ違いを一つだけ、比べる案のとおりに戻します。元に戻せます。")
        self.back.clicked.connect(self._revert)
        alone = QWidget()
        column = QVBoxLayout(alone)
        column.addWidget(
            wrapped(
                "この計画の案は一つです。案を複製すると、区域や施設を変えた案をいくつも作り、"
                "面積や判定を並べて比べられます。"
            )
        )
        copy = QPushButton("案を複製...")
        copy.clicked.connect(hand.copy)
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.pages = QStackedWidget()
        self.pages.addWidget(alone)
        self.pages.addWidget(self._compared())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)
        self._later = Later(self, self.refresh)
        hand.comparison.changed.connect(self._later.ask)
        hand.looked.connect(self._later.ask)

    def _compared(self) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(8, 2, 8, 2)
        head.addWidget(self.against)
        head.addWidget(self.base)
        head.addStretch(1)
        head.addWidget(self.back)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.differences, 1)
        column.addWidget(self.sums)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.setChildrenCollapsible(False)
        both.addWidget(self.figures)
        both.addWidget(right)
        self.figures.setMinimumWidth(_FIGURES_PX)
        both.setStretchFactor(1, 1)
        return both

    def showEvent(self, event: QShowEvent) -> None:
        """Somebody looks: bring it up to date."""
        super().showEvent(event)
        self._hand.comparison.look("panel", True)
        self._later.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._hand.comparison.look("panel", False)

    def refresh(self) -> None:
        """Write both tables anew."""
        if not self.isVisible():
            return
        several = len(self._hand.known) > 1
        self.pages.setCurrentIndex(1 if several else 0)
        if several:
            self._write_figures()
            self._write_differences()

    def _write_figures(self) -> None:
        comparison, known, table = self._hand.comparison, self._hand.known, self.figures
        table.setColumnCount(1 + len(known))
        table.setRowCount(len(LABELS))
        table.setHorizontalHeaderLabels(["指標", *(one.name for one in known)])
        for row, label in enumerate(LABELS):
            table.setItem(row, 0, QTableWidgetItem(label))
        for column, one in enumerate(known, 1):
            found = comparison.figures.get(one.id)
            is_fresh = comparison.is_fresh(one.id)
            for row, (text, tip) in enumerate(_texts(found, comparison.has_failed(one.id))):
                item = QTableWidgetItem(text)
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setForeground(QColor(INK if is_fresh else FAINT))
                item.setToolTip(tip if is_fresh or found is None else f"{tip}計算し直しています。")
                font = item.font()
                font.setBold(one.id == self._hand.session.scenario)
                font.setItalic(found is not None and not is_fresh)
                item.setFont(font)
                table.setItem(row, column, item)

    def _write_differences(self) -> None:
        comparison, session = self._hand.comparison, self._hand.session
        self.base.clear()
        for one in self._hand.known:
            if one.id != session.scenario:
                self.base.addItem(one.name, one.id)
        self.base.setCurrentIndex(self.base.findData(comparison.base))
        found = comparison.differences
        kept = self._chosen()
        self.lines = tuple(_Line(role, row) for role, one in (found or {}).items() for row in one.rows)
        self.differences.blockSignals(True)
        self.differences.setRowCount(len(self.lines))
        for place, line in enumerate(self.lines):
            for column, text in enumerate(_words(line)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == 0:
                    item.setForeground(QColor(_STATES[line.row.state][1]))
                self.differences.setItem(place, column, item)
        self.differences.clearSelection()
        if kept in self.lines:
            self.differences.selectRow(self.lines.index(kept))
        self.differences.blockSignals(False)
        self.sums.setText(_WAITING if found is None else _sums(found, label_of(comparison.base)))
        self.sums.setToolTip(self.sums.text())
        self.back.setEnabled(self._chosen() is not None)

    def _chosen(self) -> _Line | None:
        rows = self.differences.selectionModel().selectedRows()
        return self.lines[rows[0].row()] if rows and rows[0].row() < len(self.lines) else None

    def _tell(self) -> None:
        line = self._chosen()
        self.back.setEnabled(line is not None)
        if line is not None:
            self._hand.look_at(line.role, line.row.base_fid, line.row.fid)

    def _revert(self) -> None:
        line = self._chosen()
        if line is not None:
            self._hand.revert(line.role, line.row.base_fid, line.row.fid)


def _table(heads: Sequence[str]) -> QTableWidget:
    table = QTableWidget(0, len(heads))
    table.setHorizontalHeaderLabels(list(heads))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(_ROW_PX)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    head = table.horizontalHeader()
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setStretchLastSection(True)
    return table


def _texts(found: Indicators | None, failed: bool) -> list[tuple[str, str]]:
    """What each figure says, and more of it."""
    if found is None:
        why = "計算できませんでした。検査の知らせを確かめてください。" if failed else _WAITING
        return [(UNKNOWN if failed else "…", why)] * len(LABELS)
    return [(figure.text, figure.detail) for figure in figures(found)]


def _words(line: _Line) -> tuple[str, ...]:
    """The cells of a difference."""
    row = line.row
    name = row.name or f"番号 {row.fid or row.base_fid}"
    return (
        _STATES[row.state][0],
        _short(line.role),
        name,
        ground_words(row.added_m2, row.removed_m2),
        _what(line),
    )


def _short(role: Role) -> str:
    return role.japanese.removeprefix("特定居住")


def ground_words(added_m2: float, removed_m2: float) -> str:
    """Ground that came and went, in m²; below 100 m² with decimals."""
    parts = (("＋", added_m2), ("−", removed_m2))
    return "　".join(
        f"{sign}{m2:,.0f} m²" if m2 >= 100 else f"{sign}{m2:,.2f} m²" for sign, m2 in parts if m2 >= LEAST_M2
    )


def _what(line: _Line) -> str:
    row, parts = line.row, []
    if row.state != "changed":
        return ""
    if row.added_m2 >= LEAST_M2 or row.removed_m2 >= LEAST_M2:
        parts.append("形")
    elif (row.moved_m or 0.0) >= LEAST_M:
        parts.append(f"位置（{row.moved_m:,.1f} m）")
    titles = {column.name: column.japanese for column in COLUMNS[line.role]}
    return "、".join([*parts, *(titles.get(column, column) for column in row.columns)])


def _sums(found: Mapping[Role, LayerDifference], base: str) -> str:
    """The sums of every layer that differs, in one line."""
    parts = []
    for role, one in found.items():
        if not one.rows:
            continue
        counts = "・".join(f"{word} {n}" for state, (word, _) in _STATES.items() if (n := one.count(state)))
        ground = ground_words(one.added_m2, one.removed_m2)
        parts.append(f"{_short(role)} {counts}" + (f"（{ground}）" if ground else ""))
    return "　".join(parts) or f"{base}との違いはありません。"
