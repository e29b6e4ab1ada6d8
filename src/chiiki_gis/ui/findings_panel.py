"""検査: what is wrong or uncertain, where, and the words to press that mend it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView, QVBoxLayout, QWidget

from chiiki_gis.core.finding import Finding
from chiiki_gis.ui import finding_work
from chiiki_gis.ui.findings_bar import FindingsBar
from chiiki_gis.ui.findings_model import FIX_COLUMN, FindingsModel, page_of
from chiiki_gis.ui.row_fitting import RowFitter
from chiiki_gis.ui.session import Session

_FITTED_ROWS = 100
"""So many rows get the height of their text; measuring thousands would hold up the window."""


class FindingsPanel(QWidget):
    """Sorted by severity. `counted` tells the tab how many are open."""

    counted = Signal(int)
    picked = Signal(object)
    zoom_asked = Signal(object)
    page_asked = Signal(str)
    report_asked = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._written: object = None
        self.bar = FindingsBar()
        self.model = FindingsModel()
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(26)
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(True)
        self._fit = RowFitter(self.table, _FITTED_ROWS)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setMouseTracking(True)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(
            lambda at: self.menu().exec(self.table.viewport().mapToGlobal(at))
        )
        self.table.entered.connect(self._show_cursor)
        self.table.clicked.connect(self._press)
        self.table.selectionModel().selectionChanged.connect(lambda _now, _before: self._choose())
        self.table.doubleClicked.connect(lambda _index: self._zoom())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.table, self._zoom)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)  # as an argument PySide leaves it out
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        for column, width in ((0, 60), (2, 190), (FIX_COLUMN, 190)):
            self.table.setColumnWidth(column, width)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self.bar)
        box.addWidget(self.table, 1)
        self.bar.switched.connect(self._write)
        self.bar.zoom_pressed.connect(self._zoom)
        self.bar.aside_pressed.connect(self.set_aside)
        self.bar.report_pressed.connect(self.report_asked)
        self.bar.follow_choice(())
        session.opened.connect(self.refresh)
        session.checked.connect(self.refresh)

    @property
    def findings(self) -> list[Finding]:
        """What the rows show, in their order."""
        return self.model.findings

    @property
    def chosen(self) -> list[Finding]:
        """The findings of the selected rows."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [self.findings[row] for row in rows if row < len(self.findings)]

    def refresh(self) -> None:
        """Show a new answer; pale while a check is running."""
        session = self._session
        self.table.setEnabled(session.is_checked)
        self.bar.show_counts(session.findings, session.is_checked)
        if session.is_checked and self._written is not session.findings:
            self._written = session.findings
            self._write()
            self.counted.emit(sum(1 for f in session.findings if not f.ignored))

    def fix(self, finding: Finding) -> None:
        """Apply the finding's own change, one undoable step, or open the page where it is mended."""
        if finding.fix is not None:
            self._session.apply(finding.fix)
        elif page := page_of(finding):
            self.page_asked.emit(page)

    def set_aside(self) -> None:
        """対象外にする with a reason; or take it back where all that is chosen has been set aside."""
        chosen = self.chosen
        if all(finding.ignored for finding in chosen):
            finding_work.count_again(self._session, chosen)
        else:
            still_open = [finding for finding in chosen if not finding.ignored]
            finding_work.ask_to_set_aside(self, self._session, still_open)

    def menu(self) -> QMenu:
        """What can be done with the chosen rows."""
        menu, chosen = QMenu(self), self.chosen
        menu.addAction("ここを表示", self._zoom).setEnabled(self.bar.zoom.isEnabled())
        mended = [f for f in chosen if f.fix is not None or page_of(f)]
        if len(chosen) == 1 and mended:
            menu.addAction(self.model.next_step(chosen[0]), lambda: self.fix(chosen[0]))
        menu.addSeparator()
        menu.addAction(self.bar.aside.text(), self.set_aside).setEnabled(bool(chosen))
        return menu

    def _write(self) -> None:
        session = self._session
        if not session.is_open:
            return
        shown = tuple(finding for finding in session.findings if self.bar.shows(finding))
        self.model.show(shown, session.document)
        self._fit.start()
        self.bar.show_counts(session.findings, session.is_checked)
        self.bar.follow_choice(())

    def _choose(self) -> None:
        chosen = self.chosen
        self.bar.follow_choice(chosen)
        if chosen:
            self.picked.emit(chosen[0])

    def _press(self, index: QModelIndex) -> None:
        if index.column() == FIX_COLUMN:
            self.fix(self.findings[index.row()])

    def _show_cursor(self, index: QModelIndex) -> None:
        shapes, finding = Qt.CursorShape, self.findings[index.row()]
        can_press = index.column() == FIX_COLUMN and (finding.fix is not None or bool(page_of(finding)))
        self.table.viewport().setCursor(shapes.PointingHandCursor if can_press else shapes.ArrowCursor)

    def _zoom(self) -> None:
        if chosen := self.chosen:
            self.zoom_asked.emit(chosen[0])
