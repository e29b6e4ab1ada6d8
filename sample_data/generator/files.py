"""Writing the shapes that offices publish, byte for byte the same every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import fiona
import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from generator.land import EPSG

MADE = (2026, 4, 1, 0, 0, 0)
DBF_DATE = "2026-04-01"
JGD2011_PRJ = (
    'GEOGCS["GCS_JGD_2011",DATUM["D_JGD_2011",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)
_TO_DEGREES = Transformer.from_crs(EPSG, 6668, always_xy=True)
Row = Mapping[str, object]


def degrees(shape: BaseGeometry) -> BaseGeometry:
    """Plane VIII to longitude and latitude, rounded to 1e-9° (0.1 mm)."""

    def moved(xy: np.ndarray) -> np.ndarray:
        return np.round(np.column_stack(_TO_DEGREES.transform(xy[:, 0], xy[:, 1])), 9)

    return shapely.transform(shape, moved)


def shapefile(
    name: str,
    fields: Mapping[str, str],
    rows: Sequence[tuple[BaseGeometry, Row]],
    kind: str,
) -> dict[str, bytes]:
    """The parts of one Shapefile in degrees (JGD2011), without .cpg, as 国土数値情報 is published."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.shp"
        schema = {"geometry": kind, "properties": dict(fields)}
        with fiona.open(
            path, "w", driver="ESRI Shapefile", schema=schema, crs="EPSG:6668", encoding="LDID/19",
            DBF_DATE_LAST_UPDATE=DBF_DATE,
        ) as sink:  # fmt: skip
            sink.writerecords(
                {"geometry": mapping(degrees(shape)), "properties": {f: row.get(f) for f in fields}}
                for shape, row in rows
            )
        parts = {f"{name}{end}": path.with_suffix(end).read_bytes() for end in (".shp", ".shx", ".dbf")}
    parts[f"{name}.prj"] = JGD2011_PRJ.encode()
    return parts


def meta(title: str, identifier: str) -> bytes:
    """A small KS-META file as it lies in the zips of 国土数値情報."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<MD_Metadata>
  <fileIdentifier>{identifier}</fileIdentifier>
  <title>{title}（架空の町の見本データ）</title>
  <abstract>実在しない町のデータです。地名も数値もすべて架空です。</abstract>
  <referenceSystem><code>JGD2011 / (B, L)</code></referenceSystem>
</MD_Metadata>
""".encode()


def pack(files: Mapping[str, bytes], folder: str = "", cp932: bool = False) -> bytes:
    """A zip with pinned times and order. With `cp932` the names are stored as Shift_JIS bytes, unflagged."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            full = f"{folder}/{name}" if folder else name
            entry = _SjisInfo(full, MADE) if cp932 else zipfile.ZipInfo(full, MADE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name], compresslevel=9)
    return buffer.getvalue()


class _SjisInfo(zipfile.ZipInfo):
    """A zip entry whose name is stored in CP932, as Japanese Windows does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802  # the library's own name
        return self.filename.encode("cp932"), self.flag_bits & ~0x800
