"""Road works as the window sees them: metres of their roads by class, and new roads and stretches drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from chiiki_gis.core.improvements import RoadImprovement, RoadPart
from chiiki_gis.render.view import View

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.core.document import Document
    from chiiki_gis.core.layer import FrameRef

COLOR = "#b5179e"
_MOST_KEPT = 2_000


def lengths_of(document: Document, work: RoadImprovement) -> Mapping[str, float]:
    """Metres of works by class, their roads read by fid from their tables; roads gone are left out."""
    from chiiki_gis.analysis.improved_roads import lengths_by_class, touched_roads
    from chiiki_gis.io.tables import read_rows, read_shape

    wanted = touched_roads(work)
    lines: dict[tuple[str, int], BaseGeometry] = {}
    classes: dict[tuple[str, int], str] = {}
    for layer in document.layers:
        fids = sorted(fid for one, fid in wanted if one == str(layer.id))
        if not fids:
            continue
        reference = layer.reference
        place = reference.columns.index("class") if "class" in reference.columns else None
        for fid, row in read_rows(reference, fids).items():
            classes[str(layer.id), fid] = "" if place is None else str(row[place])
            lines[str(layer.id), fid] = read_shape(reference, fid)
    return lengths_by_class(work, lines, classes)


class PartLines:
    """The vertices of stretches, each read once from its road's table; roads gone or changed have none."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, RoadPart], list[list[tuple[float, float]]]] = {}

    def of(self, document: Document, parts: Sequence[RoadPart]) -> list[list[tuple[float, float]]]:
        """The lines of stretches (east, north)."""
        references = {str(layer.id): layer.reference for layer in document.layers if not layer.is_plan}
        found = []
        for part in parts:
            reference = references.get(part.layer_id)
            if reference is None:
                continue
            key = (reference.content_hash, part)
            if key not in self._kept:
                if len(self._kept) > _MOST_KEPT:
                    self._kept.clear()
                self._kept[key] = _vertices(reference, part)
            found += self._kept[key]
        return found


def _vertices(reference: FrameRef, part: RoadPart) -> list[list[tuple[float, float]]]:
    import shapely

    from chiiki_gis.analysis.road_parts import between, fits
    from chiiki_gis.core.errors import ChiikiError
    from chiiki_gis.io.tables import read_shape

    try:
        road = read_shape(reference, part.fid)
    except (KeyError, ChiikiError):
        return []  # the comparison tells that the road is gone
    if not fits(part, road):
        return []
    lines = shapely.get_parts(between(road, part.start_m, part.end_m))
    return [[(float(x), float(y)) for x, y in shapely.get_coordinates(line)] for line in lines]


def paint_works(
    painter: QPainter, view: View, lines: Sequence[Sequence[tuple[float, float]]], *, is_new: bool, wide: bool
) -> None:
    """New roads dashed, stretches that are improved in one line; wide for the works chosen in the table."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = Qt.PenStyle.DashLine if is_new else Qt.PenStyle.SolidLine
    width = 4.5 if wide else 2.6
    for line in lines:
        on_map = QPolygonF([QPointF(*view.to_px(x, y)) for x, y in line])
        painter.setPen(QPen(QColor("#ffffff"), width + 2.4))
        painter.drawPolyline(on_map)
        painter.setPen(QPen(QColor(COLOR), width, pen))
        painter.drawPolyline(on_map)
    painter.restore()
