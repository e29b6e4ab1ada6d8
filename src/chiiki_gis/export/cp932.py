"""Which characters a CP932 file can hold, and what could stand for those that it cannot."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

_UNIT = re.compile("[\u3041-\u30ff][\u3099\u309a]|.[\ufe00-\ufe0f\U000e0100-\U000e01ef]+|.", re.DOTALL)
"""What a reader takes for one character: kana with a combining mark, a kanji with its variant selector."""

SUBSTITUTES: Mapping[str, str] = {
    "\u301c": "\uff5e",  # wave dash → full-width tilde
    "\u2212": "\uff0d",  # minus sign → full-width hyphen-minus
    "\u2016": "\u2225",  # double vertical line → parallel to
    "\u2014": "\u2015",  # em dash → horizontal bar
    "\u2013": "\uff0d",  # en dash → full-width hyphen-minus
    "¢": "￠",
    "£": "￡",
    "¬": "￢",
    "¥": "￥",
    "\u203e": "￣",
    "\u00a0": " ",
    "\u2022": "・",
    "\u00b7": "・",
    "㎢": "km2",
    "㎥": "m3",
    "㏊": "ha",
    "²": "2",
    "³": "3",
    "½": "1/2",
    "㍿": "株式会社",
    "㋿": "令和",
    "㉑": "21",
    "㉒": "22",
    "㉓": "23",
    "㉔": "24",
    "㉕": "25",
    "㉖": "26",
    "㉗": "27",
    "㉘": "28",
    "㉙": "29",
    "㉚": "30",
    "Ⅺ": "XI",
    "Ⅻ": "XII",
    "é": "e",
    "鷗": "鴎",
    "剝": "剥",
    "塡": "填",
    "頰": "頬",
    "吞": "呑",
    "屛": "屏",
    "俱": "倶",
    "𠮷": "吉",
    "𠮟": "叱",
    "𣘺": "橋",
    "ゔ": "う゛",
}
"""Proposals. In names of persons and places nothing is replaced unless the planner has said so."""


def fits(text: str) -> bool:
    """True when every character comes back from CP932 as it was.

    Python also encodes some characters that come back as others (〜 as ～), so encoding alone proves nothing.
    Private characters (外字) never fit: another office's computer shows something else for them.
    """
    return not foreign_units(text)


def foreign_units(text: str) -> list[str]:
    """The characters that do not fit, each once, in the order of the text."""
    return list(dict.fromkeys(unit for unit in _UNIT.findall(text) if not _survives(unit)))


def proposal(unit: str) -> str | None:
    """What could stand for a character that does not fit, or None."""
    if len(unit) > 1:
        base = unicodedata.normalize("NFC", unit) if unit[1] in "\u3099\u309a" else unit[0]
        return base if fits(base) else SUBSTITUTES.get(base)
    return SUBSTITUTES.get(unit)


def replaced(text: str, substitutes: Mapping[str, str]) -> str:
    """The text with characters that do not fit replaced where `substitutes` names them."""
    return _UNIT.sub(
        lambda m: m[0] if _survives(m[0]) else substitutes.get(m[0], m[0]),
        text,
    )


def code_points(unit: str) -> str:
    """How a character is named to the user: U+20BB7, or U+845B U+E0100."""
    return " ".join(f"U+{ord(c):04X}" for c in unit)


def byte_length(text: str) -> int:
    """Bytes in CP932. Raises UnicodeEncodeError for a text that does not fit."""
    return len(text.encode("cp932"))


def split_at(text: str, width: int) -> list[str]:
    """The text in pieces of at most `width` bytes that join to it again; [""] for an empty text.

    Cut between characters, and where there is a choice not beside a space, because dBASE drops spaces at
    both ends of a value. The text must fit CP932, and `width` must hold one character.
    """
    pieces = []
    rest = text
    while byte_length(rest) > width:
        longest = next(n for n in range(len(rest), 0, -1) if byte_length(rest[:n]) <= width)
        safe = (n for n in range(longest, 0, -1) if " " not in rest[n - 1 : n + 1])
        cut = next(safe, longest)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]


def _survives(unit: str) -> bool:
    if len(unit) > 1 or unicodedata.category(unit) == "Co":
        return False
    if unicodedata.category(unit) == "Cc":
        return unit in "\t\n\r"
    try:
        return unit.encode("cp932").decode("cp932") == unit
    except UnicodeError:
        return False
