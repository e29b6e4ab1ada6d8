"""The rows of a layer of features as the library gives them: in batches where it can, else at once."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from chiiki_gis.core.errors import Cancelled

if TYPE_CHECKING:
    import numpy
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

Seen: TypeAlias = "Callable[[str, Any, NDArray[numpy.object_]], None]"
"""Is told the shapes of a layer by its title as they are read, and the CRS that the file states or None."""

BATCH = 8192
"""Rows read at a time."""
COPIED_AT_ONCE = 8
"""Batches whose attributes are copied together: a batch keeps its shapes' bytes while a column lives."""
_PLAIN = frozenset({"OFTInteger", "OFTInteger64", "OFTReal", "OFTString"})
"""Kinds of columns that come in the same form either way."""


class _NotInBatches(Exception):
    """The library gives this layer in another form by batches, or not all of it."""


def failures() -> tuple[type[Exception], ...]:
    """What the library raises where it cannot read a file of features."""
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError, GeometryError
    from shapely.errors import ShapelyError

    return (
        DataSourceError, DataLayerError, FieldError, GeometryError, ShapelyError, UnicodeError, ValueError,
        UnboundLocalError,  # of pyogrio, where a .prj cannot be decoded
    )  # fmt: skip


def unseen(_title: str, _crs: Any, _shapes: NDArray[numpy.object_]) -> None:
    """Nobody looks on."""


def read_rows(
    path: Path, layer: str, encoding: str | None, title: str, seen: Seen = unseen
) -> tuple[GeoDataFrame, bool]:
    """The rows of a layer, and whether measures (M) of its shapes were left out.

    Dates come as texts. Raises what the library raises (`failures`), and what `seen` raises to stop.
    """
    import pyogrio

    count = 0

    def count_seen(title: str, crs: Any, shapes: NDArray[numpy.object_]) -> None:
        nonlocal count
        count += len(shapes)
        seen(title, crs, shapes)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _in_batches(path, layer, encoding, title, count_seen)
    except Cancelled:
        raise
    except Exception:  # of several libraries; what is wrong with the file shows below once more
        log.debug("「%s」 is not read in batches", title, exc_info=True)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=encoding, datetime_as_string=True)
    if hasattr(frame, "geometry"):
        seen(title, frame.crs, frame.geometry.to_numpy()[count:])
    return frame, any("Measured (M) geometry" in str(w.message) for w in caught)


def _in_batches(
    path: Path, layer: str, encoding: str | None, title: str, seen: Seen
) -> tuple[GeoDataFrame, bool]:
    """As `read_rows`, without ever holding the bytes of all shapes. Raises _NotInBatches."""
    import geopandas
    import numpy
    import pandas
    import pyarrow
    import pyogrio
    import shapely
    from pyogrio.raw import open_arrow

    with open_arrow(
        path, layer=layer, encoding=encoding, batch_size=BATCH, use_pyarrow=True, datetime_as_string=True
    ) as (meta, reader):
        column = meta["geometry_name"] or "wkb_geometry"
        if reader.schema.names.count(column) != 1 or not _is_plain(meta):
            raise _NotInBatches
        shapes = []
        copied: list[Any] = []
        waiting: list[Any] = []
        for batch in reader:
            some = shapely.from_wkb(batch.column(column).to_numpy(zero_copy_only=False))
            seen(title, meta["crs"], some)
            shapes.append(some)
            waiting.append(batch.drop_columns([column]))
            if len(waiting) == COPIED_AT_ONCE:
                copied.append(_copied(waiting))
                waiting = []
        if waiting:
            copied.append(_copied(waiting))
        columns = reader.schema.remove(reader.schema.get_field_index(column))
    geometry = numpy.concatenate(shapes) if shapes else numpy.empty(0, object)
    if len(geometry) < pyogrio.read_info(path, layer=layer, encoding=encoding)["features"]:
        raise _NotInBatches  # batches of a damaged file end early, and nobody is told
    values = pyarrow.concat_tables(copied) if copied else columns.empty_table()
    values.validate(full=True)  # texts are not looked at while they are read
    rows = values.to_pandas() if len(columns) else pandas.DataFrame(index=range(len(geometry)))
    return _without_measures(geopandas.GeoDataFrame(rows, geometry=geometry, crs=meta["crs"]))


def _is_plain(meta: dict[str, Any]) -> bool:
    return set(meta["ogr_types"]) <= _PLAIN and set(meta["ogr_subtypes"]) <= {"OFSTNone"}


def _copied(batches: list[Any]) -> Any:
    import pyarrow

    return pyarrow.Table.from_batches(batches).combine_chunks()


def _without_measures(frame: GeoDataFrame) -> tuple[GeoDataFrame, bool]:
    """Measures of flat shapes taken out, and whether there were any; others go with the height."""
    import numpy
    import shapely

    shapes = numpy.array(frame.geometry.values, dtype=object)
    measured = shapely.has_m(shapes)
    if not measured.any():
        return frame, False
    flat = measured & ~shapely.has_z(shapes)
    shapes[flat] = shapely.force_2d(shapes[flat])
    series = frame.geometry.__class__(shapes, index=frame.index, crs=frame.crs)
    return frame.set_geometry(series.rename(frame.geometry.name)), True
