"""Reading one vector file as it is: rows, encoding with its evidence, CRS with its evidence."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.cells import with_decimals
from chiiki_gis.io.places import require_horizontal
from chiiki_gis.io.shapefile import check_parts, find_part

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True, eq=False)
class Table:
    """One layer of a file, in the file's own CRS and columns.

    epsg is None where no evidence names a CRS. `frame` may hold rows without geometry.
    """

    name: str
    path: Path
    format: str
    frame: GeoDataFrame
    encoding: str | None
    encoding_evidence: str
    epsg: int | None
    crs_evidence: str
    notes: tuple[str, ...] = ()


MAX_COLUMNS = 1_900
"""SQLite takes 2,000 columns a table; the normalised ones come on top."""


def require_few_columns(count: int, name: str) -> None:
    """Raise BadInput for a table too wide for the project file."""
    if count > MAX_COLUMNS:
        raise BadInput(
            f"「{name}」を取り込めませんでした。",
            f"列が{count:,}あり、{MAX_COLUMNS:,}を超えています。",
            "使う列だけを残したファイルにしてください。",
        )


def read_vector(
    path: Path, format_id: str, layer: str | None, encoding: str | None, epsg: int | None
) -> list[Table]:
    """All vector layers of a file, or the one named. Raises BadInput."""
    notes = check_parts(path)
    chosen, evidence = _encoding(path, encoding)
    with _told(path):
        names = [str(name) for name, kind in _list_layers(path) if kind is not None]
    if layer is not None:
        if layer not in names:
            listed = "、".join(f"「{n}」" for n in names)
            raise BadInput(
                f"「{path.name}」に「{layer}」というレイヤはありません。",
                f"入っているのは{listed or '図形のない表だけ'}です。",
                "この中から選んでください。",
            )
        names = [layer]
    if not names:
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "図形の入ったレイヤがありません。",
            "地図データのファイルを選んでください。",
        )
    if evidence == UNKNOWN_CPG:
        notes.append("文字コードの指定（.cpg）が知らない名前のため、内容から決めました。")
    tables = [_read_layer(path, format_id, name, chosen, evidence, epsg) for name in names]
    return [replace(table, notes=(*notes, *table.notes)) for table in tables]


def _list_layers(path: Path) -> list[tuple[str, str | None]]:
    import pyogrio

    return [(name, kind) for name, kind in pyogrio.list_layers(path)]


def _read_layer(
    path: Path, format_id: str, name: str, encoding: str | None, evidence: str, epsg: int | None
) -> Table:
    import pyogrio

    with _told(path), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(path, layer=name, encoding=encoding, datetime_as_string=True)
    if not hasattr(frame, "geometry"):
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "図形の列がありません。",
            "地図データのファイルを選んでください。",
        )
    notes = [
        "測定値（M）は使わないため取り除きました。"
        for w in caught
        if "Measured (M) geometry" in str(w.message)
    ][:1]
    if format_id == "shapefile":
        frame, told = with_decimals(frame, find_part(path, ".dbf"))
        notes.extend(told)
    found, crs_evidence = _crs(path, format_id, frame, epsg)
    if encoding is not None and not _readable(frame):
        notes.append(
            f"文字コードを{encoding}として読みましたが、読めない文字があります。文字コードを確かめてください。"
        )
    title = name if format_id in ("gpkg", "kml", "gml") else path.stem
    return Table(title, path, format_id, frame, encoding, evidence, found, crs_evidence, tuple(notes))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn the library's failures into three sentences."""
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
    from shapely.errors import ShapelyError

    try:
        yield
    except (
        DataSourceError,
        DataLayerError,
        FieldError,
        GeometryError,
        ShapelyError,
        UnicodeError,
        ValueError,
    ) as error:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "ファイルが壊れているか、拡張子と中身の形式が違います。",
            "入手元から取り直すか、別の形式で保存し直したものを選んでください。",
        ) from error


