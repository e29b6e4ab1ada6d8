"""Edges of rings on a grid: each of those that several rings share, once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

VERTICES_AT_ONCE = 1_000_000
"""So many are worked on at a time: fewer passes over memory, and less of it."""

_PART_EDGES = 200_000
"""Edges that are compared at a time, about; more no longer fit into the processor's cache."""
_MOST_PARTS = 128
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


def cells(xy: NDArray[np.int32]) -> NDArray[np.uint64]:
    """Vertices (n, 2) as one number each; equal where both coordinates are."""
    numbers: NDArray[np.uint64] = np.ascontiguousarray(xy, "i4").view("u8").reshape(-1)
    return numbers


def first_of_each_edge(xy: NDArray[np.int32], rings: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Per vertex, whether the edge from it to the next one of its ring comes here for the first time.

    xy, rings   vertices (n, 2) and the start of every ring with the end of the last
    An edge is the same in both directions; one without length is none.
    """
    places = cells(xy)
    own = np.zeros(len(xy), bool)
    if len(xy) < 2:
        return own
    real = places[1:] != places[:-1]
    real[rings[1:-1] - 1] = False
    hashes = _hashes(places)
    bits = min(len(hashes) // _PART_EDGES, _MOST_PARTS - 1).bit_length()
    part = (hashes >> np.uint64(64 - bits)).astype("u1") if bits else np.zeros(len(hashes), "u1")
    part[~real] = _MOST_PARTS
    for number in range(1 << bits):
        at = np.flatnonzero(part == number)
        own[_firsts(at, hashes[at], places)] = True
    return own


def _firsts(
    at: NDArray[np.int64], hashes: NDArray[np.uint64], places: NDArray[np.uint64]
) -> NDArray[np.int64]:
    """Of some edges, the first of each that are the same."""
    import pandas

    which, different = pandas.factorize(hashes)
    first = np.empty(len(different), "i8")
    first[which[::-1]] = at[::-1]  # the last one written stays
    again = np.flatnonzero(first[which] != at)
    if (_ends(at[again], places) != _ends(first[which[again]], places)).any():
        low, high = _ends(at, places)  # a hash that different edges share
        order = np.lexsort((high, low))
        same = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)
        starts = np.flatnonzero(np.concatenate([[True], ~same]))
        first = at[np.minimum.reduceat(order, starts)]
    return first


def _ends(at: NDArray[np.int64], places: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The lower and the higher end of edges, as two rows."""
    one, other = places[at], places[at + 1]
    return np.stack([np.minimum(one, other), np.maximum(one, other)])


def _hashes(places: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """A number per edge (n − 1), the same in both directions; different edges rarely share one."""
    out = np.empty(len(places) - 1, "u8")
    for first in range(0, len(out), VERTICES_AT_ONCE):
        some = places[first : first + VERTICES_AT_ONCE + 1]
        low, high = np.minimum(some[:-1], some[1:]), np.maximum(some[:-1], some[1:])
        mixed = low * _FIRST ^ (low >> np.uint64(31))
        mixed += (high ^ (high >> np.uint64(29))) * _SECOND
        mixed ^= mixed >> np.uint64(32)
        out[first : first + len(mixed)] = mixed * _FIRST
    return out
