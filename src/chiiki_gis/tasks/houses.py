"""Vacant houses: recording consent, and what is shown and given to a 支援法人."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from chiiki_gis.core.change import Change
from chiiki_gis.core.houses import Consent, Provision, SupportView
from chiiki_gis.core.jobs import Imported, Written
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.store import keep_blob

QUIET = Quiet()


def record_consent(
    layer: Layer, fids: tuple[Fid, ...], answer: Consent, progress: Progress = QUIET
) -> Imported:
    """The layer with another consent in some rows, as one change. Its old table stays, for undo."""
    from chiiki_gis.tasks.window import cached_shapes

    frame = layer.get_frame().copy()
    if "consent" not in frame.columns:
        frame.insert(len(frame.columns) - 1, "consent", "未確認")
    frame.loc[frame.index.isin(fids), "consent"] = answer
    changed = replace(layer, frame=keep_blob(frame))
    note = f"空き家{len(fids):,}件の同意を「{answer}」にする"
    return Imported(Change(note, put_layers=(changed,)), cached_shapes((changed,), progress), ())


def view_for_support(values: Snapshot) -> SupportView:
    """The houses that a 支援法人 may be told of."""
    from chiiki_gis.export.support import support_view

    return support_view(values)


def give_to_support(values: Snapshot, provision: Provision, path: Path) -> Written:
    """Write those houses to a file. Raises BadInput."""
    from chiiki_gis.export.support import write_for_support

    result = write_for_support(values, provision, path)
    return Written(result.files, result.notes)
