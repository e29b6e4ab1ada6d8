"""How two scenarios differ: every m² and every feature is accounted for."""

from __future__ import annotations

import geopandas
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from chiiki_gis.analysis.scenario_difference import difference
from chiiki_gis.core.frames import conform
from chiiki_gis.core.role import Role

EPSG = 6676
_box = st.builds(
    lambda x, y, w, h: shapely.box(x, y, x + w, y + h),
    st.integers(0, 60), st.integers(0, 60), st.integers(1, 40), st.integers(1, 40),
)  # fmt: skip


def _areas(shapes: list[object], first: int = 1, names: list[str] | None = None) -> geopandas.GeoDataFrame:
    named = names or [f"区域{n}" for n in range(1, len(shapes) + 1)]
    frame = geopandas.GeoDataFrame(
        {"name": named, "number": range(1, len(shapes) + 1)},
        geometry=shapes,
        crs=EPSG,
        index=range(first, first + len(shapes)),
    )
    return conform(frame, Role.PROMOTION_AREA)


@settings(max_examples=60)
@given(st.lists(_box, max_size=4), st.lists(_box, max_size=4))
def test_what_was_and_what_came_less_what_went_is_what_is(before: list[object], after: list[object]) -> None:
    found = difference(_areas(before), _areas(after, 20))
    was, now = shapely.union_all(before).area, shapely.union_all(after).area
    assert was + found.added_m2 - found.removed_m2 == pytest.approx(now, abs=1e-6)
    assert len(before) + found.count("added") - found.count("removed") == len(after)


@given(st.lists(_box, max_size=4))
def test_a_copy_does_not_differ(shapes: list[object]) -> None:
    found = difference(_areas(shapes), _areas(shapes, 30))
    assert found.rows == ()
    assert (found.added_m2, found.removed_m2, len(found.shapes)) == (0.0, 0.0, 0)


@given(st.lists(_box, max_size=4), st.lists(_box, max_size=4))
@settings(max_examples=30)
def test_the_other_way_round_added_and_removed_change_places(one: list[object], two: list[object]) -> None:
    there, back = difference(_areas(one), _areas(two)), difference(_areas(two), _areas(one))
    assert there.added_m2 == pytest.approx(back.removed_m2)
    assert there.count("added") == back.count("removed")
    assert there.count("changed") == back.count("changed")


def test_a_moved_area_is_one_change_with_its_ground_and_its_way() -> None:
    (row,) = difference(_areas([shapely.box(0, 0, 10, 10)]), _areas([shapely.box(4, 0, 14, 10)], 9)).rows
    assert (row.state, row.base_fid, row.fid) == ("changed", 1, 9)
    assert row.added_m2 == pytest.approx(40)
    assert row.removed_m2 == pytest.approx(40)
    assert row.moved_m == pytest.approx(4)


def test_a_renamed_area_is_known_by_its_shape() -> None:
    box = shapely.box(0, 0, 10, 10)
    (row,) = difference(_areas([box]), _areas([box], names=["宮川"])).rows
    assert (row.state, row.columns) == ("changed", ("name",))


def test_more_vertices_on_the_same_border_are_no_difference() -> None:
    box = shapely.box(0, 0, 10, 10)
    assert difference(_areas([box]), _areas([shapely.segmentize(box, 1.0)])).rows == ()


def test_facilities_show_where_they_were_and_are() -> None:
    def placed(x: float) -> geopandas.GeoDataFrame:
        return conform(
            geopandas.GeoDataFrame({"name": ["館"], "number": [1]}, geometry=[shapely.Point(x, 0)], crs=EPSG),
            Role.FACILITY,
        )

    found = difference(placed(0.0), placed(30.0))
    assert found.rows[0].moved_m == pytest.approx(30)
    assert sorted(found.shapes["state"]) == ["added", "moved", "removed"]
    assert found.added_m2 == 0.0
