"""レイヤ: what is on the map, top of the list on top of the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QTreeWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.core import layer_edits
from chiiki_gis.core.change import Change, Changed
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Symbol
from chiiki_gis.ui.display_set_menu import DisplaySetButton
from chiiki_gis.ui.icons import icon_named
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.layer_tree import ID, LOCK_COLUMN, NAME, SOURCE_COLUMN, VALUE, LayerTree
from chiiki_gis.ui.notice import Notice
from chiiki_gis.ui.opacity import OpacityAction
from chiiki_gis.ui.raster_menu import add_raster_entries
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.steps import drawn_count
from chiiki_gis.ui.swatches import swatch
from chiiki_gis.ui.theme import FAINT

GROUPS = ("計画", "参照")
KNOWN_SWATCHES = 256
_ON, _OFF, _SOME = Qt.CheckState.Checked, Qt.CheckState.Unchecked, Qt.CheckState.PartiallyChecked


class LayersPanel(QWidget):
    """Plan layers above, reference layers below; every change of a layer can be undone."""

    zoom_asked = Signal(str)
    table_asked = Signal(str)
    source_asked = Signal(str)
    style_asked = Signal(str)

    def __init__(self, session: Session, scene: Scene) -> None:
        super().__init__()
        self._session, self._scene = session, scene
        self._filling = False
        self.tree = LayerTree()
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.tree.itemChanged.connect(self._toggle)
        self.tree.itemClicked.connect(self._click)
        self.tree.dropped.connect(self._drop_at)
        self.tree.renamed.connect(self._rename)
        self.tree.delete_asked.connect(lambda key: self._delete(self._layer(key)))
        self.tree.style_asked.connect(self.style_asked)
        self.sets = DisplaySetButton(session)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self.tree)
        self._icon, self._swatch = cache(icon_named), lru_cache(KNOWN_SWATCHES)(swatch)
        self._face: tuple[Any, ...] = ()
        self._later = Later(self, self.refresh)
        self._looks_later = Later(self, self._refresh_changed)
        session.opened.connect(self._later.ask)
        session.changed.connect(self._follow)
        scene.shapes_came.connect(self._later.ask)

    def _follow(self, changed: Changed) -> None:
        """Layers themselves may have been changed in the tree; an edit of rows seldom shows there."""
        (self._later if changed.layer_list else self._looks_later).ask()

    def _refresh_changed(self) -> None:
        """Write the tree anew where an edit has changed anything that stands in it."""
        if self._session.is_open and not _is_same_face(self._face, self._face_now()):
            self.refresh()

    def _face_now(self) -> tuple[Any, ...]:
        """What the tree shows of every layer; of plan layers with classes the rows that are counted."""
        before = {key: (counted, count) for counted, count, (key, *_) in self._face}
        face: list[tuple[Any, ...]] = []
        for layer in self._session.document.layers:
            looks = (layer.id, layer.name, layer.style, layer.is_locked, layer.source, layer.is_plan)
            if not layer.is_plan:
                face.append(((), layer.count, looks))
                continue
            counted = self._counted(layer)
            known, count = before.get(layer.id, ((), 0))
            if not _are_same(known, counted):
                count = drawn_count(self._session.rows, layer)
            face.append((counted, count, looks))
        return tuple(face)

    def _counted(self, layer: Layer) -> tuple[object, ...]:
        """The rows of which the number beside a plan layer is made: sites count facilities too."""
        rows = self._session.rows
        return (rows(layer.role), *([rows(Role.FACILITY)] if layer.role is Role.SITE else []))

    def refresh(self) -> None:
        """Write the tree anew, keeping what was folded, picked and scrolled to."""
        if not self._session.is_open:
            return
        self._face = self._face_now()
        folded = {str(item.data(0, ID)): item.isExpanded() for item in self._items() if item.childCount()}
        current = self.tree.layer_item(self.tree.currentItem())
        picked = str(current.data(0, ID)) if current is not None else None
        scrolled = self.tree.verticalScrollBar().value()
        self._filling = True
        self.tree.clear()
        layers = self._session.document.layers
        counts = {key: count for _, count, (key, *_) in self._face}
        for title, is_plan in zip(GROUPS, (True, False), strict=True):
            self._add_group(title, [x for x in reversed(layers) if x.is_plan == is_plan], folded, counts)
        self._filling = False
        if picked is not None and (item := self.item_of(LayerId(picked))) is not None:
            self.tree.setCurrentItem(item)
        self.tree.verticalScrollBar().setValue(scrolled)

    def item_of(self, layer_id: LayerId) -> QTreeWidgetItem | None:
        """The row of a layer."""
        return next((item for item in self._items() if item.data(0, ID) == layer_id), None)

    def show_all(self, shown: bool) -> None:
        """すべてのレイヤを表示, すべてのレイヤを隠す."""
        note = f"すべてのレイヤを{'表示' if shown else '隠す'}"
        if self._session.is_open:
            self._session.apply(layer_edits.show_layers(self._session.document.layers, shown, note))

    def menu_of(self, layer: Layer | None) -> QMenu:
        """What can be done with a layer, or with all of them."""
        menu = QMenu(self)
        if layer is not None:
            self._fill_menu(menu, layer)
            menu.addSeparator()
        menu.addAction(icon_named("show_all"), "すべてのレイヤを表示", lambda: self.show_all(True))
        menu.addAction(icon_named("hide_all"), "すべてのレイヤを隠す", lambda: self.show_all(False))
        if layer is not None and not layer.is_plan:
            menu.addSeparator()
            menu.addAction("レイヤを削除\tDelete", lambda: self._delete(layer))
        return menu

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(6, 3, 4, 3)
        row.setSpacing(2)
        row.addWidget(self.sets)
        row.addStretch(1)
        for name, words, shown in (
            ("show_all", "すべてのレイヤを表示", True),
            ("hide_all", "すべてのレイヤを隠す", False),
        ):
            button = QToolButton()
            button.setIcon(icon_named(name))
            button.setIconSize(QSize(16, 16))
            button.setToolTip(words)
            button.clicked.connect(lambda _on=False, to=shown: self.show_all(to))
            row.addWidget(button)
        return row

    def _items(self) -> list[QTreeWidgetItem]:
        groups = [self.tree.topLevelItem(i) for i in range(self.tree.topLevelItemCount())]
        found = [group for group in groups if group is not None]
        children = [group.child(i) for group in found for i in range(group.childCount())]
        return found + [child for child in children if child is not None]

    def _add_group(
        self, title: str, layers: list[Layer], folded: Mapping[str, bool], counts: Mapping[LayerId, int]
    ) -> None:
        group = QTreeWidgetItem([title])
        group.setData(0, ID, title)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDropEnabled
        group.setFlags(flags)
        if layers:
            group.setFlags(flags | Qt.ItemFlag.ItemIsUserCheckable)
            shown = sum(layer.style.visible for layer in layers)
            group.setCheckState(0, _ON if shown == len(layers) else _SOME if shown else _OFF)
        self.tree.addTopLevelItem(group)
        for layer in layers:
            self._add_layer(group, layer, folded, counts[layer.id])
        group.setExpanded(folded.get(title, True))
        if not layers:
            hint = QTreeWidgetItem(["ファイルをここにドロップ"])
            hint.setForeground(0, QBrush(QColor(FAINT)))
            hint.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.addChild(hint)

    def _add_layer(
        self, group: QTreeWidgetItem, layer: Layer, folded: Mapping[str, bool], count: int
    ) -> None:
        is_image = layer.is_raster
        item = QTreeWidgetItem([layer.name if is_image else f"{layer.name} ({count:,})"])
        item.setData(0, ID, str(layer.id))
        item.setData(0, NAME, layer.name)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable)
        item.setCheckState(0, _ON if layer.style.visible else _OFF)
        item.setToolTip(0, _tip(layer, None if is_image else count))
        group.addChild(item)
        self._add_marks(item, layer)
        if not layer.style.visible:
            item.setForeground(0, QBrush(QColor(FAINT)))
        if is_image:
            self._add_image(item, layer)
            item.setExpanded(folded.get(str(layer.id), True))
            return
        if layer.style.is_classed:
            self._add_classes(item, layer)
            item.setExpanded(folded.get(str(layer.id), len(layer.style.categories) <= 14))
        else:
            item.setIcon(0, self._swatch(layer.style.symbol, self._scene.symbol_kind(layer)))

    def _add_marks(self, item: QTreeWidgetItem, layer: Layer) -> None:
        """The lock of a plan layer, the ⓘ of a reference layer."""
        if layer.is_plan:
            item.setIcon(LOCK_COLUMN, self._icon("lock" if layer.is_locked else "unlock"))
            word = (
                "鍵がかかっています。クリックで外します。" if layer.is_locked else "クリックで鍵をかけます。"
            )
            item.setToolTip(LOCK_COLUMN, f"{word}\n鍵のかかったレイヤは、地図で選んだり直したりできません。")
        else:
            item.setIcon(SOURCE_COLUMN, self._icon("info"))
            item.setToolTip(SOURCE_COLUMN, f"出典：{layer.source.citation or '情報がありません'}")

    def _add_classes(self, item: QTreeWidgetItem, layer: Layer) -> None:
        style, counts = layer.style, self._scene.class_counts(layer)
        kind = self._scene.symbol_kind(layer)
        for category in style.categories:
            if counts and not counts.get(category.value):
                continue
            number = f" ({counts[category.value]:,})" if counts else ""
            child = QTreeWidgetItem([f"{category.label}{number}"])
            child.setIcon(0, self._swatch(category.symbol, kind))
            child.setData(0, VALUE, category.value)
            child.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsUserCheckable)
            child.setCheckState(0, _ON if category.visible else _OFF)
            if not (category.visible and style.visible):
                child.setForeground(0, QBrush(QColor(FAINT)))
            item.addChild(child)
        rest = sum(counts.values()) - sum(counts.get(c.value, 0) for c in style.categories)
        if rest and style.shows_others:
            child = QTreeWidgetItem([f"その他 ({rest:,})"])
            child.setIcon(0, self._swatch(style.symbol, kind))
            child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.addChild(child)

    def _add_image(self, item: QTreeWidgetItem, layer: Layer) -> None:
        """A picture's row says when it is not on the map; a height grid's has its colours below."""
        item.setIcon(0, self._swatch(layer.style.symbol, "area"))
        if layer.style.visible and not self._scene.is_drawn(layer):
            item.setText(0, f"{layer.name}（未表示）")
            item.setToolTip(0, f"{item.toolTip(0)}\n表示を用意しているか、画像のファイルが見つかりません。")
        for one in reversed(self._scene.height_classes(layer)):
            child = QTreeWidgetItem([one.label])
            child.setIcon(0, self._swatch(Symbol(fill=one.color, stroke=None), "area"))
            child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.addChild(child)

    def _layer(self, key: str) -> Layer:
        return self._session.document.layer(LayerId(key))

    def _toggle(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling or column != 0:
            return
        shown = item.checkState(0) != _OFF
        key, parent = str(item.data(0, ID)), item.parent()
        if parent is None:
            wanted = [x for x in self._session.document.layers if x.is_plan == (key == GROUPS[0])]
            note = f"{key}のレイヤを{'表示' if shown else '隠す'}"
            change = layer_edits.show_layers(wanted, shown, note)
        elif item.data(0, VALUE) is not None:
            layer = self._layer(str(parent.data(0, ID)))
            change = layer_edits.show_category(layer, str(item.data(0, VALUE)), shown)
        else:
            change = layer_edits.show_layers([self._layer(key)], shown)
        self._session.apply(change)

    def _click(self, item: QTreeWidgetItem, column: int) -> None:
        if self.tree.layer_item(item) is not item or column == 0:
            return
        layer = self._layer(str(item.data(0, ID)))
        if column == LOCK_COLUMN and layer.is_plan:
            self._lock(str(layer.id), not layer.is_locked)
        elif column == SOURCE_COLUMN and not layer.is_plan:
            self.source_asked.emit(str(layer.id))

    def _drop_at(self, key: str, target: str, above: bool) -> None:
        layers = self._session.document.layers
        self._apply(layer_edits.move_layer(layers, self._layer(key), self._layer(target), above))

    def _move(self, layer: Layer, by: int) -> None:
        layers = self._session.document.layers
        group = [x for x in layers if x.is_plan == layer.is_plan]
        place = [x.id for x in group].index(layer.id) + by
        if 0 <= place < len(group):
            self._apply(layer_edits.move_layer(layers, layer, group[place], above=by > 0))

    def _rename(self, key: str, name: str) -> None:
        self._apply(layer_edits.rename_layer(self._layer(key), name))

    def _lock(self, key: str, locked: bool) -> None:
        self._session.apply(layer_edits.lock_layer(self._layer(key), locked))

    def _delete(self, layer: Layer) -> None:
        if layer.is_plan:
            self._session.tell(
                Notice(
                    f"「{layer.name}」は削除できません。",
                    "計画のレイヤは一つずつ必要です。",
                    "隠すことはできます。",
                )
            )
            return
        self._apply(layer_edits.drop_layer(layer))
        undo = self._session.undo
        self._session.tell(
            Notice(f"「{layer.name}」を削除しました。", level="done", button="元に戻す", press=undo)
        )

    def _apply(self, change: Change) -> None:
        """Apply after Qt has finished with the row: its editor or its drag is still at work."""
        QTimer.singleShot(0, lambda: self._session.apply(change))

    def _open_menu(self, at: QPoint) -> None:
        if self._session.is_open:
            item = self.tree.layer_item(self.tree.itemAt(at))
            layer = None if item is None else self._layer(str(item.data(0, ID)))
            self.menu_of(layer).exec(self.tree.viewport().mapToGlobal(at))

    def _fill_menu(self, menu: QMenu, layer: Layer) -> None:
        key = str(layer.id)
        entries: tuple[tuple[str, Callable[[], object]] | None, ...] = (
            ("レイヤの領域にズーム", lambda: self.zoom_asked.emit(key)),
            None if layer.is_raster else ("属性表を開く", lambda: self.table_asked.emit(key)),
            None if layer.is_plan else ("出典...", lambda: self.source_asked.emit(key)),
        )
        menu.addAction("スタイル...", lambda: self.style_asked.emit(key))
        menu.addAction(OpacityAction(menu, self._session, self._scene, layer))
        if layer.is_raster:
            add_raster_entries(menu, self._session, layer)
        menu.addSeparator()
        for entry in entries:
            if entry is not None:
                menu.addAction(*entry)
        menu.addSeparator()
        menu.addAction("名前を変更\tF2", lambda: self._edit_name(layer.id))
        if layer.is_plan:
            words, locked = ("鍵を外す", False) if layer.is_locked else ("鍵をかける", True)
            menu.addAction(words, lambda: self._lock(key, locked))
        menu.addAction("上へ", lambda: self._move(layer, 1))
        menu.addAction("下へ", lambda: self._move(layer, -1))

    def _edit_name(self, layer_id: LayerId) -> None:
        item = self.item_of(layer_id)
        if item is not None:
            self.tree.setCurrentItem(item)
            self.tree.editItem(item, 0)


def _is_same_face(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether the tree would look the same: the rows count only where classes are counted by them."""
    return len(one) == len(other) and all(
        a[1:] == b[1:] and (_are_same(a[0], b[0]) or not a[2][2].is_classed)
        for a, b in zip(one, other, strict=True)
    )


def _are_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))


def _tip(layer: Layer, count: int | None) -> str:
    lines = [layer.role.japanese if count is None else f"{layer.role.japanese}　{count:,} 件"]
    if layer.source.citation:
        lines.append(f"出典：{layer.source.citation}")
    lines.append("ダブルクリックでスタイル、ドラッグで重ね順、F2 で名前を変えられます。")
    return "\n".join(lines)
