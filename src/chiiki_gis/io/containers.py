"""Zip files as offices pack them: CP932 entry names, nested zips, twin UTF-8 and Shift_JIS folders."""

from __future__ import annotations

import errno
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from chiiki_gis.core.errors import BadInput

MAX_BYTES = 2_000_000_000
MAX_DEPTH = 3
_ENCRYPTED = 0x1
_UTF8_FLAG = 0x800
_TWINS = ("shift_jis", "shift-jis", "sjis", "cp932")


@dataclass
class _Room:
    """What may still be written: bytes over all nested archives together, each in a folder of its own."""

    folder: Path
    bytes_left: int
    archives: int = 0

    def fresh(self) -> Path:
        """A new folder that no entry of an archive can name."""
        self.archives += 1
        made = self.folder / f"{self.archives:04}"
        made.mkdir()
        return made


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A temporary folder with the zip's files under their true names; gone afterwards.

    Every archive, the nested ones too, lies in a numbered folder of its own. Raises BadInput for a file that
    is no zip, is encrypted, is damaged, names places outside or unpacks to more than 2 GB with all it holds.
    """
    with TemporaryDirectory(prefix="chiiki-") as folder:
        _unpack(path, _Room(Path(folder).resolve(), MAX_BYTES), path.name, 0)
        yield Path(folder)


def swollen_bytes(path: Path) -> int:
    """How large a file is, or what an archive says that it holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return path.stat().st_size


def _unpack(path: Path, room: _Room, shown: str, depth: int) -> None:
    target = room.fresh()
    nested = []
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > room.bytes_left:
                raise _too_large(shown)
            for entry in archive.infolist():
                out = None if entry.is_dir() else _place(entry, target, shown)
                if out is None:
                    continue
                _write(archive, entry, out, room, shown)
                if out.suffix.lower() == ".zip" and depth < MAX_DEPTH:
                    nested.append(out)
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(shown) from error  # bz2 says so of a broken stream
    except _DAMAGE as error:
        raise _damaged(shown) from error
    for inner in nested:
        _unpack(inner, room, f"{shown}の中の{inner.name}", depth + 1)


_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, UnicodeDecodeError,
    struct.error, ValueError,
)  # fmt: skip
"""What the standard library raises for an archive that is broken or packed in a way it does not know."""


def _place(entry: zipfile.ZipInfo, target: Path, shown: str) -> Path | None:
    """Where an entry goes, proven to lie inside `target`; None for one that names only the folder itself."""
    name = entry_name(entry).replace("\\", "/")
    inside = PurePosixPath(name)
    if not inside.parts:
        return None
    out = target / inside
    if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
        raise _outside(shown)
    if not Path(os.path.normpath(out)).is_relative_to(target):
        raise _outside(shown)
    return out


def _write(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, out: Path, room: _Room, shown: str) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(shown, "パスワードがかかっています。", "パスワードを外したファイルを選んでください。")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        sink = out.open("wb")
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        why = f"「{out.name}」という名前のファイルとフォルダが両方入っています。"
        raise _refused(shown, why, "zipの中の名前を変えるか、入手元から取り直してください。") from error
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        why = f"「{out.name[:20]}…」のように、長すぎる名前のファイルが入っています。"
        raise _refused(shown, why, "zipの中の名前を短くして、もう一度選んでください。") from error
    with sink, archive.open(entry) as source:
        while block := source.read(1 << 20):
            room.bytes_left -= len(block)
            if room.bytes_left < 0:
                raise _too_large(shown)
            sink.write(block)


def entry_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name as its maker meant it: UTF-8 when flagged, else CP932 where it decodes so."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("cp932")
    except UnicodeError:
        return entry.filename


def without_twins(paths: list[Path], root: Path) -> tuple[list[Path], list[Path]]:
    """Files to load, and their twins in a Shift_JIS folder beside a UTF-8 folder with the same file."""
    kept: list[Path] = []
    twins: list[Path] = []
    names = {(p.name, _folder_kind(p, root)) for p in paths}
    for path in paths:
        is_twin = _folder_kind(path, root) == "sjis" and (path.name, "utf8") in names
        (twins if is_twin else kept).append(path)
    return kept, twins


def _folder_kind(path: Path, root: Path) -> str:
    parts = [part.lower() for part in path.relative_to(root).parts[:-1]]
    if any(part in _TWINS for part in parts):
        return "sjis"
    return "utf8" if any(part in ("utf-8", "utf8") for part in parts) else ""


def _outside(shown: str) -> BadInput:
    return _refused(shown, "フォルダの外を指す項目が入っています。", "入手元から取り直してください。")


def _too_large(shown: str) -> BadInput:
    return _refused(shown, "展開すると2GBを超えます。", "必要な市町村だけのファイルを入手してください。")


def _damaged(shown: str) -> BadInput:
    return _refused(
        shown, "zipファイルとして読めない内容です。", "ファイルを入手元からもう一度取り直してください。"
    )


def _refused(shown: str, why: str, todo: str) -> BadInput:
    return BadInput(f"「{shown}」を開けませんでした。", why, todo)
