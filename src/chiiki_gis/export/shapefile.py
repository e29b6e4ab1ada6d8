"""Shapefiles that the prefecture's desk can open: CP932, exact fields, read again by two libraries.

One file per layer, two for facilities (points; sites as polygons). File names are ASCII, since the five files
of a Shapefile belong together by name and zip programs on Windows and elsewhere spoil Japanese names in
different ways; the Japanese names stand in 属性定義.csv.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from chiiki_gis.core.crs import crs_label
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.dbf_table import dbf_table, foreign_in, require_writable
from chiiki_gis.export.dictionary import (
    DICTIONARY_COLUMNS,
    SOURCE_COLUMNS,
    csv_bytes,
    dictionary_rows,
    former_files,
    words_of,
)
from chiiki_gis.export.outgoing import (
    Family,
    Outgoing,
    VerdictLike,
    export_frames,
    families,
    family_column,
    in_words,
)
from chiiki_gis.export.shapefile_table import ShapefileTable, verify_table, write_table, written_columns
from chiiki_gis.export.staging import ExportResult, Reread, put_in_place, staging

DICTIONARY_FILE = "属性定義.csv"
SOURCE_FILE = "出典.csv"
SIDE_FILES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
STALE_SIDE_FILES = (".qix", ".sbn", ".sbx", ".qpj", ".idm", ".ind", ".shp.xml", ".fbn", ".fbx", ".atx")
"""Indexes and metadata of a former file of that name; they would lie about the new one."""

_PARTS: dict[Family, tuple[str, str]] = {
    "point": ("_point", "点"),
    "line": ("_line", "線"),
    "polygon": ("_polygon", "敷地"),
}
_SHAPES: dict[Family, str] = {"point": "Point", "line": "LineString", "polygon": "Polygon"}


def foreign_characters(
    values: Snapshot, verdicts: Sequence[VerdictLike], *, with_consented_houses: bool = False
) -> dict[str, str | None]:
    """Characters of names that a Shapefile cannot hold, each with a proposal or None.

    For the question before an export; what the planner agrees to is handed to `export_shapefile`.
    """
    layers, _ = export_frames(values, verdicts, with_consented_houses=with_consented_houses)
    return foreign_in([_in_words(layer) for layer in layers])


def export_shapefile(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    stamp: date | None = None,
    substitutions: Mapping[str, str] | None = None,
    with_consented_houses: bool = False,
    degrees: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the plan as CP932 Shapefiles with 属性定義.csv and 出典.csv into a folder.

    stamp           date in the .dbf, today by default; equal values and stamp give equal bytes
    substitutions   character → replacement that the planner has agreed to, for names too
    degrees         in longitude and latitude (EPSG:6668) in place of the project CRS
    Numbers are kept to the decimals of 属性定義.csv, codes are written as Japanese words, flags as 0 and 1;
    JSON columns stay behind, but for 仮定値. Empty layers are left out with a note.
    Raises BadInput for names with characters outside CP932, for a text over 254 bytes, for a number too long,
    or a folder that cannot be written; NotTheSame when a file read again differs. The folder then stays.
    """
    progress = progress or Quiet()
    layers, noted = export_frames(
        values, verdicts, with_consented_houses=with_consented_houses, degrees=degrees
    )
    notes = [
        *noted,
        *(f"「{x.title}」は地物がないため、Shapefileを作っていません。" for x in layers if x.frame.empty),
    ]
    notes += [
        f"「{x.title}」の列「{field.japanese}」（JSON）はShapefileに入らないため、書き出していません"
        "（GeoPackageにはあります）。"
        for x in layers
        for field in x.fields
        if not field.short and x.frame[field.name].notna().any()
    ]
    filled = [_in_words(layer) for layer in layers if len(layer.frame)]
    require_writable(filled, substitutions or {})
    tables = [table for layer in filled for table in tables_of(layer, substitutions or {}, notes)]
    with staging(target) as stage:
        for done, table in enumerate(tables):
            progress.step(done, len(tables), f"「{table.title}」を書き出しています")
            write_table(table, stage, stamp or date.today())
            verify_table(table, stage)
        _write_lists(values, tables, stage)
        names = [f"{table.stem}{end}" for table in tables for end in SIDE_FILES]
        names += [DICTIONARY_FILE, SOURCE_FILE]
        stale = _stale(target, {table.stem for table in tables}, notes)
        files = put_in_place(stage, names, target, stale)
    reread = tuple(Reread(f"{t.stem}.shp", t.title, len(t.frame)) for t in tables)
    return ExportResult(files, tuple(dict.fromkeys(notes)), reread)


def _in_words(layer: Outgoing) -> Outgoing:
    words = {field.name: words_of(field) for field in layer.fields}
    return replace(layer, frame=in_words(layer.frame, words))


def tables_of(layer: Outgoing, substitutions: Mapping[str, str], notes: list[str]) -> list[ShapefileTable]:
    """The files of one layer: two where it holds points and polygons, facilities always by name."""
    kinds = families(layer)
    tables = []
    mine = family_column(layer).fillna(kinds[0])
    for kind in kinds:
        part = layer.frame[mine == kind]
        named = layer.role == Role.FACILITY or len(kinds) > 1
        end, word = _PARTS[kind] if named else ("", "")
        title = f"{layer.title}_{word}" if word else layer.title
        columns, frame = dbf_table(replace(layer, frame=part, title=title), substitutions, notes)
        shape = _SHAPES[kind]
        if kind == "point" and any(part.geometry.geom_type == "MultiPoint"):
            shape = "MultiPoint"
        tables.append(ShapefileTable(f"{layer.table}{end}", title, layer, shape, columns, frame))
    return tables


def _write_lists(values: Snapshot, tables: Sequence[ShapefileTable], stage: Path) -> None:
    meanings = [
        row for t in tables for row in dictionary_rows(f"{t.stem}.shp", t.title, written_columns(t, stage))
    ]
    sources = [
        [f"{t.stem}.shp", t.title, t.layer.source or f"{values.header.title}作成", crs_label(t.layer.epsg)]
        for t in tables
    ]
    (stage / DICTIONARY_FILE).write_bytes(csv_bytes(DICTIONARY_COLUMNS, meanings))
    (stage / SOURCE_FILE).write_bytes(csv_bytes(SOURCE_COLUMNS, sources))


def _stale(folder: Path, stems: set[str], notes: list[str]) -> list[str]:
    """Files of a former export that would lie beside the new one.

    Side files of replaced Shapefiles, and whole Shapefiles that a former 属性定義.csv of ours names and that
    are not written any more.
    """
    gone = sorted(
        name
        for name in former_files(folder / DICTIONARY_FILE)
        if name.endswith(".shp") and name[:-4] not in stems and (folder / name).is_file()
    )
    if gone:
        notes.append(f"前回書き出した「{'」「'.join(gone)}」は、今回は地物がないため消しました。")
    names = [f"{stem}{end}" for stem in sorted(stems) for end in STALE_SIDE_FILES]
    names += [f"{name[:-4]}{end}" for name in gone for end in (*SIDE_FILES, *STALE_SIDE_FILES)]
    return [name for name in names if (folder / name).is_file()]
