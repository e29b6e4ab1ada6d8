"""Control points: places known both on a scanned plan and on the ground (位置合わせの点)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["similarity", "affine"]
METHODS: dict[Method, str] = {
    "similarity": "相似（縮尺と回転だけ）",
    "affine": "アフィン（縦横の伸びとゆがみも）",
}
LEAST: dict[Method, int] = {"similarity": 2, "affine": 3}
"""So many points a method needs; with exactly so many nothing is left over to check it by."""


@dataclass(frozen=True)
class ControlPoint:
    """One place twice.

    column, row   on the picture, in pixels from its top left corner, with fractions
    east, north   on the ground, in metres of the project CRS
    is_used       False: kept in the list, left out of the fit
    """

    column: float
    row: float
    east: float
    north: float
    is_used: bool = True


@dataclass(frozen=True)
class Fit:
    """How a picture lies on the ground: east = a·column + b·row + c, north = d·column + e·row + f.

    residuals_m   of every point, also of those not used: how far the picture puts it from its place
    rmse_m        root of the mean square over the points used
    worst         index of the point without which the rest fits far better; None where there is none
    rmse_without_m  the RMSE without that point
    """

    matrix: tuple[float, float, float, float, float, float]
    residuals_m: tuple[float, ...]
    rmse_m: float
    worst: int | None = None
    rmse_without_m: float = 0.0

    def to_ground(self, column: float, row: float) -> tuple[float, float]:
        """East and north of a place on the picture."""
        a, b, c, d, e, f = self.matrix
        return a * column + b * row + c, d * column + e * row + f


@dataclass(frozen=True)
class ScanLook:
    """A scanned plan as it is shown for picking points.

    width, height   of the file, in pixels
    image           premultiplied blue, green, red, alpha, row by row, of the picture made smaller
    size            width and height of that image
    points          those with which the file was placed before, where it says so; in `epsg`
    """

    width: int
    height: int
    image: bytes
    size: tuple[int, int]
    points: tuple[ControlPoint, ...] = ()
    method: Method = "affine"
    epsg: int | None = None
