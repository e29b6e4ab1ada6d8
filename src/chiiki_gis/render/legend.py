"""The legend of a map: only what occurs inside it, drawn with the map's own symbols."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtGui import QPainter

from chiiki_gis.core.layer import Layer
from chiiki_gis.core.role import Role
from chiiki_gis.core.sheet import Extent
from chiiki_gis.core.style import NOTHING, Symbol
from chiiki_gis.core.zones import BY_NAME
from chiiki_gis.render.arrangement import TypeSizes
from chiiki_gis.render.flow import Box, Row
from chiiki_gis.render.rasters import tints, touches
from chiiki_gis.render.symbols import draw_swatch
from chiiki_gis.render.tables import section_title
from chiiki_gis.render.typeset import Fitted, draw_fitted, fit

if TYPE_CHECKING:
    from chiiki_gis.io.cache import Shapes
    from chiiki_gis.render.paint import MapLayer

SymbolKind = Literal["area", "line", "point"]

_BORDERS = {Role.MUNICIPALITY, Role.PREFECTURE_BORDER}


@dataclass(frozen=True)
class LegendEntry:
    """One symbol and what it means.

    group    heading that entries of one classified layer share; empty for a layer with one symbol
    opacity  of the layer, 0–1
    is_wide  stands alone in its row, as the plan's own layers do
    """

    symbol: Symbol
    kind: SymbolKind
    text: str
    group: str = ""
    opacity: float = 1.0
    is_wide: bool = False


def legend_entries(layers: Sequence[MapLayer], extent: Extent) -> tuple[LegendEntry, ...]:
    """What a map of that extent shows: plan layers from the top, then the others, then the classed ones.

    A class is listed when a feature of it touches the extent (by its bounds); use zones in the order of
    都市計画法8条1項1号. Layers that are switched off or show nothing there are left out.
    """
    plan: list[LegendEntry] = []
    plain: list[LegendEntry] = []
    classed: list[LegendEntry] = []
    for entry in reversed(layers):
        if not entry.layer.style.visible:
            continue
        found = list(_entries_of(entry, extent))
        if entry.layer.is_plan:
            plan += found
        elif _is_classed(entry):
            classed += found
        else:
            plain += found
    return tuple(dict.fromkeys((*plan, *plain, *classed)))


def legend_rows(entries: Sequence[LegendEntry], width: float, sizes: TypeSizes) -> list[Row]:
    """The legend as rows: wide entries alone, the others in two columns, classes below their heading (mm)."""
    if not entries:
        return []
    title = section_title("凡例", width, sizes)
    rows = [title]
    for group in dict.fromkeys(entry.group for entry in entries):
        members = [entry for entry in entries if entry.group == group]
        headings: tuple[Row, ...] = (title,)
        if group:
            headings = (title, _group_title(group, width, sizes))
            rows.append(headings[-1])
        rows += [_row([entry], width, sizes, headings) for entry in members if entry.is_wide]
        narrow = [entry for entry in members if not entry.is_wide]
        half = (len(narrow) + 1) // 2
        rows += [_row(narrow[n::half], width / 2, sizes, headings) for n in range(half)]
    return rows


def _entries_of(entry: MapLayer, extent: Extent) -> Iterator[LegendEntry]:
    layer, style = entry.layer, entry.layer.style
    if entry.pyramid is not None:
        if touches(entry.pyramid, extent):
            yield from _height_entries(entry)
        return
    inside = entry.shapes.touching(*extent)
    if not len(inside):
        return
    kind = symbol_kind(layer, entry.shapes)
    if not _is_classed(entry):
        yield LegendEntry(style.symbol, kind, layer.name, "", style.opacity, layer.is_plan)
        return
    labels = {category.value: category for category in style.categories}
    present = {entry.shapes.classes[code] for code in np.unique(entry.shapes.codes[inside])}
    group = "" if layer.is_plan else _heading(layer)
    for value in (*labels, *sorted(v for v in present if v not in labels)):
        symbol = style.symbol_of(value)
        if value not in present or symbol is NOTHING:
            continue
        text = labels[value].label if value in labels else "" if layer.is_plan else value or "その他"
        if layer.is_plan and layer.name not in text:  # it stands without a heading
            text = f"{layer.name}（{text}）" if text else layer.name
        yield LegendEntry(symbol, kind, _short(text), group, style.opacity, layer.is_plan)


def _height_entries(entry: MapLayer) -> Iterator[LegendEntry]:
    """The colours by height, highest first; pictures and hillshade explain themselves."""
    for one in reversed(tints(entry.layer, entry.heights)):
        symbol = Symbol(fill=one.color, stroke=None)
        yield LegendEntry(symbol, "area", one.label, Role.DEM.japanese, entry.layer.style.opacity)


def _is_classed(entry: MapLayer) -> bool:
    """Whether the style tells features apart and the features have what it asks for."""
    if entry.pyramid is not None:
        return True
    return bool(entry.layer.style.class_column) and list(entry.shapes.classes) != [""]


def symbol_kind(layer: Layer, shapes: Shapes) -> SymbolKind:
    """What the swatch shows: a marker for facilities even where sites are polygons, a stroke for borders."""
    if layer.role == Role.FACILITY or "polygon" not in shapes.kinds:
        return "point" if layer.role == Role.FACILITY or "point" in shapes.kinds else "line"
    return "line" if layer.role in _BORDERS else "area"


def _heading(layer: Layer) -> str:
    edition = layer.source.edition
    return f"{layer.name}（{edition}）" if edition and edition not in layer.name else layer.name


def _short(text: str) -> str:
    """A use zone's short name; other words as they are."""
    zone = BY_NAME.get(text)
    return zone.short if zone else text


def _group_title(text: str, width: float, sizes: TypeSizes) -> Row:
    fitted = fit(text, sizes.body, sizes.small, width, bold=True)
    height = fitted.height_mm + 1.4
    return Row(
        height, lambda painter, left, top: draw_fitted(painter, left, top + 0.9, fitted), keep_next=True
    )


def _row(entries: Sequence[LegendEntry], share: float, sizes: TypeSizes, headings: tuple[Row, ...]) -> Row:
    """Entries side by side, each with its share of the width."""
    swatch = Box(0, 0, sizes.body * 3.0, sizes.body * 1.35)
    gap_mm = sizes.body * 0.7
    texts: list[Fitted] = [
        fit(entry.text, sizes.body, sizes.small, share - swatch.width - 2 * gap_mm, lines=2)
        for entry in entries
    ]
    height = max(swatch.height, *(text.height_mm for text in texts)) + sizes.body * 0.45

    def paint(painter: QPainter, left: float, top: float) -> None:
        for number, (entry, text) in enumerate(zip(entries, texts, strict=True)):
            x = left + number * share
            place = Box(x, top + (height - swatch.height) / 2, swatch.width, swatch.height)
            draw_swatch(painter, _within(entry, swatch.height), _inset(entry, place))
            draw_fitted(painter, place.right + gap_mm, top + (height - text.height_mm) / 2, text)

    return Row(height, paint, headings)


def _within(entry: LegendEntry, height: float) -> LegendEntry:
    """The entry with a marker no higher than its row."""
    size = min(entry.symbol.size_mm, height)
    return replace(entry, symbol=replace(entry.symbol, size_mm=size))


def _inset(entry: LegendEntry, place: Box) -> Box:
    """The place of an area's sample, smaller by its outline, so that all of it lies inside."""
    return place.grown(-entry.symbol.stroke_mm / 2) if entry.kind == "area" else place
