"""What areas were built from, in words, and whether it still holds."""

from __future__ import annotations

import pytest
import shapely

from chiiki_gis.core.area_parts import (
    AreaParts,
    Extent,
    Unit,
    digest,
    read_parts,
    sentence_of,
    state_of,
    with_true_parts,
)
from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area, drop_features, set_geometry, set_values, split_feature
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role

AREA = LayerId(Role.PROMOTION_AREA.value)
SQUARE = shapely.box(0, 0, 100, 100)


def unit(name: str, extent: Extent = "whole", role: Role = Role.TOWN) -> Unit:
    return Unit(role.japanese, f"{role.value}_1", role.value, name, (1,), extent)


@pytest.mark.parametrize(
    ("whole", "part", "out", "sentence"),
    [
        ("甲", "", "", "甲の全域"),
        ("甲乙", "", "", "甲及び乙の全域"),
        ("甲乙丙", "", "", "甲、乙及び丙の全域"),
        ("", "甲乙", "", "甲及び乙の一部"),
        ("甲", "乙", "", "甲の全域及び乙の一部"),
        ("甲乙", "丙", "", "甲及び乙の全域並びに丙の一部"),
        ("甲", "乙丙", "", "甲の全域並びに乙及び丙の一部"),
        ("甲乙丙", "丁戊", "", "甲、乙及び丙の全域並びに丁及び戊の一部"),
        ("甲", "", "己", "甲の全域（己の区域を除く。）"),
        ("甲", "乙", "己庚", "甲の全域及び乙の一部（これらの区域のうち己及び庚の区域を除く。）"),
        ("", "", "己", ""),
    ],
)
def test_a_sentence_joins_units_as_ordinances_do(whole: str, part: str, out: str, sentence: str) -> None:
    units = [unit(name) for name in whole] + [unit(name, "part") for name in part]
    assert sentence_of([*units, *(unit(name, "excluded") for name in out)]) == sentence


def test_a_lot_is_named_as_the_land_register_names_it() -> None:
    assert sentence_of([unit("201-2", role=Role.LOT)]) == "201番2の土地の全域"


def test_units_without_a_name_are_called_what_they_are() -> None:
    assert sentence_of([unit("", "part", Role.FARMLAND)]) == "農用地の一部"


def test_parts_come_back_from_their_text() -> None:
    parts = AreaParts((unit("甲"), unit("乙", "excluded")), digest(SQUARE), is_told=True)
    assert read_parts(parts.text) == parts


@pytest.mark.parametrize("text", [None, "", "[]", "構成", '{"units": [{}]}', '{"units": 3}', "null"])
def test_a_text_of_another_program_is_no_parts(text: str | None) -> None:
    assert read_parts(text) is None


@pytest.fixture
def document() -> Document:
    """A plan with one area that was built from 甲."""
    made = new_document(Header("a", (Municipality("20999", "試験市"),), 6676))
    made.apply(add_area(made, Role.PROMOTION_AREA, SQUARE))
    parts = AreaParts((unit("甲"),), digest(SQUARE))
    values = {"parts": parts.text, "description": parts.sentence}
    made.apply(set_values(made, AREA, Fid(1), values, "構成"))
    return made


def state(document: Document, fid: int = 1) -> str:
    return state_of(document.plan(Role.PROMOTION_AREA).loc[fid])


def description(document: Document, fid: int = 1) -> str | None:
    return document.plan(Role.PROMOTION_AREA)["description"].loc[fid]


def test_a_description_follows_until_the_planner_writes_another(document: Document) -> None:
    assert state(document) == "follows"
    document.apply(set_values(document, AREA, Fid(1), {"description": "駅の周り"}, "説明"))
    assert state(document) == "edited"


def test_another_shape_takes_the_sentence_away_and_marks_the_parts(document: Document) -> None:
    change = set_geometry(document, AREA, Fid(1), shapely.box(0, 0, 90, 100), "動かす")
    back = document.apply(with_true_parts(document, change))
    assert (state(document), description(document)) == ("stale", None)
    document.apply(back)
    assert (state(document), description(document)) == ("follows", "甲の全域")


def test_the_planner_s_own_words_stay_when_the_shape_changes(document: Document) -> None:
    document.apply(set_values(document, AREA, Fid(1), {"description": "駅の周り"}, "説明"))
    change = set_geometry(document, AREA, Fid(1), shapely.box(0, 0, 90, 100), "動かす")
    document.apply(with_true_parts(document, change))
    assert (state(document), description(document)) == ("stale", "駅の周り")


def test_a_further_vertex_on_the_outline_leaves_the_sentence_true(document: Document) -> None:
    same = shapely.Polygon([(0, 0), (50, 0), (100, 0), (100, 100), (0, 100)])
    document.apply(with_true_parts(document, set_geometry(document, AREA, Fid(1), same, "頂点")))
    assert (state(document), description(document)) == ("follows", "甲の全域")


def test_neither_half_of_a_split_area_keeps_the_sentence(document: Document) -> None:
    halves = [shapely.box(0, 0, 60, 100), shapely.box(60, 0, 100, 100)]
    change = split_feature(document, AREA, Fid(1), halves, "分割")
    document.apply(with_true_parts(document, change))
    assert [state(document, fid) for fid in (1, 2)] == ["stale", "stale"]
    assert [description(document, fid) for fid in (1, 2)] == [None, None]


def test_an_area_from_a_file_keeps_its_words_and_is_marked_where_its_shape_is_not_that_of_its_parts(
    document: Document,
) -> None:
    parts = AreaParts((unit("乙"),), digest(SQUARE))
    rows = add_area(document, Role.PROMOTION_AREA, shapely.box(0, 0, 99.99, 100)).put[AREA].copy()
    rows["parts"], rows["description"] = parts.text, parts.sentence
    document.apply(with_true_parts(document, Change("取り込み", put={AREA: rows})))
    assert (state(document, 2), description(document, 2)) == ("stale", "乙の全域")


def test_a_shape_changed_by_another_program_is_noticed(document: Document) -> None:
    document.apply(set_geometry(document, AREA, Fid(1), shapely.box(0, 0, 90, 100), "ほかのソフト"))
    assert state(document) == "stale"


def test_deleting_an_area_with_parts_is_possible(document: Document) -> None:
    document.apply(with_true_parts(document, drop_features(AREA, (Fid(1),))))
    assert not len(document.plan(Role.PROMOTION_AREA))
