"""What a file is, as it is shown before it is taken in. Plain values that can be pickled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chiiki_gis.core.role import Role

HIDDEN = "●●●"
"""What stands in place of a cell that tells of a person."""
PLACING = {
    "lat": "緯度",
    "lon": "経度",
    "x": "X（北）",
    "y": "Y（東）",
    "address": "所在地",
    "consent": "本人の同意",
}
"""The parts that a column of a list may play, and their words."""


@dataclass(frozen=True)
class TableLook:
    """One layer of a file.

    evidence    why it is taken for its role; empty where it is merely shown
    placing     part of PLACING → column, for lists (CSV, Excel); None for what has shapes
    head        the first rows as texts by `columns`; HIDDEN in the personal ones
    meanings    column → what it means, for columns of published data sets
    """

    name: str
    role: Role
    title: str
    edition: str
    licence: str
    evidence: str
    features: int
    geometry: str
    encoding: str | None
    encoding_evidence: str
    epsg: int | None
    crs_evidence: str
    columns: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    head: tuple[tuple[str, ...], ...] = ()
    meanings: Mapping[str, str] = field(default_factory=dict)
    placing: Mapping[str, str] | None = None


@dataclass(frozen=True)
class FileLook:
    """What a file holds.

    format      its Japanese name
    addresses   the files that say where towns and blocks are, among them
    """

    format: str
    tables: tuple[TableLook, ...]
    addresses: tuple[Path, ...] = ()
