"""道路整備 and what else stands beside the links: comparisons, profiles, settings taken back, a live link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from test_drawing import press as press_key
from test_live_cards import drag as hold_and_move
from test_live_cards import drop as let_go
from waiting import settle

from chiiki_gis.core.access_answers import LiveWay, ReachCompared, RouteProfile
from chiiki_gis.core.access_plan import (
    OwnInterchange,
    RoadOverride,
    add_interchange,
    interchanges_of,
    new_road_of,
    overrides_of,
    set_override,
)
from chiiki_gis.core.change import Change
from chiiki_gis.core.coordinates import parse_places
from chiiki_gis.core.edits import add_facility, set_geometry
from chiiki_gis.core.improvement_effects import effects_of
from chiiki_gis.core.improvements import RoadImprovement, RoadPart, improvements_of, set_improvement
from chiiki_gis.core.jobs import Linked
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.progress import Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import copy_scenario
from chiiki_gis.io.new_roads import own_designs
from chiiki_gis.io.store import keep_blob
from chiiki_gis.render.charts import Series, nice_step, paint_bars, paint_profile
from chiiki_gis.ui import improvement_actions, work
from chiiki_gis.ui.access_dialogs import ReachDialog
from chiiki_gis.ui.access_panel import AccessPanel
from chiiki_gis.ui.access_reports import ProfileReport, ReachReport
from chiiki_gis.ui.access_settings import NewRoadDialog
from chiiki_gis.ui.improvement_dialog import ImprovementDialog
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.reference_card import CHOOSE_ROAD
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.typed_vertices import put_places
from chiiki_gis.ui.works_on_map import COLOR
from chiiki_gis.worker import WarmFrames, perform

NONE = Qt.KeyboardModifier.NoModifier
ROAD = LayerId("road_1")
LINES = [[(0, 0), (0, 300)], [(0, 300), (400, 300)], [(400, 300), (400, 0)]]


@pytest.fixture
def town(window: MainWindow) -> MainWindow:
    """Roads around three sides of a block: a prefecture's, a municipal and a municipal one."""
    roads = geopandas.GeoDataFrame(
        {"class": ["2", "3", "3"], "width_code": ["2", "2", "2"]},
        geometry=[shapely.LineString(line) for line in LINES],
        crs=6676,
    )
    gates = geopandas.GeoDataFrame(
        {"name": ["東IC"], "type": ["ic"], "open": [True]}, geometry=[shapely.Point(0, 0)], crs=6676
    )
    layers = []
    for role, frame in ((Role.ROAD, roads), (Role.INTERCHANGE, gates)):
        numbered = frame.set_axis([n + 1 for n in range(len(frame))], axis=0)
        layers.append(Layer(LayerId(f"{role.value}_1"), role, role.japanese, keep_blob(numbered)))
    window.session.apply(Change("資料を入れる", put_layers=tuple(layers)))
    window.session.apply(add_facility(window.session.document, "coworking", shapely.Point(400, 0)))
    work.compute_access(window.session)
    window.improvements.show()
    return window


def works(window: MainWindow) -> tuple[RoadImprovement, ...]:
    return improvements_of(window.session.document.facts)


def fill(monkeypatch: pytest.MonkeyPatch, said: Callable[[ImprovementDialog], None]) -> None:
    """Let the dialog be filled as said, then press 決める."""

    class Filled(ImprovementDialog):
        def exec(self) -> int:
            said(self)
            self.accept()
            return self.result()

    monkeypatch.setattr(improvement_actions, "ImprovementDialog", Filled)


def widen(dialog: ImprovementDialog) -> None:
    dialog.breadth.setText("７")
    dialog.source.setText("県の計画")


def test_a_road_picked_on_the_map_becomes_works_that_can_be_undone(
    town: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch, widen)
    town.selection.pick(ROAD, (Fid(1),))
    town.improvements.improve()
    (made,) = works(town)
    assert (made.roads, made.width_m, made.source) == ((("road_1", 1),), 7.0, "県の計画")
    town.session.undo()
    assert works(town) == ()


