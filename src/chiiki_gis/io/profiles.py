"""Which column is which, remembered for the next list with the same headings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from chiiki_gis.settings import keep_setting, setting

SETTING = "column_profiles"
MOST_PROFILES = 50


def profile_of(headings: Iterable[str]) -> dict[str, str]:
    """What the user last said of a table with these headings; empty where they never did."""
    found = setting(SETTING, {}).get(_key(headings), {})
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def keep_profile(headings: Iterable[str], columns: Mapping[str, str]) -> None:
    """Remember what the user says of a table with these headings; only names of columns are kept."""
    known = {k: v for k, v in setting(SETTING, {}).items() if k != _key(headings)}
    newest = [*known.items(), (_key(headings), dict(columns))][-MOST_PROFILES:]
    keep_setting(SETTING, dict(newest))


def _key(headings: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(headings)).encode()).hexdigest()[:16]
