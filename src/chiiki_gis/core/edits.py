"""Edits of plan layers, each as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import KINDS, Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

_MOST_NAMES = 3
"""So many features are named in the note of a change."""

STATUTORY_ITEM = {
    "coworking": 3,
    "trial_house": 3,
    "exchange": 3,
    "lodging": 3,
    "convenience": 4,
    "employment": 4,
}
"""号 of 広活法22条2項 that a kind is usually written under (規則3条1項; 22条2項4号)."""


def add_feature(
    document: Document, layer_id: LayerId, geometry: BaseGeometry, values: Mapping[str, object], note: str
) -> Change:
    """A new row with the next unused fid. `geometry` is in the project CRS."""
    fid = document.next_fid(layer_id)
    return Change(note, put={layer_id: _row(document, layer_id, fid, geometry, values)})


def add_area(document: Document, role: Role, geometry: BaseGeometry, scenario: str = "A") -> Change:
    """A new 重点地区 or 促進区域, numbered after the last one of its scenario."""
    layer = document.layer(LayerId(role.value))
    number = _next_number(layer.rows, scenario)
    values = {"scenario": scenario, "number": number, "name": f"{role.japanese}{number}"}
    return add_feature(document, layer.id, geometry, values, f"{role.japanese}を描く")


def add_facility(
    document: Document,
    kind: str,
    geometry: BaseGeometry,
    scenario: str = "A",
    values: Mapping[str, object] | None = None,
) -> Change:
    """A new facility of a preset kind. Its legal class stays empty: the planner chooses it.

    values   further columns, as the vacant house that it is made from
    """
    layer = document.layer(LayerId(Role.FACILITY.value))
    number = _next_number(layer.rows, scenario)
    made = {
        "scenario": scenario,
        "building_id": f"b{document.next_fid(layer.id)}",
        "number": number,
        "name": f"{KINDS[kind]}{number}",
        **facility_values(kind),
        **(values or {}),
    }
    return add_feature(document, layer.id, geometry, made, f"{KINDS[kind]}を置く")


def facility_values(kind: str | None) -> dict[str, object]:
    """What a preset fills in: the kind, and the 号 it is usually written under; both empty without a kind."""
    return {"kind": kind, "item": None if kind is None else STATUTORY_ITEM.get(kind)}


def set_values(
    document: Document, layer_id: LayerId, fid: Fid, values: Mapping[str, object], note: str
) -> Change:
    """New attribute values of one row. Raises KeyError for an unknown fid or column."""
    rows = document.layer(layer_id).rows
    unknown = [name for name in values if name not in rows.columns]
    if unknown:
        raise KeyError(unknown[0])
    row = rows.loc[[fid]].copy()
    for name, value in values.items():
        row[name] = _column(value, row)
    return Change(note, put={layer_id: conform(row, document.layer(layer_id).role)})


def set_cells(
    document: Document, layer_id: LayerId, cells: Mapping[Fid, Mapping[str, object]], note: str
) -> Change:
    """New attribute values of several rows, as one change. Raises KeyError for an unknown fid or column."""
    layer = document.layer(layer_id)
    rows = layer.rows.loc[sorted(cells)].copy()
    for name in dict.fromkeys(name for values in cells.values() for name in values):
        before = rows[name].astype(object)
        after = [cells[Fid(int(fid))].get(name, old) for fid, old in before.items()]
        rows[name] = _column_of(after, rows)
    return Change(note, put={layer_id: conform(rows, layer.role)})


def set_geometry(
    document: Document, layer_id: LayerId, fid: Fid, geometry: BaseGeometry, note: str
) -> Change:
    """A new shape for one row."""
    import geopandas

    row = document.layer(layer_id).rows.loc[[fid]].copy()
    row["geometry"] = geopandas.GeoSeries([geometry], index=row.index, crs=row.crs)
    return Change(note, put={layer_id: row})


def set_geometries(
    document: Document, shapes: Mapping[LayerId, Mapping[Fid, BaseGeometry]], note: str
) -> Change:
    """New shapes for rows of several layers, as one change."""
    import geopandas

    put = {}
    for layer_id, of_rows in shapes.items():
        if not of_rows:
            continue
        rows = document.layer(layer_id).rows.loc[sorted(of_rows)].copy()
        drawn = [of_rows[Fid(int(fid))] for fid in rows.index]
        rows["geometry"] = geopandas.GeoSeries(drawn, index=rows.index, crs=rows.crs)
        put[layer_id] = rows
    return Change(note, put=put)


def joined(note: str, *changes: Change) -> Change:
    """Changes of rows as one; no row may be in two of them."""
    import pandas

    put: dict[LayerId, GeoDataFrame] = {}
    drop: dict[LayerId, tuple[Fid, ...]] = {}
    for change in changes:
        for layer_id, rows in change.put.items():
            before = put.get(layer_id)
            put[layer_id] = rows if before is None else pandas.concat([before, rows]).sort_index()
        for layer_id, fids in change.drop.items():
            drop[layer_id] = (*drop.get(layer_id, ()), *fids)
    return Change(note, put=put, drop=drop)


def split_feature(
    document: Document, layer_id: LayerId, fid: Fid, parts: Sequence[BaseGeometry], note: str
) -> Change:
    """A row with the first part as its shape, and a new row for each other part with the same attributes.

    New rows have numbers of their own, and the number of the part behind their name.
    """
    import geopandas
    import pandas

    layer = document.layer(layer_id)
    first = document.next_fid(layer_id)
    copies = [layer.rows.loc[[fid]].copy()]
    for part in range(1, len(parts)):
        row = layer.rows.loc[[fid]].copy().set_axis([first + part - 1], axis=0)
        if "number" in row.columns:
            row["number"] = _next_number(layer.rows, str(row["scenario"].iloc[0])) + part - 1
        if isinstance(row["name"].iloc[0], str):
            row["name"] = f"{row['name'].iloc[0]}（{part + 1}）"
        copies.append(row)
    rows = pandas.concat(copies)
    rows["geometry"] = geopandas.GeoSeries(list(parts), index=rows.index, crs=rows.crs)
    return Change(note, put={layer_id: conform(rows, layer.role)})


def drop_features(layer_id: LayerId, fids: Sequence[Fid]) -> Change:
    """Delete rows."""
    return Change(f"{len(fids)}件を削除", drop={layer_id: tuple(fids)})


def delete_features(document: Document, layer_id: LayerId, fids: Sequence[Fid]) -> Change:
    """Delete rows, with a note that names them: what is gone can be found again in 操作履歴.

    A facility goes with all uses of its building.
    """
    layer = document.layer(layer_id)
    if layer.role == Role.FACILITY:
        ids = layer.rows.loc[list(fids), "building_id"].dropna()
        homes = layer.rows.loc[list(fids), "scenario"]
        same = layer.rows["building_id"].isin(ids) & layer.rows["scenario"].isin(homes)
        fids = [Fid(fid) for fid in sorted({*map(int, fids), *map(int, layer.rows.index[same])})]
    rows = layer.rows.loc[list(fids)]
    count = len(rows)
    if layer.role == Role.FACILITY:
        count -= int((rows["building_id"].notna() & rows.duplicated(["scenario", "building_id"])).sum())
    column = next((name for name in ("name", "interchange") if name in rows.columns), None)
    names = [f"「{name}」" for name in dict.fromkeys(rows[column].dropna())] if column else []
    several = f"{count}件" if count > 1 else ""
    several += f"（用途{len(rows)}件）" if len(rows) > count else ""
    named = "".join(names[:_MOST_NAMES]) + ("ほか" if names[_MOST_NAMES:] else "")
    return replace(drop_features(layer_id, fids), note=f"{layer.role.japanese}{named}{several}を削除")


def append_rows(document: Document, role: Role, frame: GeoDataFrame, note: str) -> Change:
    """Append foreign rows to a plan layer under new fids. Columns are conformed to the role."""
    layer_id = LayerId(role.value)
    first = document.next_fid(layer_id)
    rows = conform(frame.set_axis(range(first, first + len(frame)), axis=0), role)
    return Change(note, put={layer_id: rows})


def _next_number(rows: GeoDataFrame, scenario: str) -> int:
    numbers = rows.loc[rows["scenario"] == scenario, "number"].dropna()
    return int(numbers.max()) + 1 if len(numbers) else 1


def _row(
    document: Document, layer_id: LayerId, fid: Fid, geometry: BaseGeometry, values: Mapping[str, object]
) -> GeoDataFrame:
    import geopandas

    layer = document.layer(layer_id)
    bare = geopandas.GeoDataFrame({"geometry": [geometry]}, index=[fid], crs=document.header.epsg)
    for name, value in values.items():
        bare[name] = _column(value, bare)
    return conform(bare, layer.role)


def _column(value: object, like: GeoDataFrame) -> Any:
    return _column_of([value] * len(like), like)


def _column_of(values: Sequence[object], like: GeoDataFrame) -> Any:
    import pandas

    return pandas.Series(list(values), index=like.index, dtype=object)
