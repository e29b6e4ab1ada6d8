"""How near the borders of the layers come to each site, and how much of it they move by their accuracy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from chiiki_gis.analysis.areas import AreaIndex, Numbers, Shapes, Shares

Edge = Literal["crossed", "near"]
Play = tuple[tuple[str, float], ...]
"""Label and share of the site that it may win or lose, by label."""


def zone_edges(
    shapes: Shapes, zones: AreaIndex | None, shares: Shares | None, accuracy_m: float
) -> tuple[list[float | None], list[Edge | None], list[tuple[str, ...]]]:
    """Distance (m) to the nearest edge of a use zone, how near that is, and the zones there."""
    import numpy

    nothing: list[float | None] = [None] * len(shapes)
    around: list[tuple[str, ...]] = [()] * len(shapes)
    if zones is None or shares is None or len(zones) == 0:
        return nothing, [None] * len(shapes), around
    found = zones.edge_distances(shapes, shares)
    distances = _numbers(found)
    outside = numpy.flatnonzero(found != found)
    outside = outside[zones.within(shapes[outside], accuracy_m)]
    near: list[Edge | None] = [
        None if value is None or value >= accuracy_m else "near" if value else "crossed"
        for value in distances
    ]
    for row in outside.tolist():
        near[row] = "near"
    close = [row for row, edge in enumerate(near) if edge is not None]
    for row, names in zip(close, zones.names_within(shapes[close], accuracy_m), strict=True):
        around[row] = names
    return distances, near, around


def _numbers(values: Numbers) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


class Borders(NamedTuple):
    """What borders near or across one site may change; fields as in evidence.Evidence."""

    zone_play: Play = ()
    division_play: Play = ()
    planning_play: Play = ()
    near_division: tuple[str, ...] | None = None
    near_planning: tuple[str, ...] | None = None
    near_overlays: tuple[str, ...] | None = None


def borders_of(
    shapes: Shapes, layers: Sequence[AreaIndex | None], found: Sequence[Shares | None], accuracy_m: float
) -> list[Borders | None]:
    """The borders about each site, None where none is near.

    layers   use zones, area division, planning area, ordinance areas; found their shares of the sites
    """
    known: list[dict[int, Any]] = [
        *(
            _plays(shapes, index, shares, accuracy_m)
            for index, shares in zip(layers[:3], found, strict=False)
        ),
        *(_at_edges(shapes, *one, accuracy_m) for one in zip(layers[1:], found[1:], strict=True)),
    ]
    borders: list[Borders | None] = [None] * len(shapes)
    for row in set().union(*known):
        values = {name: one[row] for name, one in zip(Borders._fields, known, strict=True) if row in one}
        borders[row] = Borders(**values)
    return borders


def _at_edges(
    shapes: Shapes, index: AreaIndex | None, shares: Shares | None, accuracy_m: float
) -> dict[int, tuple[str, ...]]:
    """The labels within the accuracy (m) of the sites that lie wholly on one side of an edge near them."""
    import numpy

    if index is None or shares is None or len(index) == 0:
        return {}
    near = numpy.flatnonzero(index.near_edges(shapes, shares, accuracy_m))
    return dict(zip(near.tolist(), index.names_within(shapes[near], accuracy_m), strict=True))


def _plays(
    shapes: Shapes, index: AreaIndex | None, shares: Shares | None, accuracy_m: float
) -> dict[int, Play]:
    """For site polygons that a border crosses, how much of them each label may win or lose.

    The border moved by the accuracy (m): accuracy × length of the border inside the site ÷ its area, 0–1.
    """
    found: dict[int, Play] = {}
    if index is None or shares is None or len(index) == 0:
        return found
    lengths = index.border_lengths(shapes, shares)
    for entry in lengths.nonzero()[0].tolist():
        row = int(shares.rows[entry])
        moved = accuracy_m * float(lengths[entry]) / float(shapes[row].area)
        found[row] = (*found.get(row, ()), (index.names[shares.labels[entry]], min(moved, 1.0)))
    return found
