"""The card of a facility, used as a hand uses it: uses, gaps, lots, vacant houses, photographs, numbers."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area, add_facility, set_values
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.photos import COLUMN, photos_of
from chiiki_gis.core.role import KINDS, Role
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.project import open_project
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui import work
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.house_work import record_consent
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.photo_strip import PhotoWindow

FACILITY, HOUSES, LOTS = LayerId("facility"), LayerId("houses"), LayerId("lots")
LEFT, PLAIN = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
CROOKED = shapely.Polygon([(60.1, 20.2), (95.3, 22.7), (91.123456789, 61.4), (58.9, 55.5)])
BESIDE = shapely.Polygon([(95.3, 22.7), (130.0, 24.0), (128.0, 63.0), (91.123456789, 61.4)])


def add_layer(window: MainWindow, layer_id: LayerId, role: Role, frame: geopandas.GeoDataFrame) -> None:
    frame.index = frame.index.astype("int64") + 1
    layer = Layer(layer_id, role, role.japanese, keep_blob(frame))
    window.session.apply(Change("資料", put_layers=(layer,)), cached_shapes((layer,)))
    settle()


@pytest.fixture
def facility(window: MainWindow) -> Fid:
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(10, 20)))
    window.selection.pick(FACILITY, (Fid(1),))
    settle()
    return Fid(1)


@pytest.fixture
def houses(window: MainWindow) -> MainWindow:
    frame = geopandas.GeoDataFrame(
        {
            "所在地": ["試験市本町1-1", "試験市本町2-2"],
            "所有者氏名": ["甲野太郎", "乙野花子"],
            "所有者住所": ["遠方市3-3", "遠方市4-4"],
            "同意": ["あり", "未確認"],
        },
        geometry=[shapely.Point(100.123456789, -50), shapely.Point(-120.987654321, -50)],
        crs=6676,
    )
    add_layer(window, HOUSES, Role.VACANT_HOUSE, vacant_houses(frame)[0])
    return window


@pytest.fixture
def lots(window: MainWindow, facility: Fid) -> MainWindow:
    frame = geopandas.GeoDataFrame({"name": ["12-1", "12-2"]}, geometry=[CROOKED, BESIDE], crs=6676)
    add_layer(window, LOTS, Role.LOT, frame)
    return window


def click(window: MainWindow, at: tuple[float, float], held: Qt.KeyboardModifier = PLAIN) -> None:
    x, y = window.canvas.to_pixel(at)
    QTest.mouseClick(window.canvas, LEFT, held, QPoint(round(x), round(y)))
    settle()


def rows(window: MainWindow) -> geopandas.GeoDataFrame:
    return window.session.document.plan(Role.FACILITY)


# Presets


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_is_placed_by_its_own_command_and_one_click(window: MainWindow, kind: str) -> None:
    window.made[f"place_{kind}"].trigger()
    click(window, (5, 5))
    assert rows(window)["kind"].tolist() == [kind]
    assert len(window.session.history.undo_notes) == 1


# Several uses


def test_a_use_is_added_on_the_card_and_shown_and_the_building_has_one_verdict(
    window: MainWindow, facility: Fid
) -> None:
    card = window.properties.facility
    menu = card.uses.add_button.menu()
    next(action for action in menu.actions() if action.text() == "宿泊施設").trigger()
    settle()
    window.session.check_now()
    assert window.selection.single == 2
    assert [button.text() for button in card.uses.buttons] == ["1 コワーキング", "2 宿泊施設"]
    assert card.kind.currentData() == "lodging"
    assert [set(v.fids) for v in window.session.verdicts] == [{1, 2}]
    card.uses.buttons[0].click()
    assert window.selection.single == 1
    assert card.kind.currentData() == "coworking"


def test_name_and_number_typed_for_one_use_are_those_of_the_building(
    window: MainWindow, facility: Fid
) -> None:
    card = window.properties.facility
    card.uses.add("exchange")
    card.name.setText("茅野の家")
    card.name.editingFinished.emit()
    card.number.setText("７")
    card.number.editingFinished.emit()
    assert rows(window)["name"].tolist() == ["茅野の家"] * 2
    assert rows(window)["number"].tolist() == [7, 7]
    window.session.undo()
    window.session.undo()
    assert rows(window)["name"].tolist() == ["コワーキング1"] * 2


def test_a_building_with_two_uses_is_dragged_as_one(window: MainWindow, facility: Fid) -> None:
    window.properties.facility.uses.add("exchange")
    window.made["select"].trigger()
    start = QPoint(*(round(v) for v in window.canvas.to_pixel((10, 20))))
    QTest.mousePress(window.canvas, LEFT, PLAIN, start)
    QTest.mouseMove(window.canvas, start + QPoint(30, 0))
    QTest.mouseRelease(window.canvas, LEFT, PLAIN, start + QPoint(30, 0))
    settle()
    shapes = list(rows(window).geometry)
    assert shapes[0].equals_exact(shapes[1], 0)
    assert shapes[0].x == pytest.approx(40, abs=1)


def test_a_use_is_taken_out_and_undone(window: MainWindow, facility: Fid) -> None:
    card = window.properties.facility
    card.uses.add("exchange")
    card.uses.drop_button.click()
    settle()
    assert rows(window)["kind"].tolist() == ["coworking"]
    assert window.selection.single == 1
    assert not card.uses.drop_button.isVisibleTo(card)
    window.session.undo()
    assert rows(window)["kind"].tolist() == ["coworking", "exchange"]


# Completeness


def test_a_missing_thing_is_a_link_that_gives_its_field_the_keyboard(
    window: MainWindow, facility: Fid
) -> None:
    window.activateWindow()
    settle()
    card = window.properties.facility
    words = [need.word for need in card.meter.needs]
    assert "用途の床面積" in words
    card.meter.links.linkActivated.emit(str(words.index("用途の床面積")))
    settle()
    assert QApplication.focusWidget() is card.use_floor
    QTest.keyClicks(card.use_floor, "85.5")
    QTest.keyClick(card.use_floor, Qt.Key.Key_Return)
    assert "用途の床面積" not in [need.word for need in card.meter.needs]


def test_a_gap_of_another_use_leads_to_that_use(window: MainWindow, facility: Fid) -> None:
    card = window.properties.facility
    card.uses.add("exchange")
    words = [need.word for need in card.meter.needs]
    card.meter.follow(str(words.index("用途の区分（用途1）")))
    assert window.selection.single == 1


# The site


def test_a_click_on_a_lot_makes_it_the_site_to_the_last_bit(lots: MainWindow) -> None:
    lots.properties.facility.lot_button.click()
    assert lots.toolbox.current.id == "pick_lot"
    click(lots, (75, 40))
    shape = rows(lots).geometry.loc[1]
    assert shape.equals_exact(CROOKED, 0)
    assert lots.toolbox.current.id == "select"
    assert lots.session.history.undo_notes[-1] == "筆を敷地にする"
    lots.session.undo()
    assert rows(lots).geometry.loc[1].geom_type == "Point"


def test_shift_adds_a_second_lot(lots: MainWindow) -> None:
    lots.made["pick_lot"].trigger()
    click(lots, (75, 40), SHIFT)
    assert lots.toolbox.current.id == "pick_lot"
    click(lots, (110, 45), SHIFT)
    shape = rows(lots).geometry.loc[1]
    assert shape.geom_type == "Polygon"
    assert shape.area == pytest.approx(CROOKED.area + BESIDE.area, abs=1e-6)


def test_a_click_beside_all_lots_changes_nothing_and_esc_leaves(lots: MainWindow) -> None:
    before = len(lots.session.history.undo_notes)
    lots.made["pick_lot"].trigger()
    click(lots, (-100, -100))
    assert len(lots.session.history.undo_notes) == before
    QTest.keyClick(lots.canvas, Qt.Key.Key_Escape)
    assert lots.toolbox.current.id == "select"


def test_without_lots_or_a_facility_the_tool_is_not_taken_and_says_why(
    window: MainWindow, facility: Fid
) -> None:
    window.made["pick_lot"].trigger()
    assert "筆のレイヤ" in window.banners.notices[0].why
    assert window.toolbox.current.id == "select"
    assert window.made["select"].isChecked()


# The vacant house


def test_a_facility_on_a_consented_house_takes_its_place_number_and_address_and_nothing_personal(
    houses: MainWindow,
) -> None:
    houses.made["place_trial_house"].trigger()
    click(houses, (104, -47))
    row = rows(houses).loc[1]
    assert (row.geometry.x, row.geometry.y) == (100.123456789, -50)
    assert row["vacant_house_fid"] == 1
    assert row["note"] == "所在地：試験市本町1-1"
    assert row["works"] is None  # a house may be rebuilt: that is for the planner to say
    assert not any(word in str(list(row)) for word in ("甲野", "遠方市"))
    assert len(houses.session.history.undo_notes) == 2  # the list, and the facility
    line = houses.properties.facility.house
    assert "同意：あり" in line.consent.text()
    assert line.address.text() == "試験市本町1-1"


def test_of_a_house_without_consent_nothing_is_copied_and_the_card_says_so(houses: MainWindow) -> None:
    houses.made["place_trial_house"].trigger()
    click(houses, (-121, -50))
    row = rows(houses).loc[1]
    assert row["vacant_house_fid"] == 2
    assert row["note"] is None
    line = houses.properties.facility.house
    assert "同意：未確認" in line.consent.text()
    assert line.isVisibleTo(houses.properties.facility)
    assert "写していません" in houses.banners.notices[0].why


def test_the_card_follows_the_consent_and_the_link_can_be_taken_off(houses: MainWindow) -> None:
    houses.made["place_trial_house"].trigger()
    click(houses, (-121, -50))
    layer = houses.session.document.layer(HOUSES)
    record_consent(houses.session, layer, (Fid(2),), "あり")
    settle()
    line = houses.properties.facility.house
    assert "同意：あり" in line.consent.text()
    line.unlink_button.click()
    assert rows(houses)["vacant_house_fid"].isna().all()
    assert not line.isVisibleTo(houses.properties.facility)


def test_alt_and_the_snap_switch_place_beside_a_house(houses: MainWindow) -> None:
    houses.made["place_trial_house"].trigger()
    click(houses, (104, -47), ALT)
    houses.toolbox.set_snapping(False)
    click(houses, (104, -47))
    assert rows(houses)["vacant_house_fid"].isna().all()
    assert len(rows(houses)) == 2


def test_away_from_houses_nothing_is_linked(houses: MainWindow) -> None:
    houses.made["place_trial_house"].trigger()
    click(houses, (0, 100))
    assert rows(houses)["vacant_house_fid"].isna().all()


# Areas


def test_the_card_names_the_area_that_holds_the_facility(window: MainWindow, facility: Fid) -> None:
    session, card = window.session, window.properties.facility
    assert "促進区域がまだありません" in card.inside.text()
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 50, 50)))
    settle()
    assert "促進区域「特定居住促進区域1」の内 ✓" in card.inside.text()


# Numbers


def test_renumbering_is_one_step_and_says_how_many(window: MainWindow) -> None:
    session = window.session
    for kind in ("employment", "exchange", "coworking"):
        session.apply(add_facility(session.document, kind, shapely.Point(0, 0)))
    before = len(session.history.undo_notes)
    window.made["renumber"].trigger()
    assert rows(window)["number"].tolist() == [3, 2, 1]
    assert session.history.undo_notes[before:] == ("番号を振り直す",)
    assert "2 行" in window.banners.notices[0].what
    session.undo()
    assert rows(window)["number"].tolist() == [1, 2, 3]


# Photographs


@pytest.fixture
def picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, window: MainWindow) -> Path:
    path = tmp_path / "外観.jpg"
    image = QImage(640, 480, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    assert image.save(str(path))
    monkeypatch.setattr(Files, "open_many", lambda *_args: [path])
    return path


def test_a_photograph_is_attached_shown_opened_and_taken_away(
    window: MainWindow, facility: Fid, picture: Path
) -> None:
    strip = window.properties.facility.photos
    strip.add_button.click()
    settle()
    (photo,) = photos_of(rows(window).at[1, COLUMN])
    assert photo.name == "外観.jpg"
    assert not strip.pictures[photo.hash].icon().isNull()
    assert window.session.history.undo_notes[-1] == "写真1枚を添付"
    strip.pictures[photo.hash].click()
    settle()
    (shown,) = [w for w in window.findChildren(PhotoWindow) if w.isVisible()]
    assert shown.picture.pixmap().width() > 400
    shown.close()
    strip.drops[photo.hash].click()
    assert rows(window).at[1, COLUMN] is None
    window.session.undo()
    assert photos_of(rows(window).at[1, COLUMN]) == (photo,)


def test_a_photograph_survives_saving_and_opening(
    window: MainWindow, facility: Fid, picture: Path, saved: Path
) -> None:
    window.properties.facility.photos.add()
    work.save(window.session, saved)
    read = open_project(saved)
    picture.unlink()
    window.session.open(Opened(read.snapshot, saved, read.revision, {}))
    window.selection.pick(FACILITY, (Fid(1),))
    settle()
    strip = window.properties.facility.photos
    assert [not button.icon().isNull() for button in strip.pictures.values()] == [True]


def test_a_file_that_is_no_picture_is_told_and_nothing_changes(
    window: MainWindow, facility: Fid, picture: Path
) -> None:
    picture.write_bytes(b"no picture")
    before = len(window.session.history.undo_notes)
    window.properties.facility.photos.add()
    assert "添付できませんでした" in window.banners.notices[0].what
    assert len(window.session.history.undo_notes) == before


def test_all_uses_of_a_building_show_the_same_photographs(
    window: MainWindow, facility: Fid, picture: Path
) -> None:
    card = window.properties.facility
    card.uses.add("exchange")
    card.photos.add()
    assert rows(window)[COLUMN].nunique() == 1
    assert rows(window)[COLUMN].notna().all()


# One building on map and lists


def test_a_building_with_two_uses_is_drawn_listed_and_counted_once(window: MainWindow, facility: Fid) -> None:
    window.properties.facility.uses.add("exchange")
    window.session.check_now()
    settle()
    drawn = next(entry for entry in window.scene.layers if entry.layer.id == FACILITY)
    assert list(drawn.shapes.fids) == [1]
    assert [c.text(0) for c in [window.layers.item_of(FACILITY)] if c is not None] == ["拠点施設 (1)"]
    model = window.findings.model
    targets = {str(model.index(row, 2).data()) for row in range(model.rowCount())}
    assert "コワーキング1" in targets
    assert not any("コワーキング1、コワーキング1" in target for target in targets)


def test_rows_of_one_building_in_two_places_are_both_drawn(window: MainWindow, facility: Fid) -> None:
    session = window.session
    session.apply(add_facility(session.document, "exchange", shapely.Point(50, 60)))
    session.apply(set_values(session.document, FACILITY, Fid(2), {"building_id": "b1"}, "まとめる"))
    settle()
    drawn = next(entry for entry in window.scene.layers if entry.layer.id == FACILITY)
    assert sorted(drawn.shapes.fids) == [1, 2]


def test_all_uses_of_one_building_selected_show_its_card_and_two_buildings_do_not(
    window: MainWindow, facility: Fid
) -> None:
    session, panel = window.session, window.properties
    panel.facility.uses.add("exchange")
    session.apply(add_facility(session.document, "coworking", shapely.Point(50, 60)))
    window.selection.pick(FACILITY, (Fid(1), Fid(2)))
    assert panel.shown is panel.facility
    window.selection.pick(FACILITY, (Fid(1), Fid(3)))
    assert panel.shown is panel.other


def test_the_lot_goes_to_the_facility_that_is_selected_when_it_is_clicked(lots: MainWindow) -> None:
    session = lots.session
    session.apply(add_facility(session.document, "exchange", shapely.Point(-60, -60)))
    lots.made["pick_lot"].trigger()
    lots.selection.pick(FACILITY, (Fid(2),))
    click(lots, (75, 40))
    assert list(rows(lots).geometry.geom_type) == ["Point", "Polygon"]


def test_a_number_that_another_building_has_is_told_on_the_card(window: MainWindow, facility: Fid) -> None:
    session, card = window.session, window.properties.facility
    card.uses.add("exchange")
    assert not card.number.complaint.isVisibleTo(card)
    session.apply(add_facility(session.document, "coworking", shapely.Point(50, 60)))
    session.apply(set_values(session.document, FACILITY, Fid(3), {"number": 1}, "番号を変更"))
    settle()
    assert "「コワーキング2」と同じ番号です" in card.number.complaint.text()
    assert card.number.complaint.isVisibleTo(card)
    window.made["renumber"].trigger()
    assert not card.number.complaint.isVisibleTo(card)
