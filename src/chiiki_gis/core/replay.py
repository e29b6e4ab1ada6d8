"""Doing the changes of an earlier run again, on a document that may have gone on without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.access_plan import KEY as ACCESS
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.facts import FactValue
from chiiki_gis.core.improvement_effects import outdated
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_frame, same_layer
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_FACILITY, _LINK, _SITE = (LayerId(r.value) for r in (Role.FACILITY, Role.ACCESS_LINK, Role.SITE))
Names = dict[LayerId, dict[int, int]]
"""The fids of the features that the changes add, by layer and the fid they were added under."""


class _Conflict(Exception):
    """What a change speaks of is no longer as it was."""


def replay(
    changes: Iterable[Change], base: Document, document: Document, apply: Callable[[Change], object]
) -> tuple[Change, ...]:
    """Apply the changes that still fit; returns those that do not, which alter nothing.

    base      the document the changes were made on; it is altered
    document  the document as it is now; a change fits where all it speaks of is there as it was in `base`
              at that moment, or already as the change wants it
    apply     puts one change into `document`
    A feature that both sides added under one fid gets a new fid. Access links are worked out anew by anyone,
    so they never keep the rest of a change from being done.
    """
    names: Names = {}
    first = {layer.id: set(map(int, layer.rows.index)) for layer in base.layers if layer.is_plan}
    refused = []
    for change in changes:
        _name_anew(change, base, document, names, first)
        named = _renamed(change, names)
        try:
            fitted = _fit(named, base, document)
            base.apply(named)
        except (_Conflict, KeyError, ValueError):
            refused.append(change)
            _follow(named, base)
            continue
        if not fitted.is_empty:
            apply(fitted)
    return tuple(refused)


def _follow(change: Change, base: Document) -> None:
    """Let the base have a refused change, so that those after it are compared with the right state."""
    try:
        base.apply(change)
    except (KeyError, ValueError):
        return  # it rests on something that could not be read


def _name_anew(
    change: Change, base: Document, document: Document, names: Names, first: Mapping[LayerId, set[int]]
) -> None:
    """New fids for the features that this change adds under fids the document has given to others."""
    for layer_id, rows in change.put.items():
        taken = document.layer(layer_id).rows
        known = names.setdefault(layer_id, {})
        for fid in map(int, rows.index):
            if fid in known or fid in first.get(layer_id, ()):
                continue
            is_free = fid not in taken.index and fid not in base.layer(layer_id).rows.index
            if is_free or (fid in taken.index and same_frame(taken.loc[[fid]], rows.loc[[fid]])):
                known[fid] = fid
                continue
            free = (document.next_fid(layer_id), base.next_fid(layer_id), *(n + 1 for n in known.values()))
            known[fid] = max(*free, int(rows.index.max()) + 1)


def _renamed(change: Change, names: Names) -> Change:
    if all(old == new for fids in names.values() for old, new in fids.items()):
        return change
    return replace(
        change,
        put={key: _renamed_rows(key, rows, names) for key, rows in change.put.items()},
        drop={
            key: tuple(Fid(names.get(key, {}).get(int(fid), int(fid))) for fid in fids)
            for key, fids in change.drop.items()
        },
        put_layers=tuple(
            replace(x, frame=_renamed_rows(x.id, x.rows, names)) if x.is_plan else x
            for x in change.put_layers
        ),
    )


def _renamed_rows(layer_id: LayerId, rows: GeoDataFrame, names: Names) -> GeoDataFrame:
    import pandas

    fids = names.get(layer_id, {})
    out = rows.rename(index=fids) if fids else rows
    buildings = {f"b{old}": f"b{new}" for old, new in names.get(_FACILITY, {}).items()}
    if buildings and layer_id in (_FACILITY, _LINK):
        ids = [buildings.get(x, x) for x in out["building_id"]]
        out = out.assign(building_id=pandas.Series(ids, index=out.index, dtype=object))
    sites = names.get(_SITE, {})
    if sites and layer_id == _FACILITY:
        out = out.assign(site_fid=out["site_fid"].map(lambda x: sites.get(x, x)).astype("Int64"))
    return out.sort_index()


def _fit(change: Change, base: Document, document: Document) -> Change:
    """The change as it can be done to the document. Raises _Conflict."""
    put: dict[LayerId, GeoDataFrame] = {}
    drop: dict[LayerId, tuple[Fid, ...]] = {}
    wholly_links = {*change.put, *change.drop} == {_LINK}
    for layer_id in dict.fromkeys((*change.put, *change.drop)):
        try:
            rows = _fitting_rows(change.put.get(layer_id), base, document, layer_id)
            gone = _fitting_drops(change.drop.get(layer_id, ()), base, document, layer_id)
        except (_Conflict, KeyError):
            if layer_id == _LINK and not wholly_links:
                continue
            raise
        if rows is not None and len(rows):
            put[layer_id] = rows
        if gone:
            drop[layer_id] = gone
    there = {layer.id for layer in document.layers}
    layers = tuple(x for x in (_fitting_layer(one, base, document) for one in change.put_layers) if x)
    for layer_id in change.drop_layers:
        if layer_id in there and not same_layer(document.layer(layer_id), base.layer(layer_id)):
            raise _Conflict
    drop_layers = tuple(x for x in change.drop_layers if x in there)
    facts = _fitting_facts(change.facts, base.facts, document.facts)
    after = (there - set(drop_layers)) | {layer.id for layer in layers}
    order = _fitting_order(change.order, [x.id for x in document.layers], [x.id for x in layers], after)
    return replace(
        change, put=put, drop=drop, put_layers=layers, drop_layers=drop_layers, facts=facts, order=order
    )


def _fitting_facts(
    wanted: Mapping[str, FactValue | None], base: Mapping[str, FactValue], now: Mapping[str, FactValue]
) -> Mapping[str, FactValue | None]:
    """The facts to set. That road works have to be compared again is marked on whatever is known of them."""
    is_mark = ACCESS in wanted and wanted[ACCESS] == outdated(base.get(ACCESS))
    facts = {**wanted, ACCESS: outdated(now.get(ACCESS))} if is_mark else wanted
    facts = {key: value for key, value in facts.items() if now.get(key) != value}
    if any(now.get(key) != base.get(key) for key in facts if not (is_mark and key == ACCESS)):
        raise _Conflict
    return facts


def _fitting_rows(
    rows: GeoDataFrame | None, base: Document, document: Document, layer_id: LayerId
) -> GeoDataFrame | None:
    """The rows to put; those that are so already are left out."""
    if rows is None:
        return None
    before, now = base.layer(layer_id).rows, document.layer(layer_id).rows
    if _same_at(before, now, rows.index):
        return rows
    wanted = []
    for fid in rows.index:
        if _same_at(rows, now, [fid]):
            continue
        if not _same_at(before, now, [fid]):
            raise _Conflict
        wanted.append(fid)
    return rows.loc[wanted]


def _fitting_drops(
    fids: tuple[Fid, ...], base: Document, document: Document, layer_id: LayerId
) -> tuple[Fid, ...]:
    """The features to drop; those that are gone already are left out."""
    before, now = base.layer(layer_id).rows, document.layer(layer_id).rows
    there = tuple(fid for fid in fids if fid in now.index)
    if not _same_at(before, now, there):
        raise _Conflict
    return there


def _same_at(left: GeoDataFrame, right: GeoDataFrame, fids: Iterable[int]) -> bool:
    wanted = list(fids)
    some, others = left.loc[left.index.isin(wanted)], right.loc[right.index.isin(wanted)]
    return (not len(some) and not len(others)) or same_frame(some, others)


def _fitting_layer(layer: Layer, base: Document, document: Document) -> Layer | None:
    """The layer to put: a plan layer whose rows the change left alone keeps those it has now."""
    before = next((x for x in base.layers if x.id == layer.id), None)
    now = next((x for x in document.layers if x.id == layer.id), None)
    if now is None:
        if before is not None:
            raise _Conflict
        return layer
    if same_layer(now, layer):
        return None
    if before is None:
        raise _Conflict
    if layer.is_plan and same_frame(before.rows, layer.rows):
        if not same_layer(replace(now, frame=before.frame), before):
            raise _Conflict
        return replace(layer, frame=now.frame)
    if not same_layer(now, before):
        raise _Conflict
    return layer


def _fitting_order(
    order: tuple[LayerId, ...] | None, now: list[LayerId], new: list[LayerId], there: set[LayerId]
) -> tuple[LayerId, ...] | None:
    """The wanted order, with layers it does not know on top."""
    if order is None:
        return None
    wanted = [x for x in order if x in there]
    others = [x for x in dict.fromkeys((*now, *new)) if x in there and x not in wanted]
    found = (*wanted, *others)
    return None if list(found) == now else found
