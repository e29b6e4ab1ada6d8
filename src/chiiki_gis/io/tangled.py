"""Shapes so tangled that no library could look through them in reasonable time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

MANY_VERTICES = 50_000
"""Only shapes with more are looked at."""

MOST_PAIRS = 1e9
"""Pairs of runs whose boxes may meet; a coast of a million vertices has about ten thousand of them."""


def tangled(shapes: NDArray[Any]) -> NDArray[numpy.bool_]:
    """Which shapes would keep a test of validity busy for minutes: a million spikes that all cross one box.

    shapes   shapely geometries, may be missing
    Such a test costs as many steps as there are pairs of monotone runs whose boxes meet; that number is
    estimated from the mean box of a run.
    """
    import numpy
    import shapely

    found = numpy.zeros(len(shapes), dtype=bool)
    for at in numpy.flatnonzero(shapely.get_num_coordinates(shapes) > MANY_VERTICES):
        found[at] = _pairs(shapely.get_coordinates(shapes[at])) > MOST_PAIRS
    return found


def _pairs(points: NDArray[Any]) -> float:
    import numpy

    steps = numpy.diff(points, axis=0)
    quadrants = (steps[:, 0] >= 0) * 2 + (steps[:, 1] >= 0)
    starts = numpy.concatenate([[0], numpy.flatnonzero(numpy.diff(quadrants)) + 1])
    lengths = numpy.add.reduceat(numpy.abs(steps), starts, axis=0)
    width, height = numpy.ptp(points, axis=0)
    if not (width > 0 and height > 0):
        return 0.0
    mean_width, mean_height = lengths.mean(axis=0)
    share = min(1.0, 2 * mean_width / width) * min(1.0, 2 * mean_height / height)
    return float(share * len(starts) ** 2)
