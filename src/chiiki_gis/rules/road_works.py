"""Which road works may be called 拠点施設関連基盤施設整備事業 (広活法2条3項)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.finding import Finding
from chiiki_gis.core.role import Role
from chiiki_gis.rules.plan import finding

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Manager = Literal["prefecture", "state", "designated_city", "municipality"]

TAGS: dict[str, str] = {
    "related_infrastructure": "拠点施設関連基盤施設整備事業",
    "prefecture_plan_work": "5条2項3号の事業",
    "integrated_work": "22条2項5号の事業",
}
"""What an access link may be tagged as (広活法2条3項, 5条2項3号, 22条2項5号)."""


def tag_of(value: object) -> str | None:
    """The tag that a cell names, by id or by its Japanese name; None for any other value."""
    if not isinstance(value, str):
        return None
    word = value.strip()
    return word if word in TAGS else next((tag for tag, name in TAGS.items() if name == word), None)


ROAD_CLASSES: dict[str, str] = {
    "1": "国道",
    "2": "都道府県道",
    "3": "市区町村道",
    "4": "高速自動車国道",
    "5": "その他の道路",
    "6": "分類不明の道路",
}
"""国土数値情報 N13_003."""

_ELIGIBLE = frozenset({"1", "2"})
_CORRIDOR_M = 0.5
_LEAST_M = 20.0


@dataclass(frozen=True)
class RoadWork:
    """Whether works on a road may carry the name; None where it is not known. `offers` are tags that may."""

    eligible: bool | None
    reason: str
    offers: tuple[str, ...] = ()


def judge_road_work(road_class: str | None, manager: Manager | None = None) -> RoadWork:
    """Whether works on a road may be 拠点施設関連基盤施設整備事業.

    road_class   code of N13_003, or None
    manager      who carries the works out; None is unknown
    Source: 広活法2条3項 (the prefecture carries them out; 1号イ: 一般国道, 都道府県道).
    """
    others = ("prefecture_plan_work", "integrated_work")
    word = ROAD_CLASSES.get(road_class or "6", ROAD_CLASSES["6"])
    if road_class in (None, "6"):
        return RoadWork(None, "道路の分類が分からないため、対象になるか判定できません。", others)
    if road_class not in _ELIGIBLE:
        reason = f"{word}は対象になりません（対象は一般国道と都道府県道です。広活法2条3項1号イ）。"
        return RoadWork(False, reason, others)
    if manager in ("state", "designated_city", "municipality"):
        who = {"state": "国", "designated_city": "指定都市", "municipality": "市町村"}[manager]
        reason = (
            f"{who}が実施する事業は対象になりません（都道府県が実施する事業に限られます。広活法2条3項）。"
        )
        return RoadWork(False, reason, others)
    if manager == "prefecture":
        return RoadWork(True, f"都道府県が実施する{word}の事業です（広活法2条3項1号イ）。")
    reason = f"{word}は、都道府県が実施する場合に限り対象になります（直轄国道などは除きます。広活法2条3項）。"
    return RoadWork(None, reason, others)


def check_links(links: GeoDataFrame, roads: GeoDataFrame | None) -> Iterator[Finding]:
    """The findings about links tagged 拠点施設関連基盤施設整備事業.

    links   rows of the access_link layer, index fid
    roads   normalised roads with column `class`, same CRS; None = no such layer, then nothing is found
    """
    tagged = links[[tag_of(tag) == "related_infrastructure" for tag in links["tag"]]]
    if tagged.empty or roads is None or roads.empty:
        return
    for fid, shape in tagged.geometry.items():
        lengths = _length_by_class(shape, roads)
        refused = {
            code: metres for code, metres in lengths.items() if judge_road_work(code).eligible is False
        }
        if not refused:
            continue
        wholly = not any(code in _ELIGIBLE for code in lengths)
        rule = "road-work-refused" if wholly else "road-work-partly"
        named = "、".join(f"{ROAD_CLASSES[code]}{metres:,.0f}m" for code, metres in refused.items())
        yield finding(
            rule,
            Role.ACCESS_LINK,
            [fid],
            roads=named,
            offers="または".join(f"「{TAGS[tag]}」" for tag in ("prefecture_plan_work", "integrated_work")),
        )


def _length_by_class(link: object, roads: GeoDataFrame) -> Mapping[str, float]:
    """How far a link runs along roads of each class (m); crossings of under 20 m are left out."""
    import shapely

    if link is None or shapely.is_empty(link):
        return {}
    corridor = shapely.buffer(link, _CORRIDOR_M, cap_style="flat")
    hits = roads.iloc[roads.sindex.query(corridor, predicate="intersects")]
    metres = shapely.length(shapely.intersection(hits.geometry.to_numpy(), corridor))
    found: dict[str, float] = {}
    for code, length in zip(hits["class"], metres, strict=True):
        key = code if code in ROAD_CLASSES else "6"
        found[key] = found.get(key, 0.0) + float(length)
    return {code: length for code, length in sorted(found.items()) if length >= _LEAST_M}
