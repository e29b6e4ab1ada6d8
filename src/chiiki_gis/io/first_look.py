"""What a project's map showed when it was last open, from its settings and the cache folder alone.

No library for geodata is needed to see it, so the window can do this by itself while it is being made.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import rows_of
from chiiki_gis.core.jobs import Glimpse
from chiiki_gis.core.layer import Layer, NoRows
from chiiki_gis.core.role import Role
from chiiki_gis.io import encode
from chiiki_gis.io.cache_files import cache_path
from chiiki_gis.io.meta import BadMeta, read_meta
from chiiki_gis.io.settled import has_unfinished_work
from chiiki_gis.io.shown_scenario import last_shown

if TYPE_CHECKING:
    from chiiki_gis.core.snapshot import Snapshot

log = logging.getLogger(__name__)


def first_look(project: Path, folder: Path) -> tuple[Glimpse, ...]:
    """The layers of a project whose drawing data lie in the cache folder, bottom to top.

    Empty where the file is no project or somebody has left it unfinished: opening it will say so.
    """
    try:
        if has_unfinished_work(project):
            return ()
        meta = read_meta(project)
        seen = [_seen(project, meta, data, folder) for data in meta["layers"]]
    except (OSError, sqlite3.Error, BadMeta, BadInput):
        log.info("no first look at a project", exc_info=True)
        return ()
    order = {layer_id: place for place, layer_id in enumerate(meta["order"])}
    return tuple(sorted((x for x in seen if x is not None), key=lambda x: order[x.layer.id]))


def keep_plan(values: Snapshot, project: Path, revision: int, folder: Path) -> None:
    """Keep the drawing data of the plan's layers, as a project file just read or written has them.

    Of the scenario that the window showed last.
    """
    from chiiki_gis.io.cache_build import build_shapes, write_shapes

    with suppress(OSError):  # a full or read-only disk: the first look will have to do without
        for layer in values.layers:
            if layer.is_plan:
                content = _content(project, values.header.uuid, revision, layer)
                path = cache_path(content, layer.style, folder)
                if not path.is_file():
                    write_shapes(
                        build_shapes(rows_of(layer.rows, last_shown(values.header.uuid)), layer.style), path
                    )


def _seen(project: Path, meta: dict[str, Any], data: dict[str, Any], folder: Path) -> Glimpse | None:
    from chiiki_gis.io.pyramid import known_pyramid

    role = Role(data["role"])
    if role.is_raster:
        layer = encode.raster_layer_from_json(data, project.resolve().parent, meta["epsg"])
        picture = known_pyramid(layer, folder)
        return None if picture is None else Glimpse(layer, picture)
    if role.is_plan:
        layer = encode.plan_layer_from_json(data, NoRows())
        content = _content(project, meta["uuid"], meta["revision"], layer)
    else:
        layer, content = encode.reference_layer_from_json(data, project, data["id"]), data["hash"]
    path = cache_path(content, layer.style, folder)
    return Glimpse(layer, path) if path.is_file() else None


def _content(project: Path, uuid: str, revision: int, layer: Layer) -> str:
    """Names the rows of a plan layer in one state of a project file; another program's edit changes it."""
    stat = project.stat()
    shown = last_shown(uuid)
    return json.dumps(["plan", uuid, shown, revision, layer.id, stat.st_size, stat.st_mtime_ns])
