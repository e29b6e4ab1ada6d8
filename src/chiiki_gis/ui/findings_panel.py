"""検査: what is wrong or uncertain, where, and the button that mends it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.finding import SEVERITY_WORDS, Finding
from chiiki_gis.core.layer import Fid
from chiiki_gis.ui.forms import is_missing
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import AMBER, BLUE, FAINT, RED

_COLORS = {"error": RED, "warning": AMBER, "info": BLUE}
_RANK = {"error": 0, "warning": 1, "info": 2}
_MOST_NAMES = 3


class FindingsPanel(QWidget):
    """Sorted by severity. `counted` tells the tab how many are open."""

    counted = Signal(int)
    picked = Signal(object)
    zoom_asked = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.findings: list[Finding] = []
        self._written: object = None
        self.state = QLabel()
        self.state.setContentsMargins(10, 6, 10, 6)
        self.table = QTableWidget(0, 4)
        self.table.setHorizontalHeaderLabels(["", "検査", "対象", "根拠・直し方"])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 60), (2, 190), (3, 190)):
            self.table.setColumnWidth(column, width)
        self.table.itemSelectionChanged.connect(lambda: self._tell(self.picked))
        self.table.itemDoubleClicked.connect(lambda _item: self._tell(self.zoom_asked))
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(0)
        column_box.addWidget(self.state)
        column_box.addWidget(self.table, 1)
        session.opened.connect(self.refresh)
        session.checked.connect(self.refresh)

    def refresh(self) -> None:
        """Write the table anew when there is a new answer; pale while a check is running."""
        session = self._session
        self.table.setEnabled(session.is_checked)
        if not session.is_checked:
            self.state.setText("検査しています…")
            self.state.setStyleSheet(f"color: {FAINT};")
            self.state.show()
            return
        if self._written is session.findings:
            self._say_state()
            return
        self._written = session.findings
        self.findings = sorted(session.findings, key=lambda f: (f.ignored, _RANK[f.severity]))
        self.table.blockSignals(True)
        self.table.clearSelection()
        self.table.setRowCount(len(self.findings))
        for row, finding in enumerate(self.findings):
            self._write_row(row, finding)
        self.table.blockSignals(False)
        self.table.resizeRowsToContents()
        self.counted.emit(sum(1 for f in self.findings if not f.ignored))
        self._say_state()

    def fix(self, finding: Finding) -> None:
        """Apply the finding's own change; one undoable step."""
        if finding.fix is not None:
            self._session.apply(finding.fix)

    def _say_state(self) -> None:
        clean = not self.findings
        self.state.setVisible(clean)
        if clean:
            self.state.setText("✔ 検査で見つかった問題はありません。")
            self.state.setStyleSheet("color: #1a7f37; font-weight: bold;")

    def _write_row(self, row: int, finding: Finding) -> None:
        word = QTableWidgetItem("除外" if finding.ignored else SEVERITY_WORDS[finding.severity])
        word.setForeground(QColor(FAINT if finding.ignored else _COLORS[finding.severity]))
        text = QTableWidgetItem(finding.message + (f"（理由：{finding.reason}）" if finding.ignored else ""))
        text.setToolTip(f"{finding.article}\n規則 {finding.rule}")
        for column, item in enumerate((word, text, QTableWidgetItem(self._target(finding)))):
            item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(row, column, item)
        if finding.fix is not None:
            button = QPushButton(finding.fix_label or "修正する")
            button.setToolTip("押すと直します。元に戻せます。")
            button.clicked.connect(lambda _checked=False, mended=finding: self.fix(mended))
            self.table.setCellWidget(row, 3, button)
        else:
            self.table.setCellWidget(row, 3, None)  # type: ignore[arg-type]  # Qt takes a null pointer to clear the cell
            self.table.setItem(row, 3, QTableWidgetItem(finding.article))

    def _target(self, finding: Finding) -> str:
        if finding.layer is None:
            return "計画全体"
        found = next((x for x in self._session.document.layers if x.id == finding.layer), None)
        if found is None:
            return ""
        if not found.is_plan or "name" not in found.columns:
            return found.name
        names = [self._name(found.rows, fid) for fid in finding.fids[:_MOST_NAMES]]
        more = f" ほか{len(finding.fids) - _MOST_NAMES}件" if len(finding.fids) > _MOST_NAMES else ""
        return "、".join(name for name in names if name) + more or found.name

    @staticmethod
    def _name(rows: object, fid: Fid) -> str:
        if fid not in rows.index:  # type: ignore[attr-defined]  # a GeoDataFrame, not imported here
            return ""
        value = rows.at[fid, "name"]  # type: ignore[attr-defined]
        return "" if is_missing(value) else str(value)

    def _tell(self, signal: object) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self.findings) and self.table.selectedItems():
            signal.emit(self.findings[row])  # type: ignore[attr-defined]  # a bound Qt signal
