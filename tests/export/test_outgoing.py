"""What leaves the program, and what stays."""

from __future__ import annotations

import pytest
from shapely.geometry import GeometryCollection, LineString, Point

from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.role import PLAN_ROLES, Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.dictionary import FIELDS
from chiiki_gis.export.outgoing import FINAL_WORD, export_frames, families
from chiiki_gis.export.privacy import consented_houses


def tables(plan, **options):
    layers, notes = export_frames(snapshot(plan.document), plan.verdicts, **options)
    return {layer.table: layer for layer in layers}, notes


def test_the_plan_and_its_borders_leave_and_nothing_else(plan):
    found, _ = tables(plan)
    assert list(found) == [*(role.value for role in PLAN_ROLES), "municipality", "zoning"]


def test_vacant_houses_stay_and_a_note_says_so(plan):
    found, notes = tables(plan)
    assert "vacant_house" not in found
    assert any("空き家の位置と元の列は" in note for note in notes)


def test_only_consented_houses_leave_when_asked_for_and_without_any_original_column(plan):
    found, notes = tables(plan, with_consented_houses=True)
    houses = found["vacant_house"].frame
    assert list(houses.columns) == ["match_level", "consent", "geometry"]
    assert list(houses.index) == [1]
    assert "湖野太郎" not in houses.to_json()
    assert any("1件の位置だけ" in note and "1件と元の列" in note for note in notes)


def test_houses_without_a_column_of_consent_never_leave(plan):
    houses = snapshot(plan.document).frame(Role.VACANT_HOUSE).drop(columns="consent")
    assert consented_houses(houses).empty


def test_every_frame_has_exactly_the_columns_of_its_dictionary(plan):
    found, _ = tables(plan)
    for layer in found.values():
        assert ["fid", *layer.frame.columns[:-1]] == [f.name for f in FIELDS[layer.role]]


def test_original_columns_of_reference_layers_stay(plan):
    assert "A29_004" not in tables(plan)[0]["zoning"].frame.columns


def test_facilities_carry_the_verdict_of_their_building(plan):
    frame = tables(plan)[0]["facility"].frame
    assert list(frame["verdict"]) == ["special24_candidate"] * 2
    assert frame.loc[1, "articles"] == "建築基準法48条1項、広活法24条"
    assert list(frame["provisional"]) == [False, True]


def test_the_last_word_of_the_authority_goes_with_every_verdict(plan):
    assert FINAL_WORD in tables(plan)[1]


def test_a_facility_without_a_verdict_is_named_in_a_note(plan):
    del plan.verdicts[1]
    found, notes = tables(plan)
    assert found["facility"].frame.loc[2, "verdict"] is None
    assert any("1件には判定がありません" in note for note in notes)


def test_the_number_of_a_vacant_house_stays(plan):
    found, notes = tables(plan)
    assert "vacant_house_fid" not in found["facility"].frame.columns
    assert any("空き家の番号" in note for note in notes)


def test_areas_are_measured_in_hectares_of_the_plane(plan):
    areas = tables(plan)[0]["promotion_area"].frame["area_ha"]
    exact = (900**2 - 200**2 - 100**2 + 60**2 + 333.333**2) / 10_000
    assert list(areas) == [round(exact, 4), 16.0]


def test_only_the_current_scenario_leaves(plan):
    plan.put(Role.PROMOTION_AREA, [Point(0, 0).buffer(10)], name=["案の二"], scenario=["B"])
    assert "案の二" not in list(tables(plan)[0]["promotion_area"].frame["name"])


def test_two_layers_of_one_role_become_two_tables(plan):
    plan.refer(Role.ZONING, "用途地域（隣）", [Point(0, 0).buffer(10)], name=["商業地域"], zone_id=["C"])
    found, _ = tables(plan)
    assert found["zoning_2"].title == "用途地域（隣）"


def test_an_empty_plan_gives_its_five_empty_tables(bare):
    found, notes = tables(bare)
    assert [len(layer.frame) for layer in found.values()] == [0] * 5
    assert notes == ()


def test_the_kinds_of_geometry_are_told_points_first(plan):
    found, _ = tables(plan)
    assert families(found["facility"]) == ["point", "polygon"]
    assert families(found["access_link"]) == ["line"]


def test_a_mixture_of_points_and_lines_in_one_feature_is_refused(plan):
    mixed = GeometryCollection([Point(0, 0), LineString([(0, 0), (1, 1)])])
    plan.put(Role.SITE, [mixed], name=["混合"])
    with pytest.raises(BadInput, match="点と線と面が混ざって"):
        tables(plan)
