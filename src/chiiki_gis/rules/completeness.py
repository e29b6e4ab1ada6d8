"""What of a facility is entered, and what the plan document and the judgement still need."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.role import COLUMNS, Role
from chiiki_gis.core.table import is_missing

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SITE = "site"
"""In place of a column: the polygon of the site."""
_OF_BUILDING = (("name", "計画書"), ("number", "図面"), (SITE, "判定"))
_OF_USE = (
    ("kind", "計画書"),
    ("item", "計画書"),
    ("works", "計画書"),
    ("use_class", "判定"),
    ("use_floor_m2", "判定"),
)
_ASKED = {"total_floor_m2": True, "top_storey": False, "part_class": False}
"""Columns that count only where the verdict misses them; True: once for the building."""
_WORDS = {**{c.name: c.japanese for c in COLUMNS[Role.FACILITY]}, SITE: "敷地"}


@dataclass(frozen=True)
class Need:
    """Something that is not entered: its column (or SITE), its word, what needs it, and in which row."""

    column: str
    word: str
    wanted_by: str
    fid: int


@dataclass(frozen=True)
class Completeness:
    """How far a building is entered: `done` of `total` things, and the needs in the order of the card."""

    done: int
    total: int
    needs: tuple[Need, ...]


def completeness(rows: GeoDataFrame, missing: Collection[str]) -> Completeness:
    """How far one building is entered.

    rows     its rows of the facility layer, index fid, at least one
    missing  Verdict.missing of the building: numbers that decide and are not entered, as Japanese words
    """
    things = [(column, why, int(rows.index[0])) for column, why in _OF_BUILDING]
    for fid in rows.index:
        things += [(column, why, int(fid)) for column, why in _OF_USE]
    for column, is_once in _ASKED.items():
        if _WORDS[column] in missing:
            lacking = [int(fid) for fid in rows.index if is_missing(rows.at[fid, column])]
            things += [(column, "判定", fid) for fid in (lacking[:1] if is_once else lacking)]
    several = len(rows) > 1
    needs = []
    for column, why, fid in things:
        if not _is_entered(rows, column, fid):
            place = f"（用途{list(rows.index).index(fid) + 1}）" if several and column in _OF_EACH else ""
            needs.append(Need(column, f"{_WORDS[column]}{place}", why, fid))
    return Completeness(len(things) - len(needs), len(things), tuple(needs))


_OF_EACH = frozenset({*(column for column, _ in _OF_USE), "top_storey", "part_class"})


def _is_entered(rows: GeoDataFrame, column: str, fid: int) -> bool:
    if column == SITE:
        shapes = list(rows.geometry)
        linked = any(not is_missing(value) for value in rows["site_fid"])
        return linked or any(_is_area(shape) for shape in shapes)
    value = rows.at[fid, column]
    return not is_missing(value) and str(value).strip() != ""


def _is_area(shape: Any) -> bool:
    return shape is not None and shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_empty
