"""Several uses in one building: one number, one name, one place; and numbering as in the plan document."""

from __future__ import annotations

import shapely

from chiiki_gis.core.building_rows import add_use, drop_use, first_rows, mates, renumber, with_whole_buildings
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility, delete_features, set_cells, set_geometry, set_values
from chiiki_gis.core.layer import Fid, LayerId, same_frame
from chiiki_gis.core.role import KINDS, Role

FACILITY = LayerId("facility")


def plan(*kinds: str) -> Document:
    document = new_document(Header("u", (Municipality("20999", "試験市"),), 6676))
    for place, kind in enumerate(kinds):
        document.apply(add_facility(document, kind, shapely.Point(place * 10, 0)))
    return document


def with_two_uses() -> Document:
    document = plan("coworking", "exchange")
    document.apply(add_use(document, Fid(1), "convenience")[0])
    return document


def test_an_added_use_is_a_row_of_the_same_building_without_class_and_floor() -> None:
    document = plan("coworking")
    document.apply(
        set_values(document, FACILITY, Fid(1), {"use_class": "office", "use_floor_m2": 80.0}, "記入")
    )
    change, new = add_use(document, Fid(1), "lodging")
    before = document.plan(Role.FACILITY)
    inverse = document.apply(change)
    rows = document.plan(Role.FACILITY)
    assert new == 2
    assert mates(rows, 1) == (1, 2)
    for column in ("building_id", "number", "name", "scenario"):
        assert rows.at[1, column] == rows.at[2, column]
    assert rows.geometry[1].equals_exact(rows.geometry[2], 0)
    assert (rows.at[2, "kind"], rows.at[2, "item"]) == ("lodging", 3)
    assert rows.at[2, "use_class"] is None
    assert rows.loc[2, "use_floor_m2"] != rows.loc[2, "use_floor_m2"]
    document.apply(inverse)
    assert same_frame(document.plan(Role.FACILITY), before)


def test_a_row_without_building_gets_one_when_a_use_is_added() -> None:
    document = plan("coworking")
    document.apply(set_values(document, FACILITY, Fid(1), {"building_id": None}, "消す"))
    document.apply(add_use(document, Fid(1))[0])
    rows = document.plan(Role.FACILITY)
    assert list(rows["building_id"]) == ["b1", "b1"]


def test_name_number_and_place_go_to_all_uses_of_the_building_and_to_no_other() -> None:
    document = with_two_uses()
    renamed = set_values(document, FACILITY, Fid(3), {"name": "蓼科の家", "use_floor_m2": 12.0}, "名称を変更")
    document.apply(with_whole_buildings(document, renamed))
    moved = set_geometry(document, FACILITY, Fid(1), shapely.box(0, 0, 5, 5), "敷地を描く")
    inverse = document.apply(with_whole_buildings(document, moved))
    rows = document.plan(Role.FACILITY)
    assert list(rows["name"]) == ["蓼科の家", "交流施設2", "蓼科の家"]
    assert list(rows.geometry.geom_type) == ["Polygon", "Point", "Polygon"]
    assert rows["use_floor_m2"].notna().tolist() == [False, False, True]
    document.apply(inverse)
    assert set(document.plan(Role.FACILITY).geometry.geom_type) == {"Point"}


def test_what_already_differed_between_the_uses_is_left_alone() -> None:
    document = with_two_uses()
    document.apply(set_values(document, FACILITY, Fid(3), {"total_floor_m2": 70.0}, "記入"))
    edit = set_values(document, FACILITY, Fid(1), {"total_floor_m2": 90.0}, "記入")
    document.apply(with_whole_buildings(document, edit))
    assert list(document.plan(Role.FACILITY)["total_floor_m2"].dropna()) == [90.0, 70.0]


def test_two_uses_named_in_one_change_keep_what_it_says() -> None:
    document = with_two_uses()
    cells = {Fid(1): {"name": "甲"}, Fid(3): {"name": "乙"}}
    change = set_cells(document, FACILITY, cells, "貼り付け")
    assert with_whole_buildings(document, change) is change


def test_another_scenario_is_not_touched() -> None:
    document = with_two_uses()
    document.apply(set_values(document, FACILITY, Fid(3), {"scenario": "B"}, "案"))
    edit = set_values(document, FACILITY, Fid(1), {"name": "甲"}, "名称を変更")
    assert with_whole_buildings(document, edit) is edit


def test_a_use_is_taken_out_and_the_building_stays() -> None:
    document = with_two_uses()
    change = drop_use(document, Fid(1))
    assert change.note == "建築物から用途「コワーキング」を外す"
    document.apply(change)
    assert list(document.plan(Role.FACILITY).index) == [2, 3]


def test_deleting_a_facility_takes_all_its_uses_and_says_so() -> None:
    document = with_two_uses()
    change = delete_features(document, FACILITY, (Fid(1),))
    assert change.note == "拠点施設「コワーキング1」（用途2件）を削除"
    document.apply(change)
    assert list(document.plan(Role.FACILITY).index) == [2]


def test_numbers_follow_the_items_and_kinds_of_the_plan_document_one_a_building() -> None:
    document = plan("employment", "exchange", "coworking", "trial_house", "convenience", "coworking")
    document.apply(add_use(document, Fid(2), "convenience")[0])
    change = renumber(document)
    document.apply(change)
    rows = document.plan(Role.FACILITY)
    told = {int(fid): int(number) for fid, number in rows["number"].items()}
    assert told == {3: 1, 6: 2, 4: 3, 2: 4, 7: 4, 5: 5, 1: 6}
    assert renumber(document).is_empty


def test_numbering_starts_anew_in_each_scenario() -> None:
    document = plan("coworking", "coworking")
    document.apply(set_values(document, FACILITY, Fid(2), {"scenario": "B", "number": 8}, "案"))
    document.apply(renumber(document, "B"))
    assert list(document.plan(Role.FACILITY)["number"]) == [1, 1]


def test_every_kind_has_a_number_of_its_item() -> None:
    document = plan(*KINDS)
    assert list(document.plan(Role.FACILITY)["item"]) == [3, 3, 3, 3, 4, 4]


def test_a_row_without_building_does_not_move_into_another_one() -> None:
    document = plan("coworking", "exchange")
    document.apply(
        set_cells(document, FACILITY, {Fid(1): {"building_id": None}, Fid(2): {"building_id": "b1"}}, "")
    )
    document.apply(add_use(document, Fid(1))[0])
    rows = document.plan(Role.FACILITY)
    assert mates(rows, 1) == (1, 3)
    assert mates(rows, 2) == (2,)


def test_one_row_a_building_is_left_and_rows_of_different_buildings_all_stay() -> None:
    single = plan("coworking", "coworking").plan(Role.FACILITY)
    assert first_rows(single) is single
    double = with_two_uses().plan(Role.FACILITY)
    assert len(first_rows(double)) == double["building_id"].nunique() < len(double)
    assert len(first_rows(double, by_place=True)) == len(first_rows(double))
