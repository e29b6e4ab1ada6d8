"""Vacant houses: recording consent, and what is shown and given to a 支援法人."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.houses import Consent, Provision, SupportView
from chiiki_gis.core.jobs import Imported, Written
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.store import keep_blob

QUIET = Quiet()


def perform(
    job: str, args: tuple[Any, ...], warm: Callable[[object], Snapshot], progress: Progress
) -> object:
    """One of the jobs of core.jobs.JobName about vacant houses.

    warm   the snapshot with its frames from memory where they are
    """
    match job, args:
        case "record_consent", (layer, fids, answer):
            return record_consent(cast("Layer", layer), fids, cast("Consent", answer), progress)
        case "view_for_support", (values,):
            return view_for_support(warm(values))
        case "give_to_support", (values, provision, path):
            return give_to_support(warm(values), cast("Provision", provision), cast("Path", path))
    raise ValueError(f"no job {job} with {len(args)} arguments")


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
