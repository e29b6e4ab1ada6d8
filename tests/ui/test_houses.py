"""Vacant houses in the window: consent is an edit, and a 支援法人 sees only what 31条 lets it."""

from __future__ import annotations

from pathlib import Path

import geopandas
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from waiting import settle

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import add_area
from chiiki_gis.core.jobs import Opened
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.io.normalise import vacant_houses
from chiiki_gis.io.store import keep_blob
from chiiki_gis.tasks.window import cached_shapes
from chiiki_gis.ui.files import Files
from chiiki_gis.ui.forms import ChoiceField
from chiiki_gis.ui.house_work import record_consent
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.support_window import SupportWindow
from chiiki_gis.ui.table_bulk import why_fixed

HOUSES = LayerId("houses")


@pytest.fixture
def listed(window: MainWindow) -> MainWindow:
    """Two houses inside the area, one of them with consent, and a designated 支援法人."""
    session = window.session
    session.apply(add_area(session.document, Role.PROMOTION_AREA, shapely.box(-50, -50, 50, 50)))
    frame = geopandas.GeoDataFrame(
        {"物件番号": ["S1", "S2"], "所有者氏名": ["甲野", "乙野"], "同意": ["あり", "未確認"]},
        geometry=[shapely.Point(0, 0), shapely.Point(20, 0)],
        crs=6676,
    )
    frame.index = frame.index.astype("int64") + 1
    rows, _ = vacant_houses(frame)
    layer = Layer(HOUSES, Role.VACANT_HOUSE, "空き家", keep_blob(rows))
    session.apply(Change("空き家", put_layers=(layer,)), cached_shapes((layer,)))
    corporations = [{"name": "甲の会", "designated_on": "2026-04-01"}, {"name": "未指定の会"}]
    session.apply(Change("法人", facts={"support_corporations": corporations}))
    settle()
    return window


def consents(window: MainWindow) -> list[str]:
    return list(window.session.document.layer(HOUSES).get_frame()["consent"])


def opened(window: MainWindow) -> SupportWindow:
    window.made["support"].trigger()
    settle()
    found = window.commands.houses.support_window
    assert found is not None
    return found


def test_consent_is_recorded_on_the_card_and_undone(listed: MainWindow) -> None:
    layer = listed.session.document.layer(HOUSES)
    listed.properties.reference.show_hits([(layer, Fid(2))])
    (field,) = listed.properties.reference.findChildren(ChoiceField)
    assert field.currentText() == "未確認"
    field._finish(field.findText("あり"))
    settle()
    assert consents(listed) == ["あり", "あり"]
    assert listed.session.history.undo_notes[-1] == "空き家1件の同意を「あり」にする"
    listed.made["undo"].trigger()
    settle()
    assert consents(listed) == ["あり", "未確認"]


def test_consent_of_many_is_recorded_from_the_table_as_one_step(listed: MainWindow) -> None:
    listed.table.show_layer(HOUSES)
    listed.show_tab("属性表")
    settle()
    listed.selection.pick(HOUSES, (Fid(1), Fid(2)))
    settle()
    listed.table.record_consent("なし")
    settle()
    assert consents(listed) == ["なし", "なし"]
    listed.made["undo"].trigger()
    assert consents(listed) == ["あり", "未確認"]


def test_the_table_marks_the_columns_that_stay_in_the_window(listed: MainWindow) -> None:
    listed.table.show_layer(HOUSES)
    listed.show_tab("属性表")
    settle()
    model = listed.table.model
    assert model is not None
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert "所有者氏名〔個人情報〕" in heads
    assert "物件番号" in heads