def test_a_road_clicked_with_the_usual_tool_is_picked_by_its_button(town: MainWindow) -> None:
    town.selection.clear()
    layer = town.session.document.layer(ROAD)
    town.properties.show_hits([(layer, Fid(2))])
    press(town.properties, CHOOSE_ROAD)
    assert (town.selection.layer, town.selection.single) == (ROAD, Fid(2))


def test_the_buttons_wait_until_a_plan_is_open(session: Session, town: MainWindow) -> None:
    assert all(button.isEnabled() for button in town.access.buttons)
    panel = AccessPanel(Session(session.workers, session.records._open_journal))
    assert not any(button.isEnabled() for button in panel.buttons)


def test_the_menu_opens_the_works_too(town: MainWindow) -> None:
    opened = town.improvements.window
    assert opened is not None
    opened.close()
    town.made["works"].trigger()
    assert opened.isVisible()


def test_without_a_road_picked_the_banner_says_how_to_pick_one(town: MainWindow) -> None:
    town.selection.clear()
    town.improvements.improve()
    assert town.banners.notices[0].what == "道路が選ばれていません。"


def test_the_dialog_says_why_municipal_works_are_no_related_infrastructure(town: MainWindow) -> None:
    for fid, who, may in ((1, "prefecture", True), (1, "municipality", False), (2, "prefecture", False)):
        start = RoadImprovement(1, "整備", "", roads=(("road_1", fid),))
        dialog = ImprovementDialog(
            town, start, town.session.document.facts, town.improvements.lengths_by_class
        )
        widen(dialog)
        dialog.works_by.setCurrentIndex(dialog.works_by.findData(who))
        dialog.tag.setCurrentIndex(dialog.tag.findData("related_infrastructure"))
        dialog.accept()
        assert (dialog.result() == ImprovementDialog.DialogCode.Accepted) == may
        assert ("22条2項5号" in dialog.complaint.text()) != may
        assert "2条3項" in dialog.verdict.text()


def test_more_roads_are_added_unless_the_name_of_the_works_forbids_it(
    town: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RoadImprovement] = []

    class Closed(ImprovementDialog):
        def exec(self) -> int:
            asked.append(self._work)
            return 0

    monkeypatch.setattr(improvement_actions, "ImprovementDialog", Closed)
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    town.session.apply(set_improvement(town.session.document.facts, start))
    town.selection.pick(ROAD, (Fid(3),))
    town.improvements.add_roads(1)
    assert works(town)[0].roads == (("road_1", 2), ("road_1", 3))
    named = RoadImprovement(
        2, "県道", "県", roads=(("road_1", 1),), width_m=7.0, carried_out_by="prefecture",
        tag="related_infrastructure",
    )  # fmt: skip
    town.session.apply(set_improvement(town.session.document.facts, named))
    town.improvements.add_roads(2)
    assert works(town)[1].roads == (("road_1", 1),)
    assert [one.number for one in asked] == [2]


def draw(window: MainWindow) -> None:
    """A line from (0, 0) to 400 m east."""
    click_two(window, "X 0 Y 0\nX 0 Y 400")


def click_two(window: MainWindow, text: str) -> None:
    """Two places as numbers (X north, Y east), finished with Enter."""
    places = [place for place in parse_places(text) if place is not None]
    put_places(window.session, window.toolbox, places)
    press_key(window, Qt.Key.Key_Return)
    settle()


def test_a_new_road_is_drawn_on_the_map_and_makes_the_way_shorter(
    town: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch, lambda dialog: dialog.source.setText("仮定値"))
    town.toolbox.choose(improvement_actions.TOOL)
    draw(town)
    (made,) = works(town)
    assert made.line == ((0.0, 0.0), (400.0, 0.0))
    town.improvements.compare()
    settle()
    kept = effects_of(town.session.document.facts, "A")
    assert kept is not None
    (effect,) = kept.effects.rows
    assert effect.before.km == pytest.approx(1.0)
    assert effect.after.km == pytest.approx(0.4)
    opened = town.improvements.window
    assert opened is not None
    cell = opened.effects.item(0, 2)
    assert cell is not None
    assert "約0.4 km" in cell.text()


