"""市町村の一覧: what the towns have handed over to a prefecture's desk; a row shows its place on the map."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
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


class DeskWindow(QWidget):
    """Asks for the report when it is shown and after every change of the plan."""

    def __init__(self, parent: QWidget, session: Session, show_place: Show) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("市町村の一覧 – 地域GIS")
        self.resize(980, 480)
        self._session, self._show_place = session, show_place
        self.report: DeskReport | None = None
        self.summary = wrapped(bold=True)
        self.towns, self.borders, self.links = (_table(head) for head in (TOWN_HEAD, BORDER_HEAD, LINK_HEAD))
        self.waiting = _table(("まだ提出していない市町村",))
        self.tabs = QTabWidget()
        for table, word in (
            (self.towns, "市町村"), (self.borders, "境界"), (self.links, "またがるアクセス道路"),
            (self.waiting, "未提出"),
        ):  # fmt: skip
            self.tabs.addTab(table, word)
        self.towns.itemClicked.connect(lambda item: self._show_town(item.row()))
        self.borders.itemClicked.connect(lambda item: self._show_border(item.row()))
        self.links.itemClicked.connect(lambda item: self._show_link(item.row()))
        for table, show in (
            (self.towns, self._show_town), (self.borders, self._show_border), (self.links, self._show_link)
        ):  # fmt: skip
            table.itemActivated.connect(lambda item, go=show: go(item.row()))
        self.write = QPushButton("Excel に書き出す...")
        self.write.clicked.connect(self.write_book)
        below = QHBoxLayout()
        below.addWidget(wrapped("行をクリックすると、地図でその場所を表示します。", faint=True), 1)
        below.addWidget(self.write)
        column = QVBoxLayout(self)
        column.addWidget(self.summary)
        column.addWidget(self.tabs, 1)
        column.addLayout(below)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, session.undo)
        session.changed.connect(self._follow)

    def refresh(self) -> None:
        """Ask anew."""
        self.summary.setText("調べています…")
        self._session.ask("desk_report", self._session.snapshot(), on_done=self._take)

    def let_go(self) -> None:
        """The plan is another: nothing of the old one stays in sight."""
        self._session.changed.disconnect(self._follow)
        self.hide()
        self.deleteLater()

    def write_book(self) -> None:
        """市町村一覧.xlsx."""
        path = Files(self).save("市町村の一覧を書き出す", "Excel (*.xlsx)", FILE_NAME, "xlsx")
        if path is not None:
            session = self._session
            session.ask(
                "desk_book",
                session.snapshot(),
                path,
                on_done=lambda written: tell_written(session, written, "市町村の一覧"),
            )

    def _take(self, report: DeskReport) -> None:
        self.report = report
        own = "、".join(f"県で描いた{role.japanese} {count} 件" for role, count in report.own.items())
        told = (
            f"提出した市町村 {len(report.towns)}、まだの市町村 {len(report.waiting)}、"
            f"境界で確かめる所 {len(report.borders)}、市町村をまたぐアクセス道路 {len(report.links)}"
        )
        self.summary.setText("。".join(part for part in (told, own, *report.notes) if part))
        _fill(self.towns, town_rows(report))
        _fill(self.borders, border_rows(report))
        _fill(self.links, link_rows(report))
        _fill(self.waiting, [(name,) for name in report.waiting])
        for place, table in enumerate((self.towns, self.borders, self.links, self.waiting)):
            word = self.tabs.tabText(place).split(" ")[0]
            self.tabs.setTabText(place, f"{word} ({table.rowCount()})")

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

    def _follow(self, changed: Changed) -> None:
        if changed.content and self.isVisible():
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
