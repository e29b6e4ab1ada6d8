"""Files written beside the one they will replace, so that a rename puts them in place whole."""

from __future__ import annotations

import hashlib
import os
import platform
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TextIO, cast

from chiiki_gis.io.process import is_alive

PATIENCE_S = 5.0
"""How long a file that others read is waited for."""
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


def write_whole(path: Path, lines: Iterable[str], when: float | None = None) -> None:
    """Write a text for this user's eyes alone: whole and on the disk, or not at all.

    lines   each with its line break
    when    the file's time (seconds since 1970) where it is not now
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with private_text(temporary, "w") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        if when is not None:
            os.utime(temporary, (when, when))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    flush(path.parent)


def put_in_place(temporary: Path, path: Path, patience_s: float = PATIENCE_S) -> bool:
    """Let a finished file take the place of another; False where a program keeps that one open too long.

    Windows lets no file be replaced that somebody reads: a virus scanner, a backup, QGIS.
    """
    end = time.monotonic() + patience_s
    while True:
        try:
            temporary.replace(path)
        except PermissionError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.1)
        else:
            return True


def private_text(path: Path, mode: Literal["w", "a"]) -> TextIO:
    """A text file to write that only this user can read."""
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if mode == "w" else os.O_APPEND)
    handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o600)
    return cast("TextIO", os.fdopen(handle, mode, encoding="utf-8", newline="\n"))


def _computer() -> str:
    """A short name of this computer: on a share, the files of another one are left alone."""
    return hashlib.blake2b(platform.node().encode("utf-8", "replace"), digest_size=4).hexdigest()
