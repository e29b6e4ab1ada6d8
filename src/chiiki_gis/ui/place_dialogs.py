"""Small dialogs for places: a name for a bookmark, the list of bookmarks, and where to go."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.bookmarks import Bookmark, bookmarks_of, drop_bookmark, rename_bookmark
from chiiki_gis.core.coordinates import Place, PlaneXY, degrees_text, parse_place
from chiiki_gis.core.crs import crs_label
from chiiki_gis.ui import words
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT, GREEN


class LineDialog(QDialog):
    """One line of text; the button can be pressed while the text fits."""

    def __init__(self, parent: QWidget, title: str, verb: str, explain: str, text: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(460)
        self.edit = QLineEdit(text)
        self.edit.selectAll()
        self.says = QLabel()
        self.says.setMinimumHeight(20)
        box = QDialogButtonBox()
        self.accept_button = box.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole)
        self.accept_button.setDefault(True)
        box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(explain))
        column.addWidget(self.edit)
        column.addWidget(self.says)
        column.addWidget(box)
        self.edit.textChanged.connect(lambda _text: self.look())

    @property
    def text(self) -> str:
        """What was typed, without blanks around it."""
        return self.edit.text().strip()

    def look(self) -> None:
        """Follow what is typed."""
        self.accept_button.setEnabled(bool(self.text))


class GoToDialog(LineDialog):
    """座標へ移動; says below the line how the text is understood."""

    def __init__(self, parent: QWidget, epsg: int) -> None:
        super().__init__(
            parent,
            "座標へ移動",
            "移動する",
            "X・Y（メートル）、緯度と経度（度）、度分秒のどれでも入力できます。全角でも構いません。\n"
            "例　X 1204.5 Y -25310.8\n"
            "例　35.98670, 138.16270\n"
            "例　北緯35°59′12.3″ 東経138°09′45.6″",
        )
        self._epsg = epsg
        self.look()

    def look(self) -> None:
        """X and Y of the project's zone, or degrees."""
        place = parse_place(self.edit.text())
        self.accept_button.setEnabled(place is not None)
        self.says.setStyleSheet(f"color: {GREEN if place else FAINT};")
        if place is None:
            self.says.setText("座標として読めません。" if self.text else "")
        else:
            system = crs_label(self._epsg) if isinstance(place, PlaneXY) else "JGD2011"
            self.says.setText(f"{place_words(place)}　{system}")


class BookmarksDialog(QDialog):
    """ブックマークの整理: every press is one undoable step."""

    def __init__(self, parent: QWidget, session: Session, go: Callable[[Bookmark], object]) -> None:
        super().__init__(parent)
        self._session, self._go = session, go
        self._filling = False
        self.setWindowTitle("空間ブックマークの整理")
        self.resize(460, 360)
        self.list = QListWidget()
        self.list.itemChanged.connect(self._rename)
        self.list.itemDoubleClicked.connect(lambda _item: self._show())
        self.show_button, self.rename_button = QPushButton("表示する"), QPushButton("名前を変える")
        self.drop_button, close = QPushButton("削除する"), QPushButton("閉じる")
        self.show_button.clicked.connect(self._show)
        self.rename_button.clicked.connect(lambda: self.list.editItem(self.list.currentItem()))
        self.drop_button.clicked.connect(self._drop)
        close.clicked.connect(self.accept)
        for button in (self.show_button, self.rename_button, self.drop_button, close):
            button.setAutoDefault(False)
        buttons = QHBoxLayout()
        for button in (self.show_button, self.rename_button, self.drop_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.addWidget(wrapped("計画と一緒に保存されます。書き出したファイルには入りません。", faint=True))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        self.refresh()

    def refresh(self) -> None:
        """Write the list anew."""
        row = max(self.list.currentRow(), 0)
        self._filling = True
        self.list.clear()
        for bookmark in bookmarks_of(self._session.document.facts):
            item = QListWidgetItem(bookmark.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            item.setToolTip(f"1:{round(bookmark.scale):,}")
            self.list.addItem(item)
        self._filling = False
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        for button in (self.show_button, self.rename_button, self.drop_button):
            button.setEnabled(self.list.count() > 0)

    def _show(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self._go(bookmarks_of(self._session.document.facts)[row])

    def _rename(self, item: QListWidgetItem) -> None:
        if self._filling:
            return
        name = item.text().strip()
        if name:
            self._session.apply(rename_bookmark(self._session.document.facts, self.list.row(item), name))
        self.refresh()

    def _drop(self) -> None:
        row = self.list.currentRow()
        if row >= 0:
            self._session.apply(drop_bookmark(self._session.document.facts, row))
            self.refresh()


def place_words(place: Place) -> str:
    """A place as the status bar would show it."""
    if isinstance(place, PlaneXY):
        return f"X(北) {words.coordinate(place.x)}　Y(東) {words.coordinate(place.y)}"
    return degrees_text(place)
