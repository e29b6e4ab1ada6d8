"""The fields of one symbol: colours, line, hatch, marker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QGridLayout,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from chiiki_gis.core.ramps import CATEGORY_COLORS
from chiiki_gis.core.style import Symbol
from chiiki_gis.ui.forms import align_labels

if TYPE_CHECKING:
    from chiiki_gis.render.legend import SymbolKind

DASHES = {"solid": "実線", "dash": "破線", "dot": "点線", "dash_dot": "一点鎖線"}
HATCHES = {
    "none": "塗りつぶし",
    "diagonal": "斜線（右上がり）",
    "back_diagonal": "斜線（右下がり）",
    "cross": "格子",
}
MARKERS = {
    "circle": "丸", "square": "四角", "triangle": "三角", "diamond": "ひし形",
    "interchange": "IC の標識", "number": "番号つきの丸",
}  # fmt: skip
PALETTE = (
    *CATEGORY_COLORS,
    "#d7191c", "#1f4aa0", "#0b7a75", "#7b4b2a", "#5b9bd5", "#b7d7a8",
    "#000000", "#444444", "#888888", "#bbbbbb", "#eeeeee", "#ffffff",
)  # fmt: skip
_ACROSS = 6
_DOT = QSize(30, 16)


class ColorButton(QToolButton):
    """A colour to choose from a small palette, or any other; or none."""

    chosen = Signal(object)

    def __init__(self, can_be_none: bool = True) -> None:
        super().__init__()
        self.color: str | None = None
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(_DOT)
        menu = QMenu(self)
        grid_action = QWidgetAction(menu)
        board = QWidget()
        grid = QGridLayout(board)
        grid.setContentsMargins(6, 6, 6, 4)
        grid.setSpacing(2)
        for number, color in enumerate(PALETTE):
            dot = QToolButton()
            dot.setIcon(color_icon(color, QSize(18, 18)))
            dot.setIconSize(QSize(18, 18))
            dot.setToolTip(color)
            dot.clicked.connect(lambda _on=False, to=color: self._take(to))
            grid.addWidget(dot, number // _ACROSS, number % _ACROSS)
        grid_action.setDefaultWidget(board)
        menu.addAction(grid_action)
        if can_be_none:
            menu.addAction("なし", lambda: self._take(None))
        menu.addAction("ほかの色...", self._ask)
        self.setMenu(menu)

    def show_color(self, color: str | None) -> None:
        """Show a colour without telling."""
        self.color = color
        self.setIcon(color_icon(color, _DOT))
        self.setText("なし" if color is None else "")
        self.setToolTip("なし" if color is None else color)

    def _take(self, color: str | None) -> None:
        self.menu().hide()
        if color != self.color:
            self.show_color(color)
            self.chosen.emit(color)

    def _ask(self) -> None:
        found = QColorDialog.getColor(QColor(self.color or "#ffffff"), self, "色を選ぶ")
        if found.isValid():
            self._take(found.name())


class SymbolEditor(QWidget):
    """Tells each edited field of a symbol, so that several classes can share one edit."""

    edited = Signal(str, object)

    def __init__(self, kind: SymbolKind) -> None:
        super().__init__()
        self._showing = False
        self.fill, self.stroke = ColorButton(), ColorButton()
        self.stroke_mm = _millimetres(0.0, 10.0, 0.05)
        self.size_mm = _millimetres(0.2, 30.0, 0.2)
        self.dash, self.hatch, self.marker = _choice(DASHES), _choice(HATCHES), _choice(MARKERS)
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        if kind == "point":
            form.addRow("記号", _side_by_side(self.marker, self.size_mm))
        if kind != "line":
            form.addRow("塗り", _side_by_side(self.fill, *([self.hatch] if kind == "area" else [])))
        form.addRow("線" if kind == "line" else "ふち", _side_by_side(self.stroke, self.stroke_mm))
        if kind != "point":
            form.addRow("線の種類", _side_by_side(self.dash))
        align_labels(form)
        self.fill.chosen.connect(lambda color: self._tell("fill", color))
        self.stroke.chosen.connect(lambda color: self._tell("stroke", color))
        self.stroke_mm.valueChanged.connect(lambda value: self._tell("stroke_mm", round(value, 2)))
        self.size_mm.valueChanged.connect(lambda value: self._tell("size_mm", round(value, 2)))
        for field, box in (("dash", self.dash), ("hatch", self.hatch), ("marker", self.marker)):
            box.activated.connect(lambda _n, name=field, of=box: self._tell(name, of.currentData()))

    def show_symbol(self, symbol: Symbol) -> None:
        """Show a symbol without telling."""
        self._showing = True
        self.fill.show_color(symbol.fill)
        self.stroke.show_color(symbol.stroke)
        self.stroke_mm.setValue(symbol.stroke_mm)
        self.size_mm.setValue(symbol.size_mm)
        for box, value in (
            (self.dash, symbol.dash),
            (self.hatch, symbol.hatch),
            (self.marker, symbol.marker),
        ):
            box.setCurrentIndex(box.findData(value))
        self._showing = False

    def _tell(self, field: str, value: object) -> None:
        if not self._showing:
            self.edited.emit(field, value)


def color_icon(color: str | None, size: QSize) -> QIcon:
    """A plate of a colour; a crossed one for none."""
    picture = QPixmap(size * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(QColor(color or "#ffffff"))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if color is None:
        painter.setPen(QPen(QColor("#c0161d"), 1.4))
        painter.drawLine(1, size.height() - 1, size.width() - 1, 1)
    painter.setPen(QPen(QColor("#9a9a96"), 1))
    painter.drawRect(0, 0, size.width() - 1, size.height() - 1)
    painter.end()
    return QIcon(picture)


def ramp_icon(colors: Sequence[str], size: QSize) -> QIcon:
    """The steps of a ramp side by side."""
    picture = QPixmap(size)
    painter = QPainter(picture)
    edges = [round(number * size.width() / len(colors)) for number in range(len(colors) + 1)]
    for number, color in enumerate(colors):
        painter.fillRect(edges[number], 0, edges[number + 1] - edges[number], size.height(), QColor(color))
    painter.end()
    return QIcon(picture)


def _choice(words: dict[str, str]) -> QComboBox:
    box = QComboBox()
    for value, word in words.items():
        box.addItem(word, value)
    return box


def _millimetres(least: float, most: float, step: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(least, most)
    box.setSingleStep(step)
    box.setDecimals(2)
    box.setSuffix(" mm")
    box.setToolTip("紙の上の大きさです。画面でも同じ大きさで見えます。")
    return box


def _side_by_side(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder
