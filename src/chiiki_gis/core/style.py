"""How a layer looks, as plain values in paper millimetres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Dash = Literal["solid", "dash", "dot", "dash_dot"]
Marker = Literal["circle", "square", "triangle", "diamond", "interchange", "number"]
Hatch = Literal["none", "diagonal", "back_diagonal", "cross"]
ClearColor = Literal["none", "white", "black"]


@dataclass(frozen=True)
class Symbol:
    """One way to draw a feature; sizes in mm on paper or at 96 dpi on screen, colours #rrggbb."""

    fill: str | None = "#cccccc"
    stroke: str | None = "#555555"
    stroke_mm: float = 0.2
    dash: Dash = "solid"
    hatch: Hatch = "none"
    marker: Marker = "circle"
    size_mm: float = 2.0


NOTHING = Symbol(fill=None, stroke=None, stroke_mm=0.0, size_mm=0.0)
"""The symbol of a class that is switched off."""


@dataclass(frozen=True)
class Category:
    """The symbol of one value of the class column; of one range of numbers its `value` is "0", "1", …"""

    value: str
    label: str
    symbol: Symbol
    visible: bool = True


@dataclass(frozen=True)
class RasterLook:
    """How a raster layer looks beside its opacity; other layers carry it unused.

    clear      the colour of a picture that lets through what lies below: white paper, a black collar
    hillshade  whether heights are lit
    tints      whether heights are coloured by class (段彩)
    """

    clear: ClearColor = "none"
    hillshade: bool = True
    tints: bool = False


@dataclass(frozen=True)
class Style:
    """A layer's look: one symbol, one per value of `class_column`, or one per range of its numbers.

    breaks        the ends of the ranges, ascending, one more than there are categories; range k holds
                  breaks[k] ≤ number < breaks[k + 1], the last one its upper end too. Empty: classes by value
    shows_others  whether `symbol` draws what has none of the categories
    """

    symbol: Symbol = field(default_factory=Symbol)
    class_column: str | None = None
    categories: tuple[Category, ...] = ()
    label_column: str | None = None
    label_size_mm: float = 2.4
    label_color: str = "#333333"
    opacity: float = 1.0
    visible: bool = True
    breaks: tuple[float, ...] = ()
    shows_others: bool = True
    raster: RasterLook = field(default_factory=RasterLook)

    @property
    def is_classed(self) -> bool:
        """Whether features are told apart by a column."""
        return self.class_column is not None and bool(self.categories)

    @property
    def drawing_key(self) -> tuple[str | None, str | None, tuple[float, ...]]:
        """What decides the class codes and label texts in drawing data."""
        return self.class_column, self.label_column, self.breaks

    def symbol_of(self, value: str | None) -> Symbol:
        """The symbol for a class value: its category's, else the plain one; NOTHING where that is off."""
        return self.symbols_of((value,))[0]

    def symbols_of(self, values: Sequence[str | None]) -> list[Symbol]:
        """The same for many values."""
        known = {c.value: c.symbol if c.visible else NOTHING for c in reversed(self.categories)}
        rest = self.symbol if self.shows_others or not self.is_classed else NOTHING
        return [rest if value is None else known.get(value, rest) for value in values]


def style_to_json(style: Style) -> dict[str, Any]:
    """A style as plain values."""
    categories = tuple({**vars(one), "symbol": {**vars(one.symbol)}} for one in style.categories)
    symbol, raster = {**vars(style.symbol)}, {**vars(style.raster)}  # a twentieth of what asdict takes
    return {**vars(style), "symbol": symbol, "categories": categories, "raster": raster}


def style_from_json(data: Mapping[str, Any]) -> Style:
    """The style back; values that an older program did not know keep their defaults."""
    values = dict(data)
    values["symbol"] = Symbol(**values["symbol"])
    values["categories"] = tuple(
        Category(**(category | {"symbol": Symbol(**category["symbol"])})) for category in values["categories"]
    )
    values["breaks"] = tuple(float(edge) for edge in values.get("breaks", ()))
    values["raster"] = RasterLook(**values.get("raster", {}))
    return Style(**values)
