"""検査: what is wrong or uncertain, where, and the words to press that mend it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal, SignalInstance
from PySide6.QtWidgets import QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.ui.findings_model import FIX_COLUMN, FindingsModel
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT, GREEN

_FITTED_ROWS = 100
"""So many rows get the height of their text; measuring thousands would hold up the window."""


class FindingsPanel(QWidget):
    """Sorted by severity. `counted` tells the tab how many are open."""

    counted = Signal(int)
    picked = Signal(object)
    zoom_asked = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._written: object = None
        self.state = QLabel()
        self.state.setContentsMargins(10, 6, 10, 6)
        self.model = FindingsModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(True)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setMouseTracking(True)
        self.table.entered.connect(self._show_cursor)
        self.table.clicked.connect(self._press)
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self._tell(self.picked))
        self.table.doubleClicked.connect(lambda _index: self._tell(self.zoom_asked))
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 60), (2, 190), (FIX_COLUMN, 190)):
            self.table.setColumnWidth(column, width)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.state)
        box.addWidget(self.table, 1)
        session.opened.connect(self.refresh)
        session.checked.connect(self.refresh)

    @property
    def findings(self) -> list[Finding]:
        """What the rows show, in their order."""
        return self.model.findings

    def refresh(self) -> None:
        """Show a new answer; pale while a check is running."""
        session = self._session
        self.table.setEnabled(session.is_checked)
        if not session.is_checked:
            self.state.setText("検査しています…")
            self.state.setStyleSheet(f"color: {FAINT};")
            self.state.show()
            return
        if self._written is not session.findings:
            self._written = session.findings
            self.model.show(session.findings, session.document)
            for row in range(min(len(self.findings), _FITTED_ROWS)):
                self.table.resizeRowToContents(row)
            self.counted.emit(sum(1 for f in self.findings if not f.ignored))
        clean = not self.findings
        self.state.setVisible(clean)
        if clean:
            self.state.setText("✔ 検査で見つかった問題はありません。")
            self.state.setStyleSheet(f"color: {GREEN}; font-weight: bold;")

    def fix(self, finding: Finding) -> None:
        """Apply the finding's own change; one undoable step."""
        if finding.fix is not None:
            self._session.apply(finding.fix)

    def _press(self, index: QModelIndex) -> None:
        if index.column() == FIX_COLUMN:
            self.fix(self.findings[index.row()])

    def _show_cursor(self, index: QModelIndex) -> None:
        shapes = Qt.CursorShape
        fixable = index.column() == FIX_COLUMN and self.findings[index.row()].fix is not None
        self.table.viewport().setCursor(shapes.PointingHandCursor if fixable else shapes.ArrowCursor)

    def _tell(self, signal: SignalInstance) -> None:
        row = self.table.currentIndex().row()
        if 0 <= row < len(self.findings) and self.table.selectionModel().hasSelection():
            signal.emit(self.findings[row])
