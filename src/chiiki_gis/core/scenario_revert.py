"""One feature of a scenario (案) made as another scenario has it: the item-wise way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import delete_features
from chiiki_gis.core.layer import Fid, plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import label_of

if TYPE_CHECKING:
    from chiiki_gis.core.document import Document

_KEPT = ("scenario", "building_id", "site_fid")
"""What a feature keeps of its own scenario."""


def revert(
    document: Document, role: Role, base_fid: int | None, fid: int | None, base: str, scenario: str
) -> Change:
    """Make a feature of `scenario` as `base` has it; one Change.

    base_fid, fid  the same feature in both; None where it is missing: then it is brought or deleted
    A facility that is brought is a building of its own and has no site, since its site is the other's.
    Raises KeyError for a feature that is gone, ValueError where both are None.
    """
    import pandas

    layer = document.layer(plan_layer_id(role))
    note = f"{role.japanese}を{label_of(base)}に合わせる"
    if base_fid is None:
        if fid is None:
            raise ValueError("no feature is named")
        return replace(delete_features(document, layer.id, (Fid(fid),)), note=note)
    row = layer.rows.loc[[base_fid]].copy()
    target = document.next_fid(layer.id) if fid is None else Fid(fid)
    row.index = pandas.Index([target], dtype="int64", name=row.index.name)
    own = None if fid is None else layer.rows.loc[fid]
    fresh = {"scenario": scenario, "building_id": f"b{target}", "site_fid": None}
    for column in _KEPT:
        if column in row.columns:
            value = fresh[column] if own is None else own[column]
            row[column] = pandas.Series([value], index=row.index, dtype=layer.rows[column].dtype)
    return Change(note, put={layer.id: row})
