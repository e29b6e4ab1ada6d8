"""The project file: one GeoPackage that carries the whole plan."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from chiiki_gis.core.document import Document, Header, Municipality
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io import encode
from chiiki_gis.io.store import TableRef, blob_path, keep_blob, read_only, read_table, write_table

VERSION = 1
META = "chiiki_meta"


@dataclass(frozen=True)
class ProjectRead:
    """A project as it was read; the revision counts its saves."""

    snapshot: Snapshot
    revision: int
    notes: tuple[str, ...] = ()


def new_header(municipalities: tuple[Municipality, ...], epsg: int) -> Header:
    """A header with an identity of its own."""
    return Header(str(uuid.uuid4()), municipalities, epsg)


def is_project(path: Path) -> bool:
    """True for a GeoPackage that this program has written."""
    if path.suffix.lower() != ".gpkg" or not path.is_file():
        return False
    try:
        with read_only(path) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE name = ?"
            return connection.execute(query, (META,)).fetchone() is not None
    except sqlite3.Error:
        return False


def open_project(path: Path) -> ProjectRead:
    """Read a project. Never changes a byte of it, and leaves no side files.

    A file whose last writer died in the middle is rolled back in a temporary copy. Raises BadInput for a
    file that is missing, damaged, no project, or of a newer version.
    """
    if not path.is_file():
        raise BadInput(
            f"「{path.name}」が見つかりません。",
            "移動したか、名前が変わった可能性があります。",
            "ファイルの場所を確かめて、もう一度選んでください。",
        )
    place, notes = _settled(path)
    try:
        meta = _read_meta(place)
        _check_version(meta, path)
        layers = [_read_layer(place, data) for data in meta["layers"]]
    except (sqlite3.Error, KeyError, ValueError) as error:
        raise BadInput(
            f"「{path.name}」をプロジェクトとして開けませんでした。",
            "地域GISのプロジェクトではないか、内容が壊れています。",
            "別のファイルを選ぶか、控えのファイルから開いてください。",
        ) from error
    header = Header(
        meta["uuid"], tuple(Municipality(m["code"], m["name"]) for m in meta["municipalities"]), meta["epsg"]
    )
    fids = {LayerId(d["id"]): int(d["next_fid"]) for d in meta["layers"] if "next_fid" in d}
    order = {layer_id: n for n, layer_id in enumerate(meta["order"])}
    layers.sort(key=lambda layer: order[layer.id])
    return ProjectRead(Snapshot(header, tuple(layers), meta["facts"], fids), int(meta["revision"]), notes)


def document_of(read: ProjectRead) -> Document:
    """A document to work on."""
    values = read.snapshot
    return Document(values.header, values.layers, values.facts, values.next_fid)


def save_project(
    values: Snapshot,
    path: Path,
    revision: int | None = None,
    progress: Progress = Quiet(),  # noqa: B008
) -> int:
    """Write a project whole: a temporary copy beside it, checked, flushed, then put in its place.

    revision   the revision that was opened from this path; None to replace whatever is there. Raises
               BadInput where the file has been saved by somebody else since, or cannot be written.
    Returns the new revision. A reader of the old file keeps reading the old file.
    """
    from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

    found = _read_meta(path) if is_project(path) else None
    if found is not None and revision is not None and int(found["revision"]) != revision:
        raise BadInput(
            f"「{path.name}」に保存しませんでした。",
            "開いた後で、ほかの人かほかの窓がこのファイルを保存しています。",
            "「名前を付けて保存」で別のファイルに保存してください。",
        )
    same = found is not None and found["uuid"] == values.header.uuid
    number = (int(found["revision"]) if found is not None and same else revision or 0) + 1
    temporary = path.with_name(f".{path.stem}-{os.getpid()}.tmp.gpkg")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if found is not None and same:
            shutil.copyfile(path, temporary)
        _write(values, temporary, found if same else None, path, number, progress)
        _check(temporary)
        _flush(temporary)
        temporary.replace(path)
        _flush(path.parent)
    except (OSError, sqlite3.Error, DataSourceError, DataLayerError, FeatureError) as error:
        raise BadInput(
            f"「{path.name}」に保存できませんでした。",
            "フォルダに書き込めないか、空き容量が足りません。",
            "別の場所に「名前を付けて保存」してください。",
        ) from error
    finally:
        for left in (temporary, temporary.with_name(temporary.name + "-journal")):
            if left.is_file():
                left.unlink()
    return number


def _settled(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The file to read: itself, or a rolled-back temporary copy where a journal lies beside it."""
    beside = [path.with_name(path.name + end) for end in ("-journal", "-wal", "-shm")]
    if not any(p.is_file() and p.stat().st_size for p in beside[:2]):
        return path, ()
    folder = Path(tempfile.mkdtemp(prefix="chiiki-open-"))
    for file in (path, *(p for p in beside if p.is_file())):
        shutil.copyfile(file, folder / file.name)
    with closing(sqlite3.connect(folder / path.name)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return folder / path.name, ("書き込みの途中で止まった跡があったため、その前の状態を開きました。",)


def _read_meta(path: Path) -> dict[str, Any]:
    with read_only(path) as connection:
        meta = {k: json.loads(v) for k, v in connection.execute(f"SELECT key, value FROM {META}")}
        changes = dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))
    for data in meta.get("layers", []):
        stamp = changes.get(data["id"])
        if "hash" in data and stamp != data["last_change"]:
            data["hash"] = f"{data['hash']}-{stamp}".replace(":", "")  # another program edited the table
    return meta


