"""どこでも検索: one line to type in, and what it finds below it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsDropShadowEffect,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.search import ranked
from chiiki_gis.ui.find_sources import Found
from chiiki_gis.ui.theme import FAINT, INK, LINE

_WIDTH_PX, _TOP_PX, _ROW_PX, _ROWS = 620, 84, 28, 12
_MOST = 50
_KIND = Qt.ItemDataRole.UserRole
_NOTHING = "見つかりません。別の言葉か、座標（例 35.98, 138.16）で試してください。"


class SearchBox(QFrame):
    """A part of the window, not a window: input methods compose in it as anywhere.

    map_widget   gets the keyboard back
    ask          every candidate there is now; called when it opens, and again by `renew`
    special      what a text means beside the candidates (a coordinate); shown first
    """

    def __init__(
        self,
        window: QWidget,
        map_widget: QWidget,
        ask: Callable[[], Sequence[Found]],
        special: Callable[[str], Sequence[Found]],
    ) -> None:
        super().__init__(window)
        self._window, self._map, self._ask, self._special = window, map_widget, ask, special
        self._candidates: Sequence[Found] = ()
        self._found: Sequence[Found] = ()
        self.setObjectName("search")
        self.setStyleSheet(f"#search {{ background: white; border: 1px solid {LINE}; border-radius: 9px; }}")
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(28)
        shadow.setOffset(0, 6)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("町丁目・施設・区域・レイヤ・ブックマーク・コマンド・座標をさがす")
        self.edit.setStyleSheet("padding: 7px 10px; font-size: 12pt;")
        self.edit.textChanged.connect(self._search)
        self.edit.installEventFilter(self)
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _item: self.choose())
        self.nothing = QLabel(_NOTHING)
        self.nothing.setStyleSheet(f"color: {FAINT}; padding: 4px 8px;")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.addWidget(self.edit)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        self.hide()

    def open(self) -> None:
        """Show it with the last text selected, ready to be typed over."""
        self._candidates = self._ask()
        self._search()
        self.show()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def renew(self) -> None:
        """More candidates have come."""
        if self.isVisible():
            self._candidates = self._ask()
            self._search()

    @property
    def shown(self) -> list[str]:
        """The names that are shown, best first."""
        return [found.text for found in self._found]

    def choose(self) -> None:
        """Do what the marked row means."""
        row = self.list.currentRow()
        if 0 <= row < len(self._found):
            self.hide()
            self._map.setFocus()
            self._found[row].means()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows move in the list, Enter chooses, Esc and leaving close."""
        if event.type() == QEvent.Type.FocusOut and not self._window_lost(event):
            self.hide()
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
        key = Qt.Key(event.key())
        if key in steps and self._found:
            row = self.list.currentRow() + steps[key]
            self.list.setCurrentRow(min(max(row, 0), len(self._found) - 1))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        elif key == Qt.Key.Key_Escape:
            self.hide()
            self._map.setFocus()
        else:
            return False
        return True

    def _window_lost(self, event: QEvent) -> bool:
        reason = getattr(event, "reason", lambda: None)()
        return reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)

    def _search(self) -> None:
        text = self.edit.text()
        self._found = (*self._special(text), *ranked(text, self._candidates, _MOST))
        self.list.clear()
        for found in self._found:
            item = QListWidgetItem(found.text)
            item.setData(_KIND, found.kind)
            item.setSizeHint(QSize(0, _ROW_PX))
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self._found))
        self.nothing.setVisible(not self._found and bool(text.strip()))
        self.list.setFixedHeight(min(len(self._found), _ROWS) * _ROW_PX + 2)
        self._place()

    def _place(self) -> None:
        width = min(_WIDTH_PX, self._window.width() - 40)
        self.setFixedWidth(width)
        self.adjustSize()
        self.move((self._window.width() - width) // 2, _TOP_PX)


class _Row(QStyledItemDelegate):
    """The name at the left, its kind faintly at the right."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """One row."""
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box: QRect = option.rect
        painter.save()
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor("#dde6f3"))
            painter.drawRoundedRect(box, 5, 5)
        kind = str(index.data(_KIND))
        inner = box.adjusted(10, 0, -10, 0)
        room = painter.fontMetrics().horizontalAdvance(kind) + 16
        side = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(FAINT))
        painter.drawText(inner, int(side | Qt.AlignmentFlag.AlignRight), kind)
        painter.setPen(QColor(INK))
        name = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, inner.width() - room
        )
        painter.drawText(inner.adjusted(0, 0, -room, 0), int(side | Qt.AlignmentFlag.AlignLeft), name)
        painter.restore()
