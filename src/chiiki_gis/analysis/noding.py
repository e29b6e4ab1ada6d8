"""Cutting road lines at their junctions: ends brought together, crossings made where the data have none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from chiiki_gis.analysis.road_ends import LOOSE_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from chiiki_gis.analysis.road_lines import Roads

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

NEAR_TIMES = 20
"""Ends that miss another road by up to so many tolerances are shown: they may have been meant to meet."""

_FEWEST = 20
"""Of fewer ends nothing is concluded about the data."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Roads cut at their junctions.

    xy, first   vertices of all pieces, and where each piece's begin (one more at the end)
    owner       the line each piece comes from
    start, end  numbers of the places where it begins and ends
    lines       the lines themselves where none was cut or moved, else None
    near        (x, y) of ends that nearly meet another road
    is_guessed  crossings were made without knowing which of them are bridges
    meeting     ends that share their place with another vertex as the data have them, and all ends
    """

    xy: Floats
    first: Ints
    owner: Ints
    start: Ints
    end: Ints
    lines: NDArray[np.object_] | None
    near: Floats
    meeting: tuple[int, int]
    is_guessed: bool
    notes: tuple[str, ...]


@dataclass
class _Bent:
    """Vertices of lines, with the number of the place of each, while they are moved and added."""

    xy: Floats
    line: Ints
    place: Ints
    near: Floats
    meeting: tuple[int, int] = (0, 0)
    joined: int = 0
    crossings: int = 0
    is_guessed: bool = False

    def insert(self, line: Ints, along: Floats, xy: Floats, place: Ints) -> None:
        """Add vertices to lines at their places along them."""
        there = np.nonzero(np.isin(self.line, line))[0]
        metres = _along(self.xy[there], self.line[there])
        span = float(max(metres.max(), along.max())) + 1
        names, old = np.unique(self.line[there], return_inverse=True)
        key = np.searchsorted(names, line) * span + along
        order = np.argsort(key, kind="stable")
        after = np.searchsorted(old * span + metres, key[order], side="right")
        at = there[after - 1] + 1
        self.xy = np.insert(self.xy, at, xy[order], axis=0)
        self.line = np.insert(self.line, at, line[order])
        self.place = np.insert(self.place, at, place[order])

    def fresh(self, count: int) -> Ints:
        """Numbers for places that are not there yet."""
        return np.asarray(int(self.place.max()) + 1 + np.arange(count))


def cut(roads: Roads, join_m: float) -> Pieces:
    """Cut roads where they meet.

    Ends that no other road shares are moved onto a road of equal level within join_m (m). Roads that merely
    cross are cut only in layers whose lines mostly have no common vertices, and there only at equal level.
    Lengthless lines are left out with a note.
    """
    import shapely

    xy, line = shapely.get_coordinates(roads.lines, return_index=True)
    notes: list[str] = []
    if not len(xy):
        return _nothing(())
    place = _numbered(xy)
    bent = _Bent(xy, line, place, np.zeros((0, 2)))
    changed = _keep_moving(bent)
    if len(bent.xy):
        loose = _loose_groups(bent, roads)
        _join(bent, roads, join_m)
        _cross(bent, loose, roads, notes)
    if bent.joined or bent.crossings:
        _keep_moving(bent)
        changed = True
    _tell(bent, len(roads.lines), join_m, notes)
    if not len(bent.xy):
        return _nothing(tuple(notes))
    return _pieces(bent, roads, None if changed else roads.lines, tuple(notes))


def _nothing(notes: tuple[str, ...]) -> Pieces:
    none, empty = np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    return Pieces(empty, np.zeros(1, np.int64), none, none, none, None, empty, (0, 0), False, notes)


def _pieces(bent: _Bent, roads: Roads, lines: NDArray[np.object_] | None, notes: tuple[str, ...]) -> Pieces:
    from pandas import factorize

    xy, line, place = bent.xy, bent.line, bent.place
    spot = place
    if roads.level.any():
        height = (roads.level - roads.level.min())[line]
        spot, _ = factorize(place * (int(height.max(initial=0)) + 1) + height)
    times = np.bincount(spot)
    last = np.append(line[1:] != line[:-1], True)
    first = np.append(True, last[:-1])
    cuts = np.nonzero(first | last | (times[spot] > 1))[0]
    begin, finish = cuts[:-1], cuts[1:]
    same = line[begin] == line[finish]
    begin, finish = begin[same], finish[same]
    if lines is not None and len(begin) == len(lines):
        offsets = np.append(begin, len(xy))
    else:
        lines = None
        size = finish - begin + 1
        offsets = np.append(0, np.cumsum(size))
        piece = np.repeat(np.arange(len(size)), size)
        xy = xy[begin[piece] + np.arange(len(piece)) - offsets[piece]]
    node = _numbered_nearby(np.concatenate([begin, finish]), bent)
    start, end = node[: len(begin)], node[len(begin) :]
    return Pieces(
        xy, offsets.astype(np.int64), line[begin].astype(np.int64), start, end, lines, bent.near,
        bent.meeting, bent.is_guessed, notes,
    )  # fmt: skip


def _numbered_nearby(ends: Ints, bent: _Bent) -> Ints:
    """Numbers for the places of vertices: close places have close numbers, which makes searches faster."""
    from pandas import factorize

    node, places = factorize(bent.place[ends])
    spot = np.zeros((len(places), 2))
    spot[node] = bent.xy[ends]
    number = np.zeros(len(places), dtype=np.int64)
    number[nearby_order(spot)] = np.arange(len(places))
    return number[node]


def _numbered(xy: Floats) -> Ints:
    """A number per vertex; vertices that agree to 1 mm share it."""
    from pandas import factorize

    mm = np.round((xy - xy.min(axis=0)) * 1000).astype(np.int64)
    if int(mm.max()) >= 1 << 31:
        raise ValueError("the roads stretch over more than 2,147 km")
    number, _ = factorize((mm[:, 0] << 32) | mm[:, 1])
    return np.asarray(number, dtype=np.int64)


def _keep_moving(bent: _Bent) -> bool:
    """Drop vertices that repeat the one before, and lines that never leave their first; whether any went."""
    place, line = bent.place, bent.line
    keep = np.append(True, (place[1:] != place[:-1]) | (line[1:] != line[:-1]))
    left = np.bincount(line[keep])
    keep &= left[line] > 1
    if keep.all():
        return False
    bent.xy, bent.line, bent.place = bent.xy[keep], line[keep], place[keep]
    return True


def _along(xy: Floats, line: Ints) -> Floats:
    """Metres of each vertex from the first of its line."""
    step = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    fresh = np.append(True, line[1:] != line[:-1])
    step[fresh] = 0
    total = np.cumsum(step)
    return np.asarray(total - np.repeat(total[fresh], np.diff(np.append(np.nonzero(fresh)[0], len(line)))))


def _free_ends(place: Ints, line: Ints) -> tuple[Ints, int]:
    """Positions of the ends that share their place with no other vertex, and the number of all ends."""
    last = np.append(line[1:] != line[:-1], True)
    ends = np.nonzero(last | np.append(True, last[:-1]))[0]
    return ends[np.bincount(place)[place[ends]] == 1], len(ends)


def _join(bent: _Bent, roads: Roads, join_m: float) -> None:
    """Bring free ends together within the tolerance, move the others onto the nearest road within it, and
    note those that nearly meet one."""
    import shapely

    free, _ = _free_ends(bent.place, bent.line)
    if not len(free) or len(roads.lines) < 2:
        return
    free = _gather(bent, free, roads, join_m)
    points = shapely.points(bent.xy[free])
    other, near = shapely.STRtree(points).query(
        roads.lines, predicate="dwithin", distance=join_m * NEAR_TIMES
    )
    own = bent.line[free[near]]
    good = (other != own) & (roads.level[other] == roads.level[own])
    other, near = other[good], near[good]
    gap = shapely.distance(roads.lines[other], points[near])
    order = np.lexsort((gap, near))
    order = order[np.append(True, near[order][1:] != near[order][:-1])] if len(order) else order
    other, near, gap = other[order], near[order], gap[order]
    bent.near = bent.xy[free[near[gap > join_m]]]
    close = gap <= join_m
    _move(bent, free[near[close]], other[close], roads)


def _gather(bent: _Bent, free: Ints, roads: Roads, join_m: float) -> Ints:
    """Move free ends that lie within the tolerance of one another to one spot; the others remain free."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    pairs = cKDTree(bent.xy[free]).query_pairs(join_m, output_type="ndarray")
    line = bent.line[free]
    a, b = pairs[:, 0], pairs[:, 1]
    pairs = pairs[(line[a] != line[b]) & (roads.level[line[a]] == roads.level[line[b]])]
    if not len(pairs):
        return free
    size = len(free)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(size, size))
    _, label = connected_components(links, directed=False)
    _, lead = np.unique(label, return_index=True)
    bent.xy = bent.xy.copy()
    bent.xy[free] = bent.xy[free[lead[label]]]
    bent.place[free] = bent.place[free[lead[label]]]
    taken = np.bincount(label)[label] > 1
    bent.joined += int(taken.sum())
    return np.asarray(free[~taken])


