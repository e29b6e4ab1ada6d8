"""不透明度: a slider that shows its effect on the map while it moves, and is one change when it is let go."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget, QWidgetAction

from chiiki_gis.core import layer_edits
from chiiki_gis.core.layer import Layer
from chiiki_gis.ui.scene import Scene
from chiiki_gis.ui.session import Session


class OpacitySlider(QWidget):
    """0 to 100 %; `moved` while it moves, `chosen` when it rests. Values are shares."""

    moved = Signal(float)
    chosen = Signal(float)

    def __init__(self, opacity: float) -> None:
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setPageStep(10)
        self.slider.setValue(round(opacity * 100))
        self.slider.setMinimumWidth(110)
        self.words = QLabel()
        self.words.setMinimumWidth(44)
        self.words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.words)
        self._show(self.slider.value())
        self.slider.valueChanged.connect(self._show)
        self.slider.valueChanged.connect(lambda value: self.moved.emit(value / 100))
        self.slider.sliderReleased.connect(lambda: self.chosen.emit(self.slider.value() / 100))

    def _show(self, value: int) -> None:
        self.words.setText(f"{value} %")


class OpacityAction(QWidgetAction):
    """The slider as a row of a layer's menu."""

    def __init__(self, parent: QWidget, session: Session, scene: Scene, layer: Layer) -> None:
        super().__init__(parent)
        self._session, self._scene, self._layer = session, scene, layer
        self._tried: float | None = None
        widget = QWidget()
        row = QHBoxLayout(widget)
        row.setContentsMargins(26, 3, 12, 3)
        row.addWidget(QLabel("不透明度"))
        self.slider = OpacitySlider(layer.style.opacity)
        row.addWidget(self.slider, 1)
        self.slider.moved.connect(self._try)
        self.setDefaultWidget(widget)
        if isinstance(parent, QWidget) and hasattr(parent, "aboutToHide"):
            parent.aboutToHide.connect(self._keep)

    def _try(self, opacity: float) -> None:
        self._tried = opacity
        shown = next((x for x in self._scene.shown_layers() if x.id == self._layer.id), self._layer)
        self._scene.try_style(self._layer.id, replace(shown.style, opacity=opacity), by=self)

    def _keep(self) -> None:
        """End the trial in any case; the layer may have been changed or dropped while the menu was open."""
        opacity, self._tried = self._tried, None
        if opacity is None:
            return
        layer = next((x for x in self._session.document.layers if x.id == self._layer.id), None)
        if layer is not None and opacity != layer.style.opacity:
            self._session.apply(layer_edits.set_opacity(layer, opacity))
        self._scene.try_style(self._layer.id, None, by=self)
