"""What the window asks for: the same work as the command line's, with render caches and blobs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import Hold, Imported, Opened, Reached, Saved, ShapesPlace
from chiiki_gis.core.layer import FrameRef, Layer, LayerId
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io import project
from chiiki_gis.io.first_look import keep_plan
from chiiki_gis.io.generations import keep_what_was
from chiiki_gis.io.history_log import NO_HISTORY, identity_of, read_history
from chiiki_gis.io.journal import read_left_over
from chiiki_gis.io.lock import Locked, beat, release_lock, take_lock
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.access import Networks, link, reach
from chiiki_gis.tasks.plan import new_project, save
from chiiki_gis.tasks.sample import sample_document

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


log = logging.getLogger(__name__)

ReadRows: TypeAlias = "Callable[[FrameRef], GeoDataFrame]"
QUIET = Quiet()
CLOCK_SLACK_S = 120.0
"""So far the clocks of a server and of this computer may differ without a word."""


def open_for_window(path: Path, pid: int, progress: Progress = QUIET) -> Opened:
    """A project with the render caches the window needs, held for the window's process `pid`.

    Where somebody else holds it, or it cannot be written, it is read-only and says why. Where it cannot be
    opened it is let go, unless the window held it before.
    """
    reason, was_held = None, beat(path, pid)
    if path.is_file():
        try:
            take_lock(path, pid)
        except Locked as held:
            reason = held.why
    try:
        found = project.open_project(path)
        opened = _opened(found.snapshot, path, found.revision, found.notes, progress)
        if reason is None:
            opened = _with_steps(opened, found, path)
        keep_plan(found.snapshot, path, found.revision, paths.cache_folder())
    except BaseException:
        if reason is None and not was_held:
            release_lock(path, pid)
        raise
    return replace(opened, read_only=reason)


def _with_steps(opened: Opened, found: project.ProjectRead, path: Path) -> Opened:
    """With what earlier runs did to a project that this window holds; says where a history is not used."""
    values = found.snapshot
    steps = read_history(values.header.uuid, path, found.revision, identity_of(path), values.epsg)
    notes = opened.notes if steps.why in ("", NO_HISTORY) else (*opened.notes, steps.why)
    return replace(opened, steps=steps, notes=notes)


def recover_for_window(journal: Path, progress: Progress = QUIET) -> Opened:
    """The plan that a journal of an earlier run began with, where its project file is not there.

    Raises BadInput for a journal that cannot be read.
    """
    left = read_left_over(journal)
    if left is None:
        raise BadInput(
            "保存されていない編集を開けませんでした。",
            "編集の控えが壊れているか、もうありません。",
            "プロジェクトのファイルがあれば、「開く」で開いてください。",
        )
    return _opened(left.base, None, 0, (), progress)


def save_for_window(
    values: Snapshot, path: Path, revision: int | None, pid: int, progress: Progress = QUIET
) -> Saved:
    """Write a project that the window's process `pid` holds, or takes now.

    Raises Locked where somebody else holds it, and BadInput where it cannot be written.
    """
    was_held = beat(path, pid)
    if revision is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    take_lock(path, pid)
    notes = _clock_notes(path)
    if path.is_file() and revision is not None:
        keep_what_was(path)
    try:
        saved = save(values, path, revision, progress)
    except BaseException:
        if not was_held:
            release_lock(path, pid)
        raise
    keep_plan(values, path, saved.revision, paths.cache_folder())
    return replace(saved, identity=identity_of(path), notes=notes)


def _clock_notes(path: Path) -> tuple[str, ...]:
    """What to say where the clock is behind the date of the last save."""
    if path.is_file() and path.stat().st_mtime > time.time() + CLOCK_SLACK_S:
        return ("パソコンの時計が、前に保存したときより戻っています。控えと世代は時計によらず残ります。",)
    return ()


def hold(path: Path, pid: int) -> Hold:
    """Whether the window's process still holds the project: held, lost, or away with its folder."""
    if beat(path, pid):
        return "held"
    return "lost" if path.parent.is_dir() else "away"


def new_for_window(codes: tuple[str, ...], boundaries: Path, progress: Progress = QUIET) -> Opened:
    """A new project, not saved yet."""
    document, notes = new_project(codes, boundaries, keep_blob, progress)
    return _opened(snapshot(document), None, 0, tuple(notes), progress)


def reach_for_window(
    values: Snapshot, origin: str, bands: tuple[float, ...], networks: Networks, progress: Progress = QUIET
) -> Reached:
    """The areas reached from a place, with the render cache of their layer."""
    found = reach(values, origin, bands, keep_blob, progress, networks)
    return replace(found, shapes=cached_shapes(found.change.put_layers, progress))


def relocate_for_window(layer: Layer, path: Path, progress: Progress = QUIET) -> Imported:
    """A raster layer that takes its picture from a file the user has chosen."""
    from chiiki_gis.io.raster_import import relocated

    change, notes = relocated(layer, path, progress)
    return Imported(change, cached_shapes(change.put_layers, progress), tuple(notes))


def _opened(
    values: Snapshot, path: Path | None, revision: int, notes: tuple[str, ...], progress: Progress
) -> Opened:
    from chiiki_gis.io.raster_import import renewed

    found = [renewed(layer, progress) if layer.is_raster else (layer, "") for layer in values.layers]
    layers = tuple(layer for layer, _ in found)
    changed = tuple(note for _, note in found if note)
    shapes = cached_shapes(layers, progress)
    return Opened(replace(values, layers=layers), path, revision, shapes, (*notes, *changed))


def sample_for_window(pid: int, progress: Progress = QUIET) -> Opened:
    """The sample plan, made at first use in the user's state folder."""
    path = paths.state_folder() / "sample" / "見本.gpkg"
    if not project.is_project(path):
        document, _ = sample_document(keep_blob, progress, path.parent)
        linked = link(snapshot(document), progress)
        document.apply(linked.change)
        project.save_project(snapshot(document), path, None, progress)
    return open_for_window(path, pid, progress)


def rows_of(reference: FrameRef) -> GeoDataFrame:
    """The rows of a table, read."""
    return reference.get()


def cached_shapes(
    layers: tuple[Layer, ...], progress: Progress = QUIET, read: ReadRows = rows_of
) -> dict[LayerId, ShapesPlace]:
    """Where the drawing data of every reference layer lies; built where it is missing or damaged.

    read   gives the rows of a layer; called only where they are needed
    """
    from chiiki_gis.io.pyramid import known_pyramid

    found: dict[LayerId, ShapesPlace] = {}
    wanted = [layer for layer in layers if not layer.is_plan]
    for number, layer in enumerate(wanted):
        progress.step(number, len(wanted), f"「{layer.name}」の表示を用意しています")
        if not layer.is_raster:
            found[layer.id] = layer_shapes(layer, progress, read)
        elif (known := known_pyramid(layer, paths.cache_folder())) is not None:
            found[layer.id] = known  # the window asks for the others one by one, while it shows the rest
    return found


def layer_shapes(layer: Layer, progress: Progress = QUIET, read: ReadRows = rows_of) -> ShapesPlace:
    """Where the drawing data of one reference layer lies, with the classes and labels of its style."""
    from chiiki_gis.io.cache_files import ensure_shapes
    from chiiki_gis.io.pyramid_build import ensure_pyramid

    if layer.is_raster:
        return ensure_pyramid(layer, paths.cache_folder(), progress)
    reference = layer.reference
    return ensure_shapes(lambda: read(reference), reference.content_hash, layer.style, paths.cache_folder())
