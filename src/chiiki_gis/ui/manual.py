"""使い方: the manual with its pictures, to be read and searched beside the map."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLayout,
    QTextTable,
)
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis import paths
from chiiki_gis.ui.theme import FAINT, LINE

PAGES = ("manual.md", "start.md")
"""What each panel does; then installing, the first plan, where data come from, and what to do when."""
_LINE_PERCENT = 135
_CONTENTS_PX, _TEXT_PX, _HIGH_PX = 230, 760, 820
_LISTED_LEVELS = 3
"""Headings down to this level stand in the contents."""


class ManualWindow(QWidget):
    """A window of its own, so that the map stays in view."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("使い方 – 地域GIS")
        self.resize(_CONTENTS_PX + _TEXT_PX, _HIGH_PX)
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
        self.text = ManualText(paths.resources() / "help")
        self.contents = QListWidget()
        self.contents.setAccessibleName("目次")
        self.contents.setStyleSheet("QListWidget::item { padding: 2px 6px; }")
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._read()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        parts = QSplitter()
        parts.addWidget(self.contents)
        parts.addWidget(self.text)
        parts.setSizes([_CONTENTS_PX, _TEXT_PX])
        parts.setStretchFactor(1, 1)
        column.addWidget(parts, 1)
        self.contents.currentItemChanged.connect(self._go_to)
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

    def _read(self) -> None:
        """Fill the text from the pages, and the contents from its headings."""
        folder = paths.resources() / "help"
        self.text.setMarkdown(joined("\n\n".join((folder / name).read_text("utf-8") for name in PAGES)))
        document = self.text.document()
        _space_out(document)
        self.text.fit_pictures()
        block = document.begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            if 0 < level <= _LISTED_LEVELS:
                item = QListWidgetItem("　" * (level - 1) + block.text())
                item.setData(Qt.ItemDataRole.UserRole, block.blockNumber())
                self.contents.addItem(item)
            block = block.next()

    def _go_to(self, item: QListWidgetItem) -> None:
        """Bring a heading to the top."""
        document = self.text.document()
        block = document.findBlockByNumber(item.data(Qt.ItemDataRole.UserRole))
        self.text.setTextCursor(QTextCursor(block))
        top = document.documentLayout().blockBoundingRect(block).top()
        self.text.verticalScrollBar().setValue(round(top))

    def _find_anew(self) -> None:
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        self.seek()


class ManualText(QTextBrowser):
    """Text whose pictures are as wide as it has room for, and never wider than they are."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.setStyleSheet("QTextBrowser { border: 0; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)  # all of it fits
        self._folder = folder
        self._read: dict[str, QImage] = {}

    @property
    def pictures(self) -> list[str]:
        """The pictures of the text, by their paths below the folder of the pages."""
        names, block = [], self.document().begin()
        while block.isValid():
            names += [
                shape.format.toImageFormat().name() for shape in block.textFormats() if _is_picture(shape)
            ]
            block = block.next()
        return names

    def fit_pictures(self) -> None:
        """Scale the pictures smoothly to the room; Qt itself would leave out pixels."""
        document, sharp = self.document(), self.devicePixelRatioF()
        room = max(self.viewport().width() - 2 * document.documentMargin(), 1)
        for name in self.pictures:
            picture = self._picture(name)
            if picture.isNull():
                continue
            shown = min(room, picture.width())
            width = min(round(shown * sharp), picture.width())
            copy = picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
            copy.setDevicePixelRatio(max(width / shown, 1.0))
            document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), copy)
        document.markContentsDirty(0, document.characterCount())

    def _picture(self, name: str) -> QImage:
        """A picture as large as it is, read once."""
        if name not in self._read:
            self._read[name] = QImage(str(self._folder / name))
        return self._read[name]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The pictures first, since the text is laid out around them."""
        self.fit_pictures()
        super().resizeEvent(event)


def _is_picture(shape: QTextLayout.FormatRange) -> bool:
    return shape.format.isImageFormat()


def joined(markdown: str) -> str:
    """The text with lines that were broken for the editor put together: Japanese has no spaces there."""
    return re.sub(r"(?<=[^\x00-\x7f])\n *(?=[^\x00-\x7f\s])", "", markdown)


def _space_out(document: QTextDocument) -> None:
    """Room between the lines, and thin lines around the cells of tables, which Qt's markdown leaves bare."""
    document.setDocumentMargin(18)
    block = document.begin()
    while block.isValid():
        shape = block.blockFormat()
        if not any(map(_is_picture, block.textFormats())):
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
