"""Where numbers are cut into classes."""

from __future__ import annotations

import itertools
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.analysis.intervals import METHODS, Method, breaks_of

numbers = st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 3)), min_size=1, max_size=60)


@given(found=numbers, method=st.sampled_from(METHODS), classes=st.integers(2, 9))
def test_breaks_ascend_hold_every_number_and_are_no_more_than_asked(
    found: list[float], method: Method, classes: int
) -> None:
    breaks = breaks_of(np.array(found), method, classes)
    assert breaks[0] <= min(found)
    assert max(found) <= breaks[-1]
    assert len(breaks) <= classes + 1
    assert all(a < b for a, b in pairwise(breaks)) or len(set(found)) == 1


def test_equal_intervals_are_equal_and_round() -> None:
    assert breaks_of(np.array([0.0, 3, 99.99]), "equal", 4) == (0, 25, 50, 75, 100)


def test_quantiles_hold_equally_many() -> None:
    values = np.arange(100.0) ** 2
    counts = np.histogram(values, breaks_of(values, "quantile", 4))[0]
    assert counts.tolist() == [25, 25, 25, 25]


def test_equal_numbers_leave_fewer_classes() -> None:
    assert len(breaks_of(np.array([1.0] * 50 + [2, 3]), "quantile", 5)) < 6


def test_one_number_is_one_class_and_none_is_no_class() -> None:
    assert breaks_of(np.array([7.0, 7.0]), "equal", 5) == (7.0, 7.0)
    assert breaks_of(np.array([]), "equal", 5) == ()


@pytest.mark.parametrize("classes", [2, 3, 4])
def test_natural_breaks_have_the_least_deviation_of_all_partitions(classes: int) -> None:
    values = np.sort(np.random.default_rng(5).lognormal(2, 1, 14))

    def deviation(cuts: tuple[int, ...]) -> float:
        return sum(float(((p - p.mean()) ** 2).sum()) for p in np.split(values, cuts))

    best = min(itertools.combinations(range(1, len(values)), classes - 1), key=deviation)
    breaks = breaks_of(values, "natural", classes)
    assert tuple(np.searchsorted(values, breaks[1:-1]).tolist()) == best
