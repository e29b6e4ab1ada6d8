"""What a layer is for: the roles of design.md, their words, and their columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ColumnType = Literal["text", "number", "integer", "flag", "json"]


class Role(StrEnum):
    """The part a layer plays in the plan. The value is the English name of the contract."""

    PRIORITY_DISTRICT = "priority_district"
    PROMOTION_AREA = "promotion_area"
    FACILITY = "facility"
    SITE = "site"
    ACCESS_LINK = "access_link"
    VACANT_HOUSE = "vacant_house"
    MUNICIPALITY = "municipality"
    PREFECTURE_BORDER = "prefecture_border"
    ZONING = "zoning"
    URBAN_PLANNING_AREA = "urban_planning_area"
    QUASI_URBAN_PLANNING_AREA = "quasi_urban_planning_area"
    AREA_DIVISION = "area_division"
    ORDINANCE_OVERLAY = "ordinance_overlay"
    TOWN = "town"
    LOT = "lot"
    FARMLAND = "farmland"
    PROTECTED_AREA = "protected_area"
    HAZARD = "hazard"
    ROAD = "road"
    INTERCHANGE = "interchange"
    STATION = "station"
    REFERENCE = "reference"
    DEM = "dem"
    RASTER = "raster"

    @property
    def is_plan(self) -> bool:
        """True for the layers that the planner makes; they have one table per project."""
        return self in PLAN_ROLES

    @property
    def is_raster(self) -> bool:
        """True for pictures and height grids, which lie outside the project and have no rows."""
        return self in RASTER_ROLES

    @property
    def japanese(self) -> str:
        """The role's name on screen and paper."""
        return JAPANESE[self]


PLAN_ROLES = (
    Role.PRIORITY_DISTRICT,
    Role.PROMOTION_AREA,
    Role.FACILITY,
    Role.SITE,
    Role.ACCESS_LINK,
)
"""Bottom to top as they are made; each has exactly one layer, whose id is the role's value."""

RASTER_ROLES = (Role.DEM, Role.RASTER)

JAPANESE: dict[Role, str] = {
    Role.PRIORITY_DISTRICT: "特定居住重点地区",
    Role.PROMOTION_AREA: "特定居住促進区域",
    Role.FACILITY: "拠点施設",
    Role.SITE: "敷地",
    Role.ACCESS_LINK: "アクセス道路",
    Role.VACANT_HOUSE: "空き家",
    Role.MUNICIPALITY: "市町村界",
    Role.PREFECTURE_BORDER: "都道府県界",
    Role.ZONING: "用途地域",
    Role.URBAN_PLANNING_AREA: "都市計画区域",
    Role.QUASI_URBAN_PLANNING_AREA: "準都市計画区域",
    Role.AREA_DIVISION: "区域区分",
    Role.ORDINANCE_OVERLAY: "地区計画等",
    Role.TOWN: "町丁目",
    Role.LOT: "筆・敷地",
    Role.FARMLAND: "農用地",
    Role.PROTECTED_AREA: "自然公園等",
    Role.HAZARD: "災害想定",
    Role.ROAD: "道路",
    Role.INTERCHANGE: "高速道路IC",
    Role.STATION: "駅",
    Role.REFERENCE: "参考",
    Role.DEM: "標高",
    Role.RASTER: "背景画像",
}

ALIASES: dict[str, Role] = {
    **{role.value: role for role in Role},
    **{word: role for role, word in JAPANESE.items()},
    "特定居住促進計画の区域": Role.PROMOTION_AREA,
    "特定居住促進計画区域": Role.PROMOTION_AREA,
    "促進区域": Role.PROMOTION_AREA,
    "重点地区": Role.PRIORITY_DISTRICT,
    "施設": Role.FACILITY,
    "行政区域": Role.MUNICIPALITY,
    "市区町村": Role.MUNICIPALITY,
    "市街化区域・市街化調整区域": Role.AREA_DIVISION,
    "IC": Role.INTERCHANGE,
}
"""Words a user may write for a role, Japanese or English."""


@dataclass(frozen=True)
class Column:
    """One column of a plan table."""

    name: str
    type: ColumnType
    japanese: str


COLUMNS: dict[Role, tuple[Column, ...]] = {
    Role.FACILITY: (
        Column("scenario", "text", "案"),
        Column("building_id", "text", "建築物ID"),
        Column("number", "integer", "番号"),
        Column("name", "text", "名称"),
        Column("kind", "text", "種類"),
        Column("use_class", "text", "用途の区分"),
        Column("part_class", "text", "兼用部分の区分"),
        Column("use_floor_m2", "number", "用途の床面積"),
        Column("total_floor_m2", "number", "延べ面積"),
        Column("top_storey", "integer", "最上階"),
        Column("works", "text", "工事の種類"),
        Column("item", "integer", "22条2項の号"),
        Column("site_fid", "integer", "敷地の番号"),
        Column("vacant_house_fid", "integer", "空き家の番号"),
        Column("photos", "json", "写真"),
        Column("note", "text", "備考"),
    ),
    Role.SITE: (Column("scenario", "text", "案"), Column("name", "text", "名称")),
    Role.ACCESS_LINK: (
        Column("scenario", "text", "案"),
        Column("building_id", "text", "建築物ID"),
        Column("interchange", "text", "インターチェンジ"),
        Column("rank", "integer", "順位"),
        Column("km", "number", "距離km"),
        Column("minutes", "number", "時間分"),
        Column("status", "text", "状態"),
        Column("tag", "text", "事業の区分"),
        Column("carried_out_by", "text", "実施する者"),
        Column("assumed", "json", "仮定値"),
        Column("stale", "flag", "古い結果"),
        Column("reason", "text", "理由"),
        Column("details", "json", "内訳"),
    ),
}
_AREA = (
    Column("scenario", "text", "案"),
    Column("name", "text", "名称"),
    Column("number", "integer", "番号"),
    Column("description", "text", "区域の説明"),
    Column("parts", "json", "構成"),
    Column("note", "text", "備考"),
)
COLUMNS[Role.PRIORITY_DISTRICT] = _AREA
COLUMNS[Role.PROMOTION_AREA] = _AREA

KINDS: dict[str, str] = {
    "coworking": "コワーキング",
    "trial_house": "お試し居住",
    "exchange": "交流施設",
    "lodging": "宿泊施設",
    "convenience": "利便施設",
    "employment": "就業施設",
}
"""Facility kinds of 広活法22条2項3号・4号 in the planner's words; the legal class never follows from them."""

WORKS: dict[str, str] = {"new": "新築", "change_of_use": "用途変更"}


LINK_STATUS: dict[str, str] = {
    "ok": "計算済み",
    "needs_confirmation": "要確認",
    "refused": "計算できない",
    "estimate": "概算",
}
"""Words for the state of an access link."""


def role_named(word: str) -> Role | None:
    """The role that a user's word means, or None."""
    return ALIASES.get(word.strip())
