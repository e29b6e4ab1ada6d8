"""The outline of one feature in device pixels, to be drawn over a finished map."""

from __future__ import annotations

from PySide6.QtGui import QPainterPath

from chiiki_gis.io.cache import Shapes
from chiiki_gis.render.clip import clipped_lines
from chiiki_gis.render.geometry import pick_level, rings_of
from chiiki_gis.render.paths import path_of
from chiiki_gis.render.view import View

_TOLERANCE_PX = 0.5
_MARGIN_PX = 8.0
"""Wider than the pen, so that cut ends stay outside."""


def feature_outline(
    shapes: Shapes, fid: int, view: View
) -> tuple[QPainterPath, tuple[tuple[float, float], ...]]:
    """Lines and edges of a feature cut to the view, and the places of its points.

    Both empty for a feature without a shape, or outside the view.
    """
    rows = shapes.rows_of((fid,))
    path = QPainterPath()
    points: list[tuple[float, float]] = []
    right, bottom = view.left_px + view.width_px, view.top_px + view.height_px
    box = (view.left_px - _MARGIN_PX, view.top_px - _MARGIN_PX, right + _MARGIN_PX, bottom + _MARGIN_PX)
    for kind in shapes.kinds if len(rows) else ():
        level = shapes.level(kind, pick_level(shapes, kind, view, _TOLERANCE_PX))
        rings = rings_of(shapes, level, rows, view)
        if kind == "point":
            points.extend((float(x), float(y)) for x, y in rings.xy.tolist())
        else:
            rings = clipped_lines(rings, box)
            path.addPath(path_of(rings.xy, rings.starts))
    return path, tuple(points)
