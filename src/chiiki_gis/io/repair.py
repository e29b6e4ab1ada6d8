"""What the door mends: dimensions, validity, coordinate system. Every change is counted and told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chiiki_gis.core.role import Role
from chiiki_gis.io.datum import move
from chiiki_gis.io.tangled import tangled
from chiiki_gis.io.watertight import largest_move, sliver_notes, snapped, without_copies

if TYPE_CHECKING:
    from geopandas import GeoDataFrame


def settle(
    frame: GeoDataFrame, epsg: int | None, target: int, role: Role | None = None
) -> tuple[GeoDataFrame, list[str]]:
    """The frame as the project keeps it: 2-D, valid, in the project CRS, index fid 1…n, column "geometry".

    epsg     the frame's CRS; None means that it already is in the project CRS
    target   EPSG code of the project
    role     borders of roles whose features meet are snapped; copies go from all but houses and the plan
    Returns the frame and notes. The input is not changed.
    """
    import pandas
    import pyproj

    notes: list[str] = []
    is_degrees = epsg is not None and pyproj.CRS.from_epsg(epsg).is_geographic
    out = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame.copy()
    out = _flat(out, notes)
    if is_degrees and role in MEETING:
        out, told = snapped(out)
        notes.extend(told)
    out = _valid(out, notes, is_degrees)
    if role is not None and not role.is_plan and role != Role.VACANT_HOUSE:
        out, told = without_copies(out)
        notes.extend(told)
    out = _moved(out, epsg, target, notes)
    if role in MEETING:
        notes.extend(sliver_notes(out))
    empty = int((out.geometry.isna() | out.geometry.is_empty).sum())
    if empty:
        notes.append(f"図形のない行が{empty}件あります。表には入りますが、地図には表示されません。")
    out.index = pandas.RangeIndex(1, len(out) + 1).astype("int64").rename("fid")
    return _plain_columns(out), notes


MEETING = frozenset(
    {Role.MUNICIPALITY, Role.PREFECTURE_BORDER, Role.TOWN, Role.ZONING, Role.AREA_DIVISION, Role.LOT}
)
"""Roles whose features share borders."""


def _flat(frame: GeoDataFrame, notes: list[str]) -> GeoDataFrame:
    import shapely

    high = shapely.has_z(frame.geometry.values)
    if high.any():
        frame["geometry"] = shapely.force_2d(frame.geometry.values)
        frame = frame.set_geometry("geometry", crs=frame.crs)
        notes.append(f"高さ（Z）は使わないため、{int(high.sum())}件から取り除きました。")
    return frame


def _valid(frame: GeoDataFrame, notes: list[str], is_degrees: bool) -> GeoDataFrame:
    import numpy
    import shapely

    knots = tangled(numpy.asarray(frame.geometry.values, dtype=object))
    if knots.any():
        frame = frame.copy()
        frame.loc[knots, "geometry"] = None
        notes.append(f"入り組みすぎて確かめられない図形が{int(knots.sum())}件あり、図形なしとしました。")
    values = frame.geometry.values
    bad = ~(shapely.is_valid(values) | shapely.is_missing(values))
    if not bad.any():
        return frame
    mended = [_same_dimension(shapely.make_valid(g, method="structure"), g) for g in values[bad]]
    old = numpy.asarray(values[bad], dtype=object)
    far = largest_move(old, numpy.array(mended, dtype=object), is_degrees)
    frame.loc[bad, "geometry"] = mended
    lost = sum(shape is None for shape in mended)
    if lost < len(mended):
        told = f"（動きは最大{far:.2f}m）" if far is not None else ""
        notes.append(f"自己交差などのある図形{len(mended) - lost}件を直しました{told}。")
    if lost:
        notes.append(f"つぶれて広さや長さのない図形が{lost}件あり、図形なしとしました。")
    return frame


def _same_dimension(mended: object, original: object) -> object:
    """Of a mended geometry only the parts of the original's kind: a spike leaves no stray line.

    None where nothing of that kind is left. A collection keeps what it is.
    """
    import shapely

    if original.geom_type == "GeometryCollection":  # type: ignore[attr-defined]
        return mended
    parts = [p for p in shapely.get_parts(mended) if _dimension(p) == _dimension(original)]
    flat = [q for p in parts for q in shapely.get_parts(p)]
    return flat[0] if len(flat) == 1 else shapely.union_all(flat) if flat else None


def _dimension(geometry: object) -> int:
    import shapely

    return int(shapely.get_dimensions(geometry))


def _moved(frame: GeoDataFrame, epsg: int | None, target: int, notes: list[str]) -> GeoDataFrame:
    if epsg is None or epsg == target:
        return frame.set_crs(target, allow_override=True)
    out, told = move(frame, epsg, target)
    notes.extend(told)
    return out


def _plain_columns(frame: GeoDataFrame) -> GeoDataFrame:
    """Columns that a GeoPackage can hold: text names that differ also without case, lists as JSON."""
    import json

    import numpy as np

    seen: set[str] = {"fid", "geom", "geometry"}
    names = {}
    for column in frame.columns:
        if column == "geometry":
            continue
        name = str(column)
        while name.lower() in seen:
            name = f"元の{name}" if name.lower() in ("fid", "geom") else f"{name}_2"
        seen.add(name.lower())
        names[column] = name
    out = frame.rename(columns=names)
    for name in names.values():
        if (
            out[name].dtype == object
            and out[name].map(lambda v: isinstance(v, list | dict | np.ndarray)).any()
        ):
            out[name] = out[name].map(
                lambda v: json.dumps(v.tolist() if isinstance(v, np.ndarray) else v, ensure_ascii=False)
            )
    return out
