"""Vacant houses leave as numbers in which no house without consent can be found."""

from __future__ import annotations

import zipfile

import pyogrio
import pytest
from hypothesis import given
from hypothesis import strategies as some
from shapely.geometry import Point, box

from chiiki_gis.core.jobs import ExportOptions
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.house_counts import FEWEST, house_counts
from chiiki_gis.export.outgoing import export_frames
from chiiki_gis.tasks import leaving

TOWNS = {"本町": box(0, 0, 100, 100), "湖畔": box(100, 0, 200, 100), "奥山": box(200, 0, 300, 100)}


def put(plan, houses, *, towns=True):
    """Houses as (town, consent, level), each somewhere in its 町丁目."""
    if towns:
        plan.refer(Role.TOWN, "町丁目", list(TOWNS.values()), name=list(TOWNS))
    plan.refer(
        Role.VACANT_HOUSE,
        "空き家",
        [Point(TOWNS[town].bounds[0] + 10 + n, 50) for n, (town, _, _) in enumerate(houses)],
        所有者=[f"湖野{n}" for n in range(len(houses))],
        consent=[consent for _, consent, _ in houses],
        match_level=[level for _, _, level in houses],
    )
    return snapshot(plan.document)


def told(counts):
    return {row["name"].split("（")[0]: int(row["houses"]) for _, row in counts.iterrows()}


def test_a_town_with_three_houses_is_told_and_smaller_ones_are_one_number(bare):
    houses = (
        [("本町", "なし", "座標")] * 4 + [("湖畔", "未確認", "街区")] * 2 + [("奥山", "なし", "座標")] * 2
    )
    counts, notes = house_counts(put(bare, houses))
    assert told(counts) == {"本町": 4, "その他": 4}
    assert counts.geometry.iloc[1] is None
    assert "合わせて数え" in notes[0]


def test_two_houses_are_not_told_of_at_all(bare):
    houses = [("本町", "なし", "座標")] * 4 + [("湖畔", "未確認", "街区")] * 2
    counts, notes = house_counts(put(bare, houses))
    assert told(counts) == {"本町": 4}
    assert "数を示さず" in notes[0]


def test_consented_positions_cannot_be_taken_from_a_number(bare):
    """Two of three have agreed: with their positions and the number the third would be known."""
    values = put(bare, [("本町", "あり", "座標"), ("本町", "あり", "座標"), ("本町", "なし", "座標")])
    counts, _ = house_counts(values)
    assert counts.empty
    tables, _ = export_frames(values, [], with_consented_houses=True)
    assert [t.table for t in tables if t.role == Role.VACANT_HOUSE] == ["vacant_house"]


def test_houses_known_to_their_municipality_only_are_in_no_town(bare):
    houses = (
        [("本町", "なし", "座標")] * 3 + [("本町", "なし", "市区町村")] * 3 + [("本町", "なし", "町丁目")]
    )
    assert told(house_counts(put(bare, houses))[0]) == {"本町": 4, "その他": 3}


def test_without_towns_squares_are_counted_and_houses_of_a_town_only_are_not_placed(bare):
    houses = [("本町", "なし", "座標")] * 3 + [("本町", "なし", "町丁目")] * 3
    counts, _ = house_counts(put(bare, houses, towns=False))
    assert list(counts["houses"]) == [3, 3]
    assert counts.geometry.iloc[0].area == 500 * 500
    assert counts["name"].iloc[0].endswith("500m区画")


def test_a_plan_without_houses_has_no_numbers(bare):
    assert house_counts(snapshot(bare.document)) == (None, ())


_HOUSES = some.lists(
    some.tuples(
        some.sampled_from(list(TOWNS)),
        some.sampled_from(["あり", "なし", "未確認"]),
        some.sampled_from(["座標", "街区", "町丁目", "市区町村", "なし"]),
    ),
    min_size=1,
    max_size=20,
)


@given(houses=_HOUSES)
def test_whatever_the_houses_no_fewer_than_three_without_consent_can_be_worked_out(new_bare, houses):
    counts, _ = house_counts(put(new_bare(), houses))
    left = sum(counts["houses"])
    assert left <= len(houses)
    places = {
        name: [h for h in houses if h[0] == name and h[2] in ("座標", "街区", "町丁目")] for name in TOWNS
    }
    for name, number in told(counts).items():
        inside = places.get(name)
        if inside is None:
            shown = [n for n in told(counts) if n in places]
            inside = [h for h in houses if not any(h in places[n] and h[0] == n for n in shown)]
        assert len(inside) == number
        others = sum(h[1] != "あり" for h in inside)
        assert number >= FEWEST
        assert others == 0 or others >= FEWEST


def test_numbers_go_with_every_format_and_names_of_owners_with_none(bare, tmp_path):
    values = put(bare, [("本町", "なし", "座標")] * 5)
    options = ExportOptions(reason="試験")
    path = leaving.export(values, "package", tmp_path, options=options).files[0]
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert {"shapefile/vacant_house_counts.shp", "geojson/vacant_house_counts.geojson"} <= set(names)
        assert not any("湖野0".encode() in archive.read(name) for name in names)
        (tmp_path / "p.gpkg").write_bytes(archive.read("geopackage/submission.gpkg"))
    counts = pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="vacant_house_counts")
    assert list(counts["houses"]) == [5]
    shape = pyogrio.read_dataframe(f"/vsizip/{path}/shapefile/vacant_house_counts.shp", encoding="cp932")
    assert list(shape["空き家数"]) == [5]


def test_the_page_for_residents_has_no_numbers_and_says_nothing_of_them(bare, tmp_path):
    values = put(bare, [("本町", "なし", "座標")] * 5)
    written = leaving.export(values, "html", tmp_path, options=ExportOptions(reason="試験"))
    assert not any("町丁目・区画" in note for note in written.notes)
    assert "空き家" not in (tmp_path / "map.html").read_text("utf-8")


@pytest.mark.parametrize("degrees", [False, True])
def test_numbers_follow_the_coordinate_system_that_was_chosen(bare, degrees):
    values = put(bare, [("本町", "なし", "座標")] * 5)
    tables, _ = export_frames(values, [], degrees=degrees)
    (counts,) = [table for table in tables if table.table == "vacant_house_counts"]
    assert counts.epsg == (6668 if degrees else 6676)
