"""The road network: what the road layer says, cut at its junctions, with the minutes each piece takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.core.crs import zone_of_epsg
from chiiki_gis.core.errors import BadInput

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

UNKNOWN = "6"
"""Code of an unknown class (N13_003) and of an unknown width (N13_006)."""

CODES = ("1", "2", "3", "4", "5", "6")


@dataclass(frozen=True)
class Figure:
    """One number of the profile with what it rests on."""

    label: str
    value: float
    source: str
    assumed: bool

    @property
    def basis(self) -> str:
        """What a print says behind the number."""
        return "仮定値" if self.assumed else f"出典：{self.source}"


@dataclass(frozen=True)
class SpeedProfile:
    """Speeds (km/h), factors and distances (m) of the access calculation, each with its source.

    class_kmh and width_factor are keyed by the codes "1".."6" of N13_003 and N13_006.
    """

    name: str
    version: str
    class_kmh: Mapping[str, Figure]
    width_factor: Mapping[str, Figure]
    excluded_states: tuple[str, ...]
    no_direct_access: tuple[str, ...]
    connector_kmh: Figure
    straight_kmh: Figure
    detour_factor: Figure
    confirm_m: Figure
    refuse_m: Figure


def speed_profile(data: Mapping[str, Any]) -> SpeedProfile:
    """The profile in a parsed resources/speeds.toml.

    Every number must be positive and carry a `source`. Raises BadInput naming the entry that is wrong.
    """
    straight, snap = _table(data, "straight_line"), _table(data, "snap")
    exclude, closed = _table(data, "exclude"), _table(data, "no_direct_access")
    classes, widths = _table(data, "class"), _table(data, "width")
    return SpeedProfile(
        name=_text(data, "name", "name"),
        version=_text(data, "version", "version"),
        class_kmh={code: _figure(classes, code, "kmh", f"class.{code}") for code in CODES},
        width_factor={code: _figure(widths, code, "factor", f"width.{code}") for code in CODES},
        excluded_states=_words(exclude, "states", "exclude"),
        no_direct_access=_words(closed, "classes", "no_direct_access"),
        connector_kmh=_figure(data, "connector", "kmh", "connector"),
        straight_kmh=_figure(straight, "speed", "kmh", "straight_line.speed"),
        detour_factor=_figure(straight, "detour", "factor", "straight_line.detour"),
        confirm_m=_figure(snap, "confirm", "metres", "snap.confirm"),
        refuse_m=_figure(snap, "refuse", "metres", "snap.refuse"),
    )


@dataclass(frozen=True, eq=False)
class Network:
    """Roads as nodes, edges and arcs.

    lines, length_m, minutes, road_class, width_code, level   per edge: a piece of road between two junctions
    start, end     node of the edge's first and last vertex
    component      per node: the number of the connected part it lies in (one-way roads count both ways)
    row_start, neighbour, cost, arc_edge, arc_forward   the arcs grouped by the node they begin at:
                   `neighbour` is where the arc ends, `cost` its minutes; of parallel arcs only the quickest
    tree           spatial index of all edges; `open_edges` are those a facility may open onto
    """

    epsg: int
    lines: NDArray[np.object_]
    length_m: NDArray[np.float64]
    minutes: NDArray[np.float64]
    road_class: NDArray[np.str_]
    width_code: NDArray[np.str_]
    level: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    oneway: NDArray[np.bool_]
    component: NDArray[np.int64]
    row_start: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    cost: NDArray[np.float64]
    arc_edge: NDArray[np.int64]
    arc_forward: NDArray[np.bool_]
    tree: Any
    open_edges: NDArray[np.int64]
    open_tree: Any
    notes: tuple[str, ...]

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.component)

    def component_extent(self, number: int) -> tuple[int, float]:
        """How many edges a connected part has, and their length in km."""
        inside = self.component[self.start] == number
        return int(inside.sum()), float(self.length_m[inside].sum() / 1000)


@dataclass
class _Roads:
    """Single lines with their normalised attributes, before they are cut."""

    lines: NDArray[np.object_]
    road_class: NDArray[np.str_]
    width_code: NDArray[np.str_]
    oneway: NDArray[np.bool_]
    level: NDArray[np.int64]
    notes: list[str] = field(default_factory=list)


def build_network(roads: GeoDataFrame, profile: SpeedProfile) -> Network:
    """The network of a road layer.

    roads   lines or multi-lines in a plane zone; columns class, width_code, oneway, level, state, each of
            which may be missing (unknown, with a note). oneway roads run as they are drawn.
    Two roads are joined where they share an end vertex (to 1 mm), and where a vertex of one is a vertex of
    the other at equal level. Lines that merely cross are not joined: they may be bridges.
    An empty layer gives an empty network. Lengths are grid distances of the plane zone.
    Raises ValueError for another CRS.
    """
    import shapely

    epsg = plane_code(roads)
    usable = _usable(roads, profile)
    lines, owner, start, end = _cut(usable)
    road_class, width_code = usable.road_class[owner], usable.width_code[owner]
    oneway = usable.oneway[owner]
    length = shapely.length(lines).astype(np.float64)
    minutes = length / (_speeds(road_class, width_code, profile) * 1000 / 60)
    nodes = int(max(start.max(initial=-1), end.max(initial=-1))) + 1
    row_start, neighbour, cost, arc_edge, forward = _arcs(start, end, minutes, oneway, nodes)
    open_edges = np.nonzero(~np.isin(road_class, profile.no_direct_access))[0]
    return Network(
        epsg, lines, length, minutes, road_class, width_code, usable.level[owner], start, end, oneway,
        _components(start, end, nodes), row_start, neighbour, cost, arc_edge, forward,
        shapely.STRtree(lines), open_edges, shapely.STRtree(lines[open_edges]), tuple(usable.notes),
    )  # fmt: skip


def plane_code(frame: GeoDataFrame) -> int:
    """The EPSG code of a frame that must lie in a plane-rectangular zone. Raises ValueError otherwise."""
    code = frame.crs.to_epsg() if frame.crs is not None else None
    if code is None or zone_of_epsg(int(code)) is None:
        raise ValueError(f"a plane-rectangular zone is needed, not {code}")
    return int(code)


def _usable(roads: GeoDataFrame, profile: SpeedProfile) -> _Roads:
    """The roads a car may use, as single lines, with every attribute known or said to be unknown."""
    import shapely

    notes: list[str] = []
    state = _words_of(roads, "state", ("open", *profile.excluded_states), "open", "状態", notes)
    excluded = np.isin(state, profile.excluded_states)
    if excluded.any():
        notes.append(f"道路{int(excluded.sum())}本は、建設中または歩行者用のため計算から除きました。")
    parts, owner = shapely.get_parts(shapely.force_2d(roads.geometry.to_numpy()), return_index=True)
    is_line = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    keep = is_line & ~shapely.is_empty(parts) & ~excluded[owner]
    other = int((~is_line).sum())
    if other:
        notes.append(f"道路の資料にある線でない図形{other}個は計算に使いませんでした。")
    parts, owner = parts[keep], owner[keep]
    road_class = _words_of(roads, "class", CODES, UNKNOWN, "種別", notes)[owner]
    width = _words_of(roads, "width_code", CODES, UNKNOWN, "幅員", notes)[owner]
    return _Roads(parts, road_class, width, _oneway(roads, notes)[owner], _level(roads, notes)[owner], notes)


def _cut(roads: _Roads) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cut lines at junctions: the pieces, the line each comes from, and the nodes of its two ends."""
    import shapely

    xy, line = shapely.get_coordinates(roads.lines, return_index=True)
    if not len(xy):
        nothing = np.zeros(0, dtype=np.int64)
        return np.zeros(0, dtype=object), nothing, nothing, nothing
    place = _numbered(xy)
    _, height = np.unique(roads.level, return_inverse=True)
    at_level = place * (int(height.max()) + 1) + height[line]
    _, spot, times = np.unique(at_level, return_inverse=True, return_counts=True)
    last = np.append(line[1:] != line[:-1], True)
    first = np.append(True, last[:-1])
    cuts = np.nonzero(first | last | (times[spot] > 1))[0]
    begin, finish = cuts[:-1], cuts[1:]
    same = line[begin] == line[finish]
    begin, finish = begin[same], finish[same]
    size = finish - begin + 1
    piece = np.repeat(np.arange(len(size)), size)
    offset = np.arange(len(piece)) - np.repeat(np.cumsum(size) - size, size)
    lines = shapely.linestrings(xy[np.repeat(begin, size) + offset], indices=piece)
    _, node = np.unique(np.concatenate([place[begin], place[finish]]), return_inverse=True)
    node = node.astype(np.int64)
    return lines, line[begin].astype(np.int64), node[: len(begin)], node[len(begin) :]


