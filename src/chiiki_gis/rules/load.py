"""Reads the rule tables of resources/rules and refuses a table that does not hang together."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from chiiki_gis import paths
from chiiki_gis.core.zones import NONE_ID, ZONES
from chiiki_gis.rules.model import Cell, CombinedRule, Example, Limit, PlannerWord, RuleTable, Use, UseClass
from chiiki_gis.rules.overrides import LocalRules, apply_changes, local_rules

ZONE_IDS = (*(zone.id for zone in ZONES), NONE_ID)


def rule_table() -> RuleTable:
    """The use-zone table in force here: the program's, with the town's changes where they fit.

    Raises ValueError where the program's own file contradicts itself.
    """
    return _local_table(local_rules())


@cache
def shipped_data() -> Mapping[str, Any]:
    """resources/rules/use_zones.toml as it came with the program."""
    return tomllib.loads((paths.resources() / "rules" / "use_zones.toml").read_text(encoding="utf-8"))


@cache
def shipped_table() -> RuleTable:
    """The program's own table, without what a town has changed."""
    return _table(shipped_data())


@lru_cache(maxsize=2)
def _local_table(local: LocalRules) -> RuleTable:
    data, applied, left_out = apply_changes(shipped_data(), local.of("use_zones"), _hangs_together)
    table = _table(data)
    confirmation = local.confirmation(table.rules_version)
    problems = (*local.problems, *left_out)
    return replace(table, changes=applied, confirmation=confirmation, problems=problems)


def parse_table(text: str) -> RuleTable:
    """A use-zone table from TOML text. Raises ValueError naming the entry that is wrong."""
    return _table(tomllib.loads(text))


def _hangs_together(data: Mapping[str, Any]) -> bool:
    try:
        _table(data)
    except (ValueError, TypeError):
        return False
    return True


def _table(data: Mapping[str, Any]) -> RuleTable:
    limits = {name: _limit(name, entry) for name, entry in data["limits"].items()}
    classes = {name: _use_class(name, entry) for name, entry in data["classes"].items()}
    combined = data["dwelling_combined"]
    table = RuleTable(
        rules_version=data["rules_version"],
        confirmed=data["confirmed"],
        editions=tuple(data["editions"]),
        special24_zones=frozenset(data["special24_zones"]),
        classes=classes,
        limits=limits,
        combined=CombinedRule(
            min_dwelling_share=float(combined["min_dwelling_share"]),
            max_part_m2=float(combined["max_part_m2"]),
            parts=tuple(combined["parts"]),
            conditional_zones=frozenset(combined["conditional_zones"]),
            always=frozenset(combined["always"]),
            never=frozenset(combined["never"]),
            article=combined["article"],
        ),
        development_permit_m2={
            name: float(data["development_permit_m2"][name]) for name in ("urbanisation", "undivided")
        },
        words=tuple(
            PlannerWord(
                tuple(entry["words"]), tuple(entry["candidates"]), entry["source"], dict(entry["reasons"])
            )
            for entry in data["words"]
        ),
        examples=tuple(_example(entry) for entry in data.get("examples", ())),
    )
    _check(table)
    return table


def _example(entry: Mapping[str, Any]) -> Example:
    uses = tuple(Use(**use) for use in entry["uses"])
    return Example(entry["zone"], uses, entry.get("total_floor_m2"), entry["verdict"])


def _limit(name: str, entry: Mapping[str, Any]) -> Limit:
    known = {"zone", "article", "max_sum_m2", "max_storey", "max_total_m2", "shops_within", "note"}
    if set(entry) - known:
        raise ValueError(f"limit {name} has unknown keys {sorted(set(entry) - known)}")
    return Limit(id=name, **entry)


def _use_class(name: str, entry: Mapping[str, Any]) -> UseClass:
    other = entry.get("other_reading")
    return UseClass(
        id=name,
        name=entry["name"],
        cells={zone: _cell(value) for zone, value in entry["cells"].items()},
        items=dict(entry.get("items", {})),
        notes=dict(entry.get("notes", {})),
        confirm_in=frozenset(entry.get("confirm_in", ())),
        is_shop=entry.get("is_shop", False),
        part_only=entry.get("part_only", False),
        other_reading=(other["class"], other["text"]) if other else None,
        controlled_area=entry.get("controlled_area", ""),
        controlled_area_exempt=entry.get("controlled_area_exempt", ""),
    )


def _cell(value: str | Mapping[str, Any]) -> Cell:
    if value == "A":
        return Cell("A")
    if value == "X":
        return Cell("X")
    if value == "ask":
        return Cell("ask")
    if isinstance(value, str):
        return Cell("limit", (value,))
    return Cell("limit", tuple(value["any"]), value.get("beyond", "X"), value.get("never_from_storey"))


def _check(table: RuleTable) -> None:
    for use_class in table.classes.values():
        if set(use_class.cells) != set(ZONE_IDS):
            raise ValueError(f"class {use_class.id} does not name every zone once")
        for zone, cell in use_class.cells.items():
            for name in cell.limits:
                if name not in table.limits:
                    raise ValueError(f"class {use_class.id} names no known limit in {zone}: {name}")
                if table.limits[name].zone != zone:
                    raise ValueError(f"class {use_class.id} names a limit of another zone in {zone}: {name}")
        if use_class.other_reading and use_class.other_reading[0] not in table.classes:
            raise ValueError(f"class {use_class.id} names no known other class")
    for limit in table.limits.values():
        if limit.shops_within is not None and limit.shops_within not in table.limits:
            raise ValueError(f"limit {limit.id} names no known limit")
        if limit.max_sum_m2 is None and limit.max_total_m2 is None:
            raise ValueError(f"limit {limit.id} limits nothing")
    for limit in table.limits.values():
        numbers = (limit.max_sum_m2, limit.max_storey, limit.max_total_m2)
        if any(number is not None and not number > 0 for number in numbers):
            raise ValueError(f"limit {limit.id} has a number that limits nothing")
    for entry in table.words:
        if set(entry.reasons) != set(entry.candidates):
            raise ValueError(f"words {entry.words} lack the reason of a candidate")
    named = {name for entry in table.words for name in entry.candidates} | set(table.combined.parts)
    if named - set(table.classes):
        raise ValueError(f"unknown classes {sorted(named - set(table.classes))}")
    zones = table.special24_zones | table.combined.always | table.combined.never
    if (zones | table.combined.conditional_zones) - set(ZONE_IDS):
        raise ValueError("a zone id is unknown")
