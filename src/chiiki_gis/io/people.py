"""Lists of people's property that nobody called vacant houses: they must not enter as plain points."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.personal import PERSONAL, names_a_person

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_OWNED = re.compile(r"所有者|権利者|氏名|生年月日|個人|同意|承諾|consent", re.IGNORECASE)
"""Columns that no public list has; a telephone number also stands in a list of shops."""


def personal_columns(frame: GeoDataFrame, *, surely: bool = False) -> list[str]:
    """The columns that name, reach or ask a person; with `surely` only those that no public list has."""
    names = [str(c) for c in frame.columns if c != frame.geometry.name and str(c) != "名前"]
    return [n for n in names if _OWNED.search(n) or (not surely and PERSONAL.search(n))]


def locked(frame: GeoDataFrame) -> tuple[GeoDataFrame, list[str]]:
    """A reference table (lots, buildings …) with its columns of owners marked as personal, in every row.

    A column of the file that happens to be called like the mark is kept under 「元の…」.
    """
    names = [c for c in personal_columns(frame, surely=True) if names_a_person(c)]
    if "personal" in frame.columns:
        frame = frame.rename(columns={"personal": "元のpersonal"})
    if not names:
        return frame, []
    marked = frame.assign(personal=json.dumps(names, ensure_ascii=False))
    return marked, [f"個人情報の列「{'」「'.join(names)}」は、書き出しや印刷に出ません。"]


def people(frame: GeoDataFrame) -> tuple[GeoDataFrame, list[str]]:
    """The list with the columns of vacant houses, so that a point without consent never leaves."""
    listed = "」「".join(personal_columns(frame)[:5])
    out, notes = vacant_houses(frame)
    return out, [
        f"「{listed}」の列があるため、空き家として取り込みました。同意が「あり」でない点は、印刷や書き出しに"
        "出ません。ほかのデータなら、役割を選んで取り込み直してください。",
        *notes,
    ]
