"""Roads: streets, lanes, the national and prefectural roads, forest roads, the expressway and its joints."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from shapely import STRtree, union_all
from shapely.geometry import LineString, Point

from generator.land import SEED, Floats, lake_ring, place
from generator.town import MAIN_ROW, RESORT_RINGS, RESORT_SPOKES, grids

NATIONAL, PREFECTURAL, MUNICIPAL, EXPRESSWAY, OTHER = "1", "2", "3", "4", "5"


@dataclass(frozen=True)
class Road:
    """One edge with N13 codes: class (003), width (006), kind (002), state (004), level (005)."""

    line: LineString
    road_class: str
    width: str
    kind: str = "1"
    state: str = "1"
    level: int = 0


@dataclass(frozen=True)
class Joint:
    """An expressway junction: name without ending, type (019), closing year (014)."""

    name: str
    type: str
    closed: int
    point: Point


def expressway_t(s: Floats | float) -> Floats:
    """Where the expressway runs, across the valley."""
    return 1_400 + 70 * np.sin(np.asarray(s, "f8") / 900)


def joints() -> list[Joint]:
    """一般IC, スマートIC, JCT, and an abandoned interchange."""

    def at(s: float) -> Point:
        return Point(place(s, expressway_t(s))[0])

    return [
        Joint("澄原", "1", 9999, at(2_000)),
        Joint("澄原湖", "2", 9999, at(6_700)),
        Joint("霧沢", "3", 9999, at(-600)),
        Joint("旧澄原", "1", 2008, at(4_300)),
    ]


def expressway() -> LineString:
    """The centre line of the expressway."""
    s = np.linspace(-1_800, 12_200, 200)
    return LineString(place(s, expressway_t(s)))


def network() -> list[Road]:
    """All edges, cut at every crossing of equal level."""
    lines: list[Road] = []
    lines += _streets()
    lines += _national()
    lines += _resort()
    lines += _hills()
    lines += _ramps()
    cut = _cut(lines)
    joined = _largest(cut)
    s = np.linspace(-1_800, 12_200, 70)
    way = [
        Road(LineString(place(part, expressway_t(part))), EXPRESSWAY, "5", level=1)
        for part in (np.array([a, (a + b) / 2, b]) for a, b in itertools.pairwise(s))
    ]
    return [*joined, *_to_ramps(way), *_island()]


def _streets() -> list[Road]:
    found = []
    rng = np.random.default_rng(SEED + 5)
    for grid in grids():
        columns, rows = grid.nodes.shape[:2]
        for r in range(rows):
            main = grid.bank == "north" and r == MAIN_ROW
            for c in range(columns - 1):
                road_class, width = (NATIONAL, "4") if main else (MUNICIPAL, "3" if r % 3 == 0 else "2")
                if not main and rng.uniform() < 0.06:
                    continue
                found.append(Road(LineString([grid.nodes[c, r], grid.nodes[c + 1, r]]), road_class, width))
        for c in range(columns):
            wide = c % 7 == 0
            for r in range(rows - 1):
                if not wide and rng.uniform() < 0.10:
                    continue
                line = LineString([grid.nodes[c, r], grid.nodes[c, r + 1]])
                found.append(Road(line, PREFECTURAL if wide else MUNICIPAL, "3" if wide else "2"))
    north, south = grids()
    for c in range(0, north.nodes.shape[0], 5):
        wide = c % 10 == 0
        bridge = LineString([north.nodes[c, 0], south.nodes[c, 0]])
        found.append(Road(bridge, PREFECTURAL if wide else MUNICIPAL, "3"))
    return found


def _national() -> list[Road]:
    """The national road beyond the grid, to both borders, with the road around the lake's south side."""
    north = grids()[0].nodes
    west = place(np.linspace(-1_500, 2_100, 40), 70 + 40 * np.sin(np.linspace(-1_500, 2_100, 40) / 300))
    east = place(np.linspace(5_850, 7_050, 16), 70 - 30 * np.sin(np.linspace(0, 3, 16)))
    ring = lake_ring(RESORT_RINGS[1], RESORT_SPOKES * 12)
    shore = ring[np.argmin(np.hypot(*(ring - east[-1]).T))]
    beyond = place(np.linspace(9_350, 11_900, 30), 150 + 90 * np.sin(np.linspace(0, 5, 30)))
    far = ring[np.argmin(np.hypot(*(ring - beyond[0]).T))]
    return [
        Road(LineString(np.vstack([west, north[0, MAIN_ROW]])), NATIONAL, "4"),
        Road(LineString(np.vstack([north[-1, MAIN_ROW], east, shore])), NATIONAL, "3"),
        Road(LineString(np.vstack([far, beyond])), NATIONAL, "3"),
    ]


def _resort() -> list[Road]:
    found = []
    count = RESORT_SPOKES * 12
    rings = [lake_ring(d, count)[:-1] for d in RESORT_RINGS]
    for number, ring in enumerate(rings):
        for spoke in range(RESORT_SPOKES):
            index = np.arange(spoke * 12, spoke * 12 + 13) % count
            road_class, width = (PREFECTURAL, "3") if number == 1 else (MUNICIPAL, "2")
            found.append(
                Road(LineString(ring[index]), road_class, width, "3" if number == 0 and spoke > 9 else "1")
            )
    for spoke in range(RESORT_SPOKES):
        for inner, outer in ((0, 1), (1, 2)):
            found.append(
                Road(LineString([rings[inner][spoke * 12], rings[outer][spoke * 12]]), MUNICIPAL, "2")
            )
    return found


