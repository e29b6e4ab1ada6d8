"""Programmes of support that facilities, links and the plan itself are candidates for. Never a promise."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from chiiki_gis import paths
from chiiki_gis.analysis.overlay import distance_outside, is_inside
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.rules.buildings import FacilityBuilding, buildings_of
from chiiki_gis.rules.plan import TOLERANCE_M
from chiiki_gis.rules.road_works import RELATED, TAGS, RoadWork, judge_link, tag_of

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Need = Literal["in_area", "vacant_house", "tag", "named_in_plan", "support_corporation", "in_plan"]
Target = Literal["facility", "link", "plan"]
Status = Literal["candidate", "open", "outside"]

STATUS_WORDS: dict[Status, str] = {
    "candidate": "候補",
    "open": "条件の確認が必要",
    "outside": "条件に合いません",
}
CAUTION = (
    "候補は補助を約束するものではありません。年度・予算・要件は、所管の省庁の最新の要綱で確かめてください。"
)


@dataclass(frozen=True)
class Programme:
    """One programme of resources/rules/subsidies.toml.

    kinds    facility kinds it is for; empty for any
    needs    what the plan's data must show
    tags     for `tag`: the tags of a link that count
    asks     conditions that no datum can tell, each a Japanese clause
    is_certain   False where no datum of the plan can make it more than a question
    """

    id: str
    name: str
    field: str
    ministry: str
    year: str
    amount: str
    support: str
    target: Target
    kinds: tuple[str, ...]
    needs: tuple[Need, ...]
    tags: tuple[str, ...]
    asks: tuple[str, ...]
    is_certain: bool
    source: str
    confirmed: str
    examples: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class SubsidyMatch:
    """One programme and one thing in the plan.

    fids        rows of the facility or link layer; empty for the plan
    reasons     which conditions the data show to be met or not met, Japanese sentences
    questions   what has to be entered or asked, Japanese sentences
    distance_m  how far a facility lies outside the promotion area; 0 inside, None where it does not matter
    """

    programme: Programme
    target: Target
    fids: tuple[int, ...]
    name: str
    status: Status
    reasons: tuple[str, ...]
    questions: tuple[str, ...]
    distance_m: float | None = None

    @property
    def label(self) -> str:
        """候補 and its like."""
        return STATUS_WORDS[self.status]


@cache
def programmes() -> tuple[Programme, ...]:
    """The programmes that come with the program. Raises ValueError for a double id or an unknown need."""
    text = (paths.resources() / "rules" / "subsidies.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    found = tuple(_programme(entry, data) for entry in data["programmes"])
    if len({one.id for one in found}) != len(found):
        raise ValueError("a programme is named twice")
    return found


def _programme(entry: Mapping[str, Any], data: Mapping[str, Any]) -> Programme:
    unknown = set(entry["needs"]) - set(_CHECKS) | set(entry.get("kinds", ())) - set(KINDS)
    unknown |= set(entry.get("tags", ())) - set(TAGS)
    if unknown:
        raise ValueError(f"programme {entry['id']} names {sorted(unknown)}")
    return Programme(
        id=entry["id"],
        name=entry["name"],
        field=entry["field"],
        ministry=entry["ministry"],
        year=entry.get("year", data["year"]),
        amount=entry["amount"],
        support=entry["support"],
        target=entry["target"],
        kinds=tuple(entry.get("kinds", ())),
        needs=tuple(entry["needs"]),
        tags=tuple(entry.get("tags", ())),
        asks=tuple(entry.get("asks", ())),
        is_certain=entry.get("certain", True),
        source=entry.get("source", data["source"]),
        confirmed=entry.get("confirmed", data["confirmed"]),
        examples=tuple(entry["examples"]),
    )


def match_subsidies(snapshot: Snapshot, roads: GeoDataFrame | None = None) -> tuple[SubsidyMatch, ...]:
    """What each facility, link and the plan may be supported by, in the programmes' order.

    roads   normalised roads with column `class`, CRS of the plan; None = no such layer
    A facility of a kind that the programme is not for, and a link without any tag, get no row.
    """
    facts, area = snapshot.facts, snapshot.rows(Role.PROMOTION_AREA)
    things = {
        "facility": tuple(_facilities(snapshot, area)),
        "link": tuple(_links(snapshot, roads)),
        "plan": (_Thing(facts, (), "計画の全体", has_area=not area.empty),),
    }
    return tuple(
        match
        for programme in programmes()
        for thing in things[programme.target]
        if (match := _match(programme, thing)) is not None
    )


@dataclass(frozen=True)
class _Thing:
    """What a programme looks at."""

    facts: Mapping[str, FactValue]
    fids: tuple[int, ...]
    name: str
    has_area: bool = False
    inside: bool = False
    distance_m: float | None = None
    kinds: tuple[str | None, ...] = ()
    from_house: bool | None = None
    tag: str | None = None
    road: RoadWork | None = None


@dataclass(frozen=True)
class _Answer:
    """What a need says: met, not met, or (None) not known, and the sentence for it."""

    met: bool | None
    words: str


def _facilities(snapshot: Snapshot, area: GeoDataFrame) -> Iterator[_Thing]:
    import geopandas

    buildings = buildings_of(snapshot.rows(Role.FACILITY), snapshot.rows(Role.SITE))
    if not buildings:
        return
    shapes = geopandas.GeoSeries([one.site for one in buildings], crs=snapshot.epsg)
    grounds = geopandas.GeoDataFrame(geometry=shapes)
    inside = is_inside(grounds, area, TOLERANCE_M)
    away = distance_outside(grounds, area)
    for row, building in enumerate(buildings):
        distance = float(away.iloc[row])
        yield _Thing(
            snapshot.facts,
            building.fids,
            building.name,
            has_area=not area.empty and building.site is not None,
            inside=bool(inside.iloc[row]),
            distance_m=None if distance != distance else distance,
            kinds=building.kinds,
            from_house=_from_house(building),
        )


def _from_house(building: FacilityBuilding) -> bool | None:
    """None where nobody has said, or where only a part of the building is new."""
    if "new" in building.works:
        return None if building.house_fids and set(building.works) != {"new"} else False
    return True if building.house_fids else None


def _links(snapshot: Snapshot, roads: GeoDataFrame | None) -> Iterator[_Thing]:
    links = snapshot.rows(Role.ACCESS_LINK)
    columns = [links[name] for name in ("tag", "interchange", "geometry", "carried_out_by")]
    for fid, tag, interchange, shape, who in zip(links.index, *columns, strict=True):
        known = tag_of(tag)
        if known is not None:
            name = f"{interchange}からのアクセス道路" if isinstance(interchange, str) else "アクセス道路"
            road = judge_link(shape, roads, who) if known == RELATED else None
            yield _Thing(snapshot.facts, (int(fid),), name, tag=known, road=road)


def _match(programme: Programme, thing: _Thing) -> SubsidyMatch | None:
    if programme.target == "facility" and programme.kinds and not set(thing.kinds) & {*programme.kinds, None}:
        return None
    answers = [_CHECKS[need](programme, thing) for need in programme.needs]
    if programme.target == "facility" and programme.kinds and not set(thing.kinds) & set(programme.kinds):
        answers.append(_Answer(None, "施設の種類が入力されていません。"))
    status: Status = "candidate" if programme.is_certain else "open"
    if any(one.met is False for one in answers):
        status = "outside"
    elif any(one.met is None for one in answers):
        status = "open"
    return SubsidyMatch(
        programme,
        programme.target,
        thing.fids,
        thing.name,
        status,
        reasons=tuple(one.words for one in answers if one.met is not None),
        questions=(
            *(one.words for one in answers if one.met is None),
            *(f"{ask}を確かめてください。" for ask in programme.asks),
        ),
        distance_m=thing.distance_m if "in_area" in programme.needs else None,
    )


def _in_area(_: Programme, thing: _Thing) -> _Answer:
    if not thing.has_area:
        return _Answer(None, "特定居住促進区域または施設の位置がまだありません。")
    if thing.inside:
        return _Answer(True, "特定居住促進区域の内にあります。")
    if thing.distance_m:
        return _Answer(False, f"特定居住促進区域の外にあります（区域まで{thing.distance_m:,.0f}m）。")
    return _Answer(False, "敷地の一部が特定居住促進区域の外にあります。")


def _vacant_house(_: Programme, thing: _Thing) -> _Answer:
    if thing.from_house is None:
        return _Answer(None, "空き家を改修するかどうかが入力されていません。")
    if thing.from_house:
        return _Answer(True, "空き家を改修する施設です。")
    return _Answer(False, "新築の施設で、空き家の改修ではありません。")


def _tag(programme: Programme, thing: _Thing) -> _Answer:
    """A tag that the check of road works refuses does not count."""
    words = f"経路の事業の区分は「{TAGS[thing.tag or '']}」です。"
    if thing.tag not in programme.tags or thing.road is None:
        return _Answer(thing.tag in programme.tags, words)
    return _Answer(thing.road.eligible, words + thing.road.reason)


def _named_in_plan(_: Programme, thing: _Thing) -> _Answer:
    number = 5 if thing.tag == "integrated_work" else 6
    written = thing.facts.get(f"items.{number}")
    if isinstance(written, str) and written.strip():
        return _Answer(
            True, f"計画の22条2項{number}号に事業の記載があります（この経路を含むか確かめてください）。"
        )
    return _Answer(None, f"計画の22条2項{number}号（事業の記載）が入力されていません。")


def _support_corporation(_: Programme, thing: _Thing) -> _Answer:
    entries = thing.facts.get("support_corporations")
    if not isinstance(entries, list) or not entries:
        return _Answer(None, "特定居住支援法人が入力されていません。")
    answers = [_is_designated(entry) for entry in entries]
    if True in answers:
        return _Answer(True, "指定された特定居住支援法人があります。")
    if None in answers:
        return _Answer(None, "特定居住支援法人の指定の日が入力されていません。")
    return _Answer(False, "指定を受けている特定居住支援法人がありません。")


def _is_designated(entry: object) -> bool | None:
    """None for an entry that does not say when it was designated."""
    if isinstance(entry, Mapping) and entry.get("cancelled_on"):
        return False
    return True if isinstance(entry, Mapping) and entry.get("designated_on") else None


def _in_plan(_: Programme, thing: _Thing) -> _Answer:
    if thing.has_area:
        return _Answer(True, "特定居住促進区域を描いています。")
    return _Answer(None, "特定居住促進区域がまだありません。")


_CHECKS: dict[Need, Callable[[Programme, _Thing], _Answer]] = {
    "in_area": _in_area,
    "vacant_house": _vacant_house,
    "tag": _tag,
    "named_in_plan": _named_in_plan,
    "support_corporation": _support_corporation,
    "in_plan": _in_plan,
}


def matches_of(matches: Sequence[SubsidyMatch], target: Target, fid: int) -> tuple[SubsidyMatch, ...]:
    """The matches of one row of the facility or link layer, candidates first."""
    order = tuple(STATUS_WORDS)
    mine = [one for one in matches if one.target == target and fid in one.fids]
    return tuple(sorted(mine, key=lambda one: order.index(one.status)))
