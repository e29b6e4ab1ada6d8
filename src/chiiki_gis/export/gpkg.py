"""The plan as one clean GeoPackage: tables, looks, sources and the meaning of every column."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.dictionary import dictionary_rows, meaning_of
from chiiki_gis.export.gpkg_extensions import write_extensions
from chiiki_gis.export.outgoing import Outgoing, VerdictLike, export_frames, families
from chiiki_gis.export.qgis_style import qml
from chiiki_gis.export.shapefile_table import BULK
from chiiki_gis.export.staging import ExportResult, Reread, put_in_place, staging
from chiiki_gis.export.verify import NotTheSame, require_same
from chiiki_gis.io.own_looks import write_look
from chiiki_gis.io.project import is_project
from chiiki_gis.io.store import GPKG_VERSION

FILE_NAME = "submission.gpkg"
"""ASCII, because zip programs of other offices spoil Japanese names; never the name of a project."""

SIDE_FILES = ("-wal", "-shm", "-journal")
"""What a program that crashed has left beside a former file; SQLite would play it into the new one."""

_TYPES = {"point": "Point", "line": "MultiLineString", "polygon": "MultiPolygon"}

_STYLES = """CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
    f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME)"""
"""The table in which QGIS looks for a layer's style."""

_TABLES = (
    ("source", "出典", "レイヤの出典", ("table_name", "title", "source", "crs")),
    (
        "field_dictionary",
        "列の説明",
        "列の名称と意味",
        ("table_name", "title", "column_name", "japanese", "type", "meaning"),
    ),
)


def export_gpkg(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    stamp: date | None = None,
    with_consented_houses: bool = False,
    degrees: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the plan into one GeoPackage.

    target   a folder, or a file ending in .gpkg
    degrees  in longitude and latitude (EPSG:6668) in place of the project CRS
    stamp    the date of making, today by default; equal values and stamp give equal bytes
    Tables have English names (the roles) and Japanese titles; codes stay codes, with QGIS showing the words.
    The file is read again and compared before it takes its place. Raises BadInput where it cannot be written
    or a project lies there, NotTheSame when the comparison fails; an existing file then stays.
    """
    progress = progress or Quiet()
    path = target if target.suffix.lower() == ".gpkg" else target / FILE_NAME
    if is_project(path):
        raise BadInput(
            f"「{path.name}」に書き出しませんでした。",
            "同じ名前のプロジェクトがあります。",
            "プロジェクトとは別のフォルダか名前を選んでください。",
        )
    layers, notes = export_frames(
        values, verdicts, with_consented_houses=with_consented_houses, degrees=degrees
    )
    with staging(path.parent) as stage:
        made = stage / path.name
        with _file_date(stamp or date.today()):
            for done, layer in enumerate(layers):
                progress.step(done, len(layers), f"「{layer.title}」を書き出しています")
                write_layer(layer, layers, made)
        _write_tables(values, layers, made, stamp or date.today())
        _verify(layers, made)
        stale = [f"{path.name}{end}" for end in SIDE_FILES]
        files = put_in_place(stage, [path.name], path.parent, stale)
    reread = tuple(Reread(path.name, x.title, len(x.frame)) for x in layers)
    return ExportResult(files, notes, reread)


@contextmanager
def _file_date(stamp: date) -> Iterator[None]:
    """Inside, GDAL writes `stamp` as the date of every change."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{stamp.isoformat()}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_layer(layer: Outgoing, layers: Sequence[Outgoing], path: Path) -> None:
    """Write one table into a file, which is made if need be; `layers` are all that go into it."""
    import pyogrio

    kinds = families(layer)
    is_multi = kinds != ["point"] and len(kinds) == 1 and not _is_long_and_single(layer)
    frame = layer.frame.reset_index()
    kind = _TYPES[kinds[0]] if is_multi else _TYPES[kinds[0]].removeprefix("Multi")
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer.table,
        driver="GPKG",
        use_arrow=True,
        geometry_type=kind if _is_uniform(layer) else "Unknown",
        promote_to_multi=is_multi,
        dataset_options={"VERSION": GPKG_VERSION} if not path.exists() else None,
        layer_options={
            "FID": "fid",
            "GEOMETRY_NAME": "geometry",
            "IDENTIFIER": _identifier(layer, layers),
            "DESCRIPTION": layer.source,
        },
    )


