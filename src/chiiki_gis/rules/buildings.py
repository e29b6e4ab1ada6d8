"""Facility rows put together to buildings: rows of one building_id are one building with several uses."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.rules.model import Use

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class FacilityBuilding:
    """One building: its rows, uses and site.

    total_floor_m2   the largest 延べ面積 entered in its rows, None where none is
    kinds            facility kinds of its rows (core.role.KINDS), None where not entered
    house_fids       vacant houses that it is made from
    site             polygon of the site, else the facility's point, else None; project CRS
    """

    building_id: str | None
    fids: tuple[int, ...]
    name: str
    number: int | None
    uses: tuple[Use, ...]
    items: tuple[int | None, ...]
    works: tuple[str | None, ...]
    total_floor_m2: float | None
    site_fids: tuple[int, ...]
    site: Any
    kinds: tuple[str | None, ...] = ()
    house_fids: tuple[int, ...] = ()


def buildings_of(facilities: GeoDataFrame, sites: GeoDataFrame | None) -> list[FacilityBuilding]:
    """The buildings of the facility layer, in the order of their first rows.

    facilities   index fid; missing columns count as 未入力; a row without building_id is a building
    sites        the site layer, index fid, same CRS; a row's site_fid points to it
    Raises BadInput where a number is not a number.
    """
    groups: dict[Hashable, list[int]] = {}
    ids = _column(facilities, "building_id")
    for row, value in enumerate(ids):
        text = _text(value)
        groups.setdefault(text if text is not None else ("row", row), []).append(row)
    return [_building(facilities, sites, rows) for rows in groups.values()]


def _building(facilities: GeoDataFrame, sites: GeoDataFrame | None, rows: list[int]) -> FacilityBuilding:
    records = [dict(_record(facilities, row)) for row in rows]
    uses = tuple(
        Use(
            _text(one["use_class"]),
            _number(one["use_floor_m2"], "用途の床面積"),
            _whole(one["top_storey"], "最上階"),
            _text(one["part_class"]),
        )
        for one in records
    )
    totals = [_number(one["total_floor_m2"], "延べ面積") for one in records]
    linked = [_whole(one["site_fid"], "敷地の番号") for one in records]
    houses = [_whole(one["vacant_house_fid"], "空き家の番号") for one in records]
    entered = [total for total in totals if total is not None]
    numbers = [_whole(one["number"], "番号") for one in records]
    number = next((value for value in numbers if value is not None), None)
    name = next((text for one in records if (text := _text(one["name"]))), "")
    return FacilityBuilding(
        building_id=_text(records[0]["building_id"]),
        fids=tuple(int(facilities.index[row]) for row in rows),
        name=name or (f"施設{number}" if number is not None else "名称のない施設"),
        number=number,
        uses=uses,
        items=tuple(_whole(one["item"], "22条2項の号") for one in records),
        works=tuple(_text(one["works"]) for one in records),
        total_floor_m2=max(entered) if entered else None,
        site_fids=tuple(dict.fromkeys(fid for fid in linked if fid is not None)),
        site=_site(facilities, sites, rows, records),
        kinds=tuple(_text(one["kind"]) for one in records),
        house_fids=tuple(dict.fromkeys(fid for fid in houses if fid is not None)),
    )


_FIELDS = (
    "building_id", "name", "number", "use_class", "part_class", "use_floor_m2", "total_floor_m2",
    "top_storey", "works", "item", "site_fid", "kind", "vacant_house_fid",
)  # fmt: skip


def _record(facilities: GeoDataFrame, row: int) -> Iterator[tuple[str, Any]]:
    for name in _FIELDS:
        yield name, facilities[name].iloc[row] if name in facilities.columns else None


def _site(
    facilities: GeoDataFrame, sites: GeoDataFrame | None, rows: list[int], records: list[dict[str, Any]]
) -> Any:
    """The polygons of the rows' sites in one, else their own polygons, else the first point."""
    import shapely

    shapes = []
    for one in records:
        fid = _whole(one["site_fid"], "敷地の番号")
        if sites is not None and fid is not None and fid in sites.index:
            shapes.append(sites.geometry.loc[fid])
    own = [facilities.geometry.iloc[row] for row in rows]
    candidates = [shape for shape in (*shapes, *own) if shape is not None and not shape.is_empty]
    areas = [shape for shape in candidates if shape.area > 0]
    if shapes:
        linked = [shape for shape in shapes if shape is not None and shape.area > 0]
        areas = linked or areas
    if areas:
        return areas[0] if len(areas) == 1 else shapely.union_all([shapely.make_valid(a) for a in areas])
    return candidates[0] if candidates else None


def _column(frame: GeoDataFrame, name: str) -> list[Any]:
    return list(frame[name]) if name in frame.columns else [None] * len(frame)


def _missing(value: Any) -> bool:
    import pandas

    return value is None or value is pandas.NA or value != value


def _text(value: Any) -> str | None:
    if _missing(value):
        return None
    return str(value).strip() or None


def _number(value: Any, word: str) -> float | None:
    if _missing(value) or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return float(value)
    except ValueError:
        raise BadInput(
            f"「{word}」の「{value}」を数として読めませんでした。",
            "数でない文字が入っています。",
            "半角の数字で入れ直してください。",
        ) from None


def _whole(value: Any, word: str) -> int | None:
    number = _number(value, word)
    return None if number is None else int(number)
