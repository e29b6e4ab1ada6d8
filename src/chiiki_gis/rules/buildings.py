"""Facility rows put together to buildings: rows of one building_id are one building with several uses."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.rules.model import Use

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class FacilityBuilding:
    """One building: its rows, uses and site.

    total_floor_m2   the 延べ面積 of its rows, None where none is entered or rows contradict each other; then
                     `totals` holds what they say
    site             polygon of the site, else the facility's point, else None; project CRS
    kinds            facility kinds of its rows (core.role.KINDS), None where not entered
    house_fids       vacant houses that it is made from
    odd              columns with a number that can be none, as a floor area of 0 or a number of an item with
                     a fraction: they count as not entered
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
    totals: tuple[float, ...] = ()
    odd: tuple[str, ...] = ()


_AREAS = {"use_floor_m2": "用途の床面積", "total_floor_m2": "延べ面積"}
_WHOLES = {
    "top_storey": "最上階",
    "number": "番号",
    "item": "22条2項の号",
    "site_fid": "敷地の番号",
    "vacant_house_fid": "空き家の番号",
}
_TEXTS = ("building_id", "name", "use_class", "part_class", "works", "kind")


def buildings_of(facilities: GeoDataFrame, sites: GeoDataFrame | None) -> list[FacilityBuilding]:
    """The buildings of the facility layer, in the order of their first rows.

    facilities   index fid; missing columns count as 未入力; a row without building_id is a building
    sites        the site layer, index fid, same CRS; a row's site_fid points to it
    Raises BadInput where a number is not a number.
    """
    rows = FacilityRows(facilities, sites)
    return [rows.building(group) for group in rows.groups()]


class FacilityRows:
    """The columns of the facility layer as plain lists, each value cleaned once.

    texts, wholes, areas   by column name; None where nothing usable is entered
    Arguments and errors are those of `buildings_of`.
    """

    def __init__(self, facilities: GeoDataFrame, sites: GeoDataFrame | None) -> None:
        import shapely

        self.fids: list[int] = facilities.index.tolist()
        shapes = facilities.geometry.to_numpy()
        self.shapes = [
            None if empty else shape
            for shape, empty in zip(shapes, shapely.is_empty(shapes).tolist(), strict=True)
        ]
        self.texts = {name: _texts(_column(facilities, name)) for name in _TEXTS}
        self.odd: dict[int, list[str]] = {}
        self.wholes: dict[str, list[int | None]] = {}
        for name, word in _WHOLES.items():
            entered = _column(facilities, name)
            self.wholes[name] = _wholes(entered, word)
            if name != "top_storey":
                self._drop_fractions(entered, self.wholes[name], word)
        self.areas: dict[str, list[float | None]] = {}
        for name, word in _AREAS.items():
            values = _numbers(_column(facilities, name), word)
            odd = [row for row, value in enumerate(values) if value is not None and not 0 < value < math.inf]
            for row in odd:
                values[row] = None
                self.odd.setdefault(row, []).append(word)
            self.areas[name] = values
        self.has_links = any(fid is not None for fid in self.wholes["site_fid"])
        self.sites = None if sites is None else dict(zip(sites.index, sites.geometry, strict=True))

    def _drop_fractions(self, entered: list[Any], wholes: list[int | None], word: str) -> None:
        """3.4号 is neither 3号 nor 4号: it counts as not entered."""
        for row, (value, whole) in enumerate(zip(entered, wholes, strict=True)):
            if type(value) is not int and whole is not None and float(value) != whole:
                wholes[row] = None
                self.odd.setdefault(row, []).append(word)

    def groups(self) -> Sequence[Sequence[int]]:
        """The row numbers of each building, in the order of their first rows."""
        ids = self.texts["building_id"]
        if ids.count(None) == len(ids):
            return list(zip(range(len(ids)), strict=True))
        groups: dict[Hashable, list[int]] = {}
        for row, text in enumerate(ids):
            groups.setdefault(text if text is not None else row, []).append(row)
        return list(groups.values())

    def name(self, rows: Sequence[int]) -> str:
        """What the building of some rows is called."""
        name = next((text for row in rows if (text := self.texts["name"][row])), "")
        return name or facility_name(self.number(rows))

    def number(self, rows: Sequence[int]) -> int | None:
        """The number of the building of some rows."""
        numbers = self.wholes["number"]
        return next((n for row in rows if (n := numbers[row]) is not None), None)

    def building(self, rows: Sequence[int]) -> FacilityBuilding:
        """The building of some rows."""
        texts, wholes, areas = self.texts, self.wholes, self.areas
        entered = sorted({m2 for row in rows if (m2 := areas["total_floor_m2"][row]) is not None})
        return FacilityBuilding(
            building_id=texts["building_id"][rows[0]],
            fids=tuple([self.fids[row] for row in rows]),
            name=self.name(rows),
            number=self.number(rows),
            uses=tuple(
                [
                    Use(
                        texts["use_class"][row],
                        areas["use_floor_m2"][row],
                        wholes["top_storey"][row],
                        texts["part_class"][row],
                    )
                    for row in rows
                ]
            ),
            items=tuple([wholes["item"][row] for row in rows]),
            works=tuple([texts["works"][row] for row in rows]),
            total_floor_m2=entered[0] if len(entered) == 1 else None,
            site_fids=_known([wholes["site_fid"][row] for row in rows]),
            site=self.site(rows),
            kinds=tuple([texts["kind"][row] for row in rows]),
            house_fids=_known([wholes["vacant_house_fid"][row] for row in rows]),
            totals=tuple(entered),
            odd=tuple(dict.fromkeys(word for row in rows for word in self.odd.get(row, ()))),
        )

    def site(self, rows: Sequence[int]) -> Any:
        """The polygons of the rows' sites in one, else their own polygons, else their points."""
        import shapely

        if len(rows) == 1 and not self.has_links:
            return self.shapes[rows[0]]
        shapes = []
        for row in rows:
            fid = self.wholes["site_fid"][row]
            if self.sites is not None and fid is not None and fid in self.sites:
                shapes.append(self.sites[fid])
        own = [self.shapes[row] for row in rows]
        if len(own) == 1 and not shapes:
            return None if own[0] is None or own[0].is_empty else own[0]
        candidates = [shape for shape in (*shapes, *own) if shape is not None and not shape.is_empty]
        linked = [shape for shape in shapes if shape is not None and _area(shape) > 0]
        areas = linked or [shape for shape in candidates if _area(shape) > 0]
        if areas:
            return areas[0] if len(areas) == 1 else shapely.union_all([shapely.make_valid(a) for a in areas])
        return shapely.union_all(candidates) if candidates else None


