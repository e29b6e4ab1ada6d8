"""Made-up data at the scale of a prefecture and of the country, in the columns of 国土数値情報.

A prefecture: 77 municipalities, 20,000 zones, 300,000 roads, 100,000 vacant houses, 40 interchanges, 500
facilities. The country: 120,000 polygons, a million points. Seeds are fixed. Borders are Voronoi edges
bent by midpoint displacement, roads a spanning tree and the shortest other Delaunay edges; there are no holes
and no multiparts, and road classes are drawn by lot, so that long roads are fewer than in life.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay, Voronoi

EPSG = 6677
WIDTH, HEIGHT = 90_000.0, 60_000.0
COUNTRY = 1_500_000.0
TOWNS = 45
SEED = 42
ZONES = (
    "第一種低層住居専用地域", "第二種低層住居専用地域", "第一種中高層住居専用地域",
    "第二種中高層住居専用地域", "第一種住居地域", "第二種住居地域", "準住居地域", "近隣商業地域", "商業地域",
    "準工業地域", "工業地域", "工業専用地域", "田園住居地域",
)  # fmt: skip
ZONE_CODES = (*range(1, 13), 21)

Floats = NDArray[np.float64]


class Land:
    """Where people live: town centres and how far each spreads."""

    def __init__(self) -> None:
        self.random = np.random.default_rng(SEED)
        self.centers = self.random.uniform((8e3, 8e3), (WIDTH - 8e3, HEIGHT - 8e3), (TOWNS, 2))
        self.spread = self.random.uniform(900, 3_200, TOWNS)
        self.weight = self.spread**1.5 / np.sum(self.spread**1.5)

    def homes(self, count: int, wider: float = 1.0) -> Floats:
        """Places in the towns, denser in their middle, (count, 2)."""
        town = self.random.choice(TOWNS, count, p=self.weight)
        away = self.random.normal(0, 1, (count, 2)) * self.spread[town][:, None] * wider
        return np.asarray(self.centers[town] + away)

    def anywhere(self, count: int) -> Floats:
        """Places all over the prefecture, (count, 2)."""
        return self.random.uniform((0, 0), (WIDTH, HEIGHT), (count, 2))


def municipalities(land: Land) -> geopandas.GeoDataFrame:
    """The 77 cells nearest to the middle, 6,000 vertices each."""
    shapes = cells(land.anywhere(118), 10, land.random, 3e8)
    middle = shapely.Point(WIDTH / 2, HEIGHT / 2)
    order = np.argsort(shapely.distance(shapely.centroid(shapes), middle))
    shapes = shapes[order][:77]
    columns = {
        "N03_001": ["東京都"] * 77,
        "N03_004": [f"第{n}市" for n in range(77)],
        "N03_007": [f"{13_101 + n}" for n in range(77)],
    }
    return _frame(columns, shapes)


def zones(land: Land) -> geopandas.GeoDataFrame:
    """20,000 use zones in patches."""
    shapes = cells(np.vstack([land.homes(20_600), land.anywhere(400)]), 3, land.random, 3e6)[:20_000]
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    field = np.sin(middle[:, 0] / 700) + np.cos(middle[:, 1] / 900) + land.random.normal(0, 0.5, len(middle))
    kind = np.argsort(np.argsort(field)) * 13 // len(field)
    columns = {
        "A29_001": ["13101"] * len(shapes),
        "A29_004": np.array(ZONE_CODES)[kind],
        "A29_005": np.array(ZONES)[kind],
        "A29_006": land.random.choice([40, 50, 60, 80], len(shapes)),
        "A29_007": land.random.choice([80, 100, 200, 400], len(shapes)),
    }
    return _frame(columns, shapes)


def roads(land: Land) -> geopandas.GeoDataFrame:
    """300,000 roads over 220,000 crossings, all connected."""
    crossings = np.vstack([land.homes(150_000, 1.6), land.anywhere(70_000)])
    corners = Delaunay(crossings).simplices
    pairs = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    length = np.hypot(*(crossings[pairs[:, 0]] - crossings[pairs[:, 1]]).T) + 0.01
    size = len(crossings)
    tree = minimum_spanning_tree(coo_matrix((length, pairs.T), shape=(size, size)).tocsr()).tocoo()
    needed = np.sort(np.column_stack([tree.row, tree.col]), axis=1).astype(np.int64)
    in_tree = np.isin(pairs @ [size, 1], needed @ [size, 1])
    score = length * land.random.uniform(0.5, 2, len(pairs))
    score[in_tree] = -1
    chosen = pairs[np.argsort(score)[:300_000]]
    columns = {
        "N13_002": ["1"] * len(chosen),
        "N13_003": land.random.choice(list("12356"), len(chosen), p=[0.02, 0.06, 0.72, 0.1, 0.1]),
        "N13_004": ["1"] * len(chosen),
        "N13_005": np.zeros(len(chosen), np.int32),
        "N13_006": land.random.choice(list("12346"), len(chosen), p=[0.3, 0.4, 0.2, 0.05, 0.05]),
    }
    return _frame(columns, _bent(crossings, chosen, land.random))


def vacant_houses(land: Land) -> geopandas.GeoDataFrame:
    """100,000 points."""
    columns = {
        "物件番号": [f"A{n:07d}" for n in range(100_000)],
        "判定": land.random.choice(list("ABCD"), 100_000),
    }
    return _frame(columns, shapely.points(land.homes(100_000)))


def interchanges(land: Land) -> geopandas.GeoDataFrame:
    """40 joints in use."""
    columns = {
        "N06_014": [9999] * 40,
        "N06_018": [f"架空{n}" for n in range(40)],
        "N06_019": [1] * 40,
    }
    spots = land.random.uniform((5e3, 5e3), (WIDTH - 5e3, HEIGHT - 5e3), (40, 2))
    return _frame(columns, shapely.points(spots))


def facilities(land: Land) -> geopandas.GeoDataFrame:
    """500 facilities in the towns, each with its legal class."""
    columns = {
        "scenario": ["A"] * 500,
        "number": list(range(1, 501)),
        "name": [f"施設{n}" for n in range(1, 501)],
        "kind": land.random.choice(["coworking", "trial_house", "exchange"], 500),
        "use_class": land.random.choice(["office", "dwelling", "library_like", "hotel"], 500),
        "use_floor_m2": land.random.uniform(60, 3_000, 500).round(),
        "top_storey": land.random.integers(1, 4, 500),
        "works": ["new"] * 500,
        "item": [3] * 500,
    }
    return _frame(columns, shapely.points(land.homes(500)))


def country_polygons(land: Land) -> geopandas.GeoDataFrame:
    """120,000 町丁目 with 11.6 million vertices."""
    spots = land.random.uniform(0, COUNTRY, (122_500, 2))
    shapes = cells(spots, 4, land.random, np.inf, COUNTRY)[:120_000]
    columns = {
        "KEY_CODE": [f"{n:011d}" for n in range(len(shapes))],
        "S_NAME": [f"{n}丁目" for n in range(len(shapes))],
    }
    return _frame(columns, shapes)


def country_points(land: Land) -> geopandas.GeoDataFrame:
    """A million points."""
    spots = land.random.uniform(0, COUNTRY, (1_000_000, 2))
    return _frame({"number": np.arange(1_000_000, dtype=np.int32)}, shapely.points(spots))


def country_corners(_land: Land) -> geopandas.GeoDataFrame:
    """Two points that span the country."""
    return geopandas.GeoDataFrame(
        {"name": ["甲", "乙"]}, geometry=geopandas.points_from_xy([0, COUNTRY], [0, COUNTRY]), crs=EPSG
    )


TABLES: dict[str, Callable[[Land], geopandas.GeoDataFrame]] = {
    "municipalities": municipalities,
    "zones": zones,
    "roads": roads,
    "vacant_houses": vacant_houses,
    "interchanges": interchanges,
    "facilities": facilities,
    "country_polygons": country_polygons,
    "country_points": country_points,
    "country_corners": country_corners,
}


def table(name: str, folder: Path) -> Path:
    """The GeoPackage of a table, made at first use; equal whatever was made before."""
    path = folder / f"{name}.gpkg"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / f"{name}.making.gpkg"
        aside.unlink(missing_ok=True)
        TABLES[name](Land()).to_file(aside, layer=name, use_arrow=True)
        aside.rename(path)
    return path


def cells(
    seeds: Floats, levels: int, random: np.random.Generator, most_m2: float, reach: float | None = None
) -> NDArray[np.object_]:
    """Voronoi cells with bent borders that neighbours share; open, outlying and huge ones are left out."""
    diagram = Voronoi(seeds)
    ridges = np.array(diagram.ridge_vertices)
    ridges = ridges[(ridges >= 0).all(axis=1)]
    lines = _bent_edges(diagram.vertices[ridges[:, 0]], diagram.vertices[ridges[:, 1]], levels, random)
    lookup = {(a, b): (n, False) for n, (a, b) in enumerate(ridges.tolist())}
    lookup |= {(b, a): (n, True) for n, (a, b) in enumerate(ridges.tolist())}
    east, north = (reach, reach) if reach is not None else (WIDTH, HEIGHT)
    rings = []
    for number in diagram.point_region:
        corners = diagram.regions[number]
        if not corners or -1 in corners:
            continue
        outline = diagram.vertices[corners]
        outside = (outline.min(axis=0) < -5e3).any() or (
            outline.max(axis=0) > (east + 5e3, north + 5e3)
        ).any()
        if outside or shapely.Polygon(outline).area > most_m2:
            continue
        sides = [lookup[pair] for pair in zip(corners, corners[1:] + corners[:1], strict=True)]
        rings.append(np.vstack([lines[n][:0:-1] if turned else lines[n][:-1] for n, turned in sides]))
    size = np.array([len(ring) for ring in rings])
    shapes = shapely.polygons(
        shapely.linearrings(np.vstack(rings), indices=np.repeat(np.arange(len(size)), size))
    )
    return _valid(shapes)


def _bent_edges(a: Floats, b: Floats, levels: int, random: np.random.Generator) -> Floats:
    """Edges as lines of 2**levels + 1 points, bent by midpoint displacement, (n, points, 2)."""
    count = 2**levels
    off = np.zeros((len(a), count + 1))
    step, size = count, 0.09
    while step > 1:
        half = step // 2
        middle = (off[:, 0:-1:step] + off[:, step::step]) / 2
        off[:, half::step] = middle + random.normal(0, size / 2, middle.shape)
        step, size = half, size * 0.5**0.75
    share = np.linspace(0, 1, count + 1)
    off *= np.minimum(1, 4 * share * (1 - share))
    along = (b - a)[:, None, :]
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    return np.asarray(a[:, None, :] + along * share[None, :, None] + across * off[:, :, None])


def _bent(spots: Floats, pairs: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.object_]:
    a, b = spots[pairs[:, 0]], spots[pairs[:, 1]]
    along = b - a
    across = np.column_stack([-along[:, 1], along[:, 0]])
    bend = random.normal(0, 0.04, (len(pairs), 2))
    points = np.stack(
        [a, a + along / 3 + across * bend[:, :1], a + along * 2 / 3 + across * bend[:, 1:], b], axis=1
    )
    return np.asarray(shapely.linestrings(points))


def _valid(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The largest part of each mended polygon; bends cross one another now and then."""
    bad = ~shapely.is_valid(shapes)
    mended = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    shapes[bad] = [max(shapely.get_parts(shape), key=lambda part: part.area) for shape in mended]
    return shapes


def _frame(columns: object, shapes: NDArray[np.object_]) -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame(columns, geometry=shapes, crs=EPSG)
