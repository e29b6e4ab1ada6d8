"""Styles from a file: nothing of them is trusted before every value has the kind it must have."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, get_args

from chiiki_gis.core.style import ClearColor, Dash, Hatch, Marker, Style, Symbol, style_from_json

COLOR = re.compile(r"#[0-9a-fA-F]{6}(?:[0-9a-fA-F]{2})?")
MOST_CATEGORIES = 5_000
_MOST_MM = 1_000.0


def sound_style(data: Mapping[str, Any]) -> Style:
    """The style of a file's JSON. Raises ValueError where a value is missing or of the wrong kind."""
    try:
        style = style_from_json(data)
        symbols = [style.symbol, *(category.symbol for category in style.categories)]
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError("no style") from error
    texts = [style.label_color, *(text for c in style.categories for text in (c.value, c.label))]
    names = [name for name in (style.class_column, style.label_column) if name is not None]
    flags = [style.visible, style.shows_others, style.raster.hillshade, style.raster.tints]
    flags += [category.visible for category in style.categories]
    edges = style.breaks
    is_sound = (
        all(map(_is_drawable, symbols))
        and all(isinstance(text, str) for text in (*texts, *names))
        and all(isinstance(flag, bool) for flag in flags)
        and COLOR.fullmatch(style.label_color) is not None
        and _is_size(style.label_size_mm)
        and _is_size(style.opacity)
        and style.opacity <= 1
        and style.raster.clear in get_args(ClearColor)
        and len(style.categories) <= MOST_CATEGORIES
        and (not edges or len(edges) == len(style.categories) + 1)
        and all(map(math.isfinite, edges))
        and list(edges) == sorted(edges)
    )
    if not is_sound:
        raise ValueError("no sound style")
    return style


def _is_drawable(symbol: Symbol) -> bool:
    colors = [color for color in (symbol.fill, symbol.stroke) if color is not None]
    return (
        all(isinstance(color, str) and COLOR.fullmatch(color) is not None for color in colors)
        and _is_size(symbol.stroke_mm)
        and _is_size(symbol.size_mm)
        and symbol.dash in get_args(Dash)
        and symbol.hatch in get_args(Hatch)
        and symbol.marker in get_args(Marker)
    )


def _is_size(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MOST_MM
