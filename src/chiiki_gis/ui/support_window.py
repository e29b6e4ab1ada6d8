"""支援法人への情報提供: the houses inside 促進区域 with consent, and a file of them on request (31条)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.change import Changed
from chiiki_gis.core.houses import HouseColumn, Provision, SupportView
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.records import is_designated, records_of, title_of
from chiiki_gis.ui import house_work
from chiiki_gis.ui.files import Files, plan_file_name
from chiiki_gis.ui.forms import DateField, TextField, wrapped
from chiiki_gis.ui.session import Session

_SHOWN_ROWS = 2_000
_LIST_PX = 88
_KEY = "support_corporations"
ABOUT = (
    "特定居住促進区域の内にあり、本人の同意が「あり」の空き家だけを表示します（31条2項・3項）。"
    "所有者等関連情報は、指定した支援法人から求めがあったときに、探索に必要な限度で渡せます。"
)
ASKED = (
    "次の列には、所有者等の名前や連絡先が書かれているかもしれません。目的に必要な列だけを選んでください。"
    "選んだ列だけを表示し、書き出します。"
)


class SupportWindow(QWidget):
    """Owners' columns are neither shown nor written until they are asked for."""

    def __init__(self, parent: QWidget, session: Session, zoom: Callable[[LayerId, Fid], object]) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("支援法人への情報提供 – 地域GIS")
        self.resize(900, 560)
        self._session, self._zoom = session, zoom
        self.view: SupportView | None = None
        self.summary = wrapped(bold=True)
        self.table = QTableWidget(0, 0)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.itemActivated.connect(lambda item: self._show(item.row()))
        self.corporation = QComboBox()
        self.corporation.setAccessibleName("支援法人")
        self._day: str | None = None
        self._purpose = ""
        self.day = DateField(self._take_day)
        self.day.textEdited.connect(lambda _text: self._allow())
        self.purpose = TextField(self._take_purpose)
        self.purpose.setPlaceholderText("例 空き家の活用を相談するため、所有者の所在を知りたい")
        self.owners = QListWidget()
        self.owners.setAccessibleName("所有者等関連情報を含みうる列")
        self.owners.setMaximumHeight(_LIST_PX)
        self.owners.itemChanged.connect(lambda _item: self._choose())
        self._chosen: frozenset[str] = frozenset()
        self.give = QPushButton("書き出す...")
        self.give.clicked.connect(self.write)
        self._says = wrapped(faint=True)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(ABOUT, faint=True))
        column.addWidget(self.summary)
        column.addWidget(self.table, 1)
        column.addLayout(self._request())
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, session.undo)
        session.changed.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """Ask anew what may be told."""
        self.summary.setText("調べています…")
        self.give.setEnabled(False)
        self._fill_corporations()
        house_work.look_for_support(self._session, self._take)

    def let_go(self) -> None:
        """The plan is another: nothing of the old one stays in sight."""
        self._session.changed.disconnect(self._follow)
        self.hide()
        self.deleteLater()

    @property
    def columns(self) -> tuple[HouseColumn, ...]:
        """The columns that are shown and would go."""
        columns = self.view.columns if self.view is not None else ()
        return tuple(c for c in columns if not c.is_personal or c.name in self._chosen)

    def write(self) -> None:
        """Write the list for the chosen corporation."""
        name = self.corporation.currentText()
        suggested = plan_file_name(self._session, "空き家の一覧", "xlsx")
        path = Files(self).save("支援法人に渡す一覧を書き出す", "Excel (*.xlsx)", suggested, "xlsx")
        if path is not None and self._day is not None:
            provision = Provision(name, self._day, self._purpose, tuple(c.name for c in self.columns))
            house_work.give_to_support(self._session, provision, path)

    def _request(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        for row, (word, field) in enumerate(
            (("支援法人", self.corporation), ("求めのあった日", self.day), ("必要とする目的", self.purpose))
        ):
            label = wrapped(word)
            label.setFixedWidth(110)
            grid.addWidget(label, 2 * row, 0)
            grid.addWidget(field, 2 * row, 1)
        grid.addWidget(self.day.complaint, 3, 1)
        grid.addWidget(wrapped(ASKED), 6, 0, 1, 2)
        grid.addWidget(self.owners, 7, 0, 1, 2)
        below = QHBoxLayout()
        below.addWidget(self._says, 1)
        below.addWidget(self.give)
        grid.addLayout(below, 8, 0, 1, 2)
        return grid

    def _take(self, view: SupportView) -> None:
        self.view = view
        if not view.has_area:
            self.summary.setText("特定居住促進区域がまだないため、渡せる空き家はありません。")
        else:
            self.summary.setText(
                f"渡せる空き家　{len(view.houses):,} 件（含まないもの：促進区域の外 {view.outside:,} 件、"
                f"位置の分からないもの {view.unplaced:,} 件、同意のないもの {view.unconsented:,} 件）"
            )
        self._fill_owners(view)
        self._choose()

    def _fill_owners(self, view: SupportView) -> None:
        """The columns that need a tick, each with its own; those ticked before stay so."""
        with QSignalBlocker(self.owners):
            self.owners.clear()
            for column in view.columns:
                if column.is_personal:
                    is_chosen = column.name in self._chosen
                    item = QListWidgetItem(column.name, self.owners)
                    item.setCheckState(Qt.CheckState.Checked if is_chosen else Qt.CheckState.Unchecked)

    def _choose(self) -> None:
        items = [self.owners.item(n) for n in range(self.owners.count())]
        self._chosen = frozenset(i.text() for i in items if i.checkState() == Qt.CheckState.Checked)
        self._fill()
        self._allow()

    def _fill(self) -> None:
        view, columns = self.view, self.columns
        if view is None:
            return
        places = [view.columns.index(column) for column in columns]
        houses = view.houses[:_SHOWN_ROWS]
        self.table.clear()
        self.table.setColumnCount(len(columns))
        self.table.setRowCount(len(houses))
        self.table.setHorizontalHeaderLabels(
            [f"{c.name}〔個人情報〕" if c.is_personal else c.name for c in columns]
        )
        for row, house in enumerate(houses):
            for number, place in enumerate(places):
                self.table.setItem(row, number, QTableWidgetItem(house.cells[place]))
        self.table.resizeColumnsToContents()

    def _fill_corporations(self) -> None:
        chosen = self.corporation.currentText()
        self.corporation.clear()
        for record in records_of(self._session.document.facts, _KEY):
            if is_designated(record):
                self.corporation.addItem(title_of(_KEY, record))
        self.corporation.setCurrentIndex(max(self.corporation.findText(chosen), 0))

    def _allow(self) -> None:
        missing = [
            word
            for word, there in (
                (
                    "指定の日を入れた支援法人（「計画の事実と手続」の「支援法人」）",
                    self.corporation.count() > 0,
                ),
                ("求めのあった日", self._day is not None and not self.day.is_typed()),
                ("必要とする目的", bool(self._purpose)),
            )
            if not there
        ]
        houses = len(self.view.houses) if self.view is not None else 0
        self.give.setEnabled(not missing and houses > 0)
        owners = any(column.is_personal for column in self.columns)
        told = f"書き出すには、{'、'.join(missing)}が要ります。" if missing else ""
        self._says.setText(told or ("個人情報の列を含みます。渡す相手を確かめてください。" if owners else ""))

    def _take_day(self, day: str | None) -> None:
        today = datetime.now().astimezone().date().isoformat()
        self._day = day if day is not None and day <= today else None
        self._allow()

    def _take_purpose(self, text: str | None) -> None:
        self._purpose = text or ""
        self._allow()

    def _show(self, row: int) -> None:
        if self.view is not None:
            self._zoom(self.view.houses[row].layer, self.view.houses[row].fid)

    def _follow(self, changed: Changed) -> None:
        if changed.content and self.isVisible():
            self.refresh()
