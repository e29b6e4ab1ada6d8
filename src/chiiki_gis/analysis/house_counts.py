"""How many vacant houses lie where, as counts that name no house."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PlaceCount:
    """Houses in one place; `agreed` are those whose owner has consented."""

    place: str
    houses: int
    agreed: int


def count_in_places(
    houses: GeoDataFrame, agreed: NDArray[Any], places: GeoDataFrame, names: list[str]
) -> list[PlaceCount]:
    """Houses inside each place, in the order of the places.

    houses, places   same CRS; a house on a border counts in every place it touches
    agreed           whether the owner of each house has consented
    names            of the places; places of one name are counted together
    """
    import numpy as np

    shapes = houses.geometry.to_numpy()
    area, house = places.sindex.query(shapes, predicate="intersects")[::-1] if len(shapes) else ([], [])
    inside: dict[str, set[int]] = {name: set() for name in names}
    for place, one in zip(np.asarray(area).tolist(), np.asarray(house).tolist(), strict=True):
        inside[names[place]].add(one)
    return [
        PlaceCount(name, len(found), sum(bool(agreed[one]) for one in found))
        for name, found in inside.items()
    ]
