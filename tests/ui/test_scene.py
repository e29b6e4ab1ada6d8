"""The map follows the document, and its drawing data come back by themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Category, Style, Symbol
from chiiki_gis.ui import work
from chiiki_gis.ui.main_window import MainWindow


@pytest.fixture
def lots(window: MainWindow, tmp_path: Path) -> Layer:
    """A reference layer of two lots."""
    path = tmp_path / "筆.gpkg"
    rows = {"chiban": ["1-1", "2"], "owner_kind": ["市", "県"]}
    geopandas.GeoDataFrame(
        rows, geometry=[shapely.box(0, 0, 40, 40), shapely.box(50, 0, 90, 40)], crs=6676
    ).to_file(path)
    work.import_files(window.session, (path,), ImportOptions(role=Role.LOT))
    return window.session.document.references(Role.LOT)[0]


def test_a_lost_cache_file_is_built_again_without_a_word(window: MainWindow, lots: Layer) -> None:
    said: list[object] = []
    window.session.noticed.connect(said.append)
    place = window.session.shapes[lots.id]
    assert isinstance(place, Path)
    window.session.shapes[lots.id] = place.with_name("gone.rc")
    window.session.opened.emit()
    assert window.session.shapes[lots.id] == place
    shapes = window.scene.shapes(lots.id)
    assert shapes is not None
    assert shapes.count == 2
    assert said == []


def test_classes_by_another_column_are_drawn_as_soon_as_they_are_worked_out(
    window: MainWindow, lots: Layer
) -> None:
    styled = replace(lots, style=replace(lots.style, class_column="owner_kind"))
    window.session.apply(Change("塗り分ける", put_layers=(styled,)))
    shapes = window.scene.shapes(lots.id)
    assert shapes is not None
    assert shapes.class_counts() == {"市": 1, "県": 1}
    window.session.undo()
    shapes = window.scene.shapes(lots.id)
    assert shapes is not None
    assert shapes.class_counts() == {}


def test_a_style_that_was_tried_and_taken_back_needs_no_new_drawing_data(
    window: MainWindow, lots: Layer
) -> None:
    asked = window.session.workers.asked  # type: ignore[attr-defined]  # DirectWorkers
    window.scene.try_style(lots.id, replace(lots.style, class_column="owner_kind"))
    count = asked.count("shapes")
    assert count == 1
    window.scene.try_style(lots.id, None)
    shapes = window.scene.shapes(lots.id)
    assert shapes is not None
    assert shapes.fits(lots.style)
    assert asked.count("shapes") == count


def test_a_layer_keeps_its_last_look_until_the_drawing_data_know_the_new_classes(
    window: MainWindow, lots: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[Callable[[], object]] = []
    submit = window.session.workers.submit

    def hold(job: str, *args: object, **options: object) -> object:
        held.append(lambda: submit(job, *args, **options))  # type: ignore[arg-type]
        return window.session.workers

    def look() -> Style:
        return next(entry.layer.style for entry in window.scene.layers if entry.layer.id == lots.id)

    monkeypatch.setattr(window.session.workers, "submit", hold)
    classes = (Category("市", "市", Symbol(fill="#ff0000")),)
    wanted = replace(lots.style, class_column="owner_kind", categories=classes, opacity=0.5)
    window.scene.try_style(lots.id, wanted)
    assert look() == replace(lots.style, opacity=0.5)
    for answer in held:
        answer()
    assert look() == wanted


def test_a_file_is_seen_while_it_is_imported_and_its_glimpse_goes_with_the_answer(
    window: MainWindow, tmp_path: Path
) -> None:
    path = tmp_path / "路.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (40, 40)])], crs=6676).to_file(path)
    seen: list[int] = []
    window.session.glimpsed.connect(lambda: seen.append(len(window.session.glimpses)))
    work.import_files(window.session, (path,))
    assert seen == [1, 0]
    assert "路" in [entry.layer.name for entry in window.scene.layers]


def test_a_glimpse_of_a_file_that_fails_goes_too(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "海.gpkg"
    geopandas.GeoDataFrame(geometry=[shapely.Point(1, 1)], crs=6676).to_file(path)
    before = window.scene.layers
    work.import_files(window.session, (path,), ImportOptions(layer="ない"))
    assert window.session.glimpses == ()
    assert [entry.layer.id for entry in window.scene.layers] == [entry.layer.id for entry in before]
