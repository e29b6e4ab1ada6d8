"""What made a newcomer hesitate on a small screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from waiting import settle

from chiiki_gis.core.document import Municipality
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.new_project_dialog import NewProjectDialog
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.steps import Step
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
    row.show_step(Step(1, "データを入れる", "✔ 6 レイヤ", "done", "import", ""))
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


@pytest.mark.parametrize(("codes", "wanted"), [(("20214",), "create"), (("20214", "20206"), "names")])
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
