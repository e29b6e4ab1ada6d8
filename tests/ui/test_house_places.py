"""Houses without a place: their address is mended in place, or they are put on the map by a click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from dropping import take_in
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from waiting import settle

from chiiki_gis.core.houses import MENDED_ADDRESS
from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.io.datum import GRID_SETTING, grid_of
from chiiki_gis.io.geocode import SETTING, keep_files, remembered_files
from chiiki_gis.io.profiles import SETTING as PROFILES
from chiiki_gis.settings import keep_setting
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.house_places_window import HousePlacesWindow
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.settings_dialog import SettingsDialog

ISJ = """都道府県名,市区町村名,大字・町丁目名,小字・通称名,街区符号・地番,座標系番号,緯度,経度,代表フラグ
長野県,架空市,宮川,,1234,8,36.0010,138.5010,1
長野県,架空市,本町二丁目,,3,8,36.0020,138.5020,1
"""
HOUSES = """物件番号,所在地,所有者氏名
S1,架空市宮川1234,甲野
S2,富川1234番地,乙野
S3,架空市本町2丁目9番,丙野
S4,どこか,丁野
"""


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    yield
    for name, nothing in ((SETTING, []), (PROFILES, {}), (GRID_SETTING, "")):
        keep_setting(name, nothing)


@pytest.fixture
def isj(tmp_path: Path) -> Path:
    path = tmp_path / "20999_2024.csv"
    path.write_text(ISJ, "cp932")
    return path


@pytest.fixture
def mending(window: MainWindow, tmp_path: Path, isj: Path) -> HousePlacesWindow:
    """A list of four houses: one found, one by its town, two not."""
    keep_files([isj])
    path = tmp_path / "空き家.csv"
    path.write_text(HOUSES, "utf-8")
    take_in(window, path)
    window.made["house_places"].trigger()
    settle()
    found = window.commands.houses.places_window
    assert found is not None
    return found


def houses(window: MainWindow) -> Layer:
    return window.session.document.references(Role.VACANT_HOUSE)[0]


def levels(window: MainWindow) -> list[str]:
    return list(houses(window).get_frame()["match_level"])


def shown(mending: HousePlacesWindow) -> list[list[str]]:
    table = mending.table
    return [[table.item(r, c).text() for c in range(3)] for r in range(table.rowCount())]


def test_only_houses_that_were_not_found_are_listed_and_rough_ones_when_asked_for(
    window: MainWindow, mending: HousePlacesWindow
) -> None:
    assert levels(window) == ["街区", "なし", "町丁目", "なし"]
    assert shown(mending) == [["S2", "富川1234番地", "なし"], ["S4", "どこか", "なし"]]
    assert "位置のないもの 2 件" in mending.summary.text()
    mending.rough.setChecked(True)
    assert [row[0] for row in shown(mending)] == ["S2", "S4", "S3"]
    assert not any("甲野" in text for row in shown(mending) for text in row)


def test_a_mended_address_places_the_house_in_one_step_and_leaves_the_list_as_it_was(
    window: MainWindow, mending: HousePlacesWindow
) -> None:
    steps = len(window.session.history.undo_notes)
    mending.address.setText("架空市宮川1234番地")
    mending.find_one.click()
    settle()
    frame = houses(window).get_frame()
    assert levels(window) == ["街区", "街区", "町丁目", "なし"]
    assert frame["所在地"].iloc[1] == "富川1234番地"
    assert frame[MENDED_ADDRESS].iloc[1] == "架空市宮川1234番地"
    assert frame.geometry.iloc[1].equals(frame.geometry.iloc[0])
    assert [row[0] for row in shown(mending)] == ["S4"]
    assert len(window.session.history.undo_notes) == steps + 1
    window.session.undo()
    settle()
    assert levels(window) == ["街区", "なし", "町丁目", "なし"]
    assert [row[0] for row in shown(mending)] == ["S2", "S4"]


def test_an_address_that_is_not_found_is_told_and_changes_nothing(
    window: MainWindow, mending: HousePlacesWindow
) -> None:
    before = houses(window).reference.content_hash
    mending.address.setText("どこにもない町")
    mending.find_one.click()
    settle()
    assert "見つかりませんでした" in mending.says.text()
    assert houses(window).reference.content_hash == before


def test_a_click_on_the_map_places_the_house_and_the_tool_does_not_see_it(
    window: MainWindow, mending: HousePlacesWindow
) -> None:
    mending.table.selectRow(1)
    mending.on_map.click()
    assert "S4" in window.canvas.said
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=QPoint(300, 200))
    settle()
    point = houses(window).get_frame().geometry.iloc[3]
    assert (point.x, point.y) == pytest.approx(window.canvas.to_map((300.0, 200.0)))
    assert levels(window)[3] == "地図"
    assert not window.commands.picker.is_waiting
    assert window.selection.layer is None


def test_escape_ends_the_waiting_for_a_click(window: MainWindow, mending: HousePlacesWindow) -> None:
    mending.on_map.click()
    QTest.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.commands.picker.is_waiting
    assert levels(window)[1] == "なし"


def test_all_are_looked_up_again_with_another_file_in_one_step(
    window: MainWindow, mending: HousePlacesWindow, tmp_path: Path
) -> None:
    more = tmp_path / "20998_2024.csv"
    more.write_text(ISJ.split("\n")[0] + "\n長野県,架空市,富川,,1234,8,36.003,138.503,1\n", "cp932")
    keep_files([*remembered_files(), more])
    steps = len(window.session.history.undo_notes)
    mending.find_all.click()
    settle()
    assert levels(window)[1] == "街区"
    assert len(window.session.history.undo_notes) == steps + 1


def test_without_files_the_way_to_the_settings_is_told(
    window: MainWindow, mending: HousePlacesWindow
) -> None:
    keep_files([])
    mending.find_one.click()
    settle()
    assert "設定" in mending.says.text()


def test_another_plan_closes_the_window(window: MainWindow, mending: HousePlacesWindow) -> None:
    from chiiki_gis.core.jobs import Opened

    window.session.open(Opened(window.session.snapshot(), None, 0, {}))
    assert window.commands.houses.places_window is None


def test_files_of_addresses_are_chosen_and_left_in_the_settings(
    window: MainWindow, isj: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = SettingsDialog(window)
    monkeypatch.setattr(Files, "open_many", lambda *_args: [isj])
    dialog.add_addresses()
    assert remembered_files() == (isj,)
    dialog.addresses.setCurrentRow(0)
    dialog.drop_address()
    assert remembered_files() == ()


def test_a_folder_without_grids_is_refused_and_one_with_them_is_used(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = SettingsDialog(window)
    monkeypatch.setattr(Files, "folder", lambda *_args: tmp_path)
    dialog.choose_grids()
    assert "ありません" in dialog.trouble.text()
    (tmp_path / "TKY2JGD.gsb").write_bytes(b"grid")
    dialog.choose_grids()
    assert dialog.trouble.text() == ""
    assert grid_of("tokyo") == tmp_path / "TKY2JGD.gsb"
    assert "「TKY2JGD.gsb」を使います" in dialog.grids.text()
    dialog.drop_grids()
    assert grid_of("tokyo") is None
