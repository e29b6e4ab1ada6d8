"""How far the map may be zoomed, and what fits into it."""

from __future__ import annotations

from chiiki_gis.render.view import Extent, View
from chiiki_gis.ui.tools.tool import Point

FINEST, COARSEST = 0.005, 20_000.0
"""Metres per logical pixel that can be reached by zooming: 5 mm, and Japan in a thumbnail."""
_MARGIN = 0.06
_SMALLEST_SHARE = 1 / 32
"""However small the rectangle into which a map shrinks, it is still found again."""


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


def zoomed_to(view: View, a: Point, b: Point) -> View:
    """The rectangle between two pixels, as large as it can be shown whole."""
    (left, top), (right, bottom) = (view.to_map(*a), view.to_map(*b))
    bounds = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
    wide, high = bounds[2] - bounds[0], bounds[3] - bounds[1]
    metres = max(wide / view.width_px, high / view.height_px, FINEST)
    center = ((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2)
    return _around(view, center, metres)


def shrunk_into(view: View, a: Point, b: Point) -> View:
    """What is shown now, no larger than the rectangle between two pixels, and inside it."""
    share = min(abs(a[0] - b[0]) / view.width_px, abs(a[1] - b[1]) / view.height_px)
    share = max(share, _SMALLEST_SHARE)
    metres = min(view.metres_per_px / share, COARSEST)
    aside = ((a[0] + b[0] - view.width_px) / 2, (a[1] + b[1] - view.height_px) / 2)
    x, y = view.center
    return _around(view, (x - aside[0] * metres, y + aside[1] * metres), metres)


def _around(view: View, center: Point, metres_per_px: float) -> View:
    scale = metres_per_px * view.px_per_mm * 1000
    return View.at_scale(center, scale, view.width_px, view.height_px, view.px_per_mm)
