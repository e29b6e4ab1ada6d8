"""案 in the window: tabs, switching, undo over a switch, figures, differences, the map beneath and beside."""

from __future__ import annotations

import pytest
import shapely
from waiting import settle, until

from chiiki_gis.core.edits import add_area, add_facility, set_geometry, set_values
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.scenarios import delete_scenario, scenarios_of
from chiiki_gis.ui.files import plan_file_name
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.scenario_bar import ScenarioBar
from chiiki_gis.ui.scenario_hand import GONE
from chiiki_gis.ui.scenario_panel import ScenarioPanel
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.simplify_dialog import SimplifyDialog
from chiiki_gis.ui.tools.tool import Pointer

_AREA, _FACILITY = LayerId(Role.PROMOTION_AREA.value), LayerId(Role.FACILITY.value)


@pytest.fixture
def plan(window: MainWindow) -> MainWindow:
    """A window with an area and a facility in 案A, and 案B as its copy, shown."""
    session = window.session
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, shapely.box(-300, -300, 300, 300)))
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-100, -100, 100, 100)))
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    window.scenarios.make_copy("駅前")
    settle()
    return window


def _bar(window: MainWindow) -> ScenarioBar:
    return window.findChild(ScenarioBar)  # type: ignore[return-value]  # it is there


def _panel(window: MainWindow) -> ScenarioPanel:
    window.show_tab("案の比較")
    settle()
    return window.findChild(ScenarioPanel)  # type: ignore[return-value]  # it is there


def _move(session: Session, by: float) -> Fid:
    """Move the current scenario's area east."""
    fid = Fid(int(session.rows(Role.PROMOTION_AREA).index[0]))
    shape = session.document.plan(Role.PROMOTION_AREA).geometry.loc[fid]
    session.apply(
        set_geometry(session.document, _AREA, fid, shapely.affinity.translate(shape, by, 0), "動かす")
    )
    return fid


def _drawn(window: MainWindow, layer_id: str) -> tuple[float, float, float, float] | None:
    found = [entry for entry in window.scene.layers if entry.layer.id == layer_id]
    return found[0].extent if found else None


def test_a_plan_of_one_scenario_shows_no_tabs(window: MainWindow) -> None:
    settle()
    assert not _bar(window).isVisible()
    assert "案" not in window.windowTitle()


def test_the_copy_is_shown_and_named_in_tabs_and_title(plan: MainWindow) -> None:
    bar = _bar(plan)
    assert bar.isVisible()
    assert [bar.tabs.tabText(n) for n in range(bar.tabs.count())] == ["案A", "案B「駅前」"]
    assert bar.tabs.currentIndex() == 1
    assert "案B「駅前」" in plan.windowTitle()
    assert plan.session.scenario == "B"


def test_drawing_goes_into_the_scenario_that_is_shown(plan: MainWindow) -> None:
    session = plan.session
    plan.toolbox.facility.kind = "exchange"
    plan.toolbox._place_facility("exchange", (50.0, 50.0), None)
    assert len(session.rows(Role.FACILITY)) == 2
    assert len(session.rows(Role.FACILITY, "A")) == 1


def test_the_map_shows_only_the_current_scenario(plan: MainWindow) -> None:
    _move(plan.session, 500)
    settle()
    assert _drawn(plan, _AREA) == (400.0, -100.0, 600.0, 100.0)
    _bar(plan).tabs.setCurrentIndex(0)
    settle()
    assert plan.session.scenario == "A"
    assert _drawn(plan, _AREA) == (-100.0, -100.0, 100.0, 100.0)


def test_switching_lets_go_of_what_was_picked(plan: MainWindow) -> None:
    plan.selection.pick(_AREA, (Fid(int(plan.session.rows(Role.PROMOTION_AREA).index[0])),))
    plan.made["scenario_next"].trigger()
    assert plan.selection.layer is None
    assert plan.session.scenario == "A"


