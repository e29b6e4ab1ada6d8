"""Where things may lie: coordinate systems and coordinates that a map of Japan can use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.crs import JAPAN, JGD2011
from chiiki_gis.core.errors import BadInput

if TYPE_CHECKING:
    import numpy
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import Transformer

    Mask = NDArray[numpy.bool_]

_SHAPES_AT_ONCE = 5_000
"""Shapes whose coordinates are copied at a time."""
REACH_M = 1e7
"""No place of Japan is further than this from the origin of any plane zone."""
WORLD_M = 2.1e7
"""No place on Earth is further than this from the origin of any projection: half the equator is 20,038 km."""


def require_horizontal(epsg: int, name: str) -> None:
    """Raise BadInput for a code of no coordinate system, or of one without positions on the ground.

    name   the file, as it is told
    """
    import pyproj
    from pyproj.exceptions import CRSError

    try:
        crs = pyproj.CRS.from_epsg(epsg)
    except (CRSError, OverflowError) as error:
        raise BadInput(
            f"「{name}」を読み込めませんでした。",
            f"座標系の番号（EPSGコード）{epsg}はありません。",
            "6668（JGD2011の緯度経度）や6669から6687（平面直角座標系）のような番号を指定してください。",
        ) from error
    if not (crs.is_projected or crs.is_geographic):
        raise BadInput(
            f"「{name}」を読み込めませんでした。",
            f"EPSGコード{epsg}は高さや地心の座標系で、地図の上の位置を表しません。",
            "緯度経度か平面直角座標系の番号を指定してください。",
        )


def without_unusable(frame: GeoDataFrame, epsg: int) -> tuple[GeoDataFrame, list[str]]:
    """A reference table whose shapes without computable coordinates are taken away, and notes on what is odd.

    frame   in the CRS `epsg`; not changed
    """
    broken, far, swapped = _look(frame, epsg)
    notes = []
    if broken.any():
        frame = _emptied(frame, broken)
        notes.append(f"座標が数でないか大きすぎる図形が{int(broken.sum())}件あり、図形なしとしました。")
    if far.any():
        hint = "緯度と経度が入れ替わっている可能性があります。" if swapped else ""
        notes.append(f"日本の範囲にない図形が{int(far.sum())}件あります。{hint}")
    return frame, notes


def require_usable(frame: GeoDataFrame, epsg: int, name: str, role: str) -> None:
    """Raise BadInput where a shape of a plan table lies outside Japan or nowhere.

    name, role   the table and its role, as they are told
    """
    broken, far, swapped = _look(frame, epsg)
    if not (broken | far).any():
        return
    count = int((broken | far).sum())
    raise BadInput(
        f"「{name}」を{role}として取り込めませんでした。",
        f"日本の範囲にない座標の図形が{count}件あります。",
        "緯度と経度が入れ替わっている可能性がありますので、順序を直したファイルを選んでください。"
        if swapped
        else "座標の値と座標系（EPSGコード）を確かめて、もう一度取り込んでください。",
    )


def without_wild(frame: GeoDataFrame) -> tuple[GeoDataFrame, int]:
    """Rows in a plane CRS, those that lie nowhere near its zone without a shape; and how many those are."""
    import numpy

    wild = astray(frame.geometry.to_numpy(), lambda places: numpy.abs(places) < REACH_M)
    return (_emptied(frame, wild) if wild.any() else frame), int(wild.sum())


def astray(shapes: NDArray[Any], are_fine: Callable[[NDArray[numpy.float64]], Mask]) -> Mask:
    """Which shapes have a coordinate that is not fine; some shapes after the other, for it copies them."""
    import numpy
    import shapely

    found = numpy.zeros(len(shapes), dtype=bool)
    for first in range(0, len(shapes), _SHAPES_AT_ONCE):
        some = shapes[first : first + _SHAPES_AT_ONCE]
        if not are_fine(shapely.get_coordinates(some)).all():
            coordinates, owners = shapely.get_coordinates(some, return_index=True)
            found[first + owners[~are_fine(coordinates).all(axis=1)]] = True
    return found


def _look(frame: GeoDataFrame, epsg: int) -> tuple[Mask, Mask, bool]:
    """Which shapes have no computable place, which lie outside Japan; whether swapped axes explain it."""
    import numpy
    import pyproj
    import shapely

    shapes = frame.geometry.to_numpy()
    broken = astray(shapes, numpy.isfinite)
    crs = pyproj.CRS.from_epsg(epsg)
    box = shapely.bounds(shapes)
    west, south, east, north = box.T
    has_place = ~(numpy.isnan(west) | broken)
    is_swapped = numpy.zeros(len(frame), dtype=bool)
    if crs.is_geographic:
        is_swapped = _within_japan(south, west) & _within_japan(north, east)
        absurd = (abs(west) > 180) | (abs(east) > 360) | (abs(south) > 90) | (abs(north) > 90)
    else:
        move = pyproj.Transformer.from_crs(crs, JGD2011, always_xy=True)
        places = box[has_place]
        whole = numpy.hstack([places[:, :2].min(axis=0), places[:, 2:].max(axis=0)]) if len(places) else None
        if whole is None or _is_within_japan(move, whole):
            return broken, numpy.zeros(len(frame), dtype=bool), False
        (west, south), (east, north) = move.transform(west, south), move.transform(east, north)
        beyond = ~(numpy.abs(box) < WORLD_M).all(axis=1)  # such a place would come round to Japan again
        absurd = beyond | ~(numpy.isfinite(west) & numpy.isfinite(east))
    far = has_place & ~(_within_japan(west, south) & _within_japan(east, north))
    swapped = bool(far.any() and is_swapped[far].all())
    broken |= has_place & absurd
    return broken, far & ~broken, swapped


def _is_within_japan(move: Transformer, box: NDArray[numpy.float64]) -> bool:
    """Whether all of a box in a plane CRS surely lies in Japan: quicker than to ask of every shape."""
    import numpy

    if not (numpy.abs(box) < REACH_M).all():  # beyond it a part of the box may have no place, untold
        return False
    west, south, east, north = numpy.array(move.transform_bounds(*box), dtype=float)
    inside = _within_japan(west, south) & _within_japan(east, north)
    return bool(inside and west < east and south < north)


def _within_japan(longitude: NDArray[numpy.float64], latitude: NDArray[numpy.float64]) -> Mask:
    west, south, east, north = JAPAN
    return (longitude >= west) & (longitude <= east) & (latitude >= south) & (latitude <= north)


def _emptied(frame: GeoDataFrame, rows: Mask) -> GeoDataFrame:
    import geopandas
    import numpy

    shapes = frame.geometry.to_numpy().copy()
    shapes = numpy.asarray(shapes, dtype=object)
    shapes[rows] = None
    kept = geopandas.GeoSeries(shapes, index=frame.index, crs=frame.crs)
    return frame.set_geometry(kept.rename(frame.geometry.name))
