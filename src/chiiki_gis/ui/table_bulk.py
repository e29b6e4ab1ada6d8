"""Many cells at once: 選択した行に一括入力, 下へコピー, and why some cells cannot be edited at all."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.edits import set_cells
from chiiki_gis.core.layer import Fid
from chiiki_gis.core.role import Role
from chiiki_gis.core.table import TableColumn
from chiiki_gis.export.privacy import leaving
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.table_copy import why_read_only
from chiiki_gis.ui.table_model import LayerTable, PlanTable
from chiiki_gis.ui.table_words import COMPUTED, from_words, why_refused
from chiiki_gis.ui.theme import RED

_MOST_SAID = 4
_EMPTY = "（空）"


def fill_rows(session: Session, table: PlanTable, column: int, value: object, note: str) -> int:
    """Put one value into a column of the selected rows, as one change; returns how many cells it altered."""
    name = table.columns[column].name
    cells: dict[Fid, Mapping[str, object]] = {
        table.fid(int(row)): {name: value}
        for row in table.marked.nonzero()[0]
        if table.values(int(row))[column] != value
    }
    if cells:
        session.apply(set_cells(session.document, table.layer.id, cells, note))
    return len(cells)


def fill_down(session: Session, table: LayerTable, column: int) -> None:
    """下へコピー: the topmost selected row's cell goes into all selected rows below it."""
    if not isinstance(table, PlanTable) or not table.takes(column):
        session.tell(why_fixed(table, column))
        return
    rows = table.marked.nonzero()[0]
    if len(rows) < 2:
        session.tell(
            Notice(
                "下へコピーする行がありません。",
                "一番上の行の値を、その下の選んだ行に入れる操作です。",
                "元の行と、入れたい行を一緒に選んでください。",
            )
        )
        return
    title = table.columns[column].title
    value = table.values(int(rows[0]))[column]
    count = fill_rows(session, table, column, value, f"「{title}」を{len(rows) - 1}行下へコピー")
    _tell(session, title, count)


def ask_bulk(parent: QWidget, session: Session, table: LayerTable, column: int) -> None:
    """選択した行に一括入力: a dialog for the column and the value."""
    if not isinstance(table, PlanTable) or not table.editable:
        session.tell(why_fixed(table, column))
        return
    if not table.marked.any():
        session.tell(
            Notice("入力する行がありません。", "行が選ばれていません。", "行をクリックして選んでください。")
        )
        return
    dialog = BulkDialog(parent, table, column)
    if dialog.exec():
        chosen, count = dialog.column, int(table.marked.sum())
        title = table.columns[chosen].title
        altered = fill_rows(session, table, chosen, dialog.value, f"「{title}」を{count}行に一括入力")
        _tell(session, title, altered)
    dialog.deleteLater()


class BulkDialog(QDialog):
    """Which column, which value, and what the selected rows hold there now."""

    def __init__(self, parent: QWidget | None, table: PlanTable, column: int) -> None:
        super().__init__(parent)
        self.setWindowTitle("選択した行に一括入力")
        self._table = table
        self.value: object = None
        self.columns = QComboBox()
        for number, one in enumerate(table.columns):
            if table.takes(number):
                self.columns.addItem(one.title, number)
        self.columns.setCurrentIndex(max(self.columns.findData(column), 0))
        self.text, self.choice = QLineEdit(), QComboBox()
        self.text.setPlaceholderText("空のまま入れると、値を消します")
        self.now, self.complaint = wrapped(faint=True), wrapped()
        self.complaint.setStyleSheet(f"color: {RED};")
        self.buttons = QDialogButtonBox()
        self.ok = self.buttons.addButton("入れる", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("列", self.columns)
        form.addRow("入れる値", self.text)
        form.addRow("入れる値", self.choice)
        self._form = form
        whole = QVBoxLayout(self)
        whole.addLayout(form)
        for widget in (self.now, self.complaint, self.buttons):
            whole.addWidget(widget)
        self.columns.currentIndexChanged.connect(lambda _index: self._show_column())
        self._show_column()
        self.setMinimumWidth(380)

    @property
    def column(self) -> int:
        """The column that is chosen."""
        return int(self.columns.currentData())

    def accept(self) -> None:
        """Take the value where it fits; else say why not, and stay."""
        column = self._table.columns[self.column]
        text = self.choice.currentText() if column.words is not None else self.text.text()
        try:
            self.value = from_words(column, text)
        except ValueError:
            self.complaint.setText(f"{why_refused(column, text)}。値を確かめてください。")
            self.complaint.show()
            return
        super().accept()

    def _show_column(self) -> None:
        column = self._table.columns[self.column]
        has_words = column.words is not None
        self.choice.clear()
        self.choice.addItems(["", *(column.words or {}).values()])
        self._form.setRowVisible(self.text, not has_words)
        self._form.setRowVisible(self.choice, has_words)
        self.complaint.hide()
        self.now.setText(_now(self._table, self.column, column))


def _now(table: PlanTable, number: int, column: TableColumn) -> str:
    """What the selected rows hold in a column."""
    rows = [int(row) for row in table.marked.nonzero()[0]]
    held: dict[str, int] = {}
    for row in rows:
        text = str(table.data(table.index(row, number), 0) or "") or _EMPTY
        held[text] = held.get(text, 0) + 1
    said = "、".join(f"{text}（{count}行）" for text, count in list(held.items())[:_MOST_SAID])
    more = " ほか" if len(held) > _MOST_SAID else ""
    return f"選択した {len(rows):,} 行の今の「{column.title}」：{said}{more}"


def why_fixed(table: LayerTable, column: int) -> Notice:
    """Why a cell cannot be edited, and what to do instead."""
    one = table.columns[column]
    what = f"「{one.title}」は、この表では変えられません。"
    if isinstance(table, PlanTable):
        if table.editable and one.name in COMPUTED:
            return Notice(what, "プログラムが決める列です。", "地図か右の欄で変えてください。", "info")
        return why_read_only(table.layer)
    if table.layer.role == Role.VACANT_HOUSE and one.name == "consent":
        return Notice(
            what,
            "同意は記録として残します。",
            "行を選び、右クリックの「選択した空き家の同意を記録」で変えてください。",
            "info",
        )
    is_personal = table.layer.role == Role.VACANT_HOUSE and leaving(table.layer.role, one.name) == "locked"
    why = (
        "個人情報の列で、元の資料のまま保ちます。"
        if is_personal
        else "資料（参照レイヤ）は元のまま保ちます。"
    )
    return Notice(what, why, "元のファイルを直して、「データを追加」で取り込み直してください。", "info")


def _tell(session: Session, title: str, count: int) -> None:
    if not count:
        session.tell(
            Notice("変えるところがありませんでした。", f"「{title}」はもうその値です。", level="done")
        )
        return
    session.tell(
        Notice(f"「{title}」を {count:,} 行変えました。", level="done", button="元に戻す", press=session.undo)
    )
