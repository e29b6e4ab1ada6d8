"""The project file: one GeoPackage that carries the whole plan."""

from __future__ import annotations

import os
import shutil
import sqlite3
import uuid
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from chiiki_gis.core.document import Document, Header, Municipality
from chiiki_gis.core.errors import BadInput, disk_reason
from chiiki_gis.core.facts import sound_facts
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.io import encode
from chiiki_gis.io.beside import flush, put_in_place, sweep, temporary_beside
from chiiki_gis.io.meta import META, VERSION, BadMeta, header_of, is_project, read_meta
from chiiki_gis.io.photos import keep_all, note_place, write_photos
from chiiki_gis.io.places import without_wild
from chiiki_gis.io.plan_tables import replace_plan_tables
from chiiki_gis.io.raster_ref import raster_of
from chiiki_gis.io.settled import held, settled
from chiiki_gis.io.store import TableRef, blob_path, keep_blob, read_table, write_table

__all__ = [
    "ProjectRead", "document_of", "is_project", "new_header", "open_project", "save_project", "stored_in",
]  # fmt: skip


@dataclass(frozen=True)
class ProjectRead:
    """A project as it was read; the revision counts its saves."""

    snapshot: Snapshot
    revision: int
    notes: tuple[str, ...] = ()


def new_header(municipalities: tuple[Municipality, ...], epsg: int) -> Header:
    """A header with an identity of its own."""
    return Header(str(uuid.uuid4()), municipalities, epsg)


def open_project(path: Path) -> ProjectRead:
    """Read a project. Never changes a byte of it, and leaves no side files.

    A file whose last writer died in the middle is rolled back in a temporary copy. Raises BadInput for a
    file that is missing, damaged, no project, or of a newer version.
    """
    from pyogrio.errors import DataLayerError, DataSourceError

    if not path.is_file():
        raise BadInput(
            f"「{path.name}」が見つかりません。",
            "移動したか、名前が変わった可能性があります。",
            "ファイルの場所を確かめて、もう一度選んでください。",
        )
    try:
        copy = settled(path)
        if copy is None:
            read = _read(path, path)
            note_place(path)
            return read
        try:
            read = _read(copy / path.name, path)
            keep_all(copy / path.name)
            values = replace(read.snapshot, layers=tuple(map(_kept, read.snapshot.layers)))
            return replace(read, snapshot=values, notes=(UNFINISHED, *read.notes))
        finally:
            shutil.rmtree(copy, ignore_errors=True)
    except (sqlite3.Error, BadMeta, DataSourceError, DataLayerError) as error:
        raise BadInput(
            f"「{path.name}」をプロジェクトとして開けませんでした。",
            "地域GISのプロジェクトではないか、内容が壊れています。",
            "別のファイルを選ぶか、控えのファイルから開いてください。",
        ) from error


UNFINISHED = "書き込みの途中で止まった跡があったため、その前の状態を開きました。"


def _read(path: Path, project: Path) -> ProjectRead:
    """A project from the file that is read; its pictures lie beside the project itself."""
    meta = read_meta(path)
    folder = project.resolve().parent
    notes = []
    layers = []
    for data in meta["layers"]:
        if data["absent"] and not blob_path(data["hash"]).is_file():
            notes.append(
                f"「{data['name']}」の表がほかのプログラムに消されたため、そのレイヤなしで開きました。"
            )
            continue
        layer, wild = _read_layer(path, data, folder, meta["epsg"])
        layers.append(layer)
        if wild:
            notes.append(f"「{layer.name}」に座標の壊れた図形が{wild}件あり、図形なしとしました。")
    order = {layer_id: n for n, layer_id in enumerate(meta["order"])}
    layers.sort(key=lambda layer: order[layer.id])
    fids = {LayerId(d["id"]): d["next_fid"] for d in meta["layers"] if "next_fid" in d}
    facts, unread = sound_facts(meta["facts"])
    notes += unread
    values = Snapshot(header_of(meta), tuple(layers), facts, fids)
    return ProjectRead(values, meta["revision"], tuple(notes))


def _kept(layer: Layer) -> Layer:
    """A layer of a copy that goes away, the rows of a reference layer kept in the state folder."""
    if layer.is_plan or layer.is_raster:
        return layer
    return replace(layer, frame=keep_blob(layer.get_frame()))


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

    try:
        if revision is None:
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.parent.is_dir():
            raise _away(path)
        sweep(path.parent)
        with held(path):
            return _save_held(values, path, revision, progress)
    except (OSError, sqlite3.Error, DataSourceError, DataLayerError, FeatureError) as error:
        raise BadInput(
            f"「{path.name}」に保存できませんでした。",
            disk_reason(error)
            if isinstance(error, OSError) and error.errno is not None
            else "フォルダに書き込めないか、空き容量が足りません。",
            "別の場所に「名前を付けて保存」してください。",
        ) from error
    except BadMeta as error:
        raise BadInput(
            f"「{path.name}」に保存しませんでした。",
            "同じ名前のプロジェクトがあり、その内容が壊れています。",
            "「名前を付けて保存」で別のファイルに保存してください。",
        ) from error


def _away(path: Path) -> BadInput:
    """The folder that the project was opened from is not there: a drive is unplugged, a share is gone."""
    return BadInput(
        f"「{path.name}」に保存できませんでした。",
        "保存先のフォルダが見つかりません（ドライブが外れたか、共有フォルダにつながっていません）。",
        "つなぎ直して保存し直すか、「名前を変えて保存」してください。",
    )


