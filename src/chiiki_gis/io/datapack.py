"""A data pack: a folder with the files a town needs, that is carried to a computer without internet.

FOLDER/datapack.json names every file with its size and SHA-256, what it holds and where it comes from;
the files lie in FOLDER/data. A pack is only read: what is used of it is imported like any other file.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput, disk_reason
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.io.beside import flush, temporary_beside
from chiiki_gis.io.datasets import recognise
from chiiki_gis.io.format_table import is_raster, require_file
from chiiki_gis.io.hashes import sha256_of
from chiiki_gis.io.shapefile import find_part

MANIFEST = "datapack.json"
FORMAT, VERSION = "chiiki-gis-datapack", 1
_PARTS = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".tfw", ".jgw", ".pgw", ".aux.xml")
"""What lies beside a file and belongs to it."""


@dataclass(frozen=True)
class PackedFile:
    """One file of a pack.

    path    below the pack's folder, with slashes
    """

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class PackItem:
    """What is imported as one: a file, the files beside it, and what was recognised in it.

    roles      of its layers, as in `core.role`
    edition, source   as on the sheet; empty where the file does not tell
    """

    name: str
    open: str
    roles: tuple[str, ...]
    edition: str
    source: str
    files: tuple[PackedFile, ...]


@dataclass(frozen=True)
class DataPack:
    """A pack as its manifest tells it."""

    folder: Path
    title: str
    made: str
    items: tuple[PackItem, ...]

    def path_of(self, item: PackItem) -> Path:
        """The file to import."""
        return self.folder / item.open


def build_pack(sources: Sequence[Path], folder: Path, title: str, progress: Progress = Quiet()) -> DataPack:  # noqa: B008  # a frozen value
    """Copy files into a new pack, each recognised first. Raises BadInput.

    folder   does not exist yet, or is empty; after a failure nothing of the pack is left in it
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise _refused(
            folder,
            "同じ名前のファイルか、空でないフォルダがあります。",
            "別の名前のフォルダを指定してください。",
        )
    if not sources:
        raise _refused(
            folder, "入れるファイルが指定されていません。", "データのファイルを1つ以上指定してください。"
        )
    known = [_recognised(path) for path in sources]
    items: list[PackItem] = []
    try:
        for done, (path, (roles, edition, source)) in enumerate(zip(sources, known, strict=True)):
            progress.step(done, len(sources), f"「{path.name}」をデータパックに入れています")
            place = PurePosixPath("data", f"{done + 1:02d}")
            files = [_copied(part, folder, place) for part in (path, *_beside(path))]
            items.append(PackItem(path.stem, files[0].path, roles, edition, source, tuple(files)))
        pack = DataPack(folder, title or folder.name, datetime.now().date().isoformat(), tuple(items))
        _write_manifest(pack)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise _refused(
            folder, disk_reason(error), "空きのある、書き込める場所を指定してください。"
        ) from error
    return pack


