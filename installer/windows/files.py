"""Files of a build: their hashes, and archives that come out the same each time."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every entry of an archive, so that the same files make the same archive."""


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def files_of(tree: Path) -> Iterator[Path]:
    """Every file below a folder, in the order of their names."""
    return (path for path in sorted(tree.rglob("*"), key=lambda p: p.as_posix()) if path.is_file())


def manifest(tree: Path) -> str:
    """A line for each file: its hash and its place in the tree, as sha256sum writes them."""
    lines = (f"{sha256(path)}  {path.relative_to(tree).as_posix()}\n" for path in files_of(tree))
    return "".join(lines)


def zip_tree(tree: Path, target: Path, top: str, stored: bool = False) -> None:
    """Pack a folder under the name `top`; the same tree gives the same bytes.

    stored   without compressing
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in files_of(tree):
            entry = zipfile.ZipInfo(f"{top}/{path.relative_to(tree).as_posix()}", EARLIEST)
            is_packed = stored or path.suffix == ".whl"
            entry.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())


def unzip(archive: Path, target: Path, below: str = "") -> None:
    """Unpack an archive, or what lies below one of its folders. Raises ValueError for a path out of it."""
    root = target.resolve()
    with zipfile.ZipFile(archive) as source:
        for entry in source.infolist():
            if entry.is_dir() or not entry.filename.startswith(below):
                continue
            place = (target / entry.filename.removeprefix(below)).resolve()
            if not place.is_relative_to(root):
                raise ValueError(f"{archive.name}: {entry.filename} leads out of the folder")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(source.read(entry))
