"""The areas of the plan that meet: what borders a shape, and the vertices both sides must have."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from chiiki_gis.ui.session import Session

AREAS = (Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA)
Shapes = dict[LayerId, dict[Fid, "BaseGeometry"]]
Feature = tuple[LayerId, Fid]


def areas(session: Session, without: Collection[Feature] = ()) -> Iterator[tuple[Feature, BaseGeometry]]:
    """The areas of the current scenario that may be changed, all but some."""
    for role in AREAS:
        layer_id = LayerId(role.value)
        if session.document.layer(layer_id).is_locked:
            continue
        for fid, shape in session.rows(role).geometry.items():
            feature = (layer_id, Fid(int(str(fid))))
            if shape is not None and feature not in without:
                yield feature, shape


def with_common_vertices(session: Session, shape: BaseGeometry, without: Collection[Feature] = ()) -> Shapes:
    """The areas on whose borders vertices of a shape lie, with these vertices: nothing can open between."""
    import shapely

    from chiiki_gis.analysis.vertices import ON_LINE_M, with_vertices

    points = [(x, y) for x, y in shapely.get_coordinates(shape).tolist()]
    found: Shapes = {}
    for (layer_id, fid), area in areas(session, without):
        if not shapely.dwithin(area, shape, ON_LINE_M):  # a place on an edge may lie a rounding beside it
            continue
        changed = with_vertices(area, points)
        if changed is not area:
            found.setdefault(layer_id, {})[fid] = changed
    return found
