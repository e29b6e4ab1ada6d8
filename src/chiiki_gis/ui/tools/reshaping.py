"""New shapes for features of the plan: refused where they are no shapes, else one edit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from chiiki_gis.core.change import Change
from chiiki_gis.core.edits import set_geometries
from chiiki_gis.core.layer import LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.ui.session import Session
from chiiki_gis.ui.tools.neighbours import AREAS, Feature, Shapes, with_common_vertices
from chiiki_gis.ui.tools.tool import Surface

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

_LINK = LayerId(Role.ACCESS_LINK.value)
_MEETING = frozenset(LayerId(role.value) for role in AREAS)


def apply_shapes(
    session: Session, surface: Surface, shapes: Mapping[Feature, BaseGeometry], note: str
) -> bool:
    """Give features new shapes as one undoable edit, with common vertices in the areas that they touch.

    False where a shape crosses itself or is gone; that is said on the map, and nothing changes.
    """
    if any(not shape.is_valid or shape.is_empty for shape in shapes.values()):
        surface.say("線が交差して面にならないため、元の形のままにしました。")
        return False
    session.apply(shapes_change(session, shapes, note))
    return True


def shapes_change(session: Session, shapes: Mapping[Feature, BaseGeometry], note: str) -> Change:
    """The edit that gives features new shapes, with common vertices in the areas that they touch.

    A link whose line was changed by hand no longer is what was computed: it is marked out of date.
    """
    put: Shapes = {}
    for (layer_id, fid), shape in shapes.items():
        if layer_id in _MEETING:
            for other, of_rows in with_common_vertices(session, shape, without=shapes).items():
                put.setdefault(other, {}).update(of_rows)
        put.setdefault(layer_id, {})[fid] = shape
    change = set_geometries(session.document, put, note)
    if _LINK not in change.put:
        return change
    links = change.put[_LINK]
    stale = links["stale"].map(lambda _: True).astype("boolean")
    return replace(change, put={**change.put, _LINK: links.assign(stale=stale)})
