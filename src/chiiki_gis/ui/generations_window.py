"""世代: the plan at its last saves; what is different now, and a save as a new file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.differences import Difference
from chiiki_gis.core.jobs import Glimpse, Saved
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import COLUMNS, PLAN_ROLES
from chiiki_gis.io.generations import Generation, generations
from chiiki_gis.ui import words
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session

ABOUT = (
    "保存するたびに、そのときの計画がこのパソコンに残ります（新しい方から20回分、全体で5 GBまで）。"
    "世代からの復元は、いつも新しいファイルになります。いまの計画は変わりません。"
)
HOW_WORDS = {"added": "追加", "changed": "変更", "removed": "削除"}
_OWN_WORDS = {"geometry": "形", "style": "見た目・鍵"}
_MOST_SHOWN = 1_000


class GenerationsWindow(QWidget):
    """A window of its own: the list on the left, what has changed since on the right."""

    def __init__(self, parent: QWidget, session: Session, zoom: Callable[[LayerId, Fid], object]) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("世代 – 地域GIS")
        self.resize(900, 520)
        self._session, self._zoom = session, zoom
        self._generations: tuple[Generation, ...] = ()
        self._differences: tuple[Difference, ...] = ()
        self.list = _table(("保存した日時", "編集", "内容"))
        self.list.setAccessibleName("世代の一覧")
        self.list.itemSelectionChanged.connect(self._choose)
        self.says = wrapped(bold=True)
        self.table = _table(("レイヤ", "名称", "違い", "変わったところ"))
        self.table.setAccessibleName("いまの計画との違い")
        self.table.itemActivated.connect(lambda item: self._show_on_map(item.row()))
        self.table.itemClicked.connect(lambda item: self._show_on_map(item.row()))
        self.over = QCheckBox("この世代の図形を地図に重ねる（灰色）")
        self.over.toggled.connect(self._lay_over)
        self.button = QPushButton("新しいファイルとして復元...")
        self.button.clicked.connect(self.restore)
        self._arrange()
        QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close)
        session.opened.connect(self._begin)
        session.saved_state.connect(lambda _text: self._follow())
        session.generation_kept.connect(self._follow)
        self.refresh()

    def refresh(self) -> None:
        """List the generations anew and compare the one that is chosen."""
        session = self._session
        self._generations = generations(session.document.header.uuid) if session.is_open else ()
        chosen = self.chosen
        rows = []
        for one in self._generations:
            when = f"{one.when.year}年{words.moment(one.when)}"
            rows.append((when, f"{one.count} 件", _summary(one.notes)))
        _fill(self.list, rows)
        if rows:
            known = [g.path for g in self._generations]
            self.list.selectRow(known.index(chosen.path) if chosen and chosen.path in known else 0)
        else:
            self.says.setText("世代はまだありません。保存すると残ります。")
        self._choose()

    @property
    def chosen(self) -> Generation | None:
        """The generation that is marked in the list."""
        row = self.list.currentRow()
        return self._generations[row] if 0 <= row < len(self._generations) else None

    def restore(self) -> None:
        """新しいファイルとして復元: ask for a name, never over a file."""
        chosen = self.chosen
        if chosen is None:
            return
        name = f"{chosen.title}_{chosen.when:%Y-%m-%d_%H%M}の世代.gpkg"
        suggested = chosen.project.parent / name if chosen.project.parent.is_dir() else name
        path = Files(self).save(
            "新しいファイルとして復元", "地域GISのプロジェクト (*.gpkg)", suggested, "gpkg"
        )
        if path is not None:
            self._session.ask("restore_generation", chosen.path, path, on_done=self._tell_restored)

    def _tell_restored(self, saved: Saved) -> None:
        self._session.tell(
            Notice(
                f"世代を「{saved.path.name}」に復元しました。",
                "いま開いている計画は変わっていません。",
                "中を見るには、「開く」でこのファイルを選んでください。",
                "done",
            )
        )

    def _choose(self) -> None:
        chosen = self.chosen
        self.button.setEnabled(chosen is not None)
        self.over.setEnabled(chosen is not None)
        self._differences = ()
        self.table.setRowCount(0)
        if chosen is None or not self.isVisible():
            return
        self.says.setText("調べています…")
        self._session.workers.submit(
            "compare_generation",
            chosen.path,
            self._session.snapshot(),
            replaces="compare_generation",
            on_done=lambda found: self._take(chosen, found),
            on_error=self._session.tell_error,
        )
        self._lay_over(self.over.isChecked())

    def _take(self, chosen: Generation, found: Sequence[Difference]) -> None:
        if self.chosen is None or self.chosen.path != chosen.path:
            return
        self._differences = tuple(found[:_MOST_SHOWN])
        names = {layer.id: layer.name for layer in self._session.document.layers}
        counts = [f"{word} {sum(one.how == how for one in found)} 件" for how, word in HOW_WORDS.items()]
        more = f"　はじめの {_MOST_SHOWN} 件を示します。" if len(found) > _MOST_SHOWN else ""
        told = f"この世代からいままでの違い：{'・'.join(counts)}{more}"
        self.says.setText(told if found else "この世代といまの計画に違いはありません。")
        _fill(self.table, [_row(one, names) for one in self._differences])

    def _show_on_map(self, row: int) -> None:
        """Pick and show the feature of a row, where the plan still has it."""
        one = self._differences[row]
        if one.layer is not None and one.fid is not None and one.how != "removed":
            self._zoom(one.layer, one.fid)

    def _lay_over(self, wanted: bool) -> None:
        chosen = self.chosen
        if not wanted or chosen is None:
            self._session.lay_over(())
            return

        def take(seen: tuple[Glimpse, ...]) -> None:
            if self.over.isChecked() and self.isVisible() and self.chosen == chosen:
                self._session.lay_over(seen)

        self._session.workers.submit("see_generation", chosen.path, replaces="see_generation", on_done=take)

    def _begin(self) -> None:
        """Another plan is open."""
        self.over.setChecked(False)
        self._follow()

    def _follow(self) -> None:
        if self.isVisible():
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was saved while the window was closed."""
        super().showEvent(event)
        self.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing stays on the map."""
        self.over.setChecked(False)
        super().closeEvent(event)

    def _arrange(self) -> None:
        sides = QSplitter(Qt.Orientation.Horizontal)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.says)
        beside.addWidget(self.table, 1)
        sides.addWidget(self.list)
        sides.addWidget(right)
        sides.setSizes([380, 520])
        feet = QHBoxLayout()
        feet.addWidget(self.over)
        feet.addStretch(1)
        feet.addWidget(self.button)
        column = QVBoxLayout(self)
        column.addWidget(wrapped(ABOUT, faint=True))
        column.addWidget(sides, 1)
        column.addLayout(feet)


def _table(headings: Sequence[str]) -> QTableWidget:
    table = QTableWidget(0, len(headings))
    table.setHorizontalHeaderLabels(list(headings))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    table.horizontalHeader().setStretchLastSection(True)
    return table


def _fill(table: QTableWidget, rows: Sequence[Sequence[str]]) -> None:
    table.blockSignals(True)
    table.setRowCount(len(rows))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.setItem(row, column, QTableWidgetItem(text))
    table.resizeColumnsToContents()
    table.blockSignals(False)


def _summary(notes: Sequence[str]) -> str:
    """The notes of a save in a line, the same ones counted."""
    counts: dict[str, int] = {}
    for note in notes:
        counts[note] = counts.get(note, 0) + 1
    return "、".join(note if n == 1 else f"{note}（{n}回）" for note, n in counts.items())


def _row(one: Difference, names: dict[LayerId, str]) -> tuple[str, str, str, str]:
    is_fact = one.layer is None
    layer = "計画の事実と手続" if is_fact else names.get(one.layer or LayerId(""), one.name)
    columns = "、".join(_column_word(one.layer, column) for column in one.columns)
    if one.fid is None and not is_fact:
        what = "中身" if one.how == "changed" else ""
        return layer, "（レイヤ全体）", HOW_WORDS[one.how], columns or what
    return layer, one.name, HOW_WORDS[one.how], columns


def _column_word(layer: LayerId | None, column: str) -> str:
    if column in _OWN_WORDS:
        return _OWN_WORDS[column]
    names = {c.name: c.japanese for role in PLAN_ROLES if role.value == layer for c in COLUMNS[role]}
    return names.get(column, column)
