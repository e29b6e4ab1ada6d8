"""Files are written aside, checked, and only then put in their place, all or none."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chiiki_gis.core.errors import BadInput, disk_reason


@dataclass(frozen=True)
class Reread:
    """A table of a finished file that was read again and found equal to the plan: geometry and values."""

    file: str
    title: str
    rows: int


@dataclass(frozen=True)
class ExportResult:
    """What was written.

    files   the files, in the order they were made
    notes   what the user should know, Japanese sentences
    reread  what was compared with the plan; a file with a difference is never put in place
    """

    files: tuple[Path, ...]
    notes: tuple[str, ...]
    reread: tuple[Reread, ...] = ()


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A temporary folder on the same disk as `folder`, gone afterwards; the files of `folder` stay.

    It lies inside `folder` where that is there, since only there may the user be allowed to write, and only
    there is it sure to be the same disk. Errors of the disk and of the writing libraries become BadInput.
    """
    try:
        with tempfile.TemporaryDirectory(
            prefix=".chiiki-export-", dir=_existing(folder), ignore_cleanup_errors=True
        ) as stage:
            yield Path(stage)
    except _disk_errors() as error:
        raise BadInput(
            f"「{folder.name or folder}」に書き出せませんでした。",
            _reason(error),
            "ファイルを閉じるか別のフォルダを選んで、もう一度書き出してください。",
        ) from error


def put_in_place(
    stage: Path, names: Sequence[str], folder: Path, stale: Sequence[str] = ()
) -> tuple[Path, ...]:
    """Move finished files from the staging folder to `folder`, which is made if need be.

    names   files in `stage`; a file of that name in `folder` is replaced
    stale   names in `folder` that must not stay, such as side files of a replaced Shapefile
    When one move fails the folder is put back as it was and the OSError goes on. Returns the new paths.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = stage / "kept"
    kept.mkdir()
    for name in dict.fromkeys((*names, *stale)):
        if (folder / name).is_file():
            shutil.copy2(folder / name, kept / name)
    for name in names:
        _flush(stage / name)
    try:
        for name in stale:
            (folder / name).unlink(missing_ok=True)
        for name in names:
            (stage / name).replace(folder / name)
    except OSError:
        _restore(kept, folder, (*names, *stale))
        raise
    return tuple(folder / name for name in names)


def _restore(kept: Path, folder: Path, names: Sequence[str]) -> None:
    for name in dict.fromkeys(names):
        old = kept / name
        with suppress(OSError):
            if not old.is_file():
                (folder / name).unlink(missing_ok=True)
            elif not (folder / name).is_file() or (folder / name).read_bytes() != old.read_bytes():
                shutil.copy2(old, folder / name)


def _existing(folder: Path) -> Path:
    """The folder that will hold the staging folder: the target, or the nearest one above that exists."""
    home = folder.absolute()
    while not home.is_dir():
        home = home.parent
    return home


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_WHY = "書き込みの権限か空き容量が足りないか、同じ名前のファイルがほかのプログラムで開かれています。"
_DENIED = "書き込みの権限がないか、同じ名前のファイルがほかのプログラムで開かれています。"


def _reason(error: BaseException) -> str:
    """Why it could not be written; libraries often do not say."""
    if not isinstance(error, OSError) or error.errno is None:
        return _WHY
    return _DENIED if isinstance(error, PermissionError) else disk_reason(error)


def _disk_errors() -> tuple[type[Exception], ...]:
    from fiona.errors import DriverError
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    known = (OSError, sqlite3.Error, DataSourceError, DataLayerError, FeatureError, DriverError)
    return (*known, *_errors_of_sheets())


def _errors_of_sheets() -> tuple[type[Exception], ...]:
    """What openpyxl raises on a full disk where it writes with lxml."""
    from openpyxl.xml import LXML

    if not LXML:
        return ()
    from lxml.etree import SerialisationError

    return (SerialisationError,)
