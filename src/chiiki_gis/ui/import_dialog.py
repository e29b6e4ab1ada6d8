"""データを追加: what a file is, where it lies and what will be changed, before it is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.errors import ChiikiError, PlaceMissing, Proposal, Repairable
from chiiki_gis.core.jobs import Glimpse, Imported
from chiiki_gis.core.looks import FileLook, TableLook
from chiiki_gis.core.role import Role
from chiiki_gis.ui import import_work
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.forms import empty, plate, wrapped
from chiiki_gis.ui.import_form import ImportForm
from chiiki_gis.ui.import_map import ImportScene, QuietPan
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.words import unmarked

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer

SIZE = (1040, 660)
_FORM_PX, _HEAD_PX, _NOTES_PX, _WIDEST_PX = 350, 170, 110, 220
SECRET_MARK = "〔個人情報〕"


class ImportDialog(QDialog):
    """Built while the helper reads. 取り込む may be pressed at once: the file comes in as soon as it is read.

    takes_rest   True where the files that wait shall be taken in as they are
    skips        True where this file is left out and the next one is shown
    is_to_be_placed  True where it is a picture that shall be placed by control points
    """

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        ground: Sequence[MapLayer],
        path: Path,
        metres: float,
        rest: int = 0,
    ) -> None:
        super().__init__(parent)
        self.takes_rest = self.skips = self.is_to_be_placed = False
        self.imported: Imported | None = None
        self.look: FileLook | None = None
        self._session, self._path, self._metres = session, path, metres
        self._values = session.snapshot()
        self._is_wanted = self._was_fitted = self._is_refused = False
        more = f"（このほか {rest} 個）" if rest else ""
        self.setWindowTitle(f"データを追加 – {path.name}{more}")
        self.resize(*SIZE)
        has_town = bool(session.document.references(Role.MUNICIPALITY))
        self.form = ImportForm(session.document.header.epsg, has_town)
        self.form.chosen.connect(self.read)
        self.form.table_picked.connect(self._show_head)
        self.scene = ImportScene(ground)
        self.canvas = Canvas(self.scene)
        self.canvas.take_tool(QuietPan())
        self.head = QTableWidget(0, 0)
        self.notes = QListWidget()
        self.state = wrapped(faint=True)
        self.bar = QProgressBar()
        self._trouble = QVBoxLayout()
        self._build(rest)
        session.opened.connect(self._give_up)
        self._show_ground()
        self.read()

    def read(self) -> None:
        """Ask the helper what would come in, as things are chosen now."""
        self.imported = None
        self._was_fitted = self._is_refused = False
        empty(self._trouble)
        self.notes.clear()
        self.scene.clear()
        self.state.setText("読んでいます…")
        self.bar.setRange(0, 0)
        self.bar.show()
        self.take.setEnabled(True)
        self._ticket = import_work.look_at(
            self._session, self._values, self._path, self.form.options, self._metres,
            seen=self._show_seen, done=self._show_imported, failed=self._show_error, step=self._show_step,
        )  # fmt: skip

    def accept(self) -> None:
        """Take the file in, now or when it has been read: one step that can be undone."""
        if self.imported is None:
            self._is_wanted = True
            self.take.setEnabled(False)
            self.state.setText("読み終わりしだい取り込みます。")
            return
        import_work.take_in(self._session, self.imported, self.look, self.form.options)
        super().accept()

    def done(self, result: int) -> None:
        """Stop what is under way; nothing of it stays."""
        self._session.opened.disconnect(self._give_up)
        self._ticket.cancel()
        self.canvas.stop()
        super().done(result)

    def _build(self, rest: int) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self.form)
        scroll.setFixedWidth(_FORM_PX)
        self.title = wrapped(self._path.name, bold=True)
        left = QVBoxLayout()
        left.addWidget(self.title)
        left.addLayout(self._trouble)
        left.addWidget(scroll, 1)
        self.head.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.head.setAccessibleName("表の始め")
        self.head.setMinimumHeight(80)
        self.head.verticalHeader().setDefaultSectionSize(22)
        self.notes.setWordWrap(True)
        self.notes.setSelectionMode(QListWidget.SelectionMode.NoSelection)
        self.notes.setAccessibleName("取り込むときに変わること")
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.setChildrenCollapsible(False)
        self.notes_title = QLabel("取り込むときに変わること・確かめること")
        for widget, title in (
            (self.canvas, None),
            (self.head, QLabel("表の始め")),
            (self.notes, self.notes_title),
        ):
            parts.addWidget(_titled(widget, title))
        parts.setSizes([SIZE[1] - _HEAD_PX - _NOTES_PX, _HEAD_PX, _NOTES_PX])
        middle = QHBoxLayout()
        middle.addLayout(left)
        middle.addWidget(parts, 1)
        column = QVBoxLayout(self)
        column.addLayout(middle, 1)
        column.addLayout(self._feet(rest))

    def _feet(self, rest: int) -> QHBoxLayout:
        box = QDialogButtonBox()
        self.take = box.addButton("取り込む", QDialogButtonBox.ButtonRole.AcceptRole)
        self.take.setDefault(True)
        cancel = box.addButton("中止", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        self.skip = QPushButton("このファイルを飛ばす")
        self.rest = QPushButton(f"残り{rest}個もこのまま取り込む")
        for button, press in ((self.skip, self._skip), (self.rest, self._take_rest)):
            button.setAutoDefault(False)
            button.clicked.connect(press)
            box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.setVisible(rest > 0)  # the box shows what it is given
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.bar.setFixedWidth(160)
        self.bar.setTextVisible(False)
        row = QHBoxLayout()
        row.addWidget(self.bar)
        row.addWidget(self.state, 1)
        row.addWidget(box)
        return row

    def _skip(self) -> None:
        self.skips = True
        self.reject()

    def _give_up(self) -> None:
        """Another plan has been opened: what was read is meant for the one before, in its CRS."""
        self.takes_rest = self.skips = self.is_to_be_placed = self._is_wanted = False
        self.reject()

    def _place(self) -> None:
        self.is_to_be_placed = True
        self.reject()

    def _take_rest(self) -> None:
        """The rest as it is; a file that is refused is left out."""
        self.takes_rest = True
        if self._is_refused:
            self.reject()
        else:
            self.accept()

    # What the helper tells

    def _show_step(self, done: int, total: int, note: str) -> None:
        self.bar.setRange(0, total if done else 0)  # while nothing can be counted it moves
        self.bar.setValue(done)
        if not self._is_wanted:
            self.state.setText(note)

    def _show_seen(self, seen: Glimpse | FileLook) -> None:
        if isinstance(seen, FileLook):
            self.look = seen
            self.title.setText(f"{self._path.name}　{seen.format}")
            self.form.show_look(seen)
            return
        self.scene.add(seen)
        self._fit()

    def _show_imported(self, imported: Imported) -> None:
        self.imported = imported
        self.bar.hide()
        self.scene.show_imported(imported, self._values)
        self._was_fitted = False
        self._fit()
        self.notes.addItems([foreseen(note, self.look) for note in imported.notes])
        self.notes_title.setText(f"取り込むときに変わること・確かめること（{len(imported.notes)}件）")
        placed = self.scene.extent is not None
        self.state.setText("" if placed else "地図に置ける図形がありません。表としては取り込めます。")
        if self._is_wanted:
            self.accept()

    def _show_error(self, error: ChiikiError) -> None:
        self.bar.hide()
        self.state.setText("")
        self._is_wanted = self.takes_rest = False
        self._is_refused = True
        self._show_ground()
        self.take.setEnabled(False)
        is_repairable = isinstance(error, Repairable)
        frame, inside = plate("warning" if is_repairable else "error")
        for text in (error.what, error.why, error.todo):
            inside.addWidget(wrapped(text))
        for proposal in error.proposals if isinstance(error, Repairable) else ():
            inside.addWidget(self._repair_button(proposal))
        if isinstance(error, PlaceMissing):
            button = QPushButton("位置を合わせる...")
            button.clicked.connect(self._place)
            inside.addWidget(button)
        self._trouble.addWidget(frame)

    def _repair_button(self, proposal: Proposal) -> QPushButton:
        button = QPushButton(unmarked(proposal.label))
        button.setToolTip(proposal.why)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self.form.repair(proposal))
        return button

    def _show_ground(self) -> None:
        """The municipality alone: nothing has come, or what has come was refused."""
        self.scene.clear()
        if self.scene.ground is not None:
            self.canvas.fit(self.scene.ground)

    def _fit(self) -> None:
        """Show all that comes in, once; the municipality where nothing of it has a place."""
        extent = self.scene.extent or (self.scene.ground if self.imported is not None else None)
        if extent is not None and not self._was_fitted:
            self._was_fitted = True
            self.canvas.fit(extent)

    def _show_head(self, table: TableLook) -> None:
        self.head.clear()
        self.head.setRowCount(len(table.head))
        self.head.setColumnCount(len(table.columns))
        words = [_heading_of(table, name) for name in table.columns]
        self.head.setHorizontalHeaderLabels(words)
        for row, cells in enumerate(table.head):
            for number, text in enumerate(cells):
                self.head.setItem(row, number, QTableWidgetItem(text))
        self.head.resizeColumnsToContents()
        for number in range(self.head.columnCount()):
            self.head.setColumnWidth(number, min(self.head.columnWidth(number), _WIDEST_PX))


def _heading_of(table: TableLook, name: str) -> str:
    word = table.meanings.get(name, "")
    known = f"{word}（{name}）" if word else name
    return f"{known}{SECRET_MARK}" if name in table.personal else known


def foreseen(note: str, look: FileLook | None) -> str:
    """A note of the import as what will be done; without the name of the only layer, which is in sight."""
    note = note.replace("取り込みました（", "取り込みます（")
    if look is None or len(look.tables) != 1:
        return note
    return note.removeprefix(f"「{look.tables[0].name}」：")


def _titled(widget: QWidget, title: QLabel | None) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    if title is not None:
        column.addWidget(title)
    column.addWidget(widget, 1)
    return whole
