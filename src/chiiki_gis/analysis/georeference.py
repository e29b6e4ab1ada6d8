"""Where a scanned plan lies on the ground, by least squares over control points.

Similarity (ヘルマート変換) and affine transformation of the plane. A plan is looked at from above, so that
the rows of the picture run against north: the similarity has that reflection built in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from chiiki_gis.core.control_points import LEAST, ControlPoint, Fit, Method
from chiiki_gis.core.errors import BadInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLATTEST = 1e-3
"""Points whose spread across is less than this share of their spread along lie on one line."""
FAR_BETTER = 0.4
"""A point is suspect where the rest fits with less than this share of the RMSE."""


def fit(points: Sequence[ControlPoint], method: Method) -> Fit:
    """The transformation that puts the points used nearest to their places.

    Raises BadInput for too few points, for points on one line (affine) or at one place.
    """
    used = [n for n, point in enumerate(points) if point.is_used]
    if len(used) < LEAST[method]:
        raise BadInput(
            "位置を計算できませんでした。",
            f"使う点が{len(used)}個で、{LEAST[method]}個に足りません。",
            "画像と地図の同じ場所に、点を足してください。",
        )
    picture, ground = _arrays(points)
    matrix = _solved(picture[used], ground[used], method)
    left = _distances(matrix, picture, ground)
    worst, without = _worst(picture, ground, used, method, _rmse(left[used]))
    return Fit(matrix, tuple(left.tolist()), _rmse(left[used]), worst, without)


def _arrays(points: Sequence[ControlPoint]) -> tuple[NDArray[Any], NDArray[Any]]:
    picture = np.array([[p.column, p.row] for p in points], float).reshape(-1, 2)
    ground = np.array([[p.east, p.north] for p in points], float).reshape(-1, 2)
    return picture, ground


def _solved(
    picture: NDArray[Any], ground: NDArray[Any], method: Method
) -> tuple[float, float, float, float, float, float]:
    """Solved about the middles and in units of the spread, so that large coordinates lose no digits."""
    middle, there = picture.mean(axis=0), ground.mean(axis=0)
    spread = np.linalg.svd(picture - middle, compute_uv=False)
    if spread[0] == 0 or (method == "affine" and spread[1] < FLATTEST * spread[0]):
        raise BadInput(
            "位置を計算できませんでした。",
            "点が一つの場所か、一本の直線の上に並んでいます。",
            "図面の四隅の近くなど、離れた場所に点を置いてください。",
        )
    x, y = ((picture - middle) / spread[0]).T
    east, north = (ground - there).T
    if method == "affine":
        basis = np.column_stack([x, y])
        (a, b), (d, e) = (np.linalg.lstsq(basis, v, rcond=None)[0] for v in (east, north))
    else:
        basis = np.vstack([np.column_stack([x, y]), np.column_stack([-y, x])])
        (p, q), *_ = np.linalg.lstsq(basis, np.concatenate([east, north]), rcond=None)
        a, b, d, e = p, q, q, -p
    a, b, d, e = (float(v) / float(spread[0]) for v in (a, b, d, e))
    if abs(a * e - b * d) < 1e-12:
        raise BadInput(
            "位置を計算できませんでした。",
            "地図の点が一つの場所か、一本の直線の上に並んでいます。",
            "地図で選んだ場所を確かめてください。",
        )
    c = float(there[0] - a * middle[0] - b * middle[1])
    f = float(there[1] - d * middle[0] - e * middle[1])
    return a, b, c, d, e, f


def _distances(matrix: Sequence[float], picture: NDArray[Any], ground: NDArray[Any]) -> NDArray[Any]:
    a, b, c, d, e, f = matrix
    put = np.column_stack(
        [a * picture[:, 0] + b * picture[:, 1] + c, d * picture[:, 0] + e * picture[:, 1] + f]
    )
    found: NDArray[Any] = np.hypot(*(put - ground).T)
    return found


def _rmse(distances: NDArray[Any]) -> float:
    return float(np.sqrt(np.mean(distances**2)))


def _worst(
    picture: NDArray[Any], ground: NDArray[Any], used: list[int], method: Method, rmse: float
) -> tuple[int | None, float]:
    """The point without which the others fit far better, and how well; enough must be left to tell."""
    best: tuple[int | None, float] = (None, 0.0)
    if len(used) < LEAST[method] + 2 or rmse < 1e-6:
        return best
    for number in used:
        rest = [n for n in used if n != number]
        try:
            matrix = _solved(picture[rest], ground[rest], method)
        except BadInput:
            continue
        without = _rmse(_distances(matrix, picture[rest], ground[rest]))
        if without < FAR_BETTER * rmse and (best[0] is None or without < best[1]):
            best = (number, without)
    return best