def _numbered(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """A number per vertex; vertices that agree to 1 mm share it."""
    mm = np.round((xy - xy.min(axis=0)) * 1000).astype(np.int64)
    if int(mm.max()) >= 1 << 31:
        raise ValueError("the roads stretch over more than 2,147 km")
    _, number = np.unique((mm[:, 0] << 32) | mm[:, 1], return_inverse=True)
    return number.astype(np.int64)


def _speeds(
    road_class: NDArray[np.str_], width_code: NDArray[np.str_], profile: SpeedProfile
) -> NDArray[np.float64]:
    """Speed of each edge in km/h: that of its class, slowed by its width."""
    speed = np.zeros(len(road_class))
    for code in CODES:
        speed[road_class == code] = profile.class_kmh[code].value
    for code in CODES:
        speed[width_code == code] *= profile.width_factor[code].value
    return speed


def _arcs(
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    minutes: NDArray[np.float64],
    oneway: NDArray[np.bool_],
    nodes: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.bool_]]:
    """Arcs grouped by the node they begin at; of parallel arcs only the quickest."""
    back = np.nonzero(~oneway)[0]
    tail = np.concatenate([start, end[back]])
    head = np.concatenate([end, start[back]])
    edge = np.concatenate([np.arange(len(start)), back])
    cost = minutes[edge]
    forward = np.arange(len(edge)) < len(start)
    pair = tail * max(nodes, 1) + head
    order = np.lexsort((cost, pair))
    pair = pair[order]
    order = order[np.append(True, pair[1:] != pair[:-1])] if len(pair) else order
    row_start = np.searchsorted(tail[order], np.arange(nodes + 1)).astype(np.int64)
    return row_start, head[order], cost[order], edge[order], forward[order]


