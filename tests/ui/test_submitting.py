"""Sheets, exports, the manual, file dialogs, recent plans: what the planner does around the plan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import shapely
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QMenu, QPushButton
from waiting import settle

from chiiki_gis import paths
from chiiki_gis.core.edits import add_area, add_facility
from chiiki_gis.core.jobs import Saved, Written
from chiiki_gis.core.role import Role
from chiiki_gis.export import verdict_looks
from chiiki_gis.export.sheets import sheet_contents
from chiiki_gis.io.recent import last_folder, note_folder, recent_projects
from chiiki_gis.ui import print_dialog, work
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.manual import ManualWindow, joined
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.print_dialog import PrintDialog
from chiiki_gis.ui.reason_dialog import ReasonDialog
from chiiki_gis.ui.session import Session


@pytest.fixture
def leaking(window: MainWindow) -> MainWindow:
    """A plan whose 促進区域 reaches beyond its 重点地区."""
    session = window.session
    session.apply(add_area(session.document, Role.PRIORITY_DISTRICT, shapely.box(0, 0, 1000, 1000)))
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(500, 500, 1100, 900)))
    session.check_now()
    return window


def in_dialog(act: Callable[[ReasonDialog], object]) -> None:
    """Do something in the dialog that is about to open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ReasonDialog)
        act(dialog)

    QTimer.singleShot(0, look)


def test_a_plan_with_errors_leaves_only_with_a_reason(leaking: MainWindow, tmp_path: Path) -> None:
    leaking.commands.files.folder = lambda _title: tmp_path / "out"  # type: ignore[method-assign]

    def refuse(dialog: ReasonDialog) -> None:
        assert not next(b for b in dialog.findChildren(QPushButton) if b.text() == "書き出す...").isEnabled()
        dialog.reject()

    in_dialog(refuse)
    leaking.made["export_geojson"].trigger()
    assert not (tmp_path / "out").exists()

    def give(dialog: ReasonDialog) -> None:
        dialog.write_reason("協議用の素案のため")
        next(b for b in dialog.findChildren(QPushButton) if b.text() == "書き出す...").click()

    in_dialog(give)
    leaking.made["export_geojson"].trigger()
    told = (tmp_path / "out" / "未解決のエラー.csv").read_text("utf-8-sig")
    assert "協議用の素案のため" in told


def test_the_eighth_step_asks_for_the_format_first(leaking: MainWindow) -> None:
    session = leaking.session
    session.undo()
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(500, 500, 900, 900)))
    session.check_now()
    leaking.steps.refresh()
    assert leaking.steps.rows[7].step.goes_to == "export"
    offered: list[str] = []

    def look() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        offered.extend(action.text() for action in menu.actions())
        menu.close()

    QTimer.singleShot(0, look)
    leaking.made["export"].trigger()
    assert offered[:2] == ["GeoPackage...", "Shapefile..."]


def test_a_sheet_fits_one_page_unless_a_scale_is_chosen_and_the_pages_are_told(leaking: MainWindow) -> None:
    dialog = PrintDialog(leaking, leaking.session, (0, 0))
    dialog.kind.setCurrentIndex(dialog.kind.findData("priority"))
    settle()
    assert dialog.scale.currentText() == "1枚に収まる縮尺"
    assert dialog.says.text().startswith("地図は 1 枚になります（縮尺 1:5,000）。")
    dialog.scale.setCurrentIndex(dialog.scale.findData(2_500))
    settle()
    pages = sheet_contents(leaking.session.snapshot(), {}, (), dialog.sheet, date(2026, 4, 1))
    assert dialog.says.text().startswith(f"地図は {len(pages)} 枚になります")
    assert dialog.sheet.created == ""  # the sheet then writes the date as the command line does
    dialog.kind.setCurrentIndex(dialog.kind.findData("facilities"))
    settle()
    assert "拠点施設がまだありません" in dialog.says.text()


def test_the_page_itself_is_shown_before_it_is_printed(leaking: MainWindow) -> None:
    dialog = PrintDialog(leaking, leaking.session, None)
    dialog.kind.setCurrentIndex(dialog.kind.findData("priority"))
    settle()
    before = dialog.preview.picture.pixmap().toImage()
    assert not before.isNull()
    dialog.fields.internal.setChecked(True)
    settle()
    assert dialog.sheet.mark == "内部利用"
    assert dialog.preview.picture.pixmap().toImage() != before
    dialog.fields.title.setText("長い図名" * 400)
    settle()
    assert "短くしてください" in dialog.says.text()
    assert dialog.preview.picture.pixmap().isNull()
    accept = next(b for b in dialog.findChildren(QPushButton) if b.text() == "出力する...")
    assert not accept.isEnabled()
    dialog.reject()


def test_a_template_is_kept_with_the_plan_chosen_again_and_undone(leaking: MainWindow) -> None:
    dialog = PrintDialog(leaking, leaking.session, None)
    dialog.paper.setCurrentText("A4")
    dialog.fields.number.setText("別図7")
    dialog.templates.keep_as("様式")
    dialog.fields.number.setText("")
    dialog.paper.setCurrentText("A3")
    names = dialog.templates.names
    names.setCurrentIndex(names.findText("様式"))
    names.activated.emit(names.currentIndex())
    assert (dialog.sheet.paper, dialog.sheet.number) == ("A4", "別図7")
    leaking.session.undo()
    assert names.findText("様式") < 0
    dialog.reject()


