"""The road lines a car may use, with every attribute known or said to be unknown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.analysis.speed_profile import CODES, UNKNOWN, SpeedProfile
from chiiki_gis.core.access_plan import RoadOverride

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

CLOSED = "closed"
"""A road that is there and may not be driven on."""

WIDTH_COLUMNS = ("width_m", "width", "road_width", "幅員", "道路幅員")
"""Columns with a width in metres; read where the width code is unknown."""

_WIDTH_CUTS = (3.0, 5.5, 13.0, 19.5)
"""Bounds of N13_006 in metres: codes 1 to 5."""

_DRM_COLUMNS = ("道路種別コード", "道路種別CD", "road_class_code")
_DRM_CLASS = {"1": "4", "2": "4", "3": "1", "4": "2", "5": "3", "6": "2", "7": "3", "9": "5"}
"""道路種別コード of the デジタル道路地図 standard → class of N13_003 (指定市の市道 are municipal roads)."""

_ONE_WAY_ROADS = ("motorway", "motorway_link")
_SHUT = ("no", "private")


@dataclass
class Roads:
    """Single lines with their attributes, before they are cut.

    width_m, kmh  NaN where not known, and where not said
    row           position in the road layer's frame
    names         per row of the frame, "" where it has none
    group         number of the source layer; level_known per group: whether its levels tell bridges apart
    """

    lines: NDArray[np.object_]
    road_class: NDArray[np.str_]
    width_code: NDArray[np.str_]
    width_m: NDArray[np.float64]
    kmh: NDArray[np.float64]
    oneway: NDArray[np.bool_]
    level: NDArray[np.int64]
    row: NDArray[np.int64]
    group: NDArray[np.int64]
    level_known: NDArray[np.bool_]
    names: NDArray[np.object_]
    notes: list[str] = field(default_factory=list)


def usable_roads(roads: GeoDataFrame, profile: SpeedProfile, overrides: Sequence[RoadOverride] = ()) -> Roads:
    """The roads a car may use, as single lines without empty ones.

    roads      columns class, width_code, oneway, level, state, each of which may be missing; columns of
               OpenStreetMap, of the デジタル道路地図 and of widths in metres say more where they are there
    overrides  by the columns layer_id and layer_fid; those of roads that are gone are told in a note
    """
    import shapely

    notes: list[str] = []
    said = _said(roads, overrides, notes)
    road_class, width_code, width_m = _classes(roads, notes), *_widths(roads, said, notes)
    state = _words_of(roads, "state", ("open", CLOSED, *profile.excluded_states), "open", "状態", notes)
    state[_shut(roads) | said["closed"]] = CLOSED
    oneway, backward = _oneway(roads, notes)
    level, group, known = _levels(roads, notes)
    _tell_excluded(state, notes)
    shapes = roads.geometry.to_numpy()
    parts, owner = shapes, np.arange(len(shapes))
    if not (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING).all():
        parts, owner = shapely.get_parts(shapes, return_index=True)
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    keep = is_line & (shapely.get_num_coordinates(parts) > 1) & (state == "open")[owner]
    other = int((~is_line).sum())
    if other:
        notes.append(f"道路の資料にある線でない図形{other}個は計算に使いませんでした。")
    if not keep.all():
        parts, owner = parts[keep], owner[keep]
    if backward.any():
        turned = backward[owner]
        parts = parts.copy()
        parts[turned] = shapely.reverse(parts[turned])
    return Roads(
        parts, road_class[owner], width_code[owner], width_m[owner], said["kmh"][owner], oneway[owner],
        level[owner], owner, group[owner], known, _names(roads), notes,
    )  # fmt: skip


def _names(roads: GeoDataFrame) -> NDArray[np.object_]:
    """The name of each road, "" where there is none."""
    column = next((c for c in ("name", "路線名", "道路名") if c in roads.columns), None)
    if column is None:
        return np.full(len(roads), "", dtype=object)
    return np.asarray(roads[column].astype(object).where(roads[column].notna(), "").to_numpy(), dtype=object)


def code_of_width(width_m: NDArray[np.float64]) -> NDArray[np.str_]:
    """The code of N13_006 of widths in metres; unknown where NaN."""
    codes = np.array(CODES[:5])[np.searchsorted(_WIDTH_CUTS, width_m, side="right").clip(0, 4)]
    return np.where(np.isnan(width_m), UNKNOWN, codes)


def _said(roads: GeoDataFrame, overrides: Sequence[RoadOverride], notes: list[str]) -> Mapping[str, Any]:
    """What overrides say, per row."""
    size = len(roads)
    found = {"kmh": np.full(size, np.nan), "width_m": np.full(size, np.nan), "closed": np.zeros(size, bool)}
    if not overrides or not {"layer_id", "layer_fid"} <= set(roads.columns):
        return found
    places = places_of(roads, {(override.layer_id, override.fid) for override in overrides})
    lost = 0
    for override in overrides:
        at = places.get((override.layer_id, override.fid))
        if at is None:
            lost += 1
            continue
        found["kmh"][at] = override.kmh if override.kmh is not None else np.nan
        found["width_m"][at] = override.width_m if override.width_m is not None else np.nan
        found["closed"][at] = override.closed
    if lost:
        notes.append(f"個別に値を決めた道路{lost}本は道路データにないため、使いませんでした。")
    return found


def places_of(roads: GeoDataFrame, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], int]:
    """Where some roads stand in a frame: row by (layer_id, layer_fid), without roads that are not there."""
    near = np.flatnonzero(roads["layer_fid"].isin({fid for _, fid in wanted}))
    some = roads.iloc[near]
    keys = zip(some["layer_id"].astype(str), some["layer_fid"].astype(int), strict=True)
    return {key: int(row) for key, row in zip(keys, near, strict=True) if key in wanted}


def _classes(roads: GeoDataFrame, notes: list[str]) -> NDArray[np.str_]:
    """The class of each road: N13's codes, else those of the デジタル道路地図."""
    column = next((c for c in _DRM_COLUMNS if c in roads.columns), None)
    if column is None:
        return _words_of(roads, "class", CODES, UNKNOWN, "種別", notes)
    own = _words_of(roads, "class", CODES, UNKNOWN, "種別", []) if "class" in roads.columns else None
    drm = np.array([_DRM_CLASS.get(_code(value), UNKNOWN) for value in roads[column]], dtype=np.str_)
    notes.append(f"道路の種別は「{column}」（デジタル道路地図の道路種別）から読みました。")
    return drm if own is None else np.where(own == UNKNOWN, drm, own)


def _widths(
    roads: GeoDataFrame, said: Mapping[str, Any], notes: list[str]
) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    """Code and metres of each width; metres are NaN where only the code is known."""
    import pandas

    metres = np.full(len(roads), np.nan)
    column = next((c for c in WIDTH_COLUMNS if c in roads.columns), None)
    if column is not None:
        texts = roads[column].astype("string").str.extract(r"^\s*([0-9]+(?:\.[0-9]+)?)\s*m?\s*$")[0]
        metres = pandas.to_numeric(texts).to_numpy(dtype=np.float64, na_value=np.nan)
        metres[~(metres > 0)] = np.nan
    metres = np.where(np.isnan(said["width_m"]), metres, said["width_m"])
    measured = ~np.isnan(metres)
    own_notes: list[str] = []
    code = _words_of(roads, "width_code", CODES, UNKNOWN, "幅員", own_notes)
    unknown = (code == UNKNOWN) | ~np.isnan(said["width_m"])
    code = np.where(unknown & measured, code_of_width(metres), code)
    if measured.any():
        notes.append(f"道路{int(measured.sum())}本の幅員は、メートルの値から読みました。")
    elif own_notes:
        notes.extend(own_notes)
    return code, metres


def _shut(roads: GeoDataFrame) -> NDArray[np.bool_]:
    """Ways of OpenStreetMap that are not for the public's cars."""
    shut = np.zeros(len(roads), dtype=bool)
    if "highway" in roads.columns:
        for column in ("access", "motor_vehicle"):
            if column in roads.columns:
                shut |= roads[column].isin(_SHUT).to_numpy()
    return shut


def _tell_excluded(state: NDArray[np.str_], notes: list[str]) -> None:
    closed, other = int((state == CLOSED).sum()), int(((state != "open") & (state != CLOSED)).sum())
    if other:
        notes.append(f"道路{other}本は、建設中または歩行者用のため計算から除きました。")
    if closed:
        notes.append(f"道路{closed}本は、通行できないため計算から除きました。")


def _oneway(roads: GeoDataFrame, notes: list[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Where a road runs one way only, and where that is against its drawing; unknown is both ways."""
    size = len(roads)
    backward = np.zeros(size, dtype=bool)
    if "highway" in roads.columns and "oneway" in roads.columns:
        backward = (roads["oneway"].astype("string") == "-1").fillna(False).to_numpy(dtype=bool)
    if "oneway" not in roads.columns:
        notes.append("道路に一方通行の列がないため、すべて両方向に通れるものとしました。")
        return np.zeros(size, dtype=bool), backward
    words = roads["oneway"]
    if words.dtype == object or str(words.dtype).startswith(("str", "string")):
        oneway = words.astype("string").str.lower().isin(("true", "yes", "1", "-1")).to_numpy(dtype=bool)
    else:
        oneway = np.asarray(words.astype("boolean").fillna(False), dtype=bool)
    if "highway" in roads.columns:
        implied = roads["highway"].isin(_ONE_WAY_ROADS).to_numpy()
        if "junction" in roads.columns:
            implied |= roads["junction"].isin(("roundabout", "circular")).to_numpy()
        oneway = oneway | implied | backward
    return oneway, backward


def _levels(
    roads: GeoDataFrame, notes: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.bool_]]:
    """Height order (unknown is 0), number of the source layer, and per source whether heights are known."""
    import pandas

    size = len(roads)
    group = np.zeros(size, dtype=np.int64)
    if "layer_id" in roads.columns:
        group = pandas.factorize(roads["layer_id"])[0].astype(np.int64)
    if "level" not in roads.columns:
        notes.append("道路に階層順の列がないため、すべて地上の道路としました。")
        level = np.zeros(size, dtype=np.int64)
    else:
        level = np.asarray(pandas.to_numeric(roads["level"]).fillna(0), dtype=np.int64)
    for column, height in (("bridge", 1), ("tunnel", -1)):
        if "highway" in roads.columns and column in roads.columns:
            there = roads[column].notna().to_numpy() & ~roads[column].isin(("no", "")).to_numpy()
            level = np.where(there & (level == 0), height, level)
    groups = int(group.max(initial=0)) + 1
    known = np.bincount(group, weights=level != 0, minlength=groups) > 0
    return level, group, known


def _words_of(
    roads: GeoDataFrame, column: str, known: tuple[str, ...], unknown: str, japanese: str, notes: list[str]
) -> NDArray[np.str_]:
    """A text column with only known words; whatever else becomes `unknown` with a note."""
    import pandas

    width = f"<U{max(map(len, known))}"
    if column not in roads.columns:
        notes.append(f"道路の{japanese}の列がないため、すべて「{_unknown_word(column)}」として計算しました。")
        return np.full(len(roads), unknown, dtype=width)
    codes, words = pandas.factorize(roads[column])
    clean = [_code(word) for word in words]
    table = np.array([word if word in known else unknown for word in clean] + [unknown], dtype=width)
    strange = np.array([word not in known for word in clean] + [True])
    count = int(strange[codes].sum())
    if count:
        notes.append(f"道路{count}本は{japanese}が分からないため「{_unknown_word(column)}」としました。")
    return table[codes]


def _unknown_word(column: str) -> str:
    return {"class": "種別不明の道路", "width_code": "幅員不明", "state": "供用中"}[column]


def _code(value: object) -> str:
    """A code as text: 1, 1.0 and "1" are the same."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()
