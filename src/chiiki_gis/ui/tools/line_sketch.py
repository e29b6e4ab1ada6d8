"""Sketching a line for whoever needs one: a road, a route, a mark on the map."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from chiiki_gis.ui.tools.sketch_tool import Purpose
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    from shapely import LineString

LineFinish = Callable[["LineString"], str | None]
"""Given the line in the project CRS (m); returns None when it was taken, else a sentence why not."""


def line_purpose(tool_id: str, verb: str, color: str, finish: LineFinish) -> Purpose:
    """The purpose of a sketch that ends in a line of two or more vertices, no two equal in a row."""

    def end(vertices: list[Point]) -> str | None:
        import shapely

        return finish(shapely.LineString(vertices))

    return Purpose(tool_id, verb, color, False, end, length_word="延長")
