"""The plan's own facts: what procedure has been done and what the data cover. Unset means unknown."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Literal, TypeAlias

from chiiki_gis.core.eras import parse_day
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.records import check_records, parse_records

FactValue: TypeAlias = "bool | str | float | list[object] | dict[str, object]"
FactType = Literal["flag_or_date", "text", "number", "choice", "list"]


@dataclass(frozen=True)
class FactKey:
    """One fact a planner can state."""

    key: str
    type: FactType
    japanese: str
    choices: tuple[str, ...] = ()


_STEPS = (
    ("prefecture_plan_received", "都道府県計画の写しを受けた（5条12項・22条1項）"),
    ("requirements_written", "用途特例適用要件を記載した（22条3項）"),
    ("housing_written", "機構等が実施する公的賃貸住宅等整備事業を記載した（22条4項）"),
    ("prefecture_heard", "都道府県の意見を聴いた（22条5項）"),
    ("residents_reflected", "住民の意見を反映させる措置をとった（22条6項）"),
    ("council_exists", "特定居住促進協議会がある（23条）"),
    ("council_consulted", "協議会で協議した（22条7項）"),
    ("authority_consented", "特定行政庁の同意を得た（22条8項）"),
    ("housing_consented", "機構等の同意を得た（22条10項）"),
    ("governor_consulted", "都道府県知事と協議した（22条11項）"),
    ("master_plans_in_harmony", "都市計画の方針との調和を確かめた（22条12項）"),
    ("plan_published", "計画を公表した（22条13項）"),
    ("copy_sent", "都道府県に計画の写しを送付した（22条13項）"),
    ("zoning_covers_municipality", "用途地域の資料が市町村全域を含む"),
    ("urban_planning_area_covers_municipality", "都市計画区域の資料が市町村全域を含む"),
    ("area_division_covers_municipality", "区域区分の資料が市町村全域を含む"),
)
_ITEMS = (
    "特定居住促進区域",
    "基本的な方針",
    "特定居住拠点施設の整備",
    "利便・就業施設の整備",
    "一体となる事業又は事務",
    "基盤施設整備事業との連携",
    "計画期間",
)
_PROPOSAL = (
    FactKey("proposal.facilities", "text", "提案する特定居住拠点施設に関する事項（5条10項・規則9条2号）"),
    FactKey("proposal.draft", "flag_or_date", "都道府県計画の素案を作成した（5条10項後段）"),
    FactKey("proposal.submitted", "flag_or_date", "都道府県に提案した（5条10項）"),
    FactKey("proposal.answered", "flag_or_date", "都道府県から通知を受けた（5条11項）"),
    FactKey("proposal.accepted", "flag_or_date", "都道府県が計画を作成することになった（5条11項）"),
    FactKey("proposal.reason", "text", "作成しないときの都道府県の理由（5条11項後段）"),
)
PROFILES = {
    "none": "一般の市町村",
    "designated_city": "指定都市",
    "core_city": "中核市",
    "special_city": "施行時特例市",
}
EXEMPT_PROFILES = frozenset({"designated_city", "core_city", "special_city"})
"""Municipalities without consultation under 広活法22条11項; 施行時特例市 by 令和6年法律第31号附則2条."""

FACT_KEYS: dict[str, FactKey] = {
    key.key: key
    for key in (
        *(FactKey(name, "flag_or_date", label) for name, label in _STEPS),
        *(FactKey(f"items.{n}", "text", f"22条2項{n}号 {label}") for n, label in enumerate(_ITEMS, 1)),
        FactKey("zoning_accuracy_m", "number", "用途地域などの資料の位置の精度（m、2.5m未満は2.5m）"),
        FactKey("requirements", "list", "用途特例適用要件（22条3項）"),
        FactKey("council.members", "list", "協議会の構成員（23条2項）"),
        FactKey("support_corporations", "list", "特定居住支援法人（28条）"),
        *_PROPOSAL,
        FactKey("period", "text", "計画期間"),
        FactKey("grant.c", "number", "交付金 C（単位面積当たりの標準投資額、円/km²・年）"),
        FactKey("grant.t", "number", "交付金 T（計画期間の年数）"),
        FactKey("authority", "text", "特定行政庁"),
        FactKey("profile", "choice", "市町村の種類", tuple(PROFILES)),
    )
}

SET_ASIDE = "ignored_findings"
"""Findings set aside with a reason (core.set_aside). 計画の事実 does not show it, but a check looks at it."""

UNREAD = "unread."
"""Before the key of a fact that a project file holds with a value of a wrong type."""

_TRUE = {"true", "yes", "はい", "済", "1"}
_FALSE = {"false", "no", "いいえ", "未", "0"}


def known_key(key: str) -> FactKey:
    """The fact of that key. Raises BadInput naming the nearest key."""
    if key in FACT_KEYS:
        return FACT_KEYS[key]
    near = get_close_matches(key, FACT_KEYS, n=1, cutoff=0.0)[0]
    raise BadInput(
        f"「{key}」という項目はありません。",
        "計画の事実の名前と一致しませんでした。",
        f"「{near}」ではないか確かめてください。",
    )


def parse_fact(key: str, text: str, classes: Collection[str] = ()) -> FactValue | None:
    """The value a user typed for a fact; an empty text unsets it (None). Raises BadInput.

    classes   the ids of use classes that a requirement may name; empty: they are not looked at
    """
    fact = known_key(key)
    word = text.strip()
    if word == "":
        return None
    if not _is_sound(word):
        raise _wrong(fact, word, "UTF-8で表せる文字だけを入れてください。")
    if fact.type == "flag_or_date":
        return _flag_or_date(fact, word)
    if fact.type == "number":
        return _number(fact, word)
    if fact.type == "choice" and word not in fact.choices:
        raise _wrong(fact, word, "、".join(f"「{c}」" for c in fact.choices) + "のいずれかを入れてください。")
    if fact.type == "list":
        return parse_records(key, word, classes)
    return word


def check_fact(key: str, value: object, classes: Collection[str] = ()) -> FactValue:
    """A value read from TOML or JSON as a fact; `classes` as in `parse_fact`.

    Raises BadInput where its type does not fit.
    """
    fact = known_key(key)
    if isinstance(value, date):
        value = value.isoformat()
    if fact.type == "flag_or_date" and isinstance(value, bool):
        return value
    if fact.type == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return _number(fact, str(value))
    if fact.type == "list" and isinstance(value, list):
        return check_records(key, value, classes)
    if isinstance(value, str):
        parsed = parse_fact(key, value, classes)
        if parsed is not None:
            return parsed
    raise _wrong(fact, str(value), "値の型を確かめてください。")


def is_exempt(facts: Mapping[str, FactValue], municipalities: int) -> bool:
    """Whether the plan needs no consultation under 広活法22条11項.

    municipalities   how many make the plan; the profile speaks of one, so a joint plan is never exempt
    """
    return municipalities == 1 and holds_one_of(facts.get("profile"), EXEMPT_PROFILES)


def holds_one_of(value: object, words: Collection[str]) -> bool:
    """Whether a stored value, which may be of any type, is one of some words."""
    return isinstance(value, str) and value in words


def sound_facts(stored: Mapping[str, object]) -> tuple[dict[str, FactValue], list[str]]:
    """The facts of a project file, and in Japanese which of them are of a wrong type.

    Those are not lost: they move under `unread.` and the key, where nothing reads them.
    """
    facts: dict[str, object] = {}
    notes = []
    for key, value in stored.items():
        if key not in FACT_KEYS or _has_type(FACT_KEYS[key].type, value):
            facts[key] = value
            continue
        facts[f"{UNREAD}{key}"] = value
        notes.append(
            f"計画の事実「{FACT_KEYS[key].japanese}」の値を読めないため、未入力として扱います。"
            f"元の値は「{UNREAD}{key}」として残しています。"
        )
    return facts, notes  # type: ignore[return-value]  # of the types of their keys, or kept unread


def _has_type(kind: FactType, value: object) -> bool:
    if kind == "list":
        return isinstance(value, list)
    if kind == "number":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and 0 <= value < math.inf  # type: ignore[operator]  # a number
    return isinstance(value, str) or (kind == "flag_or_date" and isinstance(value, bool))


def holds(value: object) -> bool:
    """True when a flag-or-date fact is recorded as done, with or without its date."""
    return value is True or (isinstance(value, str) and value != "")


def _flag_or_date(fact: FactKey, word: str) -> FactValue:
    if word.lower() in _TRUE:
        return True
    if word.lower() in _FALSE:
        return False
    day = parse_day(word)
    if day is None:
        raise _wrong(fact, word, "「true」「false」または「2026-04-01」の形の日付を入れてください。")
    return day.isoformat()


def _number(fact: FactKey, word: str) -> FactValue:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise _wrong(fact, word, "0以上の数を半角で入れてください。")
    return number


def _is_sound(text: str) -> bool:
    """Without halves of characters, as the command line passes bytes that are no UTF-8."""
    return not any(0xD800 <= ord(c) <= 0xDFFF for c in text)


def _wrong(fact: FactKey, word: str, todo: str) -> BadInput:
    return BadInput(f"「{fact.japanese}」に「{word}」は入りません。", "値の形が項目に合いません。", todo)