def test_a_sketch_whose_dialog_is_cancelled_stays_in_the_hand(
    town: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImprovementDialog, "exec", lambda _self: 0)
    town.toolbox.choose(improvement_actions.TOOL)
    draw(town)
    assert works(town) == ()
    assert town.toolbox.current.id == improvement_actions.TOOL


def test_a_comparison_is_marked_as_old_when_the_plan_changes_and_undo_restores_it(town: MainWindow) -> None:
    session = town.session
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    session.apply(set_improvement(session.document.facts, start))
    town.improvements.compare()
    settle()
    opened = town.improvements.window
    assert opened is not None

    def is_stale() -> bool:
        settle()
        kept = effects_of(session.document.facts, "A")
        assert kept is not None
        assert ("古く" in opened.summary.text()) == kept.is_stale  # type: ignore[union-attr]
        return kept.is_stale

    assert not is_stale()
    session.apply(
        set_geometry(session.document, LayerId("facility"), Fid(1), shapely.Point(390, 0), "動かす")
    )
    assert is_stale()
    session.undo()
    assert not is_stale()


def test_the_window_lists_works_and_takes_them_away(town: MainWindow) -> None:
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    town.session.apply(set_improvement(town.session.document.facts, start))
    settle()
    opened = town.improvements.window
    assert opened is not None
    assert not any(button.isEnabled() for button in opened.for_one)
    opened.works.selectRow(0)
    assert all(button.isEnabled() for button in opened.for_one)
    assert (town.selection.layer, town.selection.fids) == (ROAD, (Fid(2),))
    press(opened, "削除")
    assert works(town) == ()


