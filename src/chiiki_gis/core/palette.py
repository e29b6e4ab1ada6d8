"""The styles that layers are born with."""

from __future__ import annotations

from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Category, Style, Symbol
from chiiki_gis.core.zones import UNKNOWN_COLOR, UNKNOWN_NAME, ZONES

_PLAN: dict[Role, Style] = {
    Role.PRIORITY_DISTRICT: Style(
        Symbol(fill=None, stroke="#1f4aa0", stroke_mm=0.7, dash="dash"),
        label_column="name", label_size_mm=3.2, label_color="#1f4aa0",
    ),
    Role.PROMOTION_AREA: Style(
        Symbol(fill="#d7191c", stroke="#d7191c", stroke_mm=0.8, hatch="diagonal"),
        label_column="name", label_size_mm=3.6, label_color="#b01217",
    ),
    Role.SITE: Style(Symbol(fill="#f6c85f", stroke="#8a6d1d", stroke_mm=0.35)),
    Role.FACILITY: Style(
        Symbol(fill="#0b7a75", stroke="#ffffff", stroke_mm=0.4, marker="number", size_mm=4.6),
        label_column="name", label_size_mm=2.8, label_color="#222222",
    ),
    Role.ACCESS_LINK: Style(
        Symbol(fill=None, stroke="#e8590c", stroke_mm=0.8),
        class_column="status",
        categories=(
            Category("estimate", "概算", Symbol(fill=None, stroke="#e8590c", stroke_mm=0.8, dash="dash")),
        ),
    ),
}  # fmt: skip


def _road(color: str, width_mm: float) -> Symbol:
    return Symbol(fill=None, stroke=color, stroke_mm=width_mm)


_ROADS = (
    Category("4", "高速道路", _road("#5f8f6c", 0.6)),
    Category("1", "国道", _road("#6a6a6a", 0.45)),
    Category("2", "都道府県道", _road("#7a7a7a", 0.32)),
    Category("3", "市区町村道", _road("#8f8f8f", 0.18)),
    Category("5", "その他の道路", _road("#a3a3a3", 0.15)),
    Category("6", "種別不明の道路", _road("#8f8f8f", 0.18)),
)
"""Roads by class (N13_003)."""


def _sign(color: str) -> Symbol:
    return Symbol(fill=color, stroke="#ffffff", stroke_mm=0.3, marker="interchange", size_mm=4.0)


_JOINTS = (
    Category("IC", "IC", _sign("#2b6b3a")),
    Category("スマートIC", "スマートIC", _sign("#6a3d8f")),
    Category("JCT", "JCT", Symbol(fill="#2b6b3a", stroke="#ffffff", marker="diamond", size_mm=2.4)),
    Category("その他の接合部", "その他の接合部", Symbol(fill="#7f9f87", stroke="#ffffff", size_mm=1.8)),
    Category("廃止", "廃止", Symbol(fill="#ffffff", stroke="#8a8a8a", stroke_mm=0.25, size_mm=1.6)),
)
"""Joints of expressways; a smart IC has the purple of its ETC sign."""

_LANDSLIDE = (
    Category("土砂災害特別警戒区域", "特別警戒区域", Symbol(fill="#d9534f", stroke=None)),
    Category("土砂災害警戒区域", "警戒区域", Symbol(fill="#f2d43d", stroke=None)),
    Category("土砂災害特別警戒区域（指定前）", "特別警戒区域（指定前）", Symbol(fill="#eeb1ae", stroke=None)),
    Category("土砂災害警戒区域（指定前）", "警戒区域（指定前）", Symbol(fill="#f8eba6", stroke=None)),
)
"""Yellow and red, as the prefectures' maps have them; a 特別警戒区域 lies in a 警戒区域, so it is on top."""

