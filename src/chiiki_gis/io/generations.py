"""世代: the plan as it was at each save, in the user's state folder, and the tables they and the undo need.

A generation holds the plan's tables and facts whole; reference tables lie beside it as blobs, each once, and
so do photographs.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput, disk_reason
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.beside import write_whole
from chiiki_gis.io.encode import dumps, snapshot_from_json, snapshot_to_json
from chiiki_gis.io.journal import place_name
from chiiki_gis.io.photos import keep_photos, photo_places, photo_size
from chiiki_gis.io.project import open_project
from chiiki_gis.io.store import blob_ref, kept_as_blob

log = logging.getLogger(__name__)

MOST = 20
"""So many are kept of one project."""
QUOTA_BYTES = 5_000_000_000
MOST_NOTES = 200
FIRST = "このパソコンで保存する前の計画"
_DAY_S = 86_400.0
_UNSAVED_DAYS, _HISTORY_DAYS = 30, 365
"""A history that nobody has touched for so long goes: of a plan that was never saved, and of any."""
_HASH = re.compile(rb'"([0-9a-f]{32}[^"]*)"')


@dataclass(frozen=True)
class Generation:
    """A save of a project.

    number  counts them, whatever the clock says
    count   how many edits it has over the save before
    notes   the edits' notes, oldest first
    """

    path: Path
    number: int
    project: Path
    title: str
    revision: int
    when: datetime
    count: int
    notes: tuple[str, ...]


def keep_generation(values: Snapshot, project: Path, revision: int, notes: Sequence[str]) -> None:
    """Keep what has just been saved, unless it is what the newest generation holds already.

    The oldest goes where there are too many, or too much. Raises BadInput where the disk refuses.
    """
    folder = _folder(values.header.uuid)
    try:
        known = sorted(folder.glob("*.jsonl"), key=_number)
        body = _body(replace(values, layers=tuple(map(_kept, values.layers))))
        keep_photos(values, project)
        if known and known[-1].read_text("utf-8").partition("\n")[2] == body:
            return
        number = _number(known[-1]) + 1 if known else 1
        _write(folder / f"{number:06}.jsonl", values, project, revision, notes, body)
        for old in [*known, folder / f"{number:06}.jsonl"][:-MOST]:
            old.unlink(missing_ok=True)
        _keep_quota(folder / f"{number:06}.jsonl")
        sweep_state()
    except OSError as error:
        raise BadInput(
            "保存はできましたが、世代を残せませんでした。",
            disk_reason(error),
            "空き容量を増やすと、次の保存から残ります。",
        ) from error


def keep_what_was(project: Path) -> None:
    """Before a project is saved for the first time on this computer: its plan as it is becomes a generation.

    Reads the plan's rows alone. The reference tables are kept by whoever saves: those the plan goes on with
    as blobs of the next generation, those it drops for the undo.
    """
    try:
        read = open_project(project)
        folder = _folder(read.snapshot.header.uuid)
        if not any(folder.glob("*.jsonl")):
            layers = tuple(map(_named, read.snapshot.layers))
            body = _body(replace(read.snapshot, layers=layers))
            _write(folder / "000001.jsonl", read.snapshot, project, read.revision, (), body, FIRST)
    except (OSError, BadInput):
        log.info("no generation of what was there", exc_info=True)  # saving says what is wrong


def _body(values: Snapshot) -> str:
    return dumps(snapshot_to_json(values)) + "\n"


def _write(
    path: Path,
    values: Snapshot,
    project: Path,
    revision: int,
    notes: Sequence[str],
    body: str,
    first: str = "",
) -> None:
    head = {
        "project": str(project.resolve()),
        "title": values.header.title,
        "revision": revision,
        "when": datetime.now().astimezone().isoformat(),
        "count": len(notes),
        "notes": [first] if first else list(notes)[-MOST_NOTES:],
    }
    write_whole(path, [dumps(head) + "\n", body])


def generations(uuid: str) -> tuple[Generation, ...]:
    """The generations of a project, newest first; those that cannot be read are left out."""
    found = (_generation(path) for path in _folder(uuid).glob("*.jsonl"))
    return tuple(sorted((one for one in found if one), key=lambda one: one.number, reverse=True))


def generations_at(project: Path) -> tuple[Generation, ...]:
    """The generations of whatever project lay at a place, newest first: the file itself may be gone."""
    place, found = project.resolve(), []
    for folder in _all_folders():
        some = generations(folder.name)
        found += [one for one in some if one.project == place]
    return tuple(sorted(found, key=lambda one: (one.when, one.number), reverse=True))


def read_generation(path: Path) -> Snapshot:
    """The plan of a generation. Raises BadInput where it cannot be read."""
    from shapely.errors import ShapelyError

    try:
        return snapshot_from_json(json.loads(path.read_text("utf-8").partition("\n")[2]))
    except (OSError, ValueError, KeyError, TypeError, ShapelyError) as error:
        raise BadInput(
            "この世代を開けませんでした。",
            "世代の記録が壊れているか、もうありません。",
            "別の世代を選んでください。",
        ) from error


def sweep_state(now: float | None = None) -> None:
    """Delete tables and photographs that no record refers to, and histories nobody has touched.

    A table or photograph stays a day after it was last wanted: an import may just be bringing it in.
    """
    moment = time.time() if now is None else now
    state = paths.state_folder()
    unsaved = place_name("", None)
    for path in (state / "history").glob("*.jsonl"):
        days = _UNSAVED_DAYS if path.stem.endswith(unsaved) else _HISTORY_DAYS
        _delete_if_older(path, moment - days * _DAY_S)
    wanted = set()
    for path in _records():
        with suppress(OSError):
            wanted |= _contents_in(path.read_bytes())
    for blob in (*(state / "blobs").glob("*.gpkg"), *photo_places()):
        if blob.stem not in wanted:
            _delete_if_older(blob, moment - _DAY_S)


def _records() -> Iterator[Path]:
    """Every file that may name a table."""
    state = paths.state_folder()
    yield from (state / "history").glob("*.jsonl")
    yield from (path for path in (state / "journal").glob("*") if path.suffix in (".jsonl", ".kept"))
    for folder in _all_folders():
        yield from folder.glob("*.jsonl")


def _keep_quota(newest: Path) -> None:
    """Let the oldest generations of all projects go until all, with their tables, take no more than 5 GB."""
    blobs = paths.state_folder() / "blobs"
    found = [path for folder in _all_folders() for path in folder.glob("*.jsonl") if path != newest]
    ordered = [newest, *sorted(found, key=lambda path: path.stat().st_mtime, reverse=True)]
    total = 0
    seen: set[str] = set()
    for path in ordered:
        content = path.read_bytes()
        total += len(content)
        for name in _contents_in(content) - seen:
            seen.add(name)
            total += photo_size(name)
            with suppress(OSError):
                total += (blobs / f"{name}.gpkg").stat().st_size
        if total > QUOTA_BYTES and path != newest:
            path.unlink(missing_ok=True)


def _contents_in(record: bytes) -> set[str]:
    """The tables and photographs that a record names; those of photographs stand in a text of their own."""
    return {name.decode().rstrip("\\") for name in _HASH.findall(record)}


def _kept(layer: Layer) -> Layer:
    """A layer whose rows lie in a blob, written where it is not there yet."""
    if layer.is_plan or layer.is_raster:
        return layer
    return replace(layer, frame=kept_as_blob(layer.reference))


def _named(layer: Layer) -> Layer:
    """A layer whose rows are looked for in a blob."""
    if layer.is_plan or layer.is_raster:
        return layer
    return replace(layer, frame=blob_ref(layer.reference))


def _generation(path: Path) -> Generation | None:
    try:
        with path.open(encoding="utf-8") as file:
            head: dict[str, Any] = json.loads(file.readline())
        return Generation(
            path, _number(path), Path(head["project"]), str(head["title"]), int(head["revision"]),
            datetime.fromisoformat(head["when"]), int(head["count"]), tuple(map(str, head["notes"])),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _number(path: Path) -> int:
    return int(path.stem) if path.stem.isdecimal() else 0


def _delete_if_older(path: Path, moment: float) -> None:
    with suppress(OSError):  # gone already, or in use on Windows
        if path.stat().st_mtime < moment:
            path.unlink()


def _all_folders() -> list[Path]:
    top = paths.state_folder() / "generations"
    return [folder for folder in top.iterdir() if folder.is_dir()] if top.is_dir() else []


def _folder(uuid: str) -> Path:
    return paths.state_folder() / "generations" / uuid
