"""What the worker says of ways and reach, beside links and areas. Plain values that can be pickled."""

from __future__ import annotations

from dataclasses import dataclass

from chiiki_gis.core.improvements import RoadPart
from chiiki_gis.core.jobs import ReachRow


@dataclass(frozen=True)
class LiveWay:
    """The quickest link of a facility at a place where it is held by the mouse.

    vertices   (east, north) of the line, empty without one
    km, minutes   None where no way leads; then `reason` says why
    """

    interchange: str
    status: str
    km: float | None
    minutes: float | None
    vertices: tuple[tuple[float, float], ...]
    reason: str


@dataclass(frozen=True)
class RouteProfile:
    """Heights along a link.

    km        from its start, ascending
    heights   metres at those places; None where no elevation data tell them
    cell_m    width of the finest cells of the data; None without any
    """

    title: str
    km: tuple[float, ...]
    heights: tuple[float | None, ...]
    cell_m: float | None

    @property
    def known(self) -> tuple[float, ...]:
        """The heights that are known."""
        return tuple(height for height in self.heights if height is not None)


@dataclass(frozen=True)
class ReachSeries:
    """What is reached from one place over today's or the improved roads, band by band."""

    origin: str
    is_after: bool
    rows: tuple[ReachRow, ...]

    @property
    def title(self) -> str:
        """The place, and 整備後 where the works count as done."""
        return f"{self.origin}（整備後）" if self.is_after else self.origin


@dataclass(frozen=True)
class ReachCompared:
    """Several series of the same bands."""

    series: tuple[ReachSeries, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stretch:
    """The roads between places on them: (layer_id, fid) of those wholly between, and parts of others."""

    roads: tuple[tuple[str, int], ...]
    parts: tuple[RoadPart, ...]
