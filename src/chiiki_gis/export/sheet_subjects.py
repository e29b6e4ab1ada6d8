"""What each kind of sheet is about: the ground it must show, its own title, and the layers it draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.building_rows import first_rows
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import RASTER_ROLES, Role
from chiiki_gis.core.sheet import TITLES, Extent, Sheet, SheetKind
from chiiki_gis.core.snapshot import Snapshot

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

_NEVER = {Role.VACANT_HOUSE}
"""Vacant houses never leave through a print (広活法31条3項の個人情報, domain.md §7.3-19)."""

_GROUND = {
    Role.MUNICIPALITY,
    Role.PREFECTURE_BORDER,
    Role.ROAD,
    Role.STATION,
    Role.INTERCHANGE,
    *RASTER_ROLES,
}
_AREAS = {Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA}
_PLANNING = {
    Role.ZONING,
    Role.AREA_DIVISION,
    Role.URBAN_PLANNING_AREA,
    Role.QUASI_URBAN_PLANNING_AREA,
    Role.ORDINANCE_OVERLAY,
}
_FACILITIES = {Role.FACILITY, Role.SITE}

ROLES: dict[SheetKind, frozenset[Role]] = {
    "overview": frozenset(set(Role) - _NEVER),
    "priority": frozenset(_GROUND | _AREAS | {Role.TOWN, Role.AREA_DIVISION, Role.URBAN_PLANNING_AREA}),
    "area": frozenset(_GROUND | _AREAS | _PLANNING | _FACILITIES | {Role.ACCESS_LINK, Role.TOWN}),
    "facilities": frozenset(_GROUND | _AREAS | _PLANNING | _FACILITIES),
    "access": frozenset(_GROUND | _AREAS | _FACILITIES | {Role.ACCESS_LINK}),
    "site": frozenset(_GROUND | _AREAS | _PLANNING | _FACILITIES | {Role.LOT}),
}
"""Roles that each kind draws."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One thing that a sheet or a series of tiles must show.

    area_fids   promotion areas that it is about; None for all
    """

    title: str
    shape: BaseGeometry
    area_fids: tuple[int, ...] | None = None

    @property
    def extent(self) -> Extent:
        """Bounds of what must be shown."""
        west, south, east, north = self.shape.bounds
        return west, south, east, north


def layers_of(values: Snapshot, kind: SheetKind) -> list[Layer]:
    """The layers a kind of sheet draws, bottom to top; those switched off in the layer panel stay off."""
    return [layer for layer in values.layers if layer.role in ROLES[kind] and layer.style.visible]


def subjects_of(values: Snapshot, kind: SheetKind, title: str) -> list[Subject]:
    """What the sheets of a kind show, one page or series each: areas by fid, facilities by number.

    Every area with a geometry, and every building with one, is there exactly once.
    Raises BadInput where the plan has nothing of that kind yet.
    """
    named = title or TITLES[kind]
    if kind == "overview":
        return [Subject(named, _overview_shape(values))]
    if kind == "priority":
        return [Subject(named, _all_of(_rows(values, Role.PRIORITY_DISTRICT)))]
    if kind == "area":
        return list(_each_area(values, named))
    if kind == "site":
        return list(_each_facility(values, named))
    rows = [_rows(values, Role.FACILITY)]
    if kind == "access":
        rows.append(drawable(values.rows(Role.ACCESS_LINK)))
    import shapely

    return [Subject(named, shapely.union_all([_all_of(part) for part in rows if len(part)]))]


def drawable(rows: GeoDataFrame) -> GeoDataFrame:
    """The rows that have a geometry."""
    return rows[~(rows.geometry.isna() | rows.geometry.is_empty)]


def whole_of(subjects: Sequence[Subject], sheet: Sheet) -> Subject:
    """All subjects as one, for a sheet whose centre the planner has fixed."""
    import shapely

    if len(subjects) == 1:
        return subjects[0]
    return Subject(sheet.name, shapely.GeometryCollection([s.shape for s in subjects]))


def by_number(facilities: GeoDataFrame) -> GeoDataFrame:
    """Facilities in the order of their numbers, those without one last, equal ones as they were."""
    return facilities.sort_values("number", kind="stable", na_position="last")


def _each_area(values: Snapshot, title: str) -> Iterator[Subject]:
    rows = _rows(values, Role.PROMOTION_AREA)
    for fid, row in rows.iterrows():
        name = row["name"] or ""
        several = f"{title}　{name or f'区域{fid}'}" if len(rows) > 1 or name else title
        yield Subject(several, row.geometry, (int(str(fid)),))


def _each_facility(values: Snapshot, title: str) -> Iterator[Subject]:
    for fid, row in by_number(first_rows(_rows(values, Role.FACILITY))).iterrows():
        yield Subject(f"{title}　{row['name'] or f'施設{fid}'}", row.geometry)


def _overview_shape(values: Snapshot) -> BaseGeometry:
    """The plan's municipalities, else its areas, else all that is drawn."""
    borders = values.frame(Role.MUNICIPALITY)
    if borders is not None and len(borders):
        codes = {m.code for m in values.header.municipalities}
        own = borders[[_is_of(code, codes) for code in borders["code"]]] if "code" in borders else borders
        return _all_of(own if len(own) else borders)
    for role in (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.FACILITY):
        rows = drawable(values.rows(role))
        if len(rows):
            return _all_of(rows)
    bounds = [b for x in layers_of(values, "overview") if (b := _bounds(x)) is not None]
    if not bounds:
        raise _nothing("overview")
    import shapely

    return shapely.union_all([shapely.box(*b) for b in bounds])


def _bounds(layer: Layer) -> Extent | None:
    return None if layer.is_plan else layer.reference.bounds


def _is_of(code: object, codes: set[str]) -> bool:
    """A municipality's own code, or for a prefecture desk the first two digits."""
    text = str(code) if code is not None else ""
    return text[:5] in codes or text[:2] in codes


def _rows(values: Snapshot, role: Role) -> GeoDataFrame:
    """The drawable rows of a plan role. Raises BadInput for none."""
    rows = drawable(values.rows(role))
    if not len(rows):
        raise _nothing(role.value)
    return rows


def _all_of(rows: GeoDataFrame) -> BaseGeometry:
    import shapely

    return shapely.GeometryCollection(list(rows.geometry))


def _nothing(word: str) -> BadInput:
    missing = {
        Role.PRIORITY_DISTRICT.value: "特定居住重点地区",
        Role.PROMOTION_AREA.value: "特定居住促進区域",
        Role.FACILITY.value: "拠点施設",
    }.get(word, "市町村界も区域")
    return BadInput(
        "図面を作れませんでした。",
        f"この案には、{missing}がまだありません。",
        "図面に載せるものを作るか、読み込んでから、もう一度印刷してください。",
    )
