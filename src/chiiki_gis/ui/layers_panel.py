"""レイヤ: what is on the map, top of the list on top of the map."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from chiiki_gis.core.change import Change
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.style import Symbol
from chiiki_gis.render.view import SCREEN_PX_PER_MM
from chiiki_gis.ui.later import Later
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.theme import FAINT

if TYPE_CHECKING:
    from chiiki_gis.render.legend import SymbolKind

_ID = Qt.ItemDataRole.UserRole
_SIZE = QSize(20, 14)

ClassCounts = Callable[[Layer], Mapping[str, int]]
"""How many features each value of a layer's class column has."""

Kinds = Callable[[Layer], "SymbolKind"]
"""Whether a layer's features are points, lines or areas."""


class LayersPanel(QWidget):
    """Plan layers above, reference layers below; a checkbox shows or hides, and that can be undone."""

    zoom_asked = Signal(str)
    table_asked = Signal(str)
    source_asked = Signal(str)

    def __init__(self, session: Session, class_counts: ClassCounts, kinds: Kinds) -> None:
        super().__init__()
        self._session = session
        self._class_counts = class_counts
        self._kinds = kinds
        self._filling = False
        self.tree = QTreeWidget()
        self.tree.setHeaderHidden(True)
        self.tree.setIconSize(_SIZE)
        self.tree.setIndentation(16)
        self.tree.setUniformRowHeights(True)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.tree.itemChanged.connect(self._toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tree)
        self._later = Later(self, self.refresh)
        session.opened.connect(self._later.ask)
        session.changed.connect(lambda _changed: self._later.ask())

    def refresh(self) -> None:
        """Write the tree anew, keeping what was folded and where it was scrolled."""
        if not self._session.is_open:
            return
        folded = {str(item.data(0, _ID)): item.isExpanded() for item in self._items() if item.childCount()}
        scrolled = self.tree.verticalScrollBar().value()
        self._filling = True
        self.tree.clear()
        layers = self._session.document.layers
        self._add_group("計画", [x for x in reversed(layers) if x.is_plan], folded)
        self._add_group("参照", [x for x in reversed(layers) if not x.is_plan], folded)
        self._filling = False
        self.tree.verticalScrollBar().setValue(scrolled)

    def item_of(self, layer_id: LayerId) -> QTreeWidgetItem | None:
        """The row of a layer."""
        return next((item for item in self._items() if item.data(0, _ID) == layer_id), None)

    def _items(self) -> list[QTreeWidgetItem]:
        groups = [self.tree.topLevelItem(i) for i in range(self.tree.topLevelItemCount())]
        found = [group for group in groups if group is not None]
        children = [group.child(i) for group in found for i in range(group.childCount())]
        return found + [child for child in children if child is not None]

    def _add_group(self, title: str, layers: list[Layer], folded: Mapping[str, bool]) -> None:
        group = QTreeWidgetItem([title])
        group.setData(0, _ID, title)
        font = group.font(0)
        font.setBold(True)
        group.setFont(0, font)
        if layers:
            group.setFlags(group.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            shown = sum(layer.style.visible for layer in layers)
            states = Qt.CheckState
            group.setCheckState(
                0,
                states.Checked
                if shown == len(layers)
                else states.PartiallyChecked
                if shown
                else states.Unchecked,
            )
        self.tree.addTopLevelItem(group)
        for layer in layers:
            self._add_layer(group, layer, folded)
        group.setExpanded(folded.get(title, True))
        if not layers:
            hint = QTreeWidgetItem(["ファイルをここにドロップ"])
            hint.setForeground(0, QBrush(QColor(FAINT)))
            hint.setFlags(Qt.ItemFlag.ItemIsEnabled)
            group.addChild(hint)

    def _add_layer(self, group: QTreeWidgetItem, layer: Layer, folded: Mapping[str, bool]) -> None:
        count = len(self._session.rows(layer.role)) if layer.is_plan else layer.count
        item = QTreeWidgetItem([f"{layer.name} ({count:,})"])
        item.setData(0, _ID, str(layer.id))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(0, Qt.CheckState.Checked if layer.style.visible else Qt.CheckState.Unchecked)
        tip = [f"{layer.role.japanese}　{count:,} 件"]
        if layer.source.citation:
            tip.append(f"出典：{layer.source.citation}")
        item.setToolTip(0, "\n".join(tip))
        group.addChild(item)
        if not layer.style.categories:
            item.setIcon(0, swatch(layer.style.symbol, self._kinds(layer)))
            return
        counts = self._class_counts(layer)
        for category in layer.style.categories:
            if counts and not counts.get(category.value):
                continue
            number = f" ({counts[category.value]:,})" if counts else ""
            child = QTreeWidgetItem([f"{category.label}{number}"])
            child.setIcon(0, swatch(category.symbol, self._kinds(layer)))
            child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.addChild(child)
        item.setExpanded(folded.get(str(layer.id), True))

    def _toggle(self, item: QTreeWidgetItem, column: int) -> None:
        if self._filling:
            return
        shown = item.checkState(column) != Qt.CheckState.Unchecked
        key = item.data(0, _ID)
        layers = self._session.document.layers
        if item.parent() is None:
            wanted = [x for x in layers if x.is_plan == (key == "計画")]
            note = f"{key}のレイヤを{'表示' if shown else '隠す'}"
        else:
            wanted = [x for x in layers if x.id == key]
            note = f"「{wanted[0].name}」を{'表示' if shown else '隠す'}"
        changed = tuple(
            replace(x, style=replace(x.style, visible=shown)) for x in wanted if x.style.visible != shown
        )
        self._session.apply(Change(note, put_layers=changed))

    def _open_menu(self, at: QPoint) -> None:
        item = self.tree.itemAt(at)
        known = {str(layer.id): layer for layer in self._session.document.layers} if item else {}
        while item is not None and item.data(0, _ID) not in known:
            item = item.parent()
        if item is None:
            return
        layer = known[str(item.data(0, _ID))]
        menu = QMenu(self)
        menu.addAction("レイヤの領域にズーム", lambda: self.zoom_asked.emit(str(layer.id)))
        menu.addAction("属性表を開く", lambda: self.table_asked.emit(str(layer.id)))
        if not layer.is_plan:
            menu.addAction("出典...", lambda: self.source_asked.emit(str(layer.id)))
            menu.addSeparator()
            menu.addAction("上へ", lambda: self._move(layer, 1))
            menu.addAction("下へ", lambda: self._move(layer, -1))
            menu.addSeparator()
            menu.addAction("レイヤを削除", lambda: self._drop(layer))
        menu.exec(self.tree.viewport().mapToGlobal(at))

    def _drop(self, layer: Layer) -> None:
        self._session.apply(Change(f"「{layer.name}」を削除", drop_layers=(layer.id,)))

    def _move(self, layer: Layer, by: int) -> None:
        order = [x.id for x in self._session.document.layers]
        ids = [x.id for x in self._session.document.layers if not x.is_plan]
        place = ids.index(layer.id) + by
        if not 0 <= place < len(ids):
            return
        a, b = order.index(layer.id), order.index(ids[place])
        order[a], order[b] = order[b], order[a]
        self._session.apply(Change(f"「{layer.name}」の重ね順を変更", order=tuple(order)))


def swatch(symbol: Symbol, kind: SymbolKind) -> QIcon:
    """A small picture of a symbol for the tree, as the legend of a sheet has it."""
    from chiiki_gis.render.flow import Box  # numpy comes with it: not before the first paint
    from chiiki_gis.render.legend import LegendEntry
    from chiiki_gis.render.symbols import draw_swatch

    picture = QPixmap(_SIZE * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(SCREEN_PX_PER_MM, SCREEN_PX_PER_MM)
    width, height = _SIZE.width() / SCREEN_PX_PER_MM, _SIZE.height() / SCREEN_PX_PER_MM
    small = replace(symbol, size_mm=min(symbol.size_mm, height - 0.6), stroke_mm=min(symbol.stroke_mm, 0.6))
    draw_swatch(painter, LegendEntry(small, kind, ""), Box(0.4, 0.4, width - 0.8, height - 0.8))
    painter.end()
    return QIcon(picture)
