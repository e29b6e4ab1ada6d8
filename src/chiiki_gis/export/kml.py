"""The plan as KML: a folder a layer, in the plan's colours, with every column as extended data."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

from chiiki_gis.core.progress import Progress, Quiet
from chiiki_gis.core.snapshot import Snapshot
from chiiki_gis.core.style import Symbol
from chiiki_gis.export.dictionary import words_of
from chiiki_gis.export.geojson import DECIMALS, plain_value, to_degrees
from chiiki_gis.export.outgoing import Outgoing, VerdictLike, export_frames, in_words, plan_title
from chiiki_gis.export.staging import ExportResult, Reread, put_in_place, staging
from chiiki_gis.export.verify import NotTheSame
from chiiki_gis.export.workbook import excel_text

FILE_NAME = "plan.kml"
_NAMESPACE = "http://www.opengis.net/kml/2.2"
_NAMES = ("name", "interchange", "building_id")
"""Columns that name a feature, the best first."""


def export_kml(
    values: Snapshot,
    verdicts: Sequence[VerdictLike],
    target: Path,
    *,
    with_consented_houses: bool = False,
    progress: Progress | None = None,
) -> ExportResult:
    """Write the plan into one KML file; a feature without a geometry has its columns only.

    target   a folder, or a file ending in .kml
    Coordinates are JGD2011 degrees of eight decimals, which KML takes for WGS 84; characters that XML does
    not allow become 「�」 with a note. Raises BadInput where it cannot be written, NotTheSame when the file
    read again differs; an existing file then stays.
    """
    progress = progress or Quiet()
    path = target if target.suffix.lower() == ".kml" else target / FILE_NAME
    layers, notes = export_frames(values, verdicts, with_consented_houses=with_consented_houses)
    root = Xml.Element("kml", xmlns=_NAMESPACE)
    document = Xml.SubElement(root, "Document")
    Xml.SubElement(document, "name").text = plan_title(values)
    replaced: list[str] = []
    for done, layer in enumerate(layers):
        progress.step(done, len(layers), f"「{layer.title}」を書き出しています")
        document.append(_style(layer))
        document.append(_folder(layer, replaced))
    Xml.indent(root)
    told = (f"KMLに入らない制御文字を「�」にしました（{len(replaced)}個の値）。",) if replaced else ()
    with staging(path.parent) as stage:
        made = stage / path.name
        Xml.ElementTree(root).write(made, encoding="utf-8", xml_declaration=True)
        _verify(made, root)
        files = put_in_place(stage, [path.name], path.parent)
    reread = tuple(Reread(path.name, x.title, len(x.frame)) for x in layers)
    return ExportResult(files, (*notes, *told), reread)


def _style(layer: Outgoing) -> Xml.Element:
    symbol = layer.style.symbol
    style = Xml.Element("Style", id=layer.table)
    line = Xml.SubElement(style, "LineStyle")
    Xml.SubElement(line, "color").text = _color(symbol.stroke, 1.0)
    Xml.SubElement(line, "width").text = f"{max(symbol.stroke_mm * 4, 1):g}"
    fill = Xml.SubElement(style, "PolyStyle")
    Xml.SubElement(fill, "color").text = _color(symbol.fill, layer.style.opacity * _thin(symbol))
    Xml.SubElement(fill, "fill").text = str(int(symbol.fill is not None))
    return style


def _thin(symbol: Symbol) -> float:
    """Hatches do not exist in KML: such a fill lets the ground through."""
    return 1.0 if symbol.hatch == "none" else 0.35


def _color(value: str | None, opacity: float) -> str:
    """KML's order: opacity, blue, green, red."""
    if value is None:
        return "00ffffff"
    red, green, blue = value[1:3], value[3:5], value[5:7]
    return f"{round(opacity * 255):02x}{blue}{green}{red}".lower()


def _folder(layer: Outgoing, replaced: list[str]) -> Xml.Element:
    folder = Xml.Element("Folder", id=f"layer-{layer.table}")
    Xml.SubElement(folder, "name").text = layer.title
    if layer.source:
        Xml.SubElement(folder, "description").text = f"出典：{layer.source}"
    frame = to_degrees(in_words(layer.frame, {f.name: words_of(f) for f in layer.fields}), DECIMALS)
    named = next((name for name in _NAMES if name in frame.columns), None)
    columns = {f.japanese: list(frame[f.name]) for f in layer.fields[1:]}
    names = list(frame[named]) if named else [None] * len(frame)
    for position, (fid, shape) in enumerate(frame.geometry.items()):
        mark = Xml.SubElement(folder, "Placemark", id=f"{layer.table}.{fid}")
        Xml.SubElement(mark, "name").text = _text(names[position], replaced) or f"{fid}"
        Xml.SubElement(mark, "styleUrl").text = f"#{layer.table}"
        data = Xml.SubElement(mark, "ExtendedData")
        cells = [(layer.fields[0].japanese, fid), *((name, col[position]) for name, col in columns.items())]
        for name, value in cells:
            text = _text(value, replaced)
            if text is not None:
                Xml.SubElement(Xml.SubElement(data, "Data", name=name), "value").text = text
        if shape is not None and not shape.is_empty:
            mark.append(_geometry(shape))
    return folder


def _text(value: Any, replaced: list[str]) -> str | None:
    value = plain_value(value)
    if value is None:
        return None
    if isinstance(value, bool):
        return str(int(value))
    text = repr(value) if isinstance(value, float) else str(value)
    allowed = excel_text(text).replace("\r", " ")  # XML reads a carriage return as a line end
    if allowed != text:
        replaced.append(text)
    return allowed


def _geometry(shape: Any) -> Xml.Element:
    kind = shape.geom_type
    if kind.startswith("Multi") or kind == "GeometryCollection":
        several = Xml.Element("MultiGeometry")
        several.extend(_geometry(part) for part in shape.geoms)
        return several
    if kind == "Polygon":
        polygon = Xml.Element("Polygon")
        for tag, rings in (("outerBoundaryIs", [shape.exterior]), ("innerBoundaryIs", shape.interiors)):
            for ring in rings:
                Xml.SubElement(polygon, tag).append(_path("LinearRing", ring.coords))
        return polygon
    return _path("Point" if kind == "Point" else "LineString", shape.coords)


def _path(tag: str, coordinates: Any) -> Xml.Element:
    element = Xml.Element(tag)
    Xml.SubElement(element, "coordinates").text = " ".join(f"{x:.8f},{y:.8f}" for x, y in coordinates)
    return element


def _verify(path: Path, root: Xml.Element) -> None:
    read = Xml.parse(path).getroot()
    written = [(e.tag, e.get("name"), (e.text or "").strip()) for e in root.iter()]
    found = [
        (e.tag.removeprefix(f"{{{_NAMESPACE}}}"), e.get("name"), (e.text or "").strip()) for e in read.iter()
    ]
    if written != found:
        raise NotTheSame(
            f"「{path.name}」を書き出しませんでした。",
            "書いたファイルを読み直したところ、内容が変わっています。",
            "もう一度書き出し、続くときは別の形式を選んでください。",
        )
