"""2画面で比べる."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from reference_layers import ROAD, TOWN, ZONING, add_references
from waiting import settle

from chiiki_gis.core import layer_edits
from chiiki_gis.core.display_sets import drop_set
from chiiki_gis.ui.compare import CompareView, Half
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.scene import Scene


@pytest.fixture
def compare(window: MainWindow) -> CompareView:
    """The set 道路なし is kept, then the road is shown again, then the second half is opened."""
    session = window.session
    add_references(session)
    session.apply(layer_edits.show_layers([session.document.layer(ROAD)], False))
    window.layers.sets.keep("道路なし")
    session.apply(layer_edits.show_layers([session.document.layer(ROAD)], True))
    window.made["compare"].trigger()
    settle()
    return window.compare


def right_of(compare: CompareView) -> Half:
    assert compare.right is not None
    return compare.right


def shown(scene: Scene) -> set[str]:
    return {str(entry.layer.id) for entry in scene.layers if not entry.layer.is_plan}


def test_each_half_shows_its_own_set(window: MainWindow, compare: CompareView) -> None:
    right = right_of(compare)
    assert right.name == "道路なし"
    assert shown(window.scene) == {ZONING, TOWN, ROAD}
    assert shown(right._scene) == {ZONING, TOWN}
    compare.left.choose("道路なし")
    right.choose("")
    assert shown(window.scene) == {ZONING, TOWN}
    assert shown(right._scene) == {ZONING, TOWN, ROAD}


def test_both_halves_look_at_the_same_ground_whichever_moves(
    window: MainWindow, compare: CompareView
) -> None:
    left, right = window.canvas, right_of(compare).canvas
    for moved, other in ((left, right), (right, left)):
        moved.show_view(moved.view.moved(40, 30).zoomed(1.7, 10, 10))
        assert other.view.center == pytest.approx(moved.view.center)
        assert other.scale == pytest.approx(moved.scale)
        assert other.view.width_px == other.width()


def test_an_edit_is_seen_in_both_halves(window: MainWindow, compare: CompareView) -> None:
    session = window.session
    session.apply(layer_edits.rename_layer(session.document.layer(TOWN), "町"))
    for scene in (window.scene, right_of(compare)._scene):
        assert "町" in [entry.layer.name for entry in scene.layers]


def test_a_half_whose_set_is_deleted_shows_the_document(window: MainWindow, compare: CompareView) -> None:
    window.session.apply(drop_set(window.session.document.facts, "道路なし"))
    assert right_of(compare).name == ""
    assert shown(right_of(compare)._scene) == {ZONING, TOWN, ROAD}


def test_closing_brings_the_one_map_back_as_the_document_has_it(
    window: MainWindow, compare: CompareView
) -> None:
    compare.left.choose("道路なし")
    window.made["compare"].trigger()
    settle()
    assert compare.right is None
    assert not compare.left.head.isVisible()
    assert shown(window.scene) == {ZONING, TOWN, ROAD}
    before = window.canvas.view
    window.canvas.show_view(before.moved(10, 0))  # nothing is left that would follow
    assert window.canvas.view == before.moved(10, 0)


def test_an_answer_for_a_half_that_was_closed_is_dropped(
    window: MainWindow, compare: CompareView, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, scene = window.session, right_of(compare)._scene
    submit = session.workers.submit
    held: list[Callable[[], object]] = []

    def hold(job: str, *args: Any, **options: Any) -> Any:
        held.append(lambda: submit(job, *args, **options))  # type: ignore[arg-type]
        return session.workers

    towns = session.document.layer(TOWN).style
    with monkeypatch.context() as slow:
        slow.setattr(session.workers, "submit", hold)
        scene.try_style(TOWN, replace(towns, label_column=None, class_column="種"))
        assert held
        compare.close_right()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    for answer in held:
        answer()
    session.apply(layer_edits.rename_layer(session.document.layer(TOWN), "町"))
    assert "町" not in [entry.layer.name for entry in scene.layers]
    assert "町" in [entry.layer.name for entry in window.scene.layers]


def test_opening_another_plan_closes_the_second_half(window: MainWindow, compare: CompareView) -> None:
    from chiiki_gis.core.jobs import Opened

    window.session.open(Opened(window.session.snapshot(), None, 0, {}))
    settle()
    assert compare.right is None
