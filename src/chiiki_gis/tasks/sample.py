"""The sample plan: the whole main job on the fictional town."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.io.imports import KeepFrame
from chiiki_gis.tasks.plan import import_into, new_project, read_facts

CODE = "20999"
PLAN = (
    (Role.PRIORITY_DISTRICT, "特定居住重点地区.geojson"),
    (Role.PROMOTION_AREA, "特定居住促進区域.geojson"),
    (Role.FACILITY, "拠点施設.geojson"),
)
PICTURES = (
    ("basemap.tif", "紙の地図", False),
    ("dem10.tif", "標高（陰影）", True),
)
"""Raster files, what their layers are called, and whether they are shown."""


def reference_files(folder: Path) -> tuple[Path, tuple[Path, ...]]:
    """The boundary file, and every other reference file of the sample in the order to load them."""
    boundaries = next(folder.glob("N03-*.zip"))
    names = (
        "r2ka*.zip",
        "A29-*.zip",
        "*都市計画決定*.zip",
        "A31-*.zip",
        "A33-*.zip",
        "N13-*.zip",
        "N06-*.zip",
    )
    return boundaries, (*(next(folder.glob(n)) for n in names), folder / "空き家台帳.csv")


def sample_document(
    keep: KeepFrame,
    progress: Progress = Quiet(),  # noqa: B008  # a frozen value
    beside: Path | None = None,
) -> tuple[Document, list[str]]:
    """Load, draw, place: the sample plan as a document, with the notes of every import.

    beside   the folder of the project file: pictures are copied there, so that both can move together
    """
    folder = paths.sample_data()
    boundaries, files = reference_files(folder)
    document, notes = new_project((CODE,), boundaries, keep, progress)
    for number, path in enumerate(files):
        progress.step(number, len(files), f"「{path.name}」を取り込んでいます")
        change, more = import_into(document, path, ImportOptions(), keep)
        document.apply(change)
        notes.extend(more)
    for name, title, shown in PICTURES:
        change, more = import_into(document, _copied(folder / name, beside), ImportOptions(), keep)
        (layer,) = change.put_layers
        source = replace(layer.source, licence="架空のまちのデータ")
        named = replace(layer, name=title, style=replace(layer.style, visible=shown), source=source)
        document.apply(replace(change, put_layers=(named,)))
        notes.extend(more)
    for role, name in PLAN:
        change, more = import_into(document, folder / "plan" / name, ImportOptions(role=role), keep)
        document.apply(change)
        notes.extend(more)
    facts = read_facts(folder / "plan" / "facts.toml")
    document.apply(Change("計画の事実を入れる", facts=dict(facts)))
    return document, notes


def _copied(path: Path, folder: Path | None) -> Path:
    if folder is None:
        return path
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(path, folder / path.name))