def _components(start: NDArray[np.int64], end: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """The connected part each node lies in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not nodes:
        return np.zeros(0, dtype=np.int64)
    links = coo_array((np.ones(len(start)), (start, end)), shape=(nodes, nodes))
    _, label = connected_components(links, directed=False)
    return np.asarray(label, dtype=np.int64)


def _words_of(
    roads: GeoDataFrame, column: str, known: tuple[str, ...], unknown: str, japanese: str, notes: list[str]
) -> NDArray[np.str_]:
    """A text column with only known words; whatever else becomes `unknown` with a note."""
    import pandas

    if column not in roads.columns:
        notes.append(f"道路の{japanese}の列がないため、すべて「{_unknown_word(column)}」として計算しました。")
        return np.full(len(roads), unknown)
    codes, words = pandas.factorize(roads[column])
    clean = [_code(word) for word in words]
    table = np.array([word if word in known else unknown for word in clean] + [unknown])
    strange = np.array([word not in known for word in clean] + [True])
    count = int(strange[codes].sum())
    if count:
        notes.append(f"道路{count}本は{japanese}が分からないため「{_unknown_word(column)}」としました。")
    return table[codes]


def _unknown_word(column: str) -> str:
    return {"class": "種別不明の道路", "width_code": "幅員不明", "state": "供用中"}[column]


def _code(value: object) -> str:
    """A code as text: 1, 1.0 and "1" are the same."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _oneway(roads: GeoDataFrame, notes: list[str]) -> NDArray[np.bool_]:
    """True where a road runs only in the direction it is drawn; unknown counts as both ways."""
    if "oneway" not in roads.columns:
        notes.append("道路に一方通行の列がないため、すべて両方向に通れるものとしました。")
        return np.zeros(len(roads), dtype=bool)
    return np.asarray(roads["oneway"].astype("boolean").fillna(False), dtype=bool)


def _level(roads: GeoDataFrame, notes: list[str]) -> NDArray[np.int64]:
    """The height order of each road; unknown is the ground, 0."""
    import pandas

    if "level" not in roads.columns:
        notes.append("道路に階層順の列がないため、すべて地上の道路としました。")
        return np.zeros(len(roads), dtype=np.int64)
    return np.asarray(pandas.to_numeric(roads["level"]).fillna(0), dtype=np.int64)


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise _wrong(key)
    return value


def _figure(data: Mapping[str, Any], key: str, unit: str, path: str) -> Figure:
    entry = data.get(key)
    if not isinstance(entry, Mapping):
        raise _wrong(path)
    number, assumed = entry.get(unit), entry.get("assumed")
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 < number < float("inf"):
        raise _wrong(f"{path}.{unit}")
    if not isinstance(assumed, bool):
        raise _wrong(f"{path}.assumed")
    label, source = _text(entry, "label", f"{path}.label"), _text(entry, "source", f"{path}.source")
    return Figure(label, float(number), source, assumed)


def _words(data: Mapping[str, Any], key: str, path: str) -> tuple[str, ...]:
    _text(data, "source", f"{path}.source")
    value = data.get(key)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise _wrong(f"{path}.{key}")
    return tuple(value)


def _text(data: Mapping[str, Any], key: str, path: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path)
    return value


def _wrong(path: str) -> BadInput:
    return BadInput(
        "想定速度の設定を読めませんでした。",
        f"「{path}」がないか、正しい値ではありません。",
        "正の数と、その根拠（source）を書いてください。",
    )
