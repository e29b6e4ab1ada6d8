"""Edits of lists among the facts, each as one change; what another program has put there stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chiiki_gis.core.change import Change
from chiiki_gis.core.records import RECORD_KINDS, Record, entries_of, is_entry, records_of, title_of


def add_record(facts: Mapping[str, object], key: str, record: Record | None = None) -> Change:
    """One entry more, at the end."""
    return _put(key, [*entries_of(facts, key), dict(record or {})], f"{RECORD_KINDS[key].word}を追加")


def drop_record(facts: Mapping[str, object], key: str, index: int) -> Change:
    """Take the entry at a position of `records_of` away."""
    gone = records_of(facts, key)[index]
    entries = entries_of(facts, key)
    del entries[_place(entries, index)]
    return _put(key, entries, f"{RECORD_KINDS[key].word}「{title_of(key, gone)}」を削除")


def set_field(facts: Mapping[str, object], key: str, index: int, field: str, value: object) -> Change:
    """Another value of one field of the entry at a position; None or an empty list takes it out."""
    old = records_of(facts, key)[index]
    record = {name: one for name, one in old.items() if name != field}
    if value is not None and value != []:
        record[field] = value
    entries = entries_of(facts, key)
    entries[_place(entries, index)] = record
    known = {one.key: one.japanese for one in RECORD_KINDS[key].fields}
    return _put(key, entries, f"{RECORD_KINDS[key].word}の「{known.get(field, field)}」を変更")


def _place(entries: Sequence[object], index: int) -> int:
    """Where the entry that `records_of` gives at a position stands among all."""
    return [n for n, entry in enumerate(entries) if is_entry(entry)][index]


def _put(key: str, entries: Sequence[object], note: str) -> Change:
    return Change(note, facts={key: list(entries) or None})
