"""The table of file formats (resources/formats.toml), and telling a format by name and by content."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput

Reader = Literal["zip", "vector", "osm", "table", "workbook", "parquet", "xml", "raster", "refused"]


@dataclass(frozen=True)
class Format:
    """One kind of file a town hall has.

    reader     how it is read; "refused" for one that is known and cannot be
    content    what its first bytes must be, as `content_of` names it; None where they say nothing
    driver     the part of the library that must be there
    in_zip     whether it is looked for inside a zip
    why, todo  what is told of a refused one
    """

    id: str
    label: str
    extensions: tuple[str, ...]
    reader: Reader
    content: str | None = None
    driver: str | None = None
    in_zip: bool = True
    why: str = ""
    todo: str = ""

    @property
    def is_raster(self) -> bool:
        """True for pictures and height grids."""
        return self.reader == "raster"


@cache
def formats() -> tuple[Format, ...]:
    """Every format of the table. Raises ValueError where the table contradicts itself."""
    text = (paths.resources() / "formats.toml").read_text("utf-8")
    found = tuple(
        Format(**{**entry, "extensions": tuple(entry["extensions"])})
        for entry in tomllib.loads(text)["format"]
    )
    for entry in found:
        if entry.reader not in get_args(Reader) or (entry.reader == "refused") != bool(entry.why):
            raise ValueError(f"format {entry.id} contradicts itself")
    endings = [e for f in found for e in f.extensions]
    if len(set(endings)) != len(endings):
        raise ValueError("two formats share an ending")
    return found


def readable() -> tuple[Format, ...]:
    """The formats that can be opened."""
    return tuple(f for f in formats() if f.reader != "refused")


def format_of(path: Path) -> Format | None:
    """The format of a file name, one that is refused too."""
    return next((f for f in formats() if path.suffix.lower() in f.extensions), None)


def dialog_filter() -> str:
    """The filter of the open dialog, in Qt's notation."""
    every = " ".join(f"*{e}" for f in readable() for e in f.extensions)
    lines = [f"{f.label} ({' '.join(f'*{e}' for e in f.extensions)})" for f in readable()]
    return ";;".join((f"地図データ ({every})", *lines, "すべてのファイル (*)"))


def raster_filter() -> str:
    """The filter of a dialog that asks for a picture or a height grid."""
    every = " ".join(f"*{e}" for f in formats() if f.is_raster for e in f.extensions)
    return f"画像・標高 ({every});;すべてのファイル (*)"


def is_raster(path: Path) -> bool:
    """True for a file name of a picture or a height grid."""
    known = format_of(path)
    return known is not None and known.is_raster


def require_file(path: Path) -> Format:
    """The format of a file that is there and can be read; its content must be what its name says.

    Raises BadInput.
    """
    if path.is_dir():
        raise BadInput(
            f"「{path.name}」はフォルダです。",
            "ファイルを一つずつ読み込みます。",
            "中のファイルを選んでください。",
        )
    if not path.is_file():
        raise BadInput(
            f"「{path.name}」が見つかりません。",
            "移動したか、名前が変わった可能性があります。",
            "ファイルの場所を確かめて、もう一度選んでください。",
        )
    known = format_of(path)
    content = content_of(path)
    if known is None:
        raise _unknown(path, content)
    if known.reader == "refused":
        raise BadInput(f"「{path.name}」を開けませんでした。", known.why, known.todo)
    _require_content(path, known, content)
    return known


def content_of(path: Path) -> str | None:
    """What a file's first bytes are, in the words of the table; "empty" for none, None for anything else."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        return "empty"
    found = next((word for sign, word in _SIGNS if head.startswith(sign)), None)
    if found is not None:
        return found
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"<":
        return "xml"
    return "json" if text[:1] in (b"{", b"[") else None


_SIGNS = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"SQLite format 3\0", "sqlite"), (b"fgb\x03", "fgb"),
    (b"PAR1", "parquet"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"), (b"II+\0", "tiff"), (b"MM\0+", "tiff"),
    (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpeg"), (b"\0\0\x27\x0a", "shp"), (b"%PDF", "pdf"),
    (b"AC10", "dwg"), (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"\xd0\xcf\x11\xe0", "ole"),
)  # fmt: skip
"""First bytes: the formats' own specifications."""

_WORDS = {
    "zip": ("zip形式のファイル（zip・Excelブック・KMZ）", ".zip"),
    "sqlite": ("データベース（GeoPackageなど）", ".gpkg"),
    "fgb": ("FlatGeobuf", ".fgb"),
    "parquet": ("GeoParquet", ".parquet"),
    "tiff": ("TIFF画像", ".tif"),
    "png": ("PNG画像", ".png"),
    "jpeg": ("JPEG画像", ".jpg"),
    "shp": ("Shapefile", ".shp"),
    "xml": ("XML", ".gml"),
    "json": ("JSON", ".geojson"),
    "pdf": ("PDF", ".pdf"),
    "dwg": ("AutoCADの図面", ".dwg"),
    "7z": ("7zの圧縮ファイル", ".7z"),
    "rar": ("RARの圧縮ファイル", ".rar"),
    "ole": ("古い形式のExcelブックなど", ".xls"),
}


def _unknown(path: Path, content: str | None) -> BadInput:
    if content in _WORDS:
        word, ending = _WORDS[content]
        why = f"この拡張子には対応していませんが、中身は{word}のようです。"
        return BadInput(
            f"「{path.name}」を開けませんでした。",
            why,
            f"拡張子を「{ending}」に直して、もう一度選んでください。",
        )
    listed = "、".join(f"{f.label}（{'・'.join(f.extensions)}）" for f in readable())
    return BadInput(
        f"「{path.name}」を開けませんでした。",
        "この形式のファイルには対応していません。",
        f"読めるのは{listed}です。",
    )


def _require_content(path: Path, known: Format, content: str | None) -> None:
    """Refuse an empty file, and one whose first bytes are surely those of another format."""
    if content == "empty":
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "ファイルの大きさが0で、中身がありません。",
            "入手元からもう一度取り直してください。",
        )
    if content == known.content or content is None:
        return
    if known.content is None and known.reader in ("raster", "osm"):
        return
    if known.content is None and content in ("xml", "json") and known.reader == "table":
        return  # a table may well begin with a bracket
    if content in _WORDS:
        word, ending = _WORDS[content]
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            f"拡張子は「{path.suffix}」ですが、中身は{word}のようです。",
            f"拡張子を「{ending}」に直すか、正しいファイルを選んでください。",
        )


def formats_page() -> str:
    """docs/formats.md: the table for readers."""
    lines = [
        "# ファイルの形式",
        "",
        "この表は `resources/formats.toml` から作られます。見分けは中身の先頭、次に拡張子で行い、",
        "食い違うときは、何の形式のようかを伝えて取り込みません。",
        "",
        "| 形式 | 拡張子 | `inspect` の名前 |",
        "|---|---|---|",
    ]
    lines += [f"| {f.label} | {' '.join(f.extensions)} | `{f.id}` |" for f in readable()]
    lines += ["", "## 読めない形式", "", "| 形式 | 拡張子 | どうするか |", "|---|---|---|"]
    lines += [
        f"| {f.label} | {' '.join(f.extensions)} | {f.todo} |" for f in formats() if f.reader == "refused"
    ]
    return "\n".join(lines) + "\n"