def test_a_picture_file_becomes_a_logo_and_what_is_none_is_said(leaking: MainWindow, tmp_path: Path) -> None:
    dialog = PrintDialog(leaking, leaking.session, None)
    made = QImage(1200, 300, QImage.Format.Format_ARGB32)
    made.fill(0)
    made.save(str(tmp_path / "logo.png"))
    dialog.fields.take_logo_file(tmp_path / "logo.png")
    logo = QImage.fromData(dialog.sheet.logo)
    assert (logo.width(), logo.height(), logo.hasAlphaChannel()) == (600, 150, False)
    (tmp_path / "x.png").write_text("画像ではない", "utf-8")
    dialog.fields.take_logo_file(tmp_path / "x.png")
    assert dialog.sheet.logo == b""
    assert "読めません" in dialog.fields.logo_says.text()
    dialog.reject()


def test_without_a_printer_the_planner_is_told_what_to_do(
    leaking: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_dialog, "has_printer", lambda: False)
    told: list[Notice] = []
    leaking.session.noticed.connect(told.append)

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PrintDialog)
        dialog.choose_form("printer")
        dialog.accept()

    QTimer.singleShot(0, look)
    leaking.made["print"].trigger()
    assert told[-1].why == "このパソコンにプリンターが登録されていません。"


def test_a_sheet_leaves_as_the_form_that_was_chosen(leaking: MainWindow, tmp_path: Path) -> None:
    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, PrintDialog)
        dialog.kind.setCurrentIndex(dialog.kind.findData("priority"))
        dialog.choose_form("png")
        settle()
        dialog.accept()

    leaking.commands.files.save = lambda *_said: tmp_path / "図.png"  # type: ignore[method-assign]
    QTimer.singleShot(0, look)
    leaking.made["print"].trigger()
    assert QImage(str(tmp_path / "図.png")).width() > 4000


def test_the_manual_is_readable_and_can_be_searched(window: MainWindow) -> None:
    window.made["manual"].trigger()
    manual = window.findChild(ManualWindow)
    assert manual is not None
    assert manual.isVisible()
    assert "特定居住促進計画" in manual.text.toPlainText()
    QTest.keyClick(manual.search, Qt.Key.Key_Return)
    manual.search.setText("空き家")
    assert manual.text.textCursor().selectedText() == "空き家"
    manual.search.setText("ありえない言葉")
    assert manual.says.text() == "見つかりません"


def test_the_manual_explains_every_verdict_in_the_words_of_the_tables() -> None:
    page = (paths.resources() / "help" / "start.md").read_text("utf-8")
    assert [word for word, _ in verdict_looks._WORDS.values() if f"| {word} |" not in page] == []


def test_japanese_lines_of_the_manual_are_joined_without_a_gap() -> None:
    assert (
        joined("一行目の\n続きです。\n\n- 項目の\n  続き\n- 次") == "一行目の続きです。\n\n- 項目の続き\n- 次"
    )


def test_file_dialogs_speak_japanese_and_begin_outside_the_programs_own_folder(
    window: MainWindow, tmp_path: Path
) -> None:
    dialog = Files(window).dialog("開く", "", "開く")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    assert not [label for label in dialog.findChildren(QLabel) if "Look" in label.text()]
    assert dialog.labelText(QFileDialog.DialogLabel.LookIn) == "場所："
    note_folder(tmp_path)
    note_folder(paths.state_folder() / "sample")
    assert last_folder() == tmp_path


def test_saved_plans_are_remembered_and_missing_ones_are_grey(window: MainWindow, saved: Path) -> None:
    work.save(window.session, saved)
    assert recent_projects()[0].path == saved
    window.recent.aboutToShow.emit()
    first = window.recent.actions()[0]
    assert (first.isEnabled(), "試験市" in first.text()) == (True, True)
    saved.rename(saved.with_name("移した.gpkg"))
    window.recent.aboutToShow.emit()
    first = window.recent.actions()[0]
    assert (first.isEnabled(), "見つかりません" in first.text()) == (False, True)


def test_the_start_page_offers_what_a_crash_left(window: MainWindow, session: Session, saved: Path) -> None:
    work.save(session, saved)
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    window.start.refresh()
    texts = [label.text() for label in window.start.findChildren(QLabel)]
    assert any(saved.name in text and "途中で終わりました" in text for text in texts)
    session.note_saved(Saved(saved, session.revision), session.edits, session.snapshot())


def test_what_was_written_is_named_with_its_folder_and_goes_by_itself(
    window: MainWindow, tmp_path: Path
) -> None:
    work.tell_written(window.session, Written((tmp_path / "図.pdf",)), "図面")
    notice = window.banners.notices[0]
    assert (notice.what, notice.button, notice.level) == (
        "図面「図.pdf」を書き出しました。", "フォルダを開く", "done",
    )  # fmt: skip
    (banner,) = (b for b in window.banners._banners() if b.notice == notice)
    window.banners._let_go(banner)
    assert notice not in window.banners.notices


def test_a_banner_whose_details_are_open_stays(window: MainWindow) -> None:
    window.banners.show_notice(Notice("済みました。", level="done", details=("一つ目",)))
    (banner,) = window.banners._banners()
    banner._show_details(True)
    window.banners._let_go(banner)
    assert window.banners.notices
