"""How features lie over areas: shares, majority, distance to an edge, parts outside.

Every function is pure: it answers on the index of its first argument and never changes its input. Invalid
polygons are made valid for the calculation. Frames must share one projected CRS (metres).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import CrsMismatch

FEW_PARTS = 8
"""Up to so many pieces outside, each is looked at by itself; a border drawn twice leaves thousands."""

if TYPE_CHECKING:
    import numpy
    from geopandas import GeoDataFrame, GeoSeries
    from numpy.typing import NDArray
    from pandas import DataFrame, Series


def require_same_crs(left: GeoDataFrame | GeoSeries, right: GeoDataFrame | GeoSeries) -> None:
    """Nothing when both lie in one CRS (compared by EPSG code where there is one). Raises CrsMismatch."""
    if left.crs == right.crs:
        return
    if left.crs is not None and right.crs is not None:
        code = left.crs.to_epsg()
        if code is not None and code == right.crs.to_epsg():
            return
    raise CrsMismatch(
        "二つのレイヤを重ねられませんでした。",
        "座標系が異なっています。",
        "同じ座標系にそろえてから、もう一度実行してください。",
    )


def zone_shares(sites: GeoDataFrame, zones: GeoDataFrame, column: str) -> DataFrame:
    """How much of each site lies in each zone.

    sites    polygons (share of area), lines (of length) or points, index any unique
    zones    polygons, same CRS; rows of equal `column` are one zone, overlaps within it count once
    Returns one float column per zone value that is touched, 0–1, on sites.index. A point inside a zone has 1
    there; a point on the border of n zones has 1/n in each. An empty geometry has 0 everywhere.
    Raises CrsMismatch.
    """
    import pandas

    from chiiki_gis.analysis.areas import AreaIndex

    require_same_crs(sites, zones)
    index = AreaIndex(zones.geometry.to_numpy(), list(zones[column]))
    found = index.shares(valid_shapes(sites.geometry))
    table = pandas.DataFrame(0.0, index=sites.index, columns=index.names)
    values = table.to_numpy(copy=True)
    values[found.rows, found.labels] = found.shares
    table = pandas.DataFrame(values, index=sites.index, columns=index.names)
    return table.loc[:, (table > 0).any()]


def majority_zone(sites: GeoDataFrame, zones: GeoDataFrame, column: str) -> DataFrame:
    """The zone that holds more than half of each site.

    Returns columns zone and share (0–1) on sites.index; zone is None where no zone exceeds one half, and
    share is then that of the largest one (0 where none is touched). Empty in, empty out. Raises CrsMismatch.
    Source: 建築基準法91条.
    """
    import pandas

    shares = zone_shares(sites, zones, column)
    if shares.shape[1] == 0:
        top = pandas.Series(0.0, index=sites.index)
        names = pandas.Series([None] * len(sites), index=sites.index, dtype=object)
    else:
        top = shares.max(axis=1)
        names = shares.idxmax(axis=1).astype(object)
    names = pandas.Series(
        [name if share > 0.5 else None for name, share in zip(names, top, strict=True)],
        index=sites.index,
        dtype=object,
    )
    return pandas.DataFrame({"zone": names, "share": top})


def distance_to_edge(sites: GeoDataFrame, zones: GeoDataFrame, column: str) -> Series[float]:
    """How far each site is from the nearest edge of its zone, in m.

    An edge is where a different zone or land without a zone begins; borders between polygons of one zone, and
    gaps of up to 10 cm between them, are none. 0 where the site crosses or touches an edge. For a site that
    lies in no zone the distance to the nearest zone; NaN where there are no zones or no geometry.
    Returns a Series on sites.index. Raises CrsMismatch.
    """
    import pandas

    from chiiki_gis.analysis.areas import AreaIndex

    require_same_crs(sites, zones)
    shapes = valid_shapes(sites.geometry)
    index = AreaIndex(zones.geometry.to_numpy(), list(zones[column]))
    result = index.edge_distances(shapes, index.shares(shapes))
    for row, distance in enumerate(result):
        if math.isnan(distance):
            result[row] = index.nearest(shapes[row])
    return pandas.Series(result, index=sites.index, name="distance_to_edge_m")


def share_inside(features: GeoDataFrame, container: GeoDataFrame) -> Series[float]:
    """How much of each feature lies inside the union of a container's polygons, 0–1 on features.index.

    Area for polygons, length for lines, 1 or 0 for points (a point on the border is inside).
    Raises CrsMismatch.
    """
    import pandas

    whole = container.geometry.to_frame("geometry").assign(all="all")
    shares = zone_shares(features, whole.set_geometry("geometry", crs=container.crs), "all")
    found = shares["all"] if "all" in shares else pandas.Series(0.0, index=features.index)
    return found.rename("share_inside")


def is_inside(features: GeoDataFrame, container: GeoDataFrame, tolerance_m: float = 0.0) -> Series[bool]:
    """True for each feature that lies wholly inside the container's polygons, on features.index.

    tolerance_m   parts no farther out than this do not count
    Raises CrsMismatch.
    """
    outside = area_outside(features, container, tolerance_m)
    shapes = features.geometry
    inside: Series[bool] = outside.geometry.is_empty & shapes.notna() & ~shapes.is_empty
    return inside.rename("is_inside")


def area_outside(areas: GeoDataFrame, container: GeoDataFrame, tolerance_m: float = 0.0) -> GeoDataFrame:
    """What of each area lies outside the union of a container's polygons.

    tolerance_m   pieces that reach no farther than this beyond the container are digitising slivers: left out
    Returns columns area_outside_m2 and geometry (empty where nothing is outside) on areas.index; with an
    empty container everything is outside. Raises CrsMismatch.
    """
    import geopandas
    import shapely

    require_same_crs(areas, container)
    shapes = valid_shapes(areas.geometry)
    rows, _, hits = _hits(shapes, container)
    shapely.prepare(hits)
    within = set(rows[shapely.covers(hits, shapes[rows])].tolist())
    pieces = []
    for row, shape in enumerate(shapes):
        if shape is None or row in within:
            pieces.append(shapely.Polygon())
            continue
        near = hits[rows == row]
        whole = shapely.union_all(near) if len(near) else shapely.Polygon()
        pieces.append(_without_slivers(shapely.difference(shape, whole), whole, tolerance_m))
    geometry = geopandas.GeoSeries(pieces, index=areas.index, crs=areas.crs)
    return geopandas.GeoDataFrame({"area_outside_m2": geometry.area}, geometry=geometry, crs=areas.crs)


def distance_outside(features: GeoDataFrame, container: GeoDataFrame) -> Series[float]:
    """How far each feature is from the container's polygons, in m on features.index.

    0 inside or touching; NaN where the container is empty or the feature has no geometry. Raises CrsMismatch.
    """
    import pandas

    require_same_crs(features, container)
    shapes = valid_shapes(features.geometry)
    values = [
        math.nan
        if shape is None or shape.is_empty or container.empty
        else _distance_to_nearest(shape, container)
        for shape in shapes
    ]
    return pandas.Series(values, index=features.index, dtype="float64", name="distance_outside_m")


def valid_shapes(geometry: GeoSeries) -> NDArray[numpy.object_]:
    """The geometries as a flat array, 2-D and valid; missing ones stay None."""
    from chiiki_gis.analysis.areas import flat_and_valid

    return flat_and_valid(geometry.to_numpy())


def polygons_of(shape: Any) -> Any:
    """The polygonal part of a geometry as Polygon or MultiPolygon; an empty Polygon when it has none."""
    import shapely

    if shape is None or shape.is_empty:
        return shapely.Polygon()
    parts = [part for part in shapely.get_parts(shape) if part.geom_type in ("Polygon", "MultiPolygon")]
    if len(parts) == 1:
        return parts[0]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _hits(
    shapes: NDArray[numpy.object_], zones: GeoDataFrame
) -> tuple[NDArray[numpy.intp], NDArray[numpy.intp], NDArray[numpy.object_]]:
    """Row numbers of the shapes, row numbers of the zones they touch, and those zones made valid."""
    import numpy
    import shapely

    if zones.empty or len(shapes) == 0:
        nothing = numpy.empty(0, dtype=numpy.intp)
        return nothing, nothing, numpy.empty(0, dtype=object)
    rows, hits = zones.sindex.query(shapes)
    order = numpy.lexsort((hits, rows))
    rows, hits = rows[order], hits[order]
    unique, back = numpy.unique(hits, return_inverse=True)
    areas = valid_shapes(zones.geometry.iloc[unique])[back]
    touching = shapely.intersects(shapes[rows], areas)
    return rows[touching], hits[touching], areas[touching]


def _distance_to_nearest(shape: Any, zones: GeoDataFrame) -> float:
    _, distances = zones.sindex.nearest(shape, return_all=False, return_distance=True)
    return float(distances[0])


def _without_slivers(outside: Any, whole: Any, tolerance_m: float) -> Any:
    """What reaches farther than the tolerance beyond `whole`, of which `outside` is the rest."""
    import shapely

    if outside.is_empty or tolerance_m <= 0:
        return outside
    parts = shapely.get_parts(outside)
    groups = [parts] if len(parts) > FEW_PARTS else [parts[n : n + 1] for n in range(len(parts))]
    kept: list[Any] = []
    for group in groups:
        west, south, east, north = shapely.total_bounds(group)
        reach = 3 * tolerance_m
        near = shapely.intersection(
            whole, shapely.box(west - reach, south - reach, east + reach, north + reach)
        ).buffer(tolerance_m)
        shapely.prepare(near)
        kept += group[~shapely.covers(near, group)].tolist()
    return shapely.union_all(kept) if kept else shapely.Polygon()
