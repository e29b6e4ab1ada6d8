"""The view: which part of the map lies where on the device."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chiiki_gis.render.view import SCREEN_PX_PER_MM, View

metres = st.floats(-500_000, 500_000)
sizes = st.floats(10, 5000)
views = st.builds(
    lambda x, y, scale, width, height, density, left, top: View.at_scale(
        (x, y), scale, width, height, density, left, top
    ),
    metres, metres, st.floats(100, 1_000_000), sizes, sizes, st.sampled_from([SCREEN_PX_PER_MM, 11.8, 47.2]),
    st.floats(0, 900), st.floats(0, 900),
)  # fmt: skip


@given(view=views, px=st.floats(-3000, 9000), py=st.floats(-3000, 9000))
def test_to_px_undoes_to_map(view: View, px: float, py: float) -> None:
    assert view.to_px(*view.to_map(px, py)) == pytest.approx((px, py), abs=1e-4)


@given(view=views)
def test_the_corners_of_the_extent_are_the_corners_of_the_rectangle(view: View) -> None:
    west, south, east, north = view.extent
    right, bottom = view.left_px + view.width_px, view.top_px + view.height_px
    assert view.to_px(west, north) == pytest.approx((view.left_px, view.top_px), abs=1e-4)
    assert view.to_px(east, south) == pytest.approx((right, bottom), abs=1e-4)


@given(view=views, factor=st.floats(0.2, 5), px=st.floats(0, 2000), py=st.floats(0, 2000))
def test_zooming_keeps_the_place_under_the_mouse(view: View, factor: float, px: float, py: float) -> None:
    closer = view.zoomed(factor, px, py)
    assert closer.to_px(*view.to_map(px, py)) == pytest.approx((px, py), abs=1e-3)
    assert closer.scale == pytest.approx(view.scale / factor)


@given(view=views, dx=st.floats(-2000, 2000), dy=st.floats(-2000, 2000))
def test_dragging_there_and_back_changes_nothing(view: View, dx: float, dy: float) -> None:
    back = view.moved(dx, dy).moved(-dx, -dy)
    assert (back.west, back.north) == pytest.approx((view.west, view.north), abs=1e-6)
    x, y = view.to_map(100, 100)
    assert view.moved(dx, dy).to_px(x, y) == pytest.approx((100 + dx, 100 + dy), abs=1e-3)


@given(view=views, width=sizes, height=sizes, scale=st.floats(100, 1_000_000))
def test_another_size_or_scale_keeps_the_middle(
    view: View, width: float, height: float, scale: float
) -> None:
    assert view.resized(width, height).center == pytest.approx(view.center, abs=1e-3)
    assert view.resized(width, height).scale == pytest.approx(view.scale)
    assert view.with_scale(scale).center == pytest.approx(view.center, abs=1e-3)
    assert view.with_scale(scale).scale == pytest.approx(scale)


def test_a_hundred_millimetres_on_paper_are_a_kilometre_and_a_half_at_15000() -> None:
    view = View.at_scale((0, 0), 15_000, 14_000, 9_900, 47.24)
    left, right = view.to_px(0, 0)[0], view.to_px(1500, 0)[0]
    assert (right - left) / view.px_per_mm == pytest.approx(100)


def test_a_fitted_extent_is_inside_with_a_margin_and_a_single_point_is_shown_too() -> None:
    extent = (-1000.0, 200.0, 3000.0, 900.0)
    west, south, east, north = View.fit(extent, 800, 600).extent
    assert west < -1000 and south < 200 and east > 3000 and north > 900  # noqa: PT018
    assert View.fit((5.0, 5.0, 5.0, 5.0), 800, 600).center == pytest.approx((5, 5))
