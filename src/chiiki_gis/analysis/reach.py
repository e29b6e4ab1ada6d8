"""How far one comes by road in some minutes: areas along the roads that are reached, and what lies in reach.

An area is all ground within BESIDE_M of a road that is reached in time, to the nearest CELL_M. It is made
from the roads, never from a circle. What is counted in a band is counted by its own minutes, connector
included, not by lying inside an area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.analysis.holds import Holds, Snapper
from chiiki_gis.analysis.network import Network
from chiiki_gis.analysis.routes import Search, along_edge, costs_to, search_from
from chiiki_gis.analysis.speed_profile import SpeedProfile

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry import MultiPolygon

    Floats = NDArray[np.float64]

BANDS = (10.0, 20.0, 30.0, 60.0)
"""Minutes of the areas, where nothing else is asked for."""

BESIDE_M = 100.0
CELL_M = 50.0


@dataclass(frozen=True, eq=False)
class Reach:
    """What is reached from one place.

    minutes   per band
    areas     MultiPolygon per band, each holding the ones before it; empty where nothing is reached
    road_km   length of the roads reached, per band
    """

    minutes: tuple[float, ...]
    areas: tuple[MultiPolygon, ...]
    road_km: tuple[float, ...]


def reach_from(network: Network, gate: Holds, profile: SpeedProfile, bands: Sequence[float] = BANDS) -> Reach:
    """The areas reached from a place within some minutes, its own connector included.

    gate    one hold; it must have a road
    bands   minutes, ascending
    """
    spent = float(gate.distance_m[0]) / (profile.connector_kmh.value * 1000 / 60)
    longest = max(bands) - spent
    (search,) = search_from(network, gate, limit=max(longest, 0.0))
    begin, end, minutes = _driven(network, search.cost, gate, longest)
    minutes = minutes + spent
    metres = np.hypot(*(end - begin).T)
    areas = tuple(_area(begin[minutes <= band], end[minutes <= band]) for band in bands)
    road_km = tuple(float(metres[minutes <= band].sum() / 1000) for band in bands)
    return Reach(tuple(bands), areas, road_km)


def road_km_within(
    network: Network, gate: Holds, profile: SpeedProfile, band: float, search: Search
) -> float:
    """Kilometres of road reached from a place within some minutes, its own connector included.

    search   from that gate, of at least that many minutes
    """
    spent = float(gate.distance_m[0]) / (profile.connector_kmh.value * 1000 / 60)
    begin, end, _ = _driven(network, search.cost, gate, band - spent)
    return float(np.hypot(*(end - begin).T).sum() / 1000)


def minutes_of(
    network: Network, node_cost: Floats, gate: Holds, places: Holds, profile: SpeedProfile
) -> Floats:
    """Minutes from a gate to each place with both connectors; infinite where no way leads or no road is near.

    node_cost   minutes from the gate to each node
    """
    cost, _ = costs_to(network, node_cost, places)
    cost = np.minimum(cost, along_edge(network, gate, places))
    extra = places.distance_m + float(gate.distance_m[0])
    total = cost + extra / (profile.connector_kmh.value * 1000 / 60)
    return np.where(places.distance_m > profile.refuse_m.value, np.inf, total)


def minutes_from(
    network: Network, gate: Holds, xy: Floats, profile: SpeedProfile, snapper: Snapper
) -> Floats:
    """Minutes from a gate to each point; infinite as in `minutes_of`."""
    (search,) = search_from(network, gate)
    return minutes_of(network, search.cost, gate, snapper.hold(xy), profile)


def counts_by_band(minutes: Floats, bands: Sequence[float]) -> tuple[int, ...]:
    """How many are reached within each band; those of a shorter band count in the longer ones too."""
    return tuple(int((minutes <= band).sum()) for band in bands)


def _driven(
    network: Network, node_cost: Floats, gate: Holds, longest: float
) -> tuple[Floats, Floats, Floats]:
    """Stretches of road of at most CELL_M that are reached: their ends, and the minutes to their far end.

    Each edge is driven from whichever of its ends is quicker at each stretch; the gate's edge from the gate.
    """
    gate_edge, gate_share = int(gate.edge[0]), float(gate.share[0])
    from_start = node_cost[network.start]
    from_end = np.where(network.oneway, np.inf, node_cost[network.end])
    touched = np.nonzero(np.minimum(from_start, from_end) <= longest)[0]
    touched = np.union1d(touched, [gate_edge])
    vertices = np.diff(network.first)[touched] - 1
    edge = np.repeat(touched, vertices)
    order = np.arange(len(edge)) - np.repeat(np.cumsum(vertices) - vertices, vertices)
    segment = network.first[edge] + order
    a, b = network.xy[segment], network.xy[segment + 1]
    low, high = network.along[segment], network.along[segment + 1]
    pieces = np.maximum(1, np.ceil((high - low) / CELL_M)).astype(np.int64)
    of = np.repeat(np.arange(len(edge)), pieces)
    step = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    lower, upper = step / pieces[of], (step + 1) / pieces[of]
    span, metres = (b - a)[of], (high - low)[of]
    edge = edge[of]
    length = np.maximum(network.length_m[edge], 1e-9)
    near, far = (low[of] + metres * lower) / length, (low[of] + metres * upper) / length
    whole = network.minutes[edge]
    minutes = np.minimum(from_start[edge] + far * whole, from_end[edge] + (1 - near) * whole)
    mine = edge == gate_edge
    ahead = np.where(far >= gate_share, (far - gate_share) * whole, np.inf)
    behind = np.where(network.oneway[edge] | (near > gate_share), np.inf, (gate_share - near) * whole)
    minutes = np.where(mine, np.minimum(minutes, np.minimum(ahead, behind)), minutes)
    good = minutes <= longest
    begin = a[of] + span * lower[:, None]
    return begin[good], (a[of] + span * upper[:, None])[good], minutes[good]


def _area(begin: Floats, end: Floats) -> MultiPolygon:
    """All cells within BESIDE_M of some stretches of at most CELL_M."""
    import shapely
    from scipy.ndimage import binary_dilation, binary_fill_holes

    if not len(begin):
        return shapely.MultiPolygon()
    marks = np.concatenate([begin, (begin + end) / 2, end])
    edge = int(np.ceil(BESIDE_M / CELL_M)) + 1
    origin = np.floor(marks.min(axis=0) / CELL_M) - edge
    cell = (np.floor(marks / CELL_M) - origin).astype(np.int64)
    size = cell.max(axis=0) + edge + 1
    grid = np.zeros((int(size[1]), int(size[0])), dtype=bool)
    grid[cell[:, 1], cell[:, 0]] = True
    grid = binary_dilation(grid, _disc(BESIDE_M / CELL_M))
    holes = binary_fill_holes(grid) & ~grid
    grid |= holes & ~_wide(holes)
    return _outlined(grid, origin * CELL_M)


def _disc(radius: float) -> NDArray[np.bool_]:
    """Cells whose middle lies within a radius, in cells."""
    reach = np.arange(-int(radius), int(radius) + 1)
    return np.asarray(np.hypot(*np.meshgrid(reach, reach)) <= radius)


def _wide(holes: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Holes of more than four cells: ground away from every road that is reached stays outside."""
    from scipy.ndimage import label

    number, _ = label(holes)
    sizes = np.bincount(number.ravel())
    sizes[0] = 0
    return np.asarray(sizes[number] > 4)


def _outlined(grid: NDArray[np.bool_], origin: Floats) -> MultiPolygon:
    """The ground of the cells that are set, as polygons along their borders."""
    import shapely

    padded = np.pad(grid, ((0, 0), (1, 1)))
    row, start = np.nonzero(padded[:, 1:] & ~padded[:, :-1])
    _, stop = np.nonzero(~padded[:, 1:] & padded[:, :-1])
    west, east = origin[0] + start * CELL_M, origin[0] + stop * CELL_M
    south = origin[1] + row * CELL_M
    area: Any = shapely.union_all(shapely.box(west, south, east, south + CELL_M))
    return area if area.geom_type == "MultiPolygon" else shapely.MultiPolygon([area])
