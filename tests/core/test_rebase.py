"""Imports that were prepared while the plan went on changing."""

from __future__ import annotations

import geopandas
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.edits import add_facility, append_rows
from chiiki_gis.core.layer import Layer, LayerId, NoRows
from chiiki_gis.core.rebase import rebased
from chiiki_gis.core.role import Role

FACILITY = LayerId("facility")


def plan() -> Document:
    return new_document(Header("u", (Municipality("20999", "試験市"),), 6676))


def table(document: Document, name: str) -> Change:
    frame = geopandas.GeoDataFrame(
        {"name": [name], "building_id": ["b1"]}, geometry=[shapely.Point(1, 1)], crs=6676
    )
    return append_rows(document, Role.FACILITY, frame, "取り込む")


def reference(name: str) -> Layer:
    return Layer(LayerId(name), Role.REFERENCE, name, NoRows(name))


def test_a_facility_placed_during_an_import_is_not_replaced_by_it() -> None:
    document = plan()
    prepared = table(document, "取り込んだ施設")
    document.apply(add_facility(document, "coworking", shapely.Point(9, 9)))
    document.apply(rebased(prepared, document))
    rows = document.plan(Role.FACILITY)
    assert list(rows["name"]) == ["コワーキング1", "取り込んだ施設"]
    assert rows["building_id"].is_unique


def test_two_imports_at_once_both_arrive_in_their_order() -> None:
    document = plan()
    order = [layer.id for layer in document.layers]
    changes = [
        Change(name, put_layers=(reference(name),), order=(LayerId(name), *order)) for name in ("甲", "乙")
    ]
    for change in changes:
        document.apply(rebased(change, document))
    assert {layer.id for layer in document.layers} == {*order, "甲", "乙"}
    assert [layer.id for layer in document.layers][-len(order) :] == order


def test_a_layer_deleted_during_an_import_stays_deleted() -> None:
    document = plan()
    document.apply(Change("古い層", put_layers=(reference("古"),)))
    order = tuple(layer.id for layer in document.layers)
    prepared = Change("新しい層", put_layers=(reference("新"),), order=(*order, LayerId("新")))
    document.apply(Change("消す", drop_layers=(LayerId("古"),)))
    document.apply(rebased(prepared, document))
    assert [layer.id for layer in document.layers][-1] == "新"
    assert "古" not in [layer.id for layer in document.layers]


def test_an_import_that_nothing_has_overtaken_is_left_as_it_is() -> None:
    document = plan()
    prepared = table(document, "施設")
    assert rebased(prepared, document).put[FACILITY] is prepared.put[FACILITY]
