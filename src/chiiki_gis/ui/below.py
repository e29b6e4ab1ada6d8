"""The picture of what lies below the plan, kept for the next picture that differs only in the plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from chiiki_gis.render.view import View

if TYPE_CHECKING:
    from chiiki_gis.render.paint import MapLayer


class Below:
    """One picture of the lowest layers without labels. Belongs to one thread."""

    def __init__(self) -> None:
        self._view: View | None = None
        self._layers: tuple[MapLayer, ...] = ()
        self.image = QImage()

    def fits(self, view: View, layers: Sequence[MapLayer]) -> bool:
        """Whether the picture is that of these layers in that view; never of no layers."""
        if not layers or view != self._view or len(layers) != len(self._layers):
            return False
        return all(_draws_alike(a, b) for a, b in zip(layers, self._layers, strict=True))

    def keep(self, view: View, layers: Sequence[MapLayer], image: QImage) -> None:
        """Keep a copy of a picture; the one before is let go."""
        self._view, self._layers, self.image = view, tuple(layers), image.copy()


def below_plan(layers: Sequence[MapLayer]) -> int:
    """How many layers, from the bottom, lie below the first of the plan."""
    return next((n for n, entry in enumerate(layers) if entry.layer.is_plan), len(layers))


def _draws_alike(one: MapLayer, other: MapLayer) -> bool:
    return (
        one.shapes is other.shapes
        and one.pyramid is other.pyramid
        and (one.heights, one.is_rough) == (other.heights, other.is_rough)
        and one.layer.style == other.layer.style
    )
