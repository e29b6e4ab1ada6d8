"""Doing the changes of an earlier run again."""

from __future__ import annotations

from dataclasses import replace

from shapely.geometry import Point, box

from chiiki_gis.core import edits
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.improvement_effects import Effects, WorkRow, effects_of, keep_effects
from chiiki_gis.core.layer import Fid, LayerId, same_layer
from chiiki_gis.core.links import with_true_links
from chiiki_gis.core.replay import replay
from chiiki_gis.core.role import Role

FACILITY = LayerId("facility")


def plan() -> Document:
    document = new_document(Header("u", (Municipality("20999", "架空市"),), 6676))
    document.apply(edits.add_area(document, Role.PRIORITY_DISTRICT, box(0, 0, 9, 9)))
    document.apply(edits.add_facility(document, "coworking", Point(1, 1)))
    document.apply(edits.add_facility(document, "exchange", Point(2, 2)))
    return document


def run(document: Document, change: Change) -> Change:
    document.apply(change)
    return change


def name(document: Document, fid: int, text: str) -> Change:
    return edits.set_values(document, FACILITY, Fid(fid), {"name": text}, f"名称を{text}にする")


def hide(document: Document) -> Change:
    layer = document.layer(FACILITY)
    return Change("隠す", put_layers=(replace(layer, style=replace(layer.style, visible=False)),))


def earlier_run() -> list[Change]:
    """Adds, names, deletes, hides, orders, and states a fact."""
    document = plan()
    return [
        run(document, edits.add_facility(document, "lodging", Point(3, 3))),
        run(document, name(document, 3, "宿")),
        run(document, edits.drop_features(FACILITY, [Fid(2)])),
        run(document, hide(document)),
        run(document, Change("順", order=tuple(reversed([layer.id for layer in document.layers])))),
        run(document, Change("期間", facts={"period": "5年"})),
    ]


def test_all_is_done_again_on_the_plan_it_was_made_on() -> None:
    wanted = plan()
    for change in earlier_run():
        wanted.apply(change)
    document = plan()
    assert replay(earlier_run(), plan(), document, document.apply) == ()
    assert all(map(same_layer, wanted.layers, document.layers))
    assert document.facts == wanted.facts


def test_what_is_so_already_is_not_done_again() -> None:
    changes, base, document = earlier_run(), plan(), plan()
    done: list[Change] = []
    for change in changes:
        document.apply(change)
    for change in changes[:2]:
        base.apply(change)
    assert replay(changes[2:], base, document, done.append) == ()
    assert done == []


def test_both_sides_keep_the_features_they_added() -> None:
    document = plan()
    document.apply(edits.add_facility(document, "convenience", Point(7, 7)))
    assert replay(earlier_run(), plan(), document, document.apply) == ()
    rows = document.plan(Role.FACILITY)
    assert dict(zip(rows["name"], rows.geometry.x, strict=True)) == {
        "コワーキング1": 1,
        "利便施設3": 7,
        "宿": 3,
    }
    assert rows["building_id"].is_unique


def test_hiding_a_layer_again_keeps_the_rows_that_came_later() -> None:
    document = plan()
    document.apply(edits.add_facility(document, "convenience", Point(7, 7)))
    replay([hide(plan())], plan(), document, document.apply)
    assert len(document.plan(Role.FACILITY)) == 3
    assert not document.layer(FACILITY).style.visible


def test_what_both_sides_altered_is_left_to_the_planner() -> None:
    document = plan()
    document.apply(name(document, 2, "駅舎"))
    document.apply(Change("期間", facts={"period": "3年"}))
    refused = replay(earlier_run(), plan(), document, document.apply)
    assert [change.note for change in refused] == ["1件を削除", "期間"]
    assert document.facts["period"] == "3年"
    assert set(document.plan(Role.FACILITY)["name"]) == {"コワーキング1", "駅舎", "宿"}


def effects(cost: str) -> Effects:
    return Effects((WorkRow(1, cost, "改良", 9.0, 0, "", "", None, "", None, ""),), ())


def test_a_facility_is_moved_again_though_the_road_works_were_compared_anew_since() -> None:
    def compared(cost: str) -> Document:
        document = plan()
        document.apply(keep_effects(document.facts, effects(cost), "A"))
        return document

    earlier, document = compared("前"), compared("後")
    move = with_true_links(earlier, edits.set_geometry(earlier, FACILITY, Fid(1), Point(5, 5), "動かす"))
    assert "access" in move.facts
    assert replay([move], compared("前"), document, document.apply) == ()
    assert document.plan(Role.FACILITY).geometry.loc[1] == Point(5, 5)
    kept = effects_of(document.facts, "A")
    assert kept is not None
    assert kept.is_stale
    assert kept.effects == effects("後")


def test_road_works_that_both_sides_compared_are_left_to_the_planner() -> None:
    earlier, document = plan(), plan()
    change = keep_effects(earlier.facts, effects("前"), "A")
    document.apply(keep_effects(document.facts, effects("後"), "A"))
    assert replay([change], earlier, document, document.apply) == (change,)
