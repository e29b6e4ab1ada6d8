"""What else would govern a site were the borders of the data a little different."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chiiki_gis.core.zones import NONE_ID, UNKNOWN_ID, ZONES
from chiiki_gis.rules.evidence import CONTROLLED, Evidence

DOUBTFUL = (0.45, 0.55)
"""A top share in this band is doubtful because of data accuracy, though 51 % is a majority by law."""

_ROUNDING = 1e-6
_ORDER = (*(zone.id for zone in ZONES), NONE_ID)

PlaceKind = Literal["zone", "controlled", "outside", "no_majority", "unknown"]
_KINDS: tuple[PlaceKind, ...] = ("controlled", "outside", "unknown")


@dataclass(frozen=True)
class Contest:
    """The rivals of what governs a site.

    zones      ids of use zones, and NONE; kinds the other rules that would govern
    may_flip   borders cross the site, and moved by the accuracy they would take its majority away
    """

    zones: tuple[str, ...] = ()
    kinds: tuple[PlaceKind, ...] = ()
    may_flip: bool = False


def is_doubtful(share: float) -> bool:
    """True for a share near one half."""
    return DOUBTFUL[0] <= share <= DOUBTFUL[1]


def relied_planned(found: Evidence) -> float | None:
    """The share inside the planning area that may be relied on: outside only where coverage is declared."""
    if found.planning_covered:
        return found.planned or 0.0
    if found.planned is not None and found.planned > 0.5:
        return 1.0
    return None


def outside_share(found: Evidence) -> float:
    """The share that is known to lie outside the planning area."""
    planned = relied_planned(found)
    return 0.0 if planned is None else 1.0 - planned


def white_share(found: Evidence) -> float:
    """The share under none of: a use zone, 不明, 市街化調整区域, outside the planning area."""
    zoned = sum(share for zone, share in found.zones.items() if zone != NONE_ID)
    return 1.0 - zoned - found.controlled - outside_share(found)


def contested(found: Evidence, kind: PlaceKind, zone_id: str | None, near: bool) -> Contest:
    """The rivals of the rule of a kind (and of its zone) at a site.

    near   an edge of a use zone lies within the accuracy of a site that it does not cross
    A rival holds nearly half of the site, or would hold more than half were its borders moved; all that the
    site touches are rivals where what governs may lose its majority. Beside a near edge what lies beyond is.
    """
    if kind in ("unknown", "no_majority"):
        return Contest()
    own = zone_id if kind == "zone" else kind
    shares, plays = _shares(found), _plays(found)
    may_flip = own is not None and 0.5 < shares.get(own, 0.0) <= 0.5 + plays.get(own, 0.0)
    rivals = set()
    for name, share in shares.items():
        moved = share + plays.get(name, 0.0) if plays.get(name) else 0.0
        if share > _ROUNDING and (may_flip or share >= DOUBTFUL[0] or moved > 0.5):
            rivals.add(name)
            may_flip = may_flip or (name != own and moved > 0.5)
    rivals |= _beyond(found, own, near)
    return Contest(
        tuple(zone for zone in _ORDER if zone in rivals and zone != own),
        tuple(one for one in _KINDS if one in rivals and one != own),
        may_flip,
    )


def _shares(found: Evidence) -> dict[str, float]:
    """Zone id or kind → share."""
    zones = {zone: share for zone, share in found.zones.items() if zone not in (NONE_ID, UNKNOWN_ID)}
    return {
        **zones,
        NONE_ID: white_share(found),
        "controlled": found.controlled,
        "outside": outside_share(found),
        "unknown": found.zones.get(UNKNOWN_ID, 0.0),
    }


def _plays(found: Evidence) -> Mapping[str, float]:
    """Zone id or kind → share that it may win or lose by its borders; 指定なし by all of them."""
    controlled = found.division_play.get(CONTROLLED, 0.0)
    known = {zone: play for zone, play in found.zone_play.items() if zone not in (NONE_ID, UNKNOWN_ID)}
    return {
        **known,
        NONE_ID: sum(found.zone_play.values()) + controlled + found.planning_play,
        "controlled": controlled,
        "outside": found.planning_play,
        "unknown": found.zone_play.get(UNKNOWN_ID, 0.0),
    }


def _beyond(found: Evidence, own: str | None, near: bool) -> set[str]:
    """What lies beyond the edges near a site."""
    beyond: set[str] = set()
    is_inside = found.planned is not None and found.planned > 0.5
    if found.near_division is not None and CONTROLLED in found.near_division:
        beyond.add("controlled")
    if found.near_planning and is_inside:
        beyond.add("outside")
    if near or (own == "outside" and found.near_planning):
        others = set(found.neighbours) - {own}
        beyond |= {"unknown" if one == UNKNOWN_ID else one for one in others}
        if not others and "controlled" not in beyond:
            beyond.add(NONE_ID)
    return beyond
