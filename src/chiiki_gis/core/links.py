"""Access links and what they hang on: which are done, refused, out of date, or missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chiiki_gis.core.access_plan import KEY as ACCESS_FACT
from chiiki_gis.core.access_plan import same_for_links
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.improvement_effects import outdated, same_effects, same_works
from chiiki_gis.core.layer import Fid, LayerId, is_frame
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

REFUSED = "refused"
_LINK, _FACILITY = LayerId(Role.ACCESS_LINK.value), LayerId(Role.FACILITY.value)
_NETWORK = (Role.ROAD, Role.INTERCHANGE)
_NO_GROUND = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.SITE)


@dataclass(frozen=True)
class LinkCount:
    """How far the access links have come.

    done, stale          links with a distance; those of them that are out of date
    estimated            links with a distance that is only an estimate
    refused, unlinked    buildings that could not be linked; those that nobody has tried to link
    """

    done: int
    stale: int
    refused: int
    unlinked: int
    estimated: int = 0


def building_of(facilities: GeoDataFrame) -> list[str]:
    """The building each facility row belongs to, as links name it."""
    ids = zip(facilities["building_id"], facilities.index, strict=True)
    return [str(building or f"fid-{fid}") for building, fid in ids]


def count_links(links: GeoDataFrame, facilities: GeoDataFrame) -> LinkCount:
    """Count the links of one scenario; links of buildings that are gone count as they stand."""
    refused = links["status"] == REFUSED
    known = set(links["building_id"])
    return LinkCount(
        done=int((~refused).sum()),
        stale=int(links["stale"].fillna(False).sum()),
        refused=int(links.loc[refused, "building_id"].nunique()),
        unlinked=len(set(building_of(facilities)) - known),
        estimated=int((links["status"] == "estimate").sum()),
    )


@dataclass(frozen=True, eq=False)
class LinkGround:
    """What links, and what road works would bring, are worked out from, as it was at some moment."""

    fact: object
    tables: Mapping[LayerId, object]

    def is_that_of(self, document: Document) -> bool:
        """Whether the document still has just this ground."""
        now = ground_of(document)
        same = self.tables.keys() == now.tables.keys() and all(
            table is now.tables[layer_id] for layer_id, table in self.tables.items()
        )
        return same and self.fact == now.fact


def ground_of(document: Document) -> LinkGround:
    """The ground of links now: all tables but those of areas and sites, and what is said of roads."""
    tables = {layer.id: layer.frame for layer in document.layers if layer.role not in _NO_GROUND}
    return LinkGround(document.facts.get(ACCESS_FACT), tables)


def with_true_links(document: Document, change: Change) -> Change:
    """The change, and with it what it makes untrue of the access links and of what road works would bring.

    Links of a building that moves are marked out of date, those of a building that goes away are dropped;
    other roads, interchanges or speeds make all of them out of date. A change of the links themselves is left
    alone.
    """
    change = _with_true_effects(document, change)
    links = document.plan(Role.ACCESS_LINK)
    if not len(links) or _LINK in change.put or _LINK in change.drop:
        return change
    if any(layer.id == _LINK for layer in change.put_layers):
        return change
    moved, gone = _touched_buildings(document, change)
    if _touches_network(document, change):
        moved = set(links["building_id"]) - gone
    old = links[links["building_id"].isin(moved) & ~links["stale"].fillna(False).astype(bool)]
    lost = links[links["building_id"].isin(gone)]
    put, drop = dict(change.put), dict(change.drop)
    if len(old):
        put[_LINK] = old.assign(stale=old["stale"].map(lambda _: True).astype("boolean"))
    if len(lost):
        drop[_LINK] = tuple(Fid(int(fid)) for fid in lost.index)
    return replace(change, put=put, drop=drop)


def _with_true_effects(document: Document, change: Change) -> Change:
    """The change, and the mark that what the road works would bring has to be worked out again."""
    before = document.facts.get(ACCESS_FACT)
    after = change.facts.get(ACCESS_FACT, before)
    if not same_effects(before, after):
        return change
    moved, gone = _touched_buildings(document, change)
    known = document.plan(Role.FACILITY).index
    rows = change.put.get(_FACILITY)
    is_new = rows is not None and not rows.index.isin(known).all()
    if not (moved or gone or is_new or not same_works(before, after) or _touches_network(document, change)):
        return change
    marked = outdated(after)
    return change if marked == after else replace(change, facts={**change.facts, ACCESS_FACT: marked})


def _touched_buildings(document: Document, change: Change) -> tuple[set[str], set[str]]:
    """Buildings whose place changes, and buildings that have no row left."""
    rows, dropped = change.put.get(_FACILITY), change.drop.get(_FACILITY, ())
    if rows is None and not dropped:
        return set(), set()
    facilities = document.plan(Role.FACILITY)
    moved: set[str] = set()
    if rows is not None:
        same = facilities.index.intersection(rows.index)
        before, after = facilities.loc[same], rows.loc[same]
        shifted = before.geometry.to_wkb().to_numpy() != after.geometry.to_wkb().to_numpy()
        moved = {*building_of(before[shifted]), *building_of(after[shifted])}
    taken = facilities.loc[facilities.index.isin(list(dropped))]
    left = facilities.drop(index=taken.index)
    gone = set(building_of(taken)) - set(building_of(left))
    if rows is not None:
        gone -= set(building_of(rows))
    return moved - gone, gone


def _touches_network(document: Document, change: Change) -> bool:
    known = {layer.id: layer for layer in document.layers}
    if any(known[layer_id].role in _NETWORK for layer_id in change.drop_layers):
        return True
    said = change.facts
    if ACCESS_FACT in said and not same_for_links(said[ACCESS_FACT], document.facts.get(ACCESS_FACT)):
        return True
    return any(
        layer.role in _NETWORK
        and (layer.id not in known or known[layer.id].reference.content_hash != layer.reference.content_hash)
        for layer in change.put_layers
        if not is_frame(layer.frame)
    )


def narrow_words(narrow: Mapping[str, float]) -> str:
    """The narrow stretches in words; empty where there are none."""
    parts = (
        ("5.5 m未満", narrow.get("under_5_5_m", 0.0)),
        ("うち4 m未満", narrow.get("under_4_m", 0.0)),
        ("幅員不明", narrow.get("unknown_m", 0.0)),
    )
    return "、".join(f"{word} {metres / 1000:,.1f} km" for word, metres in parts if metres >= 50)


def share_words(shares: Mapping[str, float]) -> str:
    """The shares of road classes in words, those under half a percent left out."""
    return "、".join(f"{label} {share * 100:.0f}%" for label, share in shares.items() if share >= 0.005)
