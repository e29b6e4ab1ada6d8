"""Numbers as the planner reads them."""

from __future__ import annotations

from datetime import datetime

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

COLUMN_WORDS = {
    "zone_id": "用途地域の記号",
    "name": "名称",
    "code": "コード",
    "kind": "種別",
    "type": "種類",
    "class": "道路の種別",
    "width_code": "幅員の区分",
    "level": "階層順",
    "state": "状態",
    "open": "供用中",
    "oneway": "一方通行",
    "match_level": "住所の一致",
    "consent": "同意",
    "minutes": "分以内",
    "area_km2": "面積（km²）",
    "road_km": "道路の延長（km）",
    "facilities": "着ける拠点施設",
    "vacant_houses": "着ける空き家（同意あり）",
    "JINKO": "人口",
    "SETAI": "世帯数",
    "S_NAME": "町丁・字等の名称",
    "PREF_NAME": "都道府県名",
    "CITY_NAME": "市区町村名",
}
"""Words for the normalised columns, those of 到達圏, and the census's; the user's keep their names."""


def circled(number: int) -> str:
    """① for 1 … ⑳ for 20, then the plain number in brackets."""
    return CIRCLED[number - 1] if 1 <= number <= len(CIRCLED) else f"（{number}）"


def unmarked(text: str) -> str:
    """A text for menus, buttons and tabs, in which Qt would take a single & for a key to press."""
    return text.replace("&", "&&")


def length(metres: float) -> str:
    """A length with the unit that keeps it short."""
    if metres < 1000:
        return f"{metres:,.1f} m"
    return f"{metres / 1000:,.2f} km"


def area(square_metres: float) -> str:
    """An area in hectares; m² below 100 m²."""
    if square_metres < 100:
        return f"{square_metres:,.1f} m²"
    return f"{square_metres / 10_000:,.2f} ha"


def area_both(square_metres: float) -> str:
    """An area in hectares and m², for the measuring tool and small sites."""
    if square_metres < 100:
        return area(square_metres)
    return f"{square_metres / 10_000:,.2f} ha（{square_metres:,.0f} m²）"


def coordinate(value: float) -> str:
    """A plane coordinate in metres with the sign that surveyors print."""
    sign = "−" if value < 0 else ""
    return f"{sign}{abs(value):,.1f}"


def clock(moment: datetime) -> str:
    """Hours and minutes."""
    return moment.strftime("%H:%M")


def lately(when: datetime, now: datetime) -> str:
    """The time of day of what was today, else the day."""
    return clock(when) if when.date() == now.date() else day(when)


def moment(when: datetime) -> str:
    """Day and time of day."""
    return f"{day(when)} {clock(when)}"


def day(moment: datetime) -> str:
    """Month and day."""
    return f"{moment.month}月{moment.day}日"


def percent(share: float) -> str:
    """A share 0–1 as whole per cent; never 0 % or 100 % by rounding alone."""
    if 0 < share < 0.005:
        return "1 %未満"
    if 0.995 <= share < 1:
        return "99 %超"
    return f"{share * 100:.0f} %"
