"""境界に沿って描く: the way along one feature, else along the lines of the layer, from the last vertex."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.ui.tools.snapper import Snapped, Snapper
from chiiki_gis.ui.tools.tool import Point

if TYPE_CHECKING:
    from chiiki_gis.analysis.boundaries import Lines
    from chiiki_gis.analysis.line_network import LineNetwork

Way = tuple[list[Point], Snapped]
"""The vertices from the last one on, the place under the mouse at their end, and the feature it lies on."""


class Tracer:
    """Finds ways in the drawing data while the mouse moves, and reads them exactly when they are used."""

    def __init__(self, snapper: Snapper) -> None:
        self._snapper = snapper
        self._rough: tuple[object, Fid, Lines] | None = None
        self._is_warming = self._is_warm = False
        self._networks: dict[LayerId, tuple[object, object, LineNetwork | None, Any]] = {}

    def warm(self) -> None:
        """Load the library for ways over several features beside the window: that takes half a second."""
        if not self._is_warming:
            self._is_warming = True
            threading.Thread(target=self._load, name="tracing", daemon=True).start()

    def _load(self) -> None:
        importlib.import_module("scipy.sparse.csgraph")
        self._is_warm = True

    def way(self, last: Point, found: Sequence[Snapped], other_side: bool, exact: bool) -> Way | None:
        """The way to the first of the found features that leads there from the last vertex.

        A feature on which both lie goes before the way over several features of a layer.
        """
        from chiiki_gis.analysis.boundaries import SAME_M, along

        for one in found:
            lines = self._snapper.lines(one) if exact else self._rough_lines(one)
            snapped = self._snapper.exact(one) if exact else one
            way = along(lines, last, snapped.at, SAME_M, other_side)
            if way is not None:
                return way, snapped
        if not (exact or self._is_warm):
            return None
        for one in {snapped.layer.id: snapped for snapped in reversed(found)}.values():
            over = self._over_layer(last, one, exact, other_side)
            if over is not None:
                return over
        return None

    def _over_layer(self, last: Point, snapped: Snapped, exact: bool, other_side: bool) -> Way | None:
        """The shortest way along the lines of a layer in view, or the one on the other side."""
        network, fids = self._network_of(last, snapped)
        steps = network.way(snapped.at, other_side) if network is not None else None
        if not steps:
            return None
        if not exact:
            return [at for at, _ in steps], snapped
        places = [Snapped(at, snapped.layer, Fid(int(fids[line])), True) for at, line in steps]
        places[-1] = replace(places[-1], is_vertex=snapped.is_vertex)
        read = [self._snapper.exact(place) for place in places]
        return [place.at for place in read], read[-1]

    def _network_of(self, last: Point, snapped: Snapped) -> tuple[LineNetwork | None, Any]:
        """The lines of a layer in view as a network from the last vertex, and their features; made once.

        None where the lines in view are too many.
        """
        frame, key = snapped.layer.frame, (last, self._snapper.view)
        known = self._networks.get(snapped.layer.id)
        if known is None or known[0] is not frame or known[1] != key:
            from chiiki_gis.analysis.line_network import LineNetwork

            found = self._snapper.lines_in_view(snapped.layer.id)
            network = LineNetwork(found[0], last, found[2]) if found is not None else None
            known = (frame, key, network, found[1] if found is not None else None)
            self._networks[snapped.layer.id] = known
        return known[2], known[3]

    def _rough_lines(self, snapped: Snapped) -> Lines:
        known = self._rough
        if known is None or known[0] is not snapped.layer.frame or known[1] != snapped.fid:
            known = (snapped.layer.frame, snapped.fid, self._snapper.rough_lines(snapped))
            self._rough = known
        return known[2]
