"""The upper limit of the 交付金 of 広活法19条: A × C × T × 0.5."""

from __future__ import annotations

import math
from dataclasses import dataclass

LEAST_RADIUS_M = 10_000.0
"""十キロメートル (規則17条1項)."""


@dataclass(frozen=True)
class GrantArea:
    """A of 規則17条1項, as far as the map tells.

    distances   each 拠点施設 (22条2項3号) and its shortest distance to the border or coast, m
    has_border  a layer of 都道府県界 is there; without one only the least radius is sure
    """

    distances: tuple[tuple[str, float], ...]
    has_border: bool

    @property
    def radius_m(self) -> float:
        """The largest of the distances, and no less than 10 km."""
        return max((LEAST_RADIUS_M, *(metres for _, metres in self.distances)))

    @property
    def area_km2(self) -> float:
        """The area of the circle."""
        return math.pi * (self.radius_m / 1000) ** 2

    @property
    def is_sure(self) -> bool:
        """Whether more data could not make the circle larger."""
        return self.has_border and bool(self.distances)


def grant_limit(area_km2: float, c_yen: float | None, t_years: float | None) -> float | None:
    """A × C × T × 0.5 in yen; None while C or T has not been entered.

    c_yen   standard investment per km² and year, set by the minister
    Source: 広活法施行規則17条1項.
    """
    if c_yen is None or t_years is None:
        return None
    return area_km2 * c_yen * t_years * 0.5
