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
from chiiki_gis.core.role import Role
from chiiki_gis.io.cells import with_decimals
from chiiki_gis.io.encodings import encoding_of
from chiiki_gis.io.own_looks import EDITED, OwnLook, read_looks
from chiiki_gis.io.places import require_horizontal
from chiiki_gis.io.rows import Seen, failures, read_rows, unseen
from chiiki_gis.io.shapefile import check_parts, find_part

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


@dataclass(frozen=True, eq=False)
class Table:
    """One layer of a file, in the file's own CRS and columns.

    epsg is None where no evidence names a CRS. `frame` may hold rows without geometry.
    own    what our own export says of the table
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
    own: OwnLook | None = None

    @property
    def plan_role(self) -> Role | None:
        """The plan role the table has by what our own export says of it; None for others."""
        return self.own.role if self.own is not None and self.own.role.is_plan else None


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
    path: Path,
    format_id: str,
    layer: str | None,
    encoding: str | None,
    epsg: int | None,
    seen: Seen = unseen,
) -> list[Table]:
    """All vector layers of a file, or the one named. Raises BadInput.

    seen   is told the shapes of every layer as they are read
    """
    notes = check_parts(path)
    chosen, evidence, doubts = encoding_of(path, encoding)
    notes.extend(doubts)
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
    tables = [_read_layer(path, format_id, name, chosen, evidence, epsg, seen) for name in names]
    looks = read_looks(path) if format_id == "gpkg" else {}
    return [_with_look(replace(t, notes=(*notes, *t.notes)), looks.get(t.name)) for t in tables]


def _with_look(table: Table, own: OwnLook | None) -> Table:
    if own is None:
        return table
    return replace(table, own=own, notes=(*table.notes, *([EDITED] if own.is_edited else [])))


def _list_layers(path: Path) -> list[tuple[str, str | None]]:
    import pyogrio

    return [(name, kind) for name, kind in pyogrio.list_layers(path)]


def _read_layer(
    path: Path,
    format_id: str,
    name: str,
    encoding: str | None,
    evidence: str,
    epsg: int | None,
    seen: Seen,
) -> Table:
    title = name if format_id in ("gpkg", "kml", "gml") else path.stem
    with _told(path):
        frame, was_measured = read_rows(path, name, encoding, title, seen)
    if not hasattr(frame, "geometry"):
        raise BadInput(
            f"「{path.name}」を取り込めませんでした。",
            "図形の列がありません。",
            "地図データのファイルを選んでください。",
        )
    notes = ["測定値（M）は使わないため取り除きました。"] if was_measured else []
    if format_id == "shapefile":
        frame, told = with_decimals(frame, find_part(path, ".dbf"))
        notes.extend(told)
    found, crs_evidence = _crs(path, format_id, frame, epsg)
    if encoding is not None and not _readable(frame):
        notes.append(
            f"文字コードを{encoding}として読みましたが、読めない文字があります。文字コードを確かめてください。"
        )
    return Table(title, path, format_id, frame, encoding, evidence, found, crs_evidence, tuple(notes))


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn the library's failures into three sentences."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library merely wonders about; callers may record it
            yield
    except failures() as error:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "ファイルが壊れているか、拡張子と中身の形式が違います。",
            "入手元から取り直すか、別の形式で保存し直したものを選んでください。",
        ) from error


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
