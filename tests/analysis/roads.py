"""Small road networks, and a search over them that shares no code with the program."""

from __future__ import annotations

import heapq
import tomllib
from itertools import pairwise
from typing import Any

import geopandas
import shapely
from shapely.geometry import LineString, Point

from chiiki_gis import paths
from chiiki_gis.analysis.speed_profile import SpeedProfile, speed_profile

EPSG = 6676
Node = tuple[float, float]


def profile() -> SpeedProfile:
    return speed_profile(tomllib.loads((paths.resources() / "speeds.toml").read_text("utf-8")))


def roads(lines: list[Any], **columns: Any) -> geopandas.GeoDataFrame:
    """A road layer; columns not given are those of an ordinary town street."""
    usual = {"class": "3", "width_code": "3", "oneway": False, "level": 0, "state": "open"}
    values = {key: columns.get(key, [value] * len(lines)) for key, value in usual.items()}
    return geopandas.GeoDataFrame(values, geometry=[LineString(line) for line in lines], crs=EPSG)


def facilities(*points: tuple[float, float], **columns: Any) -> geopandas.GeoDataFrame:
    names = [f"施設{n}" for n in range(1, len(points) + 1)]
    values = {"building_id": [f"b{n}" for n in range(1, len(points) + 1)], "name": names, **columns}
    return geopandas.GeoDataFrame(
        values, geometry=[Point(p) for p in points], crs=EPSG, index=range(1, 1 + len(points))
    )


def gates(*points: tuple[float, float], **columns: Any) -> geopandas.GeoDataFrame:
    count = len(points)
    values = {
        "name": [f"第{n}IC" for n in range(1, count + 1)],
        "type": ["ic"] * count,
        "open": [True] * count,
        **columns,
    }
    return geopandas.GeoDataFrame(values, geometry=[Point(p) for p in points], crs=EPSG)


def brute_force(
    layer: geopandas.GeoDataFrame, gate: Point, facility: Point, speeds: SpeedProfile
) -> tuple[float, float] | None:
    """Kilometres and minutes from a gate to a facility by a search over every vertex, or None without a way.

    Roads must meet at vertices only. Both ends hold on to the nearest point of the nearest road.
    """
    arcs: dict[Node, list[tuple[Node, float, float]]] = {}
    ends = []
    for at in (gate, facility):
        near = min(layer.index, key=lambda fid: layer.geometry[fid].distance(at))
        line = layer.geometry[near]
        ends.append((near, line.interpolate(line.project(at)), line.project(at)))
    for fid, row in layer.iterrows():
        marks = sorted((along, (point.x, point.y)) for near, point, along in ends if near == fid)
        corners = [(row.geometry.project(Point(c)), c) for c in row.geometry.coords]
        nodes = [node for _, node in sorted([*corners, *marks])]
        kmh = speeds.class_kmh[row["class"]].value * speeds.width_factor[row["width_code"]].value
        for a, b in pairwise(nodes):
            metres = Point(a).distance(Point(b))
            arcs.setdefault(a, []).append((b, metres, metres / kmh * 0.06))
            if not row["oneway"]:
                arcs.setdefault(b, []).append((a, metres, metres / kmh * 0.06))
    start, goal = ((point.x, point.y) for _, point, _ in ends)
    found = _search(arcs, start, goal)
    if found is None:
        return None
    minutes, metres = found
    extra = gate.distance(ends[0][1]) + facility.distance(ends[1][1])
    return (metres + extra) / 1000, minutes + extra / speeds.connector_kmh.value * 0.06


def _search(
    arcs: dict[Node, list[tuple[Node, float, float]]], start: Node, goal: Node
) -> tuple[float, float] | None:
    waiting, done = [(0.0, 0.0, start)], set()
    while waiting:
        minutes, metres, node = heapq.heappop(waiting)
        if node == goal:
            return minutes, metres
        if node in done:
            continue
        done.add(node)
        for following, length, time in arcs.get(node, []):
            heapq.heappush(waiting, (minutes + time, metres + length, following))
    return None


def ends_of(line: shapely.LineString) -> tuple[Point, Point]:
    return Point(line.coords[0]), Point(line.coords[-1])
