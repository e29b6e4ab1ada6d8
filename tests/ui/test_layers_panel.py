"""The layer panel: what the mouse and the keys do, each one undoable change."""

from __future__ import annotations

import pytest
import shapely
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from reference_layers import ROAD, TOWN, ZONING, add_references
from waiting import settle

from chiiki_gis.core import display_sets as sets
from chiiki_gis.core import layer_edits
from chiiki_gis.core.edits import add_facility
from chiiki_gis.core.layer import Fid, Layer, LayerId
from chiiki_gis.ui.layer_tree import ID, LOCK_COLUMN, SOURCE_COLUMN, VALUE, LayerTree
from chiiki_gis.ui.layers_panel import LayersPanel
from chiiki_gis.ui.main_window import MainWindow
from chiiki_gis.ui.opacity import OpacityAction
from chiiki_gis.ui.under_cursor import features_at

FACILITY, AREA = LayerId("facility"), LayerId("promotion_area")


@pytest.fixture
def panel(window: MainWindow) -> LayersPanel:
    add_references(window.session)
    window.layers.refresh()
    return window.layers


def layer(window: MainWindow, layer_id: LayerId) -> Layer:
    return window.session.document.layer(layer_id)


def notes(window: MainWindow) -> tuple[str, ...]:
    return window.session.history.undo_notes


def order(window: MainWindow) -> list[str]:
    return [str(x.id) for x in window.session.document.layers]


def row(panel: LayersPanel, layer_id: LayerId):
    found = panel.item_of(layer_id)
    assert found is not None
    return found


def drop(tree: LayerTree, dragged: LayerId, target: LayerId, *, above: bool, panel: LayersPanel) -> None:
    """Drop a row at the upper or lower half of another, as Qt does it."""
    tree.setCurrentItem(row(panel, dragged))
    box = tree.visualItemRect(row(panel, target))
    at = QPointF(box.center().x(), box.top() + 2 if above else box.bottom() - 2)
    event = _Drop(tree, at)
    tree.dropEvent(event)
    settle()


class _Drop(QDropEvent):
    def __init__(self, source: LayerTree, at: QPointF) -> None:
        self._mime = QMimeData()
        super().__init__(
            at,
            Qt.DropAction.MoveAction,
            self._mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        self._source = source

    def source(self) -> LayerTree:
        return self._source


def press(tree: LayerTree, key: Qt.Key) -> None:
    tree.keyPressEvent(QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
    settle()


def test_the_plan_stands_above_the_references_and_the_top_of_the_map_on_top(panel: LayersPanel) -> None:
    groups = [panel.tree.topLevelItem(n) for n in range(2)]
    names = [[group.child(n).data(0, ID) for n in range(group.childCount())] for group in groups if group]
    assert names[1] == [ROAD, TOWN, ZONING]
    assert names[0][0] == "access_link"


def test_a_dropped_row_is_one_change_of_the_order(window: MainWindow, panel: LayersPanel) -> None:
    drop(panel.tree, ZONING, ROAD, above=True, panel=panel)
    assert order(window)[:3] == [TOWN, ROAD, ZONING]
    assert notes(window)[-1] == "「用途地域」の重ね順を変更"
    drop(panel.tree, ZONING, TOWN, above=False, panel=panel)
    assert order(window)[:3] == [ZONING, TOWN, ROAD]
    window.session.undo()
    window.session.undo()
    assert order(window)[:3] == [ZONING, TOWN, ROAD]


def test_a_row_cannot_be_dropped_in_the_other_group(window: MainWindow, panel: LayersPanel) -> None:
    before = order(window)
    drop(panel.tree, ZONING, AREA, above=True, panel=panel)
    drop(panel.tree, AREA, ZONING, above=False, panel=panel)
    assert order(window) == before


def test_files_dragged_over_the_list_are_left_to_the_window(panel: LayersPanel) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("用途.zip")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, mime, buttons, keys)
    panel.tree.dragEnterEvent(event)
    assert not event.isAccepted()


def test_f2_edits_the_bare_name_and_renames_in_one_change(window: MainWindow, panel: LayersPanel) -> None:
    panel.tree.setCurrentItem(row(panel, ZONING))
    panel.tree.editItem(row(panel, ZONING), 0)
    (editor,) = [e for e in panel.tree.findChildren(QLineEdit) if e.isVisible()]
    assert editor.text() == "用途地域"
    editor.setText("用途 2019")
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(editor, QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier))
    for _ in range(4):  # Qt commits the editor in a later round, and the panel applies in one after it
        settle()
    assert window.commands._style_dialog is None  # Return on a row opens it, Return in the field does not
    assert layer(window, ZONING).name == "用途 2019"
    assert row(panel, ZONING).text(0) == "用途 2019 (3)"
    window.session.undo()
    assert layer(window, ZONING).name == "用途地域"


