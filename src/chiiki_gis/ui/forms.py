"""Small pieces of the property cards: rows of name and value, and fields that say when they were edited."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.eras import day_words, parse_day
from chiiki_gis.ui.theme import FAINT, INK, LEVEL_COLORS, RED
from chiiki_gis.ui.words import unmarked

_LABEL_PX = 84
_FORM_LABEL_PX = 68
_UNIT_GAP_PX = 7
_AREA_EDGE_PX = 12


class Rows(QWidget):
    """Two columns: what it is, and its value."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _LABEL_PX)
        self._grid.setColumnStretch(1, 1)

    def add(self, name: str, widget: QWidget) -> None:
        """Add a row with a widget."""
        row = self._grid.rowCount()
        label = QLabel(unmarked(name))  # with a buddy, Qt looks for a key to press in it
        label.setStyleSheet(f"color: {FAINT};")
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, 3, 0, 0)
        label.setBuddy(widget)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(widget, row, 1)
        if isinstance(widget, NumberField | DateField):
            self._grid.addWidget(widget.complaint, row + 1, 1)

    def add_text(self, name: str, text: str = "") -> QLabel:
        """Add a row with a text that can be selected."""
        value = wrapped(text)
        self.add(name, value)
        return value

    def set_row_visible(self, widget: QWidget, visible: bool) -> None:
        """Show or hide a row by its value's widget."""
        row = self._grid.getItemPosition(self._grid.indexOf(widget))[0]  # type: ignore[index]  # a tuple of four
        for column in (0, 1):
            item = self._grid.itemAtPosition(row, column)
            found = item.widget() if item else None
            if found is not None:
                found.setVisible(visible)


class _Field(QLineEdit):
    """A line that leaves 元に戻す and やり直す to the plan, but for what is being typed."""

    def is_typed(self) -> bool:
        """Whether it holds something that has not been handed over."""
        return False

    def event(self, event: QEvent) -> bool:
        """Qt's line edits keep these keys for themselves even when there is nothing of theirs to undo."""
        if _is_undo_key(event) and not self.is_typed():
            event.ignore()
            return False
        return super().event(event)


class TextField(_Field):
    """A line of text; `commit` is called with it when it has been edited and left."""

    def __init__(self, commit: Callable[[str | None], None]) -> None:
        super().__init__()
        self._commit = commit
        self._shown = ""
        self.editingFinished.connect(self._finish)

    def is_typed(self) -> bool:
        """Whether the text has been altered and not handed over."""
        return self.text().strip() != self._shown

    def show_value(self, value: object) -> None:
        """Show a stored value without calling `commit`."""
        self._shown = "" if is_missing(value) else str(value)
        self.setText(self._shown)
        self.setCursorPosition(0)

    def _finish(self) -> None:
        text = self.text().strip()
        if text != self._shown:
            self._shown = text
            self._commit(text or None)


class NumberField(_Field):
    """A number with its unit, empty when unknown; full-width digits and commas are accepted.

    `complaint` is a label for below the field; it says what is wrong with a value that was not taken.
    """

    def __init__(self, commit: Callable[[float | int | None], None], unit: str, whole: bool = False) -> None:
        super().__init__()
        self._commit = commit
        self._whole = whole
        self._shown: float | int | None = None
        self.setPlaceholderText("未入力")
        self._unit = unit
        self.complaint = wrapped()
        self.complaint.setStyleSheet(f"color: {RED};")
        self.complaint.hide()
        self.setTextMargins(0, 0, self.fontMetrics().horizontalAdvance(unit) + _UNIT_GAP_PX, 0)
        self.editingFinished.connect(self._finish)
        self.textEdited.connect(lambda _text: self._accept())

    def show_value(self, value: object) -> None:
        """Show a stored value without calling `commit`."""
        number = None if is_missing(value) else float(str(value))
        self._shown = int(number) if number is not None and self._whole else number
        self.setText(self._text())
        self._accept()

    def is_typed(self) -> bool:
        """Whether the number has been altered and not handed over."""
        return self.text() != self._text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The number, and at the right its unit."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(QColor(FAINT))
        place = self.rect().adjusted(0, 0, -_UNIT_GAP_PX, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._unit)
        painter.end()

    def _text(self) -> str:
        return "" if self._shown is None else f"{self._shown:,.10g}"

    def _accept(self) -> None:
        self.setStyleSheet("")
        self.complaint.hide()

    def _finish(self) -> None:
        text = unicodedata.normalize("NFKC", self.text()).replace(",", "").strip()
        try:
            number = None if not text else int(text) if self._whole else float(text)
        except ValueError:
            number = float("nan")
        if number is not None and not 0 <= number < 1e9:
            self.setStyleSheet(f"border: 1px solid {RED};")
            kind = "整数" if self._whole else "数"
            self.complaint.setText(f"「{self.text()}」は入れられません。0以上の{kind}を入れてください。")
            self.complaint.show()
            return
        self._accept()
        is_new = number != self._shown
        self._shown = number
        self.setText(self._text())
        if is_new:
            self._commit(number)


