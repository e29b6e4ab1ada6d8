"""Edits of an earlier run, worked out by a helper so that the window takes them all at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chiiki_gis.core.change import Change
from chiiki_gis.core.history import KeptChange
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.snapshot import Snapshot


@dataclass(frozen=True)
class DoneStep:
    """One edit that fits the plan.

    inverse    what undoes it
    contents   hashes of the tables that it brings
    """

    change: KeptChange
    inverse: KeptChange
    contents: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfJournal:
    """What became of one journal: how many of its edits fit, those that do not, and what cannot be read."""

    path: Path
    done: int
    refused: tuple[KeptChange, ...]
    unread: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """The edits that fit, one by one for the undo history, and all of them as one change.

    next_fid   the first fids never used after them, by layer
    """

    net: Change
    next_fid: Mapping[LayerId, int]
    steps: tuple[DoneStep, ...]
    journals: tuple[OfJournal, ...]


def net_change(note: str, before: Snapshot, after: Snapshot) -> Change:
    """One change from a plan to what edits in this process have made of it.

    before   its layers are compared by identity: those that no edit touched are the same objects in `after`
    """
    had = {layer.id: layer for layer in before.layers}
    order = tuple(layer.id for layer in after.layers)
    keys = {**before.facts, **after.facts}
    return Change(
        note,
        put_layers=tuple(layer for layer in after.layers if had.get(layer.id) is not layer),
        drop_layers=tuple(layer_id for layer_id in had if layer_id not in order),
        order=order if order != tuple(had) else None,
        facts={key: after.facts.get(key) for key in keys if before.facts.get(key) != after.facts.get(key)},
    )
