"""Dates in the Japanese calendar."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
"""First days. Source: 元号を改める政令 (平成31年政令143号, 昭和64年政令1号), 大正15年12月25日詔書."""


_LETTERS = {"R": "令和", "H": "平成", "S": "昭和", "T": "大正", "M": "明治"}
_FIRST_YEARS = {"令和": 2019, "平成": 1989, "昭和": 1926, "大正": 1912, "明治": 1868}
_WRITTEN = re.compile(
    r"^(?:(令和|平成|昭和|大正|明治|[RHSTM])\.?)?(元|\d{1,4})(?:年度?|$|(?=[./-]))"
    r"(?:[./-]?(\d{1,2})(?:月|$|(?=[./-])))?(?:[./-]?(\d{1,2})日?)?頃?$",
    re.IGNORECASE,
)


def western_date(text: str) -> str | None:
    """A date as a list writes it, in the Western calendar: S53.4.1 → 1978-04-01, 昭和53年 → 1978.

    As exact as it is written. None for anything else, and for a day that the calendar does not have.
    """
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    found = _WRITTEN.match(plain)
    if found is None:
        return None
    era, year, month, day = found.groups()
    number = 1 if year == "元" else int(year)
    if era is not None:
        name = _LETTERS.get(era.upper(), era)
        number += _FIRST_YEARS[name] - 1
        longest = {"昭和": 64, "平成": 31, "大正": 15, "明治": 45}.get(name, 99)
        if not 1 <= number - _FIRST_YEARS[name] + 1 <= longest:
            return None
    elif not 1800 <= number <= 2100 or year == "元":
        return None
    try:
        date(number, int(month or 1), int(day or 1))
    except ValueError:
        return None
    parts = [f"{number:04}", *(f"{int(part):02}" for part in (month, day) if part)]
    return "-".join(parts)


def japanese_date(day: date) -> str:
    """A date as offices write it: 令和8年11月24日, first years as 元年; before 昭和 as a Western date."""
    for first, era in _ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return f"{day.year}年{day.month}月{day.day}日"


_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_WESTERN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_JAPANESE = re.compile(
    r"(令和|平成|昭和|[RHS])\s*(元|\d{1,2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", re.IGNORECASE
)


def parse_day(text: str) -> date | None:
    """The day that a text means, as 2026-04-01, 2026/4/1, 令和8年4月1日 or R8.4.1, else None.

    Full-width signs are accepted; a day outside its era is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    western = _WESTERN.fullmatch(plain)
    if western:
        return _day(*(int(part) for part in western.groups()))
    japanese = _JAPANESE.fullmatch(plain)
    if japanese is None:
        return None
    word, year, month, number = japanese.groups()
    era = _LETTERS.get(word.upper(), word)
    place = next(n for n, (_, name) in enumerate(_ERAS) if name == era)
    first, after = _ERAS[place][0], _ERAS[place - 1][0] if place else date.max
    found = _day(first.year + (1 if year == "元" else int(year)) - 1, int(month), int(number))
    return found if found is not None and first <= found < after else None


def day_words(text: str) -> str:
    """A stored day as offices write it; a text that is no day stays as it is."""
    day = parse_day(text)
    return text if day is None else japanese_date(day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
