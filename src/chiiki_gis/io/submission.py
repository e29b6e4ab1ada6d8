"""Packages at the door: proven whole and ours before anything of them is read, then only their tables."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeGuard

from chiiki_gis.core.crs import JGD2011, prefecture_name, zone_of_epsg
from chiiki_gis.core.document import Header, Municipality
from chiiki_gis.core.eras import parse_day
from chiiki_gis.core.errors import BadInput, one_line
from chiiki_gis.core.progress import Progress
from chiiki_gis.core.style import Style
from chiiki_gis.core.submission import KIND_OF_FORMAT, MANIFEST, SUMS, TABLES, VERSION, Manifest, is_desk
from chiiki_gis.io.containers import entry_name
from chiiki_gis.io.own_looks import read_looks
from chiiki_gis.io.places import require_usable
from chiiki_gis.io.store import read_only, read_table

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

MOST_FILES = 5_000
MOST_BYTES = 1_000_000_000
"""Of all files together, as the archive declares them; a package of a large town has 50 MB."""
MOST_MANIFEST = 8_000_000

_BLOCK = 1 << 20
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SQLITE = b"SQLite format 3\x00"
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, struct.error,
    ValueError, RuntimeError,
)  # fmt: skip
_ASK = "送り主に知らせて、書き出し直した提出一式を受け取ってください。"
_NEWER = "新しい版の地域GISで開いてください。"


@dataclass(frozen=True, eq=False)
class Submission:
    """A package that has been proven.

    tables   by name, index fid, in the CRS they came in (JGD2011, plane or degrees)
    sources  出典 by table; "" for what the town has drawn
    looks    how the town's layers looked, by table; nothing of packages that do not tell it
    """

    manifest: Manifest
    tables: Mapping[str, GeoDataFrame]
    sources: Mapping[str, str]
    looks: Mapping[str, Style]


def read_submission(
    path: Path, schema: Mapping[str, tuple[Sequence[str], bool]], newest: int, progress: Progress
) -> Submission:
    """Prove a package and read its tables.

    schema   table → its columns without fid and geometry, and whether it must be there
    newest   the highest version of the schema that is ours to read
    Order: names and sizes, manifest, the set of files, every hash; only then a table is opened. Raises
    BadInput with the reason; then nothing further of the package has been read.
    """
    try:
        with _opened(path) as archive:
            entries = _entries(archive, path)
            manifest = _manifest(archive, entries, path, newest)
            _require_same_files(entries, manifest, path)
            _require_sums(archive, entries, manifest, path)
            with TemporaryDirectory(prefix="chiiki-package-") as folder:
                kept = Path(folder) / "submission.gpkg"
                _require_hashes(archive, entries, manifest, path, kept, progress)
                looks = {table: look.style for table, look in read_looks(kept).items()}
                return Submission(manifest, *_tables(kept, schema, manifest, path), looks)
    except OSError as error:
        if error.errno is not None:
            raise
        raise _refused(path, "zipファイルとして壊れています。", _ASK) from error
    except _DAMAGE as error:
        raise _refused(path, "zipファイルとして読めない内容です。", _ASK) from error


def packages_for(header: Header, files: Sequence[Path]) -> tuple[Path, ...]:
    """Those of some files that a prefecture's desk takes as packages; none elsewhere. Nothing is proven."""
    return tuple(path for path in files if is_package(path)) if is_desk(header) else ()


def is_package(path: Path) -> bool:
    """Whether a file is a zip with the names of a package in it; what they hold is not looked at."""
    if path.suffix.lower() != ".zip" or not path.is_file():
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            return {MANIFEST, TABLES} <= set(archive.namelist())
    except (OSError, *_DAMAGE):
        return False


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    if not path.is_file():
        raise _refused(path, "ファイルがありません。", "場所を確かめて、もう一度選んでください。")
    with zipfile.ZipFile(path) as archive:
        yield archive


def _refused(path: Path, why: str, todo: str) -> BadInput:
    return BadInput(f"「{path.name}」を取り込みませんでした。", why, todo)