def press(widget: Any, text: str) -> None:
    button = next(one for one in widget.findChildren(QPushButton) if one.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle()


def test_added_interchanges_and_values_of_roads_can_be_taken_away(town: MainWindow) -> None:
    session = town.session
    session.apply(add_interchange(session.document.facts, OwnInterchange("計画IC", 10, 20, "県")))
    session.apply(set_override(session.document.facts, RoadOverride("road_1", 2, "調査", kmh=25)))
    town.access_actions.show_added()
    added = town.access_actions._added
    assert added is not None
    assert not added.remove.isEnabled()
    added.table.selectRow(0)
    assert town.looking.mark.place == (10.0, 20.0)
    press(added, "削除")
    assert interchanges_of(session.document.facts) == ()
    added.table.selectRow(0)
    assert (town.selection.layer, town.selection.single) == (ROAD, Fid(2))
    press(added, "削除")
    assert overrides_of(session.document.facts) == ()
    session.undo()
    assert overrides_of(session.document.facts) != ()


def test_estimates_of_new_roads_are_switched_on_with_a_design(town: MainWindow) -> None:
    dialog = NewRoadDialog(town, own_designs(), town.session.document.facts, has_heights=False)
    assert not dialog.wanted.isChecked()
    assert not dialog.design.isEnabled()
    dialog.wanted.setChecked(True)
    dialog.design.setCurrentIndex(dialog.design.findData("3-20"))
    dialog.accept()
    town.session.apply(dialog.change)
    choice = new_road_of(town.session.document.facts)
    assert choice is not None
    assert (choice.design, choice.is_exception) == ("3-20", False)
    again = NewRoadDialog(town, own_designs(), town.session.document.facts, has_heights=False)
    again.accept()
    assert again.change.is_empty


def test_several_places_are_compared_in_a_table_and_charts_without_a_layer(town: MainWindow) -> None:
    layers = town.session.document.layers
    town.access_actions.compare_reach((("東IC", False), ("コワーキング1", False)), (1.0, 5.0))
    settle()
    report = town.access_actions.report
    assert isinstance(report, ReachReport)
    assert report.table.rowCount() == 4
    assert "東IC 5分 1" in report.charts[0].toolTip()
    assert len(report.charts) == 1  # nobody has counted houses
    cell = report.table.item(0, 5)
    assert cell is not None
    assert cell.text() == "資料なし"
    assert town.session.document.layers == layers


def test_a_dialog_that_is_only_made_shows_no_window(town: MainWindow, windows_shown: list[str]) -> None:
    ReachDialog(town, ["IC"], works=True).deleteLater()
    assert windows_shown == []


def test_reach_needs_a_place_and_at_most_four(town: MainWindow) -> None:
    dialog = ReachDialog(town, [f"IC{n}" for n in range(5)], works=True)
    dialog.after.setChecked(True)
    dialog.accept()
    assert dialog.wanted == (("IC0", False), ("IC0", True))
    for row in range(5):
        dialog.origins.item(row).setCheckState(Qt.CheckState.Checked)
    dialog.accept()
    assert "1か所から4か所" in dialog.complaint.text()


def test_a_profile_says_that_heights_are_unknown_without_elevation(town: MainWindow) -> None:
    town.access_actions.show_profile(-1)
    assert town.banners.notices[0].what == "アクセス道路が選ばれていません。"
    town.access.refresh()
    town.access.table.selectRow(0)
    press(town.access, "縦断図")
    report = town.access_actions.report
    assert isinstance(report, ProfileReport)
    assert "高さは不明です" in report.text.text()


def test_links_are_sorted_by_numbers_and_lines_keep_their_link(town: MainWindow) -> None:
    session = town.session
    for x in (390, 395):
        session.apply(add_facility(session.document, "coworking", shapely.Point(x, 300)))
    work.compute_access(session)
    town.access.refresh()
    table = town.access.table
    table.sortItems(3, Qt.SortOrder.AscendingOrder)
    rows = session.rows(Role.ACCESS_LINK)
    order = [town.access._fid_of(row) for row in range(table.rowCount())]
    assert order == list(rows.sort_values("km").index)
    table.selectRow(2)
    assert town.selection.fids == (order[2],)
    table.sortItems(3, Qt.SortOrder.DescendingOrder)
    assert town.access.chosen == order[2]


def test_links_are_written_to_the_file_chosen(
    town: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chiiki_gis.ui.files.Files.save", lambda *_args: tmp_path / "a.xlsx")
    town.access_actions.export_links()
    settle()
    assert (tmp_path / "a.xlsx").is_file()
    assert "アクセス道路" in town.banners.notices[0].what


def test_while_a_facility_is_dragged_its_link_is_asked_for_and_gone_when_it_is_put_down(
    town: MainWindow,
) -> None:
    town.selection.pick(LayerId("facility"), (Fid(1),))
    live = town.live_link
    at = [QPointF(*town.canvas.view.to_px(*spot)).toPoint() for spot in ((400, 0), (400, 100), (400, 200))]
    QTest.mousePress(town.canvas, Qt.MouseButton.LeftButton, pos=at[0])
    QTest.mouseMove(town.canvas, at[1])
    QTest.mouseMove(town.canvas, at[2])
    assert live.way is not None
    assert live.is_fresh
    assert live.way.km == pytest.approx(0.8, abs=0.01)
    assert (round(live.way.vertices[-1][0]), round(live.way.vertices[-1][1])) == (400, 200)
    assert len(town.session.rows(Role.ACCESS_LINK)) == 1
    QTest.mouseRelease(town.canvas, Qt.MouseButton.LeftButton, pos=at[2])
    assert live.way is None
    assert live.at is None


class SlowWorkers:
    """Keeps every question of a job until its answer is told."""

    def __init__(self, job: str = "live_way") -> None:
        self.job = job
        self.asked: list[tuple[tuple[Any, ...], Callable[[Any], None]]] = []

    def submit(self, job: str, *args: Any, on_done: Callable[[Any], None], **_options: object) -> SlowWorkers:
        """Keep the question."""
        if job == self.job:
            self.asked.append((args, on_done))
        return self

    def cancel(self) -> None:
        """Nothing is stopped."""


def way(km: float) -> LiveWay:
    return LiveWay("東IC", "ok", km, km, ((0.0, 0.0), (1.0, 1.0)), "")


def test_late_answers_to_a_drag_are_dropped_and_only_one_question_is_under_way(town: MainWindow) -> None:
    slow = SlowWorkers()
    town.session.workers = slow  # type: ignore[assignment]
    live = town.live_link
    live.follow(Fid(1), (1.0, 0.0))
    live.follow(Fid(1), (2.0, 0.0))
    live.follow(Fid(1), (3.0, 0.0))
    assert [args[2:] for args, _ in slow.asked] == [(1.0, 0.0)]
    slow.asked[0][1](way(1))
    assert live.way == way(1)
    assert not live.is_fresh
    assert [args[2:] for args, _ in slow.asked] == [(1.0, 0.0), (3.0, 0.0)]
    live.follow(Fid(1), None)
    live.follow(Fid(1), (9.0, 0.0))
    slow.asked[1][1](way(3))
    assert live.way is None
    slow.asked[2][1](way(9))
    assert live.way == way(9)
    assert live.is_fresh


def test_links_are_computed_again_where_a_layer_has_come_or_gone_meanwhile(town: MainWindow) -> None:
    slow, session = SlowWorkers("access"), town.session
    session.workers = slow  # type: ignore[assignment]
    work.compute_access(session)
    gates = session.document.layer(LayerId("interchange_1"))
    session.apply(Change("IC", put_layers=(replace(gates, id=LayerId("interchange_2")),)))
    slow.asked[0][1](Linked(Change("古い"), ()))
    assert len(slow.asked) == 2


def painted(paint: Callable[[QPainter, QRectF], None]) -> QImage:
    image = QImage(400, 240, QImage.Format.Format_RGB32)
    image.fill("#ffffff")
    painter = QPainter(image)
    paint(painter, QRectF(10, 10, 380, 220))
    painter.end()
    return image


def count(image: QImage, color: str) -> int:
    wanted = int(color[1:], 16) | 0xFF000000
    return sum(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))


def test_bars_are_as_high_as_their_numbers(town: MainWindow) -> None:
    series = [Series("東IC", (10.0, 20.0)), Series("西IC", (0.0, 10.0))]
    image = painted(lambda painter, area: paint_bars(painter, area, "空き家", ["10分", "30分"], series))
    first, second = count(image, "#1f4aa0"), count(image, "#e07b39")
    assert first / second == pytest.approx(3, rel=0.15)


def test_the_profile_leaves_ground_that_is_not_known_empty(town: MainWindow) -> None:
    km = tuple(n / 10 for n in range(11))
    whole = painted(lambda painter, area: paint_profile(painter, area, km, (100.0,) * 5 + (200.0,) * 6))
    holed = painted(
        lambda painter, area: paint_profile(painter, area, km, (100.0,) * 3 + (None,) * 5 + (200.0,) * 3)
    )
    none = painted(lambda painter, area: paint_profile(painter, area, km, (None,) * 11))
    assert count(none, "#c9b79c") == 0 < count(holed, "#c9b79c") < count(whole, "#c9b79c")


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (7, 2), (10, 5), (95, 50), (0.3, 0.1), (4, 1)])
def test_lines_of_an_axis_stand_at_round_numbers(highest: float, step: float) -> None:
    assert nice_step(highest) == pytest.approx(step)


