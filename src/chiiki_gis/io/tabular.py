"""Reading a table of points (CSV, rows of JSON): encoding, and the columns that place a row."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.crs import JAPAN
from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.profiles import profile_of
from chiiki_gis.io.vector import Table, require_few_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pandas import DataFrame, Series

ENCODINGS = ("utf-8-sig", "cp932")
MAX_TEXT_BYTES = 500_000_000
"""A table of text is held in memory several times over."""
_LATITUDE = re.compile(r"^(緯度|lat|latitude|ido|緯度[（(].*)$", re.IGNORECASE)
_LONGITUDE = re.compile(r"^(経度|lon|lng|long|longitude|keido|経度[（(].*)$", re.IGNORECASE)
_NORTHING = re.compile(r"^(x座標|x|x\(北\)|北距)$", re.IGNORECASE)
_EASTING = re.compile(r"^(y座標|y|y\(東\)|東距)$", re.IGNORECASE)
_ADDRESS = re.compile(r"所在地|住所|地番|^(.*[_ ])?address$", re.IGNORECASE)
_TOWN = re.compile(r"^(市区町村名?|市町村名?|自治体名?|city|cityname|city_name)$", re.IGNORECASE)
_OWNER = re.compile(r"(所有者|連絡先|管理者|申請者|mail|メール)", re.IGNORECASE)


def read_csv(path: Path, encoding: str | None, epsg: int | None, columns: Mapping[str, str]) -> Table:
    """A CSV as points. Rows without coordinates keep an empty geometry and are counted in the notes.

    columns   what the user says: lat, lon, x (north), y (east), address → column name
    Raises BadInput for no coordinates and no address, unreadable text, or no rows.
    """
    rows, chosen, evidence = read_text(path, encoding)
    return placed_rows(rows, path, path.stem, "csv", (chosen, evidence), epsg, columns)


def placed_rows(
    rows: DataFrame,
    path: Path,
    name: str,
    format_id: str,
    encoding: tuple[str | None, str],
    epsg: int | None,
    columns: Mapping[str, str],
) -> Table:
    """Rows of text or numbers as points; those without coordinates keep an empty geometry, and are counted.

    encoding   the text encoding and why; columns as of `read_csv`. Raises BadInput like it.
    """
    import geopandas
    import pandas

    notes: list[str] = []
    profile = {} if columns else profile_of(map(str, rows.columns))
    if profile:
        columns = profile
        notes.append("同じ見出しの表で前に指定された列の対応を使いました。")
    places = _placing(rows, columns, path)
    if "lat" in places:
        x, y = _numbers(rows, places["lon"]), _numbers(rows, places["lat"])
        found, crs_evidence = epsg or 6668, "緯度・経度の列" if epsg is None else "指定"
        far = x.notna() & ~(x.between(JAPAN[0], JAPAN[2]) & y.between(JAPAN[1], JAPAN[3]))
        if far.any():
            swapped = far & y.between(JAPAN[0], JAPAN[2]) & x.between(JAPAN[1], JAPAN[3])
            hint = (
                f"うち{int(swapped.sum())}件は、緯度と経度を入れ替えると日本の範囲に入ります。"
                if swapped.any()
                else ""
            )
            notes.append(f"日本の範囲にない緯度・経度が{int(far.sum())}件あり、座標なしとしました。{hint}")
            x, y = x.mask(far), y.mask(far)
    elif "x" in places:
        x, y = _numbers(rows, places["y"]), _numbers(rows, places["x"])
        found, crs_evidence = epsg or 0, "X（北）・Y（東）の列" if epsg is None else "指定"
    else:
        x = y = pandas.Series([float("nan")] * len(rows), index=rows.index)
        found, crs_evidence = epsg or 6668, "住所のみ" if "address" in places else "市区町村名のみ"
        if "address" not in places:
            notes.append(
                f"座標も所在地もなく、場所が分かるのは市区町村の列「{places['town']}」だけです。"
                "地図に置くには、緯度・経度か所在地の列を加えてください。"
            )
    placed = x.notna() & y.notna()
    geometry = geopandas.points_from_xy(x, y, crs=found or None)
    geometry[~placed.to_numpy()] = None
    missing = int((~placed).sum())
    if missing:
        notes.append(f"座標のない行が{missing}件あります。表には入りますが、地図には表示されません。")
    frame = geopandas.GeoDataFrame(rows, geometry=geometry, crs=found or None)
    chosen, evidence = encoding
    return Table(name, path, format_id, frame, chosen, evidence, found or None, crs_evidence, tuple(notes))


def read_json_rows(path: Path, epsg: int | None, columns: Mapping[str, str]) -> Table | None:
    """A JSON list of flat objects (such as geolonia's lists of addresses) as points; None for any other JSON.

    Raises BadInput for a list that is damaged or has no places.
    """
    import json

    import pandas

    with path.open("rb") as file:
        if file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"[":
            return None
    try:
        data = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _not_a_table(path, "JSONとして読めない内容です。") from error
    if not data or not all(isinstance(row, dict) for row in data):
        raise _not_a_table(path, "JSONの中身が、項目の並び（表）になっていません。")
    require_few_columns(len({key for row in data for key in row}), path.name)
    rows = pandas.DataFrame(data).astype(object)
    rows = rows.where(rows.notna() & (rows != ""), None)
    return placed_rows(rows, path, path.stem, "geojson", ("UTF-8", "形式の定め"), epsg, columns)


def read_text(path: Path, asked: str | None) -> tuple[DataFrame, str, str]:
    """The rows of a CSV as texts, its encoding and why. Raises BadInput."""
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise _not_a_table(path, "ファイルの大きさが500MBを超えています。")
    data = path.read_bytes()
    marked = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for name in (asked,) if asked else marked:
        try:
            text = data.decode(str(name))
        except (UnicodeError, LookupError):
            continue
        break
    else:
        raise BadInput(
            f"「{path.name}」の文字を読めませんでした。",
            "UTF-8でもShift_JIS（CP932）でもない文字が入っています。",
            "表計算ソフトで開き、CSV（UTF-8）として保存し直してください。",
        )
    if "\0" in text:
        raise _not_a_table(path, "文字でないデータ（NUL）が入っています。")
    rows = _rows_of(text, _separator(text, path), path)
    if rows.empty:
        raise BadInput(
            f"「{path.name}」には行がありません。",
            "見出しだけか、空のファイルです。",
            "中身のあるファイルを選んでください。",
        )
    label = "UTF-8" if str(name).startswith("utf-8") else str(name).upper()
    return rows, label, "指定" if asked else "内容"


def _separator(text: str, path: Path) -> str:
    """Tab, comma or semicolon: the one that the first line has most of; a tie goes by the file's ending."""
    first = text.split("\n", 1)[0]
    usual = "\t" if path.suffix.lower() == ".tsv" else ","
    return max((usual, ",", "\t", ";"), key=first.count)


_SPARE = ["_extra_1", "_extra_2"]
"""Places for the cells that a row has too many; longer rows still do not parse."""


def _rows_of(text: str, separator: str, path: Path) -> DataFrame:
    """Every cell under its own heading; empty cells are None."""
    import io

    import pandas

    try:
        head = pandas.read_csv(io.StringIO(text), sep=separator, nrows=0, dtype=str)
        names = [str(c) for c in head.columns]
        require_few_columns(len(names), path.name)
        rows = pandas.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, header=None, index_col=False,
            names=[*names, *_SPARE],
        ).iloc[1:].reset_index(drop=True)  # fmt: skip
    except (pandas.errors.ParserError, pandas.errors.EmptyDataError, ValueError) as error:
        raise _not_a_table(path) from error
    extra = (rows[_SPARE].to_numpy() != "").any(axis=1)
    if extra.any():
        raise _not_a_table(path, f"見出しより列の多い行が{int(extra.sum())}件あります。")
    rows = rows[names].set_axis([name.strip() for name in names], axis=1)
    twins = rows.columns[rows.columns.duplicated()]
    if len(twins):
        raise _not_a_table(path, f"「{twins[0]}」という見出しが二つあります。")
    return rows.astype(object).where(rows != "", None)


