"""Borders that fit together: snapping, copies, slivers, distance from the town. Every change is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

SNAP_DECIMALS = 9
"""Decimals of a degree (about 0.1 mm) for shared borders: published neighbours differ at the 13th."""
DEGREE_M = 111_320.0
SLIVER_M2 = 1.0
"""A polygon part smaller than this is called a sliver."""


def snapped(frame: GeoDataFrame) -> tuple[GeoDataFrame, list[str]]:
    """A frame in degrees with its vertices on a grid of 1e-9°, and how far the farthest moved."""
    import numpy
    import shapely

    shapes = numpy.asarray(frame.geometry.to_numpy(), dtype=object)
    places = shapely.get_coordinates(shapes)
    rounded = numpy.round(places, SNAP_DECIMALS)
    moved = (places != rounded).any(axis=1)
    if not moved.any():
        return frame, []
    steps = numpy.hypot(*(rounded - places)[moved].T) * DEGREE_M * 1000
    out = frame.set_geometry(
        frame.geometry.__class__(
            shapely.set_coordinates(shapes.copy(), rounded),
            index=frame.index,
            crs=frame.crs,
            name=frame.geometry.name,
        )
    )
    return out, [
        "隣との境がずれないように、座標を1e-9度（約0.1mm）にそろえました"
        f"（頂点{int(moved.sum())}個、動きは最大{steps.max():.2g}mm）。"
    ]


def without_copies(frame: GeoDataFrame) -> tuple[GeoDataFrame, list[str]]:
    """One of rows whose shape and attributes are all the same; rows without a shape stay as they are."""
    import numpy
    import pandas
    import shapely

    shapes = numpy.asarray(frame.geometry.to_numpy(), dtype=object)
    looks = pandas.DataFrame(shapely.bounds(shapes)).assign(size=shapely.get_num_coordinates(shapes))
    same = looks.duplicated(keep=False).to_numpy() & (looks["size"] > 0).to_numpy()
    if not same.any():
        return frame, []
    rows = frame[same].drop(columns=frame.geometry.name).astype(str)
    rows = rows.assign(_shape=shapely.to_wkb(shapes[same]))
    copies = rows.duplicated()
    if not copies.any():
        return frame, []
    left = numpy.ones(len(frame), dtype=bool)
    left[numpy.flatnonzero(same)[copies.to_numpy()]] = False
    return frame[left], [f"図形と属性がすべて同じ行が{int(copies.sum())}件あり、一つずつ残しました。"]


def sliver_notes(frame: GeoDataFrame) -> list[str]:
    """How many polygon parts are smaller than 1 m²; they stay. `frame` is in a plane CRS."""
    import numpy
    import shapely

    shapes = numpy.asarray(frame.geometry.to_numpy(), dtype=object)
    types = shapely.get_type_id(shapes)
    parts = shapely.get_parts(shapes[types > shapely.GeometryType.POLYGON])  # those of a polygon are copies
    flat = parts[shapely.get_dimensions(parts) == 2]
    areas = shapely.area(numpy.concatenate([shapes[types == shapely.GeometryType.POLYGON], flat]))
    small = int(((areas > 0) & (areas < SLIVER_M2)).sum())
    return [f"1㎡に満たない切れ端の図形（スリバー）が{small}か所あります。"] if small else []


def near(frame: GeoDataFrame, town: GeoDataFrame, margin_m: float) -> tuple[GeoDataFrame, list[str]]:
    """Rows that come within a margin of the municipality, whole; rows without a shape stay.

    frame, town   in the same plane CRS
    """
    import numpy
    import shapely

    area = shapely.union_all(numpy.asarray(town.geometry.to_numpy(), dtype=object)).buffer(margin_m)
    shapely.prepare(area)
    shapes = numpy.asarray(frame.geometry.to_numpy(), dtype=object)
    kept = shapely.is_missing(shapes) | shapely.is_empty(shapes) | shapely.intersects(area, shapes)
    if kept.all():
        return frame, []
    note = f"市町村から{margin_m:,.0f}mより遠い図形{int((~kept).sum())}件は取り込みませんでした。"
    return frame[kept], [note]


def largest_move(before: Any, after: Any, is_degrees: bool) -> float | None:
    """How far mended shapes differ from what they were, in metres; None where none is measured.

    before, after   arrays of shapes; those of more than 2,000 vertices take too long and are left out
    """
    import numpy
    import shapely

    small = (shapely.get_num_coordinates(before) <= 2_000) & ~shapely.is_missing(after)
    if not small.any():
        return None
    steps = shapely.hausdorff_distance(before[small][:500], after[small][:500])
    steps = steps[numpy.isfinite(steps)]
    return float(steps.max()) * (DEGREE_M if is_degrees else 1.0) if len(steps) else None
