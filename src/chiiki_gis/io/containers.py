"""Zip files as offices pack them: CP932 entry names, nested zips, twin UTF-8 and Shift_JIS folders."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from chiiki_gis.core.errors import BadInput

MAX_BYTES = 2_000_000_000
MAX_DEPTH = 3
_UTF8_FLAG = 0x800
_TWINS = ("shift_jis", "shift-jis", "sjis", "cp932")


@contextmanager
def unpacked(path: Path) -> Iterator[Path]:
    """A temporary folder with the zip's files under their true names; gone afterwards.

    Raises BadInput for a file that is no zip, is encrypted, is damaged or unpacks to more than 2 GB.
    """
    with TemporaryDirectory(prefix="chiiki-") as folder:
        _unpack(path, Path(folder), path.name, 0)
        yield Path(folder)


def _unpack(path: Path, target: Path, shown: str, depth: int) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if sum(e.file_size for e in entries) > MAX_BYTES:
                raise _refused(
                    shown, "展開すると2GBを超えます。", "必要な市町村だけのファイルを入手してください。"
                )
            for entry in entries:
                if entry.flag_bits & 0x1:
                    raise _refused(
                        shown, "パスワードがかかっています。", "パスワードを外したファイルを選んでください。"
                    )
                inside = _safe_path(entry_name(entry))
                if inside is None:
                    raise _refused(
                        shown, "フォルダの外を指す項目が入っています。", "入手元から取り直してください。"
                    )
                out = target / inside
                out.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(entry) as source, out.open("wb") as sink:
                    while block := source.read(1 << 20):
                        sink.write(block)
                if out.suffix.lower() == ".zip" and depth < MAX_DEPTH:
                    nested = out.with_suffix("")
                    nested.mkdir(exist_ok=True)
                    _unpack(out, nested, f"{shown}の中の{out.name}", depth + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _refused(
            shown, "zipファイルとして読めない内容です。", "ファイルを入手元からもう一度取り直してください。"
        ) from error


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


def _safe_path(name: str) -> PurePosixPath | None:
    path = PurePosixPath(name.replace("\\", "/"))
    return None if path.is_absolute() or ".." in path.parts or ":" in path.parts[0] else path


def _refused(shown: str, why: str, todo: str) -> BadInput:
    return BadInput(f"「{shown}」を開けませんでした。", why, todo)
