"""The table of file formats, and reading any file of the table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.io.containers import unpacked, without_twins
from chiiki_gis.io.places import require_horizontal
from chiiki_gis.io.shapefile import find_part
from chiiki_gis.io.tabular import read_csv
from chiiki_gis.io.vector import Table, read_vector


@dataclass(frozen=True)
class Format:
    """One kind of file a town hall has."""

    id: str
    label: str
    extensions: tuple[str, ...]
    is_raster: bool = False


FORMATS: tuple[Format, ...] = (
    Format("zip", "国土数値情報などのzip", (".zip",)),
    Format("shapefile", "Shapefile", (".shp",)),
    Format("gpkg", "GeoPackage", (".gpkg",)),
    Format("geojson", "GeoJSON", (".geojson", ".json")),
    Format("csv", "CSV", (".csv", ".tsv")),
    Format("geotiff", "GeoTIFF", (".tif", ".tiff"), is_raster=True),
    Format("image", "ワールドファイル付きの画像", (".png", ".jpg", ".jpeg"), is_raster=True),
    Format("mbtiles", "MBTiles", (".mbtiles",), is_raster=True),
)
"""The dialog filter, the detection and the documentation all read this table."""


@dataclass(frozen=True)
class ReadResult:
    """What a file holds, layer by layer, and what is to be said of the file as a whole."""

    format: str
    tables: tuple[Table, ...]
    notes: tuple[str, ...] = ()


def format_of(path: Path) -> Format | None:
    """The format of a file name."""
    return next((f for f in FORMATS if path.suffix.lower() in f.extensions), None)


def dialog_filter() -> str:
    """The filter of the open dialog, in Qt's notation."""
    every = " ".join(f"*{e}" for f in FORMATS for e in f.extensions)
    lines = [f"{f.label} ({' '.join(f'*{e}' for e in f.extensions)})" for f in FORMATS]
    return ";;".join((f"地図データ ({every})", *lines, "すべてのファイル (*)"))


def raster_filter() -> str:
    """The filter of a dialog that asks for a picture or a height grid."""
    every = " ".join(f"*{e}" for f in FORMATS if f.is_raster for e in f.extensions)
    return f"画像・標高 ({every});;すべてのファイル (*)"


def is_raster(path: Path) -> bool:
    """True for a file name of a picture or a height grid."""
    known = format_of(path)
    return known is not None and known.is_raster


def require_file(path: Path) -> Format:
    """The format of a file that is there and can be read. Raises BadInput."""
    if path.is_dir():
        raise BadInput(
            f"「{path.name}」はフォルダです。",
            "ファイルを一つずつ読み込みます。",
            "中のファイルを選んでください。",
        )
    if not path.is_file():
        raise BadInput(
            f"「{path.name}」が見つかりません。",
            "移動したか、名前が変わった可能性があります。",
            "ファイルの場所を確かめて、もう一度選んでください。",
        )
    known = format_of(path)
    if known is None:
        listed = "、".join(f"{f.label}（{'・'.join(f.extensions)}）" for f in FORMATS)
        raise BadInput(
            f"「{path.name}」を開けませんでした。",
            "この形式のファイルには対応していません。",
            f"読めるのは{listed}です。",
        )
    return known


def read(path: Path, options: ImportOptions = ImportOptions(), progress: Progress = Quiet()) -> ReadResult:  # noqa: B008  # frozen values
    """Read a file's features as they are. Raises BadInput for anything that cannot be read."""
    path = _shapefile_of(path)
    known = require_file(path)
    if known.is_raster:
        raise BadInput(
            f"「{path.name}」から図形を読めませんでした。",
            "画像のファイルで、図形が入っていません。",
            "Shapefileなど、図形のデータを選んでください。",
        )
    check_options(path, options)
    progress.step(0, 1, f"「{path.name}」を読んでいます")
    if known.id == "zip":
        return _read_zip(path, options, progress)
    return ReadResult(known.id, tuple(_read_plain(path, known, options)))


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


def _read_plain(path: Path, known: Format, options: ImportOptions) -> list[Table]:
    if known.id == "csv":
        return [read_csv(path, options.encoding, options.epsg, options.columns)]
    return read_vector(path, known.id, options.layer, options.encoding, options.epsg)


def _read_zip(path: Path, options: ImportOptions, progress: Progress) -> ReadResult:
    with unpacked(path) as folder:
        readable = sorted(
            p for p in folder.rglob("*") if p.is_file() and format_of(p) and p.suffix.lower() != ".zip"
        )
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
        if options.layer is not None:
            kept = [p for p in kept if p.stem == options.layer]
        if not kept:
            raise BadInput(
                f"「{path.name}」を取り込めませんでした。",
                "zipの中に読める地図データがありません。",
                "Shapefile・GeoJSON・GeoPackage・CSVの入ったzipを選ぶか、画像なら展開して選んでください。",
            )
        tables: list[Table] = []
        inner = ImportOptions(options.role, None, options.encoding, options.epsg, options.columns)
        for number, file in enumerate(kept):
            progress.step(number, len(kept), f"「{file.name}」を読んでいます")
            known = format_of(file)
            if known is not None:
                tables.extend(_read_plain(file, known, inner))
    return ReadResult("zip", tuple(tables), tuple(notes))


def _without_copies(paths: list[Path]) -> list[Path]:
    """One file of each name: a Shapefile before the GeoJSON of the same data."""
    order = {".shp": 0, ".gpkg": 1, ".geojson": 2, ".json": 3, ".csv": 4}
    best: dict[str, Path] = {}
    for path in sorted(paths, key=lambda p: order.get(p.suffix.lower(), 9)):
        best.setdefault(path.stem, path)
    return sorted(best.values())
