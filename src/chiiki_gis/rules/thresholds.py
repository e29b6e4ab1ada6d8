"""Where the numbers of a building of one use change what is judged of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from chiiki_gis.rules.model import RuleTable

REST_M2 = 1.0
"""Less than this of the 延べ面積 without a use is rounding (m²)."""


def thresholds(table: RuleTable, zones: Sequence[str], class_id: str) -> Thresholds:
    """The numbers at which the judgement of a building of one use changes in any of some zones."""
    cells = [table.classes[class_id].cells[zone_id] for zone_id in zones]
    limits = [table.limits[name] for cell in cells for name in cell.limits]
    limits += [table.limits[one.shops_within] for one in limits if one.shops_within is not None]
    storeys = {one.max_storey for one in limits if one.max_storey is not None}
    storeys |= {cell.never_from_storey - 1 for cell in cells if cell.never_from_storey is not None}
    totals = {one.max_total_m2 for one in limits if one.max_total_m2 is not None}
    floors = totals | {one.max_sum_m2 for one in limits if one.max_sum_m2 is not None}
    return Thresholds(tuple(sorted(floors)), tuple(sorted(storeys)), tuple(sorted(totals)))


@dataclass(frozen=True)
class Thresholds:
    """Floor areas (m²), storeys and 延べ面積 (m²) up to which a limit is kept, ascending."""

    floors: tuple[float, ...]
    storeys: tuple[int, ...]
    totals: tuple[float, ...]

    def place(
        self, floor: float | None, storey: int | None, total_m2: float | None
    ) -> tuple[int, int, int, int]:
        """Between which thresholds the numbers of one use lie, and how its floor is to the whole building.

        −1 for a number that is not entered.

        Buildings of one class with equal places are judged alike.
        """
        rest = _rest_state(floor, total_m2)
        if not self.floors and not self.storeys and not self.totals:
            return 0, 0, 0, rest
        return (
            -1 if floor is None else bisect_left(self.floors, floor),
            -1 if storey is None else bisect_left(self.storeys, storey),
            -1 if total_m2 is None else bisect_left(self.totals, total_m2),
            rest,
        )


def _rest_state(floor: float | None, total_m2: float | None) -> int:
    """−1 not known, 0 the use is the whole building, 1 there is more, 2 it is larger than the building."""
    if floor is None or total_m2 is None:
        return -1
    return 2 if floor > total_m2 else int(total_m2 - floor >= REST_M2)