def _check_version(meta: Mapping[str, Any], path: Path) -> None:
    if meta["version"] > VERSION:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "このプログラムより新しい版で作られています。",
            "新しい版の地域GISで開いてください。",
        )


def _read_layer(path: Path, data: Mapping[str, Any]) -> Layer:
    role = Role(data["role"])
    if not role.is_plan:
        return encode.reference_layer_from_json(data, path, data["id"])
    return encode.plan_layer_from_json(data, conform(read_table(path, data["id"]), role))


def _write(
    values: Snapshot,
    path: Path,
    old: Mapping[str, Any] | None,
    original: Path,
    number: int,
    progress: Progress,
) -> None:
    import fiona

    known = {d["id"]: d for d in old["layers"]} if old else {}
    wanted = {str(layer.id) for layer in values.layers}
    for gone in known.keys() - wanted:
        if "hash" in known[gone] and not blob_path(known[gone]["hash"]).is_file():
            keep_blob(read_table(original, gone), known[gone]["hash"])  # undo may still want it
        fiona.remove(str(path), layer=gone, driver="GPKG")
    for done, layer in enumerate(values.layers):
        progress.step(done, len(values.layers), f"「{layer.name}」を保存しています")
        before = known.get(layer.id)
        if layer.is_plan or before is None or before["hash"] != layer.reference.content_hash:
            write_table(layer.get_frame(), path, layer.id, layer.role.japanese)
    _write_meta(values, path, number)


def _write_meta(values: Snapshot, path: Path, number: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        changes = dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))
        layers = []
        for layer in values.layers:
            data = encode.layer_to_json(layer) | {"last_change": changes[layer.id]}
            if layer.is_plan:
                data["next_fid"] = values.next_fid.get(layer.id, 1)
            layers.append(data)
        meta = {
            "version": VERSION,
            "uuid": values.header.uuid,
            "revision": number,
            "municipalities": [{"code": m.code, "name": m.name} for m in values.header.municipalities],
            "epsg": values.epsg,
            "order": [layer.id for layer in values.layers],
            "layers": layers,
            "facts": dict(values.facts),
            "notice": "内部利用（個人情報を含むことがあります）",
        }
        connection.execute(f"CREATE TABLE IF NOT EXISTS {META} (key TEXT PRIMARY KEY, value TEXT NOT NULL)")
        connection.execute(
            "INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description)"
            f" VALUES ('{META}', 'attributes', '{META}', '計画の設定')"
        )
        connection.execute(f"DELETE FROM {META}")
        connection.executemany(
            f"INSERT INTO {META} VALUES (?, ?)", [(k, encode.dumps(v)) for k, v in meta.items()]
        )
        connection.execute("UPDATE gpkg_contents SET identifier = table_name")  # names may have been swapped
        for layer in values.layers:
            connection.execute(
                "UPDATE gpkg_contents SET identifier = ? WHERE table_name = ?",
                (_identifier(values, layer), layer.id),
            )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        if free * 4 > pages:
            connection.execute("VACUUM")


def _identifier(values: Snapshot, layer: Layer) -> str:
    """gpkg_contents.identifier must be unique: two layers of one name are told apart by their id."""
    twins = [x for x in values.layers if x.name == layer.name]
    return layer.name if len(twins) == 1 else f"{layer.name} ({layer.id})"


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA quick_check").fetchone()[0]
    if answer != "ok":
        raise OSError(f"quick_check: {answer}")


def _flush(path: Path) -> None:
    """fsync a file, or a folder where the system allows that."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored_in(values: Snapshot, path: Path) -> Snapshot:
    """The same values with every reference pointing into a project that has just been saved."""
    layers = []
    for layer in values.layers:
        if layer.is_plan:
            layers.append(layer)
            continue
        r = layer.reference
        bounds = cast("Any", r.bounds)
        ref = TableRef(path, layer.id, r.content_hash, r.count, tuple(r.columns), bounds)
        layers.append(replace(layer, frame=ref))
    return replace(values, layers=tuple(layers))
