"""What a prefecture's desk sees of its towns' plans: numbers, borders, and links between towns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chiiki_gis.core.layer import Fid
from chiiki_gis.core.role import Role
from chiiki_gis.core.submission import PackageKind

BorderKind = Literal["overlap", "gap", "outside_priority", "outside_town"]
BORDER_WORDS: Mapping[BorderKind, str] = {
    "overlap": "市町村どうしの重なり",
    "gap": "市町村の境のすき間",
    "outside_priority": "重点地区の外",
    "outside_town": "提出した市町村の外",
}
Bounds = tuple[float, float, float, float]
"""West, south, east, north in the project CRS."""


@dataclass(frozen=True)
class TownLine:
    """One town in numbers.

    *_m2     measured in the plane zone of the town
    permits  buildings that need a permit of 建築基準法48条, as the town's package told; so are `houses`
             (vacant houses, as counted by the town; None where it told nothing) and `errors`
    bounds   of its areas and facilities; None where it has none
    """

    code: str
    name: str
    kind: PackageKind
    made: str
    districts: int
    districts_m2: float
    areas: int
    areas_m2: float
    facilities: int
    links: int
    permits: int | None
    houses: int | None
    errors: int
    reason: str
    bounds: Bounds | None


@dataclass(frozen=True)
class BorderLine:
    """Something at a border: which towns and areas, how much, where."""

    kind: BorderKind
    role: Role
    towns: tuple[str, ...]
    names: tuple[str, ...]
    fids: tuple[Fid, ...]
    area_m2: float
    bounds: Bounds


@dataclass(frozen=True)
class LinkLine:
    """An access link that runs through several municipalities.

    through  municipality → km of the link in it, in the order of the layer
    """

    fid: Fid
    town: str
    facility: str
    interchange: str
    through: tuple[tuple[str, float], ...]
    bounds: Bounds


@dataclass(frozen=True)
class DeskReport:
    """The whole view.

    waiting   municipalities of the prefecture that have handed over nothing
    own       rows of plan layers that came from no town, by role
    notes     what could not be looked at
    """

    towns: tuple[TownLine, ...]
    borders: tuple[BorderLine, ...]
    links: tuple[LinkLine, ...]
    waiting: tuple[str, ...]
    own: Mapping[Role, int]
    notes: tuple[str, ...] = ()