def read_pack(folder: Path) -> DataPack:
    """What a folder's manifest tells; the files themselves are not looked at. Raises BadInput."""
    try:
        data = json.loads((folder / MANIFEST).read_text("utf-8"))
        if data["format"] != FORMAT:
            raise ValueError(data["format"])
        if data["version"] > VERSION:
            raise _refused(
                folder, "新しい版の地域GISで作られたデータパックです。", "地域GISを新しくしてください。"
            )
        return DataPack(folder, str(data["title"]), str(data["made"]), tuple(map(_item, data["items"])))
    except FileNotFoundError as error:
        raise _refused(
            folder, f"「{MANIFEST}」がありません。", "データパックのフォルダを選んでください。"
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _refused(
            folder, f"「{MANIFEST}」が壊れています。", "配布元からもう一度コピーしてください。"
        ) from error


def damage(pack: DataPack, progress: Progress = Quiet()) -> list[str]:  # noqa: B008  # a frozen value
    """A Japanese sentence for each file that is missing, changed or not in the manifest; empty when whole."""
    told = []
    files = [file for item in pack.items for file in item.files]
    for done, file in enumerate(files):
        progress.step(done, len(files), f"「{file.path}」を確かめています")
        path = pack.folder / file.path
        if not path.is_file():
            told.append(f"「{file.path}」がありません。")
        elif path.stat().st_size != file.bytes or sha256_of(path) != file.sha256:
            told.append(f"「{file.path}」の中身が、作られたときと違います。")
    listed = {file.path for file in files}
    for path in sorted((pack.folder / "data").rglob("*")):
        name = path.relative_to(pack.folder).as_posix()
        if path.is_file() and name not in listed:
            told.append(f"「{name}」は一覧にないファイルです。")
    return told


def data_packs(folder: Path | None) -> tuple[DataPack, ...]:
    """The pack of a folder, without one those that are found. Raises BadInput for a damaged folder."""
    if folder is None:
        return tuple(packs_beside_program())
    pack = read_pack(folder)
    wrong = damage(pack)
    if wrong:
        more = f"（ほか{len(wrong) - 1}件）" if len(wrong) > 1 else ""
        raise _refused(folder, wrong[0].rstrip("。") + f"{more}。", "配布元からもう一度コピーしてください。")
    return (pack,)


def packs_beside_program() -> list[DataPack]:
    """Packs that lie where they were carried to: beside the program, and in the user's documents.

    A folder whose manifest cannot be read is left out: it is not known to be a pack.
    """
    places = [Path(sys.executable).resolve().parent, paths.documents_folder()]
    found: dict[Path, DataPack] = {}
    for place in places:
        for folder in _folders(place):
            try:
                found[folder.resolve()] = read_pack(folder)
            except BadInput:
                continue
    return list(found.values())


def _folders(place: Path) -> list[Path]:
    """Folders of a place, two deep, that hold a manifest."""
    try:
        return sorted(p.parent for pattern in ("*", "*/*") for p in place.glob(f"{pattern}/{MANIFEST}"))
    except OSError:
        return []


def _recognised(path: Path) -> tuple[tuple[str, ...], str, str]:
    """Roles, edition and source line of a file.

    Raises BadInput for what the program could not import, and for what may tell of persons.
    """
    from chiiki_gis.io.formats import read
    from chiiki_gis.io.meta import is_project
    from chiiki_gis.io.people import personal_columns

    require_file(path)
    if is_raster(path):
        from chiiki_gis.io.raster import read_header

        header = read_header(path)
        return (header.role.value,), "", header.rights
    tables = read(path).tables
    found = [recognise(table.frame, table.name) for table in tables]
    is_of_people = any(
        one.role == Role.VACANT_HOUSE or personal_columns(table.frame, surely=True)
        for one, table in zip(found, tables, strict=True)
    )
    if is_of_people or is_project(path):
        raise BadInput(
            f"「{path.name}」をデータパックに入れませんでした。",
            "空き家の一覧や計画のファイルには、個人の情報が含まれることがあります。",
            "持ち運ぶときは、そのファイルだけを、庁内の決まりに従って運んでください。",
        )
    return tuple(dict.fromkeys(f.role.value for f in found)), found[0].edition, found[0].licence


def _beside(path: Path) -> list[Path]:
    return [part for end in _PARTS if (part := find_part(path, end)) is not None and part != path]


def _copied(path: Path, folder: Path, place: PurePosixPath) -> PackedFile:
    name = str(place / path.name)
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    flush(target)
    return PackedFile(name, target.stat().st_size, sha256_of(target))


def _write_manifest(pack: DataPack) -> None:
    data = {
        "format": FORMAT,
        "version": VERSION,
        "title": pack.title,
        "made": pack.made,
        "items": [asdict(item) for item in pack.items],
    }
    with temporary_beside(pack.folder / MANIFEST) as draft:
        draft.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")
        flush(draft)
        draft.replace(pack.folder / MANIFEST)


def _item(data: dict[str, Any]) -> PackItem:
    files = tuple(PackedFile(_inside(f["path"]), int(f["bytes"]), str(f["sha256"])) for f in data["files"])
    opened = _inside(data["open"])
    if opened not in {file.path for file in files}:
        raise ValueError(opened)
    roles = tuple(Role(role).value for role in data["roles"])
    return PackItem(str(data["name"]), opened, roles, str(data["edition"]), str(data["source"]), files)


def _inside(path: str) -> str:
    """A path that stays in the pack's data folder. Raises ValueError."""
    parts = PurePosixPath(path).parts
    if not parts or parts[0] != "data" or ".." in parts or "\\" in path or ":" in path:
        raise ValueError(path)
    return path


def _refused(folder: Path, why: str, todo: str) -> BadInput:
    return BadInput(f"「{folder.name}」をデータパックとして使えません。", why, todo)
