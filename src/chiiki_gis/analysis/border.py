"""How far features lie from the border of a prefecture or its coast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chiiki_gis.analysis.overlay import require_same_crs, valid_shapes

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series

CLOSING_M = 1.0
"""Slits up to twice this width between municipalities of one prefecture are digitising gaps, no border."""


def distance_to_border(features: GeoDataFrame, border: GeoDataFrame) -> Series[float]:
    """The shortest distance of each feature to the border or the coast, in m on features.index.

    border   polygons, whose outline counts (inner borders between them do not), or lines, as they are;
             same CRS
    NaN where a feature has no geometry or there is no border. Raises CrsMismatch.
    Source: 広活法施行規則17条1項.
    """
    import math

    import pandas
    import shapely

    require_same_crs(features, border)
    shapes = [shape for shape in valid_shapes(border.geometry) if shape is not None and not shape.is_empty]
    areas = [shape for shape in shapes if shape.area > 0]
    lines = [shape for shape in shapes if shape.area == 0]
    if areas:
        whole = shapely.union_all(areas).buffer(CLOSING_M, join_style="mitre")
        lines.append(whole.buffer(-CLOSING_M, join_style="mitre").boundary)
    edge = shapely.union_all(lines) if lines else None
    values = [
        math.nan
        if edge is None or edge.is_empty or shape is None or shape.is_empty
        else float(shape.distance(edge))
        for shape in valid_shapes(features.geometry)
    ]
    return pandas.Series(values, index=features.index, dtype="float64", name="distance_to_border_m")