def facility_name(number: int | None) -> str:
    """What a facility without a name is called."""
    return f"施設{number}" if number is not None else "名称のない施設"


def _area(shape: Any) -> float:
    import shapely

    return float(shapely.make_valid(shape).area)


def _known(values: list[int | None]) -> tuple[int, ...]:
    if len(values) == 1:
        return () if values[0] is None else (values[0],)
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _column(frame: GeoDataFrame, name: str) -> list[Any]:
    """The values of a column; None where the column or, in a column of floats, the number is missing."""
    if name not in frame.columns:
        return [None] * len(frame)
    values = frame[name]
    if values.dtype.kind == "f":
        return [value if value == value else None for value in values.tolist()]
    return list(values.tolist())


def _missing(value: Any) -> bool:
    import pandas

    return value is None or value is pandas.NA or value != value


def _texts(values: list[Any]) -> list[str | None]:
    return [
        None if value is None else value.strip() or None if type(value) is str else _text(value)
        for value in values
    ]


def _text(value: Any) -> str | None:
    return None if _missing(value) else str(value).strip() or None


def _numbers(values: list[Any], word: str) -> list[float | None]:
    return [
        value if value is None or (type(value) is float and value == value) else _number(value, word)
        for value in values
    ]


def _wholes(values: list[Any], word: str) -> list[int | None]:
    return [value if value is None or type(value) is int else _whole(value, word) for value in values]


def _number(value: Any, word: str) -> float | None:
    if _missing(value) or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if math.isnan(number):
        raise BadInput(
            f"「{word}」の「{value}」を数として読めませんでした。",
            "数でない文字が入っています。",
            "半角の数字で入れ直してください。",
        )
    return number


def _whole(value: Any, word: str) -> int | None:
    """A whole number; a part of a storey counts as the next one."""
    number = _number(value, word)
    return None if number is None or math.isinf(number) else math.ceil(number)
