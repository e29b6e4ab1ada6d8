"""Raster layers in the window: dropped in, looked at, lost and found again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dropping import drop, take_in
from pictures import write_picture
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QLabel, QMenu

from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.io.raster_ref import RELOCATE, raster_of
from chiiki_gis.ui import work
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.raster_menu import add_raster_entries, choose_file


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "航空写真.tif", np.full((3, 60, 60), 120, "u1"))


@pytest.fixture
def layer(window: MainWindow, photo: Path) -> Layer:
    """The picture, dropped on the window."""
    take_in(window, photo)
    return window.session.document.references(Role.RASTER)[0]


def drawn(window: MainWindow) -> list[str]:
    return [entry.layer.name for entry in window.scene.layers if entry.pyramid is not None]


def tree_text(window: MainWindow, layer: Layer) -> str:
    window.layers.refresh()
    item = window.layers.item_of(layer.id)
    assert item is not None
    return item.text(0)


def said(window: MainWindow) -> list[Notice]:
    notices: list[Notice] = []
    window.session.noticed.connect(notices.append)
    return notices


def entries(window: MainWindow, layer: Layer) -> dict[str, QAction]:
    """Every entry of the layer's menu, those of the submenu included."""
    menu = QMenu(window)
    add_raster_entries(menu, window.session, layer)
    found = {action.text(): action for action in menu.actions()}
    for action in menu.actions():
        if action.menu() is not None:
            found |= {inner.text(): inner for inner in action.menu().actions()}
    return found


def test_a_dropped_picture_is_drawn_below_the_plan_and_can_be_undone(
    window: MainWindow, layer: Layer
) -> None:
    assert drawn(window) == ["航空写真"]
    assert window.session.document.layers[0].id == layer.id
    window.session.undo()
    assert drawn(window) == []
    window.session.redo()
    assert drawn(window) == ["航空写真"]


def test_a_picture_has_no_count_and_no_table(window: MainWindow, layer: Layer) -> None:
    assert tree_text(window, layer) == "航空写真"
    window.table.show_layer(layer.id)
    box = window.table.bar.layers
    names = [box.itemText(n) for n in range(box.count())]
    assert "航空写真" not in names


def test_zooming_to_a_picture_shows_its_ground(window: MainWindow, layer: Layer) -> None:
    window.commands.zoom_to_layer(layer.id)
    west, south, east, north = window.canvas.view.extent
    assert west < 1000 < 1120 < east
    assert south < 4880 < 5000 < north


def test_a_missing_file_keeps_its_layer_and_is_told_once_with_the_way_out(
    window: MainWindow, layer: Layer, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = photo.rename(photo.with_name("移した.tif"))
    window.session.shapes.clear()
    notices = said(window)
    window.session.opened.emit()
    window.scene.refresh()
    assert drawn(window) == []
    assert layer.id in [x.id for x in window.session.document.layers]
    assert tree_text(window, layer) == "航空写真（未表示）"
    (notice,) = [n for n in notices if "見つかりません" in n.what]
    assert "航空写真.tif" in notice.what
    assert RELOCATE in notice.todo
    monkeypatch.setattr(Files, "open_one", lambda *_args: moved)
    assert notice.press is not None
    notice.press()
    assert drawn(window) == ["航空写真"]
    assert tree_text(window, layer) == "航空写真"


def test_showing_where_the_file_is_brings_the_picture_back_in_one_step(
    window: MainWindow, layer: Layer, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = photo.rename(photo.with_name("移した.tif"))
    window.session.shapes.clear()
    window.session.opened.emit()
    monkeypatch.setattr(Files, "open_one", lambda *_args: moved)
    steps = len(window.session.history.undo_notes)
    choose_file(window, window.session, layer)
    assert drawn(window) == ["航空写真"]
    assert raster_of(window.session.document.layer(layer.id)).path == moved
    assert len(window.session.history.undo_notes) == steps + 1
    window.session.undo()
    assert raster_of(window.session.document.layer(layer.id)).path == photo


def test_a_choice_of_colours_is_one_step_that_can_be_undone(window: MainWindow, sample: Path) -> None:
    take_in(window, sample / "dem10.tif")
    (dem,) = window.session.document.references(Role.DEM)
    found = entries(window, dem)
    assert found["陰影"].isChecked()
    found["陰影と色分け"].trigger()
    look = window.session.document.layer(dem.id).style.raster
    assert (look.hillshade, look.tints) == (True, True)
    window.layers.refresh()
    item = window.layers.item_of(dem.id)
    assert item is not None
    assert [item.child(n).text(0) for n in range(item.childCount())][-1] == "600～800 m"
    window.session.undo()
    assert not window.session.document.layer(dem.id).style.raster.tints


def card_texts(window: MainWindow) -> list[str]:
    column = window.properties.reference.layout()
    assert column is not None
    items = [column.itemAt(n) for n in range(column.count())]
    widgets = [item.widget() for item in items if item is not None]
    return [widget.text() for widget in widgets if isinstance(widget, QLabel)]


def test_identify_tells_the_height_of_the_ground(window: MainWindow, sample: Path, layer: Layer) -> None:
    take_in(window, sample / "dem10.tif")
    window.commands.identify((-17_700.0, 16_700.0), 5.0)
    (told,) = [text for text in card_texts(window) if "標高" in text]
    assert 790 < float(told.split()[-2]) < 860
    window.commands.identify((0.0, 0.0), 5.0)
    assert not any("標高" in text for text in card_texts(window))


def test_a_file_without_a_place_is_told_and_changes_nothing(window: MainWindow, tmp_path: Path) -> None:
    path = write_picture(
        tmp_path / "写真.png", np.zeros((3, 8, 8), "u1"), driver="PNG", crs=None, transform=None
    )
    before = window.session.document.layers
    dialog = drop(window, path)
    assert any("写真.png" in label.text() for label in dialog.findChildren(QLabel) if "せん" in label.text())
    assert not dialog.take.isEnabled()
    dialog.reject()
    assert window.session.document.layers == before


def test_a_scan_without_a_crs_is_placed_once_the_user_names_it(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_picture(tmp_path / "図面.tif", np.full((3, 60, 60), 120, "u1"), crs=None)
    notices = said(window)
    work.import_files(window.session, (path,))
    (notice,) = notices
    assert notice.button == "座標系を選ぶ"
    assert notice.press is not None
    offered: list[str] = []

    def choose(dialog: QInputDialog) -> int:
        offered.extend(dialog.comboBoxItems())
        dialog.setTextValue(offered[1])
        return 1

    monkeypatch.setattr(QInputDialog, "exec", choose)
    notice.press()
    assert offered[0] == "平面直角座標系 第VIII系（JGD2011）"
    assert len(set(offered)) == 24
    (layer,) = window.session.document.references(Role.RASTER)
    assert layer.source.epsg == 2450
    assert drawn(window) == ["図面"]


def test_the_window_never_loads_the_raster_library() -> None:
    program = (
        "import sys; import chiiki_gis.ui.main_window, chiiki_gis.render.paint, chiiki_gis.render.sheet;"
        "import chiiki_gis.ui.raster_menu, chiiki_gis.io.formats, chiiki_gis.io.encode;"
        "sys.exit('rasterio' in sys.modules or 'pyproj' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
