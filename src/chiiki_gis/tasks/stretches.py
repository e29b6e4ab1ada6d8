"""区間: the stretch of the plan's roads between places that were clicked, by distances along each road."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chiiki_gis.core.access_answers import Stretch
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.improvements import RoadPart, merged_parts
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.tasks.access import Networks, plan_profile

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

    from chiiki_gis.analysis.network import Network
    from chiiki_gis.analysis.stretches import Piece

REACH_M = 50.0
"""A place that is farther from every road was not meant to lie on one."""
_WHOLE_M = 0.5
_WHAT = "区間を決められませんでした。"


def stretch(
    values: Snapshot, places: Sequence[tuple[float, float]], networks: Networks | None = None
) -> Stretch:
    """The roads on the shortest way along the places, whole where all of a road lies on it.

    places   two or more (east, north) in project CRS
    Raises BadInput without roads, for a place beyond REACH_M of every road, for places that are not
    connected, and where no length lies between them.
    """
    import shapely

    from chiiki_gis.analysis.holds import hold_on
    from chiiki_gis.analysis.stretches import pieces_between

    network = (networks or Networks()).get(values, plan_profile(values))
    frame = values.frame(Role.ROAD)
    if network is None or frame is None:
        raise BadInput(
            _WHAT, "道路のデータがありません。", "国土数値情報の道路（N13）などを取り込んでください。"
        )
    holds = hold_on(network, [shapely.Point(place) for place in places], open_only=False)
    if float(holds.distance_m.max()) > REACH_M:
        raise BadInput(
            _WHAT,
            f"クリックした点から{REACH_M:g} m以内に、車の通れる道路がありません。",
            "始点と終点を道路の上でクリックしてください。",
        )
    pieces = pieces_between(network, holds)
    if pieces is None:
        raise BadInput(
            _WHAT,
            "クリックした点のあいだは、道路がつながっていません。",
            "つながっている道路の上で選ぶか、「道路のつながり」で切れている所を確かめてください。",
        )
    if not pieces:
        raise BadInput(_WHAT, "始点と終点が同じ所です。", "道路の上の離れた2点をクリックしてください。")
    return _by_road(network, frame, pieces)


def _by_road(network: Network, frame: GeoDataFrame, pieces: Sequence[Piece]) -> Stretch:
    """Pieces of edges as parts of the roads they come from."""
    import shapely

    parts = []
    for edge, first, last in pieces:
        row, length = int(network.row[edge]), float(network.length_m[edge])
        line = frame.geometry.iloc[row]
        # Its middle lies once on its road, where its ends may lie twice on a road that loops.
        middle = shapely.line_interpolate_point(network.lines[edge], length * (first + last) / 2)
        at, half = float(shapely.line_locate_point(line, middle)), length * (last - first) / 2
        whole = float(line.length)
        place = str(frame["layer_id"].iloc[row]), int(frame["layer_fid"].iloc[row])
        parts.append(RoadPart(*place, max(0.0, at - half), min(whole, at + half), whole))
    merged = merged_parts(parts)
    roads = tuple((one.layer_id, one.fid) for one in merged if one.length_m >= one.road_m - _WHOLE_M)
    return Stretch(roads, tuple(one for one in merged if (one.layer_id, one.fid) not in roads))
