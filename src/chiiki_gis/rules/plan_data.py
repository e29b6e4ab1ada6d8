"""Faults of the data themselves: geometries and numbers that can be none, layers that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.change import Change
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.zones import UNKNOWN_ID
from chiiki_gis.rules.buildings import FacilityBuilding
from chiiki_gis.rules.evidence import Reference, zoning_of
from chiiki_gis.rules.plan import finding, row_name

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

APART_M = 50.0
"""Rows and site of one building farther from each other than this contradict each other (a choice)."""


def check_layers(snapshot: Snapshot, reference: Reference) -> Iterator[Finding]:
    """Findings about reference layers that say nothing, or nothing readable.

    reference   as verdicts read them, by role; None = no such layer
    """
    empty = [layer.name for layer in snapshot.of(*reference) if layer.count == 0]
    if empty:
        yield finding("layer-empty", None, names="・".join(f"「{name}」" for name in empty))
    zoning = zoning_of(reference)
    unreadable = 0 if zoning is None else int((zoning["zone_id"] == UNKNOWN_ID).sum())
    if unreadable:
        yield finding("zone-unreadable", None, count=unreadable)


def check_sites(
    facilities: GeoDataFrame,
    sites: GeoDataFrame,
    buildings: Sequence[FacilityBuilding],
) -> Iterator[Finding]:
    """Findings about sites and facility rows as drawn and entered.

    buildings   those of the facilities, in their order
    """
    yield from _site_shapes(sites)
    drawn = dict(zip(map(int, facilities.index), facilities.geometry, strict=True))
    for building in buildings:
        if building.site is None:
            yield finding("facility-without-shape", Role.FACILITY, building.fids, name=building.name)
        if building.odd:
            columns = "・".join(building.odd)
            yield finding(
                "facility-odd-number", Role.FACILITY, building.fids, name=building.name, columns=columns
            )
        differing = []
        if len(building.totals) > 1:
            differing.append("延べ面積")
        shapes = [drawn[fid] for fid in building.fids]
        if len(shapes) > 1 and _are_apart(shapes):
            differing.append("位置")
        if building.site_fids and _are_apart([building.site, *shapes]):
            differing.append("位置と敷地")
        if differing:
            what = "・".join(differing)
            yield finding("building-rows-differ", Role.FACILITY, building.fids, name=building.name, what=what)


def _site_shapes(sites: GeoDataFrame) -> Iterator[Finding]:
    import shapely

    from chiiki_gis.analysis.overlay import polygons_of

    for fid, shape in sites.geometry.items():
        name = row_name(sites.at[fid, "name"], None, int(str(fid)))
        mended = polygons_of(None if shape is None else shapely.make_valid(shape))
        if mended.is_empty or mended.area == 0:
            yield finding("site-without-shape", Role.SITE, [fid], name=name)
        elif not shapely.is_valid(shape):
            row = sites.loc[[fid]].set_geometry([mended], crs=sites.crs)
            change = Change(note=f"敷地「{name}」の形を直す", put={plan_layer_id(Role.SITE): row})
            yield finding("site-invalid", Role.SITE, [fid], fix=change, fix_label="形を直す", name=name)


def _are_apart(drawn: Sequence[Any]) -> bool:
    shapes = [shape for shape in drawn if shape is not None and not shape.is_empty]
    return any(shapes[0].distance(shape) > APART_M for shape in shapes[1:])
