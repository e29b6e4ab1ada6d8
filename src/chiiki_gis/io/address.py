"""Japanese addresses written one way: what a list says and what a gazetteer says become the same key."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_NUMERAL = re.compile(r"[〇一二三四五六七八九十百千]+(?=丁目|番地|番|号|線|条)")
_PREFECTURE = re.compile(r"^(北海道|東京都|京都府|大阪府|.{2,3}県)")
_COUNTY = re.compile(r"^[^市区町村\d]{1,6}郡")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー－─"), "-")
_SAME = str.maketrans({"ヶ": "ケ", "ヵ": "ケ", "カ": "ケ", "が": "ケ", "ガ": "ケ", "之": "ノ", "の": "ノ",
                       "乃": "ノ", "ツ": "ッ", "澤": "沢", "邊": "辺", "邉": "辺", "齋": "斎", "嶋": "島",
                       "龍": "竜", "櫻": "桜", "濱": "浜", "藪": "薮", "桧": "檜", "舘": "館"})  # fmt: skip
"""Letters that lists and gazetteers exchange freely; both sides are folded."""


def number_of(kanji: str) -> int:
    """A kanji numeral below ten thousand: 二十三 → 23, 一〇 → 10."""
    if not any(c in "十百千" for c in kanji):
        return int("".join(str(_DIGITS[c]) for c in kanji))
    total, digit = 0, 0
    for c in kanji:
        if c in _DIGITS:
            digit = _DIGITS[c]
        else:
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
    return total + digit


def address_key(text: str) -> str:
    """An address, or the name of a town, in the one way of writing.

    Full and half width, kanji numerals before 丁目 and 番地, ヶ and ケ, の and 之, 大字 and 字 are all one.
    """
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[\s、,()（）「」]", "", plain)
    plain = _NUMERAL.sub(lambda m: str(number_of(m.group())), plain)
    plain = re.sub(r"(?<=\d)[ノの之](?=\d)", "-", plain)
    plain = re.sub(r"^大字|^字", "", plain)
    plain = re.sub(r"(?<=[^\d])(大字|字)(?=[^\d])", "", plain)
    return plain.translate(_DASHES).translate(_SAME)


def without_municipality(key: str, municipality: str) -> tuple[str, bool]:
    """What of an address key follows prefecture, 郡 and municipality, and whether that one was named.

    municipality   its key, with or without the 郡
    """
    rest = _PREFECTURE.sub("", key)
    own = _COUNTY.sub("", municipality)
    for name in (municipality, own):
        if rest.startswith(name):
            return rest[len(name) :], True
    inner = _COUNTY.sub("", rest)
    return (inner[len(own) :], True) if inner.startswith(own) else (rest, False)


def prefecture_of(key: str) -> str | None:
    """The prefecture that an address key begins with."""
    found = _PREFECTURE.match(key)
    return found.group() if found else None


def block_of(rest: str) -> list[str]:
    """The numbers after a town, the most exact first: 「1234番地5」 → 1234-5, 1234."""
    plain = re.sub(r"番地ノ|番地|番|号|ノ", "-", rest)
    found = re.match(r"-?(\d+(?:-\d+)*)", plain)
    if found is None:
        return []
    parts = found.group(1).split("-")
    return ["-".join(parts[:n]) for n in range(len(parts), 0, -1)]


def town_forms(key: str) -> tuple[str, ...]:
    """The ways in which the town at the start of an address is written: 3丁目2 is also 3-2."""
    dashed = re.sub(r"^(\D+)(\d+)-", r"\g<1>\g<2>丁目", key)
    return (key,) if dashed == key else (key, dashed)
