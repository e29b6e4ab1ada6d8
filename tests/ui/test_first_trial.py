"""What made a newcomer hesitate on a small screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from waiting import settle

from chiiki_gis.core.document import Municipality
from chiiki_gis.io import sketch_file
from chiiki_gis.io.journal import Orphan
from chiiki_gis.io.recent import last_folder, note_folder, note_project
from chiiki_gis.tasks import left as left_work
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.new_project_dialog import NewProjectDialog
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.start_page import PICTURE_PX, StartPage
from chiiki_gis.ui.steps import Step, next_step
from chiiki_gis.ui.steps_panel import StepsPanel
from chiiki_gis.ui.tool_bar import ToolBar


def bar_of(window: MainWindow) -> ToolBar:
    return next(bar for bar in window.findChildren(ToolBar))


def test_every_button_of_the_toolbar_is_in_sight_at_1366_pixels(window: MainWindow) -> None:
    window.resize(1366, 768)
    settle()
    bar = bar_of(window)
    shown = [bar.widgetForAction(a) for a in bar.actions() if not a.isSeparator()]
    assert all(w.isVisible() and w.geometry().right() <= bar.width() for w in shown)
    tips = [a.toolTip() for a in bar.actions() if not a.isSeparator()]
    assert all(tips)


def test_the_words_of_the_toolbar_come_back_where_there_is_room(window: MainWindow) -> None:
    window.resize(1366, 768)
    settle()
    window.resize(1920, 900)
    settle()
    button = bar_of(window).widgetForAction(window.made["open"])
    assert button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon


def test_an_error_is_not_pushed_away_by_what_is_merely_told(window: MainWindow) -> None:
    window.banners.clear()
    window.banners.show_notice(Notice("読めませんでした。", level="error"))
    for name in "甲乙丙丁":
        window.banners.show_notice(Notice(f"{name}を追加しました。"))
    assert [n.what for n in window.banners.notices] == [
        "丁を追加しました。",
        "丙を追加しました。",
        "読めませんでした。",
    ]
    for name in "甲乙丙":
        window.banners.show_notice(Notice(f"{name}を読めませんでした。", level="error"))
    assert [n.level for n in window.banners.notices] == ["error"] * 3


def test_a_drawing_tool_folds_what_is_only_told_and_leaves_warnings(window: MainWindow) -> None:
    window.banners.clear()
    window.banners.show_notice(Notice("「道路」を追加しました。", why="確かめてください。"))
    window.banners.show_notice(Notice("読めませんでした。", level="warning"))
    settle()
    window.made["draw_priority"].trigger()
    shown = [b.notice.what for b in window.banners._banners() if b.isVisibleTo(window)]
    assert shown == ["読めませんでした。"]
    assert window.banners.unfold_button.text() == "お知らせ 1 件"
    window.banners.unfold_button.click()
    assert len([b for b in window.banners._banners() if b.isVisibleTo(window)]) == 2
    assert not window.banners.unfold_button.isVisibleTo(window)


def test_the_hint_is_whole_in_its_tooltip_where_it_is_cut(window: MainWindow) -> None:
    window.made["draw_priority"].trigger()
    assert "Esc で選択に戻ります" in window.status.hint.toolTip()


def test_the_first_step_left_is_the_next_one(window: MainWindow) -> None:
    window.steps.refresh()
    marked = [row.step.number for row in window.steps.rows if "次にすること" in row.accessibleName()]
    assert marked == [1]


def test_a_tick_does_not_shift_the_steps_below_it(window: MainWindow) -> None:
    row = window.steps.rows[0]
    before = row.height()
    row.show_step(Step(1, "データを入れる", "✓ 6 レイヤ", "done", "import", ""))
    settle()
    assert row.height() == before


def test_a_step_is_taken_with_the_keyboard(window: MainWindow) -> None:
    row = window.steps.rows[1]
    QTest.keyClick(row, Qt.Key.Key_Return)
    assert window.toolbox.current.id == "draw_priority"


def test_before_a_plan_is_open_the_first_step_leads_to_a_new_one(window: MainWindow) -> None:
    taken: list[str] = []
    panel = StepsPanel(window.session)
    panel.chosen.connect(taken.append)
    QTest.keyClick(panel.rows[0], Qt.Key.Key_Return)
    assert taken == ["new"]


@pytest.mark.parametrize(("codes", "wanted"), [(("20214",), "make_plan"), (("20214", "20206"), "names")])
def test_after_the_boundaries_the_keyboard_is_where_the_next_step_is(
    window: MainWindow, tmp_path: Path, codes: tuple[str, ...], wanted: str
) -> None:
    borders = tmp_path / "界.geojson"
    borders.write_text("{}", encoding="utf-8")
    dialog = NewProjectDialog(window, lambda _path, _done: None)
    dialog.show()
    dialog.activateWindow()
    dialog.file.setText(str(borders))
    dialog.show_towns(str(borders), tuple(Municipality(code, f"{code}市") for code in codes))
    settle()
    focused: QWidget | None = dialog.focusWidget()
    assert focused is getattr(dialog, wanted)
    dialog.close()


def test_the_way_to_the_plan_can_be_gone_with_keys(window: MainWindow) -> None:
    keys = {entry.id: entry.shortcuts for entry in window._table}
    way = ("new", "import", "draw_priority", "draw_promotion", "place_coworking", "save", "print")
    assert [name for name in way if not keys[name]] == []
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_3)
    assert window.toolbox.current.id == "draw_priority"


def test_the_button_of_folded_notices_lies_below_what_is_shown(window: MainWindow) -> None:
    window.banners.clear()
    window.banners.show_notice(Notice("追加しました。"))
    window.made["draw_priority"].trigger()
    window.banners.show_notice(Notice("アクセス道路を計算しました。", level="done"))
    settle()
    assert window.banners.unfold_button.geometry().top() >= window.banners.geometry().bottom()


def test_data_are_looked_for_where_they_were_and_not_where_the_plan_was_saved(tmp_path: Path) -> None:
    data, plans = tmp_path / "資料", tmp_path / "計画"
    data.mkdir()
    plans.mkdir()
    note_folder(data, of_data=True)
    note_project(plans / "計画.gpkg", "計画")
    assert (last_folder(of_data=True), last_folder()) == (data, plans)


def test_a_needed_permit_does_not_hold_the_next_step_back() -> None:
    judged = Step(5, "判定", "許可要 2", "wrong", "show_verdicts", "")
    linked = Step(6, "アクセス", "未計算", "left", "show_access", "")
    assert next_step((judged, linked)) is linked
    assert next_step((judged,)) is None


def test_the_picture_of_what_was_left_moves_no_button_when_it_comes(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Callable[[bytes], None]] = []
    left = Orphan(tmp_path / "控え", None, "茅野市", 3, datetime.now().astimezone(), False)
    monkeypatch.setattr(sketch_file, "all_orphans", lambda: [left])
    page = StartPage(
        window.canvas, [], lambda _p: None, lambda _o: None, lambda _path, show: shown.append(show)
    )
    page.refresh()
    settle()
    before = page.sizeHint().height()
    picture = QImage(*PICTURE_PX, QImage.Format.Format_RGB32)
    picture.fill(0)
    data = QBuffer()
    data.open(QBuffer.OpenModeFlag.WriteOnly)
    assert picture.save(data, "PNG")
    shown[0](data.data().data())
    settle()
    assert page.sizeHint().height() == before
    assert (left_work.WIDTH_PX, left_work.HEIGHT_PX) == PICTURE_PX
