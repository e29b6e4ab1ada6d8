"""A first look at a file while it is still being imported: its bare lines and points, at screen resolution.

Nothing is mended, recognised or kept; the picture only has to be there before the import is.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.polynomial.polynomial import polyval2d, polyvander2d
from numpy.typing import NDArray

from chiiki_gis.core.errors import Cancelled
from chiiki_gis.io.cache import UNIT_M, Level, Shapes
from chiiki_gis.io.cache_build import FARTHEST_M, bare_shapes
from chiiki_gis.io.levels import rough_outlines, rough_points
from chiiki_gis.io.rows import Seen
from chiiki_gis.io.vector import epsg_of

if TYPE_CHECKING:
    from pyproj import Transformer

log = logging.getLogger(__name__)

Shown: TypeAlias = NDArray[np.object_]
Floats: TypeAlias = NDArray[np.float64]
Move: TypeAlias = Callable[[Floats, Floats], tuple[Floats, Floats]]
LATER_SECONDS = 0.25
"""The first batch is shown at once, later ones are gathered for so long."""
DEGREE_M = 111_000.0
MANY, TRIED, DEGREE = 20_000, 2_000, (5, 5)
"""From so many vertices on, so many are placed exactly, and a polynomial of that degree is tried."""
VERTICES_AT_ONCE = 50_000


@contextmanager
def glimpsing(
    target_epsg: int,
    metres: float,
    show: Callable[[Shapes], None],
    asked: int | None = None,
    layers: tuple[str, ...] = (),
) -> Iterator[Seen]:
    """Inside, shapes that are seen in a file are drawn and shown, by a thread of their own.

    metres   vertices nearer to each other than this may fall together
    show     takes shapes in the project CRS, a part of the file at a time
    asked    EPSG code of the file where the user says so
    layers   only these of the file; all where empty
    What was seen has been shown at the end; where the work inside fails, the rest is left. Once `show` has
    raised Cancelled, what is given here raises it too.
    """
    ready: queue.SimpleQueue[tuple[Any, Shown] | None] = queue.SimpleQueue()
    work = _Drawing(target_epsg, metres, asked)

    def seen(layer: str, crs: Any, shapes: Shown) -> None:
        if work.cancelled.is_set():
            raise Cancelled
        if len(shapes) and (not layers or layer in layers) and not work.stopped.is_set():
            ready.put((crs, shapes))

    drawer = threading.Thread(target=_draw, name="glimpse", args=(work, ready, show), daemon=True)
    drawer.start()
    try:
        yield seen
    except BaseException:
        work.stopped.set()
        raise
    finally:
        ready.put(None)
        drawer.join()


@dataclass(frozen=True)
class _Drawing:
    target_epsg: int
    metres: float
    asked: int | None
    known: dict[object, int] = field(default_factory=dict)
    stopped: threading.Event = field(default_factory=threading.Event)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def epsg(self, crs: Any, shapes: Shown) -> int:
        """The CRS in which shapes are taken to be, looked up once for each that the file states."""
        if crs not in self.known:
            self.known[crs] = self.asked or _assumed_epsg(crs, shapes)
        return self.known[crs]


def _draw(
    work: _Drawing,
    ready: queue.SimpleQueue[tuple[Any, Shown] | None],
    show: Callable[[Shapes], None],
) -> None:
    try:
        for shapes, epsg in _gathered(work, ready):
            for drawn in _rough(shapes, epsg, work.target_epsg, work.metres):
                if work.stopped.is_set():
                    return
                show(drawn)
            del shapes  # until the next ones come, the import may have moved them
    except Cancelled:
        work.cancelled.set()
    except Exception:  # what is wrong is for the import to say
        log.info("no further glimpse of a file", exc_info=True)
    finally:
        work.stopped.set()


def _gathered(
    work: _Drawing, ready: queue.SimpleQueue[tuple[Any, Shown] | None]
) -> Iterator[tuple[Shown, int]]:
    """Shapes of one CRS and its code: the first batch at once, later ones gathered for a while."""
    gathered: list[Shown] = []
    due = time.monotonic()
    epsg = 0
    while True:
        try:
            batch = ready.get(timeout=max(due - time.monotonic(), 0.0) if gathered else None)
        except queue.Empty:
            yield np.concatenate(gathered), epsg
            gathered, due = [], time.monotonic() + LATER_SECONDS
            continue
        now = epsg if batch is None else work.epsg(*batch)
        if gathered and (batch is None or now != epsg):  # the end, or another layer
            yield np.concatenate(gathered), epsg
            gathered = []
        if batch is None:
            return
        epsg = now
        gathered.append(batch[1])
        del batch


def _assumed_epsg(crs: Any, shapes: Shown) -> int:
    """The file's CRS; degrees of Japan where it says nothing, 0 for anything else."""
    import pyproj
    import shapely

    if crs is not None:
        return epsg_of(pyproj.CRS(crs)) or 0
    west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
    return 6668 if west >= 122 and east <= 154 and south >= 20 and north <= 46 else 0


