"""Our styles as QGIS layer styles (QML), so that the GeoPackage opens there in the same colours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from xml.etree import ElementTree as Xml

from chiiki_gis.core.style import Dash, Hatch, Marker, Style, Symbol
from chiiki_gis.export.dictionary import Field, words_of
from chiiki_gis.export.outgoing import Family

_GEOMETRY: dict[Family, str] = {"point": "0", "line": "1", "polygon": "2"}
_PEN: dict[Dash, str] = {"solid": "solid", "dash": "dash", "dot": "dot", "dash_dot": "dash dot"}
_BRUSH: dict[Hatch, str] = {
    "none": "solid",
    "diagonal": "b_diagonal",  # Qt's BDiagPattern is the one that rises to the right
    "back_diagonal": "f_diagonal",
    "cross": "diagonal_x",
}
_MARKER: dict[Marker, str] = {
    "circle": "circle",
    "square": "square",
    "triangle": "triangle",
    "diamond": "diamond",
    "interchange": "square",
    "number": "circle",
}


def qml(style: Style, family: Family, fields: Sequence[Field]) -> str:
    """The QML of a layer of points, lines or polygons.

    fields   for the Japanese column titles and the words of code values
    QGIS refuses a style whose layerGeometryType is another than the layer's.
    """
    root = Xml.Element("qgis", version="3.22.0", labelsEnabled="1" if style.label_column else "0")
    root.append(_renderer(style, family))
    if style.label_column:
        root.append(_labels(style, family))
    Xml.SubElement(root, "layerOpacity").text = f"{style.opacity:g}"
    Xml.SubElement(root, "blendMode").text = "0"
    root.append(_value_maps(fields))
    aliases = Xml.SubElement(root, "aliases")
    for number, field in enumerate(fields):
        Xml.SubElement(aliases, "alias", index=str(number), field=field.name, name=field.japanese)
    Xml.SubElement(root, "layerGeometryType").text = _GEOMETRY[family]
    Xml.indent(root)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + Xml.tostring(root, "unicode")


def _renderer(style: Style, family: Family) -> Xml.Element:
    if style.class_column is None or not style.categories:
        element = Xml.Element("renderer-v2", type="singleSymbol", symbollevels="0", forceraster="0")
        Xml.SubElement(element, "symbols").append(_symbol("0", style.symbol, family))
        return element
    return (_graduated if style.breaks else _categorized)(style, style.class_column, family)


def _categorized(style: Style, column: str, family: Family) -> Xml.Element:
    element = Xml.Element(
        "renderer-v2", type="categorizedSymbol", attr=column, symbollevels="0", forceraster="0"
    )
    categories = Xml.SubElement(element, "categories")
    symbols = Xml.SubElement(element, "symbols")
    entries = [(c.value, c.label, c.symbol, c.visible) for c in style.categories]
    entries.append(("", "その他", style.symbol, style.shows_others))
    for number, (value, label, symbol, is_shown) in enumerate(entries):
        attributes = {"value": value, "label": label, "symbol": str(number), "type": "string"}
        Xml.SubElement(categories, "category", attributes, render=_word(is_shown))
        symbols.append(_symbol(str(number), symbol, family))
    return element


def _graduated(style: Style, column: str, family: Family) -> Xml.Element:
    """Ranges from the highest down: QGIS takes the first that holds a number, we count a lower end in.

    What lies in no range is not drawn there: QGIS has no symbol for the rest.
    """
    element = Xml.Element(
        "renderer-v2",
        type="graduatedSymbol",
        attr=column,
        symbollevels="0",
        forceraster="0",
        graduatedMethod="GraduatedColor",
    )
    ranges = Xml.SubElement(element, "ranges")
    symbols = Xml.SubElement(element, "symbols")
    ends = list(pairwise(style.breaks))
    for number, category in reversed(list(enumerate(style.categories[: len(ends)]))):
        low, high = ends[number]
        attributes = {"lower": repr(low), "upper": repr(high), "label": category.label}
        Xml.SubElement(ranges, "range", attributes, symbol=str(number), render=_word(category.visible))
        symbols.append(_symbol(str(number), category.symbol, family))
    Xml.SubElement(element, "classificationMethod", id="Custom")
    return element


def _word(is_true: bool) -> str:
    return "true" if is_true else "false"


def _symbol(name: str, symbol: Symbol, family: Family) -> Xml.Element:
    types: dict[Family, str] = {"point": "marker", "line": "line", "polygon": "fill"}
    element = Xml.Element(
        "symbol", name=name, type=types[family], alpha="1", clip_to_extent="1", force_rhr="0"
    )
    makers = {"point": _marker, "line": _line, "polygon": _fill}
    kind, properties = makers[family](symbol)
    layer = Xml.SubElement(element, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options = Xml.SubElement(layer, "Option", type="Map")
    for key, value in properties.items():
        Xml.SubElement(options, "Option", name=key, value=value, type="QString")
    for key, value in properties.items():
        Xml.SubElement(layer, "prop", k=key, v=value)  # read by QGIS before 3.20
    return element


def _fill(symbol: Symbol) -> tuple[str, dict[str, str]]:
    return "SimpleFill", {
        "color": _color(symbol.fill),
        "style": "no" if symbol.fill is None else _BRUSH[symbol.hatch],
        "outline_color": _color(symbol.stroke),
        "outline_style": "no" if symbol.stroke is None else _PEN[symbol.dash],
        "outline_width": f"{symbol.stroke_mm:g}",
        "outline_width_unit": "MM",
        "joinstyle": "bevel",
        "offset": "0,0",
        "offset_unit": "MM",
    }


def _line(symbol: Symbol) -> tuple[str, dict[str, str]]:
    return "SimpleLine", {
        "line_color": _color(symbol.stroke),
        "line_style": "no" if symbol.stroke is None else _PEN[symbol.dash],
        "line_width": f"{symbol.stroke_mm:g}",
        "line_width_unit": "MM",
        "capstyle": "round",
        "joinstyle": "round",
    }


def _marker(symbol: Symbol) -> tuple[str, dict[str, str]]:
    return "SimpleMarker", {
        "name": _MARKER[symbol.marker],
        "color": _color(symbol.fill),
        "outline_color": _color(symbol.stroke),
        "outline_style": "no" if symbol.stroke is None else "solid",
        "outline_width": f"{symbol.stroke_mm:g}",
        "outline_width_unit": "MM",
        "size": f"{symbol.size_mm:g}",
        "size_unit": "MM",
    }


def _labels(style: Style, family: Family) -> Xml.Element:
    element = Xml.Element("labeling", type="simple")
    settings = Xml.SubElement(element, "settings", calloutType="simple")
    text = Xml.SubElement(
        settings,
        "text-style",
        fieldName=style.label_column or "",
        isExpression="0",
        fontSize=f"{style.label_size_mm:g}",
        fontSizeUnit="MM",
        fontWeight="50",
        textOpacity="1",
        multilineHeight="1",
        textColor=_color(style.label_color),
    )
    Xml.SubElement(
        text,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.6",
        bufferSizeUnits="MM",
        bufferColor=_color("#ffffff"),
        bufferOpacity="1",
    )
    place = {"point": "0", "line": "2", "polygon": "1"}[family]  # around, along, over (QgsPalLayerSettings)
    Xml.SubElement(
        settings,
        "placement",
        placement=place,
        dist="1",
        distUnits="MM",
        placementFlags="10",
        polygonPlacementFlags="2",
        priority="5",
    )
    Xml.SubElement(
        settings, "rendering", drawLabels="1", obstacle="1", scaleVisibility="0", fontLimitPixelSize="0"
    )
    return element


def _value_maps(fields: Sequence[Field]) -> Xml.Element:
    element = Xml.Element("fieldConfiguration")
    for field in fields:
        words = words_of(field)
        if not words:
            continue
        widget = Xml.SubElement(
            Xml.SubElement(element, "field", name=field.name), "editWidget", type="ValueMap"
        )
        config = Xml.SubElement(Xml.SubElement(widget, "config"), "Option", type="Map")
        entries = Xml.SubElement(config, "Option", name="map", type="List")
        for code, word in words.items():
            pair = Xml.SubElement(entries, "Option", type="Map")
            Xml.SubElement(pair, "Option", name=word, value=code, type="QString")
    return element


def _color(value: str | None) -> str:
    if value is None:
        return "0,0,0,0"
    red, green, blue = (int(value[n : n + 2], 16) for n in (1, 3, 5))
    return f"{red},{green},{blue},255"