def _encoding(path: Path, asked: str | None) -> tuple[str | None, str]:
    """The text encoding of a Shapefile and why; None where the format fixes it.

    Order of evidence: the user, .cpg, folder name, the DBF language byte (0x13 = Shift_JIS), else the
    content. A .cpg of 'Shift_JIS' is read as CP932, of which it is a part: GDAL would garble ①髙﨑.
    """
    if path.suffix.lower() != ".shp":
        return (asked, "指定") if asked else (None, "形式の定め")
    if asked:
        return asked, "指定"
    cpg = find_part(path, ".cpg")
    if cpg is not None:
        word = cpg.read_text("ascii", errors="replace").strip()
        if _is_encoding(_canonical(word)):
            return _canonical(word), f".cpgの「{word}」"
        return _by_language(path)[0], UNKNOWN_CPG
    folder = path.parent.name.lower()
    if folder in ("utf-8", "utf8"):
        return "UTF-8", "フォルダ名"
    if folder in ("shift_jis", "sjis"):
        return "CP932", "フォルダ名"
    return _by_language(path)


def _by_language(path: Path) -> tuple[str, str]:
    """By the DBF's language byte, else by its content."""
    dbf = find_part(path, ".dbf")
    head = dbf.read_bytes()[:200_000] if dbf else b""
    if len(head) > 29 and head[29] == 0x13:
        return "CP932", "DBFの言語番号（0x13）"
    return _by_content(head)


UNKNOWN_CPG = "内容（.cpgは知らない名前）"


def _is_encoding(word: str) -> bool:
    """Whether a .cpg names an encoding; text in an unknown one would come in unread."""
    try:
        b"a".decode(word)
    except (LookupError, UnicodeError, ValueError):
        return False
    return True


def _canonical(word: str) -> str:
    plain = re.sub(r"[\s_-]", "", word).lower()
    if plain in ("shiftjis", "sjis", "cp932", "932", "ms932", "windows31j", "ansi932", "ldid/19"):
        return "CP932"
    if plain in ("utf8", "65001"):
        return "UTF-8"
    return word or "CP932"


def _by_content(data: bytes) -> tuple[str, str]:
    """UTF-8 only where every high byte fits it; a Japanese text in CP932 hardly ever does."""
    if all(byte < 0x80 for byte in data[32:]):
        return "CP932", "半角の文字だけ"
    text = data[32:]
    for cut in range(4):
        try:
            text[: len(text) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return "UTF-8", "内容"
    return "CP932", "内容"


def _readable(frame: GeoDataFrame) -> bool:
    return not any("\ufffd" in name for name in map(str, frame.columns))


def _crs(path: Path, format_id: str, frame: GeoDataFrame, asked: int | None) -> tuple[int | None, str]:
    if asked is not None:
        return asked, "指定"
    if frame.crs is not None:
        found = epsg_of(frame.crs)
        if found is not None:
            require_horizontal(found, path.name)
            return found, ".prj" if format_id == "shapefile" else "ファイルの座標系"
    for beside in sorted(path.parent.glob("*META*.xml")) + sorted(path.parent.glob("*.xml")):
        text = beside.read_bytes()[:200_000].decode("utf-8", errors="ignore")
        match = re.search(r"JGD\s?(2011|2000)\s*/\s*\(B,\s*L\)", text)
        if match:
            return (6668 if match.group(1) == "2011" else 4612), f"「{beside.name}」"
    return None, "座標系の情報なし"


def epsg_of(crs: Any) -> int | None:
    """The EPSG code of a CRS; None where it is not surely one of them."""
    code = crs.to_epsg()
    if code is None and crs.is_compound:
        return epsg_of(crs.sub_crs_list[0])
    return int(code) if code is not None else None


def read_osm(path: Path, asked: int | None) -> list[Table]:
    """The roads of an OpenStreetMap extract (.osm.pbf, .osm); nothing else of it is of use here.

    Raises BadInput for a damaged file or one without roads.
    """
    import pyogrio

    with _told(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the driver warns of tags it does not know
        frame = pyogrio.read_dataframe(path, layer="lines", where="highway IS NOT NULL")
    if not len(frame):
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "道路（highway）の線が入っていません。",
            "対象の市町村を含むOpenStreetMapのデータを選んでください。",
        )
    tags = frame["other_tags"].fillna("") if "other_tags" in frame.columns else None
    for name in ("oneway", "layer"):
        if tags is not None and name not in frame.columns:
            frame[name] = tags.str.extract(f'"{name}"=>"([^"]*)"', expand=False)
    note = "OpenStreetMapのデータから、道路（highway）の線だけを読みました。"
    name = path.name.split(".")[0]
    return [Table(name, path, "osm", frame, None, "形式の定め", asked or 4326, "形式の定め", (note,))]
