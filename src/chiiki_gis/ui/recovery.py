"""What an earlier run left unsaved: offering it, doing it again, throwing it away."""

from __future__ import annotations

import logging
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


def offer(session: Session) -> None:
    """Tell what was left, if anything, with the words to press. Closing the banner keeps it."""
    left = session.left_over
    if not left:
        return
    count = sum(len(one.changes) for one in left)
    session.tell(
        Notice(
            f"保存されていない編集が {count} 件残っています。",
            "".join(f"{words.moment(one.when)}{how_it_ended(one.was_left)}" for one in left),
            "「復元する」で今の計画に加えます。閉じても控えは残り、次に開いたときにもお知らせします。",
            "warning",
            details=tuple(change.note for one in left for change in one.changes),
            button="復元する",
            press=lambda: restore(session),
            other_button="破棄する",
            press_other=session.discard_asked.emit,
        )
    )


def how_it_ended(was_left: bool) -> str:
    """Whether the planner chose not to save, or the program ended by itself."""
    if was_left:
        return "に「保存しない」を選んで閉じました。"
    return "の編集の後、プログラムが途中で終わりました。"


def restore(session: Session) -> None:
    """Do the edits again on top of the plan as it is; each can be undone. What does not fit stays kept."""
    left, session.left_over = session.left_over, ()
    refused: list[Change] = []
    done = 0
    kept: list[LeftOver] = []
    for one in left:
        missed = _restore(session, one)
        done += len(one.changes) - len(missed)
        refused.extend(missed)
        if missed:
            kept.append(one)
    if not refused:
        session.tell(Notice(f"{done} 件の編集を復元しました。", level="done"))
        return
    session.tell(
        Notice(
            f"{done} 件の編集を復元しました。{len(refused)} 件は戻せませんでした。",
            "同じところが、その後に変わっているためです。",
            "「詳細」の編集は、必要ならやり直してください。控えは残してあります。",
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

    left, session.left_over = session.left_over, ()
    for one in left:
        throw_away(one)
    session.tell(Notice("前回の編集の控えを破棄しました。", level="done"))
