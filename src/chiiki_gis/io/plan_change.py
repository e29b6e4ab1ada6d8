"""A table of a plan role as one change of the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.class_styles import fitting
from chiiki_gis.core.document import Document
from chiiki_gis.core.edits import append_rows
from chiiki_gis.core.errors import one_line
from chiiki_gis.core.layer import Layer, plan_layer_id
from chiiki_gis.core.palette import plan_style
from chiiki_gis.core.role import Role
from chiiki_gis.io.import_scenario import scenario_notes
from chiiki_gis.io.plan_rows import facility_column, plan_rows
from chiiki_gis.io.plan_values import dangling

if TYPE_CHECKING:
    from chiiki_gis.io.imports import Prepared


def plan_change(
    document: Document,
    prepared: Prepared,
    class_words: Mapping[str, str],
    scenario: str,
    sites: dict[int, int],
) -> tuple[Change, list[str]]:
    """A table as rows of its plan layer, with the look it had where nothing of that layer is there yet.

    sites   fid of a site in the file → its fid in the plan, where our own export says it; sites are added
            here, and facilities of the same file follow them
    """
    role, own = prepared.recognition.role, prepared.table.own
    layer_id = plan_layer_id(role)
    rows, notes = plan_rows(prepared, class_words, document.next_fid(layer_id), scenario)
    notes += scenario_notes(rows, scenario, role.japanese)
    if role == Role.FACILITY and sites:
        rows["site_fid"] = rows["site_fid"].map(lambda fid: sites.get(fid, fid), na_action="ignore")
    change = append_rows(
        document, role, rows, f"「{one_line(prepared.table.path.name)}」を{role.japanese}に加える"
    )
    if role == Role.SITE and own is not None and len(own.fids) == len(rows):
        sites |= dict(zip(own.fids, map(int, change.put[layer_id].index), strict=True))
    if role == Role.FACILITY:
        known, houses = set(document.plan(Role.SITE).index), document.references(Role.VACANT_HOUSE)
        for column, missing, noun in (
            ("site_fid", dangling(rows, "site_fid", {int(fid) for fid in known}), "敷地"),
            ("vacant_house_fid", len(rows["vacant_house_fid"].dropna()) if not houses else 0, "空き家"),
        ):
            if missing:
                notes.append(f"「{facility_column(column)}」の指す{noun}がない施設が{missing}件あります。")
    notes.append(f"「{prepared.table.name}」を{role.japanese}に加えました（{len(rows)}件）。")
    look, more = _look(document, prepared)
    return replace(change, put_layers=look), [*notes, *more]


def _look(document: Document, prepared: Prepared) -> tuple[tuple[Layer, ...], list[str]]:
    """The plan layer as the table looked at home; none where the plan has rows or its own look."""
    own, role = prepared.table.own, prepared.recognition.role
    layer = document.layer(plan_layer_id(role))
    if own is None or own.role != role or own.style == layer.style:
        return (), []
    if len(layer.rows) or layer.style != plan_style(role):
        return (), [f"{role.japanese}の見た目は、いまの計画のものを残しました。"]
    return (replace(layer, style=fitting(own.style, layer.columns)),), []


def both(first: Change, second: Change) -> Change:
    """Two changes that add rows and layers as one, under the note of the first."""
    import pandas

    put = {**first.put}
    for layer_id, rows in second.put.items():
        put[layer_id] = pandas.concat([put[layer_id], rows]) if layer_id in put else rows
    return replace(first, put=put, put_layers=(*first.put_layers, *second.put_layers))
