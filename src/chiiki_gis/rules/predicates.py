"""Whether a building's uses keep a limit of the use-zone table, with missing numbers left open.

Each answer is ok, broken (certain, whatever is still missing), ask (hangs on how the 特定行政庁 reads the
law) and open (a deciding number is missing).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from chiiki_gis.rules.model import Cell, CombinedRule, Limit, RuleTable, Use, UseClass

State = Literal["ok", "broken", "ask", "open"]


@dataclass(frozen=True)
class Part:
    """A part of a building in one class of use.

    certain      False where the part may turn out to be a 兼用住宅
    combined_in  for the part of a 兼用住宅 that keeps 令130条の3: the class that it is used as
    """

    use_class: UseClass
    floor_m2: float | None
    storey: int | None
    certain: bool = True
    combined_in: UseClass | None = None

    def cell(self, zone_id: str) -> Cell:
        """What the zone says of the part's class."""
        return self.use_class.cells[zone_id]

    @property
    def used_as(self) -> UseClass:
        """The class of what goes on in the part, also inside a 兼用住宅."""
        return self.combined_in or self.use_class


@dataclass(frozen=True)
class Building:
    """All parts of one building in one zone.

    total_m2   延べ面積 as entered, or None
    parts_m2   sum of the floor areas that are entered, a lower bound of the total
    """

    table: RuleTable
    zone_id: str
    parts: tuple[Part, ...]
    total_m2: float | None
    parts_m2: float


def cell_state(building: Building, part: Part) -> State:
    """Whether the part keeps one of its cell's limits, or what holds beyond them.

    Source: 別表第二; for 市町村の支所等 also 令130条の4第2号, 130条の5の4, 130条の7の2.
    """
    cell = part.cell(building.zone_id)
    states = [limit_state(building, building.table.limits[name], part) for name in cell.limits]
    for state in ("ok", "open", "ask"):
        if state in states:
            return state
    if cell.beyond == "X":
        return "broken"
    if cell.never_from_storey is None:
        return "ask"
    if part.storey is None:
        return "open"
    return "broken" if part.storey >= cell.never_from_storey else "ask"


def limit_state(building: Building, limit: Limit, part: Part) -> State:
    """Whether one part keeps one limit, the other parts that share the limit added up."""
    states: list[State] = []
    if limit.max_total_m2 is not None:
        states.append(_total_state(building, limit.max_total_m2))
    if limit.max_storey is not None:
        states.append(_storey_state(part, limit.max_storey))
    if limit.max_sum_m2 is not None and not _is_uncounted_shop(building, limit, part):
        states.append(_sum_state(building, limit, limit.max_sum_m2, part))
    return next((state for state in ("broken", "open", "ask") if state in states), "ok")


def counted_sum(building: Building, limit: Limit) -> float:
    """The floor area, as far as it is entered, that the law adds up for a limit (m²)."""
    return _known(_members(building, limit))


def is_counted(building: Building, limit: Limit, part: Part) -> bool:
    """False for a part that the limit does not add up, as a shop of （は）項5号 in （に）項8号."""
    return any(member is part for member in _members(building, limit))


def combined_state(rule: CombinedRule, use: Use, total_m2: float | None, others: Sequence[Use] = ()) -> State:
    """Whether a use is a 兼用住宅 of 令130条の3: ok, broken or open.

    use       use_floor_m2 is the part that is no dwelling; a part class that is not entered is taken to be
              one of the listed ones, and the caller must say so
    total_m2  延べ面積
    others    the other uses of the building, classes as ids. Further 兼用 parts and rows of the listed uses
              are added up (「これらの用途に供する部分の床面積の合計」), any other use but 住宅 takes from the
              dwelling's half, and flats make it no 住宅 any more.
    """
    if use.part_class is not None and use.part_class not in rule.parts:
        return "broken"
    if any(other.use_class == "apartment" for other in others):
        return "broken"
    listed = ("dwelling_combined", *rule.parts)
    parts = [use, *(other for other in others if other.use_class in listed)]
    more = [other for other in others if other.use_class not in (*listed, "dwelling")]
    part = sum(one.use_floor_m2 or 0.0 for one in parts)
    taken = part + sum(other.use_floor_m2 or 0.0 for other in more)
    if part > rule.max_part_m2:
        return "broken"
    if total_m2 is not None and (total_m2 <= 0 or 1 - taken / total_m2 < rule.min_dwelling_share):
        return "broken"
    is_open = total_m2 is None or any(one.use_floor_m2 is None for one in (*parts, *more))
    return "open" if is_open else "ok"


