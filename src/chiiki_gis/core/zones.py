"""The thirteen use zones of 都市計画法8条1項1号: ids, names, and the two code systems.

Source of codes: 国土数値情報 A29 (column A29_004) and 都市計画決定GISデータ (column YoutoCode).
They differ from 8 on.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

CodeSystem = Literal["a29", "youto"]


@dataclass(frozen=True)
class Zone:
    """One use zone."""

    id: str
    name: str
    short: str
    color: str
    a29: int
    youto: int
    paragraph: int
    """項 of 建築基準法48条."""
    table_row: str
    """項 of 別表第二."""


ZONES: tuple[Zone, ...] = (
    Zone("R1L", "第一種低層住居専用地域", "1種低住", "#00ff99", 1, 1, 1, "（い）項"),
    Zone("R2L", "第二種低層住居専用地域", "2種低住", "#00552e", 2, 2, 2, "（ろ）項"),
    Zone("R1M", "第一種中高層住居専用地域", "1種中高", "#92d050", 3, 3, 3, "（は）項"),
    Zone("R2M", "第二種中高層住居専用地域", "2種中高", "#ccff99", 4, 4, 4, "（に）項"),
    Zone("R1", "第一種住居地域", "1種住", "#ffff66", 5, 5, 5, "（ほ）項"),
    Zone("R2", "第二種住居地域", "2種住", "#ffcc99", 6, 6, 6, "（へ）項"),
    Zone("RQ", "準住居地域", "準住居", "#ffcc66", 7, 7, 7, "（と）項"),
    Zone("RA", "田園住居地域", "田園住居", "#d7eb6e", 21, 8, 8, "（ち）項"),
    Zone("CN", "近隣商業地域", "近隣商業", "#ff66cc", 8, 9, 9, "（り）項"),
    Zone("C", "商業地域", "商業", "#ff0066", 9, 10, 10, "（ぬ）項"),
    Zone("IQ", "準工業地域", "準工", "#9900ff", 10, 11, 11, "（る）項"),
    Zone("I", "工業地域", "工業", "#ccffff", 11, 12, 12, "（を）項"),
    Zone("IX", "工業専用地域", "工業専用", "#33ccff", 12, 13, 13, "（わ）項"),
)
"""Colours: the customary palette of 都市計画図."""

NONE_ID, UNKNOWN_ID = "NONE", "UNK"
NONE_NAME, UNKNOWN_NAME = "指定なし", "不明"
UNKNOWN_COLOR = "#b4b4b4"

BY_ID = {zone.id: zone for zone in ZONES}
BY_NAME = {zone.name: zone for zone in ZONES}
_NUMERALS = str.maketrans("123", "一二三")


def zone_named(text: str | None) -> Zone | None:
    """The zone that a name column means.

    第1種 and 第１種 are 第一種; spaces, brackets and a missing 地域 do not matter. None for any other word.
    """
    if not text:
        return None
    name = re.sub(r"[\s(].*$", "", unicodedata.normalize("NFKC", text).strip())
    for zone in ZONES:
        if name == zone.short:
            return zone
    name = re.sub(r"^第?([123一二三])種", lambda m: "第" + m.group(1).translate(_NUMERALS) + "種", name)
    return BY_NAME.get(name) or BY_NAME.get(name + "地域")


def zone_of_code(code: int, system: CodeSystem) -> Zone | None:
    """The zone of a code in a declared code system; None for 99 (不明) and for a code of no zone."""
    return next((zone for zone in ZONES if getattr(zone, system) == code), None)