def _is_long_and_single(layer: Outgoing) -> bool:
    """Whether making multi-parts of single parts would take longer than writing them."""
    return len(layer.frame) > BULK and not layer.frame.geom_type.str.startswith("Multi").any()


def _is_uniform(layer: Outgoing) -> bool:
    kinds = families(layer)
    return len(kinds) == 1 and not any(layer.frame.geometry.geom_type == "MultiPoint")


def _identifier(layer: Outgoing, layers: Sequence[Outgoing]) -> str:
    """gpkg_contents.identifier must be unique: layers of one name are told apart by their table."""
    twins = [x for x in layers if x.title == layer.title]
    return layer.title if len(twins) == 1 else f"{layer.title} ({layer.table})"


def _write_tables(values: Snapshot, layers: Sequence[Outgoing], path: Path, stamp: date) -> None:
    """Styles, sources and the dictionary, each registered as a table of attributes."""
    moment = f"{stamp.isoformat()}T00:00:00.000Z"
    sources = [
        [x.table, x.title, x.source or f"{values.header.title}作成", crs_label(x.epsg)] for x in layers
    ]
    meanings = [row for x in layers for row in _dictionary(x)]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        register = "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        connection.execute(_STYLES)
        connection.execute(
            f"{register} VALUES ('layer_styles', 'attributes', 'layer_styles', 'QGISのスタイル', ?)", [moment]
        )
        for layer in layers:
            for number, family in enumerate(families(layer)):
                name = layer.table if number == 0 else f"{layer.table}_{family}"
                style = qml(layer.style, family, layer.fields)
                connection.execute(
                    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
                    " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
                    " update_time) VALUES ('', '', ?, 'geometry', ?, ?, '', ?, ?, '', ?)",
                    [layer.table, name, style, int(number == 0), layer.title, moment],
                )
        for (table, title, about, columns), rows in zip(_TABLES, (sources, meanings), strict=True):
            shape = ", ".join(f"{column} TEXT" for column in columns)
            connection.execute(f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY NOT NULL, {shape})")
            connection.execute(f"{register} VALUES (?, 'attributes', ?, ?, ?)", [table, title, about, moment])
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        write_extensions(connection, values, layers, moment)
        for layer in layers:
            write_look(connection, layer.table, layer.role, layer.style, moment)


def _dictionary(layer: Outgoing) -> list[list[str]]:
    rows = dictionary_rows(layer.table, layer.title, [(f.name, f, 0, 0) for f in layer.fields])
    return [
        [row[0], row[1], row[2], row[3], row[5], meaning_of(field)]
        for row, field in zip(rows, layer.fields, strict=True)
    ]


def _verify(layers: Sequence[Outgoing], path: Path) -> None:
    import pyogrio

    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        answer = connection.execute("PRAGMA quick_check").fetchone()[0]
    left = [p.name for p in path.parent.glob(f"{path.name}-*")]
    with path.open("rb") as file:
        versions = file.read(20)[18:20]
    if answer != "ok" or left or versions != b"\x01\x01":
        raise NotTheSame(
            f"「{path.name}」を書き出しませんでした。",
            "書いたファイルの内部に不整合がありました。",
            "もう一度書き出し、続くときは別のフォルダを選んでください。",
        )
    for layer in layers:
        read = pyogrio.read_dataframe(path, layer=layer.table, fid_as_index=True)
        require_same(layer.frame.reset_index(), read.reset_index(), layer.title)