def test_findings_of_the_scenario_before_are_not_shown_for_the_next(plan: MainWindow) -> None:
    session = plan.session
    session.apply(
        set_values(
            session.document,
            _FACILITY,
            Fid(int(session.rows(Role.FACILITY).index[0])),
            {"name": None},
            "消す",
        )
    )
    until(lambda: session.is_checked)
    of_b = {fid for finding in session.findings if finding.layer == _FACILITY for fid in finding.fids}
    plan.scenarios.show("A")
    assert session.findings == ()
    until(lambda: session.is_checked)
    of_a = {fid for finding in session.findings if finding.layer == _FACILITY for fid in finding.fids}
    assert of_b
    assert not of_a & of_b


def test_undo_of_another_scenarios_edit_goes_there_and_says_so(plan: MainWindow) -> None:
    _move(plan.session, 500)
    plan.scenarios.show("A")
    plan.session.undo()
    settle()
    assert plan.session.scenario == "B"
    assert any("案B「駅前」に切り替えました" in notice.what for notice in plan.banners.notices)
    assert _drawn(plan, _AREA) == (-100.0, -100.0, 100.0, 100.0)


def test_undoing_the_copy_brings_back_the_one_scenario(plan: MainWindow) -> None:
    plan.session.undo()
    settle()
    assert plan.session.scenario == "A"
    assert not _bar(plan).isVisible()
    plan.session.redo()
    settle()
    assert plan.session.scenario == "B"


def test_a_deleted_scenario_comes_back_with_one_press(plan: MainWindow) -> None:
    plan.scenarios.delete()
    settle()
    assert plan.session.scenario == "A"
    assert len(plan.session.document.plan(Role.FACILITY)) == 1
    (notice,) = [n for n in plan.banners.notices if "削除しました" in n.what]
    assert notice.press is not None
    notice.press()
    assert plan.session.scenario == "B"
    assert len(plan.session.document.plan(Role.FACILITY)) == 2


def test_the_last_scenario_is_not_deleted(window: MainWindow) -> None:
    window.scenarios.delete()
    assert "案を削除できませんでした。" in [n.what for n in window.banners.notices]


def test_the_scenario_shown_last_is_shown_when_the_plan_is_opened_again(plan: MainWindow) -> None:
    session = plan.session
    values = session.snapshot()
    session.open(Opened(values, None, 0, {}))
    assert session.scenario == "B"
    plan.scenarios.show("A")
    session.open(Opened(values, None, 0, {}))
    assert session.scenario == "A"


def test_the_figures_of_both_stand_side_by_side(plan: MainWindow) -> None:
    panel = _panel(plan)
    until(lambda: plan.scenarios.comparison.is_fresh("A") and plan.scenarios.comparison.is_fresh("B"))
    settle()
    table = panel.figures
    assert [table.horizontalHeaderItem(n).text() for n in range(3)] == ["指標", "案A", "案B「駅前」"]  # type: ignore[union-attr]  # headings are there
    columns = [[table.item(row, column).text() for row in range(6)] for column in (1, 2)]  # type: ignore[union-attr]  # cells are there
    assert columns[0] == columns[1]
    assert columns[0][0] == "4.00 ha"
    assert columns[0][2] == "不明"


def test_an_edit_makes_only_the_figures_of_its_own_scenario_stale(plan: MainWindow) -> None:
    _panel(plan)
    comparison = plan.scenarios.comparison
    until(lambda: comparison.is_fresh("A") and comparison.is_fresh("B"))
    _move(plan.session, 10)
    assert comparison.is_fresh("A")
    assert not comparison.is_fresh("B")
    until(lambda: comparison.is_fresh("B"))


def test_nothing_is_worked_out_while_nobody_looks(plan: MainWindow) -> None:
    asked: list[str] = plan.session.workers.asked  # type: ignore[attr-defined]  # the stand-in keeps it
    plan.show_tab("検査")
    until(lambda: plan.session.is_checked)
    settle()
    assert "indicators" not in asked
    assert "scenario_differences" not in asked


def test_the_list_names_what_differs_in_square_metres(plan: MainWindow) -> None:
    panel = _panel(plan)
    _move(plan.session, 50)
    until(lambda: plan.scenarios.comparison.differences is not None and bool(panel.lines))
    settle()
    texts = [panel.differences.item(0, column).text() for column in range(5)]  # type: ignore[union-attr]  # cells are there
    assert texts[:2] == ["変わる", "促進区域"]
    assert texts[3:] == ["＋10,000 m²　−10,000 m²", "形"]
    assert "＋10,000 m²" in panel.sums.text()


