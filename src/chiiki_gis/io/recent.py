"""What this user worked on last: projects, and the folder files were last chosen in."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from chiiki_gis import paths
from chiiki_gis.io.encode import dumps

MOST = 8
"""So many projects are remembered."""


@dataclass(frozen=True)
class RecentProject:
    """A project that was opened or saved."""

    path: Path
    title: str
    when: datetime

    @property
    def is_there(self) -> bool:
        """Whether the file can be opened now."""
        return self.path.is_file()


def recent_projects() -> tuple[RecentProject, ...]:
    """The last projects, newest first; those whose file is gone are among them."""
    found = []
    for entry in _read().get("projects", []):
        try:
            when = datetime.fromisoformat(entry["when"])
            found.append(RecentProject(Path(entry["path"]), str(entry["title"]), when))
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def note_project(path: Path, title: str) -> None:
    """Remember a project. One of the program's own, such as the sample, is not remembered."""
    if is_ours(path):
        return
    kept = [one for one in recent_projects() if one.path != path][: MOST - 1]
    now = RecentProject(path, title, datetime.now().astimezone())
    _write([now, *kept], path.parent)


def last_folder(*, of_data: bool = False) -> Path:
    """Where files were last chosen, else the documents folder; never the program's own folders.

    of_data   where data came from last: plans are often saved elsewhere
    """
    for key in ("data", "folder") if of_data else ("folder",):
        name = _read().get(key)
        if isinstance(name, str) and Path(name).is_dir() and not is_ours(Path(name)):
            return Path(name)
    return paths.documents_folder()


def note_folder(folder: Path, *, of_data: bool = False) -> None:
    """Remember where files were chosen."""
    if not is_ours(folder):
        _write(recent_projects(), folder, folder if of_data else None)


def is_ours(path: Path) -> bool:
    """Whether a path lies in the folder where the program keeps its own things."""
    return path.resolve().is_relative_to(paths.state_folder().resolve())


def _read() -> dict[str, Any]:
    try:
        data = json.loads(_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(projects: Sequence[RecentProject], folder: Path, data: Path | None = None) -> None:
    """A list that cannot be written is no reason to trouble anybody."""
    listed = [
        {"path": str(one.path), "title": one.title, "when": one.when.isoformat()} for one in projects[:MOST]
    ]
    temporary = _file().with_suffix(f".{os.getpid()}.tmp")
    try:
        said = {
            "projects": listed,
            "folder": str(folder),
            "data": _read().get("data") if data is None else str(data),
        }
        temporary.write_text(dumps(said), "utf-8")
        temporary.chmod(0o600)
        temporary.replace(_file())
    except OSError:
        return


def _file() -> Path:
    return paths.state_folder() / "recent.json"
