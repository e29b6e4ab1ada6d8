"""Degrees for the window. Answers None until pyproj has been loaded in the background; never waits for it."""

from __future__ import annotations

import math
import sys
from functools import lru_cache
from typing import Any

from chiiki_gis.core.coordinates import LatLon
from chiiki_gis.core.crs import JGD2011
from chiiki_gis.ui.tools.tool import Point


def to_degrees(epsg: int, at: Point) -> LatLon | None:
    """A place in project CRS (east, north) in degrees of JGD2011; None too where there are none, far away."""
    transformer = _transformer(epsg)
    if transformer is None:
        return None
    longitude, latitude = transformer.transform(*at)
    return LatLon(latitude, longitude) if math.isfinite(latitude + longitude) else None


def to_plane(epsg: int, place: LatLon) -> Point | None:
    """Degrees of JGD2011 in project CRS: east, north."""
    transformer = _transformer(epsg)
    if transformer is None:
        return None
    x, y = transformer.transform(place.longitude, place.latitude, direction="INVERSE")
    return (float(x), float(y))


def convergence_deg(epsg: int, at: Point) -> float | None:
    """By how many degrees true north lies to the right of grid north; negative to the left (真北方向角)."""
    here = to_degrees(epsg, at)
    if here is None:
        return None
    factors = sys.modules["pyproj"].Proj(epsg).get_factors(here.longitude, here.latitude)
    return -float(factors.meridian_convergence)


def _transformer(epsg: int) -> Any:
    pyproj = sys.modules.get("pyproj")
    if not hasattr(pyproj, "Transformer") or not hasattr(pyproj, "Proj"):
        return None  # not there, or another thread is in the middle of importing it
    return _made(epsg)


@lru_cache(maxsize=4)
def _made(epsg: int) -> Any:
    return sys.modules["pyproj"].Transformer.from_crs(epsg, JGD2011, always_xy=True)