_REFERENCE: dict[Role, Style] = {
    Role.MUNICIPALITY: Style(Symbol(fill=None, stroke="#444444", stroke_mm=0.4, dash="dash_dot")),
    Role.PREFECTURE_BORDER: Style(Symbol(fill=None, stroke="#222222", stroke_mm=0.6, dash="dash_dot")),
    Role.URBAN_PLANNING_AREA: Style(Symbol(fill=None, stroke="#7a4fa3", stroke_mm=0.4, dash="dash")),
    Role.QUASI_URBAN_PLANNING_AREA: Style(Symbol(fill=None, stroke="#a37acb", stroke_mm=0.4, dash="dot")),
    Role.TOWN: Style(
        Symbol(fill=None, stroke="#888888", stroke_mm=0.15), label_size_mm=2.2, label_color="#555555"
    ),
    Role.LOT: Style(Symbol(fill=None, stroke="#8a6d3b", stroke_mm=0.1)),
    Role.FARMLAND: Style(Symbol(fill="#d9ead3", stroke="#8fb37d", stroke_mm=0.1), opacity=0.6),
    Role.PROTECTED_AREA: Style(Symbol(fill="#b7d7a8", stroke="#6a994e", stroke_mm=0.1), opacity=0.5),
    Role.HAZARD: Style(Symbol(fill="#5b9bd5", stroke=None), opacity=0.45),
    Role.ROAD: Style(_road("#8a8a8a", 0.18), class_column="class", categories=_ROADS),
    Role.INTERCHANGE: Style(
        Symbol(fill="#ffffff", stroke="#8a8a8a", stroke_mm=0.25, size_mm=1.6),
        class_column="kind", categories=_JOINTS, label_column="name", label_size_mm=2.6,
        label_color="#1d4d29",
    ),
    Role.STATION: Style(Symbol(fill="#444444", stroke="#444444", stroke_mm=0.8)),
    Role.VACANT_HOUSE: Style(Symbol(fill="#7b4b2a", stroke="#ffffff", stroke_mm=0.15, size_mm=1.6)),
    Role.RASTER: Style(Symbol(fill="#e9e2cf", stroke="#9a927c", stroke_mm=0.2)),
    Role.DEM: Style(Symbol(fill="#b9bdb6", stroke="#7d827a", stroke_mm=0.2)),
    Role.ORDINANCE_OVERLAY: Style(Symbol(fill="#8064a2", stroke="#8064a2", hatch="cross", stroke_mm=0.25)),
}  # fmt: skip

GLIMPSE = Style(Symbol(fill="#8d99a5", stroke="#8d99a5", stroke_mm=0.2, size_mm=1.2))
"""A file that is still being imported."""

ZONE_COLUMN = "name"
"""Zoning layers carry the official zone name in this column."""


def plan_style(role: Role) -> Style:
    """The look of a new plan layer."""
    return _PLAN[role]


def reference_style(role: Role, title: str = "") -> Style:
    """The look of a newly imported reference layer; `title` tells hazards apart."""
    if role == Role.HAZARD and "土砂" in title:
        plain = Symbol(fill="#f2d43d", stroke=None)
        return Style(plain, class_column="name", categories=_LANDSLIDE, opacity=0.5)
    if role == Role.ZONING:
        return zoning_style()
    if role == Role.AREA_DIVISION:
        return Style(
            Symbol(fill=None, stroke="#888888"),
            class_column="name",
            categories=(
                Category("市街化区域", "市街化区域", Symbol(fill=None, stroke="#c0504d", stroke_mm=0.5)),
                Category(
                    "市街化調整区域",
                    "市街化調整区域",
                    Symbol(fill="#e9efe2", stroke="#7f9f5f", stroke_mm=0.2),
                ),
            ),
            opacity=0.7,
        )
    return _REFERENCE.get(role, Style(Symbol(fill="#cfd8dc", stroke="#78909c", stroke_mm=0.15), opacity=0.7))


def zoning_style() -> Style:
    """Use zones in the customary colours of 都市計画図."""
    plain = Symbol(fill=UNKNOWN_COLOR, stroke="#777777", stroke_mm=0.1)
    zones = tuple(
        Category(z.name, z.name, Symbol(fill=z.color, stroke="#777777", stroke_mm=0.1)) for z in ZONES
    )
    unknown = Category(UNKNOWN_NAME, UNKNOWN_NAME, plain)
    return Style(plain, class_column=ZONE_COLUMN, categories=(*zones, unknown), opacity=0.6)
