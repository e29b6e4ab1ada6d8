"""What the road works of a plan would bring: values that the worker answers with."""

from __future__ import annotations

from dataclasses import dataclass

BAND_MIN = 30.0
"""Minutes within which the reach of a facility is compared."""


@dataclass(frozen=True)
class Way:
    """The quickest link of a building, and what is reached from it within BAND_MIN.

    interchange, km, minutes   None where no interchange can be reached
    status      as of an access link
    road_km, houses   roads, and vacant houses with consent, reached; None where no road is near
    """

    interchange: str | None
    km: float | None
    minutes: float | None
    status: str
    road_km: float | None = None
    houses: int | None = None


@dataclass(frozen=True)
class Effect:
    """One building, today and with the works done."""

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
    tag         名 of the works it is said to be, "" for nothing; reason is the law's answer
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
