"""使い方: the manual, to be read and searched beside the map."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeySequence,
    QShortcut,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextTable,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from chiiki_gis import paths
from chiiki_gis.ui.theme import FAINT, LINE

PAGES = ("manual.md", "start.md")
"""What each panel does; then installing, the first plan, where data come from, and what to do when."""
_LINE_PERCENT = 135


class ManualWindow(QWidget):
    """A window of its own, so that the map stays in view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("使い方 – 地域GIS")
        self.resize(760, 820)
        self.search = QLineEdit()
        self.search.setPlaceholderText("言葉を探す")
        self.search.setClearButtonEnabled(True)
        self.says = QLabel()
        self.says.setStyleSheet(f"color: {FAINT};")
        row = QHBoxLayout()
        row.setContentsMargins(10, 8, 10, 8)
        row.addWidget(self.search, 1)
        for word, back in (("前へ", True), ("次へ", False)):
            button = QPushButton(word)
            button.clicked.connect(lambda _checked=False, back=back: self.seek(back))
            row.addWidget(button)
        row.addWidget(self.says)
        self.text = QTextBrowser()
        self.text.setStyleSheet("QTextBrowser { border: 0; }")
        pages = (paths.resources() / "help" / name for name in PAGES)
        self.text.setMarkdown(joined("\n\n".join(page.read_text("utf-8") for page in pages)))
        _space_out(self.text.document())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.text, 1)
        self.search.returnPressed.connect(self.seek)
        self.search.textChanged.connect(lambda _text: self._find_anew())
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)

    def seek(self, back: bool = False) -> bool:
        """Go to the next place that holds the word, round the end; False when there is none."""
        word = self.search.text().strip()
        flags = QTextDocument.FindFlag.FindBackward if back else QTextDocument.FindFlag(0)
        found = bool(word) and self.text.find(word, flags)
        if word and not found:
            self.text.moveCursor(QTextCursor.MoveOperation.End if back else QTextCursor.MoveOperation.Start)
            found = self.text.find(word, flags)
        self.says.setText("" if found or not word else "見つかりません")
        return found

    def _find_anew(self) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.seek()


def joined(markdown: str) -> str:
    """The text with lines that were broken for the editor put together: Japanese has no spaces there."""
    return re.sub(r"(?<=[^\x00-\x7f])\n *(?=[^\x00-\x7f\s])", "", markdown)


def _space_out(document: QTextDocument) -> None:
    """Room between the lines, and thin lines around the cells of tables, which Qt's markdown leaves bare."""
    document.setDocumentMargin(18)
    block = document.begin()
    while block.isValid():
        shape = block.blockFormat()
        shape.setLineHeight(_LINE_PERCENT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        if shape.headingLevel():
            shape.setTopMargin(14)
        QTextCursor(block).setBlockFormat(shape)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            table = frame.format()
            table.setBorder(1)
            table.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            table.setBorderCollapse(True)
            table.setBorderBrush(QBrush(QColor(LINE)))
            table.setCellPadding(5)
            frame.setFormat(table)
