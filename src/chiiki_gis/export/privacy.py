"""What must not leave: vacant houses without consent, and every column that could name a person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from chiiki_gis.core.class_styles import fitting
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style
from chiiki_gis.export.dictionary import FIELDS
from chiiki_gis.io.personal import names_a_person

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

CONSENT = "あり"

Leaving = Literal["open", "asked", "locked"]
"""open: leaves; asked: stays unless the user ticks it; locked: stays whatever the user does."""

_INTERNAL = frozenset({"personal", "vacant_house_fid", "photos"})

_OPEN_WORDS = frozenset({"match_level", "consent", "personal"})
_LEAST_WORD = 3
"""Shorter texts of a list, as 有 or 2階, say nothing of a house by themselves."""


def consented_houses(houses: GeoDataFrame) -> GeoDataFrame:
    """The houses whose owner has agreed, with no column of the original file.

    Only position, match_level and consent stay: a list of what may leave cannot miss a personal column, as a
    list of what may not could. A frame without the column `consent` gives no row. The input is not changed.
    Basis: 広活法31条3項, 空家法10条.
    """
    allowed = [f.name for f in FIELDS[Role.VACANT_HOUSE] if f.name in houses.columns]
    if "consent" not in houses.columns:
        return houses.iloc[:0][[*allowed, houses.geometry.name]]
    return houses.loc[houses["consent"] == CONSENT, [*allowed, houses.geometry.name]]


def leaving(role: Role, column: str, locked: Iterable[str] = ()) -> Leaving:
    """Whether a column of a table may be copied or written out.

    locked   the columns that the layer has marked as personal (`locked_columns`)
    Of vacant houses only match_level and consent are open, as in `consented_houses`; in other layers all
    columns are, but for those that name a person.
    """
    if column in _INTERNAL or column in locked:
        return "locked"
    if role == Role.VACANT_HOUSE:
        if column in {f.name for f in FIELDS[role]}:
            return "open"
        return "locked" if names_a_person(column, of_house=True) else "asked"
    return "asked" if names_a_person(column) and not role.is_plan else "open"


def may_leave(role: Role, consent: object) -> bool:
    """Whether a row may be copied or written out: a vacant house only with its owner's consent."""
    return role != Role.VACANT_HOUSE or consent == CONSENT


def of_unconsented_houses(
    facilities: GeoDataFrame, houses: Iterable[GeoDataFrame]
) -> tuple[frozenset[int], frozenset[int]]:
    """The facilities made from a house without consent, and those of them whose 備考 repeats its list.

    facilities   rows of the plan, index fid;  houses  the lists of vacant houses, index fid
    A number that several lists know counts where one of them has no consent for it.
    """
    linked = facilities["vacant_house_fid"].dropna().astype("int64")
    found: set[int] = set()
    repeating: set[int] = set()
    for frame in houses if len(linked) else ():
        texts = [c for c in frame.columns if c not in _OPEN_WORDS and c != frame.geometry.name]
        for fid, number in linked.items():
            if number not in frame.index:
                continue
            house = frame.loc[number]
            if may_leave(Role.VACANT_HOUSE, house.get("consent")):
                continue
            found.add(int(fid))
            note = facilities.at[fid, "note"]
            words = (str(house[c]).strip() for c in texts if isinstance(house[c], str))
            if isinstance(note, str) and any(len(w) >= _LEAST_WORD and w in note for w in words):
                repeating.add(int(fid))
    return frozenset(found), frozenset(repeating)


def locked_columns(marks: Iterable[object]) -> frozenset[str]:
    """The columns marked as personal, from the values of the column `personal` (JSON lists)."""
    found: set[str] = set()
    for mark in marks:
        if isinstance(mark, str) and mark:
            found.update(str(name) for name in json.loads(mark))
    return frozenset(found)


def printable_style(layer: Layer) -> Style:
    """The style without labels and classes of columns that may name a person, however they came into it."""
    allowed = mappable_columns(layer)
    named = (layer.style.label_column, layer.style.class_column)
    kept = [name for name in named if name is not None and (name in allowed or name not in layer.columns)]
    return fitting(layer.style, kept)


def mappable_columns(layer: Layer) -> tuple[str, ...]:
    """The columns whose words may stand on the map as labels and classes: none that may name a person."""
    return tuple(
        column
        for column in layer.columns
        if leaving(layer.role, column) != "locked" and not names_a_person(column)
    )
