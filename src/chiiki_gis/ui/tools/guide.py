"""Where the next vertex goes: at a right angle, snapped, or along a border that is being followed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chiiki_gis.core.layer import LayerId
from chiiki_gis.ui.tools.sketch import right_angled
from chiiki_gis.ui.tools.snapper import Snapped, Snapper
from chiiki_gis.ui.tools.tool import Point, Pointer
from chiiki_gis.ui.tools.tracer import Tracer


@dataclass(frozen=True)
class Aim:
    """What a click would put.

    way      the vertices, the place under the mouse last
    snapped  the feature on which it lies
    follows  whether the way runs along that feature
    """

    way: tuple[Point, ...]
    snapped: Snapped | None = None
    follows: bool = False


class Guide:
    """Snapping and tracing, shared by all tools that draw: what is switched on stays on."""

    def __init__(self, snapper: Snapper) -> None:
        self.snapper = snapper
        self.is_tracing = False
        self.other_side = False
        self._tracer = Tracer(snapper)
        self._layer: LayerId | None = None

    def aim(self, vertices: list[Point], pointer: Pointer) -> Aim:
        """What a click would put; quick, in steps of 1 cm."""
        return self._aim(vertices, pointer, exact=False)

    def take(self, vertices: list[Point], pointer: Pointer) -> Aim:
        """What a click puts: the places of the followed features, to the last bit."""
        aim = self._aim(vertices, pointer, exact=True)
        self._layer = aim.snapped.layer.id if aim.snapped is not None else None
        return aim

    def aim_place(self, pointer: Pointer) -> Aim:
        """One place, snapped where something is near; quick, in steps of 1 cm."""
        return self._place(self.snapper.find(pointer), pointer, exact=False)

    def take_place(self, pointer: Pointer) -> Aim:
        """One place, snapped where something is near, to the last bit."""
        return self._place(self.snapper.find(pointer), pointer, exact=True)

    def switch_tracing(self, wanted: bool) -> None:
        """Follow borders from now on, or no longer."""
        self.is_tracing, self.other_side = wanted, False
        if wanted:
            self._tracer.warm()

    def flip(self) -> None:
        """Follow the border the other way round."""
        self.other_side = not self.other_side

    def _aim(self, vertices: list[Point], pointer: Pointer, exact: bool) -> Aim:
        if pointer.shift and vertices:
            return Aim((right_angled(vertices, pointer.at),))
        if self.is_tracing and vertices:
            way = self._follow(vertices[-1], pointer, exact)
            if way is not None:
                return way
        return self._place(self.snapper.find(pointer), pointer, exact)

    def _follow(self, last: Point, pointer: Pointer, exact: bool) -> Aim | None:
        """The way along the layer that the last vertex was snapped to, else along whatever is nearest."""
        for only in (self._layer, None):
            found = self.snapper.find(pointer, only=only)
            way = self._tracer.way(last, found, self.other_side, exact) if found else None
            if way is not None:
                return Aim(tuple(way[0]), way[1], follows=True)
            if only is None:
                break
        return None

    def _place(self, found: Sequence[Snapped], pointer: Pointer, exact: bool) -> Aim:
        if not found:
            return Aim((pointer.at,))
        snapped = self.snapper.exact(found[0]) if exact else found[0]
        return Aim((snapped.at,), snapped)
