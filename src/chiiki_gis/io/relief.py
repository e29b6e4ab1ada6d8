"""Hillshade: how bright the ground is under a low sun from the north-west.

The gradient is that of B. K. P. Horn, Hill shading and the reflectance map, Proc. IEEE 69 (1981), as GIS
programs have it; the light is Lambert's.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

AZIMUTH_DEG, ALTITUDE_DEG = 315.0, 45.0
"""Where the sun stands: north-west, as maps have it, so that the eye sees hills and not hollows."""
EXAGGERATION = 1.3
"""Heights are raised by this factor: hills of a few hundred metres stay visible on a town's map."""
FLAT = round(1 + 254 * math.sin(math.radians(ALTITUDE_DEG)))
"""The shade of level ground."""


def hillshade(heights: NDArray[np.float32], step_x: float, step_y: float) -> NDArray[np.uint8]:
    """The shade of every cell: 1 (dark) to 255 (bright), 0 where there is no height.

    heights   metres, one cell wider than the result on every side; NaN where nothing is known
    step_x    width and height of a cell in metres; rows run from north to south
    """
    middle = heights[1:-1, 1:-1]
    rows, columns = middle.shape

    def beside(down: int, right: int) -> NDArray[np.float32]:
        part = heights[1 + down : 1 + down + rows, 1 + right : 1 + right + columns]
        return np.where(np.isnan(part), middle, part)

    nw, n, ne = beside(-1, -1), beside(-1, 0), beside(-1, 1)
    w, e = beside(0, -1), beside(0, 1)
    sw, s, se = beside(1, -1), beside(1, 0), beside(1, 1)
    east = ((ne + 2 * e + se) - (nw + 2 * w + sw)) * (EXAGGERATION / (8 * step_x))
    north = ((nw + 2 * n + ne) - (sw + 2 * s + se)) * (EXAGGERATION / (8 * step_y))
    azimuth, altitude = math.radians(AZIMUTH_DEG), math.radians(ALTITUDE_DEG)
    sun_east = math.cos(altitude) * math.sin(azimuth)
    sun_north = math.cos(altitude) * math.cos(azimuth)
    light = (math.sin(altitude) - sun_east * east - sun_north * north) / np.sqrt(1 + east**2 + north**2)
    shade = np.rint(1 + 254 * np.clip(light, 0, 1))
    return np.where(np.isnan(middle), 0, np.nan_to_num(shade)).astype("u1")
