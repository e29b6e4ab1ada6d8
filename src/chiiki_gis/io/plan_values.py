"""Values of plan tables at the door: numbers within reason, one column for each item."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.photos import COLUMN as PHOTOS
from chiiki_gis.core.role import COLUMNS, Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_RANGES: dict[str, tuple[float, float, str]] = {
    "number": (0, 999_999, "0から999999までの番号"),
    "use_floor_m2": (0, 10_000_000, "0以上の面積（㎡）"),
    "total_floor_m2": (0, 10_000_000, "0以上の面積（㎡）"),
    "top_storey": (-9, 200, "-9から200までの階数"),
    "item": (3, 4, "3か4"),
    "site_fid": (1, 2**53, "1以上の番号"),
    "vacant_house_fid": (1, 2**53, "1以上の番号"),
    "km": (0, 10_000, "0以上の距離（km）"),
    "minutes": (0, 100_000, "0以上の時間（分）"),
}
"""Smallest and largest value a column can mean, and how that is told."""


SHORT_NAMES: Mapping[str, str] = {
    "区域説明": "description",
    "用途区分": "use_class",
    "兼用区分": "part_class",
    "用途面積": "use_floor_m2",
    "工事種類": "works",
    "22条2項号": "item",
    "敷地番号": "site_fid",
    "IC名称": "interchange",
    "事業区分": "tag",
}
"""What a Shapefile of the submission calls columns whose names are too long for it (export.dictionary)."""


def known_columns(role: Role) -> dict[str, str]:
    """Every word for a column of a plan role → its name: English, Japanese, and that of a Shapefile."""
    columns = [column for column in COLUMNS[role] if column.name != PHOTOS]  # they stay with the project
    own = {column.name for column in columns}
    known = {column.name: column.name for column in columns}
    known |= {column.japanese: column.name for column in columns}
    return known | {short: name for short, name in SHORT_NAMES.items() if name in own}


def continued(frame: GeoDataFrame, known: Mapping[str, str]) -> GeoDataFrame:
    """The frame with texts that a Shapefile had to go on with in a second column (「理由2」) put together."""
    for column in [str(c) for c in frame.columns]:
        base = column.rstrip("0123456789")
        if column not in known and base in known and base in frame.columns and base != column:
            first, more = (frame[c].fillna("").astype(str) for c in (base, column))
            frame = frame.assign(**{base: (first + more).replace("", None)}).drop(columns=column)
    return frame


def with_lists(rows: GeoDataFrame, role: Role) -> GeoDataFrame:
    """The rows with lists (JSON) as such where a file, as a Shapefile does, has words with 、 between."""
    for column in COLUMNS[role]:
        if column.type == "json" and column.name in rows.columns:
            rows = rows.assign(**{column.name: [_as_list(value) for value in rows[column.name]]})
    return rows


def _as_list(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        return value
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return json.dumps(value.split("、"), ensure_ascii=False)
    return value


def one_column_each(frame: GeoDataFrame, known: Mapping[str, str], table: str) -> dict[str, str]:
    """The plan's name of each column of the frame that it knows. Raises BadInput where two mean the same.

    known   column of a file → column of the plan;  table   the file, as it is told
    """
    found: dict[str, str] = {}
    for column in map(str, frame.columns):
        name = known.get(column)
        if name is None:
            continue
        twin = next((c for c, other in found.items() if other == name), None)
        if twin is not None:
            raise BadInput(
                f"「{table}」を取り込めませんでした。",
                f"列「{twin}」と「{column}」は同じ項目を表します。",
                "どちらか一つの列だけを残したファイルにしてください。",
            )
        found[column] = name
    return found


def check_values(rows: GeoDataFrame, role: Role, table: str) -> None:
    """Raise BadInput for a number that the item cannot have; texts that are no numbers are told elsewhere."""
    for column in COLUMNS[role]:
        if column.name not in rows.columns or column.name not in _RANGES:
            continue
        low, high, told = _RANGES[column.name]
        wrong = [value for value in rows[column.name] if _is_outside(value, low, high)]
        if wrong:
            raise BadInput(
                f"「{table}」を取り込めませんでした。",
                f"「{column.japanese}」の列に、使えない値「{wrong[0]}」があります（{len(wrong)}件）。",
                f"{told}を入れたファイルにしてください。",
            )


def dangling(rows: GeoDataFrame, column: str, known: set[int]) -> int:
    """How many rows name a feature that is not there."""
    if column not in rows.columns:
        return 0
    return sum(int(value) not in known for value in rows[column].dropna())


def _is_outside(value: Any, low: float, high: float) -> bool:
    import pandas

    if value is None or value is pandas.NA:
        return False
    try:
        number = float(value)
    except (TypeError, ValueError):
        return False
    if math.isnan(number):
        return isinstance(value, str)
    return not low <= number <= high