def _entries(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """The files of the archive by name. Raises BadInput for any that a package cannot have."""
    found: dict[str, zipfile.ZipInfo] = {}
    known: set[str] = set()
    if len(archive.infolist()) > MOST_FILES:
        raise _refused(path, f"{MOST_FILES:,}個より多いファイルが入っています。", _ASK)
    for entry in archive.infolist():
        name = entry_name(entry)
        told = one_line(name)[:60]
        if _leads_outside(entry, name):
            raise _refused(path, f"フォルダの外を指す項目「{told}」が入っています。", _ASK)
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _refused(path, f"ファイルではなくリンクなどの項目「{told}」が入っています。", _ASK)
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise _refused(path, f"読めない詰め方の項目「{told}」が入っています。", _ASK)
        if entry.is_dir() and not entry.file_size:
            continue
        folded = unicodedata.normalize("NFC", name).casefold()
        if folded in known:
            raise _refused(path, f"同じ名前のファイル「{told}」が二つ入っています。", _ASK)
        known.add(folded)
        found[name] = entry
    total = sum(entry.file_size for entry in found.values())
    if total > MOST_BYTES:
        raise _refused(
            path, f"展開すると{total / 1e9:,.1f} GBになり、{MOST_BYTES / 1e9:,.0f} GBを超えます。", _ASK
        )
    return found


def _leads_outside(entry: zipfile.ZipInfo, name: str) -> bool:
    both = f"{name}/{entry.filename}/{entry.orig_filename}".replace("\\", "/").split("/")
    return (
        name.startswith(("/", "\\"))
        or "\\" in name
        or ".." in both
        or ":" in name
        or not name.strip("/. ")
        or any(ord(c) < 32 for c in entry.orig_filename)
    )


def _manifest(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], path: Path, newest: int
) -> Manifest:
    entry = entries.get(MANIFEST)
    if entry is None:
        raise _refused(path, f"「{MANIFEST}」がなく、地域GISの提出一式ではありません。", _ASK)
    if entry.file_size > MOST_MANIFEST:
        raise _refused(path, f"「{MANIFEST}」が大きすぎます。", _ASK)
    raw = archive.read(entry)
    try:
        data = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _refused(path, f"「{MANIFEST}」の書き方が壊れています。", _ASK) from error
    if not isinstance(data, dict) or str(data.get("format")) not in KIND_OF_FORMAT:
        raise _refused(path, "地域GISの提出一式ではない様式で書かれています。", _ASK)
    _require_version(data, path, newest)
    try:
        return _typed(data, hashlib.sha256(raw).hexdigest())
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(path, f"「{MANIFEST}」に足りない項目か、形の違う値があります。", _ASK) from error


def _require_version(data: Mapping[str, Any], path: Path, newest: int) -> None:
    version, schema = data.get("version"), data.get("schema")
    if not isinstance(version, int) or isinstance(version, bool) or not _is_whole(schema):
        raise _refused(path, "提出一式の版が分かりません。", _ASK)
    if version > VERSION or int(schema) > newest:
        raise _refused(path, f"新しい版（一式の版{version}、様式の版{schema}）で作られています。", _NEWER)
    if version < 1 or int(schema) < 1:
        raise _refused(path, "提出一式の版が分かりません。", _ASK)


def _is_whole(schema: object) -> TypeGuard[str]:
    return isinstance(schema, str) and schema.isascii() and schema.isdigit() and len(schema) < 10


def _typed(data: Mapping[str, Any], digest: str) -> Manifest:
    """The manifest with every value of its type. Raises ValueError and the like."""
    towns = tuple(Municipality(_text(one["code"]), _text(one["name"])) for one in data["municipalities"])
    codes = [town.code for town in towns]
    if not codes or len(set(codes)) < len(codes) or not all(_is_code(code) for code in codes):
        raise ValueError("codes")
    files = {}
    for one in data["files"]:
        name, size, sha = _text(one["path"]), one["bytes"], _text(one["sha256"])
        if name in files or not _SHA256.fullmatch(sha) or isinstance(size, bool) or size < 0:
            raise ValueError("files")
        files[name] = (int(size), sha)
    epsg, errors = int(data["epsg"]), int(data["open_errors"])
    made = parse_day(_text(data["made"]))
    if made is None or zone_of_epsg(epsg) is None or not JGD2011 < epsg < JGD2011 + 20 or errors < 0:
        raise ValueError("made, epsg")
    return Manifest(
        KIND_OF_FORMAT[data["format"]],
        made.isoformat(),
        _text(data["plan"]),
        _text(data["title"]),
        towns,
        epsg,
        _text(data["scenario"]),
        errors,
        _text(data["reason"]),
        files,
        digest,
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return one_line(value)


def _is_code(code: str) -> bool:
    is_number = code.isascii() and code.isdigit() and len(code) in (2, 5)
    return is_number and prefecture_name(code) is not None


def _require_same_files(entries: Mapping[str, zipfile.ZipInfo], manifest: Manifest, path: Path) -> None:
    there = set(entries) - {MANIFEST, SUMS}
    extra, missing = sorted(there - set(manifest.files)), sorted(set(manifest.files) - there)
    if extra:
        why = f"「{MANIFEST}」に載っていないファイル「{one_line(extra[0])[:60]}」が入っています。"
        raise _refused(path, why, _ASK)
    if missing:
        raise _refused(path, f"「{MANIFEST}」にあるファイル「{missing[0][:60]}」が入っていません。", _ASK)
    if TABLES not in there:
        raise _refused(path, f"計画のデータ「{TABLES}」が入っていません。", _ASK)
    for name, (size, _) in manifest.files.items():
        if entries[name].file_size != size:
            raise _refused(path, f"「{name[:60]}」の大きさが「{MANIFEST}」と違います。", _ASK)


def _require_sums(
    archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], manifest: Manifest, path: Path
) -> None:
    """SHA256SUMS.txt, where it is there, says what the manifest says."""
    entry = entries.get(SUMS)
    if entry is None:
        return
    wanted = {f"{sha}  {name}" for name, (_, sha) in manifest.files.items()}
    if entry.file_size > MOST_MANIFEST or set(archive.read(entry).decode("utf-8").splitlines()) != wanted:
        raise _refused(path, f"「{SUMS}」が「{MANIFEST}」と違います。", _ASK)


