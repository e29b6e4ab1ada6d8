"""Facts that are lists: 用途特例適用要件, members of the 協議会, the register of 特定居住支援法人."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal, TypeAlias, TypeGuard

from chiiki_gis.core.eras import parse_day
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.zones import BY_ID

FieldType = Literal["text", "long", "number", "whole", "date", "choice", "classes", "zones"]
Record: TypeAlias = Mapping[str, object]
"""One entry of a list: values by field key; a field that is not there is not entered."""


@dataclass(frozen=True)
class RecordField:
    """One field of an entry.

    type      long: several lines; classes, zones: lists of ids of the rule table
    choices   value → Japanese, for `choice`
    """

    key: str
    japanese: str
    type: FieldType = "text"
    hint: str = ""
    unit: str = ""
    choices: Mapping[str, str] | None = None


@dataclass(frozen=True)
class RecordKind:
    """What an entry of a list is called, and its fields; a bare text fills `main`."""

    word: str
    main: str
    fields: tuple[RecordField, ...]


MEMBER_KINDS = {
    "municipality": "市町村",
    "prefecture": "都道府県",
    "support_corporation": "特定居住支援法人",
    "resident": "地域住民",
    "realtor": "宅地建物取引業者",
    "other": "その他市町村が必要と認める者",
}
"""広活法23条2項."""

RECORD_KINDS: dict[str, RecordKind] = {
    "requirements": RecordKind(
        "用途特例適用要件",
        "note",
        (
            RecordField("name", "要件の名前", hint="例 共同利用の事務所"),
            RecordField("use_classes", "用途の区分", "classes"),
            RecordField("zones", "対象の用途地域", "zones"),
            RecordField("area", "対象の区域", hint="空欄は促進区域の全域。例 宮川地区"),
            RecordField("max_floor_m2", "床面積の上限", "number", unit="m²"),
            RecordField("max_storey", "階の上限", "whole", unit="階"),
            RecordField("hours", "営業時間", hint="例 8時から21時まで"),
            RecordField("noise", "騒音の対策", hint="例 夜間は窓を閉め、屋外で催しをしない"),
            RecordField("smell", "臭気・喫煙の対策", hint="例 敷地内は禁煙とする"),
            RecordField("parking", "駐車場・駐輪場", hint="例 敷地内に3台以上"),
            RecordField("road", "前面道路・交通安全", hint="例 幅員4m以上の道路に接する"),
            RecordField("note", "その他", "long"),
        ),
    ),
    "council.members": RecordKind(
        "構成員",
        "name",
        (
            RecordField("name", "名称", hint="例 ○○県、○○商工会"),
            RecordField("kind", "区分", "choice", choices=MEMBER_KINDS),
            RecordField("note", "備考"),
        ),
    ),
    "support_corporations": RecordKind(
        "支援法人",
        "name",
        (
            RecordField("name", "名称又は商号"),
            RecordField("address", "住所"),
            RecordField("office", "事務所等の所在地"),
            RecordField("designated_on", "指定の日", "date", hint="例 令和8年4月1日"),
            RecordField("published_on", "公示の日", "date", hint="例 令和8年4月1日"),
            RecordField("tasks", "業務（29条）", hint="例 情報の提供と相談、空き家の改修"),
            RecordField("cancelled_on", "指定取消しの日", "date", hint="取り消したときだけ"),
            RecordField("note", "備考", "long"),
        ),
    ),
}
"""The lists by fact key. Fields of a requirement: what permits of 48条 look at (技術的助言 令和3年6月25日);
of the register: 広活法28条2項."""


def records_of(facts: Mapping[str, object], key: str) -> tuple[Record, ...]:
    """The entries of a list; a bare text becomes its kind's main field, anything else is passed over."""
    kind, found = RECORD_KINDS[key], facts.get(key)
    entries = found if isinstance(found, list) else []
    return tuple(
        {kind.main: entry} if isinstance(entry, str) else dict(entry) for entry in entries if is_entry(entry)
    )


