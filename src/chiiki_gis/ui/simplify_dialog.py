"""単純化: fewer vertices, seen on the map before they are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from chiiki_gis.core.scenarios import OTHER_SCENARIO
from chiiki_gis.render.view import View
from chiiki_gis.ui import words
from chiiki_gis.ui.canvas import Canvas
from chiiki_gis.ui.forms import wrapped
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.handles import Handles
from chiiki_gis.ui.tools.neighbours import Feature, areas
from chiiki_gis.ui.tools.reshaping import apply_shapes
from chiiki_gis.ui.tools.strokes import MapLine, paint_line

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_FIRST_M, _LEAST_M, _MOST_M = 1.0, 0.1, 100.0


class SimplifyDialog(QDialog):
    """Stands beside the map; the new outline is drawn over it until one of the buttons is pressed."""

    def __init__(
        self, parent: QWidget, session: Session, canvas: Canvas, feature: Feature, shape: BaseGeometry
    ) -> None:
        super().__init__(parent)
        self._session, self._canvas, self._feature, self._shape = session, canvas, feature, shape
        self._shared = shared_vertices(session, feature, shape)
        self._lines: tuple[MapLine, ...] = ()
        self.setWindowTitle("区域を単純化")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tolerance = QDoubleSpinBox()
        self.tolerance.setRange(_LEAST_M, _MOST_M)
        self.tolerance.setDecimals(1)
        self.tolerance.setSuffix(" m")
        self.tolerance.setValue(_FIRST_M)
        self.counts, self.change = QLabel(), QLabel()
        box = QDialogButtonBox()
        self.apply_button = box.addButton("単純化する", QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton("キャンセル", QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("ずれの上限", self.tolerance)
        form.addRow("頂点", self.counts)
        form.addRow("面積", self.change)
        column = QVBoxLayout(self)
        column.addWidget(
            wrapped("元の境界から上限より離れない範囲で頂点を減らします。隣の区域と共有する頂点は残します。")
        )
        column.addLayout(form)
        column.addWidget(box)
        self.tolerance.valueChanged.connect(lambda _value: self.look())
        canvas.overlays.append(self._paint)
        session.changed.connect(self._follow)
        session.opened.connect(self.reject)
        self.finished.connect(self._leave)
        self.look()

    def look(self) -> None:
        """Work the new outline out and show it."""
        from chiiki_gis.analysis.area_edits import simplified

        self.new = simplified(self._shape, self.tolerance.value(), self._shared)
        self._lines = Handles(*self._feature, self.new).outline()
        before, after = _vertices(self._shape), _vertices(self.new)
        self.counts.setText(f"{before:,} → {after:,}")
        differs = self.new.area - self._shape.area
        sign = "＋" if differs > 0 else "－"
        self.change.setText(f"{words.area(self.new.area)}（{sign}{abs(differs):,.1f} m²）")
        self.apply_button.setEnabled(after < before)
        self._canvas.update()

    def accept(self) -> None:
        """Give the area its new outline, as one edit."""
        self._session.changed.disconnect(self._follow)
        apply_shapes(self._session, self._canvas, {self._feature: self.new}, "区域を単純化")
        self._session.changed.connect(self._follow)
        super().accept()

    def _follow(self, changed: object) -> None:
        """The area was changed or deleted, or is no longer shown: what is shown no longer holds."""
        layer_id, fid = self._feature
        rows = self._session.document.layer(layer_id).rows
        if changed is OTHER_SCENARIO or fid not in rows.index or rows.geometry.loc[fid] is not self._shape:
            self.reject()

    def _leave(self) -> None:
        self._session.changed.disconnect(self._follow)
        self._session.opened.disconnect(self.reject)
        self._canvas.overlays.remove(self._paint)
        self._canvas.update()

    def _paint(self, painter: QPainter, view: View) -> None:
        painter.save()
        for line in self._lines:
            points = line.on(view)
            paint_line(painter, points, QColor(255, 255, 255, 220), 5.0)
            paint_line(painter, points, QColor("#d6007f"), 2.2)
        painter.restore()


def shared_vertices(session: Session, feature: Feature, shape: BaseGeometry) -> set[tuple[float, float]]:
    """The vertices of an area that other areas of the plan have too."""
    import shapely

    own = {(x, y) for x, y in shapely.get_coordinates(shape).tolist()}
    others: set[tuple[float, float]] = set()
    for _, theirs in areas(session, without=(feature,)):
        others.update((x, y) for x, y in shapely.get_coordinates(theirs).tolist())
    return own & others


def _vertices(shape: BaseGeometry) -> int:
    """How many vertices there are, without the repeated ends of rings."""
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shape))
    return int(shapely.get_num_coordinates(shape)) - len(rings)
