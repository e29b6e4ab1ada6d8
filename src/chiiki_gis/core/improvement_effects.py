"""What the road works of a plan would bring: worked out by the worker, kept in the fact `access`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast

from chiiki_gis.core.access_plan import access_change, access_part
from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.improvements import PART as WORKS_PART

PART = "effects"
BAND_MIN = 30.0
"""Minutes within which the reach of a facility is compared."""


@dataclass(frozen=True)
class Way:
    """The quickest link of a building, and what is reached from it within BAND_MIN.

    interchange, km, minutes   None where no interchange can be reached
    status      as of an access link
    road_km, houses   roads, and vacant houses with consent, reached; None where no road is near, the houses
                      also where the plan has no data of them
    """

    interchange: str | None
    km: float | None
    minutes: float | None
    status: str
    road_km: float | None = None
    houses: int | None = None


@dataclass(frozen=True)
class Effect:
    """One building, today and with the works done.

    building   its id as links name it; facility its name
    """

    building: str
    facility: str
    before: Way
    after: Way

    @property
    def saved_minutes(self) -> float | None:
        """How much quicker the link becomes; None where one of both is not known."""
        if self.before.minutes is None or self.after.minutes is None:
            return None
        return self.before.minutes - self.after.minutes


@dataclass(frozen=True)
class WorkRow:
    """One piece of works as a table shows it.

    kind        改良 or 新設
    length_m    of the roads it touches; lost how many of them are gone
    tag         name of what the works are said to be, "" for nothing and where the law does not allow it
    reason      the law's answer
    eligible    whether it may be 拠点施設関連基盤施設整備事業; None where that is not known
    yen         length times the planner's unit cost; None without one
    """

    number: int
    name: str
    kind: str
    length_m: float
    lost: int
    after: str
    tag: str
    eligible: bool | None
    reason: str
    yen: float | None
    cost_source: str


@dataclass(frozen=True)
class Effects:
    """Every piece of works and every building, with what must be known of the figures."""

    works: tuple[WorkRow, ...]
    rows: tuple[Effect, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeptEffects:
    """Effects as the plan keeps them; stale where the plan has changed since they were worked out."""

    effects: Effects
    is_stale: bool


def effects_of(facts: Mapping[str, FactValue], scenario: str) -> KeptEffects | None:
    """What was worked out last for a scenario; None where nothing was."""
    kept: Any = access_part(facts, PART, {}).get(scenario)
    if kept is None:
        return None
    rows = tuple(
        Effect(row["building"], row["facility"], Way(**row["before"]), Way(**row["after"]))
        for row in kept["rows"]
    )
    works = tuple(WorkRow(**row) for row in kept["works"])
    return KeptEffects(Effects(works, rows, tuple(kept["notes"])), bool(kept["stale"]))


def keep_effects(facts: Mapping[str, FactValue], found: Effects, scenario: str) -> Change:
    """Keep what was worked out for a scenario with the plan."""
    kept = {
        "works": [asdict(row) for row in found.works],
        "rows": [asdict(row) for row in found.rows],
        "notes": list(found.notes),
        "stale": False,
    }
    others = {name: one for name, one in access_part(facts, PART, {}).items() if name != scenario}
    return access_change(
        "整備の前後を比べる", facts, PART, {**others, **({scenario: kept} if found.works else {})}
    )


def outdated(value: FactValue | None) -> FactValue | None:
    """The fact `access` with its effects marked as out of date; unchanged without any."""
    fact = cast("dict[str, Any]", value or {})
    if not fact.get(PART):
        return value
    return {**fact, PART: {name: {**one, "stale": True} for name, one in fact[PART].items()}}


def without_scenario(value: FactValue | None, scenario: str) -> FactValue | None:
    """The fact `access` without the effects of a scenario; None where nothing else is in it."""
    fact = cast("dict[str, Any]", value or {})
    others = {name: one for name, one in fact.get(PART, {}).items() if name != scenario}
    kept = {key: part for key, part in {**fact, PART: others}.items() if part}
    return cast("FactValue", kept) or None


def same_effects(one: FactValue | None, other: FactValue | None) -> bool:
    """Whether two values of the fact hold the same effects."""
    parts = [cast("dict[str, Any]", value or {}).get(PART) for value in (one, other)]
    return bool(parts[0] == parts[1])


def same_works(one: FactValue | None, other: FactValue | None) -> bool:
    """Whether two values of the fact hold the same road works."""
    parts = [cast("dict[str, Any]", value or {}).get(WORKS_PART) for value in (one, other)]
    return bool(parts[0] == parts[1])