def _move(bent: _Bent, end: Ints, other: Ints, roads: Roads) -> None:
    """Move ends onto other lines: onto an end of theirs, else onto a new vertex."""
    import shapely

    if not len(end):
        return
    points, lines = shapely.points(bent.xy[end]), roads.lines[other]
    along = shapely.line_locate_point(lines, points)
    target = shapely.get_coordinates(shapely.line_interpolate_point(lines, along))
    bent.joined += len(end)
    bent.xy = bent.xy.copy()
    bent.xy[end] = target
    ahead, inside = along <= 0.001, (along > 0.001) & (shapely.length(lines) - along > 0.001)
    size = np.bincount(bent.line, minlength=int(other.max()) + 1)
    begin = np.cumsum(size) - size
    onto = np.where(ahead, begin[other], begin[other] + size[other] - 1)
    place = np.where(inside, bent.fresh(len(end)), bent.place[onto.clip(0, len(bent.place) - 1)])
    bent.place[end] = place
    if inside.any():
        bent.insert(other[inside], along[inside], target[inside], place[inside])


def _loose_groups(bent: _Bent, roads: Roads) -> Ints:
    """The layers of which most ends share their place with no other vertex; counts the ends that do."""
    line = bent.line
    free, number = _free_ends(bent.place, line)
    bent.meeting = (number - len(free), number)
    last = np.append(line[1:] != line[:-1], True)
    ends = last | np.append(True, last[:-1])
    count = int(roads.group.max(initial=0)) + 1
    all_ends = np.bincount(roads.group[line[ends]], minlength=count)
    alone = np.bincount(roads.group[line[free]], minlength=count)
    return np.nonzero((alone > (1 - LOOSE_SHARE) * all_ends) & (all_ends >= _FEWEST))[0]