def _not_a_table(path: Path, why: str = "行によって列の数が違うか、見出しの行がありません。") -> BadInput:
    return BadInput(
        f"「{path.name}」を表として読めませんでした。",
        why,
        "1行目を列ごとに違う見出しにして、列の数をそろえてください。",
    )


def _placing(rows: DataFrame, columns: Mapping[str, str], path: Path) -> dict[str, str]:
    """Which columns place a row: {"lat", "lon"}, {"x", "y"} and/or {"address"}."""
    unknown = [name for name in columns.values() if name not in rows.columns]
    if unknown:
        raise BadInput(
            f"「{path.name}」に「{unknown[0]}」という列はありません。",
            "指定した列の名前が見出しと一致しません。",
            f"見出しは「{'」「'.join(map(str, rows.columns[:12]))}」です。",
        )
    found = placing_columns([str(c) for c in rows.columns], columns)
    if {"lat", "lon"} <= set(found) or {"x", "y"} <= set(found) or {"address", "town"} & set(found):
        return found
    raise BadInput(
        f"「{path.name}」を取り込めませんでした。",
        "緯度・経度、X・Y座標、住所、市区町村名のどの列も見つかりません。",
        "位置の分かる列を加えるか、列の対応を指定してください。",
    )


def placing_columns(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, str]:
    """Which column plays which part of placing a row: what the user says, the rest by the headings.

    Keys are lat, lon, x (north), y (east), address and town, those that are found.
    """
    found = dict(columns)
    patterns = {"lat": _LATITUDE, "lon": _LONGITUDE, "x": _NORTHING, "y": _EASTING}
    patterns |= {"address": _ADDRESS, "town": _TOWN}
    for key, pattern in patterns.items():
        if key in found:
            continue
        names = [name for name in headings if pattern.search(name) and not _OWNER.search(name)]
        if names:
            found[key] = names[0]
    return found


def address_column(frame: DataFrame) -> str | None:
    """The column that holds the addresses of places, never that of an owner."""
    names = [str(c) for c in frame.columns if _ADDRESS.search(str(c)) and not _OWNER.search(str(c))]
    return names[0] if names else None


def _numbers(rows: DataFrame, column: str) -> Series[Any]:
    import unicodedata

    import pandas

    plain = rows[column].map(lambda v: unicodedata.normalize("NFKC", v).strip() if isinstance(v, str) else v)
    return pandas.to_numeric(plain, errors="coerce")
