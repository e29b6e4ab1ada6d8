"""The document: ordered layers and the plan's facts, changed only by `apply`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change, Changed
from chiiki_gis.core.facts import FACT_KEYS, SET_ASIDE, FactValue
from chiiki_gis.core.frames import empty_frame
from chiiki_gis.core.layer import Fid, Layer, LayerId, of_role, plan_layer_id, same_content
from chiiki_gis.core.role import PLAN_ROLES, Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True)
class Municipality:
    """A municipality the plan is for; a prefecture desk has one with a two-digit code."""

    code: str
    name: str


FICTIONAL_CODES = ("20998", "20999")
"""Codes of no municipality: those of the invented sample town and its neighbour."""


@dataclass(frozen=True)
class Header:
    """What a project is born with and keeps."""

    uuid: str
    municipalities: tuple[Municipality, ...]
    epsg: int

    @property
    def is_fictional(self) -> bool:
        """Whether the plan is of the invented sample town; every sheet then says so."""
        return any(m.code in FICTIONAL_CODES for m in self.municipalities)

    @property
    def title(self) -> str:
        """The municipalities' names, as sheets print them."""
        return "・".join(m.name for m in self.municipalities)


Listener = Callable[[Changed], None]


class Document:
    """The only mutable thing of the model, and the only way in is `apply`. One thread."""

    def __init__(
        self,
        header: Header,
        layers: Iterable[Layer] = (),
        facts: Mapping[str, FactValue] | None = None,
        next_fid: Mapping[LayerId, int] | None = None,
    ) -> None:
        self.header = header
        self._layers = tuple(layers)
        self._facts = dict(facts or {})
        self._next_fid = dict(next_fid or {})
        self._listeners: list[Listener] = []

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, bottom to top."""
        return self._layers

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The facts that are set."""
        return dict(self._facts)

    def layer(self, layer_id: LayerId) -> Layer:
        """The layer of that id. Raises KeyError."""
        for layer in self._layers:
            if layer.id == layer_id:
                return layer
        raise KeyError(layer_id)

    def plan(self, role: Role) -> GeoDataFrame:
        """The rows of a plan role."""
        return self.layer(plan_layer_id(role)).rows

    def references(self, *roles: Role) -> list[Layer]:
        """The layers of some roles."""
        return of_role(self._layers, *roles)

    def next_fid(self, layer_id: LayerId) -> Fid:
        """The first fid never used in a layer."""
        known = self._next_fid.get(layer_id, 1)
        rows = self.layer(layer_id).rows
        return Fid(max(known, int(rows.index.max()) + 1 if len(rows) else 1))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every apply; returns the function that stops it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def apply(self, change: Change, next_fid: Mapping[LayerId, int] | None = None) -> Change:
        """Apply a change whole and return its inverse.

        next_fid   fids below these have been used on the way to this change, and are never given again

        Of a layer that is in `put_layers` and has rows put or dropped as well, the former gives all but rows.

        Raises KeyError for an unknown layer or fid, ValueError for rows that do not fit the layer, and
        then leaves the document as it was.
        """
        layers = {layer.id: layer for layer in self._layers}
        order = [layer.id for layer in self._layers]
        used = dict(self._next_fid)
        used |= {key: max(used.get(key, 1), fid) for key, fid in (next_fid or {}).items()}
        put_back: dict[LayerId, GeoDataFrame] = {}
        drop_back: dict[LayerId, tuple[Fid, ...]] = {}
        for layer_id in dict.fromkeys((*change.drop, *change.put)):
            layer = layers[layer_id]
            rows, old, new = _alter(layer.rows, change.put.get(layer_id), change.drop.get(layer_id, ()))
            layers[layer_id] = replace(layer, frame=rows)
            if len(old):
                put_back[layer_id] = old
            if new:
                drop_back[layer_id] = new
                used[layer_id] = max(used.get(layer_id, 1), max(new) + 1)
        before, restored, removed = tuple(order), [], []
        for layer_id in change.drop_layers:
            restored.append(layers.pop(layer_id))
            order.remove(layer_id)
        for layer in change.put_layers:
            if layer.id in change.put or layer.id in change.drop:
                restored.append(self.layer(layer.id))
                layer = replace(layer, frame=layers[layer.id].frame)
            elif layer.id in layers:
                restored.append(layers[layer.id])
            else:
                removed.append(layer.id)
                order.append(layer.id)
            layers[layer.id] = layer
        if change.order is not None:
            if sorted(change.order) != sorted(order):
                raise ValueError("the order must name every layer once")
            order = list(change.order)
        self._layers = tuple(layers[layer_id] for layer_id in order)
        self._next_fid = used
        facts_back = self._set_facts(change)
        list_changed = tuple(order) != before or bool(change.put_layers)
        self._tell(change, list_changed, _alters_content(change, restored))
        return Change(
            note=change.note,
            put=put_back,
            drop=drop_back,
            put_layers=tuple(restored),
            drop_layers=tuple(removed),
            order=before if tuple(order) != before else None,
            facts=facts_back,
        )

    def _set_facts(self, change: Change) -> dict[str, FactValue | None]:
        """Take the facts of a change; returns those before."""
        before = {key: self._facts.get(key) for key in change.facts}
        for key, value in change.facts.items():
            if value is None:
                self._facts.pop(key, None)
            else:
                self._facts[key] = value
        return before

    def next_fids(self) -> Mapping[LayerId, int]:
        """The first unused fid per layer, for the project file."""
        return dict(self._next_fid)

    def _tell(self, change: Change, list_changed: bool, content: bool) -> None:
        touched = {*change.put, *change.drop, *change.drop_layers, *(x.id for x in change.put_layers)}
        event = Changed(change.note, frozenset(touched), list_changed, bool(change.facts), content)
        for listener in tuple(self._listeners):
            listener(event)


