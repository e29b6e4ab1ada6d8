"""One Shapefile: written with exact fields, or in bulk where it is long, and read again."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.export.dbf_table import DbfColumn
from chiiki_gis.export.dictionary import Field
from chiiki_gis.export.outgoing import Outgoing
from chiiki_gis.export.verify import require_same

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

BULK = 20_000
"""Rows from which a table is written in bulk: seven times faster, with the field widths of the library."""

SHIFT_JIS = 0x13
"""Language id of Japanese (Windows) in byte 29 of a .dbf."""


@dataclass(frozen=True, eq=False)
class ShapefileTable:
    """One Shapefile to be: its stem, Japanese title, and what lies in it.

    frame   named as the file's columns; its values are those that must come back
    """

    stem: str
    title: str
    layer: Outgoing
    shape: str
    columns: tuple[DbfColumn, ...]
    frame: GeoDataFrame

    @property
    def is_bulk(self) -> bool:
        """Written by columns, not by rows."""
        return len(self.frame) > BULK


def write_table(table: ShapefileTable, stage: Path, stamp: date) -> None:
    """Write the five files into a folder that has none of them.

    stamp   date in the .dbf
    """
    path = stage / f"{table.stem}.shp"
    wkt = table.frame.crs.to_wkt("WKT1_ESRI")
    if table.is_bulk:
        _write_bulk(table, path, stamp)
    else:
        _write_rows(table, path, wkt, stamp)
    path.with_suffix(".cpg").write_bytes(b"CP932")
    path.with_suffix(".prj").write_text(wkt, encoding="ascii")


def verify_table(table: ShapefileTable, stage: Path) -> None:
    """Read the file again as CP932, and a short one once more as its .cpg and language id say.

    Raises NotTheSame.
    """
    import fiona
    import geopandas
    import pyogrio

    path = stage / f"{table.stem}.shp"
    read = pyogrio.read_dataframe(path, encoding="CP932")
    require_same(table.frame, read, table.title)
    if table.is_bulk:
        return
    with fiona.open(path, ignore_geometry=True) as file:
        found = [row["properties"] for row in file]
    texts = {c.name: [row.get(c.name) for row in found] for c in table.columns}
    require_same(table.frame, geopandas.GeoDataFrame(texts, geometry=read.geometry), table.title)


def written_columns(table: ShapefileTable, stage: Path) -> Iterator[tuple[str, Field, int, int]]:
    """Name, field, width and decimals of every column, as the header of the finished .dbf has them."""
    with (stage / f"{table.stem}.dbf").open("rb") as file:
        head = file.read(32)
        raw = file.read(struct.unpack("<H", head[8:10])[0] - 33)
    for column, start in zip(table.columns, range(0, len(raw), 32), strict=True):
        yield column.name, column.field, raw[start + 16], raw[start + 17]


def _write_rows(table: ShapefileTable, path: Path, wkt: str, stamp: date) -> None:
    """By rows, each field as wide as the dictionary says.

    LDID/19 is the only way to language id 0x13 in the .dbf. It fails where a .cpg lies beside the file, so
    ours is written afterwards.
    """
    import fiona

    with fiona.open(
        path,
        "w",
        driver="ESRI Shapefile",
        schema={"geometry": table.shape, "properties": {c.name: c.fiona for c in table.columns}},
        crs_wkt=wkt,
        encoding="LDID/19",
        DBF_DATE_LAST_UPDATE=stamp.isoformat(),
    ) as file:
        file.writerecords(_records(table))


def _records(table: ShapefileTable) -> Iterator[dict[str, Any]]:
    from shapely.geometry import MultiPoint, mapping

    names = [column.name for column in table.columns]
    values = [table.frame[name].tolist() for name in names]
    for position, shape in enumerate(table.frame.geometry):
        if shape is not None and shape.is_empty:
            shape = None
        if shape is not None and table.shape == "MultiPoint" and shape.geom_type == "Point":
            shape = MultiPoint([shape])
        yield {
            "geometry": None if shape is None else mapping(shape),
            "properties": {name: column[position] for name, column in zip(names, values, strict=True)},
        }


def _write_bulk(table: ShapefileTable, path: Path, stamp: date) -> None:
    """By columns. The library writes language id 0 and widths of its own; all was checked before."""
    import pyogrio

    frame = table.frame.copy(deep=False)
    for column in table.columns:
        kind = "Float64" if column.decimals else "Int64"
        if column.field.type not in ("text", "json"):
            frame[column.name] = frame[column.name].astype(kind)
    pyogrio.write_dataframe(
        frame,
        path,
        driver="ESRI Shapefile",
        encoding="CP932",
        geometry_type=table.shape,
        layer_options={"DBF_DATE_LAST_UPDATE": stamp.isoformat()},
    )
    with path.with_suffix(".dbf").open("r+b") as file:
        file.seek(29)
        file.write(bytes([SHIFT_JIS]))
