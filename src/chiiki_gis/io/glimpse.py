"""A first look at a file while it is still being imported: its bare lines and points, at screen resolution.

Nothing is mended, recognised or kept; the picture only has to be there before the import is.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from chiiki_gis.core.errors import BadInput
from chiiki_gis.io.cache import UNIT_M, Level, Shapes
from chiiki_gis.io.cache_build import FARTHEST_M, bare_shapes
from chiiki_gis.io.format_table import require_file
from chiiki_gis.io.levels import rough_outlines, rough_points
from chiiki_gis.io.vector import epsg_of, failures

if TYPE_CHECKING:
    from pyproj import Transformer

log = logging.getLogger(__name__)

PLAIN_FORMATS = (".shp", ".gpkg", ".geojson", ".json")
BATCH = 8192
FIRST_SECONDS, LATER_SECONDS = 0.0, 0.25
"""The first batch is shown at once, later ones are gathered for so long."""
DEGREE_M = 111_000.0
WAITING = 4
"""Batches read ahead while earlier ones are worked on."""


def glimpses(
    path: Path, target_epsg: int, metres: float, asked: int | None = None, layers: tuple[str, ...] = ()
) -> Iterator[Shapes]:
    """The file's shapes, a part at a time, in the project CRS; none where it is no plain vector file.

    metres   vertices nearer to each other than this may fall together
    asked    EPSG code of the file where the user says so
    layers   only these of the file; all where empty
    """
    if path.suffix.lower() not in PLAIN_FORMATS or not path.is_file():
        return
    try:
        require_file(path)  # of what is not what its name says, the library might write notes beside it
    except BadInput:
        return
    gathered: list[NDArray[np.object_]] = []
    due = time.monotonic() + FIRST_SECONDS
    epsg = 0
    known: dict[object, int] = {}
    for crs, shapes in _read_ahead(path, layers):
        if crs not in known:
            known[crs] = asked or _assumed_epsg(crs, shapes)
        if gathered and known[crs] != epsg:  # another layer
            yield from _rough(np.concatenate(gathered), epsg, target_epsg, metres)
            gathered = []
        epsg = known[crs]
        gathered.append(shapes)
        if time.monotonic() >= due:
            yield from _rough(np.concatenate(gathered), epsg, target_epsg, metres)
            gathered, due = [], time.monotonic() + LATER_SECONDS
    if gathered:
        yield from _rough(np.concatenate(gathered), epsg, target_epsg, metres)


def _read_ahead(path: Path, layers: tuple[str, ...]) -> Iterator[tuple[Any, NDArray[np.object_]]]:
    """Batches of geometries with the file's CRS, read in a thread of their own while others are drawn."""
    ready: queue.Queue[tuple[Any, Any] | None] = queue.Queue(WAITING)
    stopped = threading.Event()
    reader = threading.Thread(target=_read, name="glimpse", args=(path, layers, ready, stopped), daemon=True)
    reader.start()
    try:
        while (batch := ready.get()) is not None:
            yield batch
    finally:  # an import that was stopped must not keep the file open
        stopped.set()
        while reader.is_alive():
            with suppress(queue.Empty):
                ready.get(timeout=0.05)


def _read(
    path: Path,
    layers: tuple[str, ...],
    ready: queue.Queue[tuple[Any, Any] | None],
    stopped: threading.Event,
) -> None:
    import pyogrio

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library wonders about is for the import to hear
            for name, kind in pyogrio.list_layers(path):
                if kind is not None and not stopped.is_set() and (not layers or name in layers):
                    _read_layer(path, str(name), ready, stopped)
    except KeyError:
        log.info("no glimpse of a file without shapes")
    except failures() as error:
        log.info("no glimpse of a file: %s", type(error).__name__)  # the import itself will say why
    finally:
        ready.put(None)


def _read_layer(
    path: Path, layer: str, ready: queue.Queue[tuple[Any, Any] | None], stopped: threading.Event
) -> None:
    import shapely
    from pyogrio.raw import open_arrow

    with open_arrow(path, layer=layer, columns=[], batch_size=BATCH, use_pyarrow=True) as (meta, reader):
        column = meta["geometry_name"] or "wkb_geometry"
        for batch in reader:
            if stopped.is_set():
                break
            wkb = batch.column(column).to_numpy(zero_copy_only=False)
            ready.put((meta["crs"], shapely.from_wkb(wkb, on_invalid="ignore")))


def _assumed_epsg(crs: Any, shapes: NDArray[np.object_]) -> int:
    """The file's CRS; degrees of Japan where it says nothing, 0 for anything else."""
    import pyproj
    import shapely

    if crs is not None:
        return epsg_of(pyproj.CRS(crs)) or 0
    west, south, east, north = (float(v) for v in shapely.total_bounds(shapes))
    return 6668 if west >= 122 and east <= 154 and south >= 20 and north <= 46 else 0


def _rough(shapes: NDArray[np.object_], epsg: int, target_epsg: int, metres: float) -> Iterator[Shapes]:
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
        yield bare_shapes("line", _placed(rough_outlines(parts[~dots], step), move))
    if dots.any():
        yield bare_shapes("point", _placed(rough_points(parts[dots], step), move))


def _placed(level: Level, move: Transformer | None) -> Level:
    """A level in the file's units as whole centimetres of the project CRS.

    What lies beyond the reach of centimetres goes to 0: a glimpse has no place to say so, the import has.
    """
    x, y = level.xy[:, 0] * level.resolution_m, level.xy[:, 1] * level.resolution_m
    if move is not None:
        x, y = move.transform(x, y)
    xy = np.column_stack([np.where(np.abs(v) < FARTHEST_M, v, 0.0) / UNIT_M for v in (x, y)])
    return replace(level, resolution_m=UNIT_M, xy=np.rint(xy).astype("i4"))
