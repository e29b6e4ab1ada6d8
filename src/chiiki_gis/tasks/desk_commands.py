"""`merge`: packages of towns into a prefecture's desk."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.desk import BORDER_WORDS
from chiiki_gis.core.merging import DIFFERENCE_WORDS
from chiiki_gis.core.progress import Quiet
from chiiki_gis.tasks.terminal import open_document, tell_notes

if TYPE_CHECKING:
    from chiiki_gis.core.desk import DeskReport
    from chiiki_gis.core.merging import MergePlan

QUIET = Quiet()


def merge(options: argparse.Namespace) -> int:
    """Prove and take over packages, all rows; then show the differences and the towns."""
    from chiiki_gis.core.merging import accepted
    from chiiki_gis.core.snapshot import snapshot
    from chiiki_gis.export.place import require_place
    from chiiki_gis.io.lock import locked
    from chiiki_gis.io.store import memory_ref
    from chiiki_gis.tasks import plan
    from chiiki_gis.tasks.desk import desk_report, write_book
    from chiiki_gis.tasks.merge import compare

    if options.xlsx is not None:
        require_place(options.xlsx, ".xlsx")
    with locked(options.project):
        document, revision = open_document(options.project)
        found = compare(snapshot(document), options.packages, memory_ref)
        change = accepted(found)
        if not change.is_empty:
            document.apply(change)
            plan.save(snapshot(document), options.project, revision)
    values = snapshot(document)
    report = desk_report(values)
    if options.xlsx is not None:
        write_book(values, options.xlsx)
    tell_notes((*found.notes, *report.notes))
    if options.json:
        print(json.dumps(_as_json(found, report, change.is_empty), ensure_ascii=False, allow_nan=False))
        return 0
    _print(found, report)
    print("変わりはありません。" if change.is_empty else f"{change.note}：保存しました。")
    return 0


def _print(found: MergePlan, report: DeskReport) -> None:
    names = {town.key: town.name for town in found.towns}
    for row in found.rows:
        detail = f"（{row.detail}）" if row.detail else ""
        edited = "［県で直した地物］" if row.is_edited else ""
        word = DIFFERENCE_WORDS[row.difference]
        print(f"{names[row.town]}：{word}：{row.role.japanese}「{row.name}」{detail}{edited}")
    for town in report.towns:
        houses = "－" if town.houses is None else f"{town.houses}件"
        print(
            f"{town.code} {town.name}：重点地区 {town.districts}区域 {town.districts_m2:,.0f} m²、"
            f"促進区域 {town.areas}区域 {town.areas_m2:,.0f} m²、拠点施設 {town.facilities}棟、"
            f"48条の許可 {town.permits or 0}棟、空き家 {houses}、エラー {town.errors}件"
        )
    for line in report.borders:
        where = "・".join(dict.fromkeys(line.towns))
        print(f"{BORDER_WORDS[line.kind]}：{where}：{'・'.join(line.names)}　{line.area_m2:,.0f} m²")
    for link in report.links:
        through = "、".join(f"{name} {km:,.1f} km" for name, km in link.through)
        print(f"またがる道路：{link.interchange}－{link.facility}（{through}）")


def _as_json(found: MergePlan, report: DeskReport, is_same: bool) -> Mapping[str, Any]:
    return {
        "changed": not is_same,
        "differences": [
            {
                "town": row.town,
                "layer": row.role.value,
                "difference": row.difference,
                "fid": row.fid,
                "source_fid": row.source,
                "name": row.name,
                "detail": row.detail,
                "edited_here": row.is_edited,
            }
            for row in found.rows
        ],
        "towns": [
            {
                "code": town.code,
                "name": town.name,
                "kind": town.kind,
                "made": town.made,
                "districts": town.districts,
                "districts_m2": town.districts_m2,
                "areas": town.areas,
                "areas_m2": town.areas_m2,
                "facilities": town.facilities,
                "links": town.links,
                "permits": town.permits,
                "houses": town.houses,
                "errors": town.errors,
            }
            for town in report.towns
        ],
        "borders": [
            {
                "kind": line.kind,
                "layer": line.role.value,
                "towns": list(line.towns),
                "names": list(line.names),
                "fids": [int(fid) for fid in line.fids],
                "area_m2": line.area_m2,
                "bounds": list(line.bounds),
            }
            for line in report.borders
        ],
        "links": [
            {
                "fid": int(link.fid),
                "town": link.town,
                "facility": link.facility,
                "interchange": link.interchange,
                "through": [{"name": name, "km": km} for name, km in link.through],
            }
            for link in report.links
        ],
        "waiting": list(report.waiting),
    }
