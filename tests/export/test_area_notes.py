"""What a sheet says of the extent of its areas."""

from __future__ import annotations

import pytest
import shapely

from chiiki_gis.core.area_parts import AreaParts, Unit, digest
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_area, set_geometry, set_values
from chiiki_gis.core.layer import Fid, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.export.sheet_subjects import Subject
from chiiki_gis.export.sheet_tables import area_notes

AREA, SQUARE = LayerId("promotion_area"), shapely.box(0, 0, 100, 100)


@pytest.fixture
def plan() -> Document:
    """Two promotion areas; the first was built from 東町."""
    made = new_document(Header("u", (Municipality("20999", "試験市"),), 6676))
    for shape in (SQUARE, shapely.box(200, 0, 300, 100)):
        made.apply(add_area(made, Role.PROMOTION_AREA, shape))
    parts = AreaParts((Unit("町丁目", "town_1", "town", "東町", (1,), "whole"),), digest(SQUARE))
    values = {"description": parts.sentence, "parts": parts.text}
    made.apply(set_values(made, AREA, Fid(1), values, "構成"))
    return made


def notes(plan: Document, fids: tuple[int, ...] | None = None) -> list[str]:
    return area_notes(snapshot(plan), Subject("", SQUARE, fids), Role.PROMOTION_AREA)


def test_a_sheet_tells_the_extent_of_the_areas_it_is_about(plan: Document) -> None:
    assert notes(plan) == ["特定居住促進区域1の範囲：東町の全域"]
    assert notes(plan, (2,)) == []


def test_a_description_older_than_the_shape_is_printed_with_that_warning(plan: Document) -> None:
    plan.apply(set_values(plan, AREA, Fid(1), {"description": "駅の周り"}, "説明"))
    plan.apply(set_geometry(plan, AREA, Fid(1), shapely.box(0, 0, 50, 100), "直す"))
    assert notes(plan) == ["特定居住促進区域1の範囲：駅の周り（この説明文の後で、区域の形を変えています）"]