def _save_held(values: Snapshot, path: Path, revision: int | None, progress: Progress) -> int:
    found = read_meta(path) if is_project(path) else None
    if found is not None and revision is not None and found["revision"] != revision:
        raise BadInput(
            f"「{path.name}」に保存しませんでした。",
            "開いた後で、ほかの人かほかの窓がこのファイルを保存しています。",
            "「名前を付けて保存」で別のファイルに保存してください。",
        )
    old = found if found is not None and found["uuid"] == values.header.uuid else None
    number = (old["revision"] if old is not None else revision or 0) + 1
    if old is not None and any(data["absent"] for data in old["layers"]):
        old = None  # another program left the file inconsistent; it is written anew
    with temporary_beside(path) as temporary:
        if old is not None:
            shutil.copyfile(path, temporary)
        _write(values, temporary, old, path, number, progress)
        _check(temporary)
        flush(temporary)
        if not put_in_place(temporary, path):
            raise BadInput(
                f"「{path.name}」に保存できませんでした。",
                "ほかのプログラム（QGISやウイルス対策ソフトなど）が、このファイルを開いています。",
                "そのプログラムで閉じて保存し直すか、「名前を変えて保存」してください。",
            )
        flush(path.parent)
    note_place(path)
    return number


def _read_layer(path: Path, data: Mapping[str, Any], folder: Path, epsg: int) -> tuple[Layer, int]:
    """A layer, and how many of its shapes lie nowhere."""
    role = Role(data["role"])
    if role.is_raster:
        return encode.raster_layer_from_json(data, folder, epsg), 0
    if not role.is_plan:
        return encode.reference_layer_from_json(data, path, data["id"]), 0
    from shapely.errors import ShapelyError

    try:
        rows, wild = without_wild(conform(read_table(path, data["id"]), role))
    except (ValueError, TypeError, OverflowError, ShapelyError) as error:
        raise BadMeta(f"rows of {data['id']}") from error
    return encode.plan_layer_from_json(data, rows), wild


def _write(
    values: Snapshot,
    path: Path,
    old: Mapping[str, Any] | None,
    original: Path,
    number: int,
    progress: Progress,
) -> None:
    import fiona

    known = {d["id"]: d for d in old["layers"] if not Role(d["role"]).is_raster} if old else {}
    wanted = {str(layer.id) for layer in values.layers}
    tables = [layer for layer in values.layers if not layer.is_raster]
    contents = {layer.id: layer.reference.content_hash for layer in tables if not layer.is_plan}
    for layer_id, data in known.items():
        is_replaced = "hash" in data and contents.get(LayerId(layer_id)) != data["hash"]
        if is_replaced and not blob_path(data["hash"]).is_file():
            keep_blob(read_table(original, layer_id), data["hash"])  # undo may still want it
    changed = [x for x in tables if not (x.id in known and known[x.id].get("hash") == contents.get(x.id, ""))]
    plan = [layer for layer in tables if layer.is_plan]
    if old is not None and replace_plan_tables(plan, path):
        changed = [layer for layer in changed if not layer.is_plan]
    dropped = known.keys() - wanted
    if old is not None and (changed or dropped):
        _free_identifiers(path)
    with fiona.Env(OGR_SQLITE_PRAGMA="secure_delete=ON"):  # a list of houses must not travel when it is gone
        for gone in (*dropped, *(layer.id for layer in changed if layer.id in known)):
            fiona.remove(str(path), layer=gone, driver="GPKG")
    for done, layer in enumerate(changed):
        progress.step(done, len(changed), f"「{layer.name}」を保存しています")
        write_table(layer.get_frame(), path, layer.id, layer.role.japanese)
    write_photos(values, path)
    _write_meta(values, path, number, original.resolve().parent)


def _write_meta(values: Snapshot, path: Path, number: int, folder: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA secure_delete=ON")
        changes = dict(connection.execute("SELECT table_name, last_change FROM gpkg_contents"))
        layers = []
        for layer in values.layers:
            data = encode.layer_to_json(layer)
            if layer.is_raster:
                data["path"] = _from(folder, raster_of(layer).path)
            else:
                data["last_change"] = changes[layer.id]
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
        taken = {*changes, META}
        for layer in values.layers:
            connection.execute(
                "UPDATE gpkg_contents SET identifier = ? WHERE table_name = ?",
                (_identifier(values, layer, taken), layer.id),
            )
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        free = connection.execute("PRAGMA freelist_count").fetchone()[0]
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        if free * 4 > pages:
            connection.execute("VACUUM")


def _from(folder: Path, path: Path) -> str:
    """The way from the project's folder to a file, so that both can move together; absolute across drives."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def _free_identifiers(path: Path) -> None:
    """Give every table its own name as identifier: GDAL wants that one for the tables it writes."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE gpkg_contents SET identifier = 'free-' || table_name")
        connection.execute("UPDATE gpkg_contents SET identifier = table_name")


def _identifier(values: Snapshot, layer: Layer, taken: set[str]) -> str:
    """gpkg_contents.identifier must be unique: a layer named like another, or like a table, shows its id."""
    twins = [x for x in values.layers if x.name == layer.name]
    return layer.name if len(twins) == 1 and layer.name not in taken else f"{layer.name} ({layer.id})"


def _check(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        answer = connection.execute("PRAGMA quick_check").fetchone()[0]
    if answer != "ok":
        raise OSError(f"quick_check: {answer}")


def stored_in(values: Snapshot, path: Path) -> Snapshot:
    """The same values with every reference pointing into a project that has just been saved."""
    layers = []
    for layer in values.layers:
        if layer.is_plan or layer.is_raster:
            layers.append(layer)
            continue
        r = layer.reference
        bounds = cast("Any", r.bounds)
        ref = TableRef(path, layer.id, r.content_hash, r.count, tuple(r.columns), bounds)
        layers.append(replace(layer, frame=ref))
    return replace(values, layers=tuple(layers))
