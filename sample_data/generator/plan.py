"""The sample plan: the prefecture's district, the town's areas, the facilities and the facts."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
from shapely.affinity import scale
from shapely.geometry import Point, Polygon, mapping
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

from generator.files import degrees
from generator.land import lake_ring, place
from generator.town import Block, blocks, resort_blocks

FACTS = """# 見本の計画の事実（架空）
prefecture_plan_received = "2026-02-10"
requirements_written = true
housing_written = false
authority_consented = false
prefecture_heard = "2026-03-05"
residents_reflected = "2026-03-20"
council_exists = true
council_consulted = false
master_plans_in_harmony = true
plan_published = false
zoning_covers_municipality = true
urban_planning_area_covers_municipality = true
area_division_covers_municipality = true
authority = "架空の特定行政庁（県）"
period = "令和8年度から令和12年度まで"
profile = "none"

[items]
1 = "特定居住促進区域（別図）"
2 = "空き家を活用して特定居住を促進する"
3 = "特定居住拠点施設の整備（別表）"
4 = "カフェと就業の場の整備（別表）"
5 = "空き家バンクの運営と、移動の足を確かめる実験"
6 = "県が行う県道の整備と、拠点施設の開設の時期を合わせる"
7 = "令和8年度から令和12年度まで"

[[requirements]]
name = "共同利用の事務所"
use_classes = ["office"]
zones = ["R1L", "R2L"]
max_floor_m2 = 150
max_storey = 2
hours = "8時から21時まで"
noise = "夜間は窓を閉め、屋外で催しをしない"
smell = "敷地内は禁煙とする"
parking = "敷地内に3台以上"
road = "幅員4m以上の道路に接する"

[[support_corporations]]
name = "特定非営利活動法人 澄原くらしの会（架空）"
address = "澄原市本町一丁目（架空）"
office = "澄原市本町一丁目（架空）"
designated_on = "2026-04-01"
published_on = "2026-04-01"
tasks = "特定居住の相談、空き家の紹介"

[council]
members = [
  { name = "澄原市", kind = "municipality" },
  { name = "長野県", kind = "prefecture" },
  { name = "澄原くらしの会（架空）", kind = "support_corporation" },
  { name = "澄原不動産協会（架空）", kind = "realtor" },
  { name = "本町区（架空）", kind = "resident" },
]
"""


def district(main: Polygon) -> Polygon:
    """特定居住重点地区: the town centre and the lake, along streets and natural lines."""
    s = np.linspace(2_050, 6_000, 60)
    center = Polygon(np.vstack([place(s, 1_180 + 40 * np.sin(s / 300)), place(s[::-1], -1_130)]))
    neck = Polygon(np.vstack([place([5_900, 7_700], 520), place([7_700, 5_900], -420)]))
    resort = Polygon(lake_ring(640.0, 200))
    whole = unary_union([center, neck, resort])
    if not main.contains(whole) or whole.geom_type != "Polygon":
        raise ValueError("the district must be one polygon inside the town")
    return Polygon(whole.exterior)


def areas() -> list[tuple[str, str, BaseGeometry]]:
    """特定居住促進区域: two, along the borders of use zones."""
    grid = [
        b for b in blocks() if b.bank == "north" and 8 <= b.column <= 24 and b.row >= 1 and b.zone is not None
    ]
    town = unary_union([b.shape for b in grid])
    town = Polygon(max(getattr(town, "geoms", [town]), key=lambda p: p.area).exterior)
    resort = unary_union([shape for shape, _ in resort_blocks()])
    resort = unary_union([resort, Polygon(lake_ring(70.0, 192))])
    resort = Polygon(resort.exterior)
    return [
        ("中心市街地・山手区域", "北側の街区のうち商業地域から第一種低層住居専用地域までの全域", town),
        ("湖畔区域", "湖畔の街区の全域", resort),
    ]


def facilities() -> list[tuple[BaseGeometry, Mapping[str, object]]]:
    """Eight uses on different zones: sites where the block is known, points elsewhere."""
    rows = [
        (
            _site(1, 15),
            _facts(
                1, "山手コワーキング", "coworking", "office", 110.0, 110.0, 1, "change_of_use", "空き家の改修"
            ),
        ),
        (
            _site(4, 4),
            _facts(2, "澄原サテライトオフィス", "coworking", "office", 1_400.0, 1_400.0, 2, "new", ""),
        ),
        (
            _site(5, 18),
            _facts(3, "お試し住宅 髙﨑の家", "trial_house", "dwelling", 104.0, 104.0, 2, "change_of_use", ""),
        ),
        (_site(9, 14), _facts(4, "駅前交流館", "exchange", "library_like", 620.0, 620.0, 3, "new", "")),
        (
            _site(2, 18),
            _facts(5, "坂の上カフェ", "convenience", "retail_daily_eatery", 140.0, 140.0, 1, "new", "", 4),
        ),
        (
            _site(8, 20).centroid,
            _facts(6, "はたらく工房", "employment", "office", 400.0, 400.0, 2, "new", "", 4),
        ),
        (_resort_site(9), _facts(7, "湖畔の宿", "lodging", "hotel", 780.0, 780.0, 3, "new", "")),
        (
            _outside(),
            _facts(8, "奥の体験交流施設", "exchange", "assembly_hall", 180.0, 180.0, 1, "change_of_use", ""),
        ),
    ]
    return [(shape, values) for shape, values in rows]


def _facts(
    number: int,
    name: str,
    kind: str,
    use_class: str,
    use_m2: float,
    total_m2: float,
    storey: int,
    works: str,
    note: str,
    item: int = 3,
) -> dict[str, object]:
    return {
        "scenario": "A",
        "number": number,
        "name": name,
        "kind": kind,
        "use_class": use_class,
        "part_class": None,
        "use_floor_m2": use_m2,
        "total_floor_m2": total_m2,
        "top_storey": storey,
        "works": works,
        "item": item,
        "note": note or None,
    }


def _site(zone: int, column: int) -> Polygon:
    """A lot inside the zoned block nearest to a column of the grid's north bank, within the town area."""
    found = [b for b in blocks() if b.bank == "north" and b.zone == zone and 8 <= b.column <= 24]
    block: Block = min(found, key=lambda b: (abs(b.column - column), b.row))
    shape = scale(block.shape, 0.42, 0.42)
    return Polygon(np.round(np.array(shape.exterior.coords), 3))


def _resort_site(zone: int) -> Polygon:
    shape = next(shape for shape, code in resort_blocks() if code == zone)
    lot = scale(shape, 0.4, 0.5).intersection(shape.buffer(-8))
    return Polygon(np.round(np.array(lot.exterior.coords), 3))


def _outside() -> Point:
    """In the 市街化調整区域, inside the district, south of the last streets."""
    return Point(place(5_200.0, -1_060.0)[0])


def geojson(name: str, rows: list[tuple[BaseGeometry, Mapping[str, object]]]) -> bytes:
    """GeoJSON in JGD2011 degrees with its crs member, one feature a line."""
    head = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::6668"}}
    lines = [
        json.dumps(
            {"type": "Feature", "properties": dict(values), "geometry": mapping(degrees(shape))},
            ensure_ascii=False,
        )
        for shape, values in rows
    ]
    start = f'{{"type": "FeatureCollection", "name": "{name}", "crs": {json.dumps(head)}, "features": [\n'
    return (start + ",\n".join(lines) + "\n]}\n").encode()
