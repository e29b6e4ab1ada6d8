"""Areas with what they were built from, as edits: a new one, one with another shape, one told anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.area_parts import AreaParts, BuiltArea, Pick, read_parts
from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, joined, set_geometries, set_values
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.neighbours import with_common_vertices
from chiiki_gis.ui.tools.reshaping import shapes_change

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def slim_snapshot(
    session: Session, picks: Iterable[Pick], parts: AreaParts | None, more: Iterable[Layer] = ()
) -> Snapshot:
    """The layers of some picks, of the parts of an area, and `more`, without the rest of the plan."""
    wanted = {pick.layer for pick in picks} | {layer.id for layer in more}
    if parts is not None:
        wanted |= {LayerId(unit.layer_id) for unit in parts.units}
    values = session.snapshot()
    layers = tuple(layer for layer in values.layers if layer.id in wanted)
    return replace(values, layers=layers, facts={}, next_fid={})


def made_area(session: Session, role: Role, built: BuiltArea) -> Change:
    """A new area with its description, and common vertices in the areas that it touches."""
    document, layer_id = session.document, LayerId(role.value)
    note = f"ポリゴンから{role.japanese}を作る"
    drawn = add_area(document, role, built.shape, session.scenario)
    rows = _with_told(drawn.put[layer_id], document.next_fid(layer_id), built.parts, "")
    meeting = set_geometries(document, with_common_vertices(session, built.shape), note)
    return joined(note, Change(note, put={layer_id: rows}), meeting)


def told_area(session: Session, layer_id: LayerId, fid: Fid, built: BuiltArea, note: str) -> Change:
    """The area with another shape and the parts and the description of that shape.

    A description that the planner has written stays.
    """
    row = session.document.layer(layer_id).rows.loc[fid]
    before = read_parts(row["parts"])
    change = shapes_change(session, {(layer_id, fid): built.shape}, note)
    old = "" if before is None else before.sentence
    rows = _with_told(change.put[layer_id], fid, built.parts, old)
    return replace(change, put={**change.put, layer_id: rows})


def described_area(session: Session, layer_id: LayerId, fid: Fid, parts: AreaParts) -> Change:
    """The area with the parts of its shape, and with the sentence that follows from them."""
    values = {"parts": parts.text, "description": parts.sentence or None}
    return set_values(session.document, layer_id, fid, values, "説明文を構成から作る")


def _with_told(rows: GeoDataFrame, fid: Fid, parts: AreaParts, old: str) -> GeoDataFrame:
    """The rows, one of them with other parts, and with their sentence where it had none or the old one."""
    told = rows.copy()
    told.loc[fid, "parts"] = parts.text
    if (told.loc[fid, "description"] or "") in ("", old):
        told.loc[fid, "description"] = parts.sentence or None
    return told
