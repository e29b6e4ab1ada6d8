"""出典: one row per source, with the line that every sheet carries."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from dropping import take_in
from waiting import settle

from chiiki_gis.core.layer import Layer
from chiiki_gis.export.sheets import _sources
from chiiki_gis.io import project
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.sources_panel import EDITION, LINE, MISSING


@pytest.fixture
def sourced(window: MainWindow, tmp_path: Path) -> MainWindow:
    """Two layers of one file, and one of another."""
    for name, file in (("甲", "一"), ("乙", "一"), ("丙", "二")):
        frame = geopandas.GeoDataFrame({"n": [1]}, geometry=[shapely.box(0, 0, 9, 9)], crs=6676)
        frame.to_file(tmp_path / f"{file}.gpkg", layer=name)
    for file in ("一", "二"):
        take_in(window, tmp_path / f"{file}.gpkg")
    window.show_tab("出典")
    settle()
    return window


def texts(window: MainWindow, row: int) -> list[str]:
    table = window.sources.table
    return [table.item(row, n).text() for n in range(table.columnCount())]


def references(window: MainWindow) -> list[Layer]:
    return [layer for layer in window.session.document.layers if not layer.is_plan]


def test_layers_of_one_file_are_one_source_with_the_day_they_came(sourced: MainWindow) -> None:
    rows = [texts(sourced, n) for n in range(sourced.sources.table.rowCount())]
    assert sorted(row[3] for row in rows) == ["一.gpkg", "二.gpkg"]
    both = next(row for row in rows if row[3] == "一.gpkg")
    assert sorted(both[2].split("、")) == ["乙", "甲"]
    assert both[0] == MISSING
    assert both[4].startswith("令和")


def test_a_line_is_written_for_all_layers_of_the_source_in_one_step(sourced: MainWindow) -> None:
    steps = len(sourced.session.history.undo_notes)
    row = next(n for n in range(2) if texts(sourced, n)[3] == "一.gpkg")
    sourced.sources.table.item(row, LINE).setText("試験市の資料を加工して作成")
    settle()
    assert [x.source.licence for x in references(sourced)].count("試験市の資料を加工して作成") == 2
    assert len(sourced.session.history.undo_notes) == steps + 1
    sourced.session.undo()
    settle()
    assert not any(x.source.licence for x in references(sourced))
    assert texts(sourced, row)[0] == MISSING


def test_the_edition_may_be_mended_too_and_the_line_stays_unwritten(sourced: MainWindow) -> None:
    sourced.sources.table.item(0, EDITION).setText("2024年版")
    settle()
    assert "2024年版" in [x.source.edition for x in references(sourced)]
    assert not any(x.source.licence for x in references(sourced))


def test_what_is_written_stands_on_the_sheet_and_a_missing_line_is_said(sourced: MainWindow) -> None:
    row = next(n for n in range(2) if texts(sourced, n)[3] == "二.gpkg")
    sourced.sources.table.item(row, LINE).setText("試験市の資料")
    settle()
    lines = _sources(references(sourced))
    assert any(line == "丙＝試験市の資料" for line in lines)
    assert any("甲" in line and "一.gpkg" in line for line in lines)


def test_the_mark_in_the_layer_list_leads_to_the_source(sourced: MainWindow) -> None:
    layer = next(x for x in references(sourced) if x.name == "丙")
    sourced.layers.source_asked.emit(str(layer.id))
    settle()
    assert sourced.tabs.currentWidget() is sourced.sources
    assert texts(sourced, sourced.sources.table.currentRow())[3] == "二.gpkg"


def test_the_day_of_import_is_saved_with_the_plan(sourced: MainWindow, saved: Path) -> None:
    before = {x.name: x.source for x in references(sourced)}
    project.save_project(sourced.session.snapshot(), saved, None)
    read = project.document_of(project.open_project(saved))
    assert {x.name: x.source for x in read.layers if not x.is_plan} == before
    assert all(source.imported_on for source in before.values())
