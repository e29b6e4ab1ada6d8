"""Areas made of polygons, and the sentences that follow."""

from __future__ import annotations

from dataclasses import replace

import geopandas
import pytest
import shapely

from chiiki_gis.core.area_parts import Pick, state_of
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Header, Municipality, new_document
from chiiki_gis.core.errors import BadInput
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import Snapshot, snapshot
from chiiki_gis.io.store import memory_ref
from chiiki_gis.tasks.area_build import build_area, describe_area

TOWN, ZONE, LOT = LayerId("town_1"), LayerId("zoning_1"), LayerId("lot_1")


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


def layer(layer_id: LayerId, role: Role, columns: dict[str, list[object]], shapes: list[object]) -> Layer:
    frame = geopandas.GeoDataFrame(columns, geometry=shapes, crs=6676)
    frame.index = frame.index.astype("int64").rename("fid") + 1
    return Layer(layer_id, role, role.japanese, memory_ref(frame))


@pytest.fixture
def values() -> Snapshot:
    """Three towns side by side (中町 in two pieces), two zones, three lots, two of them of one number."""
    document = new_document(Header("a", (Municipality("20999", "試験市"),), 6676))
    towns = [box(0, 0, 100, 100), box(100, 0, 150, 100), box(150, 0, 200, 100), box(200, 0, 300, 100)]
    zones = [box(20, 20, 60, 60), box(120, 20, 160, 60), box(500, 0, 600, 100)]
    lots = [box(0, 0, 10, 10), box(10, 0, 20, 10), box(210, 0, 220, 10)]
    layers = (
        layer(TOWN, Role.TOWN, {"name": ["東町", "中町", "中町", "西町"]}, list(towns)),
        layer(ZONE, Role.ZONING, {"name": ["工業地域", "工業地域", "商業地域"]}, list(zones)),
        layer(LOT, Role.LOT, {"地番": ["92", "201-2", "92"], "name": ["山田", "川上", "林"]}, list(lots)),
    )
    document.apply(Change("取り込み", put_layers=layers))
    return snapshot(document)


def sentence(values: Snapshot, *picks: Pick) -> str:
    return build_area(values, picks).parts.sentence


def test_a_unit_is_whole_only_with_all_features_of_its_name(values: Snapshot) -> None:
    assert sentence(values, Pick(TOWN, 1), Pick(TOWN, 2)) == "東町の全域及び中町の一部"
    assert sentence(values, Pick(TOWN, 1), Pick(TOWN, 2), Pick(TOWN, 3)) == "東町及び中町の全域"


def test_the_shape_is_that_of_the_tables_to_the_last_bit(values: Snapshot) -> None:
    built = build_area(values, (Pick(TOWN, 4),))
    assert built.shape.normalize().wkb == box(200, 0, 300, 100).normalize().wkb


def test_what_is_taken_out_is_named_where_all_of_it_is_out(values: Snapshot) -> None:
    out = (Pick(ZONE, 1, True), Pick(ZONE, 2, True))
    built = build_area(values, (Pick(TOWN, 1), *out))
    assert built.shape.area == pytest.approx(10_000 - 1_600)
    assert built.parts.sentence == "東町の全域（工業地域の区域を除く。）"


def test_where_only_some_of_a_name_is_taken_out_the_unit_is_there_in_part(values: Snapshot) -> None:
    picks = (Pick(TOWN, 1), Pick(TOWN, 2), Pick(TOWN, 3), Pick(ZONE, 1, True))
    assert sentence(values, *picks) == "中町の全域及び東町の一部"


def test_what_was_outside_anyway_is_not_named_as_taken_out(values: Snapshot) -> None:
    assert sentence(values, Pick(TOWN, 1), Pick(ZONE, 3, True)) == "東町の全域"


def test_lots_are_named_by_number_and_never_by_another_column(values: Snapshot) -> None:
    built = build_area(values, (Pick(LOT, 1), Pick(LOT, 2)))
    assert built.parts.sentence == "92番の土地及び201番2の土地の全域"
    assert "山田" not in built.parts.text


def test_names_of_a_table_of_people_never_reach_the_sentence(values: Snapshot) -> None:
    own = layer(LayerId("r"), Role.REFERENCE, {"name": ["山田"], "所有者氏名": ["山田"]}, [box(0, 0, 9, 9)])
    built = build_area(replace(values, layers=(*values.layers, own)), (Pick(LayerId("r"), 1),))
    assert built.parts.sentence == f"{own.name}の全域"
    assert "山田" not in built.parts.text


def test_a_number_that_two_lots_have_is_said(values: Snapshot) -> None:
    assert "同じ地番" in build_area(values, (Pick(LOT, 1),)).notes[0]


def test_a_drawn_area_with_a_polygon_added_is_told_by_all_it_touches(values: Snapshot) -> None:
    built = build_area(values, (Pick(TOWN, 1),), base=box(100, 0, 210, 100))
    assert built.parts.sentence == "東町及び中町の全域並びに西町の一部"


def test_ground_outside_all_units_leaves_no_sentence(values: Snapshot) -> None:
    built = build_area(values, (Pick(TOWN, 4),), base=box(300, 0, 320, 100))
    assert built.parts.sentence == ""
    assert "区画の外" in built.notes[0]


def test_a_changed_shape_is_told_anew_from_the_same_layers(values: Snapshot) -> None:
    before = build_area(values, (Pick(TOWN, 1), Pick(TOWN, 2))).parts
    smaller = describe_area(values, box(0, 0, 90, 100), before).parts
    larger = describe_area(values, box(0, 0, 250, 100), before).parts
    assert smaller.sentence == "東町の一部"
    assert larger.sentence == "東町及び中町の全域並びに西町の一部"
    row = {"geometry": box(0, 0, 90, 100), "parts": smaller.text, "description": "東町の一部"}
    assert state_of(row) == "follows"


def test_an_area_without_parts_is_told_by_the_towns(values: Snapshot) -> None:
    assert describe_area(values, box(50, 0, 100, 50), None).parts.sentence == "東町の一部"


def test_a_border_that_is_off_by_a_centimetre_adds_no_unit(values: Snapshot) -> None:
    assert describe_area(values, box(0, 0, 100.01, 100), None).parts.sentence == "東町の全域"


@pytest.mark.parametrize(
    "picks", [(), (Pick(TOWN, 99),), (Pick(LayerId("town_9"), 1),), (Pick(TOWN, 1, True),)]
)
def test_what_cannot_be_built_is_said_in_three_sentences(values: Snapshot, picks: tuple[Pick, ...]) -> None:
    with pytest.raises(BadInput) as refusal:
        build_area(values, picks)
    assert all((refusal.value.what, refusal.value.why, refusal.value.todo))


def test_nothing_left_is_refused(values: Snapshot) -> None:
    with pytest.raises(BadInput, match="何も残りません"):
        build_area(values, (Pick(TOWN, 1), Pick(TOWN, 1, True)))
