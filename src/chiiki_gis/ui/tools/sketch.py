"""A line being drawn: vertices that can be added, taken back and put again."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]


@dataclass
class Sketch:
    """Vertices in the project CRS (m), and those taken back. A ring does not repeat its first vertex."""

    vertices: list[Point] = field(default_factory=list)
    taken_back: list[Point] = field(default_factory=list)

    def add(self, point: Point) -> None:
        """Put a vertex; what was taken back before is gone. A vertex on the last one is not put."""
        if self.vertices and self.vertices[-1] == point:
            return
        self.vertices.append(point)
        self.taken_back.clear()

    def back(self) -> bool:
        """Take the last vertex back; False when there is none."""
        if not self.vertices:
            return False
        self.taken_back.append(self.vertices.pop())
        return True

    def again(self) -> bool:
        """Put the vertex again that was taken back last; False when there is none."""
        if not self.taken_back:
            return False
        self.vertices.append(self.taken_back.pop())
        return True

    def length(self, closed: bool, cursor: Point | None = None) -> float:
        """Length in m, with the cursor as a further vertex."""
        points = self._with(cursor)
        if closed and len(points) > 2:
            points = [*points, points[0]]
        return sum(math.dist(a, b) for a, b in pairwise(points))

    def area(self, cursor: Point | None = None) -> float:
        """Area of the ring in m² by the surveyor's formula, without sign."""
        points = self._with(cursor)
        if len(points) < 3:
            return 0.0
        x0, y0 = points[0]
        moved = [(x - x0, y - y0) for x, y in points]
        ring = zip(moved, [*moved[1:], moved[0]], strict=True)
        return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in ring)) / 2

    def last_segment(self, cursor: Point | None) -> float | None:
        """Length of the segment being drawn, in m."""
        if not self.vertices or cursor is None:
            return None
        return math.dist(self.vertices[-1], cursor)

    def _with(self, cursor: Point | None) -> list[Point]:
        return self.vertices if cursor is None else [*self.vertices, cursor]


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


def crossing(vertices: list[Point], closed: bool) -> Point | None:
    """Where the line crosses or touches itself first, or None where it is simple."""
    ends = [*vertices[1:], vertices[0]] if closed else vertices[1:]
    segments = list(zip(vertices, ends, strict=False))
    count = len(segments)
    for i in range(count):
        for j in range(i + 2, count):
            if closed and i == 0 and j == count - 1:
                continue
            found = _meet(*segments[i], *segments[j])
            if found is not None:
                return found
    return None


def _meet(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where two segments meet, None where they do not; for overlapping ones an end that lies on the other."""
    r, s = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    offset = (c[0] - a[0], c[1] - a[1])
    turn = r[0] * s[1] - r[1] * s[0]
    if turn == 0:
        return next((p for p in (c, d) if _lies_on(p, a, b)), None) or next(
            (p for p in (a, b) if _lies_on(p, c, d)), None
        )
    t = (offset[0] * s[1] - offset[1] * s[0]) / turn
    u = (offset[0] * r[1] - offset[1] * r[0]) / turn
    if 0 <= t <= 1 and 0 <= u <= 1:
        return (a[0] + r[0] * t, a[1] + r[1] * t)
    return None


def _lies_on(p: Point, a: Point, b: Point) -> bool:
    turn = (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
    inside = min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])
    return turn == 0 and inside
