"""An import that was prepared on an earlier state of the document, made to fit the present one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.layer import LayerId

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def rebased(change: Change, document: Document) -> Change:
    """The change with unused fids for the rows it adds, and an order that knows today's layers.

    change   puts new rows and new layers only, as an import does
    """
    put: Mapping[LayerId, GeoDataFrame] = {
        layer_id: _renumbered(rows, layer_id, document) for layer_id, rows in change.put.items()
    }
    order = change.order and _order(change.order, tuple(x.id for x in change.put_layers), document)
    return replace(change, put=put, order=order)


def _renumbered(rows: GeoDataFrame, layer_id: LayerId, document: Document) -> GeoDataFrame:
    first, known = document.next_fid(layer_id), document.layer(layer_id).rows
    if not len(rows) or int(rows.index.min()) >= first:
        return rows
    out = rows.set_axis(range(first, first + len(rows)), axis=0)
    out.index = out.index.astype("int64").rename(rows.index.name)
    if "building_id" in out.columns:
        taken = set(known["building_id"].dropna())
        new = {old: f"b{fid}" for fid, old in reversed(list(out["building_id"].items())) if old in taken}
        out["building_id"] = out["building_id"].map(lambda own: new.get(own, own))
    return out


def _order(
    wanted: tuple[LayerId, ...], coming: tuple[LayerId, ...], document: Document
) -> tuple[LayerId, ...]:
    """Today's layers in their order, each coming one above the layer it was to lie on."""
    order = [layer.id for layer in document.layers]
    for layer_id in (x for x in wanted if x in coming):
        below = [x for x in wanted[: wanted.index(layer_id)] if x in order]
        order.insert(order.index(below[-1]) + 1 if below else 0, layer_id)
    return tuple(order)
