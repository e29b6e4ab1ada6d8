"""The layer list and the display sets: each edit is one change that can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chiiki_gis.core import display_sets as sets
from chiiki_gis.core import layer_edits
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.facts import FACT_KEYS
from chiiki_gis.core.history import History
from chiiki_gis.core.layer import Layer, LayerId, same_layer
from chiiki_gis.core.palette import zoning_style
from chiiki_gis.core.role import Role

HEADER = Header("u", (Municipality("20999", "架空市"),), 6676)
AREA, FACILITY, ZONING = LayerId("promotion_area"), LayerId("facility"), LayerId("zoning_1")


@pytest.fixture
def document() -> Document:
    made = new_document(HEADER)
    rows = made.plan(Role.SITE)  # any frame will do for a reference of nothing
    layers = [
        Layer(LayerId(f"{role.value}_1"), role, role.japanese, rows, zoning_style())
        for role in (Role.MUNICIPALITY, Role.ZONING, Role.ROAD)
    ]
    return Document(HEADER, (*layers, *made.layers))


def ids(document: Document) -> list[str]:
    return [str(layer.id) for layer in document.layers]


@pytest.mark.parametrize(
    ("moved", "target", "above", "order"),
    [
        ("municipality_1", "road_1", True, ["zoning_1", "road_1", "municipality_1"]),
        ("road_1", "municipality_1", False, ["road_1", "municipality_1", "zoning_1"]),
        ("road_1", "zoning_1", False, ["municipality_1", "road_1", "zoning_1"]),
        ("road_1", "zoning_1", True, ["municipality_1", "zoning_1", "road_1"]),
        ("zoning_1", "zoning_1", True, ["municipality_1", "zoning_1", "road_1"]),
    ],
)
def test_a_layer_lies_where_it_was_dropped(
    document: Document, moved: str, target: str, above: bool, order: list[str]
) -> None:
    layers, of = document.layers, document.layer
    change = layer_edits.move_layer(layers, of(LayerId(moved)), of(LayerId(target)), above)
    if not change.is_empty:
        document.apply(change)
    assert ids(document)[:3] == order
    assert ids(document)[3:] == ["priority_district", "promotion_area", "facility", "site", "access_link"]


def test_a_reference_layer_never_comes_above_the_plan(document: Document) -> None:
    with pytest.raises(ValueError, match="plan layers"):
        layer_edits.move_layer(document.layers, document.layer(ZONING), document.layer(AREA), True)


def test_every_edit_of_a_layer_can_be_taken_back_and_done_again(document: Document) -> None:
    history = History(document)
    zoning = document.layer(ZONING)
    before = document.layers
    for change in (
        layer_edits.show_layers(document.layers, False),
        layer_edits.show_category(zoning, "商業地域", False),
        layer_edits.set_opacity(zoning, 0.25),
        layer_edits.rename_layer(zoning, " 用途 2019 "),
        layer_edits.lock_layer(document.layer(FACILITY), True),
        layer_edits.drop_layer(document.layer(LayerId("road_1"))),
    ):
        assert not change.is_empty
        history.apply(change)
        after = document.layers
        history.undo()
        assert all(map(same_layer, document.layers, before))
        history.redo()
        assert all(map(same_layer, document.layers, after))
        history.undo()


def test_what_changes_nothing_is_an_empty_change(document: Document) -> None:
    zoning = document.layer(ZONING)
    assert layer_edits.show_layers(document.layers, True).is_empty
    assert layer_edits.rename_layer(zoning, "  ").is_empty
    assert layer_edits.rename_layer(zoning, zoning.name).is_empty
    assert layer_edits.lock_layer(zoning, False).is_empty


def test_a_display_set_brings_back_what_was_shown_and_how(document: Document) -> None:
    document.apply(layer_edits.set_opacity(document.layer(ZONING), 0.3))
    document.apply(sets.keep_set(document.facts, "薄い用途", document.layers))
    document.apply(layer_edits.set_opacity(document.layer(ZONING), 1))
    document.apply(layer_edits.show_layers([document.layer(AREA)], False))
    found = sets.set_named(document.facts, "薄い用途")
    assert found is not None
    assert not sets.is_shown(found, document.layers)
    document.apply(sets.apply_set(found, document.layers))
    assert sets.is_shown(found, document.layers)
    assert document.layer(ZONING).style.opacity == 0.3
    assert document.layer(AREA).style.visible
    assert sets.apply_set(found, document.layers).is_empty


def test_a_layer_that_came_later_is_hidden_by_an_older_set(document: Document) -> None:
    document.apply(sets.keep_set(document.facts, "前", document.layers))
    late = replace(document.layer(ZONING), id=LayerId("zoning_2"))
    (found,) = sets.display_sets(document.facts)
    assert not sets.styles_of(found, [late])[late.id].visible


def test_display_sets_are_replaced_renamed_and_dropped_in_place(document: Document) -> None:
    history = History(document)
    for name in ("甲", "乙"):
        history.apply(sets.keep_set(document.facts, name, document.layers))
    history.apply(layer_edits.set_opacity(document.layer(ZONING), 0.1))
    history.apply(sets.keep_set(document.facts, "甲", document.layers))
    first, second = sets.display_sets(document.facts)
    assert (first.name, first.styles[ZONING].opacity) == ("甲", 0.1)
    assert second.styles[ZONING].opacity == zoning_style().opacity
    history.apply(sets.rename_set(document.facts, "甲", "丙"))
    with pytest.raises(ValueError, match="taken"):
        sets.rename_set(document.facts, "丙", "乙")
    history.apply(sets.drop_set(document.facts, "乙"))
    assert [found.name for found in sets.display_sets(document.facts)] == ["丙"]
    history.apply(sets.drop_set(document.facts, "丙"))
    assert sets.KEY not in document.facts
    for _ in range(7):
        history.undo()
    assert not document.facts


def test_a_display_set_is_no_fact_of_the_plan() -> None:
    assert sets.KEY not in FACT_KEYS


def test_only_what_is_judged_counts_as_content(document: Document) -> None:
    told: list[bool] = []
    document.listen(lambda changed: told.append(changed.content))
    zoning = document.layer(ZONING)
    document.apply(layer_edits.set_opacity(zoning, 0.1))
    document.apply(sets.keep_set(document.facts, "図", document.layers))
    back = document.apply(layer_edits.drop_layer(zoning))
    document.apply(back)
    document.apply(layer_edits.rename_layer(document.layer(ZONING), "用途"))  # findings name the layer
    assert told == [False, False, True, True, True]