def _hills() -> list[Road]:
    """Roads up the slopes, winding; some end at a farm, one is being built."""
    rng = np.random.default_rng(SEED + 9)
    north, south = grids()
    found = []
    for c in range(1, 30, 3):
        start = north.nodes[c, -1]
        found.append(_winding(start, rng, +1, 9 + int(rng.integers(0, 9)), "5" if c == 13 else "1"))
    for c in range(2, 30, 4):
        found.append(_winding(south.nodes[c, -1], rng, -1, 8 + int(rng.integers(0, 8)), "1"))
    return found


def _winding(start: Floats, rng: np.random.Generator, side: int, steps: int, state: str) -> Road:
    points, heading = [start], np.pi / 2 * side + 0.3
    for step in range(steps):
        heading += rng.normal(0, 0.55) + 0.25 * np.sin(step)
        heading = np.clip(heading, 0.35, np.pi - 0.35) if side > 0 else np.clip(heading, -np.pi + 0.35, -0.35)
        points.append(points[-1] + 130 * np.array([np.cos(heading), np.sin(heading)]))
    return Road(LineString(np.round(points, 3)), MUNICIPAL, "1" if steps > 13 else "2", state=state)


def _ramps() -> list[Road]:
    """From the open interchanges down to the national road."""
    north = grids()[0].nodes
    first = place(2_000.0, expressway_t(2_000.0))[0]
    down = place(np.array([2_020.0, 2_080.0, 2_150.0]), np.array([1_150.0, 700.0, 300.0]))
    second = place(6_700.0, expressway_t(6_700.0))[0]
    turn = place(np.array([6_640.0, 6_560.0, 6_500.0]), np.array([1_050.0, 600.0, 250.0]))
    s = np.linspace(5_850, 7_050, 16)
    national = place(s, 70 - 30 * np.sin(np.linspace(0, 3, 16)))
    onto = national[np.argmin(np.hypot(*(national - turn[-1]).T))]
    return [
        Road(LineString(np.vstack([first, down, north[0, MAIN_ROW]])), PREFECTURAL, "3"),
        Road(LineString(np.vstack([second, turn, onto])), PREFECTURAL, "3"),
    ]


def _island() -> list[Road]:
    """Forest roads that nothing joins to the rest."""
    center = place(5_300.0, 2_900.0)[0]
    angle = np.linspace(0, 2 * np.pi, 7)[:-1]
    ring = np.round(center + 260 * np.column_stack([np.cos(angle), 0.7 * np.sin(angle)]), 3)
    found = [Road(LineString([ring[i], ring[(i + 1) % 6]]), OTHER, "1") for i in range(6)]
    return [*found, Road(LineString([ring[0], np.round(ring[0] + [340.0, 90.0], 3)]), OTHER, "1")]


def _to_ramps(way: list[Road]) -> list[Road]:
    """The expressway passes exactly through the interchange points, so that ramps join it there."""
    found = []
    open_points = [j.point for j in joints() if j.closed == 9999 and j.type in ("1", "2")]
    for road in way:
        points = [np.array(c) for c in road.line.coords]
        for ic in open_points:
            if road.line.distance(ic) < 40:
                at = min(range(1, len(points)), key=lambda i: LineString(points[i - 1 : i + 1]).distance(ic))
                head, tail = [*points[:at], np.array(ic.coords[0])], [np.array(ic.coords[0]), *points[at:]]
                found.append(Road(LineString(head), EXPRESSWAY, "5", level=1))
                points = tail
        found.append(Road(LineString(points), EXPRESSWAY, "5", level=1))
    return [road for road in found if road.line.length > 0.5]


def _cut(roads: list[Road]) -> list[Road]:
    """Cut every road where another meets it, to the millimetre."""
    noded = union_all([road.line for road in roads], grid_size=0.001)
    tree = STRtree([road.line for road in roads])
    found = []
    for edge in noded.geoms:
        middle = edge.interpolate(0.5, normalized=True)
        owner = roads[int(tree.nearest(middle))]
        found.append(Road(edge, owner.road_class, owner.width, owner.kind, owner.state, owner.level))
    return sorted(found, key=lambda road: tuple(road.line.coords[0]) + tuple(road.line.coords[-1]))


def _largest(roads: list[Road]) -> list[Road]:
    """Only what hangs together: a street that lost its neighbours is left out."""
    parent: dict[tuple[float, float], tuple[float, float]] = {}

    def root(p: tuple[float, float]) -> tuple[float, float]:
        while parent.setdefault(p, p) != p:
            parent[p] = parent[parent[p]]
            p = parent[p]
        return p

    for road in roads:
        parent[root(road.line.coords[0])] = root(road.line.coords[-1])
    sizes: dict[tuple[float, float], int] = {}
    for road in roads:
        sizes[root(road.line.coords[0])] = sizes.get(root(road.line.coords[0]), 0) + 1
    best = max(sizes, key=lambda key: sizes[key])
    return [road for road in roads if root(road.line.coords[0]) == best]