def test_one_difference_is_taken_back_alone_and_can_be_undone(plan: MainWindow) -> None:
    panel, session = _panel(plan), plan.session
    fid = _move(session, 50)
    moved = session.document.plan(Role.PROMOTION_AREA).geometry.loc[fid]
    until(lambda: bool(panel.lines))
    panel.differences.selectRow(0)
    panel.back.click()
    assert session.document.plan(Role.PROMOTION_AREA).geometry.loc[fid].bounds == (-100, -100, 100, 100)
    session.undo()
    assert session.document.plan(Role.PROMOTION_AREA).geometry.loc[fid].equals(moved)


def test_what_is_gone_is_brought_back_and_what_came_is_taken_away(plan: MainWindow) -> None:
    panel, session = _panel(plan), plan.session
    (old,) = session.rows(Role.FACILITY, "A").index
    (copy,) = session.rows(Role.FACILITY).index
    session.apply(
        set_values(session.document, _FACILITY, Fid(int(copy)), {"name": "別", "number": 9}, "別にする")
    )
    _move_facility(session, int(copy))
    until(lambda: len(panel.lines) == 2)
    for _ in range(2):
        panel.differences.selectRow(0)
        panel.back.click()
        until(lambda: plan.scenarios.comparison.differences is not None)
        settle()
    until(lambda: panel.sums.text() == "案Aとの違いはありません。")
    (now,) = session.rows(Role.FACILITY).index
    assert now not in (old, copy)
    assert session.document.plan(Role.FACILITY).loc[now, "building_id"] == f"b{now}"


def _move_facility(session: Session, fid: int) -> None:
    session.apply(set_geometry(session.document, _FACILITY, Fid(fid), shapely.Point(70, 70), "動かす"))


def test_the_other_scenario_lies_beneath_and_cannot_be_picked(plan: MainWindow) -> None:
    _move(plan.session, 500)
    plan.scenarios.toggle_beneath()
    settle()
    ids = [str(entry.layer.id) for entry in plan.scene.layers]
    assert "ghost promotion_area" in ids
    assert ids.index("ghost promotion_area") < ids.index(_AREA)
    assert all(layer != _AREA for layer, _ in plan.scene.plan_hits((-90.0, 0.0), 5.0))
    plan.scenarios.toggle_beneath()
    assert "ghost promotion_area" not in [str(entry.layer.id) for entry in plan.scene.layers]


def test_the_difference_is_drawn_above_the_areas_and_below_the_facilities(plan: MainWindow) -> None:
    _move(plan.session, 50)
    plan.made["scenario_difference"].trigger()
    until(lambda: any(str(entry.layer.id).startswith("difference") for entry in plan.scene.layers))
    ids = [str(entry.layer.id) for entry in plan.scene.layers]
    at = ids.index("difference promotion_area")
    assert ids.index(_AREA) < at < ids.index(_FACILITY)
    assert plan.scene.layers[at].extent == (-100.0, -100.0, 150.0, 100.0)
    plan.made["scenario_difference"].trigger()
    settle()
    assert not any(str(entry.layer.id).startswith("difference") for entry in plan.scene.layers)


def test_the_compared_scenario_stands_beside_and_both_look_at_the_same_ground(plan: MainWindow) -> None:
    _move(plan.session, 500)
    plan.made["scenario_beside"].trigger()
    settle()
    right = plan.compare.right
    assert right is not None
    assert right.scenario == "A"
    found = [entry for entry in right._scene.layers if entry.layer.id == _AREA]
    assert found[0].extent == (-100.0, -100.0, 100.0, 100.0)
    assert _drawn(plan, _AREA) == (400.0, -100.0, 600.0, 100.0)
    plan.canvas.fit((0.0, 0.0, 900.0, 900.0))
    settle()
    assert right.canvas.view.center == pytest.approx(plan.canvas.view.center)
    plan.made["scenario_beside"].trigger()
    assert plan.compare.right is None


