"""The whole main job on the fictional town, headless, with a table of what it made."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chiiki_gis.core.document import Document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import EXPORTS
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import FIT_SCALE, Sheet, SheetKind
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io import project
from chiiki_gis.io.raster_ref import raster_of
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks import leaving, plan
from chiiki_gis.tasks.access import link
from chiiki_gis.tasks.sample import sample_document

if TYPE_CHECKING:
    from chiiki_gis.rules.check import CheckResult

SHEETS: tuple[tuple[SheetKind, str], ...] = (("overview", "総括図.pdf"), ("area", "区域図.pdf"))


def run_demo(out: Path) -> int:
    """Make OUT/plan.gpkg and OUT/export/ and print what was made. Returns the exit code."""
    _require_own(out / "plan.gpkg")
    started = time.perf_counter()
    folder = out / "export"
    folder.mkdir(parents=True, exist_ok=True)
    document, notes = sample_document(memory_ref, beside=out)
    linked = link(snapshot(document))
    document.apply(linked.change)
    values = snapshot(document)
    checked = plan.check(values)
    plan.save(values, out / "plan.gpkg", None)
    pictures = [raster_of(layer).path for layer in values.layers if layer.is_raster]
    files = [out / "plan.gpkg", *pictures, *_export_all(values, folder, checked)]
    _print_table(document, checked, linked.records, files, out, len(notes))
    errors = sum(finding.is_open_error for finding in checked.findings)
    print(f"所要時間 {time.perf_counter() - started:.1f} 秒")
    return 1 if errors else 0


def _require_own(path: Path) -> None:
    """Refuse to replace anything but an earlier sample plan. Raises BadInput."""
    if not path.exists():
        if path.parent.exists() and not path.parent.is_dir():
            raise BadInput(
                f"「{path.parent.name}」に書き込めません。",
                "同じ名前のファイルがあります。",
                "別の名前のフォルダを指定してください。",
            )
        return
    if project.is_project(path) and project.open_project(path).snapshot.header.is_fictional:
        return
    raise BadInput(
        f"「{path.name}」を作りませんでした。",
        f"「{path.parent.name or path.parent}」に、見本ではない「{path.name}」がすでにあります。",
        "別のフォルダを指定してください。",
    )


def _export_all(values: Snapshot, folder: Path, checked: CheckResult) -> list[Path]:
    files: list[Path] = []
    for kind in EXPORTS:
        target = folder / kind
        target.mkdir(exist_ok=True)
        files.extend(leaving.export(values, kind, target, checked=checked).files)
    created = datetime.now().astimezone()
    shapes = plan.shapes_of(values)
    for sheet, name in SHEETS:
        written = plan.print_sheet(
            values,
            Sheet(sheet, scale=FIT_SCALE),
            folder / name,
            checked=checked,
            created=created,
            shapes=shapes,
        )
        files.extend(written.files)
    return files


def _print_table(
    document: Document,
    checked: CheckResult,
    records: Sequence[object],
    files: Sequence[Path],
    out: Path,
    notes: int,
) -> None:
    areas = document.plan(Role.PROMOTION_AREA)
    print(f"見本の計画（{document.header.title}・架空の町）を作りました。")
    print(f"レイヤ {len(document.layers)}　取り込み時の注記 {notes}件　経路 {len(records)}件")
    print(f"特定居住促進区域 {len(areas)}か所　{areas.area.sum() / 10_000:.2f} ha")
    for verdict in checked.verdicts:
        print(f"  {verdict.facility}　{verdict.zone or '－'}　{verdict.label}")
    counts = {
        s: sum(f.severity == s and not f.ignored for f in checked.findings) for s in ("error", "warning")
    }
    print(f"検査　エラー {counts['error']}件・注意 {counts['warning']}件")
    for path in files:
        print(f"  {path.resolve().relative_to(out.resolve())}　{path.stat().st_size / 1000:,.0f} kB")