def _cross(bent: _Bent, loose: Ints, roads: Roads, notes: list[str]) -> None:
    """Add vertices where roads of some layers cross at equal level."""
    import shapely

    for number in loose:
        mine = np.nonzero(roads.group == number)[0]
        lines = roads.lines[mine]
        a, b = shapely.STRtree(lines).query(lines, predicate="crosses")
        pair = (a < b) & (roads.level[mine[a]] == roads.level[mine[b]])
        a, b = a[pair], b[pair]
        points, which = shapely.get_parts(shapely.intersection(lines[a], lines[b]), return_index=True)
        spot = shapely.get_type_id(points) == shapely.GeometryType.POINT
        points, which = points[spot], which[spot]
        if not len(points):
            continue
        line = np.concatenate([mine[a[which]], mine[b[which]]])
        twice = np.concatenate([points, points])
        along = shapely.line_locate_point(roads.lines[line], twice)
        place = np.tile(bent.fresh(len(points)), 2)
        bent.insert(line, along, shapely.get_coordinates(twice), place)
        bent.crossings += len(points)
        bent.is_guessed |= not roads.level_known[number]
        doubt = (
            "" if roads.level_known[number] else "橋や立体交差かどうかは分からないので、確かめてください。"
        )
        notes.append(
            f"交差点のない道路データのため、線が交わる{len(points):,}か所を交差点としました。{doubt}"
        )


def _tell(bent: _Bent, lines: int, join_m: float, notes: list[str]) -> None:
    left = int((np.bincount(bent.line) > 0).sum()) if len(bent.line) else 0
    if left < lines:
        notes.append(f"長さのない道路{lines - left}本は計算に使いませんでした。")
    if bent.joined:
        notes.append(f"道路の端{bent.joined}か所を、{join_m:g} m以内にある道路へつなぎました。")
    if len(bent.near):
        notes.append(
            f"道路の端{len(bent.near)}か所は、ほかの道路まで{join_m:g} mを超え"
            f"{join_m * NEAR_TIMES:g} m以内で、つながっていません。"
        )


def nearby_order(xy: Floats) -> Ints:
    """An order in which points that follow one another lie close together (500 m cells, row by row)."""
    cell = np.floor((xy - xy.min(axis=0)) / 500).astype(np.int64)
    return np.argsort((cell[:, 1] << 32) | np.where(cell[:, 1] % 2, (1 << 31) - cell[:, 0], cell[:, 0]))