def test_delete_removes_a_reference_layer_and_the_toast_brings_it_back(
    window: MainWindow, panel: LayersPanel
) -> None:
    panel.tree.setCurrentItem(row(panel, ROAD))
    press(panel.tree, Qt.Key.Key_Delete)
    assert ROAD not in order(window)
    (notice,) = [n for n in window.banners.notices if "削除しました" in n.what]
    assert notice.press is not None
    notice.press()
    assert order(window)[:3] == [ZONING, TOWN, ROAD]


def test_delete_leaves_a_plan_layer_and_says_why(window: MainWindow, panel: LayersPanel) -> None:
    panel.tree.setCurrentItem(row(panel, AREA))
    press(panel.tree, Qt.Key.Key_Delete)
    assert AREA in order(window)
    assert any("削除できません" in n.what for n in window.banners.notices)


def test_space_hides_the_current_layer(window: MainWindow, panel: LayersPanel) -> None:
    panel.tree.setFocus()
    panel.tree.setCurrentItem(row(panel, TOWN))
    press(panel.tree, Qt.Key.Key_Space)
    assert not layer(window, TOWN).style.visible
    current = panel.tree.currentItem()
    assert current is not None
    assert current.data(0, ID) == TOWN  # the row is rebuilt and still the current one


def test_hiding_and_showing_all_is_one_change_each(window: MainWindow, panel: LayersPanel) -> None:
    before = len(notes(window))
    panel.show_all(False)
    assert not any(x.style.visible for x in window.session.document.layers)
    panel.show_all(True)
    assert all(x.style.visible for x in window.session.document.layers)
    assert len(notes(window)) == before + 2


def test_a_class_can_be_switched_off(window: MainWindow, panel: LayersPanel) -> None:
    parent = row(panel, ZONING)
    children = [parent.child(n) for n in range(parent.childCount())]
    (shop,) = [c for c in children if c is not None and c.data(0, VALUE) == "商業地域"]
    assert shop.text(0) == "商業地域 (2)"
    shop.setCheckState(0, Qt.CheckState.Unchecked)
    settle()
    assert [c.value for c in layer(window, ZONING).style.categories if not c.visible] == ["商業地域"]
    assert notes(window)[-1] == "「用途地域」の「商業地域」を隠す"


def test_a_locked_layer_is_not_picked_moved_deleted_or_drawn_into(
    window: MainWindow, panel: LayersPanel
) -> None:
    session = window.session
    session.apply(add_facility(session.document, "coworking", shapely.Point(0, 0)))
    assert window.scene.plan_hits((0.0, 0.0), 5)
    window.selection.pick(FACILITY, (Fid(1),))
    panel.tree.itemClicked.emit(row(panel, FACILITY), LOCK_COLUMN)
    assert layer(window, FACILITY).is_locked
    assert window.scene.plan_hits((0.0, 0.0), 5) == []
    before = len(notes(window))
    window.made["delete"].trigger()
    window.made["place_coworking"].trigger()
    assert window.toolbox.current.id == "select"
    assert window.made["select"].isChecked()
    assert any("鍵" in n.why for n in window.banners.notices)
    window.selection.clear()
    window.made["select_all"].trigger()
    assert window.selection.layer is None
    assert len(notes(window)) == before
    session.undo()
    assert not layer(window, FACILITY).is_locked
    window.made["place_coworking"].trigger()
    assert window.toolbox.current.id == "facility"


def test_a_sketch_begun_before_the_lock_is_not_put_into_the_layer(
    window: MainWindow, panel: LayersPanel
) -> None:
    window.toolbox.choose("draw_promotion")
    panel.tree.itemClicked.emit(row(panel, AREA), LOCK_COLUMN)
    said = window.toolbox._finish_promotion([(0, 0), (10, 0), (10, 10)])
    assert said is not None
    assert "鍵" in said
    assert len(layer(window, AREA).rows) == 0


def test_the_sign_behind_a_reference_layer_shows_its_source(window: MainWindow, panel: LayersPanel) -> None:
    panel.tree.itemClicked.emit(row(panel, ZONING), SOURCE_COLUMN)
    table = window.sources.table
    assert window.tabs.currentWidget() is window.sources
    assert table.item(table.currentRow(), 0).text() == "試験の資料"


