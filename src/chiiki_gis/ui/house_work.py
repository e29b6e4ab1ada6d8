"""What the window does with vacant houses: consent is recorded as one undoable edit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.houses import Consent, Provision, SupportView
from chiiki_gis.core.jobs import Imported
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.ui import work
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session


def record_consent(session: Session, layer: Layer, fids: tuple[Fid, ...], answer: str) -> None:
    """Record the owners' answer for some houses; the table is written anew away from the window."""
    if not fids:
        return

    def take(recorded: Imported) -> None:
        now = next((one for one in session.document.layers if one.id == layer.id), None)
        if now is None:
            return
        if now.reference.content_hash != layer.reference.content_hash:
            record_consent(session, now, fids, answer)  # something else was recorded meanwhile
            return
        (changed,) = recorded.change.put_layers
        kept = replace(now, frame=changed.frame)
        session.apply(Change(recorded.change.note, put_layers=(kept,)), recorded.shapes)
        session.tell(
            Notice(
                f"{recorded.change.note.removesuffix('にする')}として記録しました。",
                level="done",
                button="元に戻す",
                press=session.undo,
            )
        )

    session.ask("record_consent", layer, fids, cast("Consent", answer), on_done=take)


def look_for_support(session: Session, show: Callable[[SupportView], None]) -> None:
    """Ask for the houses that a 支援法人 may be told of."""
    session.ask("view_for_support", session.snapshot(), on_done=show, lane="live")


def give_to_support(session: Session, provision: Provision, path: Path) -> None:
    """Write them to a file."""
    session.ask(
        "give_to_support",
        session.snapshot(),
        provision,
        path,
        on_done=lambda written: work.tell_written(session, written, "支援法人に渡す空き家の一覧"),
    )
