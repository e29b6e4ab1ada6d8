"""Findings that the planner has set aside (対象外) with a written reason; they are never hidden by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import SET_ASIDE
from chiiki_gis.core.finding import Finding


@dataclass(frozen=True)
class SetAside:
    """What was set aside, word for word, so that a finding that has grown worse is open again.

    on   ISO day
    """

    rule: str
    layer: str | None
    fids: tuple[int, ...]
    scenario: str
    message: str
    reason: str
    on: str


def set_aside_of(facts: Mapping[str, object]) -> tuple[SetAside, ...]:
    """All entries of a plan; what is none of ours is passed over."""
    stored = facts.get(SET_ASIDE)
    found = []
    for entry in stored if isinstance(stored, list) else []:
        if isinstance(entry, Mapping) and isinstance(entry.get("rule"), str):
            found.append(_entry(entry))
    return tuple(found)


def mark(findings: Iterable[Finding], facts: Mapping[str, object], scenario: str) -> tuple[Finding, ...]:
    """The findings, those set aside with their reason; the order stays."""
    reasons = {(*_subject(entry), entry.message): entry.reason for entry in set_aside_of(facts)}
    marked = []
    for finding in findings:
        reason = reasons.get((*_subject_of(finding, scenario), finding.message))
        marked.append(finding if reason is None else replace(finding, ignored=True, reason=reason))
    return tuple(marked)


def former_reason(facts: Mapping[str, object], finding: Finding, scenario: str) -> str:
    """Why the same was set aside when it read otherwise; empty where it never was."""
    subject = _subject_of(finding, scenario)
    return next((e.reason for e in reversed(set_aside_of(facts)) if _subject(e) == subject), "")


def day_of(facts: Mapping[str, object], finding: Finding, scenario: str) -> str:
    """The ISO day on which a finding was set aside; empty where it is not."""
    key = (*_subject_of(finding, scenario), finding.message)
    return next((e.on for e in set_aside_of(facts) if (*_subject(e), e.message) == key), "")


def set_aside(
    facts: Mapping[str, object], findings: Sequence[Finding], scenario: str, reason: str, on: str
) -> Change:
    """Set findings aside. A reason is needed: raises ValueError without one.

    An older entry on the same subject, in other words, is replaced.
    """
    if not reason.strip():
        raise ValueError("a finding is set aside only with a reason")
    subjects = {_subject_of(finding, scenario) for finding in findings}
    kept = [entry for entry in set_aside_of(facts) if _subject(entry) not in subjects]
    new = [
        SetAside(f.rule, f.layer, tuple(map(int, f.fids)), scenario, f.message, reason.strip(), on)
        for f in findings
    ]
    return _put(f"検査の{len(findings)}件を対象外にする", [*kept, *new])


def take_back(facts: Mapping[str, object], findings: Sequence[Finding], scenario: str) -> Change:
    """Let findings count again."""
    subjects = {_subject_of(finding, scenario) for finding in findings}
    kept = [entry for entry in set_aside_of(facts) if _subject(entry) not in subjects]
    return _put(f"検査の{len(findings)}件の対象外を取り消す", kept)


def _subject(entry: SetAside) -> tuple[object, ...]:
    return entry.rule, entry.layer, entry.fids, entry.scenario


def _subject_of(finding: Finding, scenario: str) -> tuple[object, ...]:
    layer = None if finding.layer is None else str(finding.layer)
    return finding.rule, layer, tuple(map(int, finding.fids)), scenario


def _entry(entry: Mapping[str, Any]) -> SetAside:
    fids = entry.get("fids")
    layer = entry.get("layer")
    return SetAside(
        rule=str(entry["rule"]),
        layer=layer if isinstance(layer, str) else None,
        fids=tuple(f for f in fids if isinstance(f, int)) if isinstance(fids, list) else (),
        **{key: str(entry.get(key, "")) for key in ("scenario", "message", "reason", "on")},
    )


def _put(note: str, entries: Sequence[SetAside]) -> Change:
    plain: list[object] = [
        {
            "rule": e.rule, "layer": e.layer, "fids": list(e.fids), "scenario": e.scenario,
            "message": e.message, "reason": e.reason, "on": e.on,
        }
        for e in entries
    ]  # fmt: skip
    return Change(note, facts={SET_ASIDE: plain or None})
