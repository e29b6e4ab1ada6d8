"""補助制度: every programme with what in the plan it may be for, why, and what has to be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.rules.subsidies import CAUTION
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.programme_card import RANK
from chiiki_gis.ui.row_fitting import RowFitter
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import AMBER, FAINT, GREEN

if TYPE_CHECKING:
    from chiiki_gis.rules.subsidies import SubsidyMatch

HEADS = ("状態", "制度", "対象", "理由・確かめること", "省庁・年度")
_COLORS = {"candidate": GREEN, "open": AMBER, "outside": FAINT}
_LAYERS = {"facility": LayerId(Role.FACILITY.value), "link": LayerId(Role.ACCESS_LINK.value)}
_MOST = 500
"""So many rows are listed; with thousands of facilities the card of each has its own."""


class ProgrammesPanel(QWidget):
    """One line per programme and thing; what does not fit is hidden until asked for, and counted."""

    picked = Signal(str, int)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._written: object = None
        self.matches: list[SubsidyMatch] = []
        self.summary = QLabel()
        self.all = QCheckBox("条件に合わないものも表示")
        self.all.toggled.connect(lambda _on: self._write())
        self.caution = wrapped(CAUTION, faint=True)
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(True)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        for column, width in enumerate((96, 220, 130, 0, 130)):
            if width:
                self.table.setColumnWidth(column, width)
        self.table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._tell)
        self._fit = RowFitter(self.table, _MOST)
        top = QHBoxLayout()
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(16)
        top.addWidget(self.summary)
        top.addWidget(self.caution, 1)
        top.addWidget(self.all)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(top)
        box.addWidget(self.table, 1)
        session.opened.connect(self.refresh)
        session.checked.connect(self.refresh)

    def refresh(self) -> None:
        """Show a new answer, once anybody looks; pale while a check is running."""
        self.table.setEnabled(self._session.is_checked)
        if self.isVisible() and self._session.is_checked and self._written is not self._session.subsidies:
            self._written = self._session.subsidies
            self._write()

    def _write(self) -> None:
        found = sorted(self._session.subsidies, key=lambda match: RANK[match.status])
        wanted = [match for match in found if self.all.isChecked() or match.status != "outside"]
        self.matches = wanted[:_MOST]
        counts = {status: sum(match.status == status for match in found) for status in RANK}
        self.summary.setText(
            f"候補 {counts['candidate']:,}　確認が必要 {counts['open']:,}　合わない {counts['outside']:,}"
            + (f"（{_MOST} 件まで表示）" if len(wanted) > _MOST else "")
        )
        self.table.setRowCount(len(self.matches))
        for row, match in enumerate(self.matches):
            programme = match.programme
            texts = (
                match.label,
                programme.name,
                match.name,
                "\n".join((*match.reasons, *match.questions)),
                f"{programme.ministry}\n{programme.year}",
            )
            tip = f"{programme.support}\n予算：{programme.amount}\n資料：{programme.source}"
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(tip)
                item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
                if column == 0 or match.status == "outside":
                    item.setForeground(QColor(_COLORS[match.status]))
                self.table.setItem(row, column, item)
        self._fit.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what has come meanwhile; the columns have their widths only now."""
        super().showEvent(event)
        self.refresh()
        self._fit.start()

    def _tell(self) -> None:
        rows = {index.row() for index in self.table.selectedIndexes()}
        for row in sorted(rows)[:1]:
            match = self.matches[row]
            if match.fids and match.target in _LAYERS:
                self.picked.emit(_LAYERS[match.target], int(Fid(match.fids[0])))
