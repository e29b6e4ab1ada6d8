"""The prefecture's desk in the window: packages come in row by row, one undo takes them back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import two_towns
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QPushButton
from waiting import settle

from chiiki_gis.core.edits import set_values
from chiiki_gis.core.jobs import ExportOptions, Opened
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.submission import packages_for
from chiiki_gis.ui.desk_panel import TAB, DeskPanel
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.merge_dialog import MergeDialog
from chiiki_gis.ui.proposal_dialog import ProposalDialog

FACILITY = LayerId(Role.FACILITY.value)


@pytest.fixture(scope="session")
def east(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_towns.east().pack(tmp_path_factory.mktemp("east"), substitutes={"𠮷": "吉"})


@pytest.fixture(scope="session")
def west(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_towns.west().pack(tmp_path_factory.mktemp("west"))


@pytest.fixture
def desk(window: MainWindow) -> MainWindow:
    """The desk of 長野県, open and empty."""
    window.session.open(Opened(snapshot(two_towns.desk()), None, 0, {}))
    settle()
    return window


def in_dialog(kind: type[QDialog], act: Callable[[QDialog], object]) -> None:
    """Do something in the dialog that is about to open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, kind)
        try:
            act(dialog)
        except BaseException:
            dialog.reject()  # else it would wait for somebody for ever
            raise

    QTimer.singleShot(0, look)


def press(dialog: QDialog, word: str) -> None:
    next(b for b in dialog.findChildren(QPushButton) if b.text() == word).click()


def take(window: MainWindow, *paths: Path, act: Callable[[QDialog], object] | None = None) -> None:
    window.commands.files.open_many = lambda *_words: list(paths)  # type: ignore[method-assign]
    in_dialog(MergeDialog, act or (lambda dialog: press(dialog, "取り込む")))
    window.made["take_packages"].trigger()
    settle()


def names(window: MainWindow) -> list[str]:
    return list(window.session.document.plan(Role.FACILITY)["name"])


def panel_of(window: MainWindow) -> DeskPanel:
    window.made["show_towns"].trigger()
    settle()
    panel = window.tabs.currentWidget()
    assert isinstance(panel, DeskPanel)
    return panel


def test_two_packages_are_one_step_that_one_undo_takes_back(desk: MainWindow, east: Path, west: Path) -> None:
    before = [layer.id for layer in desk.session.document.layers]
    take(desk, east, west)
    assert names(desk) == ["共同事務所", "交流館", "お試し住宅"]
    assert len(desk.session.history.undo_notes) == 1
    desk.made["undo"].trigger()
    settle()
    assert names(desk) == []
    assert [layer.id for layer in desk.session.document.layers] == before


def test_dropped_packages_go_to_the_same_dialog_as_chosen_ones(
    desk: MainWindow, east: Path, west: Path
) -> None:
    in_dialog(MergeDialog, lambda dialog: press(dialog, "取り込む"))
    desk.commands.take_files([east, west])
    settle()
    assert names(desk) == ["共同事務所", "交流館", "お試し住宅"]


def test_a_town_and_a_zip_of_data_know_no_packages(east: Path, tmp_path: Path) -> None:
    data = tmp_path / "data.zip"
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("a.csv", "lat,lon")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(east.read_bytes()[:500])
    assert packages_for(two_towns.desk().header, [data, broken, east]) == (east,)
    assert packages_for(two_towns.east().document.header, [east]) == ()


def test_a_row_whose_tick_is_taken_away_does_not_come(desk: MainWindow, east: Path) -> None:
    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, MergeDialog)
        top = dialog.tree.topLevelItem(0)
        assert top is not None
        rows = [top.child(n) for n in range(top.childCount())]
        next(row for row in rows if row.text(0) == "交流館").setCheckState(0, Qt.CheckState.Unchecked)
        assert "8 件のうち 7 件" in dialog.says.text()
        press(dialog, "取り込む")

    take(desk, east, act=act)
    assert names(desk) == ["共同事務所"]


def test_turning_back_changes_nothing(desk: MainWindow, east: Path) -> None:
    take(desk, east, act=lambda dialog: press(dialog, "キャンセル"))
    assert names(desk) == []
    assert not desk.session.has_unsaved


