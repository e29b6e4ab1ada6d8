"""空き家の位置: houses whose address was not found, or only by its town, mended one by one or all again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.change import Changed
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.houses import HouseAddress, HouseAddresses
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui import house_work
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.map_pick import MapPick
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.tool import Point

HEADS = ("物件", "所在地", "一致")
ABOUT = (
    "所在地を書き直して「探す」を押すか、「地図で置く」を押して地図をクリックします。どちらも1件ずつ元に戻せます。"
    "元の所在地の列は変わらず、直した所在地は別の列に入ります。"
)
PICK_WORDS = "空き家の位置をクリックしてください　Esc でやめます"


class HousePlacesWindow(QWidget):
    """A window of its own beside the map. What is found leaves the list."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        picker: MapPick,
        zoom: Callable[[LayerId, Fid], object],
        settings: Callable[[], object],
    ) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("空き家の位置 – 地域GIS")
        self.resize(760, 520)
        self._session, self._picker, self._zoom = session, picker, zoom
        self._rows: tuple[HouseAddress, ...] = ()
        self._asked = ""
        self._is_gone = False
        self.layers = QComboBox()
        self.layers.activated.connect(lambda _n: self.refresh())
        self.rough = QCheckBox("町丁目・市区町村の代表点にあるものも表示")
        self.rough.toggled.connect(lambda _on: self._write())
        self.summary = wrapped(bold=True)
        self.table = QTableWidget(0, len(HEADS))
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.itemSelectionChanged.connect(self._show_row)
        self.table.itemActivated.connect(lambda _item: self._show_on_map())
        self.address = QLineEdit()
        self.address.setPlaceholderText("例 ○○市宮川1234番地5")
        self.address.returnPressed.connect(self.match)
        self.says = wrapped(faint=True)
        self._build(settings)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), self, session.undo)
        session.changed.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """Ask anew which houses wait for a place."""
        lists = self._session.document.references(Role.VACANT_HOUSE)
        with QSignalBlocker(self.layers):
            chosen = self.layers.currentData()
            self.layers.clear()
            for each in reversed(lists):
                self.layers.addItem(each.name, each.id)
            self.layers.setCurrentIndex(max(self.layers.findData(chosen), 0))
        self.layers.setVisible(len(lists) > 1)
        layer = self.layer
        if layer is None:
            self._asked, self._rows = "", ()
            self.summary.setText("計画に空き家の一覧がありません。")
            self._write()
            return
        self._asked = layer.reference.content_hash
        house_work.look_for_addresses(self._session, layer, self._take)

    @property
    def layer(self) -> Layer | None:
        """The list that is shown."""
        chosen = self.layers.currentData()
        lists = self._session.document.references(Role.VACANT_HOUSE)
        return next((layer for layer in lists if layer.id == chosen), None)

    @property
    def house(self) -> HouseAddress | None:
        """The house that is marked."""
        row = self.table.currentRow()
        shown = self._shown()
        return shown[row] if 0 <= row < len(shown) and self.table.selectedItems() else None

    def match(self) -> None:
        """Look the marked house's address up again, as it is written now."""
        layer, house, text = self.layer, self.house, self.address.text().strip()
        if layer is not None and house is not None and text:
            self.says.setText("")
            house_work.match_houses(self._session, layer, {house.fid: text}, self._tell)

    def match_all(self) -> None:
        """Look all addresses of the table up again: after files were added or rows were mended elsewhere."""
        layer = self.layer
        texts = {house.fid: house.address for house in self._shown() if house.address}
        if layer is not None and texts:
            self.says.setText("")
            house_work.match_houses(self._session, layer, texts, self._tell)

    def pick(self) -> None:
        """Wait for a click on the map."""
        house = self.house
        if house is not None:
            self._picker.ask(f"「{house.label}」：{PICK_WORDS}", lambda at: self._place(house, at))

    def let_go(self) -> None:
        """The plan is another: nothing of the old one stays in sight."""
        self._is_gone = True
        self._session.changed.disconnect(self._follow)
        if self._picker.is_waiting:
            self._picker.stop()
        self.hide()
        self.deleteLater()

    def _build(self, settings: Callable[[], object]) -> None:
        self.find_one, self.on_map = QPushButton("探す"), QPushButton("地図で置く")
        self.find_all, files = QPushButton("すべてもう一度探す"), QPushButton("住所のファイル...")
        for button, press in (
            (self.find_one, self.match), (self.on_map, self.pick), (self.find_all, self.match_all),
            (files, settings),
        ):  # fmt: skip
            button.clicked.connect(lambda _on=False, press=press: press())
        line, below, top = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.layers)
        top.addWidget(self.summary, 1)
        line.addWidget(self.address, 1)
        line.addWidget(self.find_one)
        line.addWidget(self.on_map)
        below.addWidget(self.find_all)
        below.addWidget(files)
        below.addStretch(1)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(wrapped(ABOUT, faint=True))
        column.addWidget(self.rough)
        column.addWidget(self.table, 1)
        column.addLayout(line)
        column.addWidget(self.says)
        column.addLayout(below)

    def _take(self, found: HouseAddresses) -> None:
        layer = self.layer
        if layer is None or layer.reference.content_hash != self._asked:
            return  # the list has changed since: it has been asked again
        self._rows = found.rows
        self.rough.setVisible(found.rough > 0)
        told = [f"位置のないもの {found.lost:,} 件"]
        if found.rough:
            told.append(f"町丁目などの代表点にあるもの {found.rough:,} 件")
        self.summary.setText(f"{'、'.join(told)}（全 {found.houses:,} 件）")
        self._write()

    def _shown(self) -> list[HouseAddress]:
        return [h for h in self._rows if self.rough.isChecked() or h.level == "なし"]

    def _write(self) -> None:
        row = max(self.table.currentRow(), 0)
        shown = self._shown()
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(shown))
            for number, house in enumerate(shown):
                for column, text in enumerate((house.label, house.address or "（所在地なし）", house.level)):
                    self.table.setItem(number, column, QTableWidgetItem(text))
            self.table.clearSelection()
        if shown:
            self.table.selectRow(min(row, len(shown) - 1))
        self._show_row()

    def _show_row(self) -> None:
        house = self.house
        self.address.setText(house.address if house is not None else "")
        for widget in (self.address, self.find_one, self.on_map):
            widget.setEnabled(house is not None)
        self.find_all.setEnabled(bool(self._shown()))

    def _show_on_map(self) -> None:
        layer, house = self.layer, self.house
        if layer is not None and house is not None and house.level != "なし":
            self._zoom(layer.id, house.fid)

    def _place(self, house: HouseAddress, at: Point) -> None:
        layer = self.layer
        if layer is not None:
            self.says.setText("")
            house_work.place_house(self._session, layer, house.fid, at)

    def _tell(self, error: ChiikiError) -> Notice:
        if not self._is_gone:
            self.says.setText(f"{error.what}{error.why}{error.todo}")
        return of_error(error)

    def _follow(self, _changed: Changed) -> None:
        layer = self.layer
        if layer is None or layer.reference.content_hash != self._asked:
            self.refresh()
