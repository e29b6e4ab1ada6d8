"""Which areas hold a shape, and how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry


def shares_within(shape: BaseGeometry, areas: GeoDataFrame) -> dict[int, float]:
    """The share of a shape that lies in each area, 0–1, by fid; areas that hold nothing of it are left out.

    shape   polygon or point; of a point an area holds all or nothing, its edge included
    areas   polygons, same CRS, index fid; invalid ones are made valid
    The greatest share comes first. Areas may overlap: the shares may sum to more than 1. Empty in, empty out.
    """
    import shapely

    if shape is None or shape.is_empty or areas.empty:
        return {}
    near = areas[areas.geometry.intersects(shape)] if shape.is_valid else areas
    own = shapely.make_valid(shape)
    size = own.area
    found = {}
    for fid, area in zip(near.index, near.geometry, strict=True):
        valid = shapely.make_valid(area)
        if size > 0:
            share = float(shapely.intersection(own, valid).area / size)
        else:
            share = 1.0 if valid.intersects(own) else 0.0
        if share > 0:
            found[int(fid)] = min(share, 1.0)
    return dict(sorted(found.items(), key=lambda item: -item[1]))