def _total_state(building: Building, limit_m2: float) -> State:
    least = max(building.total_m2 or 0.0, building.parts_m2)
    if least > limit_m2:
        return "broken"
    return "open" if building.total_m2 is None else "ok"


def _storey_state(part: Part, max_storey: int) -> State:
    if part.storey is None:
        return "open"
    return "ok" if part.storey <= max_storey else "broken"


def _sum_state(building: Building, limit: Limit, max_m2: float, part: Part) -> State:
    """Bounds of the sum: what surely counts, what may count, and what is not entered."""
    members = _members(building, limit)
    shops = _shops(building, limit)
    shops_count = _shops_state(building, limit) == "broken" if limit.shops_within else True
    surely = [
        member
        for member in members
        if (shops_count or member not in shops)
        and (member is part or (member.certain and not _may_be_excluded(building, member)))
    ]
    if _known(surely) > max_m2:
        return "broken"
    if any(member.floor_m2 is None for member in members):
        return "open"
    if _known(members) <= max_m2:
        return "ok"
    by_reading = [member for member in members if _may_be_excluded(building, member)]
    hanging = _known(members) - _known(member for member in by_reading if member is not part)
    return "ask" if hanging <= max_m2 else "open"


def _known(parts: Iterable[Part]) -> float:
    return sum(part.floor_m2 or 0.0 for part in parts)


def _members(building: Building, limit: Limit) -> tuple[Part, ...]:
    """The parts whose floor areas the limit adds up; a building within 令130条の4's total is not counted.

    「その用途に供する部分」 is also the part of a 兼用住宅, unless the limit is for buildings that row （は）
    does not name, for it names the 兼用住宅.
    """
    members = []
    for part in building.parts:
        counted = part.use_class if limit.shops_within else part.used_as
        names = counted.cells[building.zone_id].limits
        if limit.id not in names:
            continue
        totals = [building.table.limits[name].max_total_m2 for name in names]
        if any(m2 is not None and _total_state(building, m2) == "ok" for m2 in totals):
            continue
        if _shops_state(building, limit) == "ok" and part.use_class.is_shop:
            continue
        members.append(part)
    return tuple(members)


def _may_be_excluded(building: Building, part: Part) -> bool:
    """True where the authority may read the part as one that the limit does not count."""
    return part.cell(building.zone_id).beyond == "ask"


def _shops(building: Building, limit: Limit) -> tuple[Part, ...]:
    return tuple(
        part
        for part in building.parts
        if part.used_as.is_shop and limit.id in part.used_as.cells[building.zone_id].limits
    )


def _shops_state(building: Building, limit: Limit) -> State:
    """Ok where the shops are uses of （は）項5号 and are not counted; broken where they surely count."""
    shops = _shops(building, limit)
    if limit.shops_within is None or not shops:
        return "broken"
    within = building.table.limits[limit.shops_within]
    return _shops_within(shops, within)


def _shops_within(shops: Sequence[Part], within: Limit) -> State:
    floors = [part.floor_m2 for part in shops]
    storeys = [part.storey for part in shops]
    sure = _known(part for part in shops if part.certain)
    if within.max_sum_m2 is not None and sure > within.max_sum_m2:
        return "broken"
    if within.max_storey is not None and any((s or 0) > within.max_storey for s in storeys):
        return "broken"
    if any(f is None for f in floors) or any(s is None for s in storeys):
        return "open"
    return "ok" if within.max_sum_m2 is None or _known(shops) <= within.max_sum_m2 else "open"


def _is_uncounted_shop(building: Building, limit: Limit, part: Part) -> bool:
    return part.use_class.is_shop and limit.shops_within is not None and _shops_state(building, limit) == "ok"
