"""The links and the road works of a plan as files of their own: an Excel table, or a GeoPackage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.improvement_effects import BAND_MIN, Effects, Way, WorkRow
from chiiki_gis.core.improvements import improvements_of
from chiiki_gis.core.links import building_of, narrow_words, share_words
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.cells import Cell
from chiiki_gis.export.gate import held_back, record
from chiiki_gis.export.gpkg import write_layer
from chiiki_gis.export.outgoing import export_frames, plan_title
from chiiki_gis.export.place import require_place
from chiiki_gis.export.staging import ExportResult, put_in_place, staging
from chiiki_gis.export.workbook import SheetOut, write_workbook
from chiiki_gis.io.project import is_project

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

STATUS = {"ok": "計算済み", "estimate": "概算", "needs_confirmation": "要確認", "refused": "計算できません"}
WORKS_TABLE = "road_improvement"
ASSUMED_NOTE = "距離と時間は、想定した速度による仮定値です。速度の根拠は「仮定値と根拠」の列にあります。"


def write_links(
    values: Snapshot, path: Path, found: Effects, lines: Mapping[int, Any], now: datetime
) -> ExportResult:
    """Write links and works to a file ending in .xlsx or .gpkg; a file of that kind is replaced.

    found   what the works would bring
    lines   the geometry of each piece of works by its number
    Raises BadInput for another ending, for a project, and where the folder cannot be written.
    """
    kind = path.suffix.lower()
    if kind not in (".xlsx", ".gpkg"):
        raise BadInput(
            f"「{path.name}」に書き出せません。",
            "名前の終わりが .xlsx でも .gpkg でもありません。",
            "Excelは .xlsx、GeoPackageは .gpkg の名前にしてください。",
        )
    require_place(path, kind)
    if is_project(path):
        raise BadInput(
            f"「{path.name}」に書き出しませんでした。",
            "同じ名前のプロジェクトがあります。",
            "プロジェクトとは別の名前を選んでください。",
        )
    with staging(path.parent) as stage:
        if kind == ".xlsx":
            write_workbook(stage / path.name, link_sheets(values, found))
        else:
            _write_layers(values, stage / path.name, found, lines)
        files = put_in_place(stage, [path.name], path.parent)
    record("links", values.header.uuid, held_back(values), now)
    return ExportResult(files, found.notes)


def link_sheets(values: Snapshot, found: Effects) -> list[SheetOut]:
    """The tables: links, before and after, works."""
    sheets = [_links(values)]
    if found.works:
        sheets += [_effects(found), _works(found.works)]
    told = [plan_title(values), ASSUMED_NOTE, *found.notes]
    sheets.append(SheetOut("注記", ("注記",), (100,), [(note,) for note in told]))
    return sheets


def _links(values: Snapshot) -> SheetOut:
    links, facilities = values.rows(Role.ACCESS_LINK), values.rows(Role.FACILITY)
    names = dict(zip(building_of(facilities), facilities["name"], strict=True))
    head = (
        "施設", "インターチェンジ", "順位", "距離 km", "時間 分", "状態", "古い結果", "文", "理由",
        "仮定値と根拠", "道路の内訳", "狭い区間",
    )  # fmt: skip
    rows: list[Sequence[Cell]] = []
    for _, link in links.iterrows():
        details = json.loads(link["details"]) if isinstance(link["details"], str) else {}
        assumed = json.loads(link["assumed"]) if isinstance(link["assumed"], str) else []
        is_known = link["km"] == link["km"] and link["km"] is not None
        rows.append(
            (
                str(names.get(str(link["building_id"])) or ""),
                str(link["interchange"] or ""),
                int(link["rank"]) if is_known else None,
                float(link["km"]) if is_known else None,
                float(link["minutes"]) if is_known else None,
                STATUS.get(str(link["status"]), str(link["status"])),
                "古い" if link["stale"] is True or str(link["stale"]) == "True" else "",
                str(details.get("sentence") or ""),
                str(link["reason"] or "") if isinstance(link["reason"], str) else "",
                "、".join(str(word) for word in assumed),
                share_words(details.get("shares") or {}),
                narrow_words(details.get("narrow") or {}),
            )
        )
    return SheetOut("アクセス道路", head, (20, 16, 6, 10, 10, 12, 8, 50, 40, 50, 26, 26), rows)


def _effects(found: Effects) -> SheetOut:
    sides = ("整備前", "整備後")
    head = ["施設"]
    for side in sides:
        head += [f"{side} IC", f"{side} km", f"{side} 分", f"{side} {BAND_MIN:g}分で着く道路 km"]
        head.append(f"{side} {BAND_MIN:g}分で着く空き家（同意あり）")
    head.append("短縮 分")
    rows = [
        (effect.facility, *_way(effect.before), *_way(effect.after), effect.saved_minutes)
        for effect in found.rows
    ]
    return SheetOut("整備前後", head, (20, *(14,) * 11), rows)


def _way(way: Way) -> tuple[Cell, ...]:
    return way.interchange or "計算できません", way.km, way.minutes, way.road_km, way.houses


def _works(works: Sequence[WorkRow]) -> SheetOut:
    head = ("道路整備", "区分", "延長 m", "整備後", "事業の区分", "法令による判断", "費用 円", "単価の出典")
    rows = [
        (row.name, row.kind, row.length_m, row.after, row.tag, row.reason, row.yen, row.cost_source)
        for row in works
    ]
    return SheetOut("道路整備", head, (24, 8, 12, 30, 28, 50, 16, 30), rows)


def _write_layers(values: Snapshot, path: Path, found: Effects, lines: Mapping[int, Any]) -> None:
    layers, _ = export_frames(values, ())
    links = [layer for layer in layers if layer.role == Role.ACCESS_LINK]
    for layer in links:
        write_layer(layer, links, path)
    drawn = _works_frame(values, found, lines)
    if len(drawn):
        import pyogrio

        pyogrio.write_dataframe(
            drawn, path, layer=WORKS_TABLE, driver="GPKG", geometry_type="MultiLineString",
            promote_to_multi=True, layer_options={"IDENTIFIER": "道路整備"},
        )  # fmt: skip


def _works_frame(values: Snapshot, found: Effects, lines: Mapping[int, Any]) -> GeoDataFrame:
    import geopandas

    works = {work.number: work for work in improvements_of(values.facts)}
    rows = [row for row in found.works if lines.get(row.number) is not None]
    return geopandas.GeoDataFrame(
        {
            "name": [row.name for row in rows],
            "kind": [row.kind for row in rows],
            "length_m": [row.length_m for row in rows],
            "kmh": [works[row.number].kmh for row in rows],
            "width_m": [works[row.number].width_m for row in rows],
            "source": [works[row.number].source for row in rows],
            "tag": [row.tag for row in rows],
            "reason": [row.reason for row in rows],
            "yen": [row.yen for row in rows],
            "cost_source": [row.cost_source for row in rows],
        },
        geometry=[lines[row.number] for row in rows],
        crs=values.epsg,
    )
