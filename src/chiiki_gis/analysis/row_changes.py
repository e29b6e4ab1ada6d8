"""Whether two versions of a row are the same, and in what they differ."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

SAME_M = 0.001
"""Shapes that differ by less are the same."""


def row_digests(rows: GeoDataFrame, columns: Iterable[str]) -> dict[int, str]:
    """A hash of every row by fid: the values of some columns, and the shape to the millimetre."""
    import numpy
    import shapely

    shapes = shapely.transform(rows.geometry.to_numpy(), lambda xy: numpy.round(xy, 3) + 0.0)
    values = [[plain_value(value) for value in rows[name]] for name in columns]
    found = {}
    for place, (fid, shape) in enumerate(zip(rows.index, shapes, strict=True)):
        total = hashlib.blake2b(digest_size=12)
        total.update(repr([column[place] for column in values]).encode("utf-8", "surrogatepass"))
        total.update(b"" if shape is None else shapely.to_wkb(shapely.normalize(shape)))
        found[int(fid)] = total.hexdigest()
    return found


def row_differences(old: Any, new: Any, columns: Mapping[str, str]) -> str:
    """What differs between two rows with a geometry, in Japanese; "" where nothing does.

    columns   name → what the column is called
    """
    words = [word for name, word in columns.items() if plain_value(old[name]) != plain_value(new[name])]
    before, after = old["geometry"], new["geometry"]
    if before is None and after is None:
        return "、".join(words)
    if before is None or after is None or not before.equals_exact(after, SAME_M, normalize=True):
        words.append(_moved(before, after))
    return "、".join(words)


def plain_value(value: Any) -> object:
    """A cell as a plain value; nothing is None in every dialect."""
    import pandas

    if value is None or value is pandas.NA or value != value or value == "":
        return None
    return value.item() if hasattr(value, "item") else value


def _moved(before: BaseGeometry | None, after: BaseGeometry | None) -> str:
    import shapely

    if before is None or after is None:
        return "形"
    if before.geom_type.endswith("Polygon") and after.geom_type.endswith("Polygon"):
        area = shapely.symmetric_difference(shapely.make_valid(before), shapely.make_valid(after)).area
        return f"形（{area:,.1f} m²）"
    return f"位置（{before.hausdorff_distance(after):,.1f} m）"
