"""Answers about links as rows of the access_link layer, and as records of the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chiiki_gis.analysis.link_words import annex_sentence

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.analysis.new_road import NewRoad


@dataclass(frozen=True, eq=False)
class Place:
    """A facility's building or an interchange."""

    key: str
    name: str
    shape: BaseGeometry


@dataclass(frozen=True, eq=False)
class Answer:
    """A link, an estimate or a refusal.

    shares, narrow   as analysis.link_words makes them
    shortest_km      of the shortest way to the same interchange; km_rank is its place among the building's
    is_roadless      refused because no road that hangs together with the interchange's comes near
    new_road         the rough road that an estimate ends with
    """

    facility: Place
    interchange: Place
    status: str
    km: float | None = None
    minutes: float | None = None
    line: BaseGeometry | None = None
    snap_facility_m: float | None = None
    snap_interchange_m: float | None = None
    assumed: tuple[str, ...] = ()
    reason: str | None = None
    shares: Mapping[str, float] = field(default_factory=dict)
    narrow: Mapping[str, float] = field(default_factory=dict)
    shortest_km: float | None = None
    km_rank: int | None = None
    is_roadless: bool = False
    new_road: NewRoad | None = None

    @property
    def snap_m(self) -> dict[str, float | None]:
        """Metres from the road at both ends."""
        return {"facility": self.snap_facility_m, "interchange": self.snap_interchange_m}

    @property
    def sentence(self) -> str | None:
        """The sentence for an annex; None for a refusal."""
        if self.km is None or self.minutes is None:
            return None
        return annex_sentence(self.interchange.name, self.km, self.minutes, self.assumed, self.status)

    @property
    def details(self) -> dict[str, object]:
        """What the layer keeps of a link besides its columns."""
        return {
            "sentence": self.sentence,
            "shares": dict(self.shares),
            "narrow": dict(self.narrow),
            "snap_m": self.snap_m,
            "shortest_km": self.shortest_km,
            "km_rank": self.km_rank,
            **({} if self.new_road is None else {"new_road": self.new_road.facts}),
        }


def _ranked(answers: list[Answer]) -> list[tuple[int, Answer]]:
    seen: dict[str, int] = {}
    ranked = []
    for answer in answers:
        seen[answer.facility.key] = seen.get(answer.facility.key, 0) + 1
        ranked.append((seen[answer.facility.key], answer))
    return ranked


def link_frame(answers: list[Answer], epsg: int) -> GeoDataFrame:
    """Rows with the columns of access_link, without scenario; answers of a building stand quickest first."""
    import geopandas

    rows = [
        {
            "building_id": answer.facility.key,
            "interchange": answer.interchange.name,
            "rank": rank,
            "km": answer.km,
            "minutes": answer.minutes,
            "status": answer.status,
            "tag": None,
            "assumed": json.dumps(list(answer.assumed), ensure_ascii=False),
            "stale": False,
            "reason": answer.reason,
            "details": json.dumps(answer.details, ensure_ascii=False),
            "geometry": answer.line,
        }
        for rank, answer in _ranked(answers)
    ]
    columns: dict[str, list[Any]] = {key: [row[key] for row in rows] for key in (rows[0] if rows else {})}
    return geopandas.GeoDataFrame(columns or {"geometry": []}, geometry="geometry", crs=epsg)


def link_records(answers: list[Answer]) -> list[Mapping[str, object]]:
    """Records as docs/cli.md describes them."""
    return [
        {
            "facility": answer.facility.name,
            "interchange": answer.interchange.name,
            "rank": rank,
            "status": answer.status,
            "km": answer.km,
            "minutes": answer.minutes,
            "snap_m": answer.snap_m,
            "assumed": list(answer.assumed),
            "reason": answer.reason,
        }
        for rank, answer in _ranked(answers)
    ]
