"""What an earlier run left unsaved: offering it, doing it again, throwing it away."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.document import Document
from chiiki_gis.core.replay import replay
from chiiki_gis.ui import words
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.core.change import Change
    from chiiki_gis.io.journal import LeftOver

log = logging.getLogger(__name__)

SKETCH = "描きかけの図形"


def offer(session: Session) -> None:
    """Tell what was left, if anything, with the words to press. Closing the banner keeps it."""
    left, sketches = session.left_over, session.records.left_sketches
    if not (left or sketches):
        return
    count = sum(len(one.changes) for one in left)
    unread = sum(len(one.unread) for one in left)
    ends = [(one.when, how_it_ended(one.was_left)) for one in left]
    ends += [(one.when, "に図形を描いている途中で終わりました。") for one in sketches if not left]
    session.tell(
        Notice(
            what_is_left(count, len(sketches)),
            "".join(f"{words.moment(when)}{how}" for when, how in ends) + unread_words(unread),
            "「復元する」で今の計画に加えます。閉じても控えは残り、次に開いたときにもお知らせします。",
            "warning",
            details=(
                *(change.note for one in left for change in one.changes),
                *(f"{SKETCH}（頂点 {len(one.sketch.vertices)} 個）" for one in sketches),
            ),
            button="復元する",
            press=lambda: restore(session),
            other_button="破棄する",
            press_other=session.discard_asked.emit,
            picture=partial(session.left_picture, left[-1].path) if left else None,
        )
    )


def take_up(session: Session, journal: Path) -> None:
    """Have the edits of a journal offered whose project file is gone: it lies under the name of that file."""
    from chiiki_gis.io.journal import read_left_over

    left = read_left_over(journal)
    if left is not None and journal not in [one.path for one in session.left_over]:
        session.left_over = (*session.left_over, left)


def what_is_left(count: int, sketches: int) -> str:
    """How many edits, and whether something was being drawn."""
    if not count:
        return f"{SKETCH}が残っています。" if sketches else "読めない編集の控えが残っています。"
    return f"保存されていない編集が {count} 件{f'と、{SKETCH}が' if sketches else ''}残っています。"


def unread_words(unread: int) -> str:
    """What to say of records that cannot be read."""
    return f"ほかに、読めない記録が {unread} 件あります。" if unread else ""


def how_it_ended(was_left: bool) -> str:
    """Whether the planner chose not to save, or the program ended by itself."""
    if was_left:
        return "に「保存しない」を選んで閉じました。"
    return "の編集の後、プログラムが途中で終わりました。"


def restore(session: Session) -> None:
    """Do the edits again on top of the plan as it is; each can be undone. What does not fit stays kept.

    A sketch goes back into its tool: it is not finished by that.
    """
    left, session.left_over = session.left_over, ()
    sketches, session.records.left_sketches = session.records.left_sketches, ()
    refused: list[Change] = []
    done = unread = 0
    for one in left:
        missed = _restore(session, one)
        done += len(one.changes) - len(missed)
        refused.extend(missed)
        unread += len(one.unread)
    if sketches:
        session.sketches_left.emit(sketches)
    drawn = f"{SKETCH}を描画の道具に戻しました。" if sketches else ""
    if not refused and not unread:
        what = f"{done} 件の編集を復元しました。" if left else drawn
        session.tell(Notice(what, drawn if left else "", level="done"))
        return
    missing = f"{len(refused)} 件は戻せませんでした。" if refused else f"{unread} 件は読めませんでした。"
    session.tell(
        Notice(
            f"{done} 件の編集を復元しました。{missing}",
            ("同じところが、その後に変わっているためです。" if refused else "")
            + (f"読めない記録が {unread} 件ありました。" if unread and refused else "")
            + ("記録が壊れているか、別の版のプログラムのものです。" if unread else "")
            + drawn,
            "「詳細」の編集は、必要ならやり直してください。控えは残してあります。"
            if refused
            else "いまの計画を確かめてください。控えは残してあります。",
            "warning",
            details=tuple(change.note for change in refused),
        )
    )


def _restore(session: Session, left: LeftOver) -> tuple[Change, ...]:
    from chiiki_gis.io.journal import keep_only

    base = left.base
    before = Document(base.header, base.layers, base.facts, base.next_fid)
    refused = replay(left.changes, before, session.document, session.apply)
    try:
        keep_only(left, refused)
    except OSError:
        log.exception("what was restored could not be taken out of the kept journal")
    return refused


def discard(session: Session) -> None:
    """Throw away what was left. It cannot be undone: ask first."""
    from chiiki_gis.io.journal import throw_away
    from chiiki_gis.io.sketch_file import forget_sketch

    left, session.left_over = session.left_over, ()
    sketches, session.records.left_sketches = session.records.left_sketches, ()
    for one in left:
        throw_away(one)
    for sketch in sketches:
        forget_sketch(sketch.path)
    session.tell(Notice("前回の編集の控えを破棄しました。", level="done"))
