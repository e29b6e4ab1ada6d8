"""Files written beside the one they will replace, so that a rename puts them in place whole."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from chiiki_gis.io.process import is_alive

_NAME = re.compile(r"\.chiiki-([0-9a-f]{8})-(\d+)\.tmp\.gpkg(?:-journal|-wal|-shm)?")


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """The name of a temporary file in the folder of `path`; nothing of it is left afterwards."""
    temporary = path.with_name(f".chiiki-{_computer()}-{os.getpid()}.tmp.gpkg")
    try:
        yield temporary
    finally:
        for end in ("", "-journal"):
            temporary.with_name(temporary.name + end).unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove what processes of this computer left here when they were killed."""
    for file in folder.glob(".chiiki-*.tmp.gpkg*"):
        match = _NAME.fullmatch(file.name)
        if match is not None and match.group(1) == _computer() and not is_alive(int(match.group(2))):
            with suppress(OSError):
                file.unlink()


def flush(path: Path) -> None:
    """fsync a file, or a folder where the system allows that."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _computer() -> str:
    """A short name of this computer: on a share, the files of another one are left alone."""
    return hashlib.blake2b(platform.node().encode("utf-8", "replace"), digest_size=4).hexdigest()