def test_the_second_map_follows_edits_of_the_scenario_it_shows(plan: MainWindow) -> None:
    plan.scenarios.toggle_beside()
    settle()
    plan.scenarios.show("A")
    _move(plan.session, 30)
    settle()
    right = plan.compare.right
    assert right is not None
    found = [entry for entry in right._scene.layers if entry.layer.id == _AREA]
    assert found[0].extent == (-70.0, -100.0, 130.0, 100.0)


def test_suggested_file_names_say_which_scenario_it_is(plan: MainWindow) -> None:
    assert plan_file_name(plan.session, "区域図", "pdf") == "試験市_区域図_案B.pdf"
    plan.session.undo()
    assert plan_file_name(plan.session, "区域図", "pdf") == "試験市_区域図.pdf"


def _listed(window: MainWindow) -> list[int]:
    return [] if window.table.model is None else [int(fid) for fid in window.table.model.fids]


def test_the_attribute_table_lists_the_scenario_that_is_shown(plan: MainWindow) -> None:
    session = plan.session
    plan._open_table(_FACILITY)
    settle()
    (copy,), (original,) = session.rows(Role.FACILITY).index, session.rows(Role.FACILITY, "A").index
    until(lambda: _listed(plan) == [copy])
    plan.scenarios.show("A")
    until(lambda: _listed(plan) == [original])


def test_a_site_sketched_for_one_scenario_never_changes_a_facility_of_another(plan: MainWindow) -> None:
    session, tools = plan.session, plan.toolbox
    (copy,) = session.rows(Role.FACILITY).index
    plan.selection.pick(_FACILITY, (Fid(int(copy)),))
    tools.draw_site()
    before = session.document.plan(Role.FACILITY).geometry.loc[copy]
    plan.scenarios.show("A")
    tools._finish_site([(10.0, 10.0), (20.0, 10.0), (20.0, 20.0)])
    assert session.document.plan(Role.FACILITY).geometry.loc[copy] is before
    assert len(session.rows(Role.FACILITY, "A")) == 2


def test_simplifying_ends_when_another_scenario_is_shown(plan: MainWindow) -> None:
    fid = Fid(int(plan.session.rows(Role.PROMOTION_AREA).index[0]))
    dialog = SimplifyDialog(
        plan,
        plan.session,
        plan.canvas,
        (_AREA, fid),
        plan.session.document.plan(Role.PROMOTION_AREA).geometry.loc[fid],
    )
    dialog.show()
    plan.scenarios.show("A")
    assert not dialog.isVisible()


def test_a_scenario_that_edits_take_away_is_left_for_one_that_is_there(plan: MainWindow) -> None:
    session = plan.session
    session.apply(delete_scenario(session.document, "B"))  # as a journal that is done again may
    settle()
    assert session.scenario == "A"
    assert plan.scenarios.current.id == "A"
    assert plan.banners.notices[0].why == GONE
    session.undo()
    assert session.scenario == "B"


def test_what_is_dragged_while_the_scenario_changes_is_let_go(plan: MainWindow) -> None:
    session, canvas = plan.session, plan.canvas
    fid = Fid(int(session.rows(Role.PROMOTION_AREA).index[0]))
    plan.selection.pick(_AREA, (fid,))
    settle()
    tool, edits = plan.toolbox.working, session.edits
    tool.press(Pointer(canvas.to_pixel((50, 50)), (50, 50), "left"))
    tool.move(Pointer(canvas.to_pixel((80, 50)), (80, 50), "left"))
    plan.made["scenario_next"].trigger()
    tool.release(Pointer(canvas.to_pixel((80, 50)), (80, 50), "left"))
    assert session.scenario == "A"
    assert session.edits == edits


def test_renaming_is_undone_like_any_edit(plan: MainWindow) -> None:
    from chiiki_gis.core.scenarios import rename_scenario

    session = plan.session
    session.apply(rename_scenario(session.document, "B", "海側"))
    settle()
    assert "案B「海側」" in plan.windowTitle()
    session.undo()
    assert [one.title for one in scenarios_of(session.document)] == ["", "駅前"]
