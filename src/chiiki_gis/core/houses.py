"""Vacant houses and their owners' consent: what may be recorded, and what a 支援法人 may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from chiiki_gis.core.layer import Fid, LayerId

Consent = Literal["あり", "なし", "未確認"]
CONSENTS: tuple[Consent, ...] = ("あり", "なし", "未確認")
"""本人の同意 (広活法31条3項); 未確認 counts as none."""


@dataclass(frozen=True)
class HouseCount:
    """How many vacant houses lie in an area, and of how many the owner has agreed to being told of."""

    houses: int
    consented: int


MENDED_ADDRESS = "所在地（修正）"
"""Column of the address as the planner has mended it; the one of the list stays as it was."""


@dataclass(frozen=True)
class HouseAddress:
    """A house whose place is not known, or only by its town.

    label   how the list calls it
    level   match_level: なし, 町丁目 or 市区町村
    """

    fid: Fid
    label: str
    address: str
    level: str


@dataclass(frozen=True)
class HouseAddresses:
    """Houses of a list that wait for a place.

    rows     at most some thousand, those without any place first
    lost     without a place
    rough    at the middle of a town or municipality
    houses   all of the list
    """

    rows: tuple[HouseAddress, ...]
    lost: int
    rough: int
    houses: int


@dataclass(frozen=True)
class HouseColumn:
    """A column of the list. `is_personal`: tells who the owner is or how to reach them."""

    name: str
    is_personal: bool


@dataclass(frozen=True)
class SupportHouse:
    """One house that may be told of; its cells as texts, by the view's columns."""

    layer: LayerId
    fid: Fid
    cells: tuple[str, ...]


@dataclass(frozen=True)
class SupportView:
    """The houses inside 特定居住促進区域 whose owner has agreed, and how many of the others there are.

    outside      with consent, but not inside the area
    unplaced     with consent, but without a place on the map
    unconsented  without consent, wherever they lie
    has_area     a 特定居住促進区域 is drawn
    """

    columns: tuple[HouseColumn, ...]
    houses: tuple[SupportHouse, ...]
    outside: int
    unplaced: int
    unconsented: int
    has_area: bool


@dataclass(frozen=True)
class Provision:
    """What is given to whom, and on whose request (広活法31条2項).

    requested_on   ISO day of the request
    purpose        what the corporation needs it for; the law allows only what that takes
    columns        names of the columns that go
    """

    corporation: str
    requested_on: str
    purpose: str
    columns: tuple[str, ...]
