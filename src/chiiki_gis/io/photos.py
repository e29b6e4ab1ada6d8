"""Where photographs lie: in a table of the project file, and in the state folder until it is saved."""

from __future__ import annotations

import hashlib
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from chiiki_gis import paths
from chiiki_gis.core.layer import plan_layer_id
from chiiki_gis.core.photos import hashes_in
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io.store import read_only

TABLE = "chiiki_photos"
"""Registered as `attributes`: one row a photograph, its hash and its bytes as the file had them."""
_BINARY: int = getattr(os, "O_BINARY", 0)
"""Windows would change line ends otherwise."""
_HASH = re.compile(r"[0-9a-f]{32}")
_MAKE = (
    f"CREATE TABLE IF NOT EXISTS {TABLE}"
    " (id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, data BLOB NOT NULL)"
)
_REGISTER = (
    "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description)"
    f" VALUES ('{TABLE}', 'attributes', '{TABLE}', '施設の写真（内部利用）')"
)


def keep_photo(data: bytes) -> str:
    """Keep the bytes of a photograph in the state folder and return their hash."""
    digest = hashlib.blake2b(data, digest_size=16).hexdigest()
    _put(_kept(digest), data)
    return digest


def photo_bytes(digest: str) -> bytes | None:
    """The bytes of a photograph: from the state folder, else from the project it was last seen in."""
    if not _HASH.fullmatch(digest):
        return None
    if _kept(digest).is_file():
        return _kept(digest).read_bytes()
    seen = _kept(digest).with_suffix(".seen")
    if not seen.is_file():
        return None
    return _from_project(Path(seen.read_text("utf-8")), digest)


def note_place(path: Path) -> None:
    """Remember that a project's photographs are in it, so that they need not be copied to be found."""
    for digest in _in_project(path):
        _put(_kept(digest).with_suffix(".seen"), str(path.resolve()).encode("utf-8"))


def keep_all(path: Path) -> None:
    """Copy a project's photographs into the state folder: the file will go away."""
    for digest in _in_project(path):
        if (data := _from_project(path, digest)) is not None:
            _put(_kept(digest), data)


def keep_photos(values: Snapshot, path: Path) -> None:
    """Copy the photographs that a saved plan names into the state folder: its generation needs them there."""
    for digest in sorted(_named(values)):
        if not _kept(digest).is_file() and (data := _from_project(path, digest)) is not None:
            _put(_kept(digest), data)


def photo_places() -> tuple[Path, ...]:
    """Every photograph in the state folder; the name of the file without its suffix is the hash."""
    return tuple(_folder().glob("*.photo"))


def photo_size(digest: str) -> int:
    """The bytes that a photograph takes in the state folder; 0 where it is not there."""
    return _kept(digest).stat().st_size if _kept(digest).is_file() else 0


def write_photos(values: Snapshot, path: Path) -> None:
    """Bring the photographs of a project file in line with the plan; those that stay are not written again.

    path   the file being written. A photograph that goes is kept in the state folder: undo may want it. One
           whose bytes are nowhere to be found is left out; its row still names it, and the card says so.
    """
    wanted, there = _named(values), frozenset(_in_project(path))
    if wanted == there:
        return
    for digest in there - wanted:
        if (data := _from_project(path, digest)) is not None:
            _put(_kept(digest), data)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA secure_delete=ON")  # what was removed must not travel
        connection.execute(_MAKE)
        connection.execute(_REGISTER)
        connection.executemany(f"DELETE FROM {TABLE} WHERE hash = ?", [(one,) for one in there - wanted])
        for digest in sorted(wanted - there):
            if (data := photo_bytes(digest)) is not None:
                connection.execute(f"INSERT INTO {TABLE} (hash, data) VALUES (?, ?)", (digest, data))


def _named(values: Snapshot) -> frozenset[str]:
    """The hashes of the photographs of all scenarios; a plan by another program may name what is no hash."""
    layer = next(x for x in values.layers if x.id == plan_layer_id(Role.FACILITY))
    return frozenset(filter(_HASH.fullmatch, hashes_in(layer.rows)))


def _in_project(path: Path) -> Iterator[str]:
    with read_only(path) as connection:
        named = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
        if connection.execute(named, (TABLE,)).fetchone():
            rows = connection.execute(f"SELECT hash FROM {TABLE}").fetchall()
            yield from (row[0] for row in rows if isinstance(row[0], str) and _HASH.fullmatch(row[0]))


def _from_project(path: Path, digest: str) -> bytes | None:
    try:
        with read_only(path) as connection:
            query = f"SELECT data FROM {TABLE} WHERE hash = ?"
            found = connection.execute(query, (digest,)).fetchone()
    except sqlite3.Error:
        return None
    return bytes(found[0]) if found and isinstance(found[0], bytes) else None


def _kept(digest: str) -> Path:
    return _folder() / f"{digest}.photo"


def _folder() -> Path:
    return paths.state_folder() / "photos"


def _put(path: Path, data: bytes) -> None:
    """Write a small file whole, for this user only."""
    if path.is_file() and (path.suffix == ".photo" or path.read_bytes() == data):
        os.utime(path)  # wanted again: nothing sweeps it before somebody has named it
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}-{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
