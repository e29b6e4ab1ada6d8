"""Every rule as a row that can be read: what it says, by which article, since when, changed by whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from chiiki_gis.core.finding import SEVERITY_WORDS
from chiiki_gis.rules.building import LISTS_WHAT_MAY, item_of, zone_name
from chiiki_gis.rules.load import ZONE_IDS, rule_table, shipped_data
from chiiki_gis.rules.model import LABELS, Cell, Limit, RuleTable, Use, UseClass
from chiiki_gis.rules.overrides import Confirmation, LocalChange, TableName
from chiiki_gis.rules.plan import plan_rules, unused_changes
from chiiki_gis.rules.subsidies import programmes

RuleGroup = Literal["zone", "limit", "plan", "subsidy"]

GROUPS: dict[RuleGroup, str] = {
    "zone": "用途の区分と用途地域",
    "limit": "床面積と階の限度",
    "plan": "計画の検査",
    "subsidy": "補助制度",
}


@dataclass(frozen=True)
class RuleExample:
    """A case that a test runs: `words` says it, `matches` whether the rule must match."""

    words: str
    matches: bool


@dataclass(frozen=True)
class RuleRow:
    """One rule for reading.

    id         unique over all groups, as office/R2M, R2M-other, promotion-hazard
    says       what the rule says, Japanese
    confirmed  確認日, ISO
    examples   cases run as tests
    table, path, value   what a LocalChange of it would name, where it may be changed; value is in force now
    choices    values a change may take with their words; empty for a number
    change     the town's change in force, or None
    """

    id: str
    group: RuleGroup
    title: str
    article: str
    says: str
    confirmed: str
    examples: tuple[RuleExample, ...] = ()
    table: TableName | None = None
    path: str | None = None
    value: str | int | float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    change: LocalChange | None = None


@dataclass(frozen=True)
class Edition:
    """The edition of the articles, for the banner that stays until somebody confirms it."""

    rules_version: str
    words: str
    sources: tuple[str, ...]
    confirmation: Confirmation | None
    problems: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """True once somebody has recorded that the articles are still in force."""
        return self.confirmation is not None


def edition() -> Edition:
    """The edition in use, and what of the town's changes could not be used."""
    table = rule_table()
    problems = (*table.problems, *unused_changes())
    return Edition(table.rules_version, table.law_date_words, table.editions, table.confirmation, problems)


def rule_rows() -> tuple[RuleRow, ...]:
    """All rules in force, in the order of GROUPS."""
    table = rule_table()
    return (*_cells(table), *_limits(table), *_plan(), *_subsidies())


def _changes(table: RuleTable) -> Mapping[str, LocalChange]:
    return {change.path: change for change in table.changes}


def _cells(table: RuleTable) -> Iterator[RuleRow]:
    changes = _changes(table)
    for use_class in table.classes.values():
        for zone in ZONE_IDS:
            path = f"classes.{use_class.id}.cells.{zone}"
            plain = isinstance(shipped_data()["classes"][use_class.id]["cells"][zone], str)
            cell = use_class.cells[zone]
            yield RuleRow(
                id=f"{use_class.id}/{zone}",
                group="zone",
                title=f"{use_class.name}／{zone_name(zone)}",
                article=_cell_article(table, use_class, zone),
                says=_cell_words(table, use_class, zone),
                confirmed=table.confirmed,
                examples=tuple(_examples(table, use_class.id, zone)),
                table="use_zones" if plain else None,
                path=path if plain else None,
                value=_cell_value(cell) if plain else None,
                choices=_cell_choices(table, zone) if plain else (),
                change=changes.get(path),
            )


def _cell_value(cell: Cell) -> str:
    return cell.limits[0] if cell.word == "limit" else cell.word


def _cell_choices(table: RuleTable, zone: str) -> tuple[tuple[str, str], ...]:
    limits = tuple((one.id, one.words) for one in table.limits.values() if one.zone == zone)
    return (
        ("A", "制限なし"),
        *limits,
        ("ask", "特定行政庁に確認"),
        ("X", "許可がなければ建てられない"),
    )


