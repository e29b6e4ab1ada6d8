"""What was written is read again and compared, value by value and vertex by vertex."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import ChiikiError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import Series
    from shapely.geometry.base import BaseGeometry


class NotTheSame(ChiikiError):
    """A file that does not hold what was written into it; it has been thrown away."""


def require_same(written: GeoDataFrame, read: GeoDataFrame, title: str) -> None:
    """Nothing when both frames hold the same rows in the same order.

    written, read   frames with the columns of `written`; index and further columns of `read` do not matter
    Geometries are equal when they have the same vertices, whatever the order of rings and parts. A missing
    text and an empty one are equal, and so are a flag and 0 or 1. Raises NotTheSame naming the first
    difference.
    """
    if len(written) != len(read):
        raise _differs(title, f"件数が{len(written)}件から{len(read)}件に変わっています")
    if written.crs is not None and (read.crs is None or read.crs.to_epsg() != written.crs.to_epsg()):
        raise _differs(title, "座標系が変わっています")
    for column in written.columns:
        if column == written.geometry.name:
            continue
        if column not in read.columns:
            raise _differs(title, f"列「{column}」がありません")
        row = first_difference(written[column], read[column])
        if row is not None:
            raise _differs(title, f"地物番号{written.index[row]}の列「{column}」の値が変わっています")
    require_same_shapes(written.geometry, read.geometry, title)


def require_same_shapes(
    written: Series[Any], read: Sequence[BaseGeometry | None] | Series[Any], title: str
) -> None:
    """Nothing when the geometries are equal, row by row. Raises NotTheSame."""
    import numpy
    import shapely

    before, after = numpy.asarray(written), numpy.asarray(read, dtype=object)
    if len(before) != len(after):
        raise _differs(title, f"件数が{len(before)}件から{len(after)}件に変わっています")
    before, after = _single(before), _single(after)
    rest = numpy.flatnonzero(~shapely.equals_exact(before, after))  # most come back as they went
    turned = [shapely.normalize(shapely.force_2d(shapes[rest])) for shapes in (before, after)]
    for row in rest[~shapely.equals_exact(*turned)].tolist():  # missing ones
        if plain(before[row]) != plain(after[row]):
            raise _differs(title, f"地物番号{written.index[row]}の図形が変わっています")


def first_difference(old: Series[Any], new: Series[Any]) -> int | None:
    """The first row whose values differ, where nothing is nothing in every dialect; None where none does."""
    import numpy

    one, two = _plain_column(old), _plain_column(new)
    doubtful = numpy.flatnonzero(one != two)
    return next((int(row) for row in doubtful if _value(one[row]) != _value(two[row])), None)


def _plain_column(column: Series[Any]) -> Any:
    """The values, with None where there is none."""
    values = column.to_numpy(dtype=object).copy()
    values[column.isna().to_numpy()] = None
    return values


def _single(shapes: Any) -> Any:
    """Multi-parts of one part as that part; others, and missing ones, as they are."""
    import numpy
    import shapely

    alone = (shapely.get_num_geometries(shapes) == 1) & ~shapely.is_empty(shapes)
    return numpy.where(alone, shapely.get_geometry(shapes, 0), shapes)


def plain(shape: BaseGeometry | None) -> bytes:
    """A form in which equal geometries are equal bytes: 2-D, multi-part, rings and parts in one order."""
    import shapely

    if shape is None or shape.is_empty:
        return b""
    parts = shapely.get_parts(shapely.force_2d(shape))
    multi = {0: shapely.multipoints, 1: shapely.multilinestrings, 2: shapely.multipolygons}
    made = multi[int(shapely.get_dimensions(parts[0]))](parts)
    return bytes(shapely.to_wkb(shapely.normalize(made)))


def _value(value: Any) -> Any:
    import pandas

    if value is None or value is pandas.NA or value == "":
        return None
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


def _differs(title: str, why: str) -> NotTheSame:
    return NotTheSame(
        f"「{title}」を書き出しませんでした。",
        f"書いたファイルを読み直したところ、{why}。",
        "元のファイルは変えていませんので、図形と値を確かめてからもう一度書き出してください。",
    )
