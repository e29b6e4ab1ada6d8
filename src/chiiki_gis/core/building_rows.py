"""Facility rows that are one building: one name, number, place and photographs, and a use in each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document
from chiiki_gis.core.edits import drop_features, facility_values
from chiiki_gis.core.frames import conform, rows_of
from chiiki_gis.core.layer import Fid, plan_layer_id
from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.core.table import is_missing

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

FACILITY = plan_layer_id(Role.FACILITY)
SHARED = ("number", "name", "total_floor_m2", "site_fid", "vacant_house_fid", "photos")
"""Columns that tell of the building, not of one of its uses; so does the shape."""
_LAST = 10**9
"""The place of what has no kind, item or number."""


def mates(facilities: GeoDataFrame, fid: int) -> tuple[Fid, ...]:
    """The rows of the building that a row belongs to, ascending, with itself. Raises KeyError."""
    row = facilities.loc[fid]
    if is_missing(row["building_id"]):
        return (Fid(int(fid)),)
    same = (facilities["building_id"] == row["building_id"]) & (facilities["scenario"] == row["scenario"])
    return tuple(Fid(int(one)) for one in facilities.index[same])


def first_rows(facilities: GeoDataFrame, *, by_place: bool = False) -> GeoDataFrame:
    """Facility rows with one row a building: the first of every building_id; rows without one stand alone.

    facilities   rows of one scenario
    by_place     rows of one building that stand in different places are all kept
    Where no two rows are of one building the very frame is given back: it must not be modified.
    """
    known = facilities["building_id"].notna()
    again = facilities["building_id"].duplicated()
    if not (known & again).any():
        return facilities
    if by_place:
        again = facilities[["building_id"]].assign(place=facilities.geometry.to_wkb()).duplicated()
    return facilities[~(known & again)]


def with_whole_buildings(document: Document, change: Change) -> Change:
    """The change, and with it the other uses of each building whose name, number, place … it alters.

    A value is carried over only where the rows agreed before, and never into a row that the change speaks of.
    """
    import pandas

    rows = change.put.get(FACILITY)
    if rows is None:
        return change
    before = document.plan(Role.FACILITY)
    known = [int(fid) for fid in rows.index if fid in before.index]
    twins = before.duplicated(["scenario", "building_id"], keep=False) & before["building_id"].notna()
    spoken = {*map(int, rows.index), *map(int, change.drop.get(FACILITY, ()))}
    carried: dict[int, GeoDataFrame] = {}
    for fid in known:
        if not twins.at[fid] or before.at[fid, "building_id"] != rows.at[fid, "building_id"]:
            continue
        for mate in mates(before, fid):
            if mate in spoken:
                continue
            row = _carried(before.loc[[fid]], rows.loc[[fid]], carried.get(mate, before.loc[[mate]]))
            if row is not None:
                carried[mate] = row
    if not carried:
        return change
    more = pandas.concat([rows, *carried.values()]).sort_index()
    return replace(change, put={**change.put, FACILITY: more})


def _carried(before: GeoDataFrame, after: GeoDataFrame, mate: GeoDataFrame) -> GeoDataFrame | None:
    """A mate's row with what the edit altered; None where nothing of it concerns the building."""
    altered = {
        name: after[name].set_axis(mate.index)
        for name in SHARED
        if not _same(before[name].iloc[0], after[name].iloc[0])
        and _same(mate[name].iloc[0], before[name].iloc[0])
    }
    old, new, own = (next(iter(frame.geometry.to_wkb())) for frame in (before, after, mate))
    if old != new and own == old:
        altered["geometry"] = after.geometry.set_axis(mate.index)
    return mate.assign(**altered) if altered else None


def _same(left: object, right: object) -> bool:
    return (is_missing(left) and is_missing(right)) or (
        not is_missing(left) and not is_missing(right) and bool(left == right)
    )


