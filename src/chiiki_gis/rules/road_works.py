"""Which road works may be called 拠点施設関連基盤施設整備事業 (広活法2条3項)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.improvement_effects import effects_of
from chiiki_gis.core.improvements import improvements_of
from chiiki_gis.core.links import building_of
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
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

RELATED = "related_infrastructure"

MANAGERS: dict[Manager, str] = {
    "prefecture": "都道府県",
    "state": "国",
    "designated_city": "指定都市",
    "municipality": "市町村",
}
"""Who may carry works out; only the first makes them 拠点施設関連基盤施設整備事業 (広活法2条3項)."""

_WORDS_OF_MANAGERS: dict[str, Manager] = {
    "県": "prefecture", "都": "prefecture", "道": "prefecture", "府": "prefecture", "直轄": "state",
    "市": "municipality", "町": "municipality", "村": "municipality", "政令市": "designated_city",
    "政令指定都市": "designated_city",
}  # fmt: skip


def manager_of(value: object) -> Manager | None:
    """Who a cell names as the one who carries works out; None for nothing and for any other word."""
    if not isinstance(value, str):
        return None
    word = value.strip()
    if word in MANAGERS:
        return next(one for one in MANAGERS if one == word)
    named = next((one for one, name in MANAGERS.items() if name == word), None)
    return named or _WORDS_OF_MANAGERS.get(word)


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
        who = MANAGERS[manager]
        reason = (
            f"{who}が実施する事業は対象になりません（都道府県が実施する事業に限られます。広活法2条3項）。"
        )
        return RoadWork(False, reason, others)
    if manager == "prefecture":
        return RoadWork(True, f"都道府県が実施する{word}の事業です（広活法2条3項1号イ）。")
    reason = f"{word}は、都道府県が実施する場合に限り対象になります（直轄国道などは除きます。広活法2条3項）。"
    return RoadWork(None, reason, others)


def judge_link(link: object, roads: GeoDataFrame | None, carried_out_by: object) -> RoadWork:
    """Whether works along a link may be 拠点施設関連基盤施設整備事業, as `check_links` finds it.

    link             line, CRS of the roads; roads as in `check_links`
    carried_out_by   the cell of the link's row
    None where only a part of the link runs along eligible roads, or where its roads are not known.
    """
    lengths = {} if roads is None or roads.empty else _length_by_class(link, roads)
    return judge_works(lengths, manager_of(carried_out_by))


def judge_works(lengths: Mapping[str, float], manager: Manager | None) -> RoadWork:
    """Whether works on roads of some classes may be 拠点施設関連基盤施設整備事業, all of them together.

    lengths   metres by code of N13_003; empty is unknown
    """
    if manager is not None and manager != "prefecture":
        return judge_road_work("1", manager)
    judged = [judge_road_work(code, manager) for code in lengths] or [judge_road_work(None)]
    answers = [one.eligible for one in judged]
    refused = [one for one in judged if one.eligible is False]
    if refused and not _ELIGIBLE & set(lengths):
        return refused[0]
    if refused:
        return RoadWork(None, f"経路の一部だけが対象です。{refused[0].reason}", refused[0].offers)
    return judged[answers.index(None)] if None in answers else judged[0]


def require_tag(tag: str | None, work: RoadWork) -> None:
    """Raises BadInput where works are said to be 拠点施設関連基盤施設整備事業 and are not surely so."""
    if tag != RELATED or work.eligible:
        return
    offers = "または".join(f"「{TAGS[one]}」" for one in work.offers)
    raise BadInput(
        f"「{TAGS[RELATED]}」にできません。",
        work.reason,
        f"事業の区分を{offers}にするか、空欄にしてください。",
    )


def check_links(
    links: GeoDataFrame, roads: GeoDataFrame | None, facilities: GeoDataFrame, districts: GeoDataFrame
) -> Iterator[Finding]:
    """The findings about links tagged 拠点施設関連基盤施設整備事業.

    links       rows of the access_link layer, index fid
    roads       normalised roads with column `class`, same CRS; None = no such layer
    facilities, districts   rows of the plan, same CRS: 1号 works go with a facility in a 重点地区
    """
    tagged = links[[tag_of(tag) == RELATED for tag in links["tag"]]]
    if tagged.empty:
        return
    served = _served(facilities, districts)
    offers = "または".join(f"「{TAGS[tag]}」" for tag in ("prefecture_plan_work", "integrated_work"))
    rows = zip(tagged.index, tagged.geometry, tagged["building_id"], tagged["carried_out_by"], strict=True)
    for fid, shape, building, who in rows:
        manager = manager_of(who)
        if roads is None or roads.empty:
            yield finding("road-work-unknown", Role.ACCESS_LINK, [fid], why="道路の資料がない")
        else:
            yield from _of_roads(int(fid), _length_by_class(shape, roads), manager, offers)
        if manager is not None and manager != "prefecture":
            named = MANAGERS[manager]
            yield finding("road-work-not-prefecture", Role.ACCESS_LINK, [fid], who=named, offers=offers)
        if served is not None and building not in served:
            yield finding("road-work-without-facility", Role.ACCESS_LINK, [fid])


def check_works(values: Snapshot) -> Iterator[Finding]:
    """The findings about the plan's road works (道路整備): what they are called, and what they rest on.

    Reads the roads only where works are said to be 拠点施設関連基盤施設整備事業.
    """
    from chiiki_gis.analysis.improved_roads import lengths_by_class, roads_of_works

    works = improvements_of(values.facts)
    offers = "または".join(f"「{TAGS[tag]}」" for tag in ("prefecture_plan_work", "integrated_work"))
    if any(work.tag == RELATED for work in works):
        lines, classes = roads_of_works(values)
        for work in works:
            judged = judge_works(lengths_by_class(work, lines, classes), manager_of(work.carried_out_by))
            if work.tag == RELATED and not judged.eligible:
                rule = "improvement-unsure" if judged.eligible is None else "improvement-refused"
                yield finding(rule, None, name=work.name, why=judged.reason, offers=offers)
    for work in works:
        if work.kmh is None:
            yield finding("improvement-without-speed", None, name=work.name)
    kept = effects_of(values.facts, values.scenario) if works else None
    if kept is not None and kept.is_stale:
        yield finding("improvement-effects-old", None)


def _served(facilities: GeoDataFrame, districts: GeoDataFrame) -> set[str] | None:
    """The 拠点施設 (22条2項3号) in a 重点地区, as links name them; None where no district has been drawn."""
    if districts.empty:
        return None
    inside = facilities.geometry.intersects(districts.geometry.make_valid().union_all())
    is_base = (facilities["item"] == 3).fillna(value=False)
    rows = zip(building_of(facilities), inside, is_base, strict=True)
    return {name for name, held, base in rows if held and base}


def _of_roads(
    fid: int, lengths: Mapping[str, float], manager: Manager | None, offers: str
) -> Iterator[Finding]:
    """What the classes of the roads under a link say."""
    refused = {code: metres for code, metres in lengths.items() if judge_road_work(code).eligible is False}
    eligible = {code: metres for code, metres in lengths.items() if code in _ELIGIBLE}
    if refused:
        rule = "road-work-partly" if eligible else "road-work-refused"
        yield finding(rule, Role.ACCESS_LINK, [fid], roads=_named(refused), offers=offers)
    elif not eligible:
        why = "道路の分類が分からない" if lengths else "経路が道路の資料に重ならない"
        yield finding("road-work-unknown", Role.ACCESS_LINK, [fid], why=why)
    if eligible and manager is None:
        yield finding("road-work-manager", Role.ACCESS_LINK, [fid], roads=_named(eligible), offers=offers)


def _named(lengths: Mapping[str, float]) -> str:
    return "、".join(f"{ROAD_CLASSES[code]}{metres:,.0f}m" for code, metres in lengths.items())


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
