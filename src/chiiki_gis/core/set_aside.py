"""Findings that the planner has set aside (対象外) with a written reason; they are never hidden by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from chiiki_gis.core.change import Change
from chiiki_gis.core.facts import SET_ASIDE
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.records import entries_of


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
    entries = map(_entry, stored if isinstance(stored, list) else [])
    return tuple(entry for entry in entries if entry is not None)


def mark(findings: Iterable[Finding], facts: Mapping[str, object], scenario: str) -> tuple[Finding, ...]:
    """The findings, those set aside with their reason; the order stays."""
    reasons = {_key(entry): entry.reason for entry in set_aside_of(facts)}
    marked = []
    for finding in findings:
        reason = reasons.get(_key_of(finding, scenario))
        marked.append(finding if reason is None else replace(finding, ignored=True, reason=reason))
    return tuple(marked)


def former_reason(
    facts: Mapping[str, object], finding: Finding, scenario: str, current: Iterable[Finding] = ()
) -> str:
    """Why the same was set aside when it read otherwise; empty where it never was.

    current   all findings of the check: the reason of another one that still stands is not this one's
    """
    subject, others = _subject_of(finding, scenario), {_key_of(one, scenario) for one in current}
    former = (e for e in reversed(set_aside_of(facts)) if _subject(e) == subject and _key(e) not in others)
    return next((entry.reason for entry in former), "")


def day_of(facts: Mapping[str, object], finding: Finding, scenario: str) -> str:
    """The ISO day on which a finding was set aside; empty where it is not."""
    key = _key_of(finding, scenario)
    return next((e.on for e in set_aside_of(facts) if _key(e) == key), "")


def set_aside(
    facts: Mapping[str, object],
    findings: Sequence[Finding],
    scenario: str,
    reason: str,
    on: str,
    current: Iterable[Finding],
) -> Change:
    """Set findings aside. A reason is needed: raises ValueError without one.

    current   all findings of the check: several of one rule may have the same subject, and an older entry
              on the subject is replaced only where none of them reads so any more
    """
    if not reason.strip():
        raise ValueError("a finding is set aside only with a reason")
    subjects = {_subject_of(finding, scenario) for finding in findings}
    chosen = {_key_of(finding, scenario) for finding in findings}
    others = {_key_of(finding, scenario) for finding in current} - chosen
    new = [
        SetAside(f.rule, f.layer, tuple(map(int, f.fids)), scenario, f.message, reason.strip(), on)
        for f in findings
    ]

    def stays(entry: SetAside) -> bool:
        return _subject(entry) not in subjects or _key(entry) in others

    return _put(facts, f"検査の{len(findings)}件を対象外にする", stays, new)


def take_back(facts: Mapping[str, object], findings: Sequence[Finding], scenario: str) -> Change:
    """Let findings count again."""
    gone = {_key_of(finding, scenario) for finding in findings}
    return _put(
        facts, f"検査の{len(findings)}件の対象外を取り消す", lambda entry: _key(entry) not in gone, ()
    )


def _subject(entry: SetAside) -> tuple[object, ...]:
    return entry.rule, entry.layer, entry.fids, entry.scenario


def _subject_of(finding: Finding, scenario: str) -> tuple[object, ...]:
    layer = None if finding.layer is None else str(finding.layer)
    return finding.rule, layer, tuple(map(int, finding.fids)), scenario


def _key(entry: SetAside) -> tuple[object, ...]:
    return *_subject(entry), entry.message


def _key_of(finding: Finding, scenario: str) -> tuple[object, ...]:
    return *_subject_of(finding, scenario), finding.message


def _entry(entry: object) -> SetAside | None:
    """A stored entry, or None for what is none of ours."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("rule"), str):
        return None
    fids = entry.get("fids")
    layer = entry.get("layer")
    return SetAside(
        rule=str(entry["rule"]),
        layer=layer if isinstance(layer, str) else None,
        fids=tuple(f for f in fids if isinstance(f, int)) if isinstance(fids, list) else (),
        **{key: str(entry.get(key, "")) for key in ("scenario", "message", "reason", "on")},
    )


def _put(
    facts: Mapping[str, object], note: str, stays: Callable[[SetAside], bool], new: Iterable[SetAside]
) -> Change:
    """The stored list without our entries that do not stay; whatever is none of ours stays as it is."""
    kept = [one for one in entries_of(facts, SET_ASIDE) if (ours := _entry(one)) is None or stays(ours)]
    added = [
        {
            "rule": e.rule, "layer": e.layer, "fids": list(e.fids), "scenario": e.scenario,
            "message": e.message, "reason": e.reason, "on": e.on,
        }
        for e in new
    ]  # fmt: skip
    return Change(note, facts={SET_ASIDE: [*kept, *added] or None})
