"""道路整備: the road works that the plan counts on, kept with it in the fact `access`.

They change no link of today; what they would bring is worked out beside it (整備前, 整備後).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from chiiki_gis.core.access_plan import access_change, access_part, require_positive, require_source
from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.facts import FactValue

PART = "improvements"
_TOUCH_M = 0.01


@dataclass(frozen=True)
class RoadPart:
    """A stretch of one road, between two distances from the start of its line.

    road_m   length of the whole road when the stretch was chosen; a road of another length is another road
    """

    layer_id: str
    fid: int
    start_m: float
    end_m: float
    road_m: float

    @property
    def length_m(self) -> float:
        """Metres from its start to its end."""
        return self.end_m - self.start_m


@dataclass(frozen=True)
class RoadImprovement:
    """One piece of works: roads that are improved (改良), or a new road (新設).

    number          unique in the plan, never of another piece
    roads           (layer_id, fid) of the roads improved as a whole; empty for a new road
    parts           stretches (区間) of further roads that are improved; empty for a new road
    line            (east, north) of a new road's vertices in project CRS; empty for roads improved
    road_class      of a new road, a code of N13_003; None for roads improved, which keep their own
    kmh, width_m    afterwards; None leaves speed and width as they are
    source          what speed and width rest on
    carried_out_by  who carries the works out; None is unknown
    tag             the works they are said to be, as of an access link; None for nothing
    yen_per_m       the planner's unit cost, with cost_source; None for no cost
    """

    number: int
    name: str
    source: str
    roads: tuple[tuple[str, int], ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    road_class: str | None = None
    kmh: float | None = None
    width_m: float | None = None
    carried_out_by: str | None = None
    tag: str | None = None
    yen_per_m: float | None = None
    cost_source: str = ""
    parts: tuple[RoadPart, ...] = ()

    @property
    def is_new_road(self) -> bool:
        """True for 新設."""
        return bool(self.line)


def improvements_of(facts: Mapping[str, FactValue]) -> tuple[RoadImprovement, ...]:
    """The works of a plan, in the order they were added."""
    return tuple(_read(entry) for entry in access_part(facts, PART, []))


def next_number(facts: Mapping[str, FactValue]) -> int:
    """A number for another piece of works."""
    return max((one.number for one in improvements_of(facts)), default=0) + 1


def set_improvement(facts: Mapping[str, FactValue], work: RoadImprovement) -> Change:
    """Add works, or replace those of equal number.

    Raises BadInput for works without a name, roads or an effect, for a figure that is not positive, and for
    a figure or a cost without its source.
    """
    _require_whole(work)
    known = improvements_of(facts)
    is_known = any(one.number == work.number for one in known)
    works = [work if one.number == work.number else one for one in known] + ([] if is_known else [work])
    note = f"道路整備「{work.name}」を{'変更' if is_known else '追加'}"
    return access_change(note, facts, PART, [_written(one) for one in works])


def drop_improvement(facts: Mapping[str, FactValue], number: int) -> Change:
    """Take works away."""
    known = improvements_of(facts)
    name = next((one.name for one in known if one.number == number), "")
    others = [_written(one) for one in known if one.number != number]
    return access_change(f"道路整備「{name}」を削除", facts, PART, others)


def merged_parts(parts: Iterable[RoadPart]) -> tuple[RoadPart, ...]:
    """Stretches that overlap or touch as one, road by road in the order of their first stretch."""
    by_road: dict[tuple[str, int, float], list[RoadPart]] = {}
    for part in parts:
        by_road.setdefault((part.layer_id, part.fid, part.road_m), []).append(part)
    found = []
    for several in by_road.values():
        first, *others = sorted(several, key=lambda part: part.start_m)
        for part in others:
            if part.start_m <= first.end_m + _TOUCH_M:
                first = replace(first, end_m=max(first.end_m, part.end_m))
            else:
                found.append(first)
                first = part
        found.append(first)
    return tuple(found)


def with_roads(
    work: RoadImprovement, roads: Iterable[tuple[str, int]], parts: Iterable[RoadPart] = ()
) -> RoadImprovement:
    """Works that improve further roads and stretches; a road improved as a whole has no stretches."""
    whole = tuple(dict.fromkeys((*work.roads, *roads)))
    merged = merged_parts((*work.parts, *parts))
    return replace(
        work, roads=whole, parts=tuple(one for one in merged if (one.layer_id, one.fid) not in whole)
    )


def _require_whole(work: RoadImprovement) -> None:
    if not work.name.strip():
        raise BadInput("道路整備を加えられません。", "名前がありません。", "名前を入れてください。")
    if not work.roads and not work.parts and len(work.line) < 2:
        raise BadInput(
            "道路整備を加えられません。",
            "どの道路の整備かが決まっていません。",
            "地図で道路を選ぶか、新しい道路を描いてください。",
        )
    if not work.is_new_road and work.kmh is None and work.width_m is None:
        raise BadInput(
            "道路整備を加えられません。",
            "整備後の速度も幅員も入っていません。",
            "変わるものを少なくとも一つ入れてください。",
        )
    for number in (work.kmh, work.width_m, work.yen_per_m):
        if number is not None:
            require_positive(number)
    require_source(work.source)
    if work.yen_per_m is not None and not work.cost_source.strip():
        raise BadInput(
            "費用の単価を使えません。",
            "単価の出典が書かれていません。",
            "単価の出典（積算基準や過去の工事など）を書くか、単価を空欄にしてください。",
        )


def _written(work: RoadImprovement) -> dict[str, object]:
    plain = asdict(work)
    lists = {"roads": [list(road) for road in work.roads], "line": [list(xy) for xy in work.line]}
    return {**plain, **lists}


def _read(entry: Mapping[str, Any]) -> RoadImprovement:
    roads = tuple((str(layer), int(fid)) for layer, fid in entry["roads"])
    line = tuple((float(x), float(y)) for x, y in entry["line"])
    parts = tuple(RoadPart(**part) for part in entry.get("parts", ()))
    return RoadImprovement(**{**entry, "roads": roads, "line": line, "parts": parts})