def new_document(header: Header) -> Document:
    """A document with its five empty plan layers."""
    from chiiki_gis.core.palette import plan_style

    layers = [
        Layer(plan_layer_id(role), role, role.japanese, empty_frame(role, header.epsg), plan_style(role))
        for role in PLAN_ROLES
    ]
    return Document(header, layers)


def _alters_content(change: Change, restored: Iterable[Layer]) -> bool:
    """Whether a change did more than to looks, order, locks and what is no fact of the plan.

    restored   the layers it has replaced or dropped
    """
    is_judged = any(key in FACT_KEYS or key == SET_ASIDE for key in change.facts)
    if change.put or change.drop or change.drop_layers or is_judged:
        return True
    before = {layer.id: layer for layer in restored}
    return any(
        layer.id not in before or not same_content(layer, before[layer.id]) for layer in change.put_layers
    )


def _alter(
    rows: GeoDataFrame, put: GeoDataFrame | None, drop: tuple[Fid, ...]
) -> tuple[GeoDataFrame, GeoDataFrame, tuple[Fid, ...]]:
    """Rows after a put and a drop; the rows to put back; the fids to drop again."""
    import pandas

    missing = [fid for fid in drop if fid not in rows.index]
    if missing:
        raise KeyError(f"no feature {missing[0]}")
    putting = rows.iloc[:0] if put is None else put
    if list(putting.columns) != list(rows.columns):
        raise ValueError("the rows have other columns than the layer")
    if not putting.index.is_unique or set(drop) & set(putting.index):
        raise ValueError("a feature is named twice in one change")
    replaced = [fid for fid in putting.index if fid in rows.index]
    old = rows.loc[sorted({*replaced, *drop})]
    new = tuple(Fid(int(fid)) for fid in putting.index if fid not in rows.index)
    kept = rows.drop(index=old.index)
    if len(putting) and len(kept):
        merged = pandas.concat([kept, putting]).sort_index()
    else:
        merged = (putting if len(putting) else kept).sort_index()
    wanted, got = rows.dtypes, merged.dtypes
    others = {column: wanted[column] for column in wanted.index if got[column] != wanted[column]}
    return (merged.astype(others) if others and len(rows) else merged), old, new
