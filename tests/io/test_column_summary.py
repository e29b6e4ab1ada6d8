"""What a column holds, read without the shapes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas
import pytest
from shapely.geometry import Point

from chiiki_gis.core import edits
from chiiki_gis.core.classes import class_texts
from chiiki_gis.core.document import Document, Header, Municipality, new_document
from chiiki_gis.core.jobs import MOST_VALUES
from chiiki_gis.core.layer import Layer, LayerId
from chiiki_gis.core.role import Role
from chiiki_gis.core.style import Style
from chiiki_gis.io.cache_build import build_shapes
from chiiki_gis.io.cache_files import cache_path
from chiiki_gis.io.store import keep_blob, read_column
from chiiki_gis.tasks.columns import summarise


def layer(**columns: list[object]) -> Layer:
    count = len(next(iter(columns.values())))
    frame = geopandas.GeoDataFrame(columns, geometry=[Point(n, 0) for n in range(count)], crs=6676)
    frame.index = frame.index.astype("int64").rename("fid") + 1
    return Layer(LayerId("x"), Role.REFERENCE, "参考", keep_blob(frame))


@pytest.mark.parametrize("values", [[3, None, 10], ["商業", None, "工業"], [1.5, 2.0, None], [1, 2, 3]])
def test_a_column_read_alone_has_the_texts_that_the_drawing_data_have(values: list[object]) -> None:
    made = layer(値=values)
    alone = class_texts(read_column(made.reference, "値"), Style())
    shapes = build_shapes(made.get_frame(), Style(class_column="値"))
    drawn = {int(fid): shapes.classes[code] for fid, code in zip(shapes.fids, shapes.codes, strict=True)}
    assert alone == [drawn[fid] for fid in sorted(drawn)]


def test_values_come_ascending_with_their_counts() -> None:
    summary = summarise(layer(階=["10", "2", "10", None]), "階")
    assert summary.values == (("2", 1), ("10", 2))
    assert (summary.missing, summary.numbers, summary.low, summary.high) == (1, 3, 2.0, 10.0)
    assert summary.breaks["equal", 2] == (2.0, 6.0, 10.0)


def test_of_very_many_values_the_most_frequent_are_listed_and_all_are_counted() -> None:
    summary = summarise(layer(名=[f"v{n}" for n in range(MOST_VALUES + 50)] + ["v249"]), "名")
    assert len(summary.values) == MOST_VALUES
    assert summary.distinct == MOST_VALUES + 50
    assert ("v249", 2) in summary.values
    assert summary.breaks == {}


def test_a_plan_layer_is_summarised_too() -> None:
    document: Document = new_document(Header("u", (Municipality("20999", "架空市"),), 6676))
    document.apply(edits.add_facility(document, "coworking", Point(0, 0)))
    assert summarise(document.layer(LayerId("facility")), "kind").values == (("coworking", 1),)


def test_ranges_decide_the_codes_and_the_file() -> None:
    made = layer(値=[1.0, 5.0, 9.0, None])
    two = Style(class_column="値", breaks=(0.0, 5.0, 8.0))
    shapes = build_shapes(made.get_frame(), two)
    assert dict(zip(shapes.fids.tolist(), (shapes.classes[c] for c in shapes.codes), strict=True)) == {
        1: "0", 2: "1", 3: "", 4: "",
    }  # fmt: skip
    other = replace(two, breaks=(0.0, 4.0, 10.0))
    assert shapes.fits(two)
    assert not shapes.fits(other)
    folder = Path("x")
    assert len({cache_path("h", style, folder) for style in (two, other, Style(class_column="値"))}) == 3