def test_reports_take_answers_of_either_kind(town: MainWindow) -> None:
    report = ReachReport(town, ReachCompared((), ()))
    assert report.table.rowCount() == 0
    shown = ProfileReport(town, RouteProfile("東IC → 施設", (0.0, 1.0), (100.0, 120.0), 30.0))
    assert "標高 100 m～120 m" in shown.text.text()


def press_on(window: MainWindow, *places: tuple[float, float], held: Any = NONE, let_go: bool = True) -> None:
    """Press the left button on the map at the first place, move over the others and let go at the last."""
    canvas = window.canvas
    spots = [QPoint(*(round(part) for part in canvas.view.to_px(*place))) for place in places]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, held, spots[0])
    for spot in spots[1:]:
        QTest.mouseMove(canvas, spot)
        settle()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, held, spots[-1])
    settle()


def test_a_stretch_between_two_clicks_becomes_works_and_is_drawn(
    town: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch, widen)
    opened = town.improvements.window
    assert opened is not None
    press(opened, "区間を改良...")
    click_two(town, "X 100 Y 0\nX 250 Y 0")
    settle()
    (made,) = works(town)
    assert made.roads == ()
    assert made.parts == (RoadPart("road_1", 1, 100.0, 250.0, 300.0),)
    assert town.toolbox.current.id == "select"
    cell = opened.works.item(0, 2)
    assert cell is not None
    assert cell.text() == "区間 150 m"
    assert town.improvements.lengths_by_class(made) == {"2": pytest.approx(150)}
    town.canvas.fit((-50, -50, 450, 350))
    image = QImage(town.canvas.size(), QImage.Format.Format_RGB32)
    image.fill("#ffffff")
    painter = QPainter(image)
    town.improvements.paint(painter, town.canvas.view)
    painter.end()
    on, off = (town.canvas.view.to_px(0, north) for north in (175, 50))
    assert image.pixelColor(round(on[0]), round(on[1])).name() == COLOR
    assert image.pixelColor(round(off[0]), round(off[1])).name() == "#ffffff"
    town.session.undo()
    assert works(town) == ()


