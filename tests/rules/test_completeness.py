"""How far a facility is entered, and what is still to be entered where."""

from __future__ import annotations

import shapely

from chiiki_gis.core.building_rows import add_use
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility, set_geometry, set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.rules.completeness import completeness

FACILITY = LayerId("facility")


def plan() -> Document:
    document = new_document(Header("u", (Municipality("20999", "試験市"),), 6676))
    document.apply(add_facility(document, "coworking", shapely.Point(0, 0)))
    return document


def needs(document: Document, *missing: str) -> list[str]:
    return [need.word for need in completeness(document.plan(Role.FACILITY), missing).needs]


def test_a_new_facility_needs_site_works_class_and_floor() -> None:
    document = plan()
    assert needs(document) == ["敷地", "工事の種類", "用途の区分", "用途の床面積"]
    found = completeness(document.plan(Role.FACILITY), ())
    assert (found.done, found.total) == (4, 8)


def test_everything_entered_leaves_nothing() -> None:
    document = plan()
    values = {"works": "new", "use_class": "office", "use_floor_m2": 80.0}
    document.apply(set_values(document, FACILITY, Fid(1), values, "記入"))
    document.apply(set_geometry(document, FACILITY, Fid(1), shapely.box(0, 0, 9, 9), "敷地"))
    found = completeness(document.plan(Role.FACILITY), ())
    assert (found.done, found.total, found.needs) == (8, 8, ())


def test_numbers_that_the_verdict_misses_count_until_they_are_entered() -> None:
    document = plan()
    assert needs(document, "最上階", "延べ面積")[-2:] == ["延べ面積", "最上階"]
    document.apply(set_values(document, FACILITY, Fid(1), {"total_floor_m2": 90.0}, "記入"))
    assert needs(document, "最上階", "延べ面積")[-1] == "最上階"
    assert "延べ面積" not in needs(document, "最上階", "延べ面積")


def test_each_use_of_a_building_is_asked_and_the_building_once() -> None:
    document = plan()
    change, new = add_use(document, Fid(1), "lodging")
    document.apply(change)
    found = completeness(document.plan(Role.FACILITY), ("延べ面積", "最上階"))
    words = [need.word for need in found.needs]
    assert words.count("敷地") == words.count("延べ面積") == 1
    assert "用途の床面積（用途1）" in words
    assert [need.fid for need in found.needs if need.word == "用途の床面積（用途2）"] == [new]
    assert {"最上階（用途1）", "最上階（用途2）"} <= set(words)


def test_a_linked_site_counts_as_a_site() -> None:
    document = plan()
    document.apply(set_values(document, FACILITY, Fid(1), {"site_fid": 3}, "記入"))
    assert "敷地" not in needs(document)


def test_spaces_are_no_name() -> None:
    document = plan()
    document.apply(set_values(document, FACILITY, Fid(1), {"name": "　"}, "記入"))
    assert "名称" in needs(document)
