"""Dates of a list in the Western calendar, beside the original ones."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.eras import western_date

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_DATES = re.compile(r"年月日|建築年|築年|建設年|調査日|登録日|DATE_OF", re.IGNORECASE)
_PERSON = re.compile(r"生年月日")


def today() -> str:
    """The ISO day of this moment here."""
    return datetime.now().astimezone().date().isoformat()


def western_dates(frame: GeoDataFrame) -> tuple[dict[str, list[Any]], list[str]]:
    """A further column 「…（西暦）」 for each column of dates with at least one Japanese year, and notes.

    Texts that are no date are left empty there and counted; a person's birthday gets no second column.
    """
    found: dict[str, list[Any]] = {}
    notes = []
    for column in map(str, frame.columns):
        if not _DATES.search(column) or _PERSON.search(column) or column == frame.geometry.name:
            continue
        texts = [v if isinstance(v, str) and v.strip() else None for v in frame[column]]
        if not any(
            text and re.match(r"\s*(令和|平成|昭和|大正|明治|[RHSTMＲＨＳＴＭ])", text) for text in texts
        ):
            continue
        dates = [western_date(text) if text else None for text in texts]
        found[f"{column}（西暦）"] = dates
        unread = sum(date is None and text is not None for date, text in zip(dates, texts, strict=True))
        left = f"読めない{unread}件は空です。" if unread else ""
        notes.append(f"和暦の列「{column}」を西暦に直した列を加えました。{left}")
    return found, notes
