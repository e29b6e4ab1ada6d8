"""A scanned plan is put on the ground by control points."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chiiki_gis.analysis.georeference import fit
from chiiki_gis.core.control_points import ControlPoint, Method
from chiiki_gis.core.errors import BadInput

CORNERS = ((120.0, 90.0), (9_800.0, 150.0), (9_700.0, 6_900.0), (200.0, 7_000.0), (5_000.0, 3_300.0))
near = st.floats(-1.5, 1.5, allow_nan=False)
far = st.floats(-300_000, 300_000, allow_nan=False)


def placed(
    matrix: tuple[float, ...], places: tuple[tuple[float, float], ...] = CORNERS
) -> list[ControlPoint]:
    a, b, c, d, e, f = matrix
    return [ControlPoint(x, y, a * x + b * y + c, d * x + e * y + f) for x, y in places]


def similarity(scale: float, turn: float, east: float, north: float) -> tuple[float, ...]:
    p, q = scale * math.cos(turn), scale * math.sin(turn)
    return (p, q, east, q, -p, north)


@given(near, near, far, near, near, far)
def test_a_known_affine_transformation_is_found_again_and_leaves_nothing_over(
    a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    assume(abs(a * e - b * d) > 1e-3)
    found = fit(placed((a, b, c, d, e, f)), "affine")
    assert found.matrix == pytest.approx((a, b, c, d, e, f), rel=1e-9, abs=1e-6)
    assert max(found.residuals_m) < 1e-6
    assert found.worst is None


@given(st.floats(0.01, 20), st.floats(-math.pi, math.pi), far, far)
def test_a_known_similarity_is_found_again_by_both_methods(
    scale: float, turn: float, east: float, north: float
) -> None:
    matrix = similarity(scale, turn, east, north)
    for method in ("similarity", "affine"):
        found = fit(placed(matrix), method)  # type: ignore[arg-type]  # a Method
        assert found.matrix == pytest.approx(matrix, rel=1e-9, abs=1e-5)
        assert found.rmse_m < 1e-5


@given(st.integers(0, 4), st.floats(20, 500), st.floats(0, 2 * math.pi))
def test_a_point_put_wrongly_is_named_and_the_rest_fits_without_it(
    number: int, metres: float, turn: float
) -> None:
    points = placed(similarity(0.2, 0.1, -20_000, 5_000))
    wrong = points[number]
    points[number] = replace(
        wrong, east=wrong.east + metres * math.cos(turn), north=wrong.north + metres * math.sin(turn)
    )
    found = fit(points, "similarity")
    assert found.worst == number
    assert found.rmse_without_m < 1e-6 < found.rmse_m


@pytest.mark.parametrize(("method", "count"), [("similarity", 2), ("affine", 3)])
def test_the_least_number_of_points_fits_exactly_and_fewer_are_refused(method: Method, count: int) -> None:
    points = placed(similarity(0.5, 0.3, 100, 200), CORNERS[:3])
    assert fit(points[:count], method).rmse_m < 1e-9
    with pytest.raises(BadInput) as refused:
        fit(points[: count - 1], method)
    assert len(str(refused.value).split("\n")) == 3


def test_a_point_left_out_keeps_its_residual_and_does_not_pull() -> None:
    points = placed(similarity(0.5, 0.0, 0, 0))
    points[4] = replace(points[4], east=points[4].east + 100, is_used=False)
    found = fit(points, "affine")
    assert found.residuals_m[4] == pytest.approx(100)
    assert found.rmse_m < 1e-9


def test_points_on_one_line_place_no_affine_plan_but_a_similar_one() -> None:
    line = tuple((100.0 * n, 50.0 * n) for n in range(5))
    points = placed(similarity(0.5, 0.0, 0, 0), line)
    with pytest.raises(BadInput, match="直線"):
        fit(points, "affine")
    assert fit(points, "similarity").rmse_m < 1e-9


@pytest.mark.parametrize("method", ["similarity", "affine"])
def test_points_at_one_place_place_nothing(method: Method) -> None:
    with pytest.raises(BadInput):
        fit([ControlPoint(5, 5, n, n * n) for n in range(4)], method)
    with pytest.raises(BadInput):
        fit([ControlPoint(x, y, 7, 7) for x, y in CORNERS], method)


def test_the_rmse_is_the_root_of_the_mean_square() -> None:
    points = [ControlPoint(x, y, x, -y) for x, y in ((0, 0), (10, 0), (10, 10), (0, 10))]
    pushed = [replace(p, north=p.north + (1 if n % 2 else -1)) for n, p in enumerate(points)]
    found = fit(pushed, "affine")
    assert found.residuals_m == pytest.approx((1, 1, 1, 1))
    assert found.rmse_m == pytest.approx(1)
