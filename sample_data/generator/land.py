"""The land: a valley with a river, a lake at its head, mountains; and the town's own coordinates.

Everything is in plane VIII metres (EPSG:6676). Along the valley runs an axis; (s, t) are metres along it
from the south-west and across it to the north-west. Streets, blocks and areas are laid out in (s, t).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

EPSG = 6676
WEST, SOUTH = -24_000.0, 12_000.0
WIDTH, HEIGHT = 12_600.0, 9_400.0
SEED = 20999
LAKE_S, LAKE_T = 8_250.0, 120.0
LAKE_RADIUS = 640.0

Floats = NDArray[np.float64]


def axis(s: Floats) -> Floats:
    """Points of the valley's axis, (n, 2)."""
    s = np.asarray(s, "f8")
    x = WEST + 1_500 + 0.93 * s
    y = SOUTH + 3_300 + 0.30 * s + 330 * np.sin(s / 1_900) + 120 * np.sin(s / 700 + 1)
    return np.column_stack([x, y])


def place(s: Floats | float, t: Floats | float) -> Floats:
    """From (s, t) to plane coordinates, (n, 2)."""
    s, t = np.broadcast_arrays(np.atleast_1d(np.asarray(s, "f8")), np.asarray(t, "f8"))
    ahead, behind = axis(s + 60), axis(s - 60)
    d = ahead - behind
    d /= np.hypot(d[:, 0], d[:, 1])[:, None]
    normal = np.column_stack([-d[:, 1], d[:, 0]])
    return np.round(axis(s) + normal * t[:, None], 3)


def river_t(s: Floats | float) -> Floats:
    """Where the river runs, across the valley."""
    s = np.asarray(s, "f8")
    return -330 + 90 * np.sin(s / 520) + 45 * np.sin(s / 230 + 2)


def height(x: Floats, y: Floats) -> Floats:
    """Height above sea in metres."""
    s = np.linspace(-2_000, 13_000, 400)
    line = axis(s)
    shape = np.shape(x)
    flat = np.column_stack([np.ravel(x), np.ravel(y)])
    along = np.interp(flat[:, 0], line[:, 0], s)
    across = flat[:, 1] - np.interp(flat[:, 0], line[:, 0], line[:, 1])
    floor = 720 + 0.014 * along
    slope = np.clip(np.abs(across + 150) - 900, 0, None)
    hills = 1.0 - np.exp(-((slope / 1_500) ** 1.5))
    up = floor + hills * (150 + 430 * _relief(flat)) + 0.10 * slope * hills
    lake = place(LAKE_S, LAKE_T)[0]
    near = np.hypot(flat[:, 0] - lake[0], flat[:, 1] - lake[1])
    basin = np.exp(-((near / 1_500) ** 4))
    up = up * (1 - basin) + (720 + 0.014 * LAKE_S) * basin
    return np.where(near < LAKE_RADIUS * 0.96, 720 + 0.014 * LAKE_S, up).reshape(shape)


def _relief(flat: Floats) -> Floats:
    """Crests between valleys, from about 0 to 1: random waves, long ones high and short ones low (1/f)."""
    step, side = 25.0, 1024
    rng = np.random.default_rng(SEED + 40)
    wave = np.fft.fftfreq(side, step)
    length = np.hypot(wave[:, None], wave[None, :])
    power = length / (length**2 + (1 / 2_600) ** 2) ** 1.78
    field = np.fft.ifft2(np.fft.fft2(rng.normal(size=(side, side))) * power).real
    field = field / field.std()
    crests = 0.55 + 0.17 * field
    column, row = (flat[:, 0] - WEST) / step + 100, (flat[:, 1] - SOUTH) / step + 100
    i, j = np.floor(column).astype("i8"), np.floor(row).astype("i8")
    u, v = column - i, row - j
    west = crests[i, j] * (1 - v) + crests[i, j + 1] * v
    east = crests[i + 1, j] * (1 - v) + crests[i + 1, j + 1] * v
    return west * (1 - u) + east * u


def wobble(count: int, seed: int, size: float, smooth: int = 5) -> Floats:
    """A smooth closed random series of `count` values with about the given size."""
    rng = np.random.default_rng(SEED + seed)
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    total = np.zeros(count)
    for wave in range(2, 2 + smooth * 3):
        total += rng.normal(0, 1 / wave) * np.cos(wave * angle + rng.uniform(0, 6.28))
    return size * total / max(float(np.abs(total).max()), 1e-9)


def lake_ring(grow: float = 0.0, count: int = 180) -> Floats:
    """The lake's shore, or a curve at a distance outside it, closed."""
    center = place(LAKE_S, LAKE_T)[0]
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radius = LAKE_RADIUS * (1 + 0.22 * np.cos(2 * angle + 0.7)) + wobble(count, 1, 55) + grow
    ring = center + np.column_stack([np.cos(angle), np.sin(angle)]) * radius[:, None]
    return np.round(np.vstack([ring, ring[:1]]), 3)
