"""What the hand is drawing is on disk, and comes back into the hand after a crash."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLabel
from waiting import settle, until

from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io import sketch_file
from chiiki_gis.io.journal import Journal
from chiiki_gis.io.sketch_file import all_orphans, left_sketches, sketch_path
from chiiki_gis.ui import recovery, work
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.sketch_keeper import LOOK_MS
from chiiki_gis.ui.tools.tool import Pointer

AREA = LayerId(Role.PROMOTION_AREA.value)
POINTS = [(0.0, 0.0), (50.0, 0.0), (50.0, 50.0)]


def draw(window: MainWindow, tool: str = "draw_promotion") -> None:
    window.toolbox.choose(tool)
    for point in POINTS:
        window.toolbox.sketches[tool].put([point])


def on_disk(window: MainWindow) -> Path:
    session = window.session
    return sketch_path(session.document.header.uuid, session.path, True)


@pytest.fixture
def crashed(window: MainWindow, saved: Path) -> MainWindow:
    """A saved plan with an area, and a second one half drawn when the program ended."""
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 90, 90)))
    work.save(session, saved)
    draw(window)
    window.sketches.flush()
    return window


def reopened(window: MainWindow, saved: Path) -> MainWindow:
    """Another window that opens the plan after the first has ended without a word."""
    again = MainWindow(Session(window.session.workers, Journal))
    window.sketches._timer.stop()
    again.show()
    work.open_project(again.session, saved)
    settle()
    return again


def test_a_vertex_is_on_disk_within_a_second(window: MainWindow) -> None:
    assert LOOK_MS <= 500
    draw(window)
    until(lambda: on_disk(window).is_file())


def test_a_sketch_of_a_crashed_run_goes_back_into_its_tool_and_is_no_area_yet(
    crashed: MainWindow, saved: Path
) -> None:
    again = reopened(crashed, saved)
    notice = again.banners.notices[0]
    assert notice.what == "描きかけの図形が残っています。"
    assert notice.press is not None
    notice.press()
    tool = again.toolbox.sketches["draw_promotion"]
    assert again.toolbox.working is tool
    assert tool.sketch.vertices == POINTS
    assert len(again.session.document.plan(Role.PROMOTION_AREA)) == 1
    assert tool.undo()
    assert tool.sketch.vertices == POINTS[:2]
    again.canvas.stop()


def test_a_restored_sketch_survives_the_next_crash_too(crashed: MainWindow, saved: Path) -> None:
    again = reopened(crashed, saved)
    recovery.restore(again.session)
    third = reopened(again, saved)
    recovery.restore(third.session)
    assert third.toolbox.sketches["draw_promotion"].sketch.vertices == POINTS
    for window in (again, third):
        window.canvas.stop()


def test_two_sketches_of_two_crashes_both_come_back(crashed: MainWindow, saved: Path) -> None:
    again = reopened(crashed, saved)
    draw(again, "draw_priority")
    again.sketches.flush()
    third = reopened(again, saved)
    recovery.restore(third.session)
    assert third.toolbox.sketches["draw_priority"].sketch.vertices == POINTS
    third.toolbox.sketches["draw_priority"].sketch.vertices.clear()
    assert third.toolbox.undo()
    assert third.toolbox.sketches["draw_promotion"].sketch.vertices == POINTS
    for window in (again, third):
        window.canvas.stop()


def test_a_hole_goes_back_to_the_area_it_was_drawn_in(window: MainWindow, saved: Path) -> None:
    session = window.session
    for west in (0, 500):
        shape = shapely.box(west, 0, west + 90, 90)
        session.apply(add_area(session.document, Role.PROMOTION_AREA, shape))
    work.save(session, saved)
    window.selection.pick(AREA, (Fid(2),))
    draw(window, "hole")
    window.sketches.flush()
    again = reopened(window, saved)
    recovery.restore(again.session)
    assert (again.selection.layer, again.selection.fids) == (AREA, (2,))
    again.canvas.stop()


def test_a_finished_sketch_is_gone_from_the_disk(window: MainWindow) -> None:
    draw(window)
    window.sketches.flush()
    assert on_disk(window).is_file()
    window.toolbox.sketches["draw_promotion"].finish()
    window.sketches.flush()
    assert not on_disk(window).exists()


def test_a_sketch_that_was_given_up_is_gone_from_the_disk(window: MainWindow) -> None:
    draw(window)
    window.sketches.flush()
    window.toolbox.choose("select")
    window.sketches.flush()
    assert not on_disk(window).exists()


def test_closing_the_window_keeps_what_is_being_drawn(window: MainWindow, saved: Path) -> None:
    work.save(window.session, saved)
    draw(window)
    window.close()
    assert saved in [orphan.project for orphan in all_orphans()]
    again = reopened(window, saved)
    assert len(again.session.records.left_sketches) == 1
    again.canvas.stop()


def another_plan() -> Opened:
    return Opened(snapshot(new_document(Header("別", (Municipality("20999", "試験市"),), 6676))), None, 0, {})


def test_what_was_drawn_in_one_plan_is_never_brought_back_in_another(window: MainWindow) -> None:
    draw(window)
    window.sketches.flush()
    there = on_disk(window)
    window.session.open(another_plan())
    window.sketches.flush()
    assert not window.toolbox.can_undo
    assert not on_disk(window).exists()
    assert there.is_file()


def test_what_is_dragged_while_another_plan_opens_is_let_go(window: MainWindow) -> None:
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 90, 90)))
    window.selection.pick(AREA, (Fid(1),))
    settle()
    tool = window.toolbox.working
    tool.press(pointer(window, 45, 45))
    tool.move(pointer(window, 75, 45))
    other = another_plan()
    session.open(other)
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(200, 0, 290, 90)))
    tool.release(pointer(window, 75, 45))
    assert session.document.plan(Role.PROMOTION_AREA).geometry.loc[1].bounds == (200, 0, 290, 90)


def pointer(window: MainWindow, x: float, y: float) -> Pointer:
    return Pointer(window.canvas.to_pixel((x, y)), (x, y), "left")


def test_throwing_away_what_was_left_takes_the_sketch_too(crashed: MainWindow, saved: Path) -> None:
    again = reopened(crashed, saved)
    recovery.discard(again.session)
    assert left_sketches(again.session.document.header.uuid, saved) == ()
    again.canvas.stop()


def test_a_disk_that_refuses_a_sketch_is_told_once_and_tried_again(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    window.session.noticed.connect(lambda notice: told.append(notice.what))

    def full(*_: object) -> None:
        raise OSError(28, "no space")

    with monkeypatch.context() as broken:
        broken.setattr(sketch_file, "put_sketch", full)
        draw(window)
        until(lambda: told)
        window.toolbox.sketches["draw_promotion"].put([(0.0, 60.0)])
        window.sketches.flush()
        settle()
    assert told == ["描いている図形の控えを書けませんでした。"]
    monkeypatch.setattr("chiiki_gis.ui.sketch_keeper.RETRY_S", 0.0)
    until(lambda: on_disk(window).is_file())


def test_a_damaged_sketch_file_holds_up_nothing(crashed: MainWindow, saved: Path) -> None:
    on_disk(crashed).write_text('{"sketch": {"tool": "draw_prom', "utf-8")
    again = reopened(crashed, saved)
    assert again.session.records.left_sketches == ()
    again.canvas.stop()


def test_the_card_shows_a_picture_of_what_was_left(window: MainWindow, saved: Path) -> None:
    session = window.session
    work.save(session, saved)
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(0, 0, 90, 90)))
    again = reopened(window, saved)
    pictures = [label.pixmap() for label in again.banners.findChildren(QLabel)]
    shown = next(pixmap.toImage() for pixmap in pictures if not pixmap.isNull())
    assert len(colours(shown)) > 1
    again.canvas.stop()


def colours(image: QImage) -> set[int]:
    return {image.pixel(x, y) for x in range(0, image.width(), 4) for y in range(0, image.height(), 4)}
