"""What two states of one plan differ in: rows of the plan's layers, reference layers, facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from chiiki_gis.core.facts import FACT_KEYS
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_content, same_layer
from chiiki_gis.core.snapshot import Snapshot

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

How = Literal["added", "changed", "removed"]


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    layer    None for a fact
    fid      None for a layer as a whole, and for a fact
    name     what the planner calls it
    columns  what has changed; "geometry" for the shape, "style" for a layer's looks
    """

    layer: LayerId | None
    fid: Fid | None
    name: str
    how: How
    columns: tuple[str, ...] = ()


def differences(old: Snapshot, new: Snapshot) -> tuple[Difference, ...]:
    """What leads from the old state to the new one, layer by layer, then the facts."""
    before = {layer.id: layer for layer in old.layers}
    after = {layer.id: layer for layer in new.layers}
    found: list[Difference] = []
    for layer_id, layer in after.items():
        if layer_id not in before:
            found.append(Difference(layer_id, None, layer.name, "added"))
        else:
            found.extend(_of_layer(before[layer_id], layer))
    found += [Difference(i, None, x.name, "removed") for i, x in before.items() if i not in after]
    return (*found, *_of_facts(old, new))


def _of_layer(before: Layer, after: Layer) -> Iterator[Difference]:
    if before.is_plan:
        yield from _of_rows(before, after)
    elif not same_content(before, after):
        yield Difference(after.id, None, after.name, "changed")
        return
    if not before.is_plan and not same_layer(before, after):
        yield Difference(after.id, None, after.name, "changed", ("style",))
    if before.is_plan and (before.style, before.is_locked) != (after.style, after.is_locked):
        yield Difference(after.id, None, after.name, "changed", ("style",))


def _of_rows(before: Layer, after: Layer) -> Iterator[Difference]:
    old, new = before.rows, after.rows
    changed = _changed_columns(old, new)
    for fid in sorted({*map(int, old.index), *map(int, new.index)}):
        if fid not in old.index:
            yield Difference(after.id, Fid(fid), _name(new, fid, after), "added")
        elif fid not in new.index:
            yield Difference(after.id, Fid(fid), _name(old, fid, after), "removed")
        elif fid in changed:
            yield Difference(after.id, Fid(fid), _name(new, fid, after), "changed", changed[fid])


def _changed_columns(old: GeoDataFrame, new: GeoDataFrame) -> dict[int, tuple[str, ...]]:
    """The columns in which rows of the same fid differ, by fid."""
    common = old.index.intersection(new.index)
    some, others = old.loc[common], new.loc[common]
    found: dict[int, list[str]] = {}
    for column in (str(c) for c in new.columns if c != new.geometry.name):
        left, right = some[column].astype(object), others[column].astype(object)
        differs = (left.isna() != right.isna()) | (left.fillna("") != right.fillna(""))
        for fid in common[differs.to_numpy(dtype=bool)]:
            found.setdefault(int(fid), []).append(column)
    for fid, one, other in zip(common, some.geometry.to_wkb(), others.geometry.to_wkb(), strict=True):
        if one != other:
            found.setdefault(int(fid), []).append("geometry")
    return {fid: tuple(columns) for fid, columns in found.items()}


def _name(rows: GeoDataFrame, fid: int, layer: Layer) -> str:
    for column in ("name", "interchange"):
        value: Any = rows[column].loc[fid] if column in rows.columns else None
        if isinstance(value, str) and value:
            return value
    return f"{layer.name}{fid}"


def _of_facts(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    for key in dict.fromkeys((*old.facts, *new.facts)):
        before, after = old.facts.get(key), new.facts.get(key)
        if before != after:
            how: How = "added" if before is None else "removed" if after is None else "changed"
            fact = FACT_KEYS.get(key)
            yield Difference(None, None, fact.japanese if fact is not None else key, how)
