"""How far the map may be zoomed, and what fits into it."""

from __future__ import annotations

from chiiki_gis.render.view import Extent, View
from chiiki_gis.ui.tools.tool import Point

FINEST, COARSEST = 0.005, 20_000.0
"""Metres per logical pixel that can be reached by zooming: 5 mm, and Japan in a thumbnail."""
_MARGIN = 0.06


def within_limits(view: View) -> View:
    """The view, no nearer and no farther than zooming may go."""
    metres = min(max(view.metres_per_px, FINEST), COARSEST)
    return view if metres == view.metres_per_px else at_metres_per_px(view, metres)


def at_metres_per_px(view: View, metres_per_px: float) -> View:
    """Another resolution around the same middle."""
    return view.with_scale(metres_per_px * view.px_per_mm * 1000)


def zoomed(view: View, factor: float, pixel: Point) -> View:
    """Nearer for a factor above 1; the ground under `pixel` stays there."""
    wanted = min(max(view.metres_per_px / factor, FINEST), COARSEST)
    return view.zoomed(view.metres_per_px / wanted, *pixel)


def fitted(view: View, bounds: Extent, closest: float) -> View:
    """All of `bounds`, but no nearer than `closest` metres per pixel."""
    found = View.fit(bounds, view.width_px, view.height_px, view.px_per_mm, _MARGIN)
    return within_limits(at_metres_per_px(found, max(found.metres_per_px, closest)))
