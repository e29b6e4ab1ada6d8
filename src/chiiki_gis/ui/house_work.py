"""What the window does with vacant houses: consents and places are recorded, each as one undoable edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import ChiikiError
from chiiki_gis.core.houses import Consent, HouseAddresses, Provision, SupportView
from chiiki_gis.core.jobs import Imported, JobName
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.ui import work
from chiiki_gis.ui.notice import Notice, of_error
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.tool import Point


def record_consent(session: Session, layer: Layer, fids: tuple[Fid, ...], answer: str) -> None:
    """Record the owners' answer for some houses; the table is written anew away from the window."""
    if fids:
        _edit_list(session, "record_consent", layer, fids, cast("Consent", answer))


def match_houses(
    session: Session, layer: Layer, texts: Mapping[Fid, str], told: Callable[[ChiikiError], Notice]
) -> None:
    """Place some houses by these addresses."""
    if texts:
        _edit_list(session, "match_houses", layer, dict(texts), banner=told)


def place_house(session: Session, layer: Layer, fid: Fid, at: Point) -> None:
    """Place one house where the map was clicked."""
    _edit_list(session, "place_house", layer, fid, at)


def look_for_addresses(session: Session, layer: Layer, show: Callable[[HouseAddresses], None]) -> None:
    """Ask which houses of a list wait for a place."""
    session.ask("house_addresses", layer, on_done=show, lane="live")


def _edit_list(
    session: Session,
    job: JobName,
    layer: Layer,
    *args: object,
    banner: Callable[[ChiikiError], Notice] = of_error,
) -> None:
    """One undoable edit of a list of houses, made by a helper; again where the list has changed meanwhile."""

    def take(made: Imported) -> None:
        now = next((one for one in session.document.layers if one.id == layer.id), None)
        if now is None:
            return
        if now.reference.content_hash != layer.reference.content_hash:
            _edit_list(session, job, now, *args, banner=banner)
            return
        (changed,) = made.change.put_layers
        kept = replace(now, frame=changed.frame)
        session.apply(Change(made.change.note, put_layers=(kept,)), made.shapes)
        session.tell(Notice(_done(made.change.note), level="done", button="元に戻す", press=session.undo))

    session.ask(job, layer, *args, on_done=take, banner=banner)


def _done(note: str) -> str:
    """「…を「あり」にする」 → 「…を「あり」として記録しました。」, 「…を決める」 → 「…を決めました。」."""
    if note.endswith("決める"):
        return f"{note.removesuffix('決める')}決めました。"
    return f"{note.removesuffix('にする')}として記録しました。"


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