def add_use(document: Document, fid: Fid, kind: str | None = None) -> tuple[Change, Fid]:
    """One more use in the building of a row: a new row of the same place, name and number.

    kind   core.role.KINDS; that of the row unless said. Class, floor and storey are the planner's to enter.
    Returns the fid of the new row beside the change. A row without building_id gets one.
    """
    facilities = document.plan(Role.FACILITY)
    row, new = facilities.loc[[fid]].copy(), document.next_fid(FACILITY)
    own = row["building_id"].iloc[0]
    unused = f"b{fid}" if f"b{fid}" not in set(facilities["building_id"]) else f"b{fid}-{new}"
    building = unused if is_missing(own) else str(own)
    chosen = kind or row["kind"].iloc[0]
    values: dict[str, object] = {
        **facility_values(None if is_missing(chosen) else str(chosen)),
        "building_id": building,
        "use_class": None,
        "part_class": None,
        "use_floor_m2": None,
        "top_storey": None,
    }
    made = _with(row.set_axis([new], axis=0), values)
    rows = made if not is_missing(own) else _joined(_with(row, {"building_id": building}), made)
    name = row["name"].iloc[0]
    told = "" if is_missing(name) else f"「{name}」に"
    return Change(f"{told}用途を追加", put={FACILITY: conform(rows, Role.FACILITY)}), new


def drop_use(document: Document, fid: Fid) -> Change:
    """Take one use out of its building; the others stay. Raises ValueError for the only one."""
    facilities = document.plan(Role.FACILITY)
    if len(mates(facilities, fid)) < 2:
        raise ValueError("a building has at least one use")
    kind = facilities.at[fid, "kind"]
    named = "" if is_missing(kind) else f"「{KINDS.get(str(kind), kind)}」"
    return replace(drop_features(FACILITY, (fid,)), note=f"建築物から用途{named}を外す")


def renumber(document: Document, scenario: str = "A") -> Change:
    """Numbers 1, 2, 3 … for the buildings of a scenario, in the order of the plan document.

    22条2項3号 before 4号, then by kind in the order of KINDS, then by the number there was. Rows of one
    building get one number. The change is empty where all is so already.
    """
    import pandas

    rows = rows_of(document.plan(Role.FACILITY), scenario)
    kinds = {kind: place for place, kind in enumerate(KINDS)}
    whole: list[str] = []
    places: dict[str, tuple[int, int, int, int]] = {}
    now = [None if is_missing(number) else int(number) for number in rows["number"].tolist()]
    for fid, own, kind, item, number in zip(
        rows.index.tolist(),
        rows["building_id"].tolist(),
        rows["kind"].tolist(),
        rows["item"].tolist(),
        now,
        strict=True,
    ):
        key = f"fid-{fid}" if is_missing(own) else str(own)
        whole.append(key)
        place = (
            _LAST if is_missing(item) else int(item),
            kinds.get(str(kind), _LAST),
            _LAST if number is None else number,
            fid,
        )
        places[key] = min(place, places.get(key, place))
    order = {key: n for n, key in enumerate(sorted(places, key=places.__getitem__), 1)}
    wanted = [order[key] for key in whole]
    altered = [old != new for old, new in zip(now, wanted, strict=True)]
    if not any(altered):
        return Change("番号を振り直す")
    numbers = pandas.Series(wanted, index=rows.index, dtype="Int64")
    return Change("番号を振り直す", put={FACILITY: rows.assign(number=numbers)[altered]})


def _with(row: GeoDataFrame, values: Mapping[str, object]) -> GeoDataFrame:
    import pandas

    columns = {name: pandas.Series([value], index=row.index, dtype=object) for name, value in values.items()}
    return row.assign(**columns)


def _joined(left: GeoDataFrame, right: GeoDataFrame) -> GeoDataFrame:
    import pandas

    return conform(pandas.concat([left, right]).sort_index(), Role.FACILITY)
