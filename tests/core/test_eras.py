"""Dates that town halls write, in either calendar."""

from __future__ import annotations

import pytest

from chiiki_gis.core.eras import western_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("昭和53年4月1日", "1978-04-01"),
        ("S53.4.1", "1978-04-01"),
        ("Ｓ５３．４．１", "1978-04-01"),
        ("平成元年", "1989"),
        ("令和6年10月", "2024-10"),
        ("H1/5/1", "1989-05-01"),
        ("昭和40年頃", "1965"),
        ("大正 12 年", "1923"),
        ("1978/4", "1978-04"),
        ("1978-04-01", "1978-04-01"),
        ("昭和70年", None),
        ("令和6年13月", None),
        ("平成2年2月30日", None),
        ("19784", None),
        ("不明", None),
        ("", None),
        ("元年", None),
    ],
)
def test_a_date_is_read_as_exactly_as_it_is_written(text: str, date: str | None) -> None:
    assert western_date(text) == date
