"""Whether roads hang together: the connected parts of a network by name, and ends that nearly meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.holds import Holds
from chiiki_gis.analysis.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WINDS = ("東", "北東", "北", "北西", "西", "南西", "南", "南東")


@dataclass(frozen=True)
class Part:
    """One connected part of the roads.

    name         by its longest named road, else by where it lies from the largest part
    roads, km    pieces between junctions, and their length
    facilities, interchanges   how many hold on to it
    x, y         a place on it
    """

    name: str
    roads: int
    km: float
    facilities: int
    interchanges: int
    x: float
    y: float


@dataclass(frozen=True)
class Connectivity:
    """The parts, largest first, and the ends that miss another road by little more than join_m (m)."""

    parts: tuple[Part, ...]
    near: tuple[tuple[float, float], ...]
    join_m: float

    @property
    def is_whole(self) -> bool:
        """True where all roads hang together."""
        return len(self.parts) <= 1


def connectivity(network: Network, facilities: Holds, interchanges: Holds) -> Connectivity:
    """The report on a network. An empty one has no parts."""
    if not len(network.length_m):
        return Connectivity((), (), network.join_m)
    part = network.component[network.start]
    count = int(network.component.max()) + 1
    metres = np.bincount(part, weights=network.length_m, minlength=count)
    roads = np.bincount(part, minlength=count)
    held = [np.bincount(h.parts(network).clip(0), minlength=count) for h in (facilities, interchanges)]
    middle = np.add.reduceat(network.xy, network.first[:-1], axis=0) / np.diff(network.first)[:, None]
    longest = _longest_edges(network, part, count)
    order = np.argsort(-metres, kind="stable")
    weight = network.length_m[part == order[0]]
    center = np.average(middle[part == order[0]], axis=0, weights=np.maximum(weight, 1e-9))
    parts = []
    for rank, number in enumerate(order):
        edge = int(longest[number])
        x, y = (float(v) for v in network.xy[network.first[edge]])
        name = "本体" if rank == 0 else _name(network, edge, center, rank)
        parts.append(
            Part(
                name,
                int(roads[number]),
                float(metres[number] / 1000),
                int(held[0][number]) if len(facilities) else 0,
                int(held[1][number]) if len(interchanges) else 0,
                x,
                y,
            )
        )
    near = tuple((float(x), float(y)) for x, y in network.near)
    return Connectivity(tuple(parts), near, network.join_m)


def _longest_edges(network: Network, part: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Per part its longest edge; named edges come before all others."""
    named = np.array([bool(name) for name in network.names[network.row]], dtype=bool)
    order = np.lexsort((network.length_m, named, part))
    last = np.searchsorted(part[order], np.arange(count), side="right") - 1
    return np.asarray(order[last])


def _name(network: Network, edge: int, center: NDArray[np.float64], rank: int) -> str:
    name = str(network.names[network.row[edge]])
    if name:
        return f"離れた道路{rank}（{name}）"
    east, north = network.xy[network.first[edge]] - center
    wind = _WINDS[round(np.degrees(np.arctan2(north, east)) / 45) % 8]
    return f"離れた道路{rank}（本体の中心の{wind} 約{np.hypot(east, north) / 1000:,.1f} km）"
