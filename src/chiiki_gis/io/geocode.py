"""Rows without coordinates placed by their address, each with the level at which it was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.crs import JGD2011
from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.gazetteer import Gazetteer, load_gazetteer
from chiiki_gis.io.normalise import MATCH_LEVELS
from chiiki_gis.io.tabular import address_column
from chiiki_gis.io.vector import Table
from chiiki_gis.settings import keep_setting, setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SETTING = "address_files"
MOST_FILES = 20
_SHOWN = 10


def remembered_files() -> tuple[Path, ...]:
    """The user's files of addresses that are still where they were."""
    found = setting(SETTING, [])
    return tuple(Path(name) for name in found if isinstance(name, str) and Path(name).is_file())


def keep_files(files: Sequence[Path]) -> None:
    """Use these files and no others for the addresses of later imports."""
    keep_setting(SETTING, [str(p.resolve()) for p in files][:MOST_FILES])


def remember_files(files: Sequence[Path]) -> None:
    """Use these files for the addresses of later imports too."""
    new = [p.resolve() for p in files]
    keep_files([*new, *(known for known in remembered_files() if known not in new)])


def placed_by_address(table: Table, files: Sequence[Path], columns: Mapping[str, str]) -> Table:
    """The table with places for rows that have an address and no coordinates, and a column `match_level`.

    files    the user's gazetteers, see io/gazetteer.py; without any nothing is placed
    columns  what the user says: address → column name
    A row that already has coordinates keeps them (level 座標). Raises BadInput where no file says anything.
    """
    column = columns.get("address") or address_column(table.frame)
    if column is None or column not in table.frame.columns or not files:
        return table
    import geopandas
    import numpy

    frame = table.frame
    has_place = ~(frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    if has_place.all():
        return table
    texts = frame[column].to_numpy()
    rows = numpy.flatnonzero(~has_place)
    epsg = table.epsg or JGD2011
    found = find_places([texts[row] if isinstance(texts[row], str) else "" for row in rows], files, epsg)
    levels = ["座標"] * len(frame)
    shapes = numpy.asarray(frame.geometry.to_numpy(), dtype=object).copy()
    for row, (level, point) in zip(rows, found, strict=True):
        levels[row] = level
        if point is not None:
            shapes[row] = point
    placed = geopandas.GeoSeries(shapes, index=frame.index, crs=epsg).rename(frame.geometry.name)
    out = frame.set_geometry(placed).assign(match_level=levels)
    notes = [note for note in table.notes if not note.startswith("座標のない行")]
    return replace(table, frame=out, epsg=epsg, notes=(*notes, *_notes(levels)))


def find_places(texts: Sequence[str], files: Sequence[Path], epsg: int) -> list[tuple[str, Any]]:
    """The level at which each address is known, and its point in the CRS `epsg` or None.

    files   the user's gazetteers. Raises BadInput where no file says anything.
    """
    import geopandas

    gazetteer = _gazetteer(tuple((path, path.stat().st_mtime_ns) for path in files))
    known = {text: gazetteer.find(text) if text else ("なし", None) for text in dict.fromkeys(texts)}
    placed = {text: place for text, (_, place) in known.items() if place is not None}
    east, north = ([place[axis] for place in placed.values()] for axis in (0, 1))
    points = geopandas.GeoSeries(geopandas.points_from_xy(east, north), crs=JGD2011)
    by_text = dict(zip(placed, points.to_crs(epsg), strict=True))
    return [(known[text][0], by_text.get(text)) for text in texts]


@lru_cache(maxsize=1)
def _gazetteer(files: tuple[tuple[Path, int], ...]) -> Gazetteer:
    """The places of some files as they were at some time; reading those of a prefecture takes seconds."""
    return load_gazetteer([path for path, _ in files])


def _notes(levels: Sequence[str]) -> list[str]:
    counts = Counter(levels)
    words = "、".join(f"{level}{counts[level]}件" for level in MATCH_LEVELS if counts[level])
    notes = [f"所在地から位置を探しました（{words}）。どこまで合ったかは「match_level」の列にあります。"]
    rough = counts["町丁目"] + counts["市区町村"]
    if rough:
        notes.append(f"町丁目や市区町村の代表点に置いた{rough}件は、敷地の位置ではありません。")
    lost = [number for number, level in enumerate(levels) if level == "なし"]
    if lost:
        rows = "・".join(str(number + 1) for number in lost[:_SHOWN]) + ("など" if len(lost) > _SHOWN else "")
        notes.append(
            f"位置の見つからない行が{len(lost)}件あります（上から{rows}行目）。所在地を直してください。"
        )
    return notes


def require_files(files: Sequence[Path]) -> None:
    """Raise BadInput where a file of addresses is not there."""
    for path in files:
        if not path.is_file():
            raise BadInput(
                f"住所のファイル「{path.name}」が見つかりません。",
                "移動したか、名前が変わった可能性があります。",
                "ファイルの場所を確かめて、もう一度指定してください。",
            )
