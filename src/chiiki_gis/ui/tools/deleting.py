"""Deleting what is selected: without a question, with a word on it and a way back."""

from __future__ import annotations

from chiiki_gis.core.edits import delete_features
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.session import Session


def delete_and_tell(session: Session, layer_id: LayerId, fids: tuple[Fid, ...]) -> None:
    """Delete rows of a plan layer as one edit; the banner names them and takes it back."""
    session.apply(delete_features(session.document, layer_id, fids))
    tell_deleted(session)


def tell_deleted(session: Session) -> None:
    """The banner of the deletion that was the last edit."""
    what = session.history.undo_notes[-1]
    session.tell(Notice(f"{what}しました。", level="done", button="元に戻す", press=session.undo))
