"""What the law asks of 特定居住重点地区 and 特定居住促進区域 as drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.overlay import area_outside, polygons_of, valid_shapes
from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import holds
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.area_summary import AreaSummary, summarise_areas
from chiiki_gis.rules.evidence import Ground, Reference
from chiiki_gis.rules.plan import LEAST_M2, TOLERANCE_M, finding, row_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_FREE_OF_CONSULTATION = frozenset({"designated_city", "core_city", "special_city"})
"""広活法22条11項; 施行時特例市 by 令和6年法律第31号附則2条."""


def check_areas(snapshot: Snapshot, reference: Reference, ground: Ground) -> Iterator[Finding]:
    """The findings about the drawn areas of the current scenario.

    reference   municipality (the project's own), project CRS; None = no such layer
    ground      the layers that the areas are laid over
    """
    municipality = reference.get(Role.MUNICIPALITY)
    district, area = snapshot.rows(Role.PRIORITY_DISTRICT), snapshot.rows(Role.PROMOTION_AREA)
    if area.empty:
        yield finding("promotion-missing", Role.PROMOTION_AREA)
    if district.empty and len(area):
        yield finding("priority-missing", Role.PRIORITY_DISTRICT)
    for role, rows in ((Role.PRIORITY_DISTRICT, district), (Role.PROMOTION_AREA, area)):
        yield from _shapes(role, rows)
    if len(district):
        yield from _outside(
            "promotion-outside-priority", Role.PROMOTION_AREA, area, district, "重点地区で切り取る"
        )
    if municipality is not None and len(municipality):
        yield from _outside(
            "promotion-outside-municipality",
            Role.PROMOTION_AREA,
            area,
            municipality,
            "市町村の区域で切り取る",
        )
        yield from _outside(
            "priority-outside-municipality",
            Role.PRIORITY_DISTRICT,
            district,
            municipality,
            "市町村の区域で切り取る",
        )
    if len(area) or len(district):
        yield from _municipalities(snapshot, municipality)
    yield from _overlaps(area)
    if len(area):
        yield from _contents(snapshot, summarise_areas(area, ground, snapshot.facts))


def _name(rows: GeoDataFrame, fid: int) -> str:
    return row_name(rows.at[fid, "name"], rows.at[fid, "number"], fid)


def _put(role: Role, rows: GeoDataFrame, fid: int, shape: Any, note: str) -> Change:
    changed = rows.loc[[fid]].copy()
    changed = changed.set_geometry([shape], crs=rows.crs)
    return Change(note=note, put={plan_layer_id(role): changed})


def _shapes(role: Role, rows: GeoDataFrame) -> Iterator[Finding]:
    """Rows without an area, and rows whose polygon crosses itself."""
    import shapely

    for fid, shape in rows.geometry.items():
        if shape is None or shape.is_empty or shape.area == 0:
            mended = polygons_of(shapely.make_valid(shape)) if shape is not None else None
            if mended is None or mended.is_empty:
                yield finding("area-without-shape", role, [fid], layer=role.japanese, name=_name(rows, fid))
                continue
        if shapely.is_valid(shape):
            continue
        mended = polygons_of(shapely.make_valid(shape))
        note = f"{role.japanese}「{_name(rows, fid)}」の形を直す"
        yield finding(
            "area-invalid",
            role,
            [fid],
            fix=_put(role, rows, fid, mended, note),
            fix_label="形を直す",
            layer=role.japanese,
            name=_name(rows, fid),
        )


def _outside(
    rule: str, role: Role, rows: GeoDataFrame, container: GeoDataFrame, fix_label: str
) -> Iterator[Finding]:
    """Rows that reach beyond a container, with the change that clips them to it."""
    import shapely

    if rows.empty:
        return
    outside = area_outside(rows, container, TOLERANCE_M)
    for fid, area_m2 in outside["area_outside_m2"].items():
        if area_m2 <= LEAST_M2:
            continue
        name = _name(rows, fid)
        near = container.geometry.iloc[container.sindex.query(rows.geometry.loc[fid])]
        whole = shapely.union_all(valid_shapes(near))
        kept = polygons_of(shapely.intersection(shapely.make_valid(rows.geometry.loc[fid]), whole))
        fix = None if kept.is_empty else _put(role, rows, fid, kept, f"「{name}」を{fix_label}")
        yield finding(
            rule,
            role,
            [fid],
            fix=fix,
            fix_label=fix_label,
            name=name,
            area=f"{area_m2:,.0f}",
            tolerance=f"{TOLERANCE_M:g}",
            least=f"{LEAST_M2:g}",
        )


def _overlaps(area: GeoDataFrame) -> Iterator[Finding]:
    """Pairs of promotion areas that share land; the later one gives way."""
    import shapely

    drawn = zip(area.index, valid_shapes(area.geometry), strict=True)
    shapes = {fid: shape for fid, shape in drawn if shape is not None}
    fids = list(shapes)
    for place, first in enumerate(fids):
        for second in fids[place + 1 :]:
            common = shapely.intersection(shapes[first], shapes[second])
            if common.area <= LEAST_M2:
                continue
            kept = polygons_of(shapely.difference(shapes[second], shapes[first]))
            note = f"「{_name(area, second)}」から重なりを除く"
            fix = None if kept.is_empty else _put(Role.PROMOTION_AREA, area, second, kept, note)
            yield finding(
                "promotion-overlap",
                Role.PROMOTION_AREA,
                [first, second],
                fix=fix,
                fix_label="重なりを除く",
                name=_name(area, first),
                other=_name(area, second),
                area=f"{common.area:,.0f}",
            )


def _municipalities(snapshot: Snapshot, frame: GeoDataFrame | None) -> Iterator[Finding]:
    """Municipalities of the plan whose border is not there: containment in them has not been looked at."""
    codes = set() if frame is None or "code" not in frame.columns else set(frame["code"].dropna())
    missing = [
        one.name
        for one in snapshot.header.municipalities
        if frame is None or frame.empty or (codes and not any(code.startswith(one.code) for code in codes))
    ]
    if missing:
        yield finding("municipality-missing", None, names="・".join(f"「{name}」" for name in missing))


def _contents(snapshot: Snapshot, summaries: Sequence[AreaSummary]) -> Iterator[Finding]:
    """What the promotion areas include that somebody has to be asked about."""
    towns = snapshot.header.municipalities
    is_exempt = len(towns) == 1 and snapshot.facts.get("profile") in _FREE_OF_CONSULTATION
    controlled = [one for one in summaries if (one.controlled_m2 or 0.0) > 0]
    total = sum(one.controlled_m2 or 0.0 for one in controlled)
    if total > LEAST_M2 and not is_exempt:
        several = "共同で作成する計画では、市町村ごとに要否を確かめてください。" if len(towns) > 1 else ""
        fids = [one.fid for one in controlled]
        yield finding(
            "promotion-controlled-area", Role.PROMOTION_AREA, fids, area=f"{total:,.0f}", joint=several
        )
    yield from _included("promotion-hazard", summaries, [one.hazards for one in summaries])
    yield from _included("promotion-farmland", summaries, [one.farmland for one in summaries])
    yield from _included("promotion-protected-area", summaries, [one.protected for one in summaries])
    outside = [one for one in summaries if one.planned_m2 is not None and one.area_m2 > one.planned_m2]
    beyond = sum(one.area_m2 - (one.planned_m2 or 0.0) for one in outside)
    if beyond > LEAST_M2 and holds(snapshot.facts.get("urban_planning_area_covers_municipality")):
        fids = [one.fid for one in outside]
        yield finding("promotion-outside-planning", Role.PROMOTION_AREA, fids, area=f"{beyond:,.0f}")
    if len(towns) > 1 and any(one.municipalities for one in summaries):
        yield _joint(snapshot, summaries)


def _included(
    rule: str, summaries: Sequence[AreaSummary], parts: Sequence[Mapping[str, float] | None]
) -> Iterator[Finding]:
    total = sum(sum((part or {}).values()) for part in parts)
    if total > LEAST_M2:
        fids = [one.fid for one, part in zip(summaries, parts, strict=True) if part]
        names = "・".join(dict.fromkeys(name for part in parts for name in part or {}))
        yield finding(rule, Role.PROMOTION_AREA, fids, names=names, area=f"{total:,.0f}")


def _joint(snapshot: Snapshot, summaries: Sequence[AreaSummary]) -> Finding:
    """Who has how much of a joint plan."""
    held = dict.fromkeys((one.name for one in snapshot.header.municipalities), 0.0)
    for summary in summaries:
        for name, m2 in (summary.municipalities or {}).items():
            held[name] = held.get(name, 0.0) + m2
    parts = "、".join(f"{name} {m2 / 10_000:,.2f}ha" for name, m2 in held.items())
    return finding("joint-plan", Role.PROMOTION_AREA, [one.fid for one in summaries], parts=parts)
