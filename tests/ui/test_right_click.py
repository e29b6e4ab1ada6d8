"""A right click opens a menu and does nothing else, whatever tool is in the hand."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from reference_layers import add_references
from test_drawing import click
from waiting import settle

from chiiki_gis.core.edits import add_area
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.main_window import MainWindow

AREA = LayerId(Role.PROMOTION_AREA.value)
TOOLS = (
    "select", "pan", "identify", "zoom_box", "facility", "draw_box", "build_area", "draw_priority",
    "draw_promotion", "draw_site", "draw_new_road", "pick_lot", "pick_roads", "pick_stretch", "split",
    "reshape", "hole", "part", "measure_distance", "measure_area",
)  # fmt: skip


def test_every_tool_is_tried(window: MainWindow) -> None:
    assert set(TOOLS) == set(window.toolbox.tools)


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("begun", [False, True])
def test_a_right_click_changes_nothing(window: MainWindow, tool: str, begun: bool) -> None:
    session, toolbox, right = window.session, window.toolbox, Qt.MouseButton.RightButton
    add_references(session)
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-100, -100, 100, 100)))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    toolbox.choose(tool)
    if begun and tool not in ("pan", "zoom_box"):
        click(window, (400, 300))
    before = (
        session.edits, window.selection.fids, window.canvas.view, toolbox.working.id, toolbox.picks.picks,
        {name: list(sketch.sketch.vertices) for name, sketch in toolbox.sketches.items()},
    )  # fmt: skip
    place = QPoint(430, 310)
    QTest.mousePress(window.canvas, right, pos=place)
    QTest.mouseRelease(window.canvas, right, pos=place)
    QTest.mouseDClick(window.canvas, right, pos=place)
    assert before == (
        session.edits, window.selection.fids, window.canvas.view, toolbox.working.id, toolbox.picks.picks,
        {name: list(sketch.sketch.vertices) for name, sketch in toolbox.sketches.items()},
    )  # fmt: skip


def test_delete_by_menu_or_by_key_says_what_is_gone_and_takes_it_back(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-100, -100, 100, 100)))
    for by_menu, tool in ((True, "select"), (False, "select"), (False, "identify")):
        window.toolbox.choose(tool)
        window.selection.pick(AREA, (Fid(1),))
        if by_menu:
            actions = window.canvas.context_menu((400, 300)).actions()
            next(action for action in actions if action.text() == "削除").trigger()
        else:
            window.made["delete"].trigger()
        assert not len(session.document.plan(Role.PROMOTION_AREA))
        notice = window.banners.notices[0]
        assert notice.what == "特定居住促進区域「特定居住促進区域1」を削除しました。"
        assert notice.button == "元に戻す"
        assert notice.press is not None
        notice.press()
        assert len(session.document.plan(Role.PROMOTION_AREA)) == 1
