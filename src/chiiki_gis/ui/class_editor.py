"""Classes of a style: by the values of a column, or by ranges of its numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.analysis.intervals import MOST_CLASSES
from chiiki_gis.core import class_styles
from chiiki_gis.core.classes import number_words, range_words, typed_breaks
from chiiki_gis.core.jobs import MOST_VALUES, ColumnSummary
from chiiki_gis.core.ramps import RAMPS, ramp_colors
from chiiki_gis.core.style import Style, Symbol
from chiiki_gis.ui.forms import align_labels, wrapped
from chiiki_gis.ui.swatches import SWATCH_SIZE, swatch
from chiiki_gis.ui.symbol_editor import ramp_icon
from chiiki_gis.ui.theme import FAINT, RED

if TYPE_CHECKING:
    from chiiki_gis.render.legend import SymbolKind

Mode = Literal["values", "ranges"]
METHOD_WORDS = {
    "quantile": "等しい件数",
    "equal": "等しい間隔",
    "natural": "自然な切れ目",
    "hand": "手で入力",
}
_RAMP_SIZE = QSize(84, 12)
_SELECT_ROW = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
_SHOWN, _VALUE, _LABEL, _COUNT = range(4)

Ask = Callable[[str, Callable[[ColumnSummary], None]], None]
"""Asks a helper what a column holds."""

Words = Callable[[str], Mapping[str, str]]
"""The words of a column whose values are codes."""


class ClassEditor(QWidget):
    """Shows the classes of a style and tells the style that an edit makes of it."""

    edited = Signal(object)
    picked_changed = Signal()

    def __init__(
        self, columns: Sequence[tuple[str, str]], kind: SymbolKind, born: Style, words: Words, ask: Ask
    ) -> None:
        super().__init__()
        self._kind, self._born, self._words, self._ask = kind, born, words, ask
        self._paint: class_styles.Paint = "stroke" if kind == "line" else "fill"
        self._mode: Mode = "values"
        self._style = Style()
        self._summary: ColumnSummary | None = None
        self._asked: str | None = None
        self._filling = False
        self._shown: dict[int, tuple[object, ...]] = {}
        self._build(columns)

    @property
    def picked(self) -> tuple[int, ...]:
        """The chosen rows: positions of categories; one behind the last is その他."""
        return tuple(sorted({index.row() for index in self.table.selectionModel().selectedRows()}))

    def show_style(self, style: Style, mode: Mode, counts: Mapping[str, int]) -> None:
        """Show a style without telling."""
        self._style, self._mode = style, mode
        with QSignalBlocker(self.column):
            self.column.setCurrentIndex(self.column.findData(style.class_column))
        for widget in (self.method, self.classes, self.ramp, self.backwards, self.breaks):
            self._form.setRowVisible(widget, mode == "ranges")
        self.table.setColumnHidden(_VALUE, mode == "ranges")
        self.order.setVisible(mode == "values")
        if not self.breaks.isModified():
            self.breaks.setText("、".join(number_words(edge) for edge in style.breaks))
        self._recognise()
        self._fill(counts)
        self._tell_note()
        if style.class_column is not None and style.class_column != self._asked:
            self._question(style.class_column, is_new=False)

    def choose_column(self, column: str) -> None:
        """Class by another column, once a helper has said what it holds."""
        self._question(column, is_new=True)

    def divide(self) -> None:
        """Make the ranges anew from method, number and colours."""
        breaks, method = self._style.breaks, self.method.currentData()
        if method != "hand" and self._summary is not None:
            breaks = self._summary.breaks.get((method, self.classes.value()), ())
        if breaks and self._style.class_column is not None:
            self._tell_ranges(self._style.class_column, breaks)

    def move_classes(self, by: Literal[-1, 1]) -> None:
        """Put the chosen classes higher or lower, in the legend as on the map."""
        rows = [row for row in self.picked if row < len(self._style.categories)]
        style, places = class_styles.moved(self._style, rows, by)
        if not rows or style == self._style:
            return
        self.edited.emit(style)
        self._filling = True
        self.table.clearSelection()
        self._pick(places)
        self._filling = False
        self.picked_changed.emit()

    def type_breaks(self) -> None:
        """Take the ends of the ranges as they were typed."""
        if not self.breaks.isModified():
            return
        found = typed_breaks(self.breaks.text())
        self.breaks.setStyleSheet("" if found else f"border: 1px solid {RED};")
        if found and self._style.class_column is not None:
            self.breaks.setModified(False)
            self._tell_ranges(self._style.class_column, found)

    def _build(self, columns: Sequence[tuple[str, str]]) -> None:
        self.column, self.method, self.ramp = QComboBox(), QComboBox(), QComboBox()
        self.column.setPlaceholderText("列を選んでください")
        for name, words in columns:
            self.column.addItem(words, name)
        for method, words in METHOD_WORDS.items():
            self.method.addItem(words, method)
        self.method.setItemData(
            self.method.findData("natural"),
            "値の集まりの切れ目で分けます（値が500種類を超えるときは500の代表値で求めます）。",
            Qt.ItemDataRole.ToolTipRole,
        )
        self.ramp.setIconSize(_RAMP_SIZE)
        for ramp in RAMPS:
            self.ramp.addItem(ramp_icon(ramp_colors(ramp, 6), _RAMP_SIZE), ramp.japanese, ramp.id)
        self.ramp.setToolTip(
            "どの配色も明るさが順に変わるので、白黒の印刷でも、色の見え方が違う人にも区別できます。"
        )
        self.classes = QSpinBox()
        self.classes.setRange(2, MOST_CLASSES)
        self.classes.setValue(5)
        self.backwards = QCheckBox("濃い色から始める")
        self.breaks = QLineEdit()
        self.breaks.setToolTip("区切りの数を小さい順に、読点で分けて入れます。\n例　0、10、20、30")
        self.note = wrapped("", faint=True)
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        for words, widget in (
            ("列", self.column), ("分け方", self.method), ("階級の数", self.classes),
            ("配色", self.ramp), ("", self.backwards), ("区切り", self.breaks),
        ):  # fmt: skip
            self._form.addRow(words, widget)
        align_labels(self._form)
        self.table = _table()
        self.order = self._order_row()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._form)
        column.addWidget(self.note)
        column.addWidget(self.table, 1)
        column.addWidget(self.order)
        self.column.activated.connect(lambda _n: self.choose_column(str(self.column.currentData())))
        for signal in (self.method.activated, self.classes.valueChanged, self.ramp.activated):
            signal.connect(lambda _n: self.divide())
        self.backwards.toggled.connect(lambda _on: self.divide())
        self.breaks.editingFinished.connect(self.type_breaks)
        self.table.itemChanged.connect(self._edit)
        self.table.itemSelectionChanged.connect(lambda: None if self._filling else self.picked_changed.emit())

    def _order_row(self) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        steps: tuple[tuple[Literal[-1, 1], str, str], ...] = ((-1, "上へ", "Alt+Up"), (1, "下へ", "Alt+Down"))
        for by, words, keys in steps:
            button = QToolButton()
            button.setText(f"{'▲' if by < 0 else '▼'} {words}")
            button.setShortcut(keys)
            button.setToolTip(
                f"選んだ分類を{words}動かします（{keys}）。上の分類ほど地図でも上に重なります。"
            )
            button.clicked.connect(lambda _on=False, to=by: self.move_classes(to))
            row.addWidget(button)
        row.addStretch(1)
        return holder

    def _question(self, column: str, is_new: bool) -> None:
        self._summary, self._asked = None, column
        self.note.setText("列の値を調べています...")
        self.note.show()
        self._ask(column, lambda found: self._take(found, column, is_new))

    def _take(self, summary: ColumnSummary, column: str, is_new: bool) -> None:
        if column != self._asked:
            return
        self._summary = summary
        self._recognise()
        self._tell_note()
        if not is_new:
            return
        if self._mode == "values":
            now = self._style.categories if self._style.class_column == column else ()
            born = self._born.categories if self._born.class_column == column else ()
            known = {category.value: category for category in (*born, *now)}
            values = [value for value, _ in summary.values]
            words = self._words(column)
            self.edited.emit(class_styles.by_values(self._style, column, values, known, self._paint, words))
            return
        method = "quantile" if self.method.currentData() == "hand" else self.method.currentData()
        breaks = summary.breaks.get((method, self.classes.value()))
        if breaks:
            self._tell_ranges(column, breaks)

    def _tell_note(self) -> None:
        if self._summary is not None:
            words = _words_of(self._summary, self._mode)
            got = len(self._style.breaks) - 1
            if (
                self._mode == "ranges"
                and self.method.currentData() != "hand"
                and 0 < got < self.classes.value()
            ):
                words += f"同じ値が多いので {got} 階級になりました。"
            self.note.setText(words)
            self.note.setVisible(bool(words))

    def _recognise(self) -> None:
        """Let method, number and colours say how the ranges of the style came about."""
        breaks, fields = self._style.breaks, (self.method, self.classes, self.ramp, self.backwards)
        if not breaks:
            return
        blockers = [QSignalBlocker(field) for field in fields]
        known = self._summary.breaks if self._summary is not None else {}
        chosen = (self.method.currentData(), self.classes.value())
        fitting = [chosen] if known.get(chosen) == breaks else [way for way in known if known[way] == breaks]
        method, classes = fitting[0] if fitting else ("hand", len(breaks) - 1)
        self.method.setCurrentIndex(self.method.findData(method))
        self.classes.setValue(classes)
        self.classes.setEnabled(method != "hand")
        colors = tuple(getattr(category.symbol, self._paint) for category in self._style.categories)
        for ramp, dark in itertools.product(RAMPS, (False, True)):
            if ramp_colors(ramp, len(colors), dark) == colors:
                self.ramp.setCurrentIndex(self.ramp.findData(ramp.id))
                self.backwards.setChecked(dark)
        del blockers

    def _tell_ranges(self, column: str, breaks: Sequence[float]) -> None:
        ramp = next(ramp for ramp in RAMPS if ramp.id == self.ramp.currentData())
        colors = ramp_colors(ramp, len(breaks) - 1, self.backwards.isChecked())
        base = self._style if self._style.class_column == column else replace(self._style, breaks=())
        self.breaks.setStyleSheet("")
        self.edited.emit(class_styles.by_ranges(base, column, breaks, colors, self._paint))

    def _fill(self, counts: Mapping[str, int]) -> None:
        picked = self.picked
        style = self._style
        self._filling = True
        words = range_words(style.breaks) if style.breaks else ()
        count = len(style.categories) + 1 if style.is_classed else 0
        self.table.setRowCount(count)
        self._shown = {row: content for row, content in self._shown.items() if row < count - 1}
        for row, category in enumerate(style.categories):
            value = words[row] if row < len(words) else category.value
            shown = f"{counts.get(category.value, 0):,}" if counts else ""
            self._fill_row(row, category.symbol, category.visible, value, category.label, shown)
        if style.is_classed:
            rest = sum(counts.values()) - sum(counts.get(c.value, 0) for c in style.categories)
            shown = f"{rest:,}" if counts else ""
            row = len(style.categories)
            self._fill_row(row, style.symbol, style.shows_others, "上のどれでもないもの", "その他", shown)
            label = self.table.item(row, _LABEL)
            if label is not None:
                label.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        self._pick(picked)
        self._filling = False

    def _pick(self, rows: Collection[int]) -> None:
        for row in rows:
            if row < self.table.rowCount():
                self.table.selectionModel().select(self.table.model().index(row, 0), _SELECT_ROW)

    def _fill_row(self, row: int, symbol: Symbol, visible: bool, value: str, label: str, count: str) -> None:
        content = (symbol, visible, value, label, count)
        if self._shown.get(row) == content:
            return
        self._shown[row] = content
        for column, text in ((_SHOWN, ""), (_VALUE, value), (_LABEL, label), (_COUNT, count)):
            item = QTableWidgetItem(text)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            if column == _SHOWN:
                item.setIcon(swatch(symbol, self._kind))
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if visible else Qt.CheckState.Unchecked)
            elif column == _LABEL:
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            elif column == _COUNT:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            if column in (_VALUE, _COUNT):
                item.setForeground(QBrush(QColor(FAINT)))
            item.setToolTip(value if column != _COUNT else "")
            self.table.setItem(row, column, item)

    def _edit(self, item: QTableWidgetItem) -> None:
        if self._filling:
            return
        row, picked = item.row(), self.picked
        self._shown.pop(row, None)
        if item.column() == _LABEL:
            self._style = _relabelled(self._style, row, item.text().strip())
        else:  # a checkbox of one of several chosen rows is that of all of them
            rows = picked if row in picked else (row,)
            self._style = _shown_or_not(self._style, rows, item.checkState() == Qt.CheckState.Checked)
        QTimer.singleShot(0, lambda: self.edited.emit(self._style))  # Qt is still at work on the row


def _relabelled(style: Style, row: int, label: str) -> Style:
    if row >= len(style.categories) or not label:
        return style
    one = replace(style.categories[row], label=label)
    return replace(style, categories=(*style.categories[:row], one, *style.categories[row + 1 :]))


def _shown_or_not(style: Style, rows: Collection[int], shown: bool) -> Style:
    categories = tuple(
        replace(category, visible=shown) if row in rows else category
        for row, category in enumerate(style.categories)
    )
    others = shown if len(categories) in rows else style.shows_others
    return replace(style, categories=categories, shows_others=others)


def _words_of(summary: ColumnSummary, mode: Mode) -> str:
    if mode == "values":
        if summary.distinct > MOST_VALUES:
            listed = f"件数の多い {MOST_VALUES} 種類を並べました。"
            return f"値が {summary.distinct:,} 種類あります。{listed}残りは「その他」です。"
        return ""
    if not summary.numbers:
        return "この列に数はありません。別の列を選ぶか、「値で分類」を選んでください。"
    other = sum(count for _, count in summary.values) - summary.numbers
    low, high = number_words(summary.low or 0), number_words(summary.high or 0)
    words = f"{low} から {high} まで、{summary.numbers:,} 件の数があります。"
    if summary.missing:
        words += f"値のない {summary.missing:,} 件は「その他」です。"
    if other > 0 and summary.distinct <= MOST_VALUES:
        words += f"数でない {other:,} 件も「その他」です。"
    return words


def _table() -> QTableWidget:
    table = QTableWidget(0, 4)
    table.setHorizontalHeaderLabels(["表示", "値", "凡例の文字", "件数"])
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(24)
    table.setShowGrid(False)
    table.setIconSize(SWATCH_SIZE)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    table.setEditTriggers(
        QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
    )
    for column, width in ((_SHOWN, 58), (_COUNT, 62)):  # fixed: sizes by content are slow for many rows
        table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(column, width)
    for column in (_VALUE, _LABEL):
        table.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    table.setMinimumHeight(150)
    return table
