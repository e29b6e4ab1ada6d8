"""Sentences of the cards on which areas of the plan hold what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.containment import shares_within
from chiiki_gis.core.role import Role
from chiiki_gis.rules.plan import row_name
from chiiki_gis.ui import words

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.ui.session import Session

_MOST = 4
_WHOLE = 1 - 1e-9
_LEAST_M2 = 1e-6
_WORDS = {Role.PRIORITY_DISTRICT: "重点地区", Role.PROMOTION_AREA: "促進区域"}


def held_by(shape: Any, areas: GeoDataFrame, role: Role) -> str:
    """「重点地区「甲」の内 ✓」, the shares where several hold it, or that none does.

    areas   the areas of the scenario, index fid, same CRS
    """
    word = _WORDS[role]
    if not len(areas):
        return f"{word}がまだありません"
    shares = shares_within(shape, areas)
    whole = [_name(areas, fid) for fid, share in shares.items() if share >= _WHOLE]
    if whole:
        return f"{word}「{'」「'.join(whole[:_MOST])}」の内 ✓"
    if not shares:
        return f"{word}の外 ×"
    parts = "、".join(
        f"「{_name(areas, fid)}」{words.percent(share)}" for fid, share in list(shares.items())[:_MOST]
    )
    outside = float(shape.difference(areas.geometry.union_all()).area)
    if outside < _LEAST_M2:
        return f"{word}{parts}　合わせて内 ✓"
    return f"{word}{parts}　{outside:,.1f} m² はみ出し ×"


def holds(shape: Any, areas: GeoDataFrame, role: Role) -> str:
    """Which areas lie in a shape, with the share of each that does."""
    word = _WORDS[role]
    found = []
    for fid, area in zip(areas.index, areas.geometry, strict=True):
        if area is not None and area.area > 0 and area.intersects(shape):
            share = float(area.intersection(shape).area / area.area)
            if share * area.area >= _LEAST_M2:
                found.append((share, f"「{_name(areas, int(fid))}」{words.percent(min(share, 1.0))}"))
    if not found:
        return f"{word}はありません"
    found.sort(reverse=True)
    more = f"　ほか {len(found) - _MOST} 件" if len(found) > _MOST else ""
    return f"{word}" + "、".join(text for _, text in found[:_MOST]) + more


def buildings_in(session: Session, shape: Any) -> int:
    """How many buildings of the facility layer stand in a shape; several uses of one count once."""
    import shapely

    rows = session.rows(Role.FACILITY)
    shapely.prepare(shape)
    inside = rows[shapely.intersects(shape, rows.geometry.to_numpy())]
    known = inside["building_id"].notna()
    return int((~known).sum()) + int(inside.loc[known, "building_id"].nunique())


def _name(areas: GeoDataFrame, fid: int) -> str:
    return row_name(areas.at[fid, "name"], areas.at[fid, "number"], fid)
