"""データパックから追加: what was carried to this computer is listed and taken in like any other file."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
from PySide6.QtCore import Qt
from shapely.geometry import box

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.datapack import DataPack, build_pack, data_packs
from chiiki_gis.ui.datapack_dialog import NONE_FOUND, DataPackDialog
from chiiki_gis.ui.main_window import MainWindow


@pytest.fixture
def pack(tmp_path: Path) -> DataPack:
    frame = geopandas.GeoDataFrame({"YoutoName": ["商業地域"]}, geometry=[box(0, 0, 9, 9)], crs=6676)
    frame.to_file(tmp_path / "用途地域.gpkg")
    frame.to_file(tmp_path / "町.gpkg")
    return build_pack([tmp_path / "用途地域.gpkg", tmp_path / "町.gpkg"], tmp_path / "pack", "町のデータ")


def dialog_of(window: MainWindow, *packs: DataPack) -> DataPackDialog:
    return DataPackDialog(window, window.session, window.commands.files, packs)


def accept_of(dialog: DataPackDialog) -> bool:
    return dialog.buttons.buttons()[0].isEnabled()


def test_the_files_of_a_pack_are_listed_with_what_they_hold(window: MainWindow, pack: DataPack) -> None:
    top = dialog_of(window, pack).tree.topLevelItem(0)
    assert top is not None
    assert top.text(0) == "町のデータ"
    assert [top.child(n).text(0) for n in range(top.childCount())] == ["用途地域", "町"]
    assert top.child(0).text(1) == "用途地域"


def test_only_what_is_ticked_is_taken(window: MainWindow, pack: DataPack) -> None:
    dialog = dialog_of(window, pack)
    assert not accept_of(dialog)
    top = dialog.tree.topLevelItem(0)
    assert top is not None
    top.child(1).setCheckState(0, Qt.CheckState.Checked)
    assert dialog.chosen == (pack.path_of(pack.items[1]),)
    assert accept_of(dialog)


def test_without_a_pack_the_dialog_says_where_to_look(window: MainWindow) -> None:
    assert dialog_of(window).says.text() == NONE_FOUND


def test_a_pack_that_was_damaged_on_the_way_is_refused_when_it_is_chosen(pack: DataPack) -> None:
    assert data_packs(pack.folder) == (pack,)
    pack.path_of(pack.items[0]).write_bytes(b"")
    with pytest.raises(BadInput, match="中身が、作られたときと違います"):
        data_packs(pack.folder)
