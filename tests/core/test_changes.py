"""Applying, undoing and redoing changes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from chiiki_gis.core import edits
from chiiki_gis.core.change import Change, Changed
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.history import History
from chiiki_gis.core.layer import Fid, Layer, LayerId, same_layer
from chiiki_gis.core.role import PLAN_ROLES, Role

FACILITY = LayerId("facility")
AREA = LayerId("promotion_area")
HEADER = Header("u", (Municipality("20999", "架空市"),), 6676)


def values(document: Document) -> tuple[tuple[Layer, ...], dict[str, object]]:
    return document.layers, dict(document.facts)


def equal(
    left: tuple[tuple[Layer, ...], dict[str, object]], right: tuple[tuple[Layer, ...], dict[str, object]]
) -> bool:
    return left[1] == right[1] and len(left[0]) == len(right[0]) and all(map(same_layer, left[0], right[0]))


coordinates = st.floats(-30_000, 30_000, allow_nan=False)
kinds = st.sampled_from(["coworking", "trial_house", "exchange"])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("facility"), kinds, coordinates, coordinates),
        st.tuples(st.just("area"), coordinates, coordinates, st.floats(1, 5_000)),
        st.tuples(st.just("name"), st.integers(0, 20), st.text(max_size=8)),
        st.tuples(st.just("floor"), st.integers(0, 20), st.one_of(st.none(), st.floats(0, 1e5))),
        st.tuples(st.just("move"), st.integers(0, 20), coordinates),
        st.tuples(st.just("drop"), st.integers(0, 20)),
        st.tuples(st.just("style"), st.sampled_from(PLAN_ROLES), st.floats(0, 1)),
        st.tuples(st.just("order"), st.randoms(use_true_random=False)),
        st.tuples(
            st.just("fact"),
            st.sampled_from(["period", "authority"]),
            st.one_of(st.none(), st.text(max_size=5)),
        ),
    ),
    max_size=14,
)


def change_for(document: Document, step: tuple) -> Change | None:  # type: ignore[type-arg]  # hypothesis tuples
    rows = document.plan(Role.FACILITY)
    match step:
        case ("facility", kind, x, y):
            return edits.add_facility(document, kind, Point(x, y))
        case ("area", x, y, size):
            return edits.add_area(document, Role.PROMOTION_AREA, box(x, y, x + size, y + size))
        case ("style", role, opacity):
            layer = document.layer(LayerId(role.value))
            return Change("見た目", put_layers=(replace(layer, style=replace(layer.style, opacity=opacity)),))
        case ("order", random):
            order = [layer.id for layer in document.layers]
            random.shuffle(order)
            return Change("並べ替え", order=tuple(order))
        case ("fact", key, value):
            return Change("事実", facts={key: value})
    if not len(rows):
        return None
    fid = Fid(int(rows.index[step[1] % len(rows)]))
    match step:
        case ("name", _, text):
            return edits.set_values(document, FACILITY, fid, {"name": text}, "名称")
        case ("floor", _, number):
            return edits.set_values(document, FACILITY, fid, {"use_floor_m2": number}, "面積")
        case ("move", _, x):
            return edits.set_geometry(document, FACILITY, fid, Point(x, 0), "移動")
        case _:
            return edits.drop_features(FACILITY, [fid])


@settings(max_examples=40, deadline=None)
@given(steps)
def test_any_sequence_of_changes_undoes_and_redoes_to_equality(sequence: list[tuple]) -> None:  # type: ignore[type-arg]  # hypothesis tuples
    document = new_document(HEADER)
    history = History(document)
    seen = [values(document)]
    for step in sequence:
        change = change_for(document, step)
        if change is not None:
            history.apply(change)
            seen.append(values(document))
    for state in reversed(seen[:-1]):
        history.undo()
        assert equal(values(document), state)
    for state in seen[1:]:
        history.redo()
        assert equal(values(document), state)


def test_undo_puts_a_deleted_area_back_in_its_place() -> None:
    document = new_document(HEADER)
    history = History(document)
    for x in (0, 100, 200):
        history.apply(edits.add_area(document, Role.PROMOTION_AREA, box(x, 0, x + 50, 50)))
    before = document.plan(Role.PROMOTION_AREA)
    history.apply(edits.drop_features(AREA, [Fid(2)]))
    assert list(document.plan(Role.PROMOTION_AREA).index) == [1, 3]
    history.undo()
    assert document.plan(Role.PROMOTION_AREA).equals(before)


def test_a_fid_is_never_used_twice() -> None:
    document = new_document(HEADER)
    history = History(document)
    history.apply(edits.add_facility(document, "coworking", Point(0, 0)))
    history.undo()
    history.apply(edits.add_facility(document, "exchange", Point(1, 1)))
    assert list(document.plan(Role.FACILITY).index) == [2]


def test_a_change_that_does_not_fit_leaves_the_document_as_it_was() -> None:
    document = new_document(HEADER)
    before = values(document)
    with pytest.raises(KeyError):
        document.apply(Change("?", drop={AREA: (Fid(7),)}, facts={"period": "5年"}))
    with pytest.raises(ValueError, match="columns"):
        document.apply(Change("?", put={AREA: document.plan(Role.FACILITY)}))
    assert equal(values(document), before)


def test_a_new_edit_forgets_what_could_be_redone() -> None:
    document = new_document(HEADER)
    history = History(document)
    history.apply(edits.add_facility(document, "coworking", Point(0, 0)))
    history.undo()
    history.apply(edits.add_facility(document, "exchange", Point(0, 0)))
    assert history.redo() is None


def test_every_apply_tells_once_what_is_stale() -> None:
    document = new_document(HEADER)
    heard: list[Changed] = []
    stop = document.listen(heard.append)
    document.apply(edits.add_facility(document, "coworking", Point(0, 0)))
    document.apply(Change("事実", facts={"period": "5年"}))
    stop()
    document.apply(Change("事実", facts={"period": None}))
    assert [(set(e.layers), e.layer_list, e.facts) for e in heard] == [
        ({FACILITY}, False, False),
        (set(), False, True),
    ]


def test_a_facility_preset_leaves_the_legal_class_to_the_planner() -> None:
    document = new_document(HEADER)
    document.apply(edits.add_facility(document, "coworking", Point(0, 0)))
    assert document.plan(Role.FACILITY).iloc[0]["use_class"] is None
