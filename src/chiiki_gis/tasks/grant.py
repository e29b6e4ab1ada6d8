"""What the map says of the limit of the 交付金."""

from __future__ import annotations

from chiiki_gis.core.grant import GrantArea
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.plan import row_name


def grant_area(values: Snapshot) -> GrantArea:
    """How far each 拠点施設 (22条2項3号) lies from the prefecture's border or coast.

    Of a layer with several prefectures only the plan's own counts, where its rows have a code.
    Reads the border layer; not for the UI thread.
    """
    from chiiki_gis.analysis.border import distance_to_border

    facilities = values.rows(Role.FACILITY)
    chosen = facilities[(facilities["item"] == 3).fillna(False).astype(bool)]
    border = values.frame(Role.PREFECTURE_BORDER)
    if border is None or border.empty:
        return GrantArea((), False)
    prefectures = {town.code[:2] for town in values.header.municipalities if town.code}
    if "code" in border.columns:
        own = border["code"].map(lambda code: isinstance(code, str) and code[:2] in prefectures).astype(bool)
        border = border[own] if own.any() else border
    found = distance_to_border(chosen, border)
    names = [
        row_name(name, number, fid)
        for name, number, fid in zip(chosen["name"], chosen["number"], chosen.index, strict=True)
    ]
    pairs = ((n, float(metres)) for n, metres in zip(names, found, strict=True) if metres == metres)
    return GrantArea(tuple(dict.fromkeys(pairs)), True)  # a building with several uses has several rows