def test_the_view_holds_no_house_without_consent_and_no_owner_until_asked(listed: MainWindow) -> None:
    window = opened(listed)
    assert window.table.rowCount() == 1
    heads = [window.table.horizontalHeaderItem(n).text() for n in range(window.table.columnCount())]
    assert heads == ["物件番号"]
    assert "同意のないもの 1 件" in window.summary.text()
    assert [window.owners.item(n).text() for n in range(window.owners.count())] == ["所有者氏名"]
    window.owners.item(0).setCheckState(Qt.CheckState.Checked)
    assert window.table.columnCount() == 2
    window.refresh()
    settle()
    assert window.table.columnCount() == 2
    window.close()


def test_a_file_needs_a_designated_corporation_a_day_and_a_purpose(
    listed: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = opened(listed)
    assert [window.corporation.itemText(n) for n in range(window.corporation.count())] == ["甲の会"]
    assert not window.give.isEnabled()
    window.day.setText("令和8年4月1日")
    window.day.editingFinished.emit()
    assert not window.give.isEnabled()
    window.purpose.setText("活用の相談")
    window.purpose.editingFinished.emit()
    assert window.give.isEnabled()
    monkeypatch.setattr(Files, "save", lambda *_args: tmp_path / "一覧.xlsx")
    window.give.click()
    settle()
    assert (tmp_path / "一覧.xlsx").is_file()
    window.day.setText("いつか")
    window.day.textEdited.emit("いつか")
    assert not window.give.isEnabled()
    window.close()


def test_recording_consent_shows_in_the_open_view_and_another_plan_closes_it(listed: MainWindow) -> None:
    window = opened(listed)
    listed.selection.pick(HOUSES, (Fid(2),))
    listed.table.show_layer(HOUSES)
    listed.show_tab("属性表")
    settle()
    listed.table.record_consent("あり")
    settle()
    assert window.table.rowCount() == 2
    session = listed.session
    session.open(Opened(session.snapshot(), None, 0, {}))
    assert listed.commands.houses.support_window is None


def test_only_vacant_houses_offer_consent_in_the_table(listed: MainWindow) -> None:
    from chiiki_gis.ui.table_menus import cell_menu

    def words(layer: LayerId) -> list[str]:
        listed.table.show_layer(layer)
        listed.show_tab("属性表")
        settle()
        model = listed.table.model
        assert model is not None
        menu: QMenu = cell_menu(listed.table, model, model.columns[0], "")
        return [action.text() for action in menu.actions()]

    assert "選択した空き家の同意を記録" in words(HOUSES)
    assert "選択した空き家の同意を記録" not in words(LayerId("promotion_area"))


def test_recorded_consent_is_saved_with_the_plan(listed: MainWindow, saved: Path) -> None:
    from chiiki_gis.io import project

    record_consent(listed.session, listed.session.document.layer(HOUSES), (Fid(2),), "あり")
    settle()
    project.save_project(listed.session.snapshot(), saved, None)
    read = project.document_of(project.open_project(saved))
    assert list(read.layer(HOUSES).get_frame()["consent"]) == ["あり", "あり"]


def test_two_answers_recorded_at_once_are_both_kept(
    listed: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, waiting = listed.session, []
    layer, real = session.document.layer(HOUSES), session.ask
    monkeypatch.setattr(session, "ask", lambda *args, **options: waiting.append((args, options)))
    record_consent(session, layer, (Fid(1),), "なし")
    record_consent(session, layer, (Fid(2),), "あり")
    monkeypatch.setattr(session, "ask", real)
    for args, options in waiting:
        real(*args, **options)
    settle()
    assert consents(listed) == ["なし", "あり"]


def test_the_cells_of_houses_say_how_they_change(listed: MainWindow) -> None:
    listed.table.show_layer(HOUSES)
    listed.show_tab("属性表")
    settle()
    model = listed.table.model
    assert model is not None
    names = [column.name for column in model.columns]
    told = {name: why_fixed(model, names.index(name)) for name in ("consent", "所有者氏名", "物件番号")}
    assert "同意を記録" in told["consent"].todo
    assert "個人情報の列" in told["所有者氏名"].why
    assert "資料" in told["物件番号"].why