def test_a_stretch_is_added_to_the_works_chosen_in_the_table(town: MainWindow) -> None:
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    town.session.apply(set_improvement(town.session.document.facts, start))
    settle()
    opened = town.improvements.window
    assert opened is not None
    opened.works.selectRow(0)
    press(opened, "区間を加える")
    click_two(town, "X 300 Y 400\nX 200 Y 400")
    settle()
    (made,) = works(town)
    assert (made.roads, made.parts) == ((("road_1", 2),), (RoadPart("road_1", 3, 0.0, 100.0, 300.0),))


def test_a_stretch_far_from_roads_is_refused_in_a_banner(town: MainWindow) -> None:
    town.improvements.choose_stretch(0)
    click_two(town, "X 100 Y 0\nX 5000 Y 5000")
    settle()
    assert works(town) == ()
    assert "区間を決められませんでした" in town.banners.notices[0].what


def test_several_roads_are_picked_by_shift_and_by_a_box_and_improved_with_enter(
    town: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(monkeypatch, widen)
    town.canvas.fit((-100, -100, 500, 400))
    settle()
    opened = town.improvements.window
    assert opened is not None
    press(opened, "道路を選ぶ")
    press_on(town, (0, 150))
    assert town.selection.fids == (1,)
    press_on(town, (200, 300), held=Qt.KeyboardModifier.ShiftModifier)
    assert town.selection.fids == (1, 2)
    press_on(town, (0, 150), held=Qt.KeyboardModifier.ControlModifier)
    assert town.selection.fids == (2,)
    press_on(town, (380, 200), (420, 100), held=Qt.KeyboardModifier.ShiftModifier)
    assert town.selection.fids == (2, 3)
    press_on(town, (-50, 100), (450, 200))
    assert town.selection.fids == (1, 3)
    press_key(town, Qt.Key.Key_Return)
    (made,) = works(town)
    assert made.roads == (("road_1", 1), ("road_1", 3))


def test_the_window_of_works_follows_the_scenario_that_is_shown(town: MainWindow) -> None:
    session = town.session
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    session.apply(set_improvement(session.document.facts, start))
    town.improvements.compare()
    settle()
    opened = town.improvements.window
    assert opened is not None
    assert opened.effects.rowCount() == 1
    session.apply(copy_scenario(session.document, "A", "B"))
    session.show_scenario("B")
    settle()
    assert (opened.works.rowCount(), opened.effects.rowCount()) == (1, 0)
    assert "「整備の前後を計算」" in opened.summary.text()
    town.improvements.compare()
    settle()
    assert opened.effects.rowCount() == 1
    kept = [effects_of(session.document.facts, scenario) for scenario in ("A", "B")]
    assert None not in kept


class LaterWorkers:
    """Answers nothing until it is told to; then one job after the other, as it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...], Callable[[Any], None]]] = []

    def submit(
        self, job: str, *args: Any, on_done: Callable[[Any], None], **_options: object
    ) -> LaterWorkers:
        """Keep the question."""
        if job in ("access", "improvement_effects"):
            self.asked.append((job, args, on_done))
        return self

    def cancel(self) -> None:
        """Nothing is stopped."""

    def answer(self) -> None:
        """Answer all, and what the answers ask."""
        while self.asked:
            job, args, on_done = self.asked.pop(0)
            on_done(perform(job, args, Quiet(), WarmFrames()))  # type: ignore[arg-type]  # a JobName


def move(session: Session, x: float, fid: int = 1) -> None:
    session.apply(
        set_geometry(session.document, LayerId("facility"), Fid(fid), shapely.Point(x, 0), "動かす")
    )


def test_links_of_a_facility_that_moved_while_they_were_worked_out_are_worked_out_anew(
    town: MainWindow,
) -> None:
    session = town.session
    session.apply(Change("消す", drop={LayerId("access_link"): (Fid(1),)}))
    later = LaterWorkers()
    session.workers = later  # type: ignore[assignment]
    work.compute_access(session)
    move(session, 0.0)
    later.answer()
    (row,) = session.rows(Role.ACCESS_LINK).itertuples()
    assert row.km == pytest.approx(0.0, abs=0.01)
    assert not row.stale


def test_a_comparison_belongs_to_the_scenario_and_to_the_places_it_was_asked_for(town: MainWindow) -> None:
    session = town.session
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    session.apply(set_improvement(session.document.facts, start))
    town.scenarios.make_copy()
    later = LaterWorkers()
    session.workers = later  # type: ignore[assignment]
    town.improvements.compare()
    session.show_scenario("A")
    move(session, 0.0, 2)
    later.answer()
    assert effects_of(session.document.facts, "A") is None
    kept = effects_of(session.document.facts, "B")
    assert kept is not None
    assert not kept.is_stale
    assert kept.effects.rows[0].before.km == pytest.approx(0.0, abs=0.01)


def test_a_comparison_of_a_scenario_that_is_gone_is_not_kept(town: MainWindow) -> None:
    session = town.session
    start = RoadImprovement(1, "整備", "県", roads=(("road_1", 2),), width_m=7.0)
    session.apply(set_improvement(session.document.facts, start))
    town.scenarios.make_copy()
    later = LaterWorkers()
    session.workers = later  # type: ignore[assignment]
    town.improvements.compare()
    town.scenarios.delete("B")
    later.answer()
    assert effects_of(session.document.facts, "B") is None


def test_link_and_verdict_both_follow_a_dragged_facility(town: MainWindow) -> None:
    town.toolbox.guide.snapper.is_on = False
    town.canvas.fit((-100, -100, 500, 400))
    town.selection.pick(LayerId("facility"), (Fid(1),))
    settle()
    before = town.session.document.plan(Role.ACCESS_LINK)
    asked: list[str] = []
    submit = town.session.workers.submit

    def watched(job: str, *args: Any, **more: Any) -> Any:
        asked.append(job)
        return submit(job, *args, **more)

    town.session.workers.submit = watched  # type: ignore[method-assign, assignment]
    hold_and_move(town, (400, 0), (400, 50), (400, 200))
    settle()
    assert town.live_link.way is not None
    assert town.live_link.way.km == pytest.approx(0.8, abs=0.01)
    assert town.live_link.is_fresh
    assert set(asked) == {"live_way", "live"}
    assert town.session.document.plan(Role.ACCESS_LINK) is before
    let_go(town, (400, 200))
    assert town.live_link.way is None
