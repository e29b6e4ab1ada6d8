"""Borders: the town with two detached parts, its neighbour, and the quarters that fill the town."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from shapely import MultiPoint, get_parts, make_valid, segmentize, set_precision, voronoi_polygons
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import polygonize, unary_union

from generator.land import HEIGHT, SEED, SOUTH, WEST, WIDTH, place, wobble

TOWN, TOWN_CODE = "澄原市", "20999"
NEIGHBOUR, NEIGHBOUR_CODE = "霧沢村", "20998"
PREFECTURE = "長野県"
DISTRICT = "架空郡"

QUARTERS = (
    "本町一丁目", "本町二丁目", "本町三丁目", "駅前", "栄町", "川端", "大橋", "上澄", "中澄", "下澄",
    "北原", "南原", "緑ヶ丘一丁目", "緑ヶ丘二丁目", "湖畔", "湖南", "湖北", "白樺平", "落葉松", "入澄沢",
    "奥澄沢", "水車", "桑原", "赤松", "石田", "小坂", "日影", "日向", "峠", "牧場", "風穴", "髙﨑",
)  # fmt: skip


def borders() -> tuple[list[Polygon], Polygon]:
    """The town's parts (the main one first) and the neighbour around the detached ones."""
    main = _town_outline()
    west = _blob(WEST - 1_900, SOUTH + 6_700, 2_900, 2_500, 31)
    south = _blob(WEST - 700, SOUTH + 4_300, 2_300, 2_600, 32)
    neighbour = unary_union([west, south])
    neighbour = neighbour.difference(main)
    neighbour = max(get_parts(neighbour), key=lambda p: p.area)
    first = _blob(WEST - 2_300, SOUTH + 6_900, 330, 260, 41)
    second = _blob(WEST - 3_300, SOUTH + 5_900, 210, 240, 42)
    neighbour = neighbour.difference(unary_union([first, second]))
    return [main, first, second], max(get_parts(neighbour), key=lambda p: p.area)


def _town_outline() -> Polygon:
    center = WEST + WIDTH / 2 - 100, SOUTH + HEIGHT / 2 - 100
    count = 720
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    wide = 1 / np.maximum(np.abs(np.cos(angle)) / (WIDTH / 2), np.abs(np.sin(angle)) / (HEIGHT / 2))
    radius = 0.93 * (0.55 * wide + 0.45 * np.hypot(WIDTH / 2 * np.cos(angle), HEIGHT / 2 * np.sin(angle)))
    radius = radius + wobble(count, 11, 260, 12) + wobble(count, 12, 60, 40)
    ring = np.column_stack([center[0] + radius * np.cos(angle), center[1] + radius * np.sin(angle)])
    return Polygon(np.round(ring, 3))


def _blob(x: float, y: float, across: float, up: float, seed: int) -> Polygon:
    count = 96
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    size = 1 + wobble(count, seed, 0.14)
    return Polygon(
        np.round(np.column_stack([x + across * size * np.cos(angle), y + up * size * np.sin(angle)]), 3)
    )


def quarters(main: Polygon) -> list[tuple[str, Polygon]]:
    """町丁目: cells around seeds, with natural borders, filling the main part exactly."""
    seeds = _seeds(main)
    cells = voronoi_polygons(MultiPoint(seeds), extend_to=main.envelope)
    edges = unary_union([_crooked(a, b) for a, b in _cell_edges(list(cells.geoms))])
    inner = edges.intersection(main)
    faces = [
        f for f in polygonize(unary_union([inner, main.boundary])) if main.contains(f.representative_point())
    ]
    names: dict[str, list[Polygon]] = {}
    for face in faces:
        nearest = min(range(len(seeds)), key=lambda i: Point(seeds[i]).distance(face.representative_point()))
        names.setdefault(QUARTERS[nearest], []).append(face)
    return [(name, unary_union(names[name])) for name in QUARTERS if name in names]


def _seeds(main: Polygon) -> list[tuple[float, float]]:
    """The named quarters of the town along the valley, the others spread over the hills."""
    spots = [
        (3_450, 120), (3_850, 150), (4_250, 120), (3_850, -90), (3_850, 420), (3_400, -380), (4_400, -430),
        (5_050, 330), (4_800, -250), (2_850, 200), (3_300, 760), (2_800, -760), (4_500, 760), (5_100, 880),
        (7_560, -350), (8_250, -760), (8_300, 980), (9_150, 300), (7_250, 700),
    ]  # fmt: skip
    found = [tuple(place(s, t)[0]) for s, t in spots]
    rng = np.random.default_rng(SEED + 77)
    while len(found) < len(QUARTERS):
        x, y = WEST + rng.uniform(0, WIDTH), SOUTH + rng.uniform(0, HEIGHT)
        if main.buffer(-500).contains(Point(x, y)) and min(np.hypot(x - a, y - b) for a, b in found) > 1_250:
            found.append((x, y))
    return [(round(float(x), 3), round(float(y), 3)) for x, y in found]


def _cell_edges(cells: list[Polygon]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    edges = set()
    for cell in cells:
        ring = [(round(x, 3), round(y, 3)) for x, y in cell.exterior.coords]
        edges |= {tuple(sorted(pair)) for pair in pairwise(ring) if pair[0] != pair[1]}
    return sorted(edges)


def _crooked(a: tuple[float, float], b: tuple[float, float]) -> LineString:
    """An edge bent by midpoint displacement; the same for both cells, as its seed is its place."""
    rng = np.random.default_rng(abs(hash_of(a, b)))
    points = np.array([a, b])
    size = 0.11
    while len(points) < 17 and np.hypot(*(points[1] - points[0])) > 60:
        step = points[1:] - points[:-1]
        normal = np.column_stack([-step[:, 1], step[:, 0]])
        middle = (points[1:] + points[:-1]) / 2 + normal * rng.normal(0, size, len(step))[:, None]
        merged = np.empty((len(points) + len(middle), 2))
        merged[0::2], merged[1::2] = points, middle
        points, size = merged, size * 0.8
    return LineString(np.round(points, 3))


def hash_of(*points: tuple[float, float]) -> int:
    """A number that depends only on the coordinates."""
    total = 1
    for x, y in points:
        total = (total * 1_000_003 + round(x * 1000) * 31 + round(y * 1000)) % (1 << 40)
    return total


def snapped(shape: Polygon) -> Polygon:
    """A valid shape on the millimetre grid."""
    return set_precision(make_valid(shape), 0.001)


def dense(shape: Polygon, step: float) -> Polygon:
    """The shape with a vertex at least every `step` metres, so that it keeps its form in degrees."""
    return segmentize(shape, step)
