"""Scales, tiles and dates of sheets."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.core.eras import japanese_date
from chiiki_gis.core.sheet import SCALES, Sheet, fitting_scale, tiles

FRAME = (290.0, 240.0)


def test_the_largest_scale_that_fits_is_chosen() -> None:
    assert fitting_scale((0, 0, 2_900, 2_000), FRAME) == 10_000
    assert fitting_scale((0, 0, 2_901, 2_000), FRAME) == 15_000


def test_no_scale_is_found_for_ground_that_fits_at_none() -> None:
    assert fitting_scale((0, 0, 300_000, 10), FRAME) is None


def test_ground_that_fits_needs_one_tile_at_its_middle() -> None:
    assert tiles((0, 100, 500, 300), 2_500, FRAME) == [[(250, 200)]]


@given(
    width=st.floats(1, 90_000),
    height=st.floats(1, 90_000),
    scale=st.sampled_from(SCALES[2:]),
)
def test_tiles_cover_the_whole_ground_and_share_a_strip(width: float, height: float, scale: int) -> None:
    grid = tiles((0, 0, width, height), scale, FRAME, overlap_mm=10)
    half_x, half_y, strip = FRAME[0] * scale / 2000, FRAME[1] * scale / 2000, 10 * scale / 1000
    columns, rows = [x for x, _ in grid[0]], [line[0][1] for line in grid]
    assert columns[0] - half_x <= 1e-6
    assert columns[-1] + half_x >= width - 1e-6
    assert rows[0] + half_y >= height - 1e-6
    assert rows[-1] - half_y <= 1e-6
    assert all(b - a == pytest.approx(2 * half_x - strip) for a, b in itertools.pairwise(columns))
    assert all(a - b == pytest.approx(2 * half_y - strip) for a, b in itertools.pairwise(rows))


def test_landscape_turns_the_paper() -> None:
    assert Sheet("area", "A3", "landscape").size_mm == (420, 297)
    assert Sheet("area", "A4", "portrait").size_mm == (210, 297)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "令和8年11月24日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1900, 2, 3), "1900年2月3日"),
    ],
)
def test_dates_are_written_in_the_japanese_calendar(day: date, words: str) -> None:
    assert japanese_date(day) == words
