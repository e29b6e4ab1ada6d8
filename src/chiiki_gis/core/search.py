"""どこでも検索: which of many names a typed text means, the likeliest first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from heapq import nsmallest
from typing import Generic, TypeVar

T = TypeVar("T")

_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_DIGITS = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}
_ONES = str.maketrans(_DIGITS)
_ALIKE = str.maketrans({"ヶ": "ケ", "ヵ": "カ", "ノ": "の", "−": "-", "‐": "-", "―": "-", "–": "-"})


@dataclass(frozen=True)
class Candidate(Generic[T]):
    """Something that can be found.

    text    what is shown and searched first
    kind    what it is, in a word
    order   kinds with a smaller number come first among equally good ones
    also    further words under which it is found
    means   what choosing it does, for the caller
    """

    text: str
    kind: str
    order: int
    means: T
    also: str = ""
    key: str = field(default="", compare=False)
    also_key: str = field(default="", compare=False)


def candidate(
    text: str, kind: str, order: int, means: T, also: str = "", key: str | None = None
) -> Candidate[T]:
    """A candidate with its search keys worked out.

    key   the search key of `text` where it is known already
    """
    return Candidate(text, kind, order, means, also, key or search_key(text), search_key(also))


@lru_cache(maxsize=512)
def search_key(text: str) -> str:
    """The text as it is compared: width, case, spaces and kanji numerals make no difference."""
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    plain = plain.translate(
        _ALIKE
    )  # not composed again: what a word ends with would change in another's company
    plain = _TENS.sub(lambda found: str(10 * _digit(found[1], 1) + _digit(found[2], 0)), plain)
    return plain.translate(_ONES)


def ranked(query: str, candidates: Iterable[Candidate[T]], most: int = 50) -> Sequence[Candidate[T]]:
    """The candidates that hold every word of the query, best first, at most so many.

    A name that is the query comes before one that begins with it, then one that contains it, then one whose
    further words do; among equals the kind decides, then the shorter name, then the alphabet. An empty query
    finds nothing.
    """
    words = [key for key in map(search_key, query.split()) if key]
    whole = search_key(query)
    if not words:
        return ()
    graded = ((_rank(whole, words, each.key, each.also_key), each) for each in candidates)
    found = ((rank, each) for rank, each in graded if rank is not None)
    best = nsmallest(most, found, key=lambda pair: (pair[0], pair[1].order, len(pair[1].key), pair[1].key))
    return tuple(each for _, each in best)


def _rank(whole: str, words: Sequence[str], key: str, also: str) -> int | None:
    if words[0] not in key and words[0] not in also:
        return None  # nearly all of a hundred thousand names
    if key == whole:
        return 0
    if key.startswith(whole):
        return 1
    if all(word in key for word in words):
        return 2 if key.startswith(words[0]) else 3
    if also and all(word in key or word in also for word in words):
        return 4
    return None


def _digit(sign: str, empty: int) -> int:
    return int(_DIGITS[sign]) if sign else empty
