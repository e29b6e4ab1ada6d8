"""新しい計画: the municipalities of a boundary file are offered by name."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from waiting import settle

from chiiki_gis.ui import work
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.new_project_dialog import NewProjectDialog


@pytest.fixture
def borders(tmp_path: Path) -> Path:
    """Three municipalities, one of them in two parts."""
    path = tmp_path / "N03-20250101_20.geojson"
    rows = [("20214", "茅野市", 0), ("20206", "諏訪市", 1), ("20214", "茅野市", 2), ("20363", "富士見町", 3)]
    geopandas.GeoDataFrame(
        {"N03_001": ["長野県"] * 4, "N03_004": [r[1] for r in rows], "N03_007": [r[0] for r in rows]},
        geometry=[shapely.box(138 + r[2] / 10, 36, 138.05 + r[2] / 10, 36.1) for r in rows],
        crs=6668,
    ).to_file(path)
    return path


@pytest.fixture
def dialog(window: MainWindow) -> NewProjectDialog:
    found = NewProjectDialog(window, partial(work.list_municipalities, window.session))
    found.show()
    settle()
    return found


def accept(dialog: NewProjectDialog) -> QPushButton:
    return next(b for b in dialog.findChildren(QPushButton) if b.text() == "作成する")


def listed(dialog: NewProjectDialog) -> list[str]:
    items = [dialog.towns.item(n) for n in range(dialog.towns.count())]
    return [item.text() for item in items if not item.isHidden()]


def tick(dialog: NewProjectDialog, name: str, on: bool = True) -> None:
    (item,) = [i for i in map(dialog.towns.item, range(dialog.towns.count())) if name in i.text()]
    item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
    settle()


def test_the_municipalities_of_the_file_are_listed_once_each_with_their_prefecture(
    dialog: NewProjectDialog, borders: Path
) -> None:
    assert not dialog.towns.isVisible()
    dialog.file.setText(str(borders))
    settle()
    assert listed(dialog) == ["長野県諏訪市（20206）", "長野県茅野市（20214）", "長野県富士見町（20363）"]


def test_ticking_writes_the_codes_of_a_joint_plan(dialog: NewProjectDialog, borders: Path) -> None:
    dialog.file.setText(str(borders))
    settle()
    assert not accept(dialog).isEnabled()
    tick(dialog, "茅野市")
    tick(dialog, "諏訪市")
    assert dialog.code_list == ("20206", "20214")
    assert accept(dialog).isEnabled()
    tick(dialog, "諏訪市", on=False)
    assert dialog.code_list == ("20214",)


def test_a_name_narrows_the_list_and_what_is_ticked_stays(dialog: NewProjectDialog, borders: Path) -> None:
    dialog.file.setText(str(borders))
    settle()
    tick(dialog, "茅野市")
    dialog.names.setText("富士")
    assert listed(dialog) == ["長野県茅野市（20214）", "長野県富士見町（20363）"]


def test_the_only_municipality_of_a_file_is_ticked(dialog: NewProjectDialog, tmp_path: Path) -> None:
    path = tmp_path / "boundary_20214.geojson"
    geopandas.GeoDataFrame({"name": ["茅野市"]}, geometry=[shapely.box(138, 36, 139, 37)], crs=6668).to_file(
        path
    )
    dialog.file.setText(str(path))
    settle()
    assert dialog.code_list == ("20214",)


def test_a_code_that_was_typed_stays_and_a_file_that_cannot_be_read_lists_nothing(
    dialog: NewProjectDialog, tmp_path: Path, borders: Path
) -> None:
    (tmp_path / "壊.geojson").write_text("{")
    dialog.codes.setText("20214")
    dialog.file.setText(str(tmp_path / "壊.geojson"))
    settle()
    assert not dialog.towns.isVisible()
    dialog.file.setText(str(borders))
    settle()
    tick(dialog, "富士見町")
    assert dialog.code_list == ("20214", "20363")
