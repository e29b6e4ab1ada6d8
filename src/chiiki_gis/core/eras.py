"""Dates in the Japanese calendar."""

from __future__ import annotations

from datetime import date

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
"""First days. Source: 元号を改める政令 (平成31年政令143号, 昭和64年政令1号), 大正15年12月25日詔書."""


def japanese_date(day: date) -> str:
    """A date as offices write it: 令和8年11月24日, first years as 元年; before 昭和 as a Western date."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"
