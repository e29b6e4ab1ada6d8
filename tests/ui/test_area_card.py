"""The card of an area: what it holds by law and how many vacant houses, worked out away from the window."""

from __future__ import annotations

import geopandas
import pytest
import shapely
from PySide6.QtWidgets import QLabel
from waiting import settle

from chiiki_gis.core.building_rows import add_use
from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, add_facility, set_geometry
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui.main_window import MainWindow

AREA = LayerId(Role.PROMOTION_AREA.value)


def add_layer(window: MainWindow, role: Role, frame: geopandas.GeoDataFrame) -> None:
    frame.index = frame.index.astype("int64") + 1
    layer = Layer(LayerId(f"{role}_x"), role, role.japanese, keep_blob(frame))
    window.session.apply(Change("資料", put_layers=(layer,)), cached_shapes((layer,)))


@pytest.fixture
def drawn(window: MainWindow) -> MainWindow:
    """An area of 1 ha, 60 % of it in 商業地域, with two houses inside, one of them with consent."""
    session = window.session
    zones = geopandas.GeoDataFrame(
        {"name": ["商業地域", "市街化調整区域"], "zone_id": ["C", None]},
        geometry=[shapely.box(0, 0, 60, 100), shapely.box(0, 0, 25, 100)],
        crs=6676,
    )
    add_layer(window, Role.ZONING, zones.iloc[:1])
    add_layer(window, Role.AREA_DIVISION, zones.iloc[1:].drop(columns="zone_id").reset_index(drop=True))
    houses = geopandas.GeoDataFrame(
        {"番号": ["1", "2", "3"], "同意": ["あり", "なし", "あり"]},
        geometry=list(shapely.points([[50, 50], [60, 50], [500, 50]])),
        crs=6676,
    )
    add_layer(window, Role.VACANT_HOUSE, vacant_houses(houses)[0])
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    return window


def told(window: MainWindow) -> str:
    card = window.properties.area
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def test_the_card_tells_zones_and_what_they_ask_and_counts_houses_with_consent(drawn: MainWindow) -> None:
    text = told(drawn)
    assert "商業地域 60 %" in text
    assert "不明 40 %" in text
    assert "0.25 ha" in text
    assert drawn.properties.area.houses.text() == "2 件（同意あり 1）"


def test_the_numbers_follow_the_area(drawn: MainWindow) -> None:
    session = drawn.session
    session.apply(set_geometry(session.document, AREA, Fid(1), shapely.box(0, 0, 55, 100), "縮める"))
    settle()
    assert drawn.properties.area.houses.text() == "1 件（同意あり 1）"
    assert "商業地域 100 %" in told(drawn)


def test_an_area_without_a_shape_has_no_numbers_and_ends_nothing(drawn: MainWindow) -> None:
    session = drawn.session
    session.apply(set_geometry(session.document, AREA, Fid(1), shapely.Polygon(), "消す"))
    settle()
    assert "用途地域の内訳" not in told(drawn)
    assert drawn.properties.area.houses.text() == "0 件（同意あり 0）"


def test_without_vacant_houses_the_card_says_so(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    assert window.properties.area.houses.text() == "資料なし"
    assert "資料なし" in told(window)


def test_the_card_names_the_district_that_holds_the_area_and_how_much(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    window.selection.pick(AREA, (Fid(1),))
    card = window.properties.area
    assert card.inside.text() == "重点地区がまだありません"
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, shapely.box(-10, -10, 60, 110)))
    settle()
    assert card.inside.text() == "重点地区「特定居住重点地区1」60 %　4,000.0 m² はみ出し ×"
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, shapely.box(60, -10, 110, 110)))
    settle()
    assert card.inside.text() == (
        "重点地区「特定居住重点地区1」60 %、「特定居住重点地区2」40 %　合わせて内 ✓"
    )
    session.apply(set_geometry(session.document, AREA, Fid(1), shapely.box(0, 0, 50, 50), "動かす"))
    settle()
    assert card.inside.text() == "重点地区「特定居住重点地区1」の内 ✓"
    window.selection.pick(LayerId("priority_district"), (Fid(1),))
    settle()
    assert card.inside.text() == "促進区域「特定居住促進区域1」100 %"


def test_a_building_with_several_uses_counts_once(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 100, 100)))
    for place in (10, 20, 500):
        session.apply(add_facility(session.document, "coworking", shapely.Point(place, 10)))
    session.apply(add_use(session.document, Fid(1), "lodging")[0])
    window.selection.pick(AREA, (Fid(1),))
    settle()
    assert window.properties.area.facilities.text() == "2 件"
