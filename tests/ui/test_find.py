"""どこでも検索 over a plan."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.role import Role
from chiiki_gis.ui import work
from chiiki_gis.ui.main_window import MainWindow


@pytest.fixture
def town(window: MainWindow, tmp_path: Path) -> MainWindow:
    """Three 町丁目, one of them in two parts, a vacant house with an owner, and a facility."""
    boxes = [shapely.box(n * 100, 5000, n * 100 + 90, 5090) for n in range(4)]
    rows = {
        "S_NAME": ["本町一丁目", "本町１２丁目", "緑ヶ丘", "緑ヶ丘"],
        "name": ["本町一丁目", "本町１２丁目", "緑ヶ丘", "緑ヶ丘"],
    }
    geopandas.GeoDataFrame(rows, geometry=boxes, crs=6676).to_file(tmp_path / "町.gpkg")
    work.import_files(window.session, (tmp_path / "町.gpkg",), ImportOptions(role=Role.TOWN))
    house = "番号,所有者氏名,name,緯度,経度\n7,山田花子,花子の家,36.0,138.5\n"
    (tmp_path / "空き家.csv").write_text(house, "utf-8")
    work.import_files(window.session, (tmp_path / "空き家.csv",), ImportOptions(role=Role.VACANT_HOUSE))
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(10, 20)))
    return window


def search(window: MainWindow, text: str) -> list[str]:
    window.made["find"].trigger()
    window.looking.search.edit.setText(text)
    return window.looking.search.shown


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("本町1", "本町一丁目"),
        ("十二丁目", "本町１２丁目"),
        ("緑ケ", "緑ヶ丘"),
        ("こわ", None),
        ("コワ", "コワーキング1"),
    ],
)
def test_places_are_found_as_people_type_them(town: MainWindow, typed: str, first: str | None) -> None:
    assert next(iter(search(town, typed)), None) == first


def test_enter_selects_the_place_and_shows_it(town: MainWindow) -> None:
    search(town, "緑ヶ丘")
    QTest.keyClick(town.looking.search.edit, Qt.Key.Key_Return)
    layer = town.session.document.references(Role.TOWN)[0]
    assert town.selection.layer == layer.id
    assert len(town.selection.fids) == 2
    assert town.canvas.view.center == pytest.approx((295, 5045), abs=1)
    assert not town.looking.search.isVisible()


def test_the_arrows_choose_another_row(town: MainWindow) -> None:
    found = search(town, "本町")
    QTest.keyClick(town.looking.search.edit, Qt.Key.Key_Down)
    QTest.keyClick(town.looking.search.edit, Qt.Key.Key_Return)
    assert found[1] == "本町１２丁目"
    assert town.selection.fids == (2,)


def test_commands_are_found_by_their_words_and_done(town: MainWindow) -> None:
    assert "線の長さを測る" in search(town, "距離")
    box = town.looking.search
    box.edit.setText("線の長さ")
    box.choose()
    assert town.toolbox.current.id == "measure_distance"


def test_a_command_that_cannot_be_chosen_now_is_not_offered(town: MainWindow) -> None:
    town.selection.clear()
    assert "選択部分にズーム" not in search(town, "選択部分")
    town.selection.pick(town.session.document.layer(town.session.document.layers[0].id).id, ())
    search(town, "コワーキング1")
    town.looking.search.choose()
    assert "選択部分にズーム" in search(town, "選択部分")


def test_layers_bookmarks_and_coordinates_are_found(town: MainWindow) -> None:
    town.looking.keep_bookmark("花火の見える所")
    assert search(town, "花火") == ["花火の見える所"]
    assert "町" in search(town, "町")
    assert search(town, "X 1204.5 Y -25310.8")[0] == "X(北) 1,204.5　Y(東) −25,310.8"
    town.looking.search.choose()
    assert town.canvas.view.center == pytest.approx((-25310.8, 1204.5))


def test_vacant_houses_cannot_be_searched(town: MainWindow) -> None:
    assert search(town, "花子") == []
    assert search(town, "山田") == []
    assert not town.looking.search.nothing.isHidden()


def test_names_of_a_layer_are_read_once(town: MainWindow) -> None:
    search(town, "本町")
    asked = town.session.workers.asked.count("names")  # type: ignore[attr-defined]  # the stand-in counts
    search(town, "緑")
    assert town.session.workers.asked.count("names") == asked  # type: ignore[attr-defined]


def test_escape_closes_and_gives_the_keyboard_back(town: MainWindow) -> None:
    search(town, "本町")
    QTest.keyClick(town.looking.search.edit, Qt.Key.Key_Escape)
    assert not town.looking.search.isVisible()
    assert QApplication.focusWidget() in (town.canvas, None)


def test_a_layer_whose_table_is_gone_is_told_once(town: MainWindow) -> None:
    from dataclasses import replace

    from chiiki_gis.core.change import Change

    told: list[object] = []
    town.session.noticed.connect(told.append)
    layer = town.session.document.references(Role.TOWN)[0]
    gone = replace(layer.reference, path=Path("nowhere.gpkg"), content_hash="gone")  # type: ignore[type-var]
    town.session.apply(Change("移す", put_layers=(replace(layer, frame=gone),)))
    told.clear()
    search(town, "本町")
    search(town, "緑")
    assert len([notice for notice in told if "見つかりません" in notice.what]) == 1  # type: ignore[attr-defined]
