"""The parts of a Shapefile: all there, and all about the same number of features."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from chiiki_gis.core.errors import BadInput

_SHP_HEADER = 100
"""Bytes before the first record of .shp and .shx (ESRI Shapefile Technical Description, 1998)."""
_DBF_HEADER = 33
"""The least length of a .dbf's header: 32 bytes and the mark that ends the fields."""
BYTES_AT_ONCE = 4 << 20
"""So much of a .dbf is looked at in one go."""
CHOOSE_AGAIN = "同じ名前の.shp・.shx・.dbfがそろったフォルダから選び直してください。"
TAKE_AGAIN = "入手元から取り直したものを選んでください。"


def find_part(path: Path, ending: str) -> Path | None:
    """The file beside a Shapefile with that ending, in either case."""
    for candidate in (path.with_suffix(ending), path.with_suffix(ending.upper())):
        if candidate.is_file():
            return candidate
    return None


PARTS = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qix", ".xml", ".qmd")
WORLD_FILES = (".tfw", ".pgw", ".jgw", ".wld", ".aux", ".ovr")


def without_parts(paths: Sequence[Path]) -> list[Path]:
    """The files to be read of those that were dropped together: a Shapefile's parts go with it."""
    shapes = {p.with_suffix("") for p in paths if p.suffix.lower() == ".shp"}
    pictures = {
        p.with_suffix("") for p in paths if p.suffix.lower() in (".tif", ".tiff", ".png", ".jpg", ".jpeg")
    }

    def is_part(path: Path) -> bool:
        ending = path.suffix.lower()
        stem = path.with_suffix("")
        return (ending in PARTS and (stem in shapes or stem.with_suffix("") in shapes)) or (
            ending in WORLD_FILES and stem in pictures
        )

    return [path for path in paths if not is_part(path)]


def check_parts(path: Path) -> list[str]:
    """Notes on shapes that no row belongs to; nothing for other formats.

    Raises BadInput where a part is missing or cut, or where shapes and rows differ in number: the library
    would pair wrong ones or leave some out without a word.
    """
    if path.suffix.lower() != ".shp":
        return []
    index, table = find_part(path, ".shx"), find_part(path, ".dbf")
    missing = [ending for ending, part in ((".shx", index), (".dbf", table)) if part is None]
    if index is None or table is None:
        raise _unusable(
            path, f"Shapefileに必要な{'と'.join(f'「{path.stem}{m}」' for m in missing)}がありません。"
        )
    _require_whole(path)
    rows, shapes = _count_rows(path, table), _count_shapes(index)
    if rows != shapes:
        raise _unusable(path, f"図形が{shapes}件、属性が{rows}件で、数が合いません。")
    stray = _count_records(path, index) - shapes
    return [f"索引（.shx）にない図形が{stray}件あり、読んでいません。"] if stray > 0 else []


def _require_whole(path: Path) -> None:
    """Raise BadInput where a .shp is shorter than its header says: what is cut would be read as no shape."""
    with path.open("rb") as file:
        head = file.read(28)
    if len(head) == 28 and 2 * struct.unpack(">i", head[24:28])[0] > path.stat().st_size:
        raise _unusable(path, f"「{path.name}」が見出しにある長さより短く、途中で切れています。", TAKE_AGAIN)


def _require_written(path: Path, table: Path, count: int, header: int, size: int) -> None:
    """Raise BadInput where a row of a .dbf holds nothing but zeros: a written one has a mark and spaces."""
    import numpy

    lost, at_once = 0, max(1, BYTES_AT_ONCE // size)
    with table.open("rb") as file:
        file.seek(header)
        for first in range(0, count, at_once):
            data = numpy.frombuffer(file.read(size * min(at_once, count - first)), "u1")
            rows = data[: len(data) // size * size].reshape(-1, size)
            lost += int((~rows[rows[:, 0] == 0].any(axis=1)).sum())
    if lost:
        why = f"「{table.name}」の{lost:,}件の行が0で埋まっていて、中身がありません。"
        raise _unusable(path, why, TAKE_AGAIN)


def _count_rows(path: Path, table: Path) -> int:
    with table.open("rb") as file:
        head = file.read(12)
    if len(head) < 12:
        raise _unusable(path, f"「{table.name}」が空か、途中で切れています。")
    count, header, size = struct.unpack("<IHH", head[4:12])
    if header < _DBF_HEADER:
        raise _unusable(path, f"「{table.name}」の見出しの長さが、ありえない値になっています。")
    if count and (size == 0 or table.stat().st_size < header + count * size - 1):
        raise _unusable(path, f"「{table.name}」が属性{count}件分の長さより短く、途中で切れています。")
    if count:
        _require_written(path, table, count, header, size)
    return int(count)


def _count_shapes(index: Path) -> int:
    return max(0, index.stat().st_size - _SHP_HEADER) // 8


def _count_records(path: Path, index: Path) -> int:
    """Records of the .shp; those of the .shx where the last of them ends the file."""
    known = _count_shapes(index)
    end = path.stat().st_size
    if known:
        with index.open("rb") as file:
            file.seek(_SHP_HEADER + 8 * (known - 1))
            offset, words = struct.unpack(">ii", file.read(8))
        if offset * 2 + words * 2 + 8 >= end:
            return known
    count, at = 0, _SHP_HEADER
    with path.open("rb") as file:
        while at + 12 <= end:
            file.seek(at)
            _, words = struct.unpack(">ii", file.read(8))
            if words <= 0 or at + 8 + 2 * words > end:
                break
            count, at = count + 1, at + 8 + 2 * words
    return max(count, known)


def _unusable(path: Path, why: str, todo: str = CHOOSE_AGAIN) -> BadInput:
    return BadInput(f"「{path.name}」を開けませんでした。", why, todo)
