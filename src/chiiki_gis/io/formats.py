"""Reading any file of the table of formats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from chiiki_gis.core.errors import BadInput, CrsMissing
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.submission import MANIFEST, TABLES
from chiiki_gis.io.containers import unpacked, without_twins
from chiiki_gis.io.format_table import Format, content_of, format_of, is_raster, require_file
from chiiki_gis.io.places import require_horizontal
from chiiki_gis.io.rows import Seen, unseen
from chiiki_gis.io.shapefile import find_part
from chiiki_gis.io.tabular import read_csv, read_json_rows
from chiiki_gis.io.vector import Table, read_osm, read_vector
from chiiki_gis.io.xml_files import read_xml, require_osm

MAX_FILE_BYTES = 4_000_000_000
"""No file of features that a town needs is larger; a Shapefile cannot be."""

OF_PACKAGE = f"提出一式なので、計画のデータ（{TABLES}）だけを読みました。ほかの形式のファイルは同じ内容です。"


@dataclass(frozen=True)
class ReadResult:
    """What a file holds, layer by layer, and what is to be said of the file as a whole."""

    format: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def read(
    path: Path,
    options: ImportOptions = ImportOptions(),  # noqa: B008  # a frozen value
    progress: Progress = Quiet(),  # noqa: B008  # a frozen value
    seen: Seen = unseen,
) -> ReadResult:
    """Read a file's features as they are. Raises BadInput for anything that cannot be read.

    seen   is told the shapes of a map file as they are read
    """
    path = _shapefile_of(path)
    known = require_file(path)
    if known.is_raster:
        raise BadInput(
            f"「{path.name}」から図形を読めませんでした。",
            "画像のファイルで、図形が入っていません。",
            "Shapefileなど、図形のデータを選んでください。",
        )
    check_options(path, options)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            f"ファイルの大きさが{MAX_FILE_BYTES / 1e9:.0f}GBを超えています。",
            "必要な市町村だけを切り出したファイルを入手してください。",
        )
    progress.step(0, 1, f"「{path.name}」を読んでいます")
    if known.reader == "zip":
        return _read_zip(path, known, options, progress, seen)
    return ReadResult(known.id, tuple(_read_plain(path, known, options, seen)))


def check_options(path: Path, options: ImportOptions) -> None:
    """What a user says about a file must exist, whatever the format. Raises BadInput."""
    if options.epsg is not None:
        require_horizontal(options.epsg, path.name)
    if options.encoding is None:
        return
    try:
        b"a".decode(options.encoding)
    except (LookupError, UnicodeError, ValueError) as error:
        raise BadInput(
            f"「{path.name}」を読み込めませんでした。",
            f"「{options.encoding}」という文字コードはありません。",
            "「CP932」か「UTF-8」を指定してください。",
        ) from error


def _shapefile_of(path: Path) -> Path:
    """The .shp that a user means by one of its parts, or by a folder that holds a single Shapefile.

    Raises BadInput where that Shapefile has lost its .shp.
    """
    parts = (".shp", ".shx", ".dbf", ".prj", ".cpg")
    if path.is_dir():
        stems = {p.stem for p in path.iterdir() if p.suffix.lower() in parts[:3]}
        if len(stems) != 1:
            return path
        path = path / f"{stems.pop()}.shp"
    elif path.suffix.lower() not in parts or (path.suffix.lower() == ".shp" and path.is_file()):
        return path
    shapefile = find_part(path, ".shp")
    if shapefile is not None:
        return shapefile
    missing = [end for end in parts[:3] if find_part(path, end) is None]
    if len(missing) == 3:
        return path
    raise BadInput(
        f"「{path.with_suffix('.shp').name}」を開けませんでした。",
        f"Shapefileに必要な{'と'.join(f'「{path.stem}{m}」' for m in missing)}がありません。",
        "同じ名前の.shp・.shx・.dbfがそろったフォルダから選び直してください。",
    )


def _read_plain(path: Path, known: Format, options: ImportOptions, seen: Seen) -> list[Table]:
    if known.driver is not None:
        _require_driver(path, known)
    if known.reader == "table":
        return [read_csv(path, options.encoding, options.epsg, options.columns)]
    if known.reader == "workbook":
        from chiiki_gis.io.workbook import read_workbook

        return read_workbook(path, options.layer, options.epsg, options.columns)
    if known.reader == "parquet":
        from chiiki_gis.io.parquet import read_parquet

        return [read_parquet(path, options.epsg)]
    if known.reader == "osm":
        if content_of(path) == "xml":
            require_osm(path)
        return read_osm(path, options.epsg)
    if known.reader == "xml":
        return read_xml(path, options)
    if known.id == "geojson" and (rows := read_json_rows(path, options.epsg, options.columns)) is not None:
        return [rows]
    return read_vector(path, known.id, options.layer, options.encoding, options.epsg, seen)


def _require_driver(path: Path, known: Format) -> None:
    import pyogrio

    if known.driver not in pyogrio.list_drivers(read=True):
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            f"この環境の読み取り部品（GDAL）には、{known.label}を読む機能（{known.driver}）がありません。",
            "GeoPackageかShapefileに変換したものを選んでください。",
        )


def _read_zip(
    path: Path, known: Format, options: ImportOptions, progress: Progress, seen: Seen
) -> ReadResult:
    with unpacked(path) as folder:
        readable = sorted(p for p in folder.rglob("*") if p.is_file() and _is_data(p))
        found = [p for p in readable if not is_raster(p)]
        kept, twins = without_twins(found, folder)
        distinct = _without_copies(kept)
        notes = [f"同じ内容のファイルが{len(twins)}件あり、UTF-8の方を読みました。"] if twins else []
        if len(distinct) < len(kept):
            notes.append(
                f"同じ名前で形式の違うファイルが{len(kept) - len(distinct)}件あり、一つずつ読みました。"
            )
        pictures = len(readable) - len(found)
        if pictures:
            notes.append(f"zipの中の画像{pictures}件は読んでいません。使うときは、展開して選んでください。")
        kept = distinct
        if (package := _tables_of_package(folder)) is not None:
            kept, notes = [package], [OF_PACKAGE]
        if options.layer is not None:
            kept = [p for p in kept if p.stem == options.layer] or kept
        if not kept:
            raise BadInput(
                f"「{path.name}」を取り込めませんでした。",
                "zipの中に読める地図データがありません。",
                "Shapefile・GeoJSON・GeoPackage・CSVの入ったzipを選ぶか、画像なら展開して選んでください。",
            )
        tables, left = _read_each(kept, options, progress, seen)
    return ReadResult(known.id, tuple(tables), (*notes, *left))


def _tables_of_package(folder: Path) -> Path | None:
    """The tables of a package of ours; its other files say the same, and must not come in twice."""
    found = next(folder.glob(f"*/{TABLES}"), None)
    return found if found is not None and (found.parents[1] / MANIFEST).is_file() else None


def _is_data(path: Path) -> bool:
    """Whether a file of a zip is read. Of XML only 基盤地図情報 is: others describe the data beside them."""
    known = format_of(path)
    if known is None or known.reader in ("zip", "refused"):
        return False
    return known.in_zip or path.name.startswith("FG-GML-")


def _read_each(
    kept: list[Path], options: ImportOptions, progress: Progress, seen: Seen
) -> tuple[list[Table], list[str]]:
    """The tables of unpacked files; one that cannot be read is told and left where others can be."""
    tables: list[Table] = []
    refused: list[BadInput] = []
    named = options.layer is not None and any(p.stem == options.layer for p in kept)
    inner = replace(options, layer=None) if named else options
    for number, file in enumerate(kept):
        progress.step(number, len(kept), f"「{file.name}」を読んでいます")
        try:
            tables.extend(_read_plain(file, require_file(file), inner, seen))
        except CrsMissing:
            raise
        except BadInput as error:
            refused.append(error)
    if not tables:
        raise refused[0]
    return tables, [f"{error.what}{error.why}" for error in refused]


def _without_copies(paths: list[Path]) -> list[Path]:
    """One file of each name: a Shapefile before the GeoJSON of the same data."""
    order = {".shp": 0, ".gpkg": 1, ".fgb": 2, ".geojson": 3, ".json": 4, ".gml": 5, ".csv": 6}
    best: dict[str, Path] = {}
    for path in sorted(paths, key=lambda p: order.get(p.suffix.lower(), 9)):
        best.setdefault(path.stem, path)
    return sorted(best.values())