def is_entry(entry: object) -> TypeGuard[str | Mapping[str, object]]:
    """Whether a stored entry is one that `records_of` gives."""
    return isinstance(entry, str | Mapping)


def entries_of(facts: Mapping[str, object], key: str) -> list[object]:
    """The stored entries as they are, foreign ones too; a value that is no list is the only entry."""
    found = facts.get(key)
    return list(found) if isinstance(found, list) else [] if found is None else [found]


def title_of(key: str, record: Record) -> str:
    """What an entry is called in a list."""
    kind = RECORD_KINDS[key]
    for field in ("name", kind.main):
        text = record.get(field)
        if isinstance(text, str) and text.strip():
            return text.strip().splitlines()[0]
    return f"（名前のない{kind.word}）"


def is_designated(corporation: Record) -> bool:
    """Whether a 支援法人 of the register has been designated and still is."""
    return bool(corporation.get("designated_on")) and not corporation.get("cancelled_on")


def parse_records(key: str, text: str, classes: Collection[str] = ()) -> list[object]:
    """Entries from a typed text: a JSON list, or names with commas between them. Raises BadInput.

    A requirement is a sentence, in which commas may stand: it is taken whole.
    """
    if text.lstrip().startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise _wrong(key, "JSONの書き方が正しくありません。") from None
        return check_records(key, found, classes)
    if key == "requirements":
        return [text.strip()]
    return [part.strip() for part in text.replace("、", ",").split(",") if part.strip()]


def check_records(key: str, entries: Sequence[object], classes: Collection[str] = ()) -> list[object]:
    """Entries from TOML or JSON, every field of its type. Raises BadInput naming what is wrong.

    classes   the ids of use classes that may be named; empty: they are not looked at
    """
    kind = RECORD_KINDS[key]
    fields = {field.key: field for field in kind.fields}
    checked: list[object] = []
    for entry in entries:
        if isinstance(entry, str):
            checked.append(entry)
            continue
        if not isinstance(entry, Mapping):
            raise _wrong(key, "文字でも表でもない値があります。")
        record = {}
        for name, value in entry.items():
            if name not in fields:
                near = get_close_matches(str(name), fields, n=1, cutoff=0.0)[0]
                raise _wrong(key, f"「{name}」という項目はありません（近いもの：「{near}」）。")
            record[name] = _value(key, fields[name], value)
            known = {"classes": classes, "zones": BY_ID}.get(fields[name].type)
            if known:
                _require_known(key, fields[name], value, known)
        checked.append(record)
    return checked


def _value(key: str, field: RecordField, value: object) -> object:
    if field.type in ("classes", "zones"):
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return list(value)
    elif field.type in ("number", "whole"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
        if is_number and (field.type == "number" or float(value).is_integer()):  # type: ignore[arg-type]  # a number
            return value
    elif field.type == "date":
        day = value if isinstance(value, date) else parse_day(value) if isinstance(value, str) else None
        if day is not None:
            return day.isoformat()
    elif field.type == "choice":
        if field.choices and value in field.choices:
            return value
    elif isinstance(value, str):
        return value
    raise _wrong(key, f"「{field.japanese}」に「{value}」は入りません。")


def _require_known(key: str, field: RecordField, ids: object, known: Collection[str]) -> None:
    for one in ids if isinstance(ids, list) else []:
        if one not in known:
            near = get_close_matches(one, known, n=1, cutoff=0.0)[0]
            raise _wrong(key, f"「{field.japanese}」に「{one}」はありません（近いもの：「{near}」）。")


def _wrong(key: str, why: str) -> BadInput:
    names = "、".join(f"「{field.key}」" for field in RECORD_KINDS[key].fields)
    return BadInput(f"「{RECORD_KINDS[key].word}」を読めませんでした。", why, f"使える項目は{names}です。")
