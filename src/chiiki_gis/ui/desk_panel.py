"""市町村の一覧: what the towns have handed over to a prefecture's desk; a row shows its place on the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.change import Changed
from chiiki_gis.core.desk import Bounds, DeskReport
from chiiki_gis.core.layer import Fid, LayerId, plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.submission import is_desk
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.desk_book import (
    BORDER_HEAD,
    FILE_NAME,
    LINK_HEAD,
    TOWN_HEAD,
    border_rows,
    link_rows,
    town_rows,
)
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.work import tell_written

Show = Callable[[Bounds, LayerId | None, tuple[Fid, ...]], object]
"""Brings a place to the middle of the map, and selects what lies there."""
_WIDEST_PX = 320
TAB = "市町村"
PAGES = ("市町村", "境界", "またがるアクセス道路", "未提出")


class DeskPanel(QWidget):
    """A tab that only a desk has; it asks for the report when it is seen and after changes while it is."""

    def __init__(self, session: Session, show_place: Show) -> None:
        super().__init__()
        self._session, self._show_place = session, show_place
        self.report: DeskReport | None = None
        self._is_stale = True
        self.choice = QComboBox()
        self.choice.setAccessibleName("表示する表")
        self.summary = wrapped()
        self.towns, self.borders, self.links = (_table(head) for head in (TOWN_HEAD, BORDER_HEAD, LINK_HEAD))
        self.waiting = _table(("まだ提出していない市町村",))
        self.pages = QStackedWidget()
        for table, show in (
            (self.towns, self._show_town), (self.borders, self._show_border), (self.links, self._show_link),
            (self.waiting, None),
        ):  # fmt: skip
            self.pages.addWidget(table)
            if show is not None:
                table.currentItemChanged.connect(lambda item, _old, go=show: item and go(item.row()))
                table.itemClicked.connect(lambda item, go=show: go(item.row()))
        self.choice.addItems(list(PAGES))
        self.choice.currentIndexChanged.connect(self.pages.setCurrentIndex)
        self.write = QPushButton("Excel に書き出す...")
        self.write.clicked.connect(self.write_book)
        row = QHBoxLayout()
        row.addWidget(self.choice)
        row.addWidget(self.summary, 1)
        row.addWidget(self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(row)
        column.addWidget(self.pages, 1)
        session.changed.connect(self._follow)
        session.opened.connect(self._forget)

    def stand_in(self, tabs: QTabWidget) -> None:
        """Be a tab where the open project is a desk, and none elsewhere."""
        place = tabs.addTab(self, TAB)

        def show_or_hide() -> None:
            tabs.setTabVisible(place, is_desk(self._session.document.header))

        tabs.setTabVisible(place, False)
        self._session.opened.connect(show_or_hide)

    def refresh(self) -> None:
        """Ask anew."""
        self._is_stale = False
        self.summary.setText("調べています…")
        session, asked_for = self._session, self._session.document

        def take(report: DeskReport) -> None:
            if session.document is asked_for:
                self._take(report)

        session.workers.submit(
            "desk_report",
            session.snapshot(),
            lane="import",
            replaces="desk_report",
            on_done=take,
            on_error=session.tell_error,
        )

    def write_book(self) -> None:
        """市町村一覧.xlsx."""
        path = Files(self.window()).save("市町村の一覧を書き出す", "Excel (*.xlsx)", FILE_NAME, "xlsx")
        if path is not None:
            session = self._session
            session.ask(
                "desk_book",
                session.snapshot(),
                path,
                on_done=lambda written: tell_written(session, written, "市町村の一覧"),
            )

    def showEvent(self, event: QShowEvent) -> None:
        """What was not looked at while it was hidden is asked for now."""
        super().showEvent(event)
        if self._is_stale and self._session.is_open:
            self.refresh()

    def _take(self, report: DeskReport) -> None:
        self.report = report
        own = "、".join(f"県で描いた{role.japanese} {count} 件" for role, count in report.own.items())
        told = "行を選ぶと、地図でその場所を表示します"
        self.summary.setText("。".join(part for part in (own, *report.notes, told) if part))
        tables = (self.towns, self.borders, self.links, self.waiting)
        waiting = [(name,) for name in report.waiting]
        rows: tuple[Sequence[Sequence[Cell]], ...] = (
            town_rows(report), border_rows(report), link_rows(report), waiting
        )  # fmt: skip
        for place, (table, found) in enumerate(zip(tables, rows, strict=True)):
            with QSignalBlocker(table):
                _fill(table, found)
            self.choice.setItemText(place, f"{PAGES[place]} ({len(found)})")

    def _show_town(self, row: int) -> None:
        if self.report is not None and (bounds := self.report.towns[row].bounds) is not None:
            self._show_place(bounds, None, ())

    def _show_border(self, row: int) -> None:
        if self.report is not None:
            line = self.report.borders[row]
            self._show_place(line.bounds, plan_layer_id(line.role), line.fids)

    def _show_link(self, row: int) -> None:
        if self.report is not None:
            line = self.report.links[row]
            self._show_place(line.bounds, plan_layer_id(Role.ACCESS_LINK), (line.fid,))

    def _forget(self) -> None:
        """Another plan is open: nothing of the one before stays in sight."""
        self.report, self._is_stale = None, True
        for table in (self.towns, self.borders, self.links, self.waiting):
            table.setRowCount(0)
        if self.isVisible() and is_desk(self._session.document.header):
            self.refresh()

    def _follow(self, changed: Changed) -> None:
        if not changed.content:
            return
        self._is_stale = True
        if self.isVisible():
            self.refresh()


def _table(head: Sequence[str]) -> QTableWidget:
    table = QTableWidget(0, len(head))
    table.setHorizontalHeaderLabels(list(head))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    return table


def _fill(table: QTableWidget, rows: Sequence[Sequence[Cell]]) -> None:
    table.setRowCount(len(rows))
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            is_number = isinstance(value, int | float)
            item = QTableWidgetItem(f"{value:,}" if is_number else str(value or ""))
            if is_number:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)
    table.resizeColumnsToContents()
    for column in range(table.columnCount()):
        table.setColumnWidth(column, min(table.columnWidth(column), _WIDEST_PX))
