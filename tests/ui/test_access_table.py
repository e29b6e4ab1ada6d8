"""Access: what could not be linked is told wherever links are shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
import shapely
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, add_facility, drop_features, set_geometry
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import Sheet
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.plan import print_sheet
from chiiki_gis.ui import work
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.steps import Step

FACILITY = LayerId("facility")
STREET = shapely.LineString([(0, 0), (2000, 0)])
ISLAND = shapely.LineString([(0, 5000), (800, 5000)])


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    """A street with an interchange, and one street that does not reach it."""
    roads = geopandas.GeoDataFrame({"class": ["3", "3"]}, geometry=[STREET, ISLAND], crs=6676)
    gates = geopandas.GeoDataFrame(
        {"name": ["東IC"], "type": ["ic"], "open": [True]}, geometry=[shapely.Point(0, 0)], crs=6676
    )
    layers = []
    for role, frame in ((Role.ROAD, roads), (Role.INTERCHANGE, gates)):
        numbered = frame.set_axis([n + 1 for n in range(len(frame))], axis=0)
        layers.append(Layer(LayerId(f"{role.value}_1"), role, role.japanese, keep_blob(numbered)))
    window.session.apply(Change("資料を入れる", put_layers=tuple(layers)))
    return window


def place(window: MainWindow, x: float, y: float) -> None:
    document = window.session.document
    window.session.apply(add_facility(document, "coworking", shapely.Point(x, y)))


def sixth(window: MainWindow) -> Step:
    window.steps.refresh()
    return window.steps.rows[5].step


def cells(window: MainWindow) -> list[list[str]]:
    window.access.refresh()
    table = window.access.table
    found = [
        [table.item(row, column) for column in range(table.columnCount())] for row in range(table.rowCount())
    ]
    return [[cell.text() if cell else "" for cell in row] for row in found]


def test_refused_facilities_stand_in_the_table_with_their_reasons(town: MainWindow, saved: Path) -> None:
    place(town, 100, 5000)
    work.compute_access(town.session)
    notice = town.banners.notices[0]
    assert notice.what == "アクセス道路を計算できませんでした。"
    assert "つながっていません" in notice.details[0]
    (row,) = cells(town)
    assert (row[0], row[3], row[5]) == ("コワーキング1", "", "計算できません")
    assert "つながっていません" in row[6]
    assert (sixth(town).state, sixth(town).tone) == ("計算できず 1", "wrong")
    work.save(town.session, saved)
    work.open_project(town.session, saved)
    assert "つながっていません" in cells(town)[0][6]


def test_the_banner_counts_links_and_refusals_apart(town: MainWindow) -> None:
    place(town, 100, 5000)
    place(town, 900, 10)
    work.compute_access(town.session)
    assert town.banners.notices[0].what == "アクセス道路を 1 本計算しました。"
    assert town.banners.notices[0].why.startswith("1 件の施設は計算できませんでした。")
    settle()
    assert "計算できない施設 1 件" in town.access.summary.text()
    item = town.layers.item_of(LayerId("access_link"))
    assert item is not None
    assert item.text(0) == "アクセス道路 (1)"


def test_a_facility_placed_after_the_links_takes_the_tick_away(town: MainWindow) -> None:
    place(town, 900, 10)
    work.compute_access(town.session)
    assert sixth(town).state == "✓ 1 本"
    place(town, 500, 10)
    assert (sixth(town).state, sixth(town).tone) == ("1 本・未計算 1", "left")
    assert cells(town)[1][5] == "未計算"


def test_a_moved_facility_makes_its_links_old_and_undo_makes_them_true_again(town: MainWindow) -> None:
    place(town, 900, 10)
    work.compute_access(town.session)
    session = town.session
    session.apply(set_geometry(session.document, FACILITY, Fid(1), shapely.Point(500, 10), "施設を動かす"))
    assert sixth(town).state == "1 本・古い 1"
    session.undo()
    assert sixth(town).state == "✓ 1 本"


def test_other_roads_make_all_links_old(town: MainWindow) -> None:
    place(town, 900, 10)
    work.compute_access(town.session)
    road = town.session.document.layer(LayerId("road_1"))
    looks = replace(road, style=replace(road.style, visible=False))
    town.session.apply(Change("隠す", put_layers=(looks,)))
    assert sixth(town).state == "✓ 1 本"
    town.session.apply(Change("道路を削除", drop_layers=(road.id,)))
    assert sixth(town).state == "1 本・古い 1"


def test_a_deleted_facility_takes_its_links_with_it(town: MainWindow) -> None:
    place(town, 900, 10)
    work.compute_access(town.session)
    town.session.apply(drop_features(FACILITY, [Fid(1)]))
    assert len(town.session.document.plan(Role.ACCESS_LINK)) == 0
    town.session.undo()
    assert len(town.session.document.plan(Role.ACCESS_LINK)) == 1


def test_the_access_sheet_says_what_is_not_on_it(town: MainWindow, tmp_path: Path) -> None:
    place(town, 100, 5000)
    sheet, path = Sheet("access", scale=0), tmp_path / "図面.pdf"
    notes = print_sheet(town.session.snapshot(), sheet, path).notes
    assert "アクセス道路は、まだ計算していません。" in notes
    work.compute_access(town.session)
    (note,) = print_sheet(town.session.snapshot(), sheet, path).notes
    assert note.startswith("「コワーキング1」は、アクセス道路を計算できません。施設の道路は「東IC」と")


def test_an_area_with_an_open_error_has_no_tick(window: MainWindow) -> None:
    session = window.session
    bow = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, bow))
    session.check_now()
    window.steps.refresh()
    step = window.steps.rows[1].step
    assert (step.state, step.tone) == ("1 地区・エラー 1", "wrong")


def test_a_facility_drawn_with_its_site_counts_as_a_site(window: MainWindow) -> None:
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.box(0, 0, 20, 20)))
    settle()
    item = window.layers.item_of(LayerId("site"))
    assert item is not None
    assert item.text(0) == "敷地 (1)"


def test_another_project_does_not_keep_the_card_of_the_old_one(town: MainWindow, saved: Path) -> None:
    road = town.session.document.layer(LayerId("road_1"))
    town.properties.show_hits([(road, Fid(1))])
    assert town.properties.reference._column.count() > 0
    work.save(town.session, saved)
    town.session.apply(Change("道路を削除", drop_layers=(road.id,)))
    town.selection.pick(road.id, (Fid(1),))
    assert town.properties.shown is town.properties.nothing
    work.open_project(town.session, saved)
    assert town.properties.reference._column.count() == 0
