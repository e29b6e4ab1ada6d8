"""The road layer as it would be after the works of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chiiki_gis.analysis.road_lines import code_of_width, places_of
from chiiki_gis.analysis.road_parts import between, fits, with_parts_apart
from chiiki_gis.analysis.speed_profile import CODES, UNKNOWN
from chiiki_gis.core.access_plan import RoadOverride
from chiiki_gis.core.improvements import RoadImprovement, improvements_of
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from shapely.geometry.base import BaseGeometry

NEW_ROADS = "new_road"
"""Column layer_id of roads that are to be built; layer_fid is the number of their works."""


def with_new_roads(roads: GeoDataFrame, works: Sequence[RoadImprovement]) -> GeoDataFrame:
    """The roads, and below them those to be built.

    roads   columns layer_id, layer_fid; normalised columns of the role road, each of which may be missing
    A new road is joined to others where its ends or vertices meet them within the tolerance, as all roads.
    """
    import geopandas
    import numpy as np
    import pandas
    import shapely

    new = [work for work in works if work.is_new_road]
    if not new:
        return roads
    widths = np.array([np.nan if work.width_m is None else work.width_m for work in new], dtype=float)
    added = geopandas.GeoDataFrame(
        {
            "layer_id": NEW_ROADS,
            "layer_fid": [work.number for work in new],
            "class": [work.road_class or UNKNOWN for work in new],
            "width_code": [str(code) for code in code_of_width(widths)],
            "name": [work.name for work in new],
            "oneway": False,
            "level": 0,
            "state": "open",
        },
        geometry=[shapely.LineString(work.line) for work in new],
        crs=roads.crs,
    )
    kept = [column for column in added.columns if column in roads.columns or column == "layer_id"]
    joined = pandas.concat([roads, added[kept]], ignore_index=True)
    return geopandas.GeoDataFrame(joined, geometry="geometry", crs=roads.crs)


def roads_after(
    roads: GeoDataFrame, overrides: Sequence[RoadOverride], works: Sequence[RoadImprovement]
) -> tuple[GeoDataFrame, tuple[RoadOverride, ...]]:
    """The roads as they would be, and what is said of them then; new roads stand at the end."""
    cut, said, spread = with_parts_apart(roads, overrides, works)
    return with_new_roads(cut, spread), overrides_after(said, spread)


def overrides_after(
    overrides: Sequence[RoadOverride], works: Sequence[RoadImprovement]
) -> tuple[RoadOverride, ...]:
    """What is said of single roads after the works: speed and width of the works in place of today's.

    Works on a road that is closed leave it closed. Of several works on one road the last one counts.
    """
    said = {(one.layer_id, one.fid): one for one in overrides}
    for work in works:
        places = work.roads if not work.is_new_road else ((NEW_ROADS, work.number),)
        for layer_id, fid in places:
            before = said.get((layer_id, fid), RoadOverride(layer_id, fid, work.source))
            said[layer_id, fid] = RoadOverride(
                layer_id,
                fid,
                work.source,
                work.kmh if work.kmh is not None else before.kmh,
                work.width_m if work.width_m is not None else before.width_m,
                before.closed,
            )
    return tuple(said.values())


def lines_of(work: RoadImprovement, roads: Mapping[tuple[str, int], BaseGeometry]) -> list[BaseGeometry]:
    """The lines of works; roads that are gone are left out.

    roads   the lines of roads by (layer_id, fid)
    """
    import shapely

    if work.is_new_road:
        return [shapely.LineString(work.line)]
    return [line for _, line in roads_of_work(work, roads)]


def roads_of_work(
    work: RoadImprovement, roads: Mapping[tuple[str, int], BaseGeometry]
) -> list[tuple[tuple[str, int], BaseGeometry]]:
    """Roads that works improve, with what of each line; those that are gone or have changed are left out.

    roads   the lines of roads by (layer_id, fid)
    """
    whole = [(place, roads[place]) for place in work.roads if place in roads]
    parts = [((part.layer_id, part.fid), part) for part in work.parts]
    known = [(place, part) for place, part in parts if place in roads and fits(part, roads[place])]
    return [*whole, *((place, between(roads[place], part.start_m, part.end_m)) for place, part in known)]


def lengths_by_class(
    work: RoadImprovement,
    roads: Mapping[tuple[str, int], BaseGeometry],
    classes: Mapping[tuple[str, int], str],
) -> dict[str, float]:
    """Metres of works by code of N13_003; unknown classes are "6".

    roads, classes   lines and codes of roads by (layer_id, fid); roads that are gone are left out
    """
    import shapely

    if work.is_new_road:
        return {work.road_class or UNKNOWN: float(shapely.length(shapely.LineString(work.line)))}
    found: dict[str, float] = {}
    for place, line in roads_of_work(work, roads):
        code = classes[place] if classes[place] in CODES else UNKNOWN
        found[code] = found.get(code, 0.0) + float(shapely.length(line))
    return found


def touched_roads(work: RoadImprovement) -> set[tuple[str, int]]:
    """(layer_id, fid) of the roads that works improve as a whole or in part."""
    return {*work.roads, *((part.layer_id, part.fid) for part in work.parts)}


def roads_of_works(
    values: Snapshot,
) -> tuple[dict[tuple[str, int], BaseGeometry], dict[tuple[str, int], str]]:
    """Lines and classes of the roads that works improve, by (layer_id, fid), without roads that are gone."""
    works = improvements_of(values.facts)
    wanted = {place for work in works for place in touched_roads(work)}
    frame = values.frame(Role.ROAD) if wanted else None
    if frame is None:
        return {}, {}
    found = places_of(frame, wanted)
    codes = frame["class"].astype(str) if "class" in frame.columns else None
    lines = {key: frame.geometry.iloc[number] for key, number in found.items()}
    return lines, {key: UNKNOWN if codes is None else codes.iloc[number] for key, number in found.items()}


def works_lines(values: Snapshot) -> dict[int, BaseGeometry]:
    """The lines of each piece of works as one, by its number; works without any are left out."""
    import shapely

    roads, _ = roads_of_works(values)
    found = {}
    for work in improvements_of(values.facts):
        parts = [part for line in lines_of(work, roads) for part in shapely.get_parts(shapely.force_2d(line))]
        if parts:
            found[work.number] = shapely.multilinestrings(parts)
    return found
