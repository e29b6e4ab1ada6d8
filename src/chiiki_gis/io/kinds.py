"""Points, lines and polygons: which of them a role can have, and mixtures taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

WORDS = {"point": "点", "line": "線", "polygon": "面", "mixed": "混ざった図形"}

_KIND_OF_TYPE = ("point", "line", "line", "polygon", "point", "line", "polygon", "mixed")
"""By the numbers of shapely.GeometryType; a missing shape has −1."""
_DIMENSIONS = ("point", "line", "polygon")
_POLYGON = frozenset({"polygon"})
_ALLOWED: dict[Role, frozenset[str]] = {
    **dict.fromkeys(
        (
            Role.PRIORITY_DISTRICT, Role.PROMOTION_AREA, Role.SITE, Role.MUNICIPALITY, Role.ZONING,
            Role.URBAN_PLANNING_AREA, Role.QUASI_URBAN_PLANNING_AREA, Role.AREA_DIVISION,
            Role.ORDINANCE_OVERLAY, Role.TOWN, Role.LOT, Role.FARMLAND, Role.PROTECTED_AREA,
        ),
        _POLYGON,
    ),
    Role.FACILITY: frozenset({"point", "polygon"}),
    Role.VACANT_HOUSE: frozenset({"point", "polygon"}),
    Role.ACCESS_LINK: frozenset({"line"}),
    Role.ROAD: frozenset({"line"}),
    Role.INTERCHANGE: frozenset({"point"}),
    Role.PREFECTURE_BORDER: frozenset({"line", "polygon"}),
    Role.HAZARD: frozenset({"line", "polygon"}),
}  # fmt: skip
"""Roles that are not named take any kind."""


def geometry_kinds(frame: GeoDataFrame) -> frozenset[str]:
    """Of point, line and polygon, those that occur; "mixed" for collections."""
    import numpy
    import shapely

    types = numpy.unique(shapely.get_type_id(numpy.asarray(frame.geometry.values)))
    return frozenset(_KIND_OF_TYPE[int(number)] for number in types if number >= 0)


def fit_kind(frame: GeoDataFrame, role: Role, name: str) -> tuple[GeoDataFrame, list[str]]:
    """The frame with shapes that the role can have; of a mixture only the parts of the right kind stay.

    name   the table, as it is told. Raises BadInput where shapes of another kind remain.
    """
    allowed = _ALLOWED.get(role)
    if allowed is None:
        return frame, []
    frame, notes = _taken_apart(frame, allowed)
    wrong = geometry_kinds(frame) - allowed
    if wrong:
        raise BadInput(
            f"「{name}」を{role.japanese}として取り込めませんでした。",
            f"{role.japanese}に{'・'.join(WORDS[k] for k in sorted(wrong))}は使えません。",
            f"{'か'.join(WORDS[k] for k in sorted(allowed))}のデータを選んでください。",
        )
    return frame, notes


def _taken_apart(frame: GeoDataFrame, allowed: frozenset[str]) -> tuple[GeoDataFrame, list[str]]:
    import geopandas
    import numpy
    import shapely

    shapes = numpy.array(frame.geometry.values, dtype=object)
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    if not mixed.any():
        return frame, []
    shapes[mixed] = [_best_part(shape, allowed) for shape in shapes[mixed]]
    out = frame.set_geometry(
        geopandas.GeoSeries(shapes, index=frame.index, crs=frame.crs, name=frame.geometry.name)
    )
    words = "・".join(WORDS[k] for k in _DIMENSIONS if k in allowed)
    return out, [f"点・線・面の混ざった図形{int(mixed.sum())}件からは、{words}だけを使いました。"]


def _best_part(shape: Any, allowed: frozenset[str]) -> Any:
    """The parts of the highest allowed kind, as one shape; the mixture itself where there are none."""
    import shapely

    if shape.is_empty:
        return None
    parts = [shape]
    while any(part.geom_type == "GeometryCollection" for part in parts):
        parts = [piece for part in parts for piece in shapely.get_parts(part)]
    for dimension in (2, 1, 0):
        own = [p for p in parts if shapely.get_dimensions(p) == dimension and not p.is_empty]
        if own and _DIMENSIONS[dimension] in allowed:
            return own[0] if len(own) == 1 else shapely.union_all(own)
    return shape
