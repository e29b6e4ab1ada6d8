"""The built town: streets and blocks along the valley, a resort around the lake, and their use zones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.ops import unary_union

from generator.land import SEED, lake_ring, place, river_t

FIRST_S, STEPS_S, STEP_S = 2_200.0, 30, 118.0
NORTH_T = [-180.0, -60.0, 70.0, 190.0, 300.0, 420.0, 540.0, 670.0, 800.0, 930.0, 1_060.0]
SOUTH_T = [-470.0, -590.0, -710.0, -830.0, -950.0]
MAIN_ROW = 2
"""The row of NORTH_T along which the national road runs."""
STATION_COLUMN = 14
RESORT_SPOKES = 16
RESORT_RINGS = (70.0, 210.0, 380.0)


@dataclass(frozen=True)
class Grid:
    """Crossings of a bank of the river, (columns, rows, 2)."""

    nodes: np.ndarray
    bank: str


@dataclass(frozen=True)
class Block:
    """One block between streets: where it is, and its zone code (A29) or None."""

    column: int
    row: int
    bank: str
    shape: Polygon
    zone: int | None


def grids() -> tuple[Grid, Grid]:
    """The crossings north and south of the river. Rows next to the river follow it."""
    return _grid("north", NORTH_T), _grid("south", SOUTH_T)


def _grid(bank: str, rows: list[float]) -> Grid:
    rng = np.random.default_rng(SEED + len(bank))
    s = FIRST_S + STEP_S * np.arange(STEPS_S + 1)
    jitter_s = rng.normal(0, 7, (STEPS_S + 1, len(rows)))
    jitter_t = rng.normal(0, 6, (STEPS_S + 1, len(rows)))
    nodes = np.empty((STEPS_S + 1, len(rows), 2))
    for r, t in enumerate(rows):
        across = np.full(len(s), t)
        if r == 0:
            across = river_t(s) + (75 if bank == "north" else -75)
        nodes[:, r] = place(s + jitter_s[:, r], across + (0 if r == 0 else jitter_t[:, r]))
    return Grid(np.round(nodes, 3), bank)


def blocks() -> list[Block]:
    """Every block of the town grid, zoned or not."""
    found = []
    for grid in grids():
        columns, rows = grid.nodes.shape[:2]
        for c in range(columns - 1):
            for r in range(rows - 1):
                n = grid.nodes
                ring = [n[c, r], n[c + 1, r], n[c + 1, r + 1], n[c, r + 1]]
                found.append(Block(c, r, grid.bank, Polygon(ring), _zone(grid.bank, c, r)))
    return found


def _zone(bank: str, c: int, r: int) -> int | None:
    """The A29 code of a block: a believable plan from the station outward."""
    away = abs(c - STATION_COLUMN)
    if bank == "south":
        if c < 2 or c > 22:
            return None
        if c < 7:
            return 12 if r > 0 else 11
        return 10 if c < 14 else 11 if c < 17 and r > 1 else 6 if c < 19 else 5
    if r >= 9:
        return 1 if 8 <= c <= 24 and (r == 9 or c % 7 < 5) else None
    if c < 1 or c > 28:
        return None
    if away <= 3 and 1 <= r <= 4:
        return 9
    if away <= 7 and 1 <= r <= 3:
        return 8
    if r in (1, 2):
        return 7 if c < 12 else 8 if c < 24 else 6
    return _quiet_zone(c, r)


def _quiet_zone(c: int, r: int) -> int | None:
    if r == 0:
        return 10 if c < 6 else 5
    if r in (3, 4):
        return 6 if c < 6 else 5
    if c > 24:
        return 21 if r < 8 else None
    if r in (5, 6):
        return 4 if c < 9 else 3 if c < 20 else 5
    return 2 if 17 <= c <= 20 else 1


def resort_blocks() -> list[tuple[Polygon, int | None]]:
    """Blocks around the lake, with their zone code; some are white land."""
    rings = [lake_ring(d, RESORT_SPOKES * 12)[:-1] for d in RESORT_RINGS]
    found: list[tuple[Polygon, int | None]] = []
    for outer in (1, 2):
        for spoke in range(RESORT_SPOKES):
            low, high = spoke * 12, spoke * 12 + 13
            index = np.arange(low, high) % (RESORT_SPOKES * 12)
            ring = np.vstack([rings[outer - 1][index], rings[outer][index][::-1]])
            found.append((Polygon(ring), _resort_zone(outer, spoke)))
    return found


def _resort_zone(outer: int, spoke: int) -> int | None:
    if spoke in (7, 8, 9):
        return 9 if outer == 1 and spoke == 8 else 6
    if spoke in (3, 4, 5, 6, 10, 11):
        return 1 if outer == 2 else 2 if spoke in (5, 6) else 1
    return None


def zones() -> dict[int, list[Polygon]]:
    """Zone code → its polygons, neighbouring blocks of one zone joined."""
    by_code: dict[int, list[Polygon]] = {}
    for block in blocks():
        if block.zone is not None:
            by_code.setdefault(block.zone, []).append(block.shape)
    joined = {code: _parts(unary_union(shapes)) for code, shapes in by_code.items()}
    resort: dict[int, list[Polygon]] = {}
    for shape, zone in resort_blocks():
        if zone is not None:
            resort.setdefault(zone, []).append(shape)
    for code, shapes in resort.items():
        joined.setdefault(code, []).extend(_parts(unary_union(shapes)))
    return dict(sorted(joined.items()))


def urbanised() -> MultiPolygon:
    """市街化区域: every zoned block of the town grid."""
    return _multi(unary_union([b.shape for b in blocks() if b.zone is not None]))


def planned_town() -> Polygon:
    """The 線引き 都市計画区域: the valley floor and the foot of the slopes."""
    s = np.linspace(1_300, 6_300, 80)
    north = place(s, 1_750 + 160 * np.sin(s / 450))
    south = place(s[::-1], -1_560 - 140 * np.sin(s[::-1] / 380))
    return Polygon(np.vstack([north, south]))


def planned_resort() -> Polygon:
    """The 非線引き 都市計画区域 around the lake."""
    return Polygon(lake_ring(820.0, 240))


def lake() -> Polygon:
    """The lake."""
    return Polygon(lake_ring())


def river() -> LineString:
    """The river from the lake to the south-western border."""
    s = np.linspace(-1_200, 7_500, 260)
    return LineString(place(s, river_t(s)))


def _parts(shape: Polygon | MultiPolygon) -> list[Polygon]:
    return list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]


def _multi(shape: Polygon | MultiPolygon) -> MultiPolygon:
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon([shape])
