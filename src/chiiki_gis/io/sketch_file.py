"""The unfinished sketch on disk, beside the journal: what the hand draws, until it is done or given up."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chiiki_gis.io.beside import write_whole
from chiiki_gis.io.encode import dumps
from chiiki_gis.io.journal import Orphan, is_of_living, journal_folder, orphans, place_name, writer

Point = tuple[float, float]


@dataclass(frozen=True)
class KeptSketch:
    """A sketch in the project CRS (m), and what it was for.

    tool        the id of its tool
    steps       how many vertices each step has put
    taken_back  steps taken back, the last one last
    layer, fids what was selected: a hole or a cut belongs to one area
    """

    tool: str
    vertices: tuple[Point, ...]
    steps: tuple[int, ...]
    taken_back: tuple[tuple[Point, ...], ...] = ()
    layer: str | None = None
    fids: tuple[int, ...] = ()


@dataclass(frozen=True)
class LeftSketch:
    """A sketch that an earlier run left, and since when it lies there."""

    path: Path
    sketch: KeptSketch
    when: datetime


def sketch_path(uuid: str, project: Path | None, shared: bool) -> Path:
    """Where the sketch of the open plan lies; a window that may not write the project has its own."""
    own = "" if shared else f".{os.getpid()}"
    return journal_folder() / f"{place_name(uuid, project)}{own}.sketch"


def write_sketch(path: Path, sketch: KeptSketch, project: Path | None, title: str) -> None:
    """Put a sketch on disk in place of the one before: whole, or not at all."""
    put_sketch(path, sketch_text(sketch, project, title))


def put_sketch(path: Path, text: str) -> None:
    """The same, of a text that was made before."""
    write_whole(path, [text])


def sketch_text(sketch: KeptSketch, project: Path | None, title: str) -> str:
    """A sketch as it is written."""
    place = str(project.resolve()) if project else None
    data = {**writer(), "project": place, "title": title, "sketch": vars(sketch)}
    return dumps(data) + "\n"


def all_orphans() -> list[Orphan]:
    """What the start page tells of: journals that were left, and projects with nothing but a sketch left."""
    found = orphans()
    told = {orphan.project for orphan in found}
    for path in sorted(journal_folder().glob("*")):
        if path.suffix not in (".sketch", ".left") or is_of_living(data := _read(path)):
            continue
        left, place = _left(path), data.get("project")
        if left is not None and isinstance(place, str) and Path(place) not in told:
            told.add(Path(place))
            found.append(Orphan(path, Path(place), str(data.get("title")), 0, left.when, False))
    return sorted(found, key=lambda one: one.when, reverse=True)


def forget_sketch(path: Path) -> None:
    """It has been finished, given up, or thrown away."""
    path.unlink(missing_ok=True)


def left_sketches(uuid: str, project: Path | None) -> tuple[LeftSketch, ...]:
    """What earlier runs left unfinished of this plan, oldest first; set aside as journals are."""
    own = place_name(uuid, project)
    for path in sorted(journal_folder().glob(f"{own}*.sketch")):
        if not is_of_living(_read(path)):
            last = max((_number(kept) for kept in journal_folder().glob(f"{own}.*.left")), default=0)
            path.replace(path.with_name(f"{own}.{last + 1}.left"))
    kept = sorted(journal_folder().glob(f"{own}.*.left"), key=_number)
    return tuple(left for left in map(_left, kept) if left is not None)


def sketches_at(project: Path) -> tuple[LeftSketch, ...]:
    """The sketches of whatever project lay at a place, whoever draws them."""
    place = str(project.resolve())
    found = [path for path in sorted(journal_folder().glob("*")) if path.suffix in (".sketch", ".left")]
    ours = (_left(path) for path in found if _read(path).get("project") == place)
    return tuple(one for one in ours if one is not None)


def _left(path: Path) -> LeftSketch | None:
    """None for one that cannot be read or has no vertex."""
    try:
        data = _read(path)["sketch"]
        sketch = KeptSketch(
            str(data["tool"]),
            _points(data["vertices"]),
            tuple(int(count) for count in data["steps"]),
            tuple(_points(step) for step in data["taken_back"]),
            data["layer"],
            tuple(int(fid) for fid in data["fids"]),
        )
        when = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    except (OSError, KeyError, TypeError, ValueError):
        return None
    is_whole = bool(sketch.vertices) and sum(sketch.steps) == len(sketch.vertices)
    return LeftSketch(path, sketch, when) if is_whole else None


def _points(data: list[list[float]]) -> tuple[Point, ...]:
    return tuple((float(x), float(y)) for x, y in data)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _number(kept: Path) -> int:
    middle = kept.suffixes[-2][1:] if len(kept.suffixes) > 1 else ""
    return int(middle) if middle.isdecimal() else 0
