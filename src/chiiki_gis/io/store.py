"""Where reference frames lie: immutable tables named by their content, and references to them."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from chiiki_gis import paths
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import FrameRef

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pandas import Series

BLOB_TABLE = "content"
_HASHED_AT_ONCE = 5_000
"""Shapes whose bytes are in memory at a time."""
_WRITTEN_AT_ONCE = 20_000
"""Rows of a blob that are in memory as bytes at a time."""
GPKG_VERSION = "1.3"
"""Read without a warning by the GDAL 3.6 and QGIS 3.22 of today's town halls."""
Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class TableRef:
    """A reference to one table of a GeoPackage: the project itself or a blob of the state folder.

    The blob of the same content comes first: under the table's name the project may hold another by now.
    """

    path: Path
    table: str
    content_hash: str
    count: int
    columns: tuple[str, ...]
    bounds: Bounds | None

    def get(self) -> GeoDataFrame:
        """Read the frame. Raises BadInput where neither the table nor its blob is there."""
        path, table = self.place()
        return read_table(path, table)

    def place(self) -> tuple[Path, str]:
        """The file and table that hold the content now."""
        blob = blob_path(self.content_hash)
        if blob.is_file():
            return blob, BLOB_TABLE
        if has_table(self.path, self.table):
            return self.path, self.table
        raise BadInput(
            f"「{self.table}」のデータが見つかりません。",
            f"「{self.path.name}」が移動したか、中の表が消されています。",
            "元のファイルを取り込み直してください。",
        )


@dataclass(frozen=True, eq=False)
class MemoryRef:
    """A reference whose frame is at hand: the command line's, for one run."""

    frame: GeoDataFrame
    content_hash: str

    @property
    def count(self) -> int:
        """Number of features."""
        return len(self.frame)

    @property
    def columns(self) -> tuple[str, ...]:
        """Attribute columns."""
        return attribute_columns(self.frame)

    @property
    def bounds(self) -> Bounds | None:
        """West, south, east, north."""
        return bounds_of(self.frame)

    def get(self) -> GeoDataFrame:
        """The frame."""
        return self.frame


def memory_ref(frame: GeoDataFrame) -> MemoryRef:
    """A reference to a frame at hand."""
    return MemoryRef(frame, content_hash(frame))


def keep_blob(frame: GeoDataFrame, digest: str | None = None) -> TableRef:
    """Write a frame as an immutable blob, unless it is there already, and refer to it."""
    digest = digest or content_hash(frame)
    path = blob_path(digest)
    if path.is_file():
        with suppress(OSError):  # its age says when it was last wanted
            os.utime(path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.stem}-{os.getpid()}.tmp.gpkg")
        _write_blob(frame, temporary)
        temporary.replace(path)
    return TableRef(path, BLOB_TABLE, digest, len(frame), attribute_columns(frame), bounds_of(frame))


def kept_as_blob(reference: FrameRef) -> TableRef:
    """The blob of a reference's content; its rows are read only where there is none yet."""
    path = blob_path(reference.content_hash)
    if not path.is_file():
        return keep_blob(reference.get(), reference.content_hash)
    with suppress(OSError):  # its age says when it was last wanted
        os.utime(path)
    return blob_ref(reference)


def blob_ref(reference: FrameRef) -> TableRef:
    """Where the blob of a reference's content lies, or will lie."""
    digest, columns = reference.content_hash, tuple(reference.columns)
    return TableRef(blob_path(digest), BLOB_TABLE, digest, reference.count, columns, reference.bounds)


def blob_path(digest: str) -> Path:
    """The file of a content in the user's state folder."""
    return paths.state_folder() / "blobs" / f"{digest}.gpkg"


def content_hash(frame: GeoDataFrame) -> str:
    """Hash of rows, columns and shapes; the same for equal frames on every machine."""
    import pandas

    total = hashlib.blake2b(digest_size=16)
    total.update(str(frame.crs.to_epsg() if frame.crs else None).encode())
    total.update(pandas.util.hash_pandas_object(frame.index.to_series(), index=False).to_numpy().tobytes())
    for column in attribute_columns(frame):
        total.update(column.encode())
        total.update(_value_hashes(frame[column]).tobytes())
    for first in range(0, len(frame), _HASHED_AT_ONCE):
        some = frame.geometry.iloc[first : first + _HASHED_AT_ONCE].to_wkb()
        total.update(b"".join(wkb or b"" for wkb in some))
    return total.hexdigest()


