"""Where the program's own files lie, and where the user's are kept."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

import platformdirs

APP = "chiiki-gis"


def clean_environment() -> None:
    """Drop other GIS programs' settings, which would break ours (a foreign PROJ database is refused).

    Called before the first import of a geodata library.
    """
    for name in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH"):
        os.environ.pop(name, None)
    os.environ["PROJ_NETWORK"] = "OFF"


@cache
def _home(folder: str) -> Path:
    package = Path(__file__).resolve().parent
    candidates = (
        Path(sys.executable).resolve().parent / folder,
        package.parents[1] / folder,
        package / "_resources" / folder,
    )
    for candidate in candidates:
        if (candidate / ".here").is_file():
            return candidate
    raise FileNotFoundError(f"the program's folder {folder} is missing")


def interpreter() -> Path:
    """The Python that helper processes run under.

    Never the installed program itself, which is `sys.executable` there: it would open a second window.
    """
    running = Path(sys.executable)
    beside = running.with_name("python.exe")
    is_own_program = sys.platform == "win32" and not running.stem.lower().startswith("python")
    return beside if is_own_program and beside.is_file() else running


def resources() -> Path:
    """The folder of rules, fonts, help and icons."""
    return _home("resources")


def sample_data() -> Path:
    """The folder of the fictional town."""
    return _home("sample_data")


def checkout() -> Path | None:
    """The top of the source checkout, or None when installed."""
    top = Path(__file__).resolve().parents[2]
    return top if (top / "pyproject.toml").is_file() and (top / "benchmarks").is_dir() else None


def state_folder() -> Path:
    """Journals and blobs of this user; made on first use, readable by the user only."""
    return _private(Path(os.environ.get("CHIIKI_GIS_STATE") or platformdirs.user_state_path(APP, False)))


def cache_folder() -> Path:
    """Render caches of this user; may be deleted at any time, and is made by whoever writes there."""
    return Path(os.environ.get("CHIIKI_GIS_CACHE") or platformdirs.user_cache_path(APP, False))


def documents_folder() -> Path:
    """Where new projects are offered to be saved."""
    return Path(os.environ.get("CHIIKI_GIS_DOCUMENTS") or platformdirs.user_documents_path())


def _private(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder
