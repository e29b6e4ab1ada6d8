"""Vacant houses without a place: listing them, matching their addresses again, placing one on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from chiiki_gis.core.change import Change
from chiiki_gis.core.errors import BadInput, one_line
from chiiki_gis.core.houses import MENDED_ADDRESS, HouseAddress, HouseAddresses
from chiiki_gis.core.jobs import Imported
from chiiki_gis.core.layer import Fid, Layer
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.io.geocode import find_places, remembered_files
from chiiki_gis.io.personal import names_a_person
from chiiki_gis.io.profiles import profile_of
from chiiki_gis.io.store import keep_blob
from chiiki_gis.io.tabular import address_column

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

QUIET = Quiet()
MOST_ROWS = 3_000
LOST, ROUGH = ("なし",), ("町丁目", "市区町村")
_OURS = frozenset({"match_level", "consent", "personal", MENDED_ADDRESS})
_LABELS = ("物件番号", "管理番号", "整理番号", "番号", "name", "名称", "物件名", "ID", "PROPERTY_NUMBER_ID")


def perform(job: str, args: tuple[Any, ...], progress: Progress) -> object:
    """One of the jobs of core.jobs.JobName about places of vacant houses."""
    match job, args:
        case "house_addresses", (layer,):
            return house_addresses(cast("Layer", layer))
        case "match_houses", (layer, texts):
            return match_houses(cast("Layer", layer), cast("Mapping[Fid, str]", texts), progress)
        case "place_house", (layer, fid, at):
            return place_house(cast("Layer", layer), cast("Fid", fid), at, progress)
    raise ValueError(f"no job {job} with {len(args)} arguments")


def house_addresses(layer: Layer) -> HouseAddresses:
    """The houses of a list without a place, and those that stand at the middle of a town."""
    frame = layer.get_frame()
    levels = frame["match_level"].fillna("なし") if "match_level" in frame.columns else None
    if levels is None:
        lost = frame.geometry.isna() | frame.geometry.is_empty
        levels = lost.map({True: "なし", False: "座標"})
    texts, label = _addresses(frame), _label_column(frame)
    found: list[HouseAddress] = []
    for wanted in (LOST, ROUGH):
        for fid in frame.index[levels.isin(wanted)][: MOST_ROWS - len(found)]:
            name = one_line(str(frame.at[fid, label])) if label is not None else f"{fid}行目"
            found.append(HouseAddress(Fid(int(fid)), name, texts[fid], str(levels[fid])))
    lost_count, rough = int(levels.isin(LOST).sum()), int(levels.isin(ROUGH).sum())
    return HouseAddresses(tuple(found), lost_count, rough, len(frame))


def match_houses(layer: Layer, texts: Mapping[Fid, str], progress: Progress = QUIET) -> Imported:
    """The layer with places for some houses by these addresses, as one change.

    A text that differs from the list's is kept in a column of its own. Raises BadInput where there are no
    files of addresses, or where none of the texts is found.
    """
    files = remembered_files()
    if not files:
        raise BadInput(
            "所在地から位置を探せませんでした。",
            "住所のファイル（位置参照情報、アドレス・ベース・レジストリ、geolonia）が選ばれていません。",
            "「設定」で住所のファイルを選んでください。",
        )
    frame = layer.get_frame().copy()
    progress.step(0, 1, "所在地から位置を探しています")
    found = find_places(list(texts.values()), files, int(frame.crs.to_epsg()))
    placed = {
        fid: (text, level, point)
        for (fid, text), (level, point) in zip(texts.items(), found, strict=True)
        if point is not None
    }
    if not placed:
        first = next(iter(texts.values()), "")
        what = (
            f"「{first}」は見つかりませんでした。"
            if len(texts) == 1
            else "どの所在地も見つかりませんでした。"
        )
        raise BadInput(
            what,
            "住所のファイルに、当てはまる大字・町丁目がないか、いくつもの市町村に当てはまります。",
            "書き方を直すか、「地図で置く」で位置を選んでください。",
        )
    given = _addresses(frame)
    mended = {fid: text for fid, (text, _, _) in placed.items() if text != given[fid]}
    if mended and MENDED_ADDRESS not in frame.columns:
        frame.insert(len(frame.columns) - 1, MENDED_ADDRESS, None)
    for fid, text in mended.items():
        frame.loc[fid, MENDED_ADDRESS] = text
    return _changed(
        layer,
        frame,
        {fid: (level, point) for fid, (_, level, point) in placed.items()},
        f"空き家{len(placed):,}件の位置を所在地から決める",
        progress,
    )


def place_house(layer: Layer, fid: Fid, at: tuple[float, float], progress: Progress = QUIET) -> Imported:
    """The layer with one house at a place (east, north, project CRS), as one change."""
    import shapely

    frame = layer.get_frame().copy()
    return _changed(
        layer, frame, {fid: ("地図", shapely.Point(*at))}, "空き家1件の位置を地図で決める", progress
    )


def _changed(
    layer: Layer, frame: GeoDataFrame, placed: Mapping[Fid, tuple[str, Any]], note: str, progress: Progress
) -> Imported:
    """The layer with houses at their new places. Its old table stays, for undo."""
    import geopandas

    from chiiki_gis.tasks.window import cached_shapes

    shapes = frame.geometry.astype(object)
    if "match_level" not in frame.columns:
        frame.insert(len(frame.columns) - 1, "match_level", "座標")
    for fid, (level, point) in placed.items():
        shapes[fid] = point
        frame.loc[fid, "match_level"] = level
    moved = frame.set_geometry(geopandas.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    changed = replace(layer, frame=keep_blob(moved))
    return Imported(Change(note, put_layers=(changed,)), cached_shapes((changed,), progress), ())


def _addresses(frame: GeoDataFrame) -> dict[Fid, str]:
    """The address of every house: mended by the planner, else as the list has it."""
    headings = [str(c) for c in frame.columns if c != frame.geometry.name and str(c) not in _OURS]
    said = profile_of(h for h in headings if not h.endswith("（西暦）")).get("address")
    column = said if said in headings else address_column(frame.drop(columns=MENDED_ADDRESS, errors="ignore"))
    own = frame[column] if column is not None else None
    mended = frame[MENDED_ADDRESS] if MENDED_ADDRESS in frame.columns else None

    def text(fid: Any) -> str:
        for values in (mended, own):
            if values is not None and isinstance(values[fid], str) and values[fid].strip():
                return str(values[fid]).strip()
        return ""

    return {Fid(int(fid)): text(fid) for fid in frame.index}


def _label_column(frame: GeoDataFrame) -> str | None:
    names = (*_LABELS, *(str(c) for c in frame.columns if "番号" in str(c)))
    return next((n for n in names if n in frame.columns and not names_a_person(n, True)), None)
