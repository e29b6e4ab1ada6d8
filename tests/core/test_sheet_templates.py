"""Templates of sheets are kept with the plan, and a damaged one does no harm."""

from __future__ import annotations

import pytest

from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.sheet import INTERNAL, Sheet
from chiiki_gis.core.sheet_templates import KEY, drop_template, keep_template, templates_of

SHEET = Sheet(
    "area", "A4", "portrait", 2_500, "図名", "別図1", "令和8年4月", (1.5, -2.0), "備考", b"\x89PNG", INTERNAL
)


def test_a_kept_sheet_comes_back_as_it_was_and_keeping_can_be_undone() -> None:
    document = new_document(Header("u", (Municipality("20214", "茅野市"),), 6676))
    undo = document.apply(keep_template(document.facts, "様式", SHEET))
    assert [(t.name, t.sheet) for t in templates_of(document.facts)] == [("様式", SHEET)]
    document.apply(undo)
    assert templates_of(document.facts) == ()


def test_a_template_of_the_same_name_is_replaced_in_its_place() -> None:
    facts = keep_template({}, "一", SHEET).facts
    facts = keep_template(facts, "二", SHEET).facts
    facts = keep_template(facts, "一", Sheet("overview")).facts
    assert [(t.name, t.sheet.kind) for t in templates_of(facts)] == [("一", "overview"), ("二", "area")]
    facts = drop_template(facts, "一").facts
    assert [t.name for t in templates_of(facts)] == ["二"]


@pytest.mark.parametrize(
    ("key", "value"),
    [("kind", "poster"), ("paper", "A0"), ("scale", "2500"), ("scale", 1), ("logo", "§"), ("center", [1]),
     ("center", ["a", "b"]), ("text", None), ("name", "")],
)  # fmt: skip
def test_a_damaged_template_is_left_out_and_the_others_stay(key: str, value: object) -> None:
    facts = keep_template(keep_template({}, "一", SHEET).facts, "二", SHEET).facts
    stored = list(facts[KEY])  # type: ignore[arg-type]
    stored[0] = {**stored[0], key: value}
    assert [t.name for t in templates_of({KEY: stored})] == ["二"]
    assert templates_of({KEY: "壊れた値"}) == ()
