"""The rules of resources/rules/plan.toml as values, and how a finding is made from one."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import Any

from chiiki_gis import paths
from chiiki_gis.core.change import Change
from chiiki_gis.core.finding import SEVERITY_WORDS, Finding, Severity
from chiiki_gis.core.layer import Fid, plan_layer_id
from chiiki_gis.core.role import Role
from chiiki_gis.rules.overrides import LocalChange, LocalRules, apply_changes, local_rules

TOLERANCE_M = 1.0
"""Pieces that reach no farther than this beyond a border are digitising slivers (a choice, no norm)."""

LEAST_M2 = 10.0
"""Less than this in all is no finding (a choice, no norm)."""


@dataclass(frozen=True)
class PlanRule:
    """One rule of the plan.

    message    template; its fields are filled by the check that names the rule
    confirmed  the day the article was compared with the law (確認日), ISO
    change     the town's change of its severity, or None
    codes      hazard codes by column, and `words` hazard words, for the rules that need them
    examples   tiny plans with `match` true or false, run by the tests
    """

    id: str
    severity: Severity
    title: str
    article: str
    message: str
    confirmed: str
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    examples: tuple[Mapping[str, Any], ...] = ()
    change: LocalChange | None = None


def plan_rules() -> Mapping[str, PlanRule]:
    """The rules in force here by id: the program's, with the severities the town has changed.

    Raises ValueError for a double id or a wrong severity in the program's own file.
    """
    return _local_rules(local_rules())


@cache
def _shipped() -> Mapping[str, Any]:
    return tomllib.loads((paths.resources() / "rules" / "plan.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=2)
def _local_rules(local: LocalRules) -> Mapping[str, PlanRule]:
    data, applied, _ = apply_changes(_shipped(), local.of("plan"), _hangs_together)
    changes = {change.path: change for change in applied}
    return {
        name: replace(rule, change=changes.get(f"{name}.severity")) for name, rule in _rules(data).items()
    }


def unused_changes() -> tuple[str, ...]:
    """What of the town's changes to these rules could not be used, in Japanese."""
    local = local_rules()
    return apply_changes(_shipped(), local.of("plan"), _hangs_together)[2]


def _hangs_together(data: Mapping[str, Any]) -> bool:
    try:
        _rules(data)
    except ValueError:
        return False
    return True


def _rules(data: Mapping[str, Any]) -> dict[str, PlanRule]:
    rules: dict[str, PlanRule] = {}
    for entry in data["rules"]:
        rule = PlanRule(
            id=entry["id"],
            severity=entry["severity"],
            title=entry["title"],
            article=entry["article"],
            message=entry["message"],
            confirmed=entry.get("confirmed", data["confirmed"]),
            codes={column: tuple(values) for column, values in entry.get("codes", {}).items()},
            words=tuple(entry.get("words", ())),
            examples=tuple(entry["examples"]),
        )
        if rule.id in rules or rule.severity not in SEVERITY_WORDS:
            raise ValueError(f"rule {rule.id} is named twice or has an unknown severity")
        rules[rule.id] = rule
    return rules


def finding(
    rule_id: str,
    role: Role | None,
    fids: Iterable[int] = (),
    *,
    fix: Change | None = None,
    fix_label: str = "",
    **fields: object,
) -> Finding:
    """A finding of a rule about rows of a plan layer. Raises KeyError where a field is missing."""
    rule = plan_rules()[rule_id]
    message = rule.message.format(**fields)
    if rule.change is not None:
        message += f"（{rule.change.words}）"
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        message=message,
        article=rule.article,
        layer=None if role is None else plan_layer_id(role),
        fids=tuple(Fid(int(fid)) for fid in fids),
        fix=fix,
        fix_label=fix_label if fix is not None else "",
    )


def row_name(name: object, number: object, fid: int) -> str:
    """How a message calls a row: its name, else its number, else its fid."""
    if isinstance(name, str) and name.strip():
        return name.strip()
    if isinstance(number, int | float) and number == number:
        return f"番号{int(number)}"
    return f"{fid}"
