"""対象外: with a reason, never without a trace, and never for something that has grown worse."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.finding import Finding
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.set_aside import day_of, former_reason, mark, set_aside, set_aside_of, take_back

LEAK = Finding(
    "promotion-outside-priority",
    "error",
    "12㎡が外にあります。",
    "22条1項",
    LayerId("promotion_area"),
    (Fid(3),),
)
OTHER = Finding("procedure-left", "info", "手続が残っています。", "22条")


def facts_of(*findings: Finding, scenario: str = "A") -> dict[str, object]:
    return dict(set_aside({}, findings, scenario, "原図で確認済み", "2026-11-24", findings).facts)


def test_a_finding_set_aside_stays_in_the_list_with_its_reason() -> None:
    marked = mark([LEAK, OTHER], facts_of(LEAK), "A")
    assert [(f.ignored, f.reason) for f in marked] == [(True, "原図で確認済み"), (False, "")]
    assert not marked[0].is_open_error
    assert day_of(facts_of(LEAK), LEAK, "A") == "2026-11-24"


def test_it_is_open_again_when_it_reads_otherwise_and_the_old_reason_is_remembered() -> None:
    worse = replace(LEAK, message="3,000㎡が外にあります。")
    (found,) = mark([worse], facts_of(LEAK), "A")
    assert found.is_open_error
    assert former_reason(facts_of(LEAK), worse, "A") == "原図で確認済み"
    again = set_aside(facts_of(LEAK), [worse], "A", "測量で直す", "2026-11-25", [worse]).facts
    assert [entry.reason for entry in set_aside_of(again)] == ["測量で直す"]


def test_it_counts_in_other_scenarios_and_for_other_features() -> None:
    assert not mark([LEAK], facts_of(LEAK, scenario="B"), "A")[0].ignored
    assert not mark([replace(LEAK, fids=(Fid(4),))], facts_of(LEAK), "A")[0].ignored


@pytest.mark.parametrize("reason", ["", "  ", "\u3000"])
def test_nothing_is_set_aside_without_a_reason(reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        set_aside({}, [LEAK], "A", reason, "2026-11-24", [LEAK])


def test_taking_back_and_undo_leave_no_trace() -> None:
    document: Document = new_document(Header("x", (Municipality("20999", "試験市"),), 6676))
    inverse = document.apply(
        set_aside(document.facts, [LEAK, OTHER], "A", "確認済み", "2026-11-24", [LEAK, OTHER])
    )
    document.apply(take_back(document.facts, [OTHER], "A"))
    assert [entry.rule for entry in set_aside_of(document.facts)] == [LEAK.rule]
    document.apply(inverse)
    assert not document.facts


def test_a_check_is_asked_again_when_something_is_set_aside() -> None:
    document = new_document(Header("x", (Municipality("20999", "試験市"),), 6676))
    heard = []
    document.listen(heard.append)
    document.apply(set_aside({}, [LEAK], "A", "確認済み", "2026-11-24", [LEAK]))
    assert heard[0].content


def test_entries_that_another_program_has_bent_are_passed_over() -> None:
    assert set_aside_of({"ignored_findings": [7, {"reason": "x"}, {"rule": "r", "fids": ["a", 1]}]})[
        0
    ].fids == (1,)
    assert set_aside_of({"ignored_findings": "x"}) == ()


def test_two_findings_of_one_rule_without_features_keep_their_own_reasons() -> None:
    both = [OTHER, replace(OTHER, message="別の手続が残っています。")]
    facts = set_aside({}, both[:1], "A", "理由1", "2026-11-24", both).facts
    assert former_reason(facts, both[1], "A", both) == ""
    facts = set_aside(facts, both[1:], "A", "理由2", "2026-11-24", both).facts
    assert [f.reason for f in mark(both, facts, "A")] == ["理由1", "理由2"]
    facts = take_back(facts, both[:1], "A").facts
    assert [(f.ignored, f.reason) for f in mark(both, facts, "A")] == [(False, ""), (True, "理由2")]


def test_entries_of_another_program_stay_as_they_are() -> None:
    foreign: list[object] = [7, {"reason": "x"}, {"rule": "r", "fids": ["a", 1], "extra": 1}]
    facts = set_aside({"ignored_findings": foreign}, [LEAK], "A", "確認済み", "2026-11-24", [LEAK]).facts
    stored = facts["ignored_findings"]
    assert isinstance(stored, list)
    assert stored[:3] == foreign
    assert take_back(facts, [LEAK], "A").facts == {"ignored_findings": foreign}
    assert set_aside({"ignored_findings": "x"}, [], "A", "y", "", []).facts == {"ignored_findings": ["x"]}