def _value_hashes(values: Series) -> NDArray[Any]:
    """A hash of every value's text; where equal values have equal texts, each value is hashed once."""
    import pandas

    codes = None
    if isinstance(values.dtype, pandas.StringDtype) or values.dtype.kind in "iub":
        codes, different = pandas.factorize(values)
        values = pandas.Series([*different.tolist(), None], dtype=object)  # missing ones have the code -1
    texts = values.astype(object).where(values.notna(), None).map(repr)
    hashes = pandas.util.hash_pandas_object(texts, index=False).to_numpy()
    return hashes if codes is None else hashes[codes]


def attribute_columns(frame: GeoDataFrame) -> tuple[str, ...]:
    """Columns without the geometry."""
    return tuple(str(c) for c in frame.columns if c != frame.geometry.name)


def bounds_of(frame: GeoDataFrame) -> Bounds | None:
    """Total bounds; None where nothing has a shape."""
    import numpy as np

    values = frame.total_bounds
    if not np.isfinite(values).all():
        return None
    west, south, east, north = (float(v) for v in values)
    return west, south, east, north


def read_table(path: Path, table: str) -> GeoDataFrame:
    """A table with its fids as index and "geometry" as its geometry."""
    import pyogrio

    frame = pyogrio.read_dataframe(path, layer=table, fid_as_index=True, datetime_as_string=True)
    frame.index = frame.index.astype("int64").rename("fid")
    return frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame


def read_column(reference: FrameRef, column: str) -> Series:
    """One column of a reference (index fid), read without the shapes. Raises BadInput as `TableRef.get`."""
    import pyogrio

    if not isinstance(reference, TableRef):
        values: Series = reference.get()[column]
        return values
    path, table = reference.place()
    rows = pyogrio.read_dataframe(
        path, layer=table, columns=[column], read_geometry=False, fid_as_index=True, datetime_as_string=True
    )
    return cast("Series", rows[column])


def write_table(frame: GeoDataFrame, path: Path, table: str, description: str = "") -> None:
    """Write a frame as one table of a GeoPackage, replacing a table of that name; fids are kept."""
    _write(_writable(frame), path, table, {"DESCRIPTION": description} if description else {})


def _write_blob(frame: GeoDataFrame, path: Path) -> None:
    """Write a frame as the one table of a new file, some rows after the other: they are copied to be written.

    Without an index of places: a blob is only ever read whole or by fid.
    """
    out = _writable(frame)
    for first in range(0, max(len(out), 1), _WRITTEN_AT_ONCE):
        some = out.iloc[first : first + _WRITTEN_AT_ONCE]
        _write(some, path, BLOB_TABLE, {"SPATIAL_INDEX": "NO"}, append=first > 0)


def _writable(frame: GeoDataFrame) -> GeoDataFrame:
    """Rows with their fids as a column, and nothing but texts where a column holds objects."""
    out = frame.copy(deep=False)
    for column in attribute_columns(out):
        if out[column].dtype == object:
            out[column] = out[column].map(_storable).astype("string")
    out.insert(0, "fid", out.index.astype("int64"))
    return out.reset_index(drop=True)


def _write(rows: GeoDataFrame, path: Path, table: str, options: dict[str, str], append: bool = False) -> None:
    import pyogrio

    pyogrio.write_dataframe(
        rows,
        path,
        layer=table,
        driver="GPKG",
        use_arrow=True,
        append=append,
        geometry_type="Unknown",
        dataset_options=None if path.exists() else {"VERSION": GPKG_VERSION},
        layer_options=None if append else {"FID": "fid", **options},
    )


def has_table(path: Path, table: str) -> bool:
    """True when a GeoPackage has a table of that name; reading changes no byte of it."""
    if not path.is_file():
        return False
    with read_only(path) as connection:
        query = "SELECT 1 FROM gpkg_contents WHERE table_name = ?"
        return connection.execute(query, (table,)).fetchone() is not None


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only SQLite connection that is closed at the end and leaves no side files."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        yield connection
    finally:
        connection.close()


def _storable(value: object) -> object:
    import pandas

    if value is None or value is pandas.NA or value != value:
        return None
    return value if isinstance(value, str) else str(value)