def test_what_the_desk_has_mended_is_not_ticked_beforehand(
    desk: MainWindow, east: Path, tmp_path: Path
) -> None:
    take(desk, east)
    session = desk.session
    fid = Fid(int(session.document.plan(Role.FACILITY).index[0]))
    session.apply(set_values(session.document, FACILITY, fid, {"note": "県で確認"}, "直す"))
    town = two_towns.east()
    town.document.apply(set_values(town.document, FACILITY, Fid(1), {"name": "改名"}, "直す"))
    town.document.apply(set_values(town.document, FACILITY, Fid(2), {"name": "交流館二"}, "直す"))

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, MergeDialog)
        assert len(dialog.chosen) == 1
        press(dialog, "取り込む")

    take(desk, town.pack(tmp_path, substitutes={"𠮷": "吉"}), act=act)
    assert names(desk) == ["共同事務所", "交流館二"]


def test_the_same_package_again_asks_nothing_and_says_so(desk: MainWindow, east: Path) -> None:
    take(desk, east)
    desk.commands.files.open_many = lambda *_words: [east]  # type: ignore[method-assign]
    desk.made["take_packages"].trigger()
    settle()
    assert "前に取り込んだものと同じ" in desk.banners.notices[0].what
    assert len(desk.session.history.undo_notes) == 1


def test_a_forged_package_is_a_banner_of_three_sentences(desk: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "偽.zip").write_bytes(b"no zip")
    desk.commands.files.open_many = lambda *_words: [tmp_path / "偽.zip"]  # type: ignore[method-assign]
    desk.made["take_packages"].trigger()
    settle()
    notice = desk.banners.notices[0]
    assert notice.level == "error"
    assert all(part.endswith("。") for part in (notice.what, notice.why, notice.todo))


def test_the_tab_of_the_towns_is_there_at_a_desk_only(window: MainWindow) -> None:
    place = next(n for n in range(window.tabs.count()) if window.tabs.tabText(n) == TAB)
    assert not window.tabs.isTabVisible(place)
    window.made["take_packages"].trigger()
    settle()
    assert "取り込めません" in window.banners.notices[0].what
    window.session.open(Opened(snapshot(two_towns.desk()), None, 0, {}))
    assert window.tabs.isTabVisible(place)


def test_a_row_of_the_borders_shows_its_place_and_selects_both_areas(
    desk: MainWindow, east: Path, west: Path
) -> None:
    take(desk, east, west)
    panel = panel_of(desk)
    assert panel.report is not None
    assert panel.choice.itemText(0) == "市町村 (2)"
    assert panel.choice.itemText(1) == "境界 (4)"
    panel.choice.setCurrentIndex(1)
    panel.borders.setCurrentCell(0, 0)
    settle()
    line = panel.report.borders[0]
    west_m, south_m, east_m, north_m = line.bounds
    centre = desk.canvas.view.center
    assert west_m <= centre[0] <= east_m
    assert south_m <= centre[1] <= north_m
    assert set(desk.selection.fids) == set(line.fids)


def test_the_towns_follow_the_plan_and_nothing_of_an_old_one_stays(desk: MainWindow, east: Path) -> None:
    panel = panel_of(desk)
    assert panel.towns.rowCount() == 0
    take(desk, east)
    assert panel.towns.rowCount() == 1
    desk.made["undo"].trigger()
    settle()
    assert panel.towns.rowCount() == 0


def test_the_list_is_written_to_excel(desk: MainWindow, east: Path, tmp_path: Path, monkeypatch) -> None:
    from chiiki_gis.ui.files import Files

    take(desk, east)
    panel = panel_of(desk)
    monkeypatch.setattr(Files, "save", lambda *_words: tmp_path / "一覧.xlsx")
    panel.write.click()
    settle()
    assert (tmp_path / "一覧.xlsx").is_file()


def test_a_proposal_says_what_is_missing_until_it_is_there(window: MainWindow, tmp_path: Path) -> None:
    window.session.open(Opened(snapshot(two_towns.east().document), None, 0, {}))
    window.session.check_now()
    draft = tmp_path / "素案.docx"
    draft.write_bytes(b"draft")
    seen: list[str] = []

    def act(dialog: QDialog) -> None:
        assert isinstance(dialog, ProposalDialog)
        seen.append(dialog.left.item(0).text())
        go = next(b for b in dialog.findChildren(QPushButton) if b.text() == "書き出す...")
        assert not go.isEnabled()
        dialog.attach([draft])
        assert go.isEnabled()
        assert dialog.options == ExportOptions(kind="proposal", attachments=(draft,))
        dialog.reject()

    in_dialog(ProposalDialog, act)
    window.made["export_proposal"].trigger()
    assert "素案" in seen[0]


def test_every_action_of_the_window_has_a_name_of_its_own(window: MainWindow) -> None:
    ids = [entry.id for entry in window._table]
    assert len(ids) == len(set(ids))