class DateField(_Field):
    """A day, Western or Japanese, empty when unknown; `commit` is called with its ISO form.

    `complaint` is a label for below the field, as that of NumberField.
    """

    def __init__(self, commit: Callable[[str | None], None], hint: str = "例 令和8年4月1日") -> None:
        super().__init__()
        self._commit = commit
        self._shown: str | None = None
        self.setPlaceholderText(hint)
        self.complaint = wrapped()
        self.complaint.setStyleSheet(f"color: {RED};")
        self.complaint.hide()
        self.editingFinished.connect(self._finish)
        self.textEdited.connect(lambda _text: self._accept())

    def show_value(self, value: object) -> None:
        """Show a stored day without calling `commit`."""
        self._shown = value if isinstance(value, str) and value else None
        self.setText(self._text())
        self._accept()

    def is_typed(self) -> bool:
        """Whether the day has been altered and not handed over."""
        return self.text() != self._text()

    def _text(self) -> str:
        return day_words(self._shown or "")

    def _accept(self) -> None:
        self.setStyleSheet("")
        self.complaint.hide()

    def _finish(self) -> None:
        text = self.text().strip()
        day = parse_day(text) if text else None
        if text and day is None and text != self._text():
            self.setStyleSheet(f"border: 1px solid {RED};")
            self.complaint.setText(
                f"「{text}」は日付として読めません。「令和8年4月1日」か「2026-04-01」の形で入れてください。"
            )
            self.complaint.show()
            return
        found = day.isoformat() if day is not None else None
        is_new = found != self._shown and not (text and day is None)
        self._shown = found if is_new else self._shown
        self.setText(self._text())
        self._accept()
        if is_new:
            self._commit(found)


class TextArea(QPlainTextEdit):
    """Several lines of text; `commit` is called when they have been edited and left. Tab leaves it."""

    def __init__(self, commit: Callable[[str | None], None], lines: int = 2, hint: str = "") -> None:
        super().__init__()
        self._commit = commit
        self._shown = ""
        self.setTabChangesFocus(True)
        self.setPlaceholderText(hint)
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + _AREA_EDGE_PX)

    def is_typed(self) -> bool:
        """Whether the text has been altered and not handed over."""
        return self.toPlainText().strip() != self._shown

    def show_value(self, value: object) -> None:
        """Show a stored value without calling `commit`."""
        self._shown = "" if is_missing(value) else str(value)
        if self.toPlainText() != self._shown:
            self.setPlainText(self._shown)

    def event(self, event: QEvent) -> bool:
        """Leave 元に戻す and やり直す to the plan, but for what is being typed."""
        if _is_undo_key(event) and not self.is_typed():
            event.ignore()
            return False
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hand the text over."""
        super().focusOutEvent(event)
        text = self.toPlainText().strip()
        if text != self._shown:
            self._shown = text
            self._commit(text or None)


class ChoiceField(QComboBox):
    """A choice of values; None stands first as 未入力. The wheel scrolls the card, not the choice."""

    def __init__(self, commit: Callable[[object], None]) -> None:
        super().__init__()
        self._commit = commit
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(self._finish)

    def set_choices(self, groups: Sequence[Sequence[tuple[object, str]]]) -> None:
        """The values and their words, with a line between groups."""
        self.clear()
        self.addItem("（未入力）", None)
        for group in groups:
            if not group:
                continue
            self.insertSeparator(self.count())
            for value, word in group:
                self.addItem(word, value)
                self.setItemData(self.count() - 1, word, Qt.ItemDataRole.ToolTipRole)

    def show_value(self, value: object) -> None:
        """Show a stored value without calling `commit`; an unknown one stays readable."""
        wanted = None if is_missing(value) else value
        index = self.findData(wanted) if wanted is not None else 0
        if index < 0:
            self.addItem(str(wanted), wanted)
            index = self.count() - 1
        self.setCurrentIndex(index)
        self.setToolTip(self.currentText())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the card."""
        event.ignore()

    def _finish(self, index: int) -> None:
        self._commit(self.itemData(index))


def _is_undo_key(event: QEvent) -> bool:
    keys = QKeySequence.StandardKey
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and (event.matches(keys.Undo) or event.matches(keys.Redo))
    )


def is_missing(value: object) -> bool:
    """True for None, NaN and pandas' NA."""
    return value is None or type(value).__name__ == "NAType" or value != value


def wrapped(text: str = "", faint: bool = False, bold: bool = False) -> QLabel:
    """A label that wraps and can be selected; what looks like HTML in the data stays text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setStyleSheet(f"color: {FAINT if faint else INK};" + ("font-weight: bold;" if bold else ""))
    return label


def heading(text: str) -> QLabel:
    """The title of a card or a part of one."""
    label = wrapped(text, bold=True)
    label.setContentsMargins(0, 6, 0, 2)
    return label


def plate(level: str) -> tuple[QFrame, QVBoxLayout]:
    """A tinted frame for a verdict or a finding, with its column."""
    edge, ground = LEVEL_COLORS[level]
    frame = QFrame()
    frame.setObjectName("plate")
    frame.setStyleSheet(f"#plate {{ background: {ground}; border: 1px solid {edge}; border-radius: 6px; }}")
    column = QVBoxLayout(frame)
    column.setContentsMargins(10, 8, 10, 8)
    column.setSpacing(4)
    return frame, column


def align_labels(form: QFormLayout, width_px: int = _FORM_LABEL_PX) -> None:
    """Give the labels of a form one width, so that forms below each other line up."""
    for row in range(form.rowCount()):
        item = form.itemAt(row, QFormLayout.ItemRole.LabelRole)
        widget = item.widget() if item else None
        if widget is not None:
            widget.setMinimumWidth(width_px)


def empty(layout: QVBoxLayout) -> None:
    """Take everything out of a column."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()
