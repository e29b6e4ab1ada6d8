"""Recognising a published data set by the table of resources/datasets.toml, and what it becomes.

Column names there: 国土数値情報 product specifications, 都市計画決定GISデータ, PLATEAU, e-Stat 小地域,
位置参照情報, アドレス・ベース・レジストリ, OpenStreetMap, and the layers of the
開発許可 sample of 茅野市.
Recognised by content first, then by file name.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from chiiki_gis import paths
from chiiki_gis.core.role import Role
from chiiki_gis.core.zones import zone_named
from chiiki_gis.io import normalise, normalise_more
from chiiki_gis.io.kinds import geometry_kinds
from chiiki_gis.io.people import people, personal_columns

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Normaliser = Callable[["GeoDataFrame"], tuple["GeoDataFrame", list[str]]]


@dataclass(frozen=True)
class Dataset:
    """One kind of published file.

    columns    columns that must be there, lower case
    stem       pattern of the file name, for files whose columns say nothing
    column     the column that tells twins apart: one of its first values is in `words`, or is a use zone
    geometry   "point", "line" or "polygon" where the role needs it
    """

    id: str
    role: Role
    title: str
    licence: str
    normaliser: Normaliser
    columns: frozenset[str] = frozenset()
    stem: str | None = None
    column: str | None = None
    words: frozenset[str] = frozenset()
    zone: bool = False
    geometry: str | None = None


@dataclass(frozen=True)
class Recognition:
    """What a table was taken for, and why."""

    role: Role
    title: str
    edition: str
    licence: str
    evidence: str
    normaliser: Normaliser


_Table = tuple[tuple[Dataset, ...], dict[str, str]]


@cache
def _table() -> _Table:
    """The data sets in order of trial, and the Japanese names of their columns in lower case."""
    data = tomllib.loads((paths.resources() / "datasets.toml").read_text("utf-8"))["dataset"]
    names = {str(k).lower(): v for entry in data for k, v in entry.get("names", {}).items()}
    return tuple(_dataset(entry) for entry in data), names


def _dataset(entry: Mapping[str, Any]) -> Dataset:
    name = entry.get("normaliser", "plain")
    found: Normaliser = getattr(normalise_more, name, None) or getattr(normalise, name)
    return Dataset(
        entry["id"],
        Role(entry["role"]),
        entry["title"],
        entry.get("licence", ""),
        found,
        frozenset(entry.get("columns", ())),
        entry.get("stem"),
        entry.get("column"),
        frozenset(entry.get("any", ())),
        entry.get("zone", False),
        entry.get("geometry"),
    )


def datasets() -> tuple[Dataset, ...]:
    """Every data set of resources/datasets.toml."""
    return _table()[0]


def japanese_column(name: str) -> str | None:
    """What a column of a published data set means, e.g. N03_004 → 市区町村名; None where nobody has said."""
    return _table()[1].get(name.lower())


FOR_ROLE: dict[Role, Normaliser] = {
    Role.MUNICIPALITY: normalise.boundary,
    Role.ZONING: normalise.named_zones,
    Role.URBAN_PLANNING_AREA: normalise.urban_planning_area,
    Role.QUASI_URBAN_PLANNING_AREA: normalise.urban_planning_area,
    Role.AREA_DIVISION: normalise.area_division,
    Role.ORDINANCE_OVERLAY: normalise.ordinance_overlay,
    Role.TOWN: normalise.named,
    Role.STATION: normalise.named,
    Role.ROAD: normalise.roads,
    Role.INTERCHANGE: normalise.interchanges,
    Role.VACANT_HOUSE: normalise.vacant_houses,
}
"""What to do with a table that a user gave a role by hand and no data set claims."""

_YEARS = (
    (re.compile(r"[-_](20\d\d)(\d\d)(\d\d)(?:[-_.]|$)"), 4),
    (re.compile(r"^[A-Z]\d\d[a-z]?\d?-(\d\d)(?:\d{4})?(?:[-_]|$)"), 2),
)


def recognise(frame: GeoDataFrame, stem: str, asked: Role | None = None) -> Recognition:
    """What a table is. With `asked`, only data sets of that role are tried before its plain reading.

    stem   the file's name without folder and ending; it gives the edition (A29-19 → 2019年版)
    """
    kinds = geometry_kinds(frame)
    columns = {str(c).lower(): str(c) for c in frame.columns}
    edition = edition_of(stem)
    for dataset in datasets():
        if asked is not None and dataset.role != asked:
            continue
        if _matches(dataset, frame, columns, kinds, stem):
            why = "列名" if dataset.columns else "ファイル名"
            return Recognition(
                dataset.role, dataset.title or stem, edition, dataset.licence, why, dataset.normaliser
            )
    if asked is None and kinds <= {"point"} and personal_columns(frame):
        return Recognition(Role.VACANT_HOUSE, "空き家", edition, "", "列名", people)
    role = asked or Role.REFERENCE
    return Recognition(role, stem, edition, "", "指定" if asked else "", FOR_ROLE.get(role, normalise.plain))


def edition_of(stem: str) -> str:
    """「2019年版」 from a published file name; empty where the name has no year."""
    for pattern, digits in _YEARS:
        match = pattern.search(stem)
        if match:
            year = int(match.group(1)) + (2000 if digits == 2 else 0)
            return f"{year}年版"
    return ""


def _matches(
    dataset: Dataset, frame: GeoDataFrame, columns: dict[str, str], kinds: frozenset[str], stem: str
) -> bool:
    if dataset.geometry is not None and kinds != {dataset.geometry}:
        return False
    if not dataset.columns <= columns.keys():
        return False
    if dataset.column is not None:
        values = [_plain(v) for v in frame[columns[dataset.column]].head(50)]
        return any(v in dataset.words or (dataset.zone and zone_named(v) is not None) for v in values if v)
    if dataset.stem is not None:
        return re.search(dataset.stem, stem, re.IGNORECASE) is not None
    return bool(dataset.columns)


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else ""
    return "" if value is None else str(value).strip()
