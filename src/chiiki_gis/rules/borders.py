"""How near the borders of the layers come to each site, and how much of it they move by their accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

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


def names_at_edges(
    shapes: Shapes, index: AreaIndex | None, shares: Shares | None, accuracy_m: float
) -> list[tuple[str, ...] | None]:
    """The labels within the accuracy (m) of each site that lies wholly on one side of an edge near it.

    None where there is no such edge; () cannot be, for an edge has a label on one side.
    """
    import numpy

    found: list[tuple[str, ...] | None] = [None] * len(shapes)
    if index is None or shares is None or len(index) == 0:
        return found
    near = numpy.flatnonzero(index.near_edges(shapes, shares, accuracy_m))
    for row, names in zip(near.tolist(), index.names_within(shapes[near], accuracy_m), strict=True):
        found[row] = names
    return found


def plays(shapes: Shapes, index: AreaIndex | None, shares: Shares | None, accuracy_m: float) -> list[Play]:
    """For each site polygon that a border crosses, how much of it each label may win or lose.

    The border moved by the accuracy (m): accuracy × length of the border inside the site ÷ its area, 0–1.
    Empty for other sites, points and lines.
    """
    found: list[Play] = [()] * len(shapes)
    if index is None or shares is None or len(index) == 0:
        return found
    lengths = index.border_lengths(shapes, shares)
    for entry in lengths.nonzero()[0].tolist():
        row = int(shares.rows[entry])
        moved = accuracy_m * float(lengths[entry]) / float(shapes[row].area)
        found[row] = (*found[row], (index.names[shares.labels[entry]], min(moved, 1.0)))
    return found
