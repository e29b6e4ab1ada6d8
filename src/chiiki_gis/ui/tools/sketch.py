"""A line being drawn: vertices that can be added, taken back and put again."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]
_PLACE = re.compile(r"\[(\S+) (\S+)\]")
"""Where GEOS says a polygon is wrong."""


@dataclass
class Sketch:
    """Vertices in the project CRS (m), and those taken back. A ring does not repeat its first vertex.

    steps       how many vertices each step has put: one by a click, many by following a border
    taken_back  steps taken back, the last one last
    version     another number after every step
    """

    vertices: list[Point] = field(default_factory=list)
    taken_back: list[tuple[Point, ...]] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)
    version: int = 0
    _measured: tuple[int, float, float] = (0, 0.0, 0.0)

    def __post_init__(self) -> None:
        if not self.steps:
            self.steps = [1] * len(self.vertices)

    def copy(self) -> Sketch:
        """The same vertices and steps, with nothing taken back."""
        return Sketch(list(self.vertices), [], list(self.steps))

    def add(self, *points: Point) -> None:
        """Put vertices as one step, none on the one before; what was taken back before is gone."""
        fresh = [p for before, p in pairwise([*self.vertices[-1:], *points]) if p != before]
        if not self.vertices:
            fresh = [*points[:1], *fresh]
        if fresh:
            self._put(fresh)
            self.taken_back.clear()

    def back(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self.vertices:
            return False
        count = self.steps.pop()
        self.taken_back.append(tuple(self.vertices[-count:]))
        del self.vertices[-count:]
        self._measured = (0, 0.0, 0.0)
        self.version += 1
        return True

    def again(self) -> bool:
        """Put the step again that was taken back last; False when there is none."""
        if not self.taken_back:
            return False
        self._put(self.taken_back.pop())
        return True

    def length(self, closed: bool, ahead: Sequence[Point] = ()) -> float:
        """Length in m, with further vertices `ahead`."""
        points = [*self.vertices[-1:], *ahead]
        long = self._measure()[0] + sum(math.dist(a, b) for a, b in pairwise(points))
        if closed and len(self.vertices) + len(ahead) > 2:
            long += math.dist(points[-1], self.vertices[0] if self.vertices else points[0])
        return long

    def area(self, ahead: Sequence[Point] = ()) -> float:
        """Area of the ring in m² by the surveyor's formula, without sign."""
        if len(self.vertices) + len(ahead) < 3:
            return 0.0
        first = self.vertices[0] if self.vertices else ahead[0]
        return abs(self._measure()[1] + _doubled(first, [*self.vertices[-1:], *ahead])) / 2

    def last_segment(self, ahead: Sequence[Point]) -> float | None:
        """Length of what is being drawn beyond the last vertex, in m."""
        if not self.vertices or not ahead:
            return None
        return sum(math.dist(a, b) for a, b in pairwise([self.vertices[-1], *ahead]))

    def _put(self, points: Sequence[Point]) -> None:
        self.vertices.extend(points)
        self.steps.append(len(points))
        self.version += 1

    def _measure(self) -> tuple[float, float]:
        """Length of the vertices and their doubled area around the first, worked out once per vertex."""
        count, long, doubled = self._measured
        if count != len(self.vertices):
            fresh = self.vertices[max(count - 1, 0) :]
            long += sum(math.dist(a, b) for a, b in pairwise(fresh))
            doubled += _doubled(self.vertices[0], fresh)
            self._measured = (len(self.vertices), long, doubled)
        return self._measured[1], self._measured[2]


def _doubled(first: Point, points: Sequence[Point]) -> float:
    """Twice the area between a line and the place `first`, with sign."""
    x0, y0 = first
    return sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairwise(points))


def right_angled(vertices: list[Point], point: Point) -> Point:
    """The point moved so that the last segment is parallel or square to the one before.

    With one vertex the segment follows north or east. Used while Shift is held.
    """
    if not vertices:
        return point
    x, y = vertices[-1]
    along = (1.0, 0.0)
    if len(vertices) > 1:
        dx, dy = x - vertices[-2][0], y - vertices[-2][1]
        reach = math.hypot(dx, dy)
        if reach > 0:
            along = (dx / reach, dy / reach)
    across = (-along[1], along[0])
    offset = (point[0] - x, point[1] - y)
    forward = offset[0] * along[0] + offset[1] * along[1]
    sideways = offset[0] * across[0] + offset[1] * across[1]
    if abs(forward) >= abs(sideways):
        return (x + along[0] * forward, y + along[1] * forward)
    return (x + across[0] * sideways, y + across[1] * sideways)


def crossing(vertices: list[Point]) -> Point | None:
    """Where a ring crosses or touches itself, or None where it encloses one area."""
    import shapely

    polygon = shapely.Polygon(vertices)
    if polygon.is_valid:
        return None
    found = _PLACE.search(shapely.is_valid_reason(polygon))
    return (float(found[1]), float(found[2])) if found else vertices[-1]
