"""The doctor of places: which coordinate system or order of axes a file most likely has. It only proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chiiki_gis.core.crs import JAPAN, JGD2011, crs_label, plane_epsg, zone_of_epsg
from chiiki_gis.core.errors import AxesSwapped, Proposal
from chiiki_gis.io.places import REACH_M

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

MOST_PLACES = 500
"""So many features, spread over the file, are tried."""
NEAR_M = 2_000.0
"""A file may reach so far beyond the municipality."""
FITS = 0.5
"""A proposal must put this share of the features there."""


def places_of(frame: GeoDataFrame) -> NDArray[Any]:
    """The middles of some features, an array of x and y; without those that have no finite place."""
    import numpy
    import shapely

    bounds = shapely.bounds(numpy.asarray(frame.geometry.to_numpy(), dtype=object))
    middles = bounds[:, :2] / 2 + bounds[:, 2:] / 2
    middles = middles[(numpy.abs(middles) < REACH_M).all(axis=1)]  # NaN is no place either
    chosen: NDArray[Any] = middles[:: max(1, len(middles) // MOST_PLACES)][:MOST_PLACES]
    return chosen


def crs_proposals(frame: GeoDataFrame, town: GeoDataFrame | None, target: int) -> tuple[Proposal, ...]:
    """Coordinate systems in which a file without one lies on the municipality, the best fit first.

    frame    in unknown coordinates
    town     the municipality in the CRS `target`; without one nothing is proposed
    All plane zones I–XIX and degrees are tried, with the axes as they are and swapped. JGD2000, JGD2011 and
    the Tokyo datum differ too little to be told apart so; JGD2011 is proposed and the others are named.
    """
    import numpy

    places = places_of(frame)
    if town is None or not len(places):
        return ()
    inside = _inside(town)
    fits = []
    own = zone_of_epsg(target)
    for epsg in (*(plane_epsg(zone) for zone in range(1, 20)), JGD2011):
        for swap in (False, True):
            share = float(numpy.mean(inside(_moved(places[:, ::-1] if swap else places, epsg, target))))
            if share >= FITS:
                fits.append((share, epsg == plane_epsg(own or 1), not swap, epsg))
    best = sorted(fits, reverse=True)[:4]
    return tuple(_proposal(share, epsg, not as_is) for share, _, as_is, epsg in best)


def require_axes(frame: GeoDataFrame, epsg: int, town: GeoDataFrame | None, target: int, name: str) -> None:
    """Raise AxesSwapped where a file makes sense only with its two numbers exchanged.

    Degrees: every feature lies in Japan when swapped and none does as it is. A plane system: half of the
    features lie on the municipality when swapped, and none does as it is.
    """
    import numpy
    import pyproj

    places = places_of(frame)
    if not len(places):
        return
    if pyproj.CRS.from_epsg(epsg).is_geographic:
        wrong = bool(not _in_japan(places).any() and _in_japan(places[:, ::-1]).all())
        why = "緯度と経度を入れ替えると、すべての図形が日本の範囲に入ります。"
    elif town is not None:
        inside = _inside(town)
        as_is = float(numpy.mean(inside(_moved(places, epsg, target))))
        swapped = float(numpy.mean(inside(_moved(places[:, ::-1], epsg, target))))
        wrong = as_is == 0 and swapped >= FITS
        why = f"XとYを入れ替えると、図形の{swapped:.0%}が市町村の範囲に入ります。"
    else:
        return
    if wrong:
        raise AxesSwapped(
            f"「{name}」を取り込めませんでした。",
            "縦と横の座標が入れ替わっているようで、" + why,
            "入れ替えて取り込む（コマンドでは --swap-xy）か、順序を直したファイルを選んでください。",
            (Proposal("縦と横を入れ替えて取り込む", why, swap_axes=True),),
        )


def swap_axes(frame: GeoDataFrame) -> GeoDataFrame:
    """The frame with the two numbers of every vertex exchanged; heights are left out."""
    import numpy
    import shapely

    shapes = numpy.asarray(frame.geometry.to_numpy(), dtype=object)
    turned = shapely.transform(shapely.force_2d(shapes), lambda xy: xy[:, ::-1])
    return frame.set_geometry(frame.geometry.__class__(turned, index=frame.index, crs=frame.crs))


def _proposal(share: float, epsg: int, swap: bool) -> Proposal:
    turned = "（XとYを入れ替え）" if swap else ""
    zone = zone_of_epsg(epsg)
    datum = "が、古いデータならJGD2000か日本測地系の同じ系かもしれません" if zone else ""
    why = f"図形の{share:.0%}が市町村の範囲に入ります{datum}。"
    return Proposal(f"{crs_label(epsg)}{turned}", why, epsg, swap)


def _inside(town: GeoDataFrame) -> Any:
    import numpy
    import shapely

    area = shapely.union_all(numpy.asarray(town.geometry.to_numpy(), dtype=object)).simplify(50)
    area = area.buffer(NEAR_M)
    shapely.prepare(area)
    return lambda places: shapely.contains_xy(area, places[:, 0], places[:, 1])


def _moved(places: NDArray[Any], epsg: int, target: int) -> NDArray[Any]:
    import numpy
    import pyproj

    if epsg == target:
        return places
    moved = pyproj.Transformer.from_crs(epsg, target, always_xy=True).transform(places[:, 0], places[:, 1])
    return numpy.column_stack(moved)


def _in_japan(places: NDArray[Any]) -> NDArray[Any]:
    west, south, east, north = JAPAN
    x, y = places[:, 0], places[:, 1]
    return (x >= west) & (x <= east) & (y >= south) & (y <= north)
