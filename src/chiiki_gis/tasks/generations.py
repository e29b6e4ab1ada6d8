"""What the window and the command line do with generations: compare, lay over the map, restore as new."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from chiiki_gis.core.differences import Difference, differences
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import Glimpse, Saved
from chiiki_gis.core.layer import Layer, LayerId, NoRows
from chiiki_gis.core.palette import GLIMPSE
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.generations import keep_generation, read_generation
from chiiki_gis.io.history_log import flush_history
from chiiki_gis.tasks.plan import save

QUIET = Quiet()


def perform(job: str, args: tuple[Any, ...], progress: Progress) -> object:
    """Do one of the jobs about generations."""
    match job, args:
        case "keep_generation", (values, path, revision, notes):
            flush_history(values.header.uuid, path)
            keep_generation(values, path, revision, notes)
            return None
        case "compare_generation", (generation, values):
            return compare(generation, values)
        case "see_generation", (generation,):
            return glimpses_of(generation)
        case "restore_generation", (generation, path):
            return restore_as_new(generation, path, progress)
    raise ValueError(f"no job {job} with {len(args)} arguments")


def compare(generation: Path, now: Snapshot) -> tuple[Difference, ...]:
    """What has come, changed and gone since a generation. Raises BadInput."""
    return differences(read_generation(generation), now)


def glimpses_of(generation: Path) -> tuple[Glimpse, ...]:
    """The plan's layers of a generation, to be laid over the map."""
    found = []
    for layer in read_generation(generation).layers:
        if layer.is_plan and len(layer.rows):
            seen = Layer(LayerId(f"generation-{layer.id}"), layer.role, layer.name, NoRows(), GLIMPSE)
            found.append(Glimpse(seen, build_shapes(layer.rows, GLIMPSE)))
    return tuple(found)


def restore_as_new(generation: Path, path: Path, progress: Progress = QUIET) -> Saved:
    """Write a generation as a project of its own. Raises BadInput where the file is there already."""
    return save_as_new(read_generation(generation), path, progress)


def save_as_new(values: Snapshot, path: Path, progress: Progress = QUIET) -> Saved:
    """Write values as a project of its own, never over a file. Raises BadInput."""
    if path.exists():
        raise BadInput(
            f"「{path.name}」には復元しませんでした。",
            "同じ名前のファイルがすでにあります。",
            "別の名前を指定してください。",
        )
    if path.suffix.lower() != ".gpkg":
        raise BadInput(
            f"「{path.name}」という名前では復元できません。",
            "プロジェクトのファイルの名前は.gpkgで終わります。",
            f"「{path.stem or '計画'}.gpkg」のような名前を指定してください。",
        )
    fresh = replace(values, header=replace(values.header, uuid=str(uuid.uuid4())))
    return save(fresh, path, None, progress)
