"""The plan as GeoJSON (RFC 7946): one file per layer, longitude and latitude, Japanese names."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.crs import JGD2011
from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.export.dictionary import (
    DICTIONARY_COLUMNS,
    SOURCE_COLUMNS,
    csv_bytes,
    dictionary_rows,
    former_files,
    words_of,
)
from chiiki_gis.export.outgoing import Outgoing, VerdictLike, export_frames, in_words
from chiiki_gis.export.staging import ExportResult, Reread, put_in_place, staging
from chiiki_gis.export.verify import NotTheSame, require_same

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

DECIMALS = 8
"""Decimals of a degree: about 1 mm, finer than any survey the plan rests on."""

DICTIONARY_FILE = "属性定義_GeoJSON.csv"
SOURCE_FILE = "出典.csv"
NOTE = (
    "GeoJSONの座標は、平面直角座標系からJGD2011の経度・緯度（小数第8位、約1ミリメートル）に変換しています。"
)


def export_geojson(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    with_consented_houses: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write one GeoJSON file per layer into a folder, with 属性定義_GeoJSON.csv and 出典.csv.

    Coordinates are JGD2011 (EPSG:6668), which readers take for WGS 84; exterior rings run counter-clockwise.
    Property names are Japanese, codes are written as words; `id` is the fid. Empty layers are empty
    collections. Raises BadInput where the folder cannot be written, NotTheSame when a file that was read
    again differs; the folder then stays.
    """
    progress = progress or Quiet()
    layers, notes = export_frames(values, verdicts, with_consented_houses=with_consented_houses)
    with staging(target) as stage:
        for done, layer in enumerate(layers):
            progress.step(done, len(layers), f"「{layer.title}」を書き出しています")
            frame = _in_degrees(layer)
            path = stage / f"{layer.table}.geojson"
            path.write_text(_collection(layer, frame), encoding="utf-8", newline="\n")
            _verify(layer, frame, path)
        _write_lists(values, layers, stage)
        names = [*(f"{layer.table}.geojson" for layer in layers), DICTIONARY_FILE, SOURCE_FILE]
        gone = sorted(
            name
            for name in former_files(target / DICTIONARY_FILE) - set(names)
            if name.endswith(".geojson") and (target / name).is_file()
        )
        files = put_in_place(stage, names, target, gone)
    removed = (f"前回書き出した「{'」「'.join(gone)}」は、計画にないため消しました。",) if gone else ()
    reread = tuple(Reread(f"{x.table}.geojson", x.title, len(x.frame)) for x in layers)
    return ExportResult(files, (*notes, *removed, NOTE), reread)


def to_degrees(frame: GeoDataFrame, decimals: int) -> GeoDataFrame:
    """The frame in JGD2011 degrees, rounded, with exterior rings counter-clockwise; vertices are kept."""
    import numpy
    import shapely

    moved = frame.to_crs(JGD2011)
    shapes = shapely.transform(moved.geometry.to_numpy(), lambda xy: numpy.round(xy, decimals))
    return moved.set_geometry(shapely.orient_polygons(shapes), crs=JGD2011)


def coordinates_of(shape: Any) -> dict[str, Any] | None:
    """A geometry as a GeoJSON object; None without one."""
    from shapely.geometry import mapping

    return None if shape is None or shape.is_empty else dict(mapping(shape))


def plain_value(value: Any) -> Any:
    """A cell as JSON holds it: text, number, flag or null."""
    import pandas

    if value is None or value is pandas.NA:
        return None
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def _in_degrees(layer: Outgoing) -> GeoDataFrame:
    words = {field.name: words_of(field) for field in layer.fields}
    frame = to_degrees(in_words(layer.frame, words), DECIMALS)
    return frame.rename(columns={f.name: f.japanese for f in layer.fields})


def _collection(layer: Outgoing, frame: GeoDataFrame) -> str:
    """One feature a line, so that two editions can be compared line by line."""
    geometry = frame.geometry.name
    names = [str(c) for c in frame.columns if c != geometry]
    features = []
    for position, (fid, shape) in enumerate(frame.geometry.items()):
        feature = {
            "type": "Feature",
            "id": int(str(fid)),
            "properties": {name: plain_value(frame[name].iat[position]) for name in names},
            "geometry": coordinates_of(shape),
        }
        features.append(json.dumps(feature, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    head = json.dumps(
        {"type": "FeatureCollection", "name": layer.table, "title": layer.title}, ensure_ascii=False
    )
    return head[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n"


def _verify(layer: Outgoing, frame: GeoDataFrame, path: Path) -> None:
    import geopandas
    from shapely.geometry import shape

    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    if [feature["id"] for feature in features] != [int(fid) for fid in frame.index]:
        raise NotTheSame(
            f"「{layer.title}」を書き出しませんでした。",
            "書いたファイルを読み直したところ、地物番号が変わっています。",
            "もう一度書き出し、続くときは別のフォルダを選んでください。",
        )
    shapes = [None if f["geometry"] is None else shape(f["geometry"]) for f in features]
    names = [c for c in frame.columns if c != frame.geometry.name]
    data = {name: [f["properties"][name] for f in features] for name in names}
    require_same(frame, geopandas.GeoDataFrame(data, geometry=shapes, crs=JGD2011), layer.title)


def _write_lists(values: Snapshot, layers: Sequence[Outgoing], stage: Path) -> None:
    meanings = [
        row
        for layer in layers
        for row in dictionary_rows(
            f"{layer.table}.geojson",
            layer.title,
            [("id", layer.fields[0], 0, 0), *((f.japanese, f, 0, 0) for f in layer.fields[1:])],
        )
    ]
    sources = [
        [f"{x.table}.geojson", x.title, x.source or f"{values.header.title}作成", "経度・緯度（JGD2011）"]
        for x in layers
    ]
    (stage / DICTIONARY_FILE).write_bytes(csv_bytes(DICTIONARY_COLUMNS, meanings))
    (stage / SOURCE_FILE).write_bytes(csv_bytes(SOURCE_COLUMNS, sources))
