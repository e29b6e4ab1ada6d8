"""How a layer looks, as plain values in paper millimetres."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Dash = Literal["solid", "dash", "dot", "dash_dot"]
Marker = Literal["circle", "square", "triangle", "diamond", "interchange", "number"]
Hatch = Literal["none", "diagonal", "back_diagonal", "cross"]


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


@dataclass(frozen=True)
class Category:
    """The symbol of one value of the class column."""

    value: str
    label: str
    symbol: Symbol


@dataclass(frozen=True)
class Style:
    """A layer's look: one symbol, or one per value of `class_column`."""

    symbol: Symbol = field(default_factory=Symbol)
    class_column: str | None = None
    categories: tuple[Category, ...] = ()
    label_column: str | None = None
    label_size_mm: float = 2.4
    label_color: str = "#333333"
    opacity: float = 1.0
    visible: bool = True

    def symbol_of(self, value: str | None) -> Symbol:
        """The symbol for a class value; the plain symbol where no category has it."""
        for category in self.categories:
            if category.value == value:
                return category.symbol
        return self.symbol
