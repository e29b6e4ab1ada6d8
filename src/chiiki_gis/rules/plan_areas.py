"""What the law asks of 特定居住重点地区 and 特定居住促進区域 as drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.overlay import area_outside, polygons_of, valid_shapes
from chiiki_gis.core.change import Change
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.evidence import CONTROLLED, Reference, division_of
from chiiki_gis.rules.hazards import dangerous
from chiiki_gis.rules.plan import LEAST_M2, TOLERANCE_M, finding, row_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_FREE_OF_CONSULTATION = frozenset({"designated_city", "core_city", "special_city"})
"""広活法22条11項; 施行時特例市 by 令和6年法律第31号附則2条."""


def check_areas(snapshot: Snapshot, reference: Reference) -> Iterator[Finding]:
    """The findings about the drawn areas of the current scenario.

    reference   municipality (the project's own), area_division and hazard, project CRS; None = no such layer
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
    yield from _overlaps(area)
    yield from _controlled(snapshot, area, reference)
    yield from _hazards(area, reference.get(Role.HAZARD))


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

    shapes = dict(zip(area.index, valid_shapes(area.geometry), strict=True))
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


def _controlled(snapshot: Snapshot, area: GeoDataFrame, reference: Reference) -> Iterator[Finding]:
    if area.empty or snapshot.facts.get("profile") in _FREE_OF_CONSULTATION:
        return
    division = division_of(reference)
    if division is None:
        return
    common, fids = _common(area, division[division["name"] == CONTROLLED])
    if common > LEAST_M2:
        yield finding("promotion-controlled-area", Role.PROMOTION_AREA, fids, area=f"{common:,.0f}")


def _hazards(area: GeoDataFrame, frame: GeoDataFrame | None) -> Iterator[Finding]:
    if area.empty or frame is None:
        return
    risky = dangerous(frame)
    common, fids = _common(area, risky)
    if common > LEAST_M2:
        touching = risky.iloc[_touching(area, risky)]
        yield finding(
            "promotion-hazard",
            Role.PROMOTION_AREA,
            fids,
            hazards="・".join(dict.fromkeys(touching["hazard"])),
            area=f"{common:,.0f}",
        )


def _touching(area: GeoDataFrame, other: GeoDataFrame) -> list[int]:
    import numpy

    _, hits = other.sindex.query(valid_shapes(area.geometry), predicate="intersects")
    return [int(hit) for hit in numpy.unique(hits)]


def _common(area: GeoDataFrame, other: GeoDataFrame) -> tuple[float, list[int]]:
    """The area (m²) that the plan's areas share with the other polygons, and the rows that do."""
    import shapely

    if other.empty:
        return 0.0, []
    shapes = valid_shapes(area.geometry)
    hits = other.sindex.query(shapes)[1]
    if len(hits) == 0:
        return 0.0, []
    whole = shapely.union_all(valid_shapes(other.geometry.iloc[sorted(set(hits))]))
    common = shapely.intersection(shapely.union_all(shapes), whole).area
    fids = [
        fid
        for fid, shape in zip(area.index, shapes, strict=True)
        if shapely.intersection(shape, whole).area > 0
    ]
    return float(common), fids
