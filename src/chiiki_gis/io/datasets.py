"""The table of published data sets: how each is recognised and what it becomes.

Column names: 国土数値情報 product specifications (N03, A29, N06, N13, A31, A33, N02), 都市計画決定GISデータ,
e-Stat 小地域, OpenStreetMap exports, and the layers of the 開発許可 sample of 茅野市.
Recognised by content first, then by file name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chiiki_gis.core.role import Role
from chiiki_gis.core.zones import zone_named
from chiiki_gis.io import normalise
from chiiki_gis.io.kinds import geometry_kinds
from chiiki_gis.io.people import people, personal_columns

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Normaliser = Callable[["GeoDataFrame"], tuple["GeoDataFrame", list[str]]]

KSJ = "「国土数値情報（{}）」（国土交通省）を加工して作成"
MLIT = "都市計画決定GISデータ（国土交通省）を加工して作成"


@dataclass(frozen=True)
class Dataset:
    """One kind of published file.

    columns    columns that must be there, lower case
    stem       pattern of the file name, for files whose columns say nothing
    value      (column, test): a further look at the first values, to tell twins apart
    geometry   "point", "line" or "polygon" where the role needs it
    """

    id: str
    role: Role
    title: str
    licence: str
    normaliser: Normaliser
    columns: frozenset[str] = frozenset()
    stem: str | None = None
    value: tuple[str, Callable[[str], bool]] | None = None
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


def _is_zone(text: str) -> bool:
    return zone_named(text) is not None


DATASETS: tuple[Dataset, ...] = (
    Dataset(
        "N03", Role.MUNICIPALITY, "市町村界", KSJ.format("行政区域データ"), normalise.n03,
        frozenset({"n03_001", "n03_004", "n03_007"}), geometry="polygon",
    ),
    Dataset(
        "A29", Role.ZONING, "用途地域", KSJ.format("用途地域データ"), normalise.a29,
        frozenset({"a29_004", "a29_005"}), geometry="polygon",
    ),
    Dataset(
        "youto", Role.ZONING, "用途地域", MLIT, normalise.youto,
        frozenset({"youtoname"}), geometry="polygon",
    ),
    Dataset(
        "senbiki", Role.AREA_DIVISION, "区域区分", MLIT,
        normalise.area_division, frozenset({"areatype"}),
        value=("areatype", lambda v: v in ("市街化区域", "市街化調整区域")), geometry="polygon",
    ),
    Dataset(
        "tokei", Role.URBAN_PLANNING_AREA, "都市計画区域", MLIT,
        normalise.urban_planning_area, frozenset({"tokeiname"}), stem=r"tokei|都市計画区域",
        geometry="polygon",
    ),
    Dataset(
        "chino_use", Role.ZONING, "用途地域", "", normalise.named_zones, frozenset({"youto"}),
        value=("youto", _is_zone), geometry="polygon",
    ),
    Dataset(
        "chino_plan", Role.URBAN_PLANNING_AREA, "都市計画区域", "", normalise.urban_planning_area,
        frozenset({"youto"}), value=("youto", lambda v: v == "都市計画区域"), geometry="polygon",
    ),
    Dataset(
        "N06_joint", Role.INTERCHANGE, "高速道路IC", KSJ.format("高速道路時系列データ"), normalise.n06_joint,
        frozenset({"n06_018", "n06_019"}), geometry="point",
    ),
    Dataset(
        "N06_tiles", Role.INTERCHANGE, "高速道路IC", KSJ.format("高速道路時系列データ"), normalise.n06_tiles,
        frozenset({"point_name", "point_type"}), geometry="point",
    ),
    Dataset(
        "N06_section", Role.REFERENCE, "高速道路", KSJ.format("高速道路時系列データ"), normalise.plain,
        frozenset({"n06_007", "n06_008"}), geometry="line",
    ),
    Dataset(
        "N13", Role.ROAD, "道路", KSJ.format("道路データ"), normalise.n13,
        frozenset({"n13_003", "n13_006"}), geometry="line",
    ),
    Dataset(
        "OSM", Role.ROAD, "道路", "© OpenStreetMap contributors", normalise.openstreetmap,
        frozenset({"highway"}), geometry="line",
    ),
    Dataset(
        "A31", Role.HAZARD, "洪水浸水想定区域", KSJ.format("洪水浸水想定区域データ"), normalise.plain,
        frozenset({"a31_101"}), geometry="polygon",
    ),
    Dataset(
        "A33", Role.HAZARD, "土砂災害警戒区域", KSJ.format("土砂災害警戒区域データ"), normalise.a33,
        frozenset({"a33_001", "a33_002"}), geometry="polygon",
    ),
    Dataset(
        "estat", Role.TOWN, "町丁目", "「政府統計の総合窓口（e-Stat）」の境界データを加工して作成",
        normalise.estat, frozenset({"key_code", "s_name"}), geometry="polygon",
    ),
    Dataset(
        "N02", Role.STATION, "駅", KSJ.format("鉄道データ"), normalise.station,
        frozenset({"n02_003", "n02_005"}),
    ),
    Dataset(
        "lots", Role.LOT, "筆・敷地", "", normalise.lots, frozenset({"chiban"}), geometry="polygon",
    ),
    Dataset(
        "districts", Role.TOWN, "地区", "", normalise.districts, frozenset({"disname"}), geometry="polygon",
    ),
    Dataset(
        "boundary", Role.MUNICIPALITY, "市町村界", "", normalise.boundary, frozenset({"name"}),
        stem=r"boundary|行政|市町村|境界", geometry="polygon",
    ),
    Dataset(
        "roads", Role.ROAD, "道路", "", normalise.roads, stem=r"road_center_line|道路中心線", geometry="line",
    ),
    Dataset(
        "flood", Role.HAZARD, "洪水浸水想定", "", normalise.plain, stem=r"flood|浸水", geometry="polygon",
    ),
    Dataset(
        "farmland", Role.FARMLAND, "農用地", "", normalise.plain,
        stem=r"agricultural|農用地|農地", geometry="polygon",
    ),
    Dataset(
        "houses", Role.VACANT_HOUSE, "空き家", "", normalise.vacant_houses, stem=r"空き?家|akiya|vacant",
    ),
    Dataset(
        "bank", Role.VACANT_HOUSE, "空き家", "", normalise.vacant_houses, frozenset({"物件番号"}),
    ),
)  # fmt: skip

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
    for dataset in DATASETS:
        if asked is not None and dataset.role != asked:
            continue
        if _matches(dataset, frame, columns, kinds, stem):
            why = "列名" if dataset.columns else "ファイル名"
            return Recognition(dataset.role, dataset.title, edition, dataset.licence, why, dataset.normaliser)
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
    if dataset.value is not None:
        column, test = dataset.value
        values = [v for v in frame[columns[column]].head(50) if isinstance(v, str)]
        return bool(values) and any(test(v) for v in values)
    if dataset.stem is not None:
        return re.search(dataset.stem, stem, re.IGNORECASE) is not None
    return bool(dataset.columns)
