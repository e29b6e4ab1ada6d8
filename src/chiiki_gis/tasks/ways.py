"""Answers about single ways of a plan: the link of a facility in the hand, and the heights along a link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chiiki_gis.core.access_answers import LiveWay, RouteProfile
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks.access import Networks, interchanges, plan_profile

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_PLACES = 600
"""Places at which heights are read along a link."""
_LEAST_STEP_M = 5.0


def live_way(values: Snapshot, fid: int, x: float, y: float, networks: Networks | None = None) -> LiveWay:
    """The quickest link of a facility if it stood elsewhere (x east, y north). Nothing is stored.

    Raises BadInput without interchanges.
    """
    import shapely

    from chiiki_gis.analysis.access import access_links

    networks = networks or Networks()
    profile = plan_profile(values)
    network = networks.get(values, profile)
    moved = values.rows(Role.FACILITY).loc[[fid]].set_geometry([shapely.Point(x, y)], crs=values.epsg)
    result = access_links(
        moved, interchanges(values), None, profile, per_facility=1, network=network, kept=networks.searches
    )
    if not len(result.frame):
        return LiveWay("", "refused", None, None, (), "".join(result.notes[:1]))
    row, record = result.frame.iloc[0], result.records[0]
    line: BaseGeometry | None = row.geometry
    xy = () if line is None else tuple((float(a), float(b)) for a, b in shapely.get_coordinates(line))
    is_known = record["km"] is not None
    return LiveWay(
        str(row["interchange"]),
        str(row["status"]),
        float(row["km"]) if is_known else None,
        float(row["minutes"]) if is_known else None,
        xy,
        str(record["reason"] or ""),
    )


def route_profile(values: Snapshot, fid: int) -> RouteProfile:
    """Heights along a link, from the interchange to the facility.

    Raises BadInput for a link that is gone or has no line, and where an elevation file is missing.
    """
    import numpy as np
    import shapely

    from chiiki_gis.core.links import building_of
    from chiiki_gis.io.elevation import cell_m, heights_at

    links = values.rows(Role.ACCESS_LINK)
    line = links.geometry.get(fid)
    if line is None or line.is_empty:
        raise BadInput(
            "縦断図を作れません。",
            "このアクセス道路には、経路の線がありません。",
            "計算できたアクセス道路を選んでください。",
        )
    facilities = values.rows(Role.FACILITY)
    names = dict(zip(building_of(facilities), facilities["name"], strict=True))
    row = links.loc[fid]
    title = f"{row['interchange']} → {names.get(str(row['building_id'])) or '施設'}"
    count = int(min(MOST_PLACES, max(2, np.ceil(line.length / _LEAST_STEP_M) + 1)))
    metres = np.linspace(0, line.length, count)
    km = tuple(float(m) / 1000 for m in metres)
    layers = values.of(Role.DEM)
    if not layers:
        return RouteProfile(title, km, (None,) * count, None)
    xy = shapely.get_coordinates(shapely.line_interpolate_point(line, metres))
    heights = heights_at(layers, values.epsg, xy)
    known = tuple(None if np.isnan(height) else float(height) for height in heights)
    return RouteProfile(title, km, known, cell_m(layers))