def _cell_article(table: RuleTable, use_class: UseClass, zone: str) -> str:
    cell = use_class.cells[zone]
    if cell.word == "limit":
        return "、".join(table.limits[name].article for name in cell.limits)
    return item_of(use_class, zone, cell.word == "A")


def _cell_words(table: RuleTable, use_class: UseClass, zone: str) -> str:
    cell, note = use_class.cells[zone], use_class.notes.get(zone, "")
    if cell.word == "A":
        says = "制限がありません。"
    elif cell.word == "ask":
        says = "使い方により変わるため、特定行政庁に確かめます。"
    elif cell.word == "X":
        listed = "どの号にも当たらないため、" if zone in LISTS_WHAT_MAY else ""
        says = f"{listed}許可がなければ建てられません。"
    else:
        words = "、または".join(table.limits[name].words for name in cell.limits)
        beyond = "特定行政庁に確かめます" if cell.beyond == "ask" else "許可がなければ建てられません"
        storey = f"（{cell.never_from_storey}階以上は許可が必要）" if cell.never_from_storey else ""
        says = f"{words}に限られます。超えるときは、{beyond}{storey}。"
    return f"{says}{note}"


def _examples(table: RuleTable, class_id: str, zone: str) -> Iterator[RuleExample]:
    for example in table.examples:
        if example.zone == zone and any(use.use_class == class_id for use in example.uses):
            uses = "、".join(_use_words(table, use) for use in example.uses)
            total = "" if example.total_floor_m2 is None else f"（延べ面積{example.total_floor_m2:,.0f}㎡）"
            matches = example.verdict not in ("allowed", "conditional_ok")
            yield RuleExample(f"{uses}{total} → {LABELS[example.verdict]}", matches)


def _use_words(table: RuleTable, use: Use) -> str:
    found = table.class_named(use.use_class)
    floor = "" if use.use_floor_m2 is None else f"{use.use_floor_m2:,.0f}㎡"
    storey = "" if use.top_storey is None else f"・{use.top_storey}階まで"
    return f"{found.name if found else use.use_class}{floor}{storey}"


def _limits(table: RuleTable) -> Iterator[RuleRow]:
    changes = _changes(table)
    for limit in table.limits.values():
        for key, value in _numbers(limit):
            path = f"limits.{limit.id}.{key}"
            users = [one.name for one in table.classes.values() if limit.id in one.cells[limit.zone].limits]
            yield RuleRow(
                id=f"{limit.id}/{key}",
                group="limit",
                title=f"{zone_name(limit.zone)}：{limit.words}",
                article=limit.article,
                says=f"{'、'.join(users)}に共通の限度です。{limit.note}",
                confirmed=table.confirmed,
                table="use_zones",
                path=path,
                value=value,
                change=changes.get(path),
            )


def _numbers(limit: Limit) -> Iterator[tuple[str, float | int]]:
    for key in ("max_sum_m2", "max_storey", "max_total_m2"):
        value = getattr(limit, key)
        if value is not None:
            yield key, value


def _plan() -> Iterator[RuleRow]:
    for rule in plan_rules().values():
        yield RuleRow(
            id=rule.id,
            group="plan",
            title=rule.title,
            article=rule.article,
            says=f"{SEVERITY_WORDS[rule.severity]}：{rule.message}",
            confirmed=rule.confirmed,
            examples=tuple(
                RuleExample(_plan_example(example), bool(example["match"])) for example in rule.examples
            ),
            table="plan",
            path=f"{rule.id}.severity",
            value=rule.severity,
            choices=tuple(SEVERITY_WORDS.items()),
            change=rule.change,
        )


def _plan_example(example: Mapping[str, Any]) -> str:
    return "、".join(f"{key} = {value}" for key, value in example.items() if key != "match")


def _subsidies() -> Iterator[RuleRow]:
    for one in programmes():
        yield RuleRow(
            id=f"subsidy/{one.id}",
            group="subsidy",
            title=one.name,
            article=one.source,
            says=f"{one.year}・{one.ministry}・{one.amount}。{one.support}",
            confirmed=one.confirmed,
            examples=tuple(
                RuleExample(_plan_example(example), bool(example["match"])) for example in one.examples
            ),
        )