def _rough(shapes: Shown, epsg: int, target_epsg: int, metres: float) -> Iterator[Shapes]:
    import pyproj
    import shapely

    some = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    if not len(some) or not epsg:
        return
    move: Transformer | None = None
    step = metres
    if epsg != target_epsg:
        move = pyproj.Transformer.from_crs(epsg, target_epsg, always_xy=True)
        step = metres / DEGREE_M if pyproj.CRS(epsg).is_geographic else metres
    simple = (shapely.get_type_id(some) <= shapely.GeometryType.POLYGON).all()
    parts = some if simple else shapely.get_parts(some)
    parts = parts[~shapely.is_empty(parts)]
    dots = shapely.get_dimensions(parts) == 0
    if not dots.all():
        yield bare_shapes("line", _placed(rough_outlines(parts[~dots], step), move, metres))
    if dots.any():
        yield bare_shapes("point", _placed(rough_points(parts[dots], step), move, metres))


def _placed(level: Level, move: Transformer | None, metres: float) -> Level:
    """A level in the file's units as whole centimetres of the project CRS.

    What lies beyond the reach of centimetres goes to 0: a glimpse has no place to say so, the import has.
    """
    change = _as_it_is if move is None else near_enough(move.transform, level.xy, level.resolution_m, metres)
    xy = np.empty_like(level.xy)
    for first in range(0, len(xy), VERTICES_AT_ONCE):
        some = level.xy[first : first + VERTICES_AT_ONCE] * level.resolution_m
        moved = np.column_stack(change(some[:, 0].astype("f8"), some[:, 1].astype("f8")))
        xy[first : first + len(some)] = np.rint(np.where(np.abs(moved) < FARTHEST_M, moved, 0.0) / UNIT_M)
    return replace(level, resolution_m=UNIT_M, xy=xy)


def _as_it_is(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    return x, y


def near_enough(move: Move, steps: NDArray[np.int32], step: float, metres: float) -> Move:
    """A polynomial that places vertices as `move` does, to a quarter of a pixel; `move` where none does.

    steps, step   vertices (n, 2) on a grid, and its spacing; some of them are tried
    metres        a pixel on the ground
    Between coordinate systems of a country it is a sixth of the work.
    """
    if len(steps) < MANY:
        return move
    tried = steps[np.linspace(0, len(steps) - 1, TRIED).astype("i8")] * step
    low, high = steps.min(axis=0) * step, steps.max(axis=0) * step
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, step)
    places = np.column_stack(move(tried[:, 0], tried[:, 1]))
    if not np.isfinite(places).all():
        return move
    u, v = ((tried - middle) / half).T
    terms = polyvander2d(u[::2], v[::2], DEGREE)
    found = np.linalg.lstsq(terms, places[::2], rcond=None)[0]
    of_x, of_y = found.T.reshape(2, DEGREE[0] + 1, DEGREE[1] + 1)
    off = np.column_stack([polyval2d(u, v, of_x), polyval2d(u, v, of_y)]) - places
    if not np.abs(off).max() < metres / 4:
        return move

    def moved(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        u, v = (x - middle[0]) / half[0], (y - middle[1]) / half[1]
        return polyval2d(u, v, of_x), polyval2d(u, v, of_y)

    return moved