def _require_hashes(
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    manifest: Manifest,
    path: Path,
    kept: Path,
    progress: Progress,
) -> None:
    """Every file has the hash of the manifest; the tables are kept on the way."""
    for number, (name, (_, wanted)) in enumerate(manifest.files.items()):
        progress.step(number, len(manifest.files), f"「{path.name}」を照合しています")
        digest = hashlib.sha256()
        sink = kept.open("wb") if name == TABLES else None
        try:
            with archive.open(entries[name]) as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    if sink is not None:
                        sink.write(block)
        finally:
            if sink is not None:
                sink.close()
        if digest.hexdigest() != wanted:
            raise _refused(
                path, f"「{name[:60]}」のSHA-256が「{MANIFEST}」と違い、途中で変わっています。", _ASK
            )


def _tables(
    gpkg: Path, schema: Mapping[str, tuple[Sequence[str], bool]], manifest: Manifest, path: Path
) -> tuple[dict[str, GeoDataFrame], dict[str, str]]:
    """The tables of the schema, and their sources."""
    from pyogrio.errors import DataLayerError, DataSourceError

    with gpkg.open("rb") as file:
        if file.read(len(_SQLITE)) != _SQLITE:
            raise _refused(path, f"「{TABLES}」がGeoPackageではありません。", _ASK)
    try:
        there = _columns(gpkg)
        found = {}
        for table, (columns, is_needed) in schema.items():
            if table not in there:
                if is_needed:
                    raise _foreign(path, table)
                continue
            if there[table][0] != {"fid", "geometry", *columns}:
                raise _foreign(path, table)
            found[table] = _usable(read_table(gpkg, table), manifest, path, table)
        return found, {table: there[table][1] for table in found}
    except (sqlite3.Error, DataSourceError, DataLayerError) as error:
        raise _refused(path, f"「{TABLES}」を読めません。", _ASK) from error


def _columns(gpkg: Path) -> dict[str, tuple[set[str], str]]:
    """The columns of every table of features, and what is said of its source; views are none."""
    with read_only(gpkg) as connection:
        query = (
            "SELECT c.table_name, c.description FROM gpkg_contents c"
            " JOIN sqlite_master m ON m.name = c.table_name"
            " WHERE m.type = 'table' AND c.data_type = 'features'"
        )
        info = "SELECT name FROM pragma_table_info(?)"
        return {
            name: ({row[0] for row in connection.execute(info, (name,))}, one_line(str(source or "")))
            for name, source in connection.execute(query).fetchall()
        }


def _foreign(path: Path, table: str) -> BadInput:
    return _refused(path, f"表「{table}」の列が、提出一式の様式と違います。", _ASK)


def _usable(frame: GeoDataFrame, manifest: Manifest, path: Path, table: str) -> GeoDataFrame:
    """A table whose shapes lie in Japan, in the CRS of the manifest or in degrees."""
    epsg = frame.crs.to_epsg() if frame.crs is not None else None
    if epsg not in (manifest.epsg, JGD2011):
        raise _refused(path, f"表「{table}」の座標系が「{MANIFEST}」と違います。", _ASK)
    require_usable(frame, epsg, path.name, table)
    return frame
