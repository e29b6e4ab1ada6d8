"""XML with geodata in it: known by its root, and never with entities that could swell."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.parsers import expat

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.jobs import ImportOptions
from chiiki_gis.io.vector import Table, read_vector

_PROLOG = 1_000_000
"""Bytes within which the first element must begin."""


class _RootFound(Exception):
    """Ends the look at an XML file."""


def read_xml(path: Path, options: ImportOptions) -> list[Table]:
    """KML, GML, CityGML or 基盤地図情報. Raises BadInput for other XML, and for declared entities."""
    root = root_of(path)
    local = root.rpartition(":")[2]
    if local == "CityModel":
        from chiiki_gis.io.citygml import read_citygml

        return read_citygml(path, options.layer, options.epsg)
    if root.startswith("ksj:") or "ksj" in root:
        raise _refused(
            path,
            "国土数値情報のXML（JPGIS）は、そのままでは図形として読めません。",
            "同じzipに入っているShapefile（.shp）かGeoJSONを選んでください。",
        )
    if local == "Dataset":
        from chiiki_gis.io.fgd import read_fgd

        return read_fgd(path, options.layer, options.epsg)
    if local not in ("kml", "FeatureCollection", "FeatureInfoResponse"):
        raise _refused(
            path,
            f"XMLですが、地図データではありません（先頭の要素は「{local[:40]}」です）。",
            "KMLかGMLのファイルを選んでください。",
        )
    if local == "kml":
        return read_vector(path, "kml", options.layer, None, options.epsg)
    return _read_gml(path, options)


def _read_gml(path: Path, options: ImportOptions) -> list[Table]:
    """Read from a copy, since the library writes its own notes (.gfs) beside a GML file."""
    with TemporaryDirectory(prefix="chiiki-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        if path.with_suffix(".xsd").is_file():
            shutil.copyfile(path.with_suffix(".xsd"), copy.with_suffix(".xsd"))
        tables = read_vector(copy, "gml", options.layer, None, options.epsg)
    return [replace(table, path=path) for table in tables]


def require_osm(path: Path) -> None:
    """Raise BadInput where an XML file is not OpenStreetMap's: the library would read it as what it is."""
    root = root_of(path)
    if root != "osm":
        raise _refused(
            path,
            f"OpenStreetMapのXMLではありません（先頭の要素は「{root[:40]}」です）。",
            "中身に合う拡張子（GMLなら.gml、KMLなら.kml）に直して選び直してください。",
        )


def root_of(path: Path) -> str:
    """The name of the first element, with its prefix.

    Raises BadInput where there is none, or where entities are declared.
    """
    parser = expat.ParserCreate()
    found: list[str] = []
    bombs: list[str] = []

    def start(name: str, _attributes: object) -> None:
        found.append(name)
        raise _RootFound

    def entity(name: str, *_: object) -> None:
        bombs.append(name)
        raise _RootFound

    parser.StartElementHandler = start
    parser.EntityDeclHandler = entity
    try:
        with path.open("rb") as file:
            parser.Parse(file.read(_PROLOG), False)
    except _RootFound:
        pass
    except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
        raise _refused(
            path, "XMLとして読めない内容です。", "入手元からもう一度取り直してください。"
        ) from error
    if bombs:
        raise _refused(
            path,
            "XMLの中で別名（実体）を定義していて、開くと際限なく大きくなるおそれがあります。",
            "地図データの作成元に、実体の定義のないファイルを求めてください。",
        )
    if not found:
        raise _refused(path, "XMLとして読めない内容です。", "入手元からもう一度取り直してください。")
    return found[0]


def _refused(path: Path, why: str, todo: str) -> BadInput:
    return BadInput(f"「{path.name}」を開けませんでした。", why, todo)
