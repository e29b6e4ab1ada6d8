"""スタイル: how one layer looks, tried on the map at once, one change with 適用する."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core import class_styles
from chiiki_gis.core.jobs import ColumnSummary
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.layer_edits import restyle
from chiiki_gis.core.palette import plan_style, reference_style
from chiiki_gis.core.role import COLUMNS, Role
from chiiki_gis.core.style import Style, Symbol
from chiiki_gis.export.dictionary import FIELDS, words_of
from chiiki_gis.export.privacy import mappable_columns
from chiiki_gis.ui.class_editor import ClassEditor
from chiiki_gis.ui.forms import align_labels, heading, wrapped
from chiiki_gis.ui.opacity import OpacitySlider
from chiiki_gis.ui.ports import Stoppable
from chiiki_gis.ui.preset_menu import PresetButton
from chiiki_gis.ui.raster_menu import looks_of
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.symbol_editor import ColorButton, SymbolEditor
from chiiki_gis.ui.words import COLUMN_WORDS

_SIZE_PX = (440, 690)
Mode = Literal["single", "values", "ranges"]
MODES: dict[Mode, str] = {"single": "一つの見た目", "values": "値で分類", "ranges": "段階で分類"}


class StyleDialog(QDialog):
    """Stays open beside the map. Closing it without 適用する puts the map back."""

    def __init__(self, parent: QWidget, session: Session, scene: Scene, layer_id: LayerId) -> None:
        super().__init__(parent)
        self._session, self._scene, self._id = session, scene, layer_id
        layer = session.document.layer(layer_id)
        self._kind = scene.symbol_kind(layer)
        self.style_now = self._stored = layer.style
        self._kept: dict[Mode, Style] = {}
        self._mode = _mode_of(layer.style)
        self._question: Stoppable | None = None
        self._showing = self._is_over = False
        self.setWindowTitle(f"スタイル – {layer.name}")
        self.setModal(False)
        self._build(layer)
        self._show()
        self._fit_size()
        corner = parent.mapToGlobal(parent.rect().topRight())
        self.move(corner.x() - self.width() - 12, corner.y() + 84)
        session.opened.connect(self.reject)
        session.changed.connect(self._follow)
        scene.shapes_came.connect(self._show)

    def take_style(self, style: Style) -> None:
        """Try a style: the map shows it, the document does not have it yet."""
        self.style_now = style
        self._scene.try_style(self._id, style, by=self)
        self._show()

    def set_mode(self, mode: Mode) -> None:
        """One symbol, classes by value, or ranges; each way's classes are remembered while this is open."""
        if mode == self._mode:
            return
        self._kept[self._mode] = self.style_now
        before, self._mode = self._mode, mode
        kept = self._kept.get(mode)
        column = self.style_now.class_column or (self._kept[before].class_column if before else None)
        self._fit_size()
        style = class_styles.unclassed(self.style_now)
        if kept is not None and kept.class_column is not None:
            style = replace(
                style,
                class_column=kept.class_column,
                categories=kept.categories,
                breaks=kept.breaks,
                shows_others=kept.shows_others,
            )
        self.take_style(style)
        if mode != "single" and not style.is_classed and column is not None:
            self.classes.choose_column(column)

    def accept(self) -> None:
        """One change with the style as it was tried."""
        layer = self._layer()
        self._end()
        if layer is not None:
            change = restyle({layer.id: self.style_now}, [layer], f"「{layer.name}」の見た目を変更")
            self._session.apply(change)
        super().accept()

    def reject(self) -> None:
        """The map as it was."""
        self._end()
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return ends the editing of a field; it does not close the dialog as it does elsewhere."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
        else:
            super().keyPressEvent(event)

    def reset(self) -> None:
        """The look this kind of layer is born with."""
        layer = self._layer()
        if layer is None:
            return
        born = _born(layer)
        born = class_styles.fitting(born, mappable_columns(layer))
        self._mode = _mode_of(born)
        self.take_style(replace(born, visible=self.style_now.visible))

    def use(self, style: Style) -> None:
        """A look that was kept: without classes and labels of columns that this layer lacks."""
        layer = self._layer()
        if layer is not None:
            fitting = class_styles.fitting(style, mappable_columns(layer))
            self._mode = _mode_of(fitting)
            self.take_style(replace(fitting, visible=self.style_now.visible))

    def _build(self, layer: Layer) -> None:
        column = QVBoxLayout(self)
        self.modes = {mode: QRadioButton(words) for mode, words in MODES.items()}
        is_image = layer.is_raster
        columns = [(name, _column_words(layer, name)) for name in mappable_columns(layer)]
        self.classes = ClassEditor(
            columns, self._kind, _born(layer), partial(_value_words, layer.role), self._ask
        )
        self.symbol = SymbolEditor(self._kind)
        self.symbol_title = heading("見た目")
        self.opacity = OpacitySlider(layer.style.opacity)
        if not is_image:
            if layer.role == Role.FACILITY:
                column.addWidget(wrapped("塗りの色は判定の結果で決まります。", faint=True))
                self.symbol.fill.setEnabled(False)
            else:
                column.addLayout(self._mode_row())
                column.addWidget(self.classes, 1)
            column.addWidget(self.symbol_title)
            column.addWidget(self.symbol)
        form = QFormLayout()
        form.addRow("不透明度", self.opacity)
        if is_image:
            form.addRow(*self._look_row(layer))
        else:
            form.addRow("ラベル", self._label_row(columns))
        align_labels(form)
        column.addLayout(form)
        column.addStretch(0)
        column.addLayout(self._kept_row(layer))
        column.addWidget(self._buttons())
        self.classes.edited.connect(self.take_style)
        self.classes.picked_changed.connect(self._show_symbol)
        self.symbol.edited.connect(self._edit_symbol)
        self.opacity.moved.connect(lambda share: self._set(opacity=share))

    def _mode_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        for mode, button in self.modes.items():
            row.addWidget(button)
            button.clicked.connect(lambda _on=False, to=mode: self.set_mode(to))
        row.addStretch(1)
        return row

    def _label_row(self, columns: list[tuple[str, str]]) -> QWidget:
        self.label, self.label_size, self.label_color = QComboBox(), QDoubleSpinBox(), ColorButton(False)
        self.label.addItem("なし", None)
        for name, words in columns:
            self.label.addItem(words, name)
        self.label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.label.setMinimumContentsLength(8)
        self.label_size.setRange(1.0, 20.0)
        self.label_size.setSingleStep(0.2)
        self.label_size.setSuffix(" mm")
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.label, 1)
        row.addWidget(self.label_size)
        row.addWidget(self.label_color)
        self.label.activated.connect(lambda _n: self._set(label_column=self.label.currentData()))
        self.label_size.valueChanged.connect(lambda size: self._set(label_size_mm=round(size, 2)))
        self.label_color.chosen.connect(lambda color: self._set(label_color=color))
        return holder

    def _look_row(self, layer: Layer) -> tuple[str, QComboBox]:
        """How a picture or a height grid is shown."""
        title, looks = looks_of(layer)
        self.look = QComboBox()
        for words, look in looks:
            self.look.addItem(words, look)
        self.look.activated.connect(lambda n: self._set(raster=looks[n][1]))
        return title, self.look

    def _kept_row(self, layer: Layer) -> QHBoxLayout:
        reset = QPushButton("用途地域の色に戻す" if layer.role == Role.ZONING else "はじめの見た目に戻す")
        reset.setAutoDefault(False)
        reset.clicked.connect(self.reset)
        self.presets = PresetButton(self._session, layer.role, lambda: self.style_now, self.use)
        row = QHBoxLayout()
        row.addWidget(reset)
        row.addWidget(self.presets)
        row.addStretch(1)
        return row

    def _buttons(self) -> QDialogButtonBox:
        box = QDialogButtonBox()
        accept = box.addButton("適用する", QDialogButtonBox.ButtonRole.AcceptRole)
        accept.setDefault(True)
        box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        return box

    def _set(self, **values: Any) -> None:
        if not self._showing:
            self.take_style(replace(self.style_now, **values))

    def _show(self) -> None:
        layer = self._layer()
        if layer is None:
            return
        style, self._showing = self.style_now, True
        self.modes[self._mode].setChecked(True)
        self.classes.setVisible(self._mode != "single")
        if self._mode != "single":
            counts = self._scene.class_counts(replace(layer, style=style))
            self.classes.show_style(style, self._mode, counts)
        self.opacity.slider.setValue(round(style.opacity * 100))
        if layer.is_raster:
            looks = [look for _, look in looks_of(layer)[1]]
            self.look.setCurrentIndex(looks.index(style.raster) if style.raster in looks else -1)
        else:
            self.label.setCurrentIndex(max(self.label.findData(style.label_column), 0))
            self.label_size.setValue(style.label_size_mm)
            self.label_color.show_color(style.label_color)
            self.label_size.setEnabled(style.label_column is not None)
            self.label_color.setEnabled(style.label_column is not None)
        self._show_symbol()
        self._showing = False

    def _show_symbol(self) -> None:
        style, picked = self.style_now, self._picked()
        if self._mode == "single":
            self.symbol_title.setText("見た目")
        elif not picked:
            self.symbol_title.setText("見た目（上の表で選んだ分類に効きます）")
        else:
            self.symbol_title.setText(f"見た目（選んだ {len(picked)} 行）")
        self.symbol.setEnabled(self._mode == "single" or bool(picked))
        first = picked[0] if picked else len(style.categories)
        is_class = self._mode != "single" and first < len(style.categories)
        self.symbol.show_symbol(style.categories[first].symbol if is_class else style.symbol)

    def _fit_size(self) -> None:
        width, height = _SIZE_PX
        self.resize(width, height if self._mode != "single" else self.sizeHint().height())

    def _picked(self) -> tuple[int, ...]:
        return self.classes.picked if self._mode != "single" else ()

    def _edit_symbol(self, field: str, value: object) -> None:
        style, picked = self.style_now, self._picked()

        def edited(symbol: Symbol) -> Symbol:
            return replace(symbol, **{field: value})  # type: ignore[arg-type]  # the editor knows the field's type

        if self._mode == "single" or len(style.categories) in picked:
            style = replace(style, symbol=edited(style.symbol))
        categories = tuple(
            replace(category, symbol=edited(category.symbol)) if row in picked else category
            for row, category in enumerate(style.categories)
        )
        self.take_style(replace(style, categories=categories))

    def _ask(self, column: str, take: Callable[[ColumnSummary], None]) -> None:
        layer = self._layer()
        if layer is None:
            return
        self._question = self._session.workers.submit(
            "column_summary",
            layer,
            column,
            replaces="column_summary",
            on_done=take,
            on_error=self._session.tell_error,
        )

    def _layer(self) -> Layer | None:
        layers = self._session.document.layers
        return next((layer for layer in layers if layer.id == self._id), None)

    def _follow(self, _changed: object) -> None:
        """Take over what was changed in the plan meanwhile, such as what is visible."""
        layer = self._layer()
        if layer is None:
            self.reject()
            return
        before, self._stored = self._stored, layer.style
        if layer.style == before or self._is_over:
            return
        for mode, kept in self._kept.items():
            self._kept[mode] = class_styles.followed(kept, before, layer.style)
        mine = class_styles.followed(self.style_now, before, layer.style)
        if mine.class_column != self.style_now.class_column or mine.breaks != self.style_now.breaks:
            self._mode = _mode_of(mine)
        self.style_now = mine
        self._scene.try_style(self._id, mine if mine != layer.style else None, by=self)
        self._show()

    def _end(self) -> None:
        self._is_over = True
        if self._question is not None:
            self._question.cancel()
        self._scene.try_style(self._id, None, by=self)


def _born(layer: Layer) -> Style:
    """The look this kind of layer is born with; a renamed hazard is known by its source."""
    if layer.is_plan:
        return plan_style(layer.role)
    return reference_style(layer.role, f"{layer.name} {layer.source.citation}")


def _mode_of(style: Style) -> Mode:
    if not style.is_classed:
        return "single"
    return "ranges" if style.breaks else "values"


def _value_words(role: Role, column: str) -> Mapping[str, str]:
    return next((words_of(field) for field in FIELDS.get(role, ()) if field.name == column), {})


def _column_words(layer: Layer, name: str) -> str:
    own = {column.name: column.japanese for column in COLUMNS.get(layer.role, ())}
    return own.get(name) or COLUMN_WORDS.get(name, name)
