"""A GeoPackage that other programs may be writing, or have died writing: waiting, settling, holding it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from chiiki_gis.core.errors import BadInput

PATIENCE_S = 5.0
"""How long another program may hold the file before the user is told."""

_COPY, _ABANDONED_S = "chiiki-open-", 3600.0
"""What a copy's folder is called, and the age at which nobody can be reading it any more."""
SIDE_FILES = ("-journal", "-wal", "-shm")
_LOGGED = b"\x02\x02"
"""Bytes 18–19 of a database in write-ahead mode (SQLite file format, section 1.3)."""


def settled(path: Path) -> Path | None:
    """None where the file can be read as it is; else the folder of a copy in which SQLite has settled it.

    The copy has the file's name; the caller removes the folder. Never changes a byte of the file. Raises
    BadInput where another program holds it for longer than 5 s, sqlite3.Error where it is no database.
    """
    if not _needs_settling(path):
        return None
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_COPY))
    try:
        for file in (path, *(p for p in side_files(path) if p.is_file())):
            shutil.copyfile(file, folder / file.name)
        with closing(sqlite3.connect(folder / path.name)) as connection:
            _settle(connection)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def _sweep() -> None:
    """Remove copies that a program left which died before it could: they may hold personal data."""
    for left in Path(tempfile.gettempdir()).glob(f"{_COPY}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(left, ignore_errors=True)


def has_unfinished_work(path: Path) -> bool:
    """Whether a program has left unfinished work beside a database, or is at work there."""
    return any(_has_content(file) for file in side_files(path)[:2])


def side_files(path: Path) -> list[Path]:
    """The names under which SQLite keeps unfinished work beside a database."""
    return [path.with_name(path.name + end) for end in SIDE_FILES]


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Inside, no other program writes to the file, and no side file lies beside it that SQLite could apply.

    Work left unfinished by a dead program is settled in the file first, by SQLite itself. Side files without
    a database belong to nobody and are removed. Raises BadInput where another program holds the file for
    longer than 5 s or it may not be written.
    """
    connection: sqlite3.Connection | None = None
    try:
        if path.is_file() and _is_database(path):
            connection = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
            _take(connection, path)
        for left in side_files(path):
            left.unlink(missing_ok=True)
        if connection is not None and os.name == "nt":
            connection.close()  # an open file cannot be replaced there
        yield
    finally:
        if connection is not None:
            connection.close()


def _take(connection: sqlite3.Connection, path: Path) -> None:
    """Settle the file and lock it against writers."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            _settle(connection)
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            if time.monotonic() > end:
                raise _in_use(path) from error
            time.sleep(0.1)
        else:
            return


def _settle(connection: sqlite3.Connection) -> None:
    """Let SQLite roll a hot journal back or a write-ahead log in, and leave no log."""
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()


def _needs_settling(path: Path) -> bool:
    journal, log, _ = side_files(path)
    if _has_content(log):
        return True
    if _is_logged(path):
        return False  # in write-ahead mode with nothing in the log
    try:
        _wait_for_reading(path)
    except sqlite3.OperationalError:
        if not _has_content(journal):
            raise
        return True  # a reader cannot roll back a hot journal
    return False


def _wait_for_reading(path: Path) -> None:
    """Return when no other program is writing. Raises BadInput after 5 s."""
    uri = f"{path.resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(uri, uri=True, timeout=PATIENCE_S)) as connection:
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            if _is_busy(error):
                raise _in_use(path) from error
            raise


def _is_busy(error: sqlite3.OperationalError) -> bool:
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_logged(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(20)[18:20] == _LOGGED


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0


def _in_use(path: Path) -> BadInput:
    return BadInput(
        f"「{path.name}」は、ほかのプログラムが使っています。",
        "5秒待ちましたが、書き込みが終わりませんでした。",
        "ほかのプログラム（QGISなど）でこのファイルを閉じてから、もう一度操作してください。",
    )
