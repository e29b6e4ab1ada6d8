"""What the mouse snaps to: vertices and edges of areas, boundaries, zones, roads and lots that are shown."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Fid, FrameRef, Layer, LayerId, NoRows
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import NOTHING
from chiiki_gis.ui.tools.tool import Point, Pointer, Surface

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from chiiki_gis.analysis.boundaries import Lines
    from chiiki_gis.io.near import Near
    from chiiki_gis.render.paint import MapLayer
    from chiiki_gis.render.view import View

log = logging.getLogger(__name__)
SNAP_PX = 12.0
MOST_FOLLOWED = 20_000
"""Where more vertices of a layer are in view, only single features are followed, not the way over several."""
_TARGETS = (
    Role.PROMOTION_AREA, Role.PRIORITY_DISTRICT, Role.SITE, Role.FACILITY, Role.MUNICIPALITY,
    Role.PREFECTURE_BORDER, Role.AREA_DIVISION, Role.URBAN_PLANNING_AREA, Role.QUASI_URBAN_PLANNING_AREA,
    Role.ZONING, Role.ORDINANCE_OVERLAY, Role.TOWN, Role.LOT, Role.FARMLAND, Role.PROTECTED_AREA,
    Role.ROAD, Role.REFERENCE,
)  # fmt: skip
"""Where two layers have the same vertex, the first one is named."""


@dataclass(frozen=True)
class Snapped:
    """A place on a feature of a layer, in the project CRS."""

    at: Point
    layer: Layer
    fid: Fid
    is_vertex: bool

    @property
    def words(self) -> str:
        """Which place it is: 「用途地域の頂点」."""
        return f"{self.layer.name}の{'頂点' if self.is_vertex else '線'}"


class Snapper:
    """Finds places to snap to in the drawing data, and reads them exactly when they are used."""

    def __init__(self, surface: Surface, layers: Callable[[], Sequence[MapLayer]]) -> None:
        self._surface, self._layers = surface, layers
        self.is_on = True

    def find(
        self,
        pointer: Pointer,
        without: Collection[tuple[LayerId, Fid]] = (),
        only: LayerId | None = None,
    ) -> list[Snapped]:
        """The features that have the place to snap to, the one to be named first; empty while Alt is held.

        The place is the nearest vertex within 12 px of the mouse, else the nearest place on an edge.
        without   features that do not count, because they are being moved
        only      the one layer that counts
        """
        if not self.is_on or pointer.alt:
            return []
        from chiiki_gis.analysis.boundaries import SAME_M  # numpy comes with it: not before the first paint
        from chiiki_gis.io.near import nearest

        reach = self._surface.metres(SNAP_PX)
        found: list[tuple[Near, Layer]] = []
        for entry in self._layers():
            if entry.layer.role not in _TARGETS or isinstance(entry.layer.frame, NoRows):
                continue
            if only is not None and entry.layer.id != only:
                continue
            barred = [int(fid) for layer_id, fid in without if layer_id == entry.layer.id]
            near = nearest(entry.shapes, pointer.at, reach, barred, _hidden(entry))
            found.extend((one, entry.layer) for one in near)
        vertices = [one for one in found if one[0].is_vertex] or found
        closest = min((near.distance for near, _ in vertices), default=0.0)
        there = [one for one in vertices if one[0].distance <= closest + SAME_M]
        there.sort(key=lambda one: _TARGETS.index(one[1].role))
        return [Snapped(near.at, layer, Fid(near.fid), near.is_vertex) for near, layer in there]

    def exact(self, snapped: Snapped) -> Snapped:
        """The same place as it is stored, to the last bit, so that borders drawn along it leave no gap."""
        from chiiki_gis.analysis.boundaries import edges_near, vertices_near

        lines = self.lines(snapped)
        spots = vertices_near(lines, snapped.at) if snapped.is_vertex else edges_near(lines, snapped.at)
        return replace(snapped, at=spots[0].at) if spots else snapped

    def lines(self, snapped: Snapped) -> Lines:
        """The feature's lines as they are stored; from the drawing data where its table cannot be read."""
        from chiiki_gis.analysis.boundaries import lines_of

        if snapped.layer.is_plan:
            return lines_of(snapped.layer.rows.geometry.loc[snapped.fid])
        try:
            return _stored_lines(cast("Hashable", snapped.layer.reference), snapped.fid)
        except (BadInput, KeyError):
            log.warning("a feature to snap to could not be read", exc_info=True)
            self._surface.say(f"「{snapped.layer.name}」の表を読めないため、1 cm 単位の位置に置きました。")
            return self.rough_lines(snapped)

    def rough_lines(self, snapped: Snapped) -> Lines:
        """The feature's lines from the drawing data, without reading a file."""
        from chiiki_gis.io.near import lines_near

        shown = next((x for x in self._layers() if x.layer.id == snapped.layer.id), None)
        return self.lines(snapped) if shown is None else lines_near(shown.shapes, snapped.fid)

    @property
    def view(self) -> View:
        """The ground that is shown."""
        return self._surface.view

    def lines_in_view(
        self, layer_id: LayerId
    ) -> tuple[Lines, NDArray[np.int64], NDArray[np.uint32] | None] | None:
        """The lines of a layer in view, the feature of each, and its class where the layer shows classes.

        None where they are too many to follow.
        """
        from chiiki_gis.io.near import lines_in

        shown = next((x for x in self._layers() if x.layer.id == layer_id), None)
        found = None if shown is None else lines_in(shown.shapes, self.view.extent, MOST_FOLLOWED)
        if shown is None or found is None:
            return None
        return found[0], found[1], found[2] if shown.layer.style.is_classed else None

    def paint(self, painter: QPainter, snapped: Snapped) -> None:
        """A square on a vertex, a cross on an edge."""
        at = QPointF(*self._surface.to_pixel(snapped.at))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in (("#ffffff", 4.5), ("#d6007f", 2.2)):
            painter.setPen(QPen(QColor(color), width))
            if snapped.is_vertex:
                painter.drawRect(QRectF(at.x() - 7, at.y() - 7, 14, 14))
            else:
                painter.drawLine(at + QPointF(-7, -7), at + QPointF(7, 7))
                painter.drawLine(at + QPointF(-7, 7), at + QPointF(7, -7))


@lru_cache(maxsize=64)
def _stored_lines(reference: Hashable, fid: int) -> Lines:
    from chiiki_gis.analysis.boundaries import lines_of
    from chiiki_gis.io.tables import read_shape

    return lines_of(read_shape(cast("FrameRef", reference), fid))


def _hidden(entry: MapLayer) -> Sequence[int]:
    """The class codes that are switched off."""
    style = entry.layer.style
    if not style.is_classed or (style.shows_others and all(c.visible for c in style.categories)):
        return ()
    symbols = style.symbols_of(entry.shapes.classes)
    return [code for code, symbol in enumerate(symbols) if symbol is NOTHING]
