"""Edits of lists among the facts, each as one change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chiiki_gis.core.change import Change
from chiiki_gis.core.records import RECORD_KINDS, Record, records_of, title_of


def add_record(facts: Mapping[str, object], key: str, record: Record | None = None) -> Change:
    """One entry more, at the end."""
    return _put(key, [*records_of(facts, key), record or {}], f"{RECORD_KINDS[key].word}を追加")


def drop_record(facts: Mapping[str, object], key: str, index: int) -> Change:
    """Take the entry at a position away."""
    records = list(records_of(facts, key))
    gone = records.pop(index)
    return _put(key, records, f"{RECORD_KINDS[key].word}「{title_of(key, gone)}」を削除")


def set_field(facts: Mapping[str, object], key: str, index: int, field: str, value: object) -> Change:
    """Another value of one field; None or an empty list takes it out."""
    records = list(records_of(facts, key))
    record = {name: old for name, old in records[index].items() if name != field}
    if value is not None and value != []:
        record[field] = value
    records[index] = record
    known = {one.key: one.japanese for one in RECORD_KINDS[key].fields}
    return _put(key, records, f"{RECORD_KINDS[key].word}の「{known.get(field, field)}」を変更")


def _put(key: str, records: Sequence[Record], note: str) -> Change:
    plain: list[object] = [dict(record) for record in records]
    return Change(note, facts={key: plain or None})
