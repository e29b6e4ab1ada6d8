"""What an earlier run left unsaved: offering it, doing it again, throwing it away."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.ui import words
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.session import Session

if TYPE_CHECKING:
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.core.restored import OfJournal, Restored
    from chiiki_gis.io.left_over import LeftOver

log = logging.getLogger(__name__)

SKETCH = "描きかけの図形"


def offer(session: Session) -> None:
    """Tell what was left, if anything, with the words to press. Closing the banner keeps it."""
    left, sketches = session.left_over, session.records.left_sketches
    if not (left or sketches):
        return
    count = sum(len(one.notes) for one in left)
    unread = sum(len(one.records) for one in left) - count
    ends = [(one.when, how_it_ended(one.was_left)) for one in left]
    ends += [(one.when, "に図形を描いている途中で終わりました。") for one in sketches if not left]
    session.tell(
        Notice(
            what_is_left(count, len(sketches)),
            "".join(f"{words.moment(when)}{how}" for when, how in ends) + unread_words(unread),
            "「復元する」で今の計画に加えます。閉じても控えは残り、次に開いたときにもお知らせします。",
            "warning",
            details=(
                *(note for one in left for note in one.notes),
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
    from chiiki_gis.io.journal import glance

    left = glance(journal)
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

    A helper works them out; the plan is told of all of them at once. A sketch goes back into its tool: it is
    not finished by that.
    """
    if session.left_over:
        _ask(session, session.left_over)
    elif session.records.left_sketches:
        _end(session, ())


def _ask(session: Session, left: tuple[LeftOver, ...]) -> None:
    """Have it worked out; anew where the plan was edited meanwhile. After an error it is offered again."""
    asked = session.edits

    def take(done: Restored) -> None:
        if session.left_over is not left:  # restored or thrown away already
            return
        if session.edits != asked:
            _ask(session, left)
            return
        session.left_over = ()
        if done.steps:
            session.take(done)
        if not session.records.is_behind:  # else the kept journal is all that the disk has of them
            _clear(left, done.journals)
        _end(session, done.journals)

    def tell(error: ChiikiError) -> Notice:
        return replace(of_error(error), button="復元する", press=lambda: restore(session))

    session.ask("restore_left", session.snapshot(), left, on_done=take, banner=tell)


def _clear(left: tuple[LeftOver, ...], journals: tuple[OfJournal, ...]) -> None:
    """Take out of the kept journals what the journal of this run holds now."""
    from chiiki_gis.io.journal import keep_only

    try:
        for one, told in zip(left, journals, strict=True):
            keep_only(one, told.refused, told.unread)
    except OSError:
        log.exception("what was restored could not be taken out of the kept journal")


def _end(session: Session, journals: tuple[OfJournal, ...]) -> None:
    """Hand the sketches over, and say what has come back and what has not."""
    sketches, session.records.left_sketches = session.records.left_sketches, ()
    refused = [change for one in journals for change in one.refused]
    done, unread = sum(one.done for one in journals), sum(len(one.unread) for one in journals)
    if sketches:
        session.sketches_left.emit(sketches)
    drawn = f"{SKETCH}を描画の道具に戻しました。" if sketches else ""
    if not refused and not unread:
        what = f"{done} 件の編集を復元しました。" if journals else drawn
        session.tell(Notice(what, drawn if journals else "", level="done"))
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