def test_opacity_is_tried_on_the_map_and_becomes_one_change_when_the_menu_closes(
    window: MainWindow, panel: LayersPanel
) -> None:
    before = len(notes(window))
    menu = panel.menu_of(layer(window, ZONING))
    (action,) = [a for a in menu.actions() if isinstance(a, OpacityAction)]
    for value in (50, 40, 30):
        action.slider.slider.setValue(value)
    shown = {str(entry.layer.id): entry.layer for entry in window.scene.layers}
    assert shown[ZONING].style.opacity == 0.3
    assert layer(window, ZONING).style.opacity != 0.3
    menu.aboutToHide.emit()
    assert layer(window, ZONING).style.opacity == 0.3
    assert notes(window)[before:] == ("「用途地域」の不透明度を 30% に変更",)


def test_a_slider_that_comes_back_to_its_value_leaves_nothing_on_the_map(
    window: MainWindow, panel: LayersPanel
) -> None:
    window.session.apply(layer_edits.set_opacity(layer(window, ZONING), 1.0))
    before = len(notes(window))
    menu = panel.menu_of(layer(window, ZONING))
    (action,) = [a for a in menu.actions() if isinstance(a, OpacityAction)]
    for value in (60, 100):
        action.slider.slider.setValue(value)
    menu.aboutToHide.emit()
    assert len(notes(window)) == before
    window.session.apply(layer_edits.set_opacity(layer(window, ZONING), 0.5))
    shown = {str(entry.layer.id): entry.layer for entry in window.scene.layers}
    assert shown[ZONING].style.opacity == 0.5


def test_an_entry_chosen_after_the_slider_moved_keeps_the_opacity(
    window: MainWindow, panel: LayersPanel
) -> None:
    menu = panel.menu_of(layer(window, AREA))
    (slider,) = [a for a in menu.actions() if isinstance(a, OpacityAction)]
    (lock,) = [a for a in menu.actions() if a.text() == "鍵をかける"]
    slider.slider.slider.setValue(20)
    menu.aboutToHide.emit()  # a menu hides before it tells what was chosen
    lock.trigger()
    assert layer(window, AREA).is_locked
    assert layer(window, AREA).style.opacity == 0.2


def test_a_menu_has_what_its_layer_allows(window: MainWindow, panel: LayersPanel) -> None:
    def words(layer_id: LayerId) -> list[str]:
        return [a.text().split("\t")[0] for a in panel.menu_of(layer(window, layer_id)).actions()]

    assert {"スタイル...", "出典...", "レイヤを削除", "上へ", "すべてのレイヤを隠す"} <= set(words(ZONING))
    assert "鍵をかける" not in words(ZONING)
    assert "鍵をかける" in words(AREA)
    assert "レイヤを削除" not in words(AREA)


def test_display_sets_are_kept_applied_and_undone_from_the_button(
    window: MainWindow, panel: LayersPanel
) -> None:
    button, session = panel.sets, window.session
    button.keep("全部")
    assert button.text() == "表示セット：全部"
    panel.show_all(False)
    assert button.text() == "表示セット"
    button.keep("何もなし")
    button.apply("全部")
    assert all(x.style.visible for x in session.document.layers)
    button.fill()
    ticked = [a.text() for a in button.menu().actions() if a.isChecked()]
    assert ticked == ["全部"]
    button.rename("全部", "何もなし")
    assert any("同じ名前" in n.why for n in window.banners.notices)
    button.drop("全部")
    assert [s.name for s in sets.display_sets(session.document.facts)] == ["何もなし"]
    session.undo()
    assert [s.name for s in sets.display_sets(session.document.facts)] == ["全部", "何もなし"]


def test_a_class_that_is_switched_off_is_not_under_the_mouse(window: MainWindow) -> None:
    session = window.session
    add_references(session)
    zoning = session.document.layer(ZONING)
    found = [layer.id for layer, _ in features_at(window.scene.layers, (-100.0, 20.0), 1.0)]
    assert ZONING in found
    session.apply(layer_edits.show_category(zoning, "商業地域", False))
    found = [layer.id for layer, _ in features_at(window.scene.layers, (-100.0, 20.0), 1.0)]
    assert TOWN in found
    assert ZONING not in found
    assert ZONING in [layer.id for layer, _ in features_at(window.scene.layers, (0.0, 20.0), 1.0)]
