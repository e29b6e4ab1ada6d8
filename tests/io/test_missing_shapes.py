"""Rows without a shape, as refused access links are, survive the journal like any other."""

from __future__ import annotations

import json

import geopandas
import shapely

from chiiki_gis.core.change import Change
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.frames import conform
from chiiki_gis.core.layer import LayerId, same_frame
from chiiki_gis.core.role import Role
from chiiki_gis.core.snapshot import snapshot
from chiiki_gis.io.encode import dumps, rows_from_json, rows_to_json, snapshot_from_json, snapshot_to_json


def _document() -> Document:
    """A plan whose only links are one that was refused and one that was not."""
    document = new_document(Header("u", (Municipality("20999", "試験市"),), 6676))
    bare = geopandas.GeoDataFrame(
        {"building_id": ["b1", "b2"], "status": ["refused", "ok"]},
        geometry=[None, shapely.LineString([(0, 0), (1, 1)])],
        crs=6676,
        index=[1, 2],
    )
    document.apply(Change("経路", put={LayerId(Role.ACCESS_LINK.value): conform(bare, Role.ACCESS_LINK)}))
    return document


def test_a_journal_whose_plan_has_a_refused_link_can_be_read_back() -> None:
    document = _document()
    back = snapshot_from_json(json.loads(dumps(snapshot_to_json(snapshot(document)))))
    assert same_frame(back.rows(Role.ACCESS_LINK), document.plan(Role.ACCESS_LINK))


def test_a_journal_that_holds_nan_for_a_missing_shape_is_read_too() -> None:
    rows = _document().plan(Role.ACCESS_LINK)
    written = rows_to_json(rows)
    assert written[0]["wkb"] is None
    written[0]["wkb"] = float("nan")
    assert same_frame(rows_from_json(written, Role.ACCESS_LINK, 6676), rows)


def test_a_shape_is_written_as_the_hexadecimal_wkb_that_older_versions_wrote() -> None:
    rows = _document().plan(Role.ACCESS_LINK)
    written = [row["wkb"] for row in rows_to_json(rows)]
    assert written == [None, shapely.to_wkb(rows.geometry.loc[2], hex=True)]
