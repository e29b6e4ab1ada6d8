"""The attribute table and the clipboard: rows go out safely, blocks of cells come in as one change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from chiiki_gis.core.edits import set_cells
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.table import CopiedRows, TableOut
from chiiki_gis.export.cells import inert, read_block
from chiiki_gis.export.tables import copied_rows
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.table_model import LayerTable, PlanTable
from chiiki_gis.ui.table_words import from_words, why_refused

AT_ONCE = 100
"""Rows of a reference layer that are read in the window; more are read by a helper process."""
MOST_COPIED = 100_000
_NAMED = 30


def copy_rows(session: Session, table: LayerTable) -> None:
    """Put the selected rows on the clipboard, with their header."""
    fids = table.fids[table.marked]
    if not len(fids):
        session.tell(
            Notice("コピーする行がありません。", "行が選ばれていません。", "行をクリックして選んでください。")
        )
        return
    if len(fids) > MOST_COPIED:
        session.tell(
            Notice(
                f"{len(fids):,} 行はコピーできません。",
                f"一度にコピーできるのは {MOST_COPIED:,} 行までです。",
                "「書き出し」で Excel か CSV のファイルにしてください。",
                "warning",
            )
        )
        return
    out = TableOut(table.columns, fids)
    if table.layer.is_plan or (len(fids) <= AT_ONCE and "personal" not in table.layer.columns):
        _take_copy(session, copied_rows(table.layer, out))
    else:
        session.workers.submit(
            "copy_rows",
            table.layer,
            out,
            replaces="copy_rows",
            on_done=lambda copied: _take_copy(session, copied),
            on_error=session.tell_error,
        )


def paste(session: Session, table: LayerTable, row: int | None, column: int) -> None:
    """Put the block of cells on the clipboard into the table, from this cell on; one change.

    A block that begins with the table's own titles goes into the columns of these titles. One single cell
    fills that column of all selected rows. Cells that do not fit are left as they are, and named.
    """
    if not isinstance(table, PlanTable) or not table.editable:
        session.tell(why_read_only(table.layer))
        return
    if row is None:
        session.tell(
            Notice(
                "貼り付けられませんでした。",
                "場所が選ばれていません。",
                "左上になるセルをクリックしてください。",
            )
        )
        return
    try:
        block = read_block(QApplication.clipboard().text())
    except BadInput as error:
        session.tell_error(error)
        return
    if not block:
        session.tell(
            Notice(
                "貼り付けられませんでした。",
                "クリップボードに文字がありません。",
                "Excel でセルをコピーしてから、もう一度貼り付けてください。",
            )
        )
        return
    titles = {c.title: n for n, c in enumerate(table.columns)}
    if len(block) > 1 and all(cell in titles for cell in block[0]):
        places, block = [titles[cell] for cell in block[0]], block[1:]
    else:
        places = list(range(column, column + max((len(line) for line in block), default=0)))
    rows = list(range(row, table.rowCount()))
    if len(block) == 1 and len(block[0]) == 1 and int(table.marked.sum()) > 1:
        rows = [int(r) for r in table.marked.nonzero()[0]]
        block = block * len(rows)
    cells, refused = _typed(table, block, rows, places)
    count = sum(len(values) for values in cells.values())
    if cells:
        session.apply(set_cells(session.document, table.layer.id, cells, f"{count} 個のセルを貼り付け"))
    _tell_pasted(session, count, refused)


def _typed(
    table: PlanTable, block: Sequence[Sequence[str]], rows: Sequence[int], places: Sequence[int]
) -> tuple[dict[Fid, dict[str, object]], list[str]]:
    """What to store per feature, and what is refused, in words."""
    cells: dict[Fid, dict[str, object]] = {}
    refused: list[str] = []
    for number, line in enumerate(block):
        if number >= len(rows):
            refused.append(f"{number + 1} 行目から後：表の行が足りません（{len(block) - number} 行）")
            break
        fid, before = table.fid(rows[number]), table.values(rows[number])
        for text in line[len(places) :]:
            refused.append(f"番号 {fid}：見出しのない列です（「{text}」）")
        for place, text in zip(places, line, strict=False):
            if place >= len(table.columns):
                refused.append(f"番号 {fid}：表の右にはみ出しています（「{text}」）")
                continue
            column = table.columns[place]
            try:
                if not table.takes(place):
                    raise ValueError(text)
                value = from_words(column, _without_guard(text))
            except ValueError:
                if not _is_same(table, rows[number], place, text):
                    refused.append(f"番号 {fid} の「{column.title}」：{why_refused(column, text)}")
                continue
            if value != before[place]:
                cells.setdefault(fid, {})[column.name] = value
    return cells, refused


def _is_same(table: PlanTable, row: int, column: int, text: str) -> bool:
    """A cell that comes back as it went out is no mistake."""
    return text.strip() == str(table.data(table.index(row, column), 0) or "")


def _without_guard(text: str) -> str:
    """The text without the sign that `export.cells.inert` has put before it."""
    return text[1:] if text.startswith("'") and inert(text[1:]) == text else text


def _take_copy(session: Session, copied: CopiedRows) -> None:
    if copied.count:
        data = QMimeData()
        data.setText(copied.text)
        data.setHtml(copied.html)
        QApplication.clipboard().setMimeData(data)
        what = f"{copied.count:,} 行をコピーしました。"
        session.tell(Notice(what, "".join(copied.notes), level="warning" if copied.notes else "done"))
    else:
        session.tell(Notice("コピーできる内容がありません。", "".join(copied.notes), level="warning"))


def why_read_only(layer: Layer) -> Notice:
    """Why nothing of a table can be edited."""
    what = f"「{layer.name}」の表は変えられません。"
    if layer.is_locked:
        return Notice(
            what,
            "このレイヤに鍵がかかっています。",
            "「レイヤ」の鍵のしるしをクリックして外してください。",
            "warning",
        )
    why = "この表は計算の結果です。" if layer.is_plan else "参照レイヤの内容は変えられません。"
    return Notice(what, why, "計画のレイヤ（区域・施設・敷地）の表を選んでください。")


def _tell_pasted(session: Session, count: int, refused: Sequence[str]) -> None:
    if not refused:
        what = f"{count} 個のセルを貼り付けました。" if count else "貼り付けた内容は、表と同じでした。"
        undo = session.undo if count else None
        session.tell(Notice(what, level="done", button="元に戻す" if count else "", press=undo))
        return
    more = (f"ほかに {len(refused) - _NAMED} 個あります。",) if len(refused) > _NAMED else ()
    session.tell(
        Notice(
            f"{count} 個のセルを貼り付けました。" if count else "貼り付けられませんでした。",
            f"{len(refused)} か所は表に合わないため、そのままにしました。{refused[0]}。",
            "内容を確かめて、貼り付け直してください。",
            "warning",
            (*refused[:_NAMED], *more),
            button="元に戻す" if count else "",
            press=session.undo if count else None,
        )
    )
